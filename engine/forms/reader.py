"""Reads the components of a form-js schema (1.x) into our own classes, noting every fault on the way."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.forms import inputs
from engine.forms.components import (
    Column,
    Component,
    Computed,
    Group,
    Html,
    Image,
    RepeatingList,
    Separator,
    Spacer,
    Table,
    Text,
)
from engine.forms.faults import Faults
from engine.forms.names import read_path
from engine.forms.properties import Properties

DEEPEST = 12
MOST_COMPONENTS = 2_000
NEWEST_SCHEMA = 19
"""The schemaVersion of form-js 1.23."""

REFUSED = {
    "iframe": "A page of another site cannot be shown within a form.",
    "documentPreview": "Documents are shown beside the form, not within it.",
}
IGNORED = {"button": "The platform puts its own buttons under every form.", "default": ""}


def read_components(schema: Mapping[str, Any], faults: Faults) -> tuple[Component, ...]:
    """Return the components of the form; what cannot be used is left out and noted in `faults`."""
    if _is_form(schema, faults):
        return _Reader(faults).children(Properties(schema, "", "", faults), prefix=(), depth=0, in_list=False)
    return ()


def _is_form(schema: Mapping[str, Any], faults: Faults) -> bool:
    if "components" not in schema:
        message = "This is not a form of form-js: it has no components."
        faults.error("not-a-form", message, "Export it from the form editor.", place="components")
        return False
    version = schema.get("schemaVersion")
    if isinstance(version, int) and version > NEWEST_SCHEMA:
        message = f"The form has schemaVersion {version}; {NEWEST_SCHEMA} is the newest known here."
        faults.warning("schema-version", message, "Check that every field is shown as drawn.", place="schemaVersion")
    return True


class _Reader:
    """Walks the components of one form, counting them and remembering which names are taken."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.count = 0
        self.ids: set[str] = set()
        self.taken: dict[tuple[str, ...], str] = {}

    def children(
        self, parent: Properties, *, prefix: tuple[str, ...], depth: int, in_list: bool
    ) -> tuple[Component, ...]:
        if depth > DEEPEST:
            parent.error("too-deep", f"Groups are nested more than {DEEPEST} deep.", "Take some of them out.")
            return ()
        place = f"{parent.place}.components" if parent.place else "components"
        found = []
        for number, raw in enumerate(parent.items("components", most=MOST_COMPONENTS)):
            component = self._component(raw, f"{place}[{number}]", prefix, depth, in_list)
            if component:
                found.append(component)
        return tuple(found)

    def _component(
        self, raw: object, place: str, prefix: tuple[str, ...], depth: int, in_list: bool
    ) -> Component | None:
        self.count += 1
        if self.count > MOST_COMPONENTS:
            if self.count == MOST_COMPONENTS + 1:
                message = f"The form has more than {MOST_COMPONENTS:,} components."
                self.faults.error("too-many", message, "Split it into several forms.", place=place)
            return None
        if not isinstance(raw, dict):
            self.faults.error("not-a-component", "A component is an object.", "Take this one out.", place=place)
            return None
        props = Properties(raw, place, _element(raw), self.faults)
        return self._of_kind(props, props.text("type"), prefix, depth, in_list)

    def _of_kind(
        self, props: Properties, kind: str, prefix: tuple[str, ...], depth: int, in_list: bool
    ) -> Component | None:
        if kind in IGNORED:
            return None
        if kind in REFUSED:
            props.warning("component-refused", f"“{kind}” is left out. {REFUSED[kind]}", "Take it out of the form.")
            return None
        common = self._common(props, kind)
        if kind in inputs.READERS:
            return self._input(props, kind, common, prefix, in_list)
        if kind in ("group", "dynamiclist"):
            return self._container(props, kind, common, prefix, depth, in_list)
        if kind == "expression":
            return self._computed(props, common, prefix, in_list)
        if kind in SHOWN:
            return SHOWN[kind](props, common)
        known = ", ".join(sorted({*inputs.READERS, *SHOWN, "group", "dynamiclist", "expression"}))
        props.error("type-unknown", f"“{kind[:60]}” is not a type of component.", f"Use one of: {known}.", name="type")
        return None

    def _common(self, props: Properties, kind: str) -> dict[str, Any]:
        layout = props.part("layout")
        return {
            "id": self._id(props, kind),
            "kind": kind,
            "place": props.place,
            "hide": props.part("conditional").expression("hide"),
            "row": layout.text("row"),
            "columns": layout.whole("columns", least=1, most=16),
            "properties": {
                str(k): str(v) for k, v in props.part("properties").raw.items() if isinstance(v, (str, int))
            },
        }

    def _id(self, props: Properties, kind: str) -> str:
        found = props.text("id") or f"{kind}_{self.count}"
        if found in self.ids:
            props.error("id-twice", f"The id “{found[:80]}” is used twice.", "Give one of them another id.", name="id")
        self.ids.add(found)
        return found

    def _input(
        self, props: Properties, kind: str, common: dict[str, Any], prefix: tuple[str, ...], in_list: bool
    ) -> Component | None:
        key = self._key(props, "key", prefix, in_list)
        return inputs.READERS[kind](props, common | {"key": key}) if key else None

    def _computed(
        self, props: Properties, common: dict[str, Any], prefix: tuple[str, ...], in_list: bool
    ) -> Component | None:
        key, expression = self._key(props, "key", prefix, in_list), props.expression("expression")
        if expression is None and not props.text("expression").strip():
            props.error("expression", "The expression field has no expression.", "Write one.", name="expression")
        return Computed(**common, key=key, expression=expression) if key and expression else None

    def _container(
        self, props: Properties, kind: str, common: dict[str, Any], prefix: tuple[str, ...], depth: int, in_list: bool
    ) -> Component | None:
        repeats = kind == "dynamiclist"
        path = self._path(props, prefix, in_list, repeats=repeats)
        if path is None:
            return None
        inner = (*prefix, *path, "[]") if repeats else (*prefix, *path)
        common |= {"path": path, "label": props.template("label"), "outline": props.flag("showOutline")}
        common["children"] = self.children(props, prefix=inner, depth=depth + 1, in_list=in_list or repeats)
        return _list(props, common) if repeats else Group(**common)

    def _path(
        self, props: Properties, prefix: tuple[str, ...], in_list: bool, *, repeats: bool
    ) -> tuple[str, ...] | None:
        if repeats:
            return self._key(props, "path", prefix, in_list) or None
        if not props.text("path"):
            return ()
        at_top = not prefix and not in_list
        return (
            read_path(props.raw["path"], self.faults, place=f"{props.place}.path", element=props.element, at_top=at_top)
            or None
        )

    def _key(self, props: Properties, name: str, prefix: tuple[str, ...], in_list: bool) -> tuple[str, ...]:
        """Return the path of a field that holds a value, having made sure that no other field holds it."""
        at_top = not prefix and not in_list
        place = f"{props.place}.{name}"
        key = read_path(props.raw.get(name), self.faults, place=place, element=props.element, at_top=at_top)
        return key if key and self._claim(props, name, (*prefix, *key)) else ()

    def _claim(self, props: Properties, name: str, path: tuple[str, ...]) -> bool:
        shown = ".".join(path).replace(".[]", "[]")
        other = self._other_holder(path)
        if other:
            message = f"The key “{shown}” is already used by the field at {other}."
            props.error("key-twice", message, "Give one of them another key.", name=name)
            return False
        self.taken[path] = props.place
        return True

    def _other_holder(self, path: tuple[str, ...]) -> str:
        """Return the place of the field whose path is this one, begins it, or begins with it."""
        for length in range(1, len(path) + 1):
            if path[:length] in self.taken and path[length : length + 1] != ("[]",):
                return self.taken[path[:length]]
        return next((place for held, place in self.taken.items() if held[: len(path)] == path), "")


