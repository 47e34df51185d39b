"""Asks an index for the rows that fit a question: FTS5 on SQLite, vectors of words on PostgreSQL."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    TableClause,
    column,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    table,
)
from sqlalchemy.orm import Session

from engine.search.reading import Question, Word
from models.search import postgresql
from models.search.indexes import WordIndex

# Of a question that very many rows fit, PostgreSQL looks at so many: the rest is only found with another word.
MOST_CANDIDATES = 5_000
SHORTEST_OPEN = 3  # letters of a word of prose that may go on; fewer would stand for a large part of all words
_SETTINGS = {"enable_seqscan": "off", "jit": "off", "work_mem": "32MB"}


class Place(NamedTuple):
    """Where an answer stands: `row` of the indexed table, which lists are sorted by, and the `id` of what it is of."""

    row: int
    id: int


@dataclass(frozen=True, slots=True)
class Lookup:
    """Where to look for a kind: its index, the `row` of the indexed table, and `rows`, which selects (row, id)."""

    index: WordIndex
    row: Any
    rows: Select[Any]

    def places(
        self, session: Session, question: Question, *, begins: bool | None, after: int | None, most: int
    ) -> list[Place]:
        """Return what fits, the newest first, below the row `after`: what begins as is asked, all the others, or both.

        Prose begins with nothing in particular.
        """
        if self.index.is_prose:
            begins = None
        rows = self.rows if after is None else self.rows.where(self.row < after)
        narrow = self._on_sqlite if _is_sqlite(session) else self._on_postgresql
        return [Place(*found) for found in session.execute(narrow(rows, question, begins).limit(most))]

    def _on_sqlite(self, rows: Select[Any], question: Question, begins: bool | None) -> Select[Any]:
        asked = _of_fts5(self.index, question.words)
        if begins is not None:
            sayings = _sayings_of_fts5(self.index, question)
            asked = f"({asked}) AND ({sayings})" if begins else f"({asked}) NOT ({sayings})"
        found = _fts5(self.index)
        # The sum keeps SQLite from asking FTS5 anew for each row of the table.
        rows = rows.select_from(found).where(self.row == found.c.rowid + 0, _matches(self.index, found, asked))
        return rows.order_by(found.c.rowid.desc())

    def _on_postgresql(self, rows: Select[Any], question: Question, begins: bool | None) -> Select[Any]:
        rows = rows.where(_holds(self.index, question.words))
        if begins is not None:
            begun = _begins(self.index, question)
            rows = rows.where(begun if begins else not_(begun))
        some = rows.limit(MOST_CANDIDATES).subquery()
        return select(*some.c).order_by(some.c[0].desc())


def fits(session: Session, index: WordIndex, row: Any, words: Sequence[Word]) -> ColumnElement[bool]:
    """Return the condition on `row`, a column with the numbers of the indexed rows, that every word is there."""
    if not _is_sqlite(session):
        return _holds(index, words)
    found = _fts5(index)
    inside: ColumnElement[bool] = row.in_(select(found.c.rowid).where(_matches(index, found, _of_fts5(index, words))))
    return inside


def prepare(session: Session) -> None:
    """Have PostgreSQL use the indexes in this transaction, also where it expects most rows to fit.

    It would then take statements for so dear that it compiled them first, which takes longer than to run them.
    """
    if not _is_sqlite(session):
        session.execute(select(*(func.set_config(name, value, True) for name, value in _SETTINGS.items())))


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _fts5(index: WordIndex) -> TableClause:
    return table(index.name, column("rowid"), column(index.name))


def _matches(index: WordIndex, found: TableClause, asked: str) -> ColumnElement[bool]:
    return found.c[index.name].op("MATCH", is_comparison=True)(literal(asked))


def _of_fts5(index: WordIndex, words: Iterable[Word]) -> str:
    """Return the words in the language of FTS5; they hold letters and digits alone, so that quotes contain them."""
    any_of = (" OR ".join(_phrase_of_fts5(index, word, phrase) for phrase in word.phrases) for word in words)
    return " AND ".join(f"({phrases})" for phrases in any_of)


def _phrase_of_fts5(index: WordIndex, word: Word, phrase: Sequence[str]) -> str:
    *others, last = phrase
    parts = [f'"{part}"' for part in others]
    parts.append(f'"{last}" *' if _goes_on(index, word, last) else f'"{last}"')
    return f"({' AND '.join(parts)})"


def _sayings_of_fts5(index: WordIndex, question: Question) -> str:
    first = "" if index.begins_anywhere else "^ "
    star = " *" if question.is_open else ""
    quoted = (" + ".join(f'"{part}"' for part in saying) for saying in question.sayings)
    return " OR ".join(f"({first}{saying}{star})" for saying in quoted)


def _holds(index: WordIndex, words: Iterable[Word]) -> ColumnElement[bool]:
    configuration = "english" if index.is_prose else "simple"
    asked = " & ".join(f"({' | '.join(_phrase_of_vector(index, word, p) for p in word.phrases)})" for word in words)
    query = func.to_tsquery(literal_column(f"'{configuration}'"), asked)
    return literal_column(postgresql.vector(index)).op("@@", is_comparison=True)(query)


def _phrase_of_vector(index: WordIndex, word: Word, phrase: Sequence[str]) -> str:
    *others, last = phrase
    parts = [f"'{part}'" for part in others]
    parts.append(f"'{last}':*" if _goes_on(index, word, last) else f"'{last}'")
    return f"({' & '.join(parts)})"


def _goes_on(index: WordIndex, word: Word, last: str) -> bool:
    return word.is_open and (not index.is_prose or len(last) >= SHORTEST_OPEN)


def _begins(index: WordIndex, question: Question) -> ColumnElement[bool]:
    start = "% " if index.begins_anywhere else " "
    end = "%" if question.is_open else " %"
    said: list[Any] = [literal_column(f"(' ' || {sql} || ' ')") for sql in postgresql.said(index)]
    return or_(*(each.like(start + " ".join(saying) + end) for each in said for saying in question.sayings))
