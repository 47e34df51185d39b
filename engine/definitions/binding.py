"""Puts the fields of a category's catalogue into a version of it: forms that name them ask for them as they are now."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from engine import fields
from engine.definitions.category import Definition
from engine.fields import CATEGORY, Catalogue
from engine.fields.components import named
from engine.forms import Form
from engine.forms.components import Component, Group, Input, RepeatingList
from engine.instants import today

MOST_KEPT = 128
# What a version has by itself, worked out once for it and all that its fields have been since.
_OF_VERSION = ("elements", "specs", "digest", "start", "templates", "decisions", "diagram_xml")

_bound: OrderedDict[tuple[Any, ...], Definition] = OrderedDict()
_keeping = threading.Lock()


def bound(session: Session, definition: Definition, mark: str) -> Definition:
    """Return a version with its category's fields as they were under this mark, or have become since."""
    catalogue = fields.by_mark(session, f"{CATEGORY}{definition.settings.key}", mark)
    if catalogue is None or not catalogue.definitions:
        return definition
    day = today()
    key = (definition.version_id, catalogue.mark, day if catalogue.has_dates else None)
    with _keeping:
        found = _bound.get(key)
        if found is None:
            found = _bound[key] = bind(definition, catalogue, day)
            while len(_bound) > MOST_KEPT:
                _bound.popitem(last=False)
        _bound.move_to_end(key)
    return found


def forget() -> None:
    """Drop what is kept; tests that exchange the database need it."""
    _bound.clear()


def bind(definition: Definition, catalogue: Catalogue, day: date) -> Definition:
    """Return the version with a catalogue: its forms ask for the catalogue's fields as they are on this day."""
    made = replace(
        definition,
        forms={form_id: _form(form, catalogue, day) for form_id, form in definition.forms.items()},
        catalogue=catalogue,
    )
    known = vars(definition)
    vars(made).update({name: known[name] for name in _OF_VERSION if name in known})
    return made


def _form(form: Form, catalogue: Catalogue, day: date) -> Form:
    if next(named(form.components), None) is None:
        return form
    return Form(form.id, form.source, _drawn(form.components, catalogue, day), form.warnings)


def _drawn(components: Sequence[Component], catalogue: Catalogue, day: date) -> tuple[Component, ...]:
    found: list[Component] = []
    for one in components:
        path = one.properties.get("catalogue", "")
        if path in catalogue.by_path:
            asked = catalogue.component(path, day)
            found.extend([_placed(asked, one)] if asked is not None else [])
        elif isinstance(one, Group):
            found.append(replace(one, children=_drawn(one.children, catalogue, day)))
        else:
            found.append(one)
    return tuple(found)


def _placed(asked: Component, drawn: Component) -> Component:
    """Return the component of the catalogue where the form has drawn one, hidden also when the form hides that."""
    place: dict[str, Any] = {"id": drawn.id, "place": drawn.place, "row": drawn.row, "columns": drawn.columns}
    if drawn.hide is not None:
        place["hide"] = drawn.hide
    if isinstance(asked, Input) and isinstance(drawn, Input) and drawn.required is True:
        place["required"] = True
    if isinstance(asked, RepeatingList) and isinstance(drawn, RepeatingList):
        place["first_rows"] = drawn.first_rows
    return replace(asked, **place)
