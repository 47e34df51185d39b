"""The fields of the catalogue as columns of files: `fields.KEY`, read and written as people write them."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from engine import fields
from engine.fields import ENTITIES, FieldDef
from engine.forms import typed
from engine.instants import today
from engine.permissions import Actor, levels_held_back
from engine.record.fields import OWN
from engine.record.kinds import Kind

SEPARATOR = "|"  # between several choices, as between options in the catalogue
NO_COLUMN = ("group", "file")  # what no single cell holds


def of_kind(session: Session, kind: Kind, *, by: Actor) -> dict[str, FieldDef]:
    """Return the fields that a file about entities of a kind may have, by the name of their column.

    They are those that are asked today and that the actor may see.
    """
    if kind.key not in ENTITIES:
        return {}
    hidden, day = levels_held_back(by), today()
    return {
        f"{OWN}{key}": one
        for key, one in fields.of_owner(session, kind.key).at_top.items()
        if one.type not in NO_COLUMN and one.sensitivity not in hidden and one.is_asked_on(day)
    }


def answer(one: FieldDef, day: Callable[[str], str] | None) -> Callable[[str], Any]:
    """Return what makes an answer of a cell's text, to be checked by the field; `day` reads days of another layout."""
    if one.type == "date" and day is not None:
        return day
    options = [(True, "yes"), (False, "no")] if one.type == "yes_no" else one.options
    values: dict[str, Any] = {label.casefold(): value for value, label in options}

    def choice(text: str) -> Any:
        return values.get(text.strip().casefold(), text.strip())

    if one.type == "multiple_choice":
        return lambda text: [choice(part) for part in text.split(SEPARATOR) if part.strip()]
    return choice if options else str.strip


def cells(own: Mapping[str, FieldDef], stored: Mapping[str, Any]) -> list[Any]:
    """Return the cells of an entity's values in the order of the columns."""
    return [_cell(one, stored.get(one.key)) for one in own.values()]


def _cell(one: FieldDef, value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return SEPARATOR.join(map(str, value))
    found = typed(one.kind.form_type, value)
    return found if not isinstance(found, date) or one.type == "date" else str(value)
