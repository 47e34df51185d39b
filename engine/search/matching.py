"""Says a question in the language of an index: FTS5 on SQLite, vectors of words on PostgreSQL."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    TableClause,
    Text,
    any_,
    bindparam,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from engine.search.reading import SAME, Question, Word
from models.prepared import Prepared
from models.search import postgresql
from models.search.indexes import WordIndex

SHORTEST_OPEN = 3  # letters of a word of prose that may go on; fewer would stand for a large part of all words
# So many rows are looked at and no more: no plan is worth it that reads a whole table first, or begins with a worker.
_SETTINGS = {
    **dict.fromkeys(("enable_seqscan", "enable_hashjoin", "enable_mergejoin"), "off"),
    "max_parallel_workers_per_gather": "0",
    "random_page_cost": "1.1",
    "work_mem": "32MB",
    "plan_cache_mode": "force_custom_plan",  # how many rows hold the words is known of each question alone
}
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
    ways: Any = any_(bindparam("begins", type_=ARRAY(Text())))  # so that what is said is worked out once
    said: list[Any] = [literal_column(f"(' ' || {sql} || ' ')") for sql in postgresql.said(index)]
    return or_(*(each.op("LIKE", is_comparison=True)(ways) for each in said))


def asked(index: WordIndex, words: Iterable[Word], *, on_sqlite: bool) -> str:
    """Return the words in the language of an index; they hold letters and digits alone, so that quotes contain them."""
    phrase, all_of, any_of = (_phrase_of_fts5, " AND ", " OR ") if on_sqlite else (_phrase_of_vector, " & ", " | ")
    return all_of.join(f"({any_of.join(phrase(index, word, each) for each in word.phrases)})" for word in words)


def in_prose(index: WordIndex, question: Question, *, goes_on: bool, on_sqlite: bool) -> str:
    """Return what asks for texts; on SQLite those first where the words are whole, then where the last one `goes_on`.

    SQLite finds whole words much sooner. Empty where there is nothing to ask for.
    """
    begun = asked(index, question.words, on_sqlite=on_sqlite)
    if not on_sqlite:
        return "" if goes_on else begun
    whole = asked(index, question.whole.words, on_sqlite=on_sqlite)
    if not goes_on:
        return whole
    return "" if begun == whole else f"({begun}) NOT ({whole})"


def sayings(index: WordIndex, question: Question) -> str:
    """Return in the language of FTS5 the ways in which a name may begin."""
    first = "" if index.begins_anywhere else "^ "
    star = " *" if question.is_open else ""
    quoted = (" + ".join(f'"{part}"' for part in saying) for saying in question.sayings)
    return " OR ".join(f"({first}{saying}{star})" for saying in quoted)


def begins(index: WordIndex, question: Question) -> list[str]:
    """Return the same as the patterns of PostgreSQL's condition."""
    start, end = "% " if index.begins_anywhere else " ", "%" if question.is_open else " %"
    return [start + " ".join(saying) + end for saying in question.sayings]


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
    return word.is_open and (not index.is_prose or (len(last) >= SHORTEST_OPEN and last not in SAME))
