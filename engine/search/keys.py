"""Finds what a reference, UPRN, postcode, telephone number or e-mail address names, in one statement."""

from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, literal_column, select, union_all
from sqlalchemy.orm import Session

from engine.search.reading import Question
from models.prepared import Prepared
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
    key = question.key
    if not key:
        return []
    may_go_on = len(key) >= SHORTEST and any(letter.isdigit() or letter == "@" for letter in key)
    statement = _BEGINNING if may_go_on else _WHOLE
    found = statement.rows(session.connection(), {"key": key, "end": key + AFTER_ALL})
    rows = [Named(row.kind, row.id, bool(row.is_whole), bool(row.opens), f"{row.word} {row.value}") for row in found]
    first: dict[tuple[str, int], Named] = {}
    for row in sorted(rows, key=lambda row: (not row.is_whole, not row.opens)):
        first.setdefault((row.kind, row.id), row)
    return list(first.values())


def _statement(*, may_go_on: bool) -> Prepared:
    branches = [select(_branch(source, may_go_on=may_go_on).subquery()) for source in KEY_SOURCES]
    return Prepared(union_all(*branches))


def _branch(source: KeySource, *, may_go_on: bool) -> Select[Any]:
    value: Any = KeyOf(source.column)
    key: Any = bindparam("key")
    rows = select(
        (_constant(source.kind) if source.kind_column is None else source.kind_column).label("kind"),
        source.names.label("id"),
        (value == key).label("is_whole"),
        literal_column("1" if source.opens else "0").label("opens"),
        _constant(source.word).label("word"),
        source.column.label("value"),
    ).where(source.names.is_not(None))
    if may_go_on:
        return rows.where(value >= key, value < bindparam("end")).order_by(value).limit(literal_column(str(MOST)))
    return rows.where(value == key).limit(literal_column(str(MOST)))


def _constant(text: str) -> Any:
    return literal_column(f"'{text}'")


_BEGINNING, _WHOLE = _statement(may_go_on=True), _statement(may_go_on=False)
