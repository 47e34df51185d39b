"""Says a question in the language of an index: FTS5 on SQLite, vectors of words on PostgreSQL."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, TableClause, bindparam, column, func, literal, literal_column, or_, select, table
from sqlalchemy.orm import Session

from engine.search.reading import Question, Word
from models.prepared import Prepared
from models.search import postgresql
from models.search.indexes import WordIndex

SHORTEST_OPEN = 3  # letters of a word of prose that may go on; fewer would stand for a large part of all words
MOST_SAYINGS = 8  # as many places for them does a statement of PostgreSQL have
_SETTINGS = {"enable_seqscan": "off", "work_mem": "32MB"}
_SET = Prepared(select(*(func.set_config(name, value, True).label(name) for name, value in _SETTINGS.items())))


def is_sqlite(session: Session) -> bool:
    """Say which of the two languages the database speaks."""
    return session.get_bind().dialect.name == "sqlite"


def prepare(session: Session) -> None:
    """Have PostgreSQL use the indexes in this transaction, also where it expects most rows to fit."""
    if not is_sqlite(session):
        _SET.rows(session.connection(), {})


def fits(session: Session, index: WordIndex, row: Any, words: Sequence[Word]) -> ColumnElement[bool]:
    """Return the condition on `row`, a column with the numbers of the indexed rows, that every word is there."""
    on_sqlite = is_sqlite(session)
    return holds(index, row, literal(asked(index, words, on_sqlite=on_sqlite)), on_sqlite=on_sqlite)


def holds(index: WordIndex, row: Any, question: Any, *, on_sqlite: bool) -> ColumnElement[bool]:
    """Return the same condition for a question that is bound to a statement."""
    if not on_sqlite:
        return holds_in_vector(index, question)
    found = fts5(index)
    inside: ColumnElement[bool] = row.in_(select(found.c.rowid).where(matches(index, found, question)))
    return inside


def fts5(index: WordIndex) -> TableClause:
    """Return the FTS5 table of an index."""
    return table(index.name, column("rowid"), column(index.name))


def matches(index: WordIndex, found: TableClause, question: Any) -> ColumnElement[bool]:
    """Return the condition on a FTS5 table that a row fits the question."""
    return found.c[index.name].op("MATCH", is_comparison=True)(question)


def holds_in_vector(index: WordIndex, question: Any) -> ColumnElement[bool]:
    """Return PostgreSQL's condition on the indexed table that a row fits the question."""
    configuration: Any = literal_column("'english'" if index.is_prose else "'simple'")
    return literal_column(postgresql.vector(index)).op("@@", is_comparison=True)(
        func.to_tsquery(configuration, question)
    )


def begins_in_vector(index: WordIndex) -> ColumnElement[bool]:
    """Return PostgreSQL's condition on the indexed table that its name begins in one of the ways `begins` gives."""
    said: list[Any] = [literal_column(f"(' ' || {sql} || ' ')") for sql in postgresql.said(index)]
    return or_(*(each.like(bindparam(f"begins_{number}")) for each in said for number in range(MOST_SAYINGS)))


def asked(index: WordIndex, words: Iterable[Word], *, on_sqlite: bool) -> str:
    """Return the words in the language of an index; they hold letters and digits alone, so that quotes contain them."""
    phrase, all_of, any_of = (_phrase_of_fts5, " AND ", " OR ") if on_sqlite else (_phrase_of_vector, " & ", " | ")
    return all_of.join(f"({any_of.join(phrase(index, word, each) for each in word.phrases)})" for word in words)


def sayings(index: WordIndex, question: Question) -> str:
    """Return in the language of FTS5 the ways in which a name may begin."""
    first = "" if index.begins_anywhere else "^ "
    star = " *" if question.is_open else ""
    quoted = (" + ".join(f'"{part}"' for part in saying) for saying in question.sayings[:MOST_SAYINGS])
    return " OR ".join(f"({first}{saying}{star})" for saying in quoted)


def begins(index: WordIndex, question: Question) -> dict[str, str]:
    """Return the same as the values of PostgreSQL's condition."""
    start, end = "% " if index.begins_anywhere else " ", "%" if question.is_open else " %"
    patterns = [start + " ".join(saying) + end for saying in question.sayings[:MOST_SAYINGS]]
    patterns += patterns[:1] * (MOST_SAYINGS - len(patterns))
    return {f"begins_{number}": pattern for number, pattern in enumerate(patterns)}


def _phrase_of_fts5(index: WordIndex, word: Word, phrase: Sequence[str]) -> str:
    *others, last = phrase
    parts = [f'"{part}"' for part in others]
    parts.append(f'"{last}" *' if _goes_on(index, word, last) else f'"{last}"')
    return f"({' AND '.join(parts)})"


def _phrase_of_vector(index: WordIndex, word: Word, phrase: Sequence[str]) -> str:
    *others, last = phrase
    parts = [f"'{part}'" for part in others]
    parts.append(f"'{last}':*" if _goes_on(index, word, last) else f"'{last}'")
    return f"({' & '.join(parts)})"


def _goes_on(index: WordIndex, word: Word, last: str) -> bool:
    return word.is_open and (not index.is_prose or len(last) >= SHORTEST_OPEN)
