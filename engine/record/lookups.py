"""Answers that name a row of the record by its reference: each must be there."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.forms import Form
from engine.forms.validation import refusal
from engine.record.kinds import KINDS


def require_known(session: Session, form: Form, values: dict[str, Any]) -> None:
    """Raise Invalid with a sentence for each validated answer that names nothing of the record; one query a kind."""
    if not form.has_lookups:
        return
    wanted: dict[str, dict[str, list[str]]] = {}
    for path, entity, reference in form.lookups(values):
        wanted.setdefault(entity, {}).setdefault(reference, []).append(path)
    errors: dict[str, str] = {}
    for entity, places in wanted.items():
        column = KINDS[entity].model.__table__.c.reference
        known = set(session.scalars(select(column).where(column.in_(list(places)))))
        sentence = f"There is no {KINDS[entity].word} with this reference. Give that on its page."
        errors |= {path: sentence for reference, paths in places.items() if reference not in known for path in paths}
    if errors:
        raise refusal(errors)
