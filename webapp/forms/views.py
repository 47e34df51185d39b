"""Turns a form as it stands into what the templates draw: one plain view for each component."""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from engine.forms import Form, Node, Resolution
from engine.forms.components import (
    ChoiceInput, Component, Computed, FileInput, Group, Html, Image, Input, MomentInput, NumberInput, RepeatingList, Spacer,
    Table, Text, TextInput, YesNoInput,
)
from engine.forms.inputs import token
from engine.forms.paths import MISSING, get
from engine.forms.values import Unreadable, is_blank, read_date, read_instant, read_time
from engine.forms.words import local, plain_number, shown
from webapp.forms import markup
from webapp.forms.tables import TableView, table_view

MOST_CHECKBOXES_WITHOUT_FILTER = 8


@dataclass(frozen=True)
class StoredFile:
    """A file that is already kept: what to call it and where to open it."""

    name: str
    url: str = ""


@dataclass
class View:
    """One component as a template draws it. `template` is the file in components/fields that draws it."""

    template: str
    id: str = ""
    name: str = ""
    label: str = ""
    hint: str = ""
    error: str = ""
    optional: bool = False
    value: Any = ""
    span: int = 0
    anchor: str = ""
    refreshes: bool = False
    offers_update: bool = False
    autofocus: bool = False
    mark: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    rows: list["Row"] = field(default_factory=list)
    entries: list["Entry"] = field(default_factory=list)


@dataclass
class Row:
    """Components drawn side by side on a wide screen."""

    views: list[View]

    @property
    def is_divided(self) -> bool:
        """Say whether more than one component stands in the row, or one that does not fill it."""
        return len(self.views) > 1 or bool(self.views[0].span)


@dataclass
class Entry:
    """One row of a repeating list."""

    number: int
    name: str
    rows: list[Row]


@dataclass
class Page:
    """Everything that drawing one form needs besides its nodes."""

    form: Form
    values: Mapping[str, Any]
    errors: Mapping[str, str]
    files: Mapping[str, StoredFile]
    focus: str = ""
    may_update: bool = True
    carried: list[tuple[str, str]] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)


def views_of(page: Page, resolution: Resolution) -> list[Row]:
    """Return the rows of the form; what was typed into hidden fields goes to `page.carried`."""
    return _rows(page, resolution.nodes)


def _rows(page: Page, nodes: Sequence[Node]) -> list[Row]:
    rows: list[Row] = []
    last = ""
    for node in nodes:
        if node.hidden:
            page.carried.extend(_carried(page, node))
            continue
        view = _view(page, node)
        if view is None:
            continue
        if rows and node.component.row and node.component.row == last:
            rows[-1].views.append(view)
        else:
            rows.append(Row([view]))
        last = node.component.row
    return rows


