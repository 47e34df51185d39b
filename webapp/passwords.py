"""Passwords: argon2id with OWASP's parameters, the same time for users who do not exist, and what may be chosen."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engine.errors import Invalid

SHORTEST, LONGEST = 12, 200

# OWASP Password Storage Cheat Sheet: argon2id, 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

# NCSC: length over complexity, and a list of what everybody tries first.
_COMMON = (
    "password",
    "passw0rd",
    "letmein",
    "qwerty",
    "welcome",
    "iloveyou",
    "123456",
    "abc123",
    "admin",
    "housing",
    "casewright",
)


def hashed(password: str) -> str:
    """Return what is stored of a password."""
    return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Say whether the password is right; without a stored one it takes the same time and is wrong."""
    try:
        right = _hasher.verify(stored or _nobodys(), password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return right and stored is not None


def is_outdated(stored: str) -> bool:
    """Say whether a stored password was hashed with other parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def check(password: str, *, name: str = "", email: str = "") -> None:
    """Refuse a password that is too short, too long, or the first that anybody would guess.

    Raises:
        Invalid: with the sentence for the field `password`.
    """
    sentence = _fault(
        password, {part for part in (*name.casefold().split(), email.casefold().split("@")[0]) if len(part) > 2}
    )
    if sentence:
        raise Invalid("The password cannot be used.", errors={"password": sentence})


def _fault(password: str, personal: set[str]) -> str:
    if len(password) < SHORTEST:
        return f"The password must be {SHORTEST} characters or more; three random words do well"
    if len(password) > LONGEST:
        return f"The password must be {LONGEST} characters or fewer"
    rest = password.casefold()
    for word in sorted({*personal, *_COMMON}, key=len, reverse=True):
        rest = rest.replace(word, "")
    if len(set(rest)) < 5:
        return "The password is easy to guess: choose three random words"
    return ""


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody has this password")
