"""What becomes of the values that there are when a field gets another type, or is asked for in another way.

A value is kept as it stands. A type into which every value can be read as it stands is taken; another one is refused,
with the values that cannot.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.field_catalogue import held
from engine.field_catalogue.owners import Owner
from engine.field_catalogue.texts import Faults
from engine.fields import Catalogue, FieldDef
from engine.instants import today
from models.database import canonical_json

MOST_DIFFERENT = 20_000
MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Unfit:
    """A value that a new type cannot take, the case or entity that holds it, and why."""

    entity_id: int
    value: Any
    why: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What a new type would make of the values that there are: how many there are, and which do not fit."""

    number: int
    unfit: tuple[Unfit, ...]


def faults(session: Session, owner: Owner, before: FieldDef, after: FieldDef) -> Faults:
    """Return why a change cannot be made to a field whose values there are; nothing when it can."""
    if (before.key, before.parent) != (after.key, after.parent):
        if next(held.values(session, owner, before), None) is not None:
            what = "key" if before.key != after.key else "parent"
            return {what: "There are values under this key. Retire the field, and add another one."}
        return {}
    if before.type == after.type:
        return {}
    found = trial(session, owner, before, after)
    if not found.unfit:
        return {}
    first = found.unfit[0]
    sentence = (
        f"{len(found.unfit)} of {found.number} values do not fit the type “{after.kind.name.lower()}”, such as "
        f"“{str(first.value)[:60]}”: {first.why}. Correct those values first, or add another field."
    )
    return {"type": sentence}


def trial(session: Session, owner: Owner, before: FieldDef, after: FieldDef) -> Trial:
    """Return what the type of `after` would make of the values of `before`. Raises Invalid when they are too many."""
    if "group" in (before.type, after.type):
        number = sum(1 for _ in held.values(session, owner, before))
        first = next(held.values(session, owner, before), None)
        why = "a repeating group and a single value cannot become one another"
        return Trial(number, (Unfit(*first, why),) if first else ())
    alone = Catalogue(
        "", "", [replace(after, parent="", shown_when="", from_on=None, until_on=None, limits=_of(after))]
    )
    form = alone.form_of([after.key], today())
    seen: dict[str, str] = {}
    unfit: list[Unfit] = []
    number = 0
    for entity_id, value in held.values(session, owner, before):
        number += 1
        text = canonical_json(value)
        if text not in seen:
            if len(seen) >= MOST_DIFFERENT:
                remedy = "Add another field, and retire this one."
                raise Invalid(f"The field has more than {MOST_DIFFERENT:,} different values.", remedy=remedy)
            seen[text] = next(_misfit(form, after.key, value), "")
        if seen[text]:
            unfit.append(Unfit(entity_id, value, seen[text]))
    return Trial(number, tuple(unfit))


def _of(after: FieldDef) -> dict[str, Any]:
    """Return the limits that say what a value is, without those that say how large it may be."""
    return {name: limit for name, limit in after.limits.items() if name in ("entity", "several", "decimals")}


def _misfit(form: Any, key: str, value: Any) -> Iterator[str]:
    try:
        found = form.validate({key: value}, {})
    except Invalid as error:
        yield next(iter(error.errors.values()), error.message)
        return
    if canonical_json(found.get(key)) != canonical_json(value):
        yield "it would have to be written in another way"