def _element(raw: Mapping[str, Any]) -> str:
    return next((v[:80] for name in ("id", "key", "path") if isinstance(v := raw.get(name), str) and v), "")


def _list(props: Properties, common: dict[str, Any]) -> RepeatingList:
    own = props.part("properties")
    maximum = own.whole("maximum", least=1, most=1_000)
    first = props.whole("defaultRepetitions", most=100)
    return RepeatingList(
        **common,
        first_rows=1 if first is None else first,
        minimum=own.whole("minimum", most=1_000) or 0,
        maximum=maximum or 100,
        may_add=props.flag("allowAddRemove", True),
    )


def _text(props: Properties, common: dict[str, Any]) -> Component:
    return Text(**common, text=props.template("text"))


def _html(props: Properties, common: dict[str, Any]) -> Component:
    return Html(**common, content=props.template("content"))


def _image(props: Properties, common: dict[str, Any]) -> Component:
    source = props.template("source")
    if source.is_static and source.source.startswith(("http:", "https:", "//")):
        remedy = "Put the picture into the form itself, or among the platform's own files."
        props.warning("image-elsewhere", "A picture from another site is not shown.", remedy, name="source")
    if not props.text("alt"):
        props.warning("image-alt", "The picture has no text for those who cannot see it.", "Fill in “alt”.", name="alt")
    return Image(**common, source=source, alt=props.template("alt"))


def _table(props: Properties, common: dict[str, Any]) -> Component:
    columns = tuple(_columns(props))
    by_expression = props.expression("columnsExpression")
    if not columns and not by_expression:
        props.error("table-columns", "The table has no columns.", "Add at least one.", name="columns")
    return Table(
        **common,
        label=props.template("label"),
        data=props.expression("dataSource"),
        columns_shown=columns,
        columns_expression=by_expression,
        page_size=props.whole("rowCount", least=1, most=1_000) or 10,
    )


def _columns(props: Properties) -> Iterator[Column]:
    for number, raw in enumerate(props.items("columns", most=50)):
        if not isinstance(raw, dict) or not isinstance(raw.get("key"), str):
            remedy = "Give it a key and a label."
            props.error("table-columns", "A column is an object with a key.", remedy, name=f"columns[{number}]")
            continue
        label = raw.get("label")
        yield Column(raw["key"], label if isinstance(label, str) and label else raw["key"])


def _separator(props: Properties, common: dict[str, Any]) -> Component:
    return Separator(**common)


def _spacer(props: Properties, common: dict[str, Any]) -> Component:
    height = props.whole("height", most=2_000)
    return Spacer(**common, height=60 if height is None else height)


SHOWN: dict[str, Callable[[Properties, dict[str, Any]], Component]] = {
    "text": _text,
    "html": _html,
    "image": _image,
    "table": _table,
    "separator": _separator,
    "spacer": _spacer,
}
"""Components that answer nothing."""
