"""Finds what a reference, UPRN, postcode, telephone number or e-mail address names, in one statement."""

from typing import Any, NamedTuple

from sqlalchemy import Select, literal, literal_column, select, union_all
from sqlalchemy.orm import Session

from engine.search.reading import Question
from models.search.keys import AFTER_ALL, KEY_SOURCES, KeyOf, KeySource

SHORTEST = 3  # characters of the beginning of a key
MOST = 100  # answers of one source


class Named(NamedTuple):
    """What a key names. `opens`: it names this one alone, in full."""

    kind: str
    id: int
    is_whole: bool
    opens: bool
    why: str  # the kind of key, and its value


def named(session: Session, question: Question) -> list[Named]:
    """Return what the question names as a key, or begins to name: what it names in full first."""
    if not question.key:
        return []
    branches = [select(_branch(source, question.key).subquery()) for source in KEY_SOURCES]
    rows = [
        Named(row.kind, row.id, bool(row.is_whole), bool(row.opens), f"{row.word} {row.value}")
        for row in session.execute(union_all(*branches))
    ]
    first: dict[tuple[str, int], Named] = {}
    for row in sorted(rows, key=lambda row: (not row.is_whole, not row.opens)):
        first.setdefault((row.kind, row.id), row)
    return list(first.values())


def _branch(source: KeySource, key: str) -> Select[Any]:
    value = KeyOf(source.column)
    kind = literal_column(f"'{source.kind}'") if source.kind_column is None else source.kind_column
    is_whole = value == key
    rows = select(
        kind.label("kind"),
        source.names.label("id"),
        is_whole.label("is_whole"),
        literal(source.opens).label("opens"),
        literal(source.word).label("word"),
        source.column.label("value"),
    )
    rows = rows.where(source.names.is_not(None))
    if len(key) >= SHORTEST and any(letter.isdigit() or letter == "@" for letter in key):
        return rows.where(value >= key, value < key + AFTER_ALL).order_by(value).limit(MOST)
    return rows.where(is_whole).limit(MOST)
