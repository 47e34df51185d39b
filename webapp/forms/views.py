"""Turns a form as it stands into what the templates draw: one plain view for each component."""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from engine.forms import Node, Resolution
from engine.forms.components import (
    Component,
    Computed,
    Group,
    Html,
    Image,
    Input,
    RepeatingList,
    Spacer,
    Table,
    Text,
)
from engine.forms.paths import MISSING, get
from engine.forms.values import is_blank
from webapp.forms import markup
from webapp.forms.field_views import field_view, text_of
from webapp.forms.parts import Entry, Page, Row, View
from webapp.forms.tables import table_view


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
        yield name, text_of(value)


def _view(page: Page, node: Node) -> View | None:
    component = node.component
    view: View | None
    if isinstance(component, RepeatingList):
        view = _list(page, node, component)
    elif isinstance(component, Group):
        view = _group(page, node, component)
    elif isinstance(component, Input):
        view = field_view(page, node, component)
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


def _group(page: Page, node: Node, component: Group) -> View | None:
    rows = _rows(page, node.children)
    return View("group", label=node.label, rows=rows, extra={"outline": component.outline}) if rows else None


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
            return View("table", label=component.label.render(node.names), value=table_view(component, node.names))
        case Spacer():
            return View("spacer", value=min(10, max(1, round(component.height / 20))))
        case _:
            return View("separator")


def _filled(template: str, value: Markup) -> View | None:
    return View(template, value=value) if value.strip() else None
