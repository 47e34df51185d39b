"""Finds what a text mentions by its keys: references, postcodes, telephone numbers, addresses, all of it at once."""

from collections.abc import Collection
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, literal_column, select, union_all
from sqlalchemy.orm import Session

from engine.permissions import Actor, may
from engine.search import matching, statements
from engine.search.scope import ANYTHING, MODELS, seeing
from models.among import among
from models.prepared import Prepared
from models.search.keys import KEY_SOURCES, LONGEST, KeyOf, KeySource, key_of

MOST = 60  # rows of one kind of key
MOST_KEYS = 100


class Mention(NamedTuple):
    """One row that a key names. `word` says which kind of key that is: Reference, UPRN, Postcode, Reached at."""

    kind: str
    id: int
    key: str
    value: str  # as the row has it
    word: str
    opens: bool  # it names this one alone


def mentioned(session: Session, keys: Collection[str], *, by: Actor) -> list[Mention]:
    """Return what these keys name in full, as far as the actor may see it."""
    wanted = list(dict.fromkeys(key_of(key)[:LONGEST] for key in keys if key.strip()))[:MOST_KEYS]
    if not wanted:
        return []
    rows = _statement().rows(session.connection(), {"keys": wanted})
    found = dict.fromkeys(Mention(row.kind, int(row.id), row.key, row.value, row.word, bool(row.opens)) for row in rows)
    allowed = {kind: _allowed(session, kind, {one.id for one in found if one.kind == kind}, by) for kind in MODELS}
    return [one for one in found if one.id in allowed[one.kind]]


def _allowed(session: Session, kind: str, ids: set[int], by: Actor) -> set[int]:
    verb = "see cases" if kind == "case" else "see people"
    if not ids or not may(by, verb):
        return set()
    shape = statements.Shape(kind, ANYTHING.shape, seeing(by), matching.is_sqlite(session))
    values = {"ids": ids, **ANYTHING.values(by)}
    return {row.id for row in statements.those_allowed(shape).rows(session.connection(), values)}


@lru_cache(maxsize=1)
def _statement() -> Prepared:
    return Prepared(union_all(*(select(_branch(source).subquery()) for source in KEY_SOURCES)))


def _branch(source: KeySource) -> Select[Any]:
    key: Any = KeyOf(source.column)
    kind = literal_column(f"'{source.kind}'") if source.kind_column is None else source.kind_column
    return (
        select(
            kind.label("kind"),
            source.names.label("id"),
            key.label("key"),
            source.column.label("value"),
            literal_column(f"'{source.word}'").label("word"),
            literal_column("1" if source.opens else "0").label("opens"),
        )
        .where(source.names.is_not(None), among(key, bindparam("keys")))
        .limit(literal_column(str(MOST)))
    )
