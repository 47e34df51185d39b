"""Looks after the indexes of search: tells how they are, tries them on a sample of rows, and makes them anew."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, column, func, select, table, text

from engine.search.matching import fts5, holds_in_vector, matches
from engine.search.reading import LONGEST_WORD
from models.search import postgresql
from models.search.indexes import LONGEST_TEXT, WORD_INDEXES, WordIndex
from models.search.letters import words
from models.search.sqlite import fill

SAMPLE = 500  # rows of each index
MOST_WORDS = 6  # of a row that it is looked up by

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Lost:
    """A row that its index does not find, or a row that it finds although it is not there."""

    index: str
    table: str
    id: int
    is_there: bool

    @property
    def sentence(self) -> str:
        """Say which row it is, and what to do."""
        what = "is not found by its words" if self.is_there else "is gone, and still in the index"
        return f"Row {self.id} of {self.table} {what} ({self.index}): run casewright search rebuild."


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found. `notes` say what search cannot do here."""

    rows: int
    lost: list[Lost]
    notes: list[str]


def verify(
    connection: Connection, *, sample: int = SAMPLE, seed: int | None = None, tell: Tell | None = None
) -> Checked:
    """Look up a sample of each table's rows by their own words, and on SQLite count each index against its table."""
    chosen, lost, looked_up = random.Random(seed), [], 0  # noqa: S311 (a sample is no secret)
    for done, index in enumerate(WORD_INDEXES, start=1):
        for row_id, said in _sample(connection, index, sample, chosen):
            looked_up += 1
            if said and not _is_found(connection, index, row_id, said):
                lost.append(Lost(index.name, index.table, row_id, is_there=True))
        lost += _miscounted(connection, index)
        if tell:
            tell("Indexes", done, len(WORD_INDEXES))
    return Checked(looked_up, lost, notes(connection))


def notes(connection: Connection) -> list[str]:
    """Return sentences about what search cannot do on this database; none when it can do everything."""
    is_limited = connection.dialect.name == "postgresql" and not postgresql.has_trigrams(connection)
    return [postgresql.NO_TRIGRAMS] if is_limited else []


def rebuild(engine: Engine, *, tell: Tell) -> None:
    """Make every index anew. On SQLite others wait with writing, an index at a time; on PostgreSQL nobody does."""
    for done, index in enumerate(WORD_INDEXES):
        tell("Indexes", done, len(WORD_INDEXES))
        if engine.dialect.name == "sqlite":
            with engine.begin() as connection:
                connection.exec_driver_sql(f"INSERT INTO {index.name}({index.name}) VALUES ('delete-all')")
                connection.exec_driver_sql(fill(index))
        else:
            _reindex(engine, index)
    tell("Indexes", len(WORD_INDEXES), len(WORD_INDEXES))


def _reindex(engine: Engine, index: WordIndex) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.exec_driver_sql(f"REINDEX INDEX CONCURRENTLY {index.name}")
        connection.execute(text("RESET statement_timeout"))
    if index.knows_words:
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            for statement in postgresql.know_words(index):
                connection.exec_driver_sql(statement)


def _sample(
    connection: Connection, index: WordIndex, size: int, chosen: random.Random
) -> Iterator[tuple[int, list[str]]]:
    """Yield rows at random, each with some of its words."""
    rows = table(index.table, column("id"), *(column(name) for name in index.columns))
    last = connection.scalar(select(func.max(rows.c.id))) or 0
    said = [func.substr(rows.c[name], 1, LONGEST_TEXT) for name in index.columns]
    for _ in range(min(size, last)):
        # From a place at random on: numbers that are free do not matter.
        place = chosen.randint(1, last)
        row = connection.execute(
            select(rows.c.id, *said).where(rows.c.id >= place).order_by(rows.c.id).limit(1)
        ).first()
        if row is not None:
            known = sorted({word for part in row[1:] for word in words(part or "") if len(word) <= LONGEST_WORD})
            yield row[0], chosen.sample(known, min(MOST_WORDS, len(known)))


def _is_found(connection: Connection, index: WordIndex, row_id: int, said: list[str]) -> bool:
    if connection.dialect.name == "sqlite":
        found = fts5(index)
        asked = " AND ".join(f'"{word}"' for word in said)
        statement = select(found.c.rowid).where(
            found.c.rowid == row_id, matches(index, found, bindparam("asked", asked))
        )
        return connection.scalar(statement) is not None
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    asked = " & ".join(f"'{word}'" for word in said)
    if index.is_prose and not connection.scalar(
        text("SELECT numnode(to_tsquery('english', :asked))"), {"asked": asked}
    ):
        return True  # words that are in every text are in no index
    rows: Any = table(index.table, column("id"))
    fitting = select(rows.c.id).where(holds_in_vector(index, bindparam("asked", asked))).offset(0).subquery()
    return connection.scalar(select(fitting.c.id).where(fitting.c.id == row_id)) is not None


def _miscounted(connection: Connection, index: WordIndex) -> list[Lost]:
    """Return the rows that only the table or only the index has; PostgreSQL's own indexes cannot differ so."""
    if connection.dialect.name != "sqlite":
        return []
    held, there = f"SELECT id FROM {index.name}_docsize", f"SELECT id FROM {index.table}"
    missing = connection.execute(text(f"{there} EXCEPT {held} LIMIT 100")).scalars()
    found = [Lost(index.name, index.table, row_id, is_there=True) for row_id in missing]
    left = connection.execute(text(f"{held} EXCEPT {there} LIMIT 100")).scalars()
    return found + [Lost(index.name, index.table, row_id, is_there=False) for row_id in left]
