"""Another entity in a form, named as people write it: by its reference, its whole name or its address."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from engine.permissions import Actor, visible_entities
from engine.record.kinds import KINDS
from engine.record.naming import name_of
from models.base import table
from models.people import Person
from models.places import Asset

MOST = 5  # candidates that a sentence names


def written(session: Session, kind: str, row_id: int | None, *, by: Actor) -> str:
    """Return how a form writes the entity with a number; nothing where `by` may not see it."""
    model: Any = KINDS[kind].model
    row = session.scalar(select(model).where(model.id == row_id, visible_entities(by, kind))) if row_id else None
    return str(getattr(row, "reference", "")) if row is not None else ""


def found(session: Session, kind: str, text: str, *, by: Actor) -> tuple[int | None, str]:
    """Return the number of the one entity that `text` names of those that `by` may see, or what to write instead."""
    if not text:
        return None, ""
    model: Any = KINDS[kind].model
    reference = table(model).c.reference
    seen = select(model).where(visible_entities(by, kind))
    exact = session.scalars(seen.where(func.lower(reference) == text.lower())).first()
    rows = [exact] if exact is not None else _named(session, kind, text, seen)
    if len(rows) == 1:
        return rows[0].id, ""
    if not rows:
        return None, f"There is no {KINDS[kind].word} called “{text[:60]}”."
    several = "; ".join(f"{row.reference} {name_of(kind, row)}" for row in rows[:MOST])
    return None, f"There are several. Write the reference: {several}."


def _named(session: Session, kind: str, text: str, seen: Select[Any]) -> list[Any]:
    like = text.lower()
    match kind:
        case "person":
            whole = func.lower(Person.first_name + " " + Person.surname)
            words = like.split()
            titled = " ".join(words[1:]) if len(words) > 2 else like
            return list(session.scalars(seen.where(whole.in_([like, titled])).limit(MOST + 1)))
        case "home":
            starts = func.lower(Asset.one_line).startswith(like, autoescape=True)
            return list(session.scalars(seen.where(starts).order_by(Asset.id).limit(MOST + 1)))
    return []