def _carried(page: Page, node: Node) -> Iterator[tuple[str, str]]:
    """Return what was typed into a field that is hidden now, so that it is there again when the field is."""
    if isinstance(node.component, RepeatingList):
        rows = get(page.values, node.path)
        for number, row in enumerate(rows if isinstance(rows, list) else []):
            yield from _flat(f"{node.name}-{number}", row)
    elif isinstance(node.component, Group):
        for child in node.children:
            yield from _carried(page, child)
    elif isinstance(node.component, Input) and not node.component.disabled and node.component.readonly is not True:
        value = get(page.values, node.path)
        if value is not MISSING and not is_blank(value):
            yield from _flat(node.name, value)


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Return a value as the names and texts under which a page would post it."""
    if isinstance(value, Mapping):
        for part, inner in value.items():
            joint = "-" if part in ("day", "month", "year", "time") and not isinstance(inner, (dict, list)) else "."
            yield from _flat(f"{name}{joint}{part}", inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _flat(name, inner)
    elif value is not None:
        yield name, _text(value)


def _view(page: Page, node: Node) -> View | None:
    component = node.component
    if isinstance(component, RepeatingList):
        view = _list(page, node, component)
    elif isinstance(component, Group):
        view = View("group", label=node.label, rows=_rows(page, node.children), extra={"outline": component.outline})
        view = view if view.rows else None
    elif isinstance(component, Input):
        view = _field(page, node, component)
    elif isinstance(component, Computed):
        return None
    else:
        view = _shown(node, component)
    if view is not None:
        view.span = component.columns or 0
        view.anchor = f"part-{node.name}-{component.id}" if node.name else f"part-{component.id}"
        view.mark = _mark(node)
    return view


def _mark(node: Node) -> str:
    """Return a mark that changes when the component must be drawn anew, whatever was typed into it."""
    component = node.component
    if isinstance(component, Input):
        facts = (node.label, node.help, node.readonly, node.required, node.minimum, node.maximum, node.options)
        return format(zlib.crc32(repr(facts).encode()), "x")
    return ""


def _field(page: Page, node: Node, component: Input) -> View:
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
    return view


def _words(node: Node, component: Input, raw: Any) -> str:
    """Return an answer as it is read: labels of options, days in words."""
    if isinstance(component, ChoiceInput):
        labels = {token(option.value): option.label for option in node.options}
        return ", ".join(labels.get(token(part), _text(part)) for part in (raw if isinstance(raw, list) else [raw]) if part)
    try:
        if isinstance(component, MomentInput) and not is_blank(raw):
            return shown({"date": read_date, "time": read_time, "datetime": read_instant}[component.subtype](raw))
    except Unreadable:
        return _text(raw)
    return shown(raw)


def _draw_text(page: Page, view: View, node: Node, component: TextInput, raw: Any) -> None:
    view.template = "textarea" if component.kind == "textarea" else "text"
    text = _text(raw)
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
    view.value = _text(raw)
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
        return {str(part): _text(value) for part, value in raw.items()}
    try:
        found = read_date(raw) if raw is not None else None
    except Unreadable:
        return {"day": _text(raw)}
    return {"day": str(found.day), "month": str(found.month), "year": f"{found.year:04}"} if found else {}


def _instant_parts(raw: Any) -> dict[str, str]:
    if isinstance(raw, Mapping):
        return {str(part): _text(value) for part, value in raw.items()}
    try:
        found = read_instant(raw) if raw is not None else None
    except Unreadable:
        return {"day": _text(raw)}
    return {**_date_parts(local(found).date()), "time": f"{local(found):%H:%M}"} if found else {}


def _clock(raw: Any) -> str:
    return f"{raw:%H:%M}" if isinstance(raw, time) else _text(raw)


def _draw_yes_no(page: Page, view: View, node: Node, component: YesNoInput, raw: Any) -> None:
    view.template = "yes_no"
    view.value = raw is True or raw in ("true", "on")


def _draw_choice(page: Page, view: View, node: Node, component: ChoiceInput, raw: Any) -> None:
    chosen = [token(part) for part in (raw if isinstance(raw, list) else [raw]) if part is not None]
    offered = [(token(option.value), option.label, token(option.value) in chosen) for option in node.options]
    # an answer that is no longer offered stays to be seen, and is refused with a sentence
    gone = [(part, f"{part} (no longer offered)", True) for part in chosen if part and part not in {v for v, _, _ in offered}]
    view.template = {"radio": "radios", "select": "select"}.get(component.kind, "checkboxes")
    view.extra = {
        "options": offered + gone,
        "searchable": component.searchable or component.kind == "taglist",
        "as_tags": component.kind == "taglist",
        "has_filter": component.kind == "taglist" or len(offered) > MOST_CHECKBOXES_WITHOUT_FILTER,
        "inline": component.kind == "radio" and len(offered) == 2 and all(len(label) <= 12 for _, label, _ in offered),
    }


def _draw_file(page: Page, view: View, node: Node, component: FileInput, raw: Any) -> None:
    view.template = "file"
    ids = [_text(part) for part in (raw if isinstance(raw, list) else [raw]) if not is_blank(part)]
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
    FileInput: _draw_file,
}


def _list(page: Page, node: Node, component: RepeatingList) -> View:
    view = View(
        "list",
        id=f"f-{node.name.replace('.', '-')}",
        name=node.name,
        label=node.label,
        error=page.errors.get(node.shown_path, ""),
        refreshes=False,
    )
    page.links[node.shown_path] = view.id
    for number, row in enumerate(node.rows):
        view.entries.append(Entry(number + 1, f"{node.name}-{number}", _rows(page, row)))
    view.extra = {
        "may_add": component.may_add and len(node.rows) < component.maximum,
        "may_remove": component.may_add,
        "maximum": component.maximum,
        "item": component.properties.get("item", "") or "Entry",
    }
    return view


def _shown(node: Node, component: Component) -> View | None:
    match component:
        case Text():
            return _filled("markup", markup.from_markdown(component.text, node.names))
        case Html():
            return _filled("markup", markup.from_html(component.content, node.names))
        case Image():
            source = markup.image_source(component.source, node.names)
            return View("image", value=source, label=component.alt.render(node.names))
        case Table():
            return View("table", label=component.label.render(node.names), value=_table(node, component))
        case Spacer():
            return View("spacer", value=min(10, max(1, round(component.height / 20))))
        case _:
            return View("separator")


def _table(node: Node, component: Table) -> TableView:
    return table_view(component, node.names)


def _filled(template: str, value: Markup) -> View | None:
    return View(template, value=value) if value.strip() else None


def _text(value: Any) -> str:
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
