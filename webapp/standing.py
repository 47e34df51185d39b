"""Says how the database's schema stands to what this version needs, and what to do about it."""

from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from engine.errors import NotPossible
from models import revisions
from models.revisions import Standing


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a database that cannot be used as it is."""

    sentence: str
    remedy: str


_TOLD = {
    Standing.EMPTY: Told(
        "This database holds no tables of Casewright.",
        "Start it once (casewright run), load sample data (casewright demo load) or add a user.",
    ),
    Standing.OLDER: Told(
        "This database was made by an earlier version of Casewright.",
        "Stop whatever uses it, save it, then: casewright upgrade.",
    ),
    Standing.NEWER: Told(
        "This database was made by a newer version of Casewright, or by another program.",
        "Use that version, or bring back a backup that was made before it.",
    ),
}


def standing(engine: Engine) -> Standing:
    """Look at a database, changing nothing."""
    with engine.connect().execution_options(read_only=True) as connection:
        return revisions.standing(connection)


def require(found: Standing) -> None:
    """Refuse a database that is not as this version needs it.

    Raises:
        NotPossible: it holds no tables of ours, or those of an earlier or a newer version.
    """
    if told := _TOLD.get(found):
        raise NotPossible(told.sentence, remedy=told.remedy)


def fault(connection: Connection) -> str:
    """Return what is wrong with the schema, and what to do; "" when nothing is."""
    told = _TOLD.get(revisions.standing(connection))
    return f"{told.sentence} {told.remedy}" if told else ""
