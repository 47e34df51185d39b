"""Answers that name a row of the record by its reference: each must be there."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.forms import Form
from engine.forms.validation import refusal
from engine.permissions import Actor, visible_entities
from engine.record.kinds import KINDS


def require_known(
    session: Session, form: Form, values: dict[str, Any], *, by: Actor, stored: Mapping[str, Any]
) -> None:
    """Raise Invalid with a sentence for each validated answer that names nothing of the record that `by` may see.

    What is `stored` in the form already may stay, whoever sends it again. It takes one query a kind.
    """
    if not form.has_lookups:
        return
    wanted: dict[str, dict[str, list[str]]] = {}
    known_before = {(entity, reference) for _, entity, reference in form.lookups(stored)}
    for path, entity, reference in form.lookups(values):
        if (entity, reference) in known_before:
            continue
        wanted.setdefault(entity, {}).setdefault(reference, []).append(path)
    errors: dict[str, str] = {}
    for entity, places in wanted.items():
        column = KINDS[entity].model.__table__.c.reference
        known = set(session.scalars(select(column).where(column.in_(list(places)), visible_entities(by, entity))))
        sentence = f"There is no {KINDS[entity].word} with this reference. Give that on its page."
        errors |= {path: sentence for reference, paths in places.items() if reference not in known for path in paths}
    if errors:
        raise refusal(errors)
