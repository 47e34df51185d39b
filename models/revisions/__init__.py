"""The revisions of the schema: what changes a database that an earlier version made into one of this version.

Each module here is one, named after the second at which it was written, and follows the one before it. A new database
needs none of them: it is created as the models are, and marked as being at the last. `make revision` writes one.
"""

from enum import Enum, auto
from pathlib import Path

from sqlalchemy import Connection, column, delete, insert, inspect, select, table, text

FOLDER = Path(__file__).parent
FIRST = "20261128_071039"  # the schema of the databases that were made before there were revisions
# In Alembic's own table, so that its tools find it.
_MARK = table("alembic_version", column("version_num"))
_MARK_TABLE = """CREATE TABLE IF NOT EXISTS alembic_version (
  version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"""


class Standing(Enum):
    """How a database's schema stands to the one that this code needs."""

    EMPTY = auto()
    OLDER = auto()
    CURRENT = auto()
    NEWER = auto()


def modules() -> list[str]:
    """Return the names of the modules, the oldest first."""
    return sorted(path.stem for path in FOLDER.glob("r[0-9]*.py"))


def marks() -> list[str]:
    """Return what a database is marked with after each revision ("20261128_071039"), the oldest first."""
    return [name[1:16] for name in modules()]


def latest() -> str:
    """Return what a database of this code is marked with."""
    return marks()[-1]


def found(connection: Connection) -> str:
    """Return the revision that a database is at; "" when it holds no tables of ours."""
    there = inspect(connection)
    if there.has_table(_MARK.name):
        return str(connection.scalar(select(_MARK)) or "")
    return FIRST if there.has_table("case_event") else ""


def standing(connection: Connection) -> Standing:
    """Say how a database's schema stands to the one that this code needs."""
    at = found(connection)
    if not at:
        return Standing.EMPTY
    if at == latest():
        return Standing.CURRENT
    return Standing.OLDER if at in marks() else Standing.NEWER


def mark(connection: Connection, key: str) -> None:
    """Write down which revision a database is at."""
    connection.execute(text(_MARK_TABLE))
    connection.execute(delete(_MARK))
    connection.execute(insert(_MARK).values(version_num=key))
