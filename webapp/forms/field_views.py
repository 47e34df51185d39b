"""Draws each kind of component that answers a field: what stands in its inputs, as it was typed."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from engine.forms import Node
from engine.forms.components import (
    ChoiceInput,
    Component,
    FileInput,
    Input,
    LookupInput,
    MomentInput,
    NumberInput,
    TextInput,
    YesNoInput,
)
from engine.forms.inputs import token
from engine.forms.paths import MISSING, get
from engine.forms.values import Unreadable, is_blank, read_date, read_instant, read_time
from engine.forms.words import local, plain_number, shown
from webapp.forms.parts import Page, StoredFile, View

MOST_CHECKBOXES_IN_SIGHT = 8


def field_view(page: Page, node: Node, component: Input) -> View:
    """Return the view of one field, with its error and what was typed into it."""
    view = View(
        "",
        id=f"f-{node.name.replace('.', '-')}",
        name=node.name,
        label=node.label,
        hint=node.help,
        error=page.errors.get(node.shown_path, ""),
        optional=not node.required and not isinstance(component, YesNoInput),
        refreshes=component.id in page.form.steering,
    )
    view.offers_update = view.refreshes and page.may_update
    raw = get(page.values, node.path)
    raw = None if raw is MISSING else raw
    view.autofocus = bool(page.focus) and (node.name == page.focus or node.name.startswith(f"{page.focus}-"))
    if view.autofocus:
        page.focus = ""
    if node.readonly:
        return _readonly(view, node, component, raw)
    _DRAWN[type(component)](page, view, node, component, raw)
    page.links[node.shown_path] = view.extra.get("first_id", view.id)
    return view


def _readonly(view: View, node: Node, component: Input, raw: Any) -> View:
    view.template, view.optional, view.offers_update = "readonly", False, False
    view.value = _words(node, component, raw)
    view.extra = {"sensitive": bool(component.properties.get("sensitivity"))}
    return view


def _words(node: Node, component: Input, raw: Any) -> str:
    """Return an answer as it is read: labels of options, days in words."""
    if isinstance(component, ChoiceInput):
        labels = {token(option.value): option.label for option in node.options}
        return ", ".join(
            labels.get(token(part), text_of(part)) for part in (raw if isinstance(raw, list) else [raw]) if part
        )
    try:
        if isinstance(component, MomentInput) and not is_blank(raw):
            return shown({"date": read_date, "time": read_time, "datetime": read_instant}[component.subtype](raw))
    except Unreadable:
        return text_of(raw)
    return shown(raw)


def _draw_text(page: Page, view: View, node: Node, component: TextInput, raw: Any) -> None:
    view.template = "textarea" if component.kind == "textarea" else "text"
    text = text_of(raw)
    view.value = f"\n{text}" if view.template == "textarea" and text.startswith("\n") else text
    view.extra = {
        "type": {"email": "email", "phone": "tel"}.get(component.format, "text"),
        "autocomplete": component.properties.get("autocomplete", ""),
        "prefix": component.prefix.render(node.names),
        "suffix": component.suffix.render(node.names),
        "maxlength": node.max_length,
        "rows": component.properties.get("rows", "5") if component.properties.get("rows", "5").isdigit() else "5",
    }


def _draw_number(page: Page, view: View, node: Node, component: NumberInput, raw: Any) -> None:
    view.template = "text"
    view.value = text_of(raw)
    view.extra = {
        "type": "text",
        "inputmode": "numeric" if component.decimals == 0 else "decimal",
        "classes": "govuk-input--width-10",
        "prefix": component.prefix.render(node.names),
        "suffix": component.suffix.render(node.names),
    }


def _draw_moment(page: Page, view: View, node: Node, component: MomentInput, raw: Any) -> None:
    if component.subtype == "time":
        view.template, view.value = "time", _clock(raw)
        return
    view.template = "date"
    parts = _date_parts(raw) if component.subtype == "date" else _instant_parts(raw)
    widths = {"day": 2, "month": 2, "year": 4, "time": 5}
    view.extra = {"parts": [(part, parts.get(part, ""), widths[part]) for part in _PARTS[component.subtype]]}
    view.extra["first_id"] = f"{view.id}-day"
    view.extra["is_birth_date"] = component.properties.get("autocomplete") == "bday"


_PARTS = {"date": ("day", "month", "year"), "datetime": ("day", "month", "year", "time")}


def _date_parts(raw: Any) -> dict[str, str]:
    if isinstance(raw, Mapping):
        return {str(part): text_of(value) for part, value in raw.items()}
    try:
        found = read_date(raw) if raw is not None else None
    except Unreadable:
        return {"day": text_of(raw)}
    return {"day": str(found.day), "month": str(found.month), "year": f"{found.year:04}"} if found else {}


def _instant_parts(raw: Any) -> dict[str, str]:
    if isinstance(raw, Mapping):
        return {str(part): text_of(value) for part, value in raw.items()}
    try:
        found = read_instant(raw) if raw is not None else None
    except Unreadable:
        return {"day": text_of(raw)}
    return {**_date_parts(local(found).date()), "time": f"{local(found):%H:%M}"} if found else {}


def _clock(raw: Any) -> str:
    return f"{raw:%H:%M}" if isinstance(raw, time) else text_of(raw)


def _draw_yes_no(page: Page, view: View, node: Node, component: YesNoInput, raw: Any) -> None:
    view.template = "yes_no"
    view.value = raw is True or raw in ("true", "on")


def _draw_choice(page: Page, view: View, node: Node, component: ChoiceInput, raw: Any) -> None:
    chosen = [token(part) for part in (raw if isinstance(raw, list) else [raw]) if part is not None]
    offered = [(token(option.value), option.label, token(option.value) in chosen) for option in node.options]
    # an answer that is no longer offered stays to be seen, and is refused with a sentence
    gone = [
        (part, f"{part} (no longer offered)", True)
        for part in chosen
        if part and part not in {v for v, _, _ in offered}
    ]
    view.template = {"radio": "radios", "select": "select"}.get(component.kind, "checkboxes")
    view.extra = {
        "options": offered + gone,
        "searchable": component.searchable or component.kind == "taglist",
        "as_tags": component.kind == "taglist",
        "is_long": len(offered) > MOST_CHECKBOXES_IN_SIGHT,
        "inline": component.kind == "radio" and len(offered) == 2 and all(len(label) <= 12 for _, label, _ in offered),
    }


def _draw_lookup(page: Page, view: View, node: Node, component: LookupInput, raw: Any) -> None:
    view.template, view.value = "text", text_of(raw)
    view.hint = view.hint or f"The reference of the {component.entity}, as its page shows it"
    view.extra = {"type": "text", "classes": "govuk-input--width-10"}


def _draw_file(page: Page, view: View, node: Node, component: FileInput, raw: Any) -> None:
    view.template = "file"
    ids = [text_of(part) for part in (raw if isinstance(raw, list) else [raw]) if not is_blank(part)]
    view.extra = {
        "files": [(file_id, page.files.get(file_id, StoredFile(file_id))) for file_id in ids],
        "several": node.several,
        "accept": component.accept,
        "capture": component.properties.get("capture", ""),
    }


_DRAWN: dict[type[Component], Any] = {
    TextInput: _draw_text,
    NumberInput: _draw_number,
    MomentInput: _draw_moment,
    YesNoInput: _draw_yes_no,
    ChoiceInput: _draw_choice,
    LookupInput: _draw_lookup,
    FileInput: _draw_file,
}


def text_of(value: Any) -> str:
    """Return a value as it stands in an input."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return plain_number(value)
        case datetime() | date() | time():
            return value.isoformat()
        case _:
            return str(value)
