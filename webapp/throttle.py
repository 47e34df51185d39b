"""At most ten wrong guesses in five minutes for an account, and for an address, counted in the database by all nodes.

A guess is written before the password is looked at and taken back when it was right, so that guesses made at the same
moment cannot slip through together; who has used up the guesses is refused with the right password too.
"""

import hashlib
import ipaddress
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, insert, select

from engine.instants import unmoved_now
from models.base import table
from models.staff import SignInGuess
from webapp import database

MOST = 10
WITHIN = timedelta(minutes=5)
KEPT = timedelta(hours=1)  # then the ticker clears them away

GUESS = table(SignInGuess)


class TooManyGuesses(Exception):
    """There were too many attempts to sign in; the sentence says when to try again."""

    seconds = int(WITHIN.total_seconds())


def begin(email: str, address: str) -> int:
    """Count one more guess and return its id.

    Raises:
        TooManyGuesses: there were ten within five minutes.
    """
    account, origin, now = _digest(email.strip().casefold()), _digest(network_of(address)), unmoved_now()
    with database.transaction() as session:
        guess_id: int = session.execute(
            insert(GUESS).returning(GUESS.c.id), {"account": account, "origin": origin, "at": now}
        ).scalar_one()
    # Counted after the commit: of guesses made together each sees all the others.
    if _made(GUESS.c.account == account, now - WITHIN) > MOST or _made(GUESS.c.origin == origin, now - WITHIN) > MOST:
        forgive(guess_id)
        raise TooManyGuesses
    return guess_id


def forgive(guess_id: int) -> None:
    """Take a guess back: it was right, or it was not looked at."""
    with database.transaction() as session:
        session.execute(delete(GUESS).where(GUESS.c.id == guess_id))


def network_of(address: str) -> str:
    """Return the address, or for IPv6 its /64: one household or office has a whole one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network(f"{parsed}/64", strict=False)) if parsed.version == 6 else str(parsed)


def _made(condition: ColumnElement[bool], since: datetime) -> int:
    with database.transaction(read_only=True) as session:
        return session.scalar(select(func.count(GUESS.c.id)).where(condition, GUESS.c.at > since)) or 0


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
