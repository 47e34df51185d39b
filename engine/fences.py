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


def letter_refusal(session: Session) -> str:
    """Return why no letter may be handed to a print service from this installation; "" where it may.

    Which addresses are nobody's cannot be told, so only the house's own printer is left, which somebody looks at.
    """
    if is_demo(session):
        return "This installation holds made-up people, at addresses that may be somebody's: no letter is sent there."
    if configuration.current().only_to:
        return "This installation is for trying things out (CASEWRIGHT_ONLY_TO): no letter is sent from it."
    return ""


def standing(session: Session) -> str:
    """Return in a sentence what keeps messages from leaving this installation; "" where nothing does."""
    if is_demo(session):
        return (
            "This is a demonstration with made-up people: e-mails and text messages leave for reserved addresses "
            "alone, such as name@resident.example, and letters for the house's own printer."
        )
    if only_to := configuration.current().only_to:
        listed = ", ".join(only_to)
        return (
            "This installation is for trying things out (CASEWRIGHT_ONLY_TO): it writes to "
            f"{listed} alone, and letters go to the house's own printer alone."
        )
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
