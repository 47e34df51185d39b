"""Draws a field of the catalogue as an officer sees it, before it is one."""

from dataclasses import replace
from typing import Any

from markupsafe import Markup

from engine.fields import ALWAYS, Catalogue, FieldDef
from engine.instants import today
from webapp.forms import render_fields


def preview(catalogue: Catalogue, one: FieldDef) -> Markup:
    """Return the field as HTML, shown whatever its condition says; a repeating group has a first row.

    Raises:
        EngineError: an expression of the field cannot be read or worked out.
    """
    within = catalogue.within.get(one.key, ()) if one.type == "group" else ()
    shown = replace(one, parent="", from_on=None, until_on=None, retired_at=None)
    form = Catalogue(one.owner, "", map(_always, (shown, *within))).form_of([one.key], today())
    rows: dict[str, Any] = {one.key: [{}]} if one.type == "group" else {}
    return render_fields(form, rows, {}, {})


def _always(one: FieldDef) -> FieldDef:
    return replace(one, shown_when="", required_when=one.required_when if one.required_when == ALWAYS else "")
