"""How a letter addresses somebody: the address to write to, care of whom, in which print and language."""

import re
from collections.abc import Sequence
from typing import Any

from engine.record.languages import translation_line

LARGE_PRINT = re.compile(r"\blarge[ -]?print\b", re.IGNORECASE)
CARE_OF = re.compile(r"(?:c/o|care of)\s+(.+)", re.IGNORECASE)


def addressed(
    name: str,
    salutation: str,
    lines: Sequence[str],
    *,
    email: str | None = None,
    phone: str | None = None,
    language: str = "English",
    communication_needs: str = "",
    roles: Sequence[str] = (),
) -> dict[str, Any]:
    """Return what a template knows as `recipient`; `lines` are those of the address, the postcode last."""
    care_of = next((found[1] for line in lines if (found := CARE_OF.match(line))), None)
    plain = [line for line in lines if not CARE_OF.match(line)]
    return {
        "name": name,
        "salutation": salutation or name,
        "care_of": care_of,
        "address": as_address(plain[:-1], plain[-1]) if plain else None,
        "email": email,
        "phone": phone,
        "language": language,
        "translation_line": translation_line(language),
        "communication_needs": communication_needs or "",
        "needs_large_print": needs_large_print(communication_needs),
        "roles": list(roles),
    }


def as_address(lines: Sequence[str], postcode: str) -> dict[str, Any]:
    """Return an address as templates know it."""
    return {"lines": list(lines), "postcode": postcode, "one_line": ", ".join([*lines, postcode])}


def lines_of(address: str) -> list[str]:
    """Return the lines of an address that is kept as one text."""
    return [line.strip() for line in re.split(r"[\n,]", address) if line.strip()]


def needs_large_print(communication_needs: str) -> bool:
    """Say whether what is written to somebody must be in large print."""
    return LARGE_PRINT.search(communication_needs) is not None
