"""Reads histories as process mining wants them: when each case came to a step of its diagram and when it left."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from models.case import Case, CaseEvent
from models.category import Category
from models.database import from_json

TRANSITIONS = {"entered": "start", "left": "complete", "withdrawn": "withdraw"}
TYPES = ("case_advanced", "case_migrated")
BATCH = 1_000


class CaseFacts(NamedTuple):
    """What is told of a case besides its steps."""

    id: int
    reference: str
    status: str
    outcome: str


class Stay(NamedTuple):
    """A case came to an element of its diagram (`start`), left it (`complete`), or was taken away (`withdraw`)."""

    element_id: str
    name: str  # as its task is called, else the id in words
    transition: str
    at: datetime
    who: str


def require_category(session: Session, key: str) -> None:
    """Refuse the key of no category.

    Raises:
        NotFound: with the keys that there are.
    """
    known = list(session.scalars(select(Category.key).order_by(Category.key)))
    if key not in known:
        raise NotFound(f"There is no category “{key}”.", remedy=f"There are: {', '.join(known) or 'none yet'}.")


def by_case(session: Session, category_key: str) -> Iterator[tuple[CaseFacts, Iterator[Stay]]]:
    """Yield each case of a category with its stays in their order; restricted cases are left out.

    Fields, notes and names of residents are not in it. The stays of a case must be read before the next case is.
    """
    rows = session.execute(
        select(
            Case.id, Case.reference, Case.status, Case.outcome,
            CaseEvent.type, CaseEvent.at, CaseEvent.actor_name, CaseEvent.payload,
        )
        .join(CaseEvent, CaseEvent.case_id == Case.id)
        .join(Category, Category.id == Case.category_id)
        .where(Category.key == category_key, Case.restricted.is_(False), CaseEvent.type.in_(TYPES))
        .order_by(Case.id, CaseEvent.sequence),
        execution_options={"yield_per": BATCH},
    )  # fmt: skip
    for facts, events in groupby(rows, key=lambda row: CaseFacts(*row[:4])):
        yield facts, _stays(events)


def _stays(rows: Iterator[Any]) -> Iterator[Stay]:
    names: dict[str, str] = {}
    for row in rows:
        payload = from_json(row.payload) if row.payload is not None else {}  # an approved erasure took it
        names |= {opened["element_id"]: opened["name"] for opened in payload.get("opened", ())}
        moves = payload.get("moves", ()) if row.type == "case_advanced" else _moves_to_version(payload)
        for what, element_id, *_ in moves:
            name = names.get(element_id) or element_id.replace("_", " ").capitalize()
            yield Stay(element_id, name, TRANSITIONS[what], row.at, row.actor_name)


def _moves_to_version(payload: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the moves of a case that went to another version: what it left behind, and what has another name there."""
    for element_id, _ in payload.get("withdrawn", ()):
        yield "withdrawn", element_id
    for _, before, after in payload.get("tokens", ()):
        if before != after:
            yield from ((("withdrawn", before),) if before else ())
            yield "entered", after
