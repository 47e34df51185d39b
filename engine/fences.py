"""What keeps made-up data from reaching anybody: a demonstration writes to reserved addresses only.

Source: RFC 2606 and RFC 6761 (names that belong to nobody), Ofcom's telephone numbers for use in drama.
"""

import re

from sqlalchemy.orm import Session

from engine import configuration
from models.work import Setting

DEMO = "demo"  # the setting that says that the record is made up
RESERVED_DOMAIN = re.compile(r"(.+\.)?(example|test|invalid|localhost|example\.(com|net|org))", re.IGNORECASE)
RESERVED_NUMBER = re.compile(r"(\+44|0044|0)(7700900|1632960|2079460|8081570|9098790)[0-9]{3}")


def is_demo(session: Session) -> bool:
    """Say whether the people of this installation are made up."""
    return session.get(Setting, DEMO) is not None


def refusal(session: Session, address: str) -> str:
    """Return why nothing may be sent to an e-mail address or number from this installation; "" where it may.

    An installation with made-up people reaches reserved addresses alone. One for trying things out
    (CASEWRIGHT_ONLY_TO) reaches those and what it lists.
    """
    if is_reserved(address):
        return ""
    if is_demo(session):
        return f"This installation holds made-up people, and “{address}” may be somebody's: nothing is sent there."
    only_to = configuration.current().only_to
    if only_to and not any(_is_listed(address, listed) for listed in only_to):
        return f"This installation may write to {', '.join(only_to)} alone, and “{address}” is none of them."
    return ""


def is_reserved(address: str) -> bool:
    """Say whether an e-mail address or telephone number can be nobody's."""
    if "@" in address:
        return RESERVED_DOMAIN.fullmatch(address.rpartition("@")[2].strip(" >")) is not None
    return RESERVED_NUMBER.fullmatch(re.sub(r"[\s()-]", "", address)) is not None


def _is_listed(address: str, listed: str) -> bool:
    """Say whether an address is the listed one, or at the listed domain."""
    one, other = (re.sub(r"[\s()-]", "", text).casefold() for text in (address, listed))
    return one == other or ("@" not in other and one.endswith(f"@{other}"))
