"""Works out how a form stands for one case and one set of answers: what is shown, offered, required, computed.

A condition sees the answers over the case. An answer that is itself hidden counts as null, so conditions are gone
through in the order of the form and again until nothing changes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from engine.forms.components import (
    ChoiceInput,
    Component,
    Computed,
    FileInput,
    Group,
    Input,
    NumberInput,
    Option,
    RepeatingList,
    TextInput,
)
from engine.forms.expressions import Expression, Functions, Names
from engine.forms.inputs import MOST_OPTIONS, read_option
from engine.forms.leniently import merge, typed
from engine.forms.paths import MISSING, Path, copied, get, posted, put, shown
from engine.forms.values import Unreadable, as_json, is_blank, read_number

MOST_PASSES = 6
"""Conditions that hide one another in a circle are left as they stand after so many passes."""


@dataclass
class Node:
    """One component as it stands now. `names` is what its texts and expressions see; `rows` are those of a list."""

    component: Component
    path: Path
    names: Names
    hidden: bool = False
    label: str = ""
    help: str = ""
    required: bool = False
    readonly: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    min_length: int | None = None
    max_length: int | None = None
    options: tuple[Option, ...] = ()
    several: bool = False
    value: Any = None
    children: list["Node"] = field(default_factory=list)
    rows: list[list["Node"]] = field(default_factory=list)

    @property
    def shown_path(self) -> str:
        """Return the path as errors are keyed."""
        return shown(self.path)

    @property
    def name(self) -> str:
        """Return the name under which a page posts the answer."""
        return posted(self.path)

    def walk(self) -> Iterator["Node"]:
        """Return this node and all beneath it, in the order of the form."""
        yield self
        for below in (self.children, *self.rows):
            for node in below:
                yield from node.walk()


@dataclass
class Resolution:
    """A form for one case and one set of answers. `data` is what its expressions see of the answers, typed."""

    nodes: list[Node]
    data: dict[str, Any]

    def walk(self) -> Iterator[Node]:
        """Return every node in the order of the form."""
        for node in self.nodes:
            yield from node.walk()


def resolve(
    components: Sequence[Component],
    scope: Mapping[str, Any],
    answers: Mapping[str, Any],
    *,
    settled: bool,
    plain: bool = False,
    functions: Functions | None = None,
) -> Resolution:
    """Return the form as it stands.

    `settled` says that no answer hides another, so conditions need no walks; `plain` that nothing reads the answers.
    """
    data = {} if plain else typed(components, answers)
    hidden: set[Path] = set()
    if settled:
        _over_case(components, scope, data)
    else:
        data, hidden = _settle(components, scope, data, functions)
    return Resolution(_nodes(components, (), _root(scope, data, functions), data, hidden, False), data)


def _root(scope: Mapping[str, Any], data: dict[str, Any], functions: Functions | None) -> Names:
    """Return what expressions outside any list see: the answers over the case."""
    seen = _Filled(data)
    special: dict[str, Any] = {"this": seen, "_this_": seen, "parent": None, "_parent_": None, "i": [], "_i_": []}
    return Names(special, seen, scope, functions=functions)


class _Filled(Mapping[str, Any]):
    """The answers as they change, without the rows of lists that nothing was typed into: they will not be kept.

    Without this, the sum of a list would be null as soon as a row is added to fill in.
    """

    def __init__(self, data: dict[str, Any]) -> None:
        self._data = data

    def __getitem__(self, name: str) -> Any:
        return _without_empty_rows(self._data[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)


def _without_empty_rows(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_empty_rows(part) for name, part in value.items()}
    if isinstance(value, list) and any(isinstance(row, dict) for row in value):
        return [_without_empty_rows(row) for row in value if not is_empty_row(row)]
    return value


def is_empty_row(row: Any) -> bool:
    """Say whether nothing was typed into a row; a box left unticked is nothing."""
    if isinstance(row, dict):
        return all(is_empty_row(part) for part in row.values())
    return row is False or row == "false" or is_blank(row) or (isinstance(row, list) and all(map(is_empty_row, row)))


def _settle(
    components: Sequence[Component], scope: Mapping[str, Any], full: dict[str, Any], functions: Functions | None
) -> tuple[dict[str, Any], set[Path]]:
    """Return the typed answers without what is hidden, computed values in place, and the paths that are hidden."""
    hidden: set[Path] = set()
    data: dict[str, Any] = {}
    for _ in range(MOST_PASSES):
        before = hidden
        data = _over_case(components, scope, copied(full))
        for path in before:
            put(data, path, None)
        hidden = _Pass(full, data).run(components, _root(scope, data, functions))
        if hidden == before:
            break
    return data, hidden


def _over_case(components: Sequence[Component], scope: Mapping[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """Lay the answers of a group over the object that the case holds under its name; what nobody answered is null.

    Without the null a field named `count` or `date` would be the function of that name until it is answered.
    """
    for name in _plain_names(components):
        if name not in data and name not in scope:
            data[name] = None
    for name in {str(path[0]) for path in _nested(components)}:
        held = scope.get(name)
        if isinstance(held, Mapping):
            base = copied(held)
            merge(base, (), data.get(name) or {})
            data[name] = base
    return data


def _plain_names(components: Sequence[Component]) -> Iterator[str]:
    for component in components:
        path = own_path(component)
        if isinstance(component, Group) and not path:
            yield from _plain_names(component.children)
        elif len(path) == 1 and isinstance(component, (Input, Computed, RepeatingList)):
            yield str(path[0])


def _nested(components: Sequence[Component]) -> Iterator[Path]:
    for component in components:
        if isinstance(component, Group) and not isinstance(component, RepeatingList):
            yield from (component.path,) if component.path else _nested(component.children)
        elif isinstance(component, (Input, Computed)) and len(component.key) > 1:
            yield component.key


class _Pass:
    """One walk over the form that hides, shows and computes, in the order in which the form stands."""

    def __init__(self, full: dict[str, Any], data: dict[str, Any]) -> None:
        self.full, self.data = full, data
        self.hidden: set[Path] = set()

    def run(self, components: Sequence[Component], names: Names) -> set[Path]:
        self._walk(components, (), names, False)
        return self.hidden

    def _walk(self, components: Sequence[Component], base: Path, names: Names, above: bool) -> None:
        for component in components:
            hidden = above or is_hidden(component, names)
            path = (*base, *own_path(component))
            if isinstance(component, RepeatingList):
                self._list(component, path, names, hidden)
            elif isinstance(component, Group):
                self._walk(component.children, path, names, hidden)
            else:
                self._leaf(component, path, names, hidden)
            if hidden and not isinstance(component, (Input, Computed)):
                self.hidden.add((*path, component.id))  # told apart from answers by its id

    def _leaf(self, component: Component, path: Path, names: Names, hidden: bool) -> None:
        if not isinstance(component, (Input, Computed)):
            return
        if hidden:
            self.hidden.add(path)
            put(self.data, path, None)
        elif isinstance(component, Computed):
            put(self.data, path, component.expression.evaluate(names))
        elif (value := get(self.full, path)) is not MISSING:
            put(self.data, path, value)

    def _list(self, component: RepeatingList, path: Path, names: Names, hidden: bool) -> None:
        rows = get(self.full, path)
        if hidden:
            self.hidden.add(path)
            put(self.data, path, None)
        elif isinstance(rows, list):
            put(self.data, path, copied(rows))
            for number in range(len(rows)):
                here = (*path, number)
                self._walk(component.children, here, row_names(get(self.data, here), names, number), False)


def row_names(row: Any, names: Names, number: int) -> Names:
    """Return what expressions in a row of a list see: the row as `this`, its number from 1 at the end of `i`."""
    around = names.get("this")
    turn = [*(names.get("i") or []), Decimal(number + 1)]
    return names.within({"this": row, "_this_": row, "parent": around, "_parent_": around, "i": turn, "_i_": turn})


def is_hidden(component: Component, names: Names) -> bool:
    """Say whether the component's condition hides it; only a plain true does."""
    return component.hide is not None and component.hide.evaluate(names) is True


def own_path(component: Component) -> Path:
    """Return the part of an answer's path that this component adds."""
    if isinstance(component, Group):
        return component.path
    return component.key if isinstance(component, (Input, Computed)) else ()


def _nodes(
    components: Sequence[Component], base: Path, names: Names, data: Any, hidden: set[Path], above: bool
) -> list[Node]:
    return [_node(component, base, names, data, hidden, above) for component in components]


def _node(component: Component, base: Path, names: Names, data: Any, hidden: set[Path], above: bool) -> Node:
    path = (*base, *own_path(component))
    mark = path if isinstance(component, (Input, Computed, RepeatingList)) else (*path, component.id)
    node = Node(component, path, names, hidden=above or mark in hidden)
    if isinstance(component, RepeatingList):
        node.rows = _rows(component, node, data, hidden)
    elif isinstance(component, Group):
        node.children = _nodes(component.children, path, names, data, hidden, node.hidden)
    if isinstance(component, Computed):
        node.value = None if node.hidden else get(data, path)
    return node if node.hidden else _filled_in(node)


def _rows(component: RepeatingList, node: Node, data: Any, hidden: set[Path]) -> list[list[Node]]:
    rows = [] if node.hidden else get(data, node.path)
    if not isinstance(rows, list):
        return []
    return [
        _nodes(component.children, (*node.path, n), row_names(row, node.names, n), data, hidden, False)
        for n, row in enumerate(rows)
    ]


def blank_row(node: Node) -> list[Node]:
    """Return the components of a list as they stand in a row that has no answers yet."""
    assert isinstance(node.component, RepeatingList)
    names = row_names({}, node.names, len(node.rows))
    return _nodes(node.component.children, (*node.path, len(node.rows)), names, {}, set(), False)


def _filled_in(node: Node) -> Node:
    component, names = node.component, node.names
    if isinstance(component, Group):
        node.label = component.label.render(names)
    if not isinstance(component, Input):
        return node
    node.label, node.help = component.label.render(names), component.help.render(names)
    node.readonly = component.disabled or _is_true(component.readonly, names)
    node.required = not node.readonly and _is_true(component.required, names)
    match component:
        case TextInput():
            node.min_length, node.max_length = (
                _length(component.min_length, names),
                _length(component.max_length, names),
            )
        case NumberInput():
            node.minimum, node.maximum = _limit(component.minimum, names), _limit(component.maximum, names)
        case ChoiceInput():
            node.options, node.several = _options(component, names), component.takes_several
        case FileInput():
            node.several = _is_true(component.several, names)
    return node


def default_of(component: Input, names: Names) -> Any:
    """Return what the field begins with, as it would be posted; None for nothing."""
    default = component.default
    return _plain(default.evaluate(names)) if isinstance(default, Expression) else default


def _is_true(flag: bool | Expression, names: Names) -> bool:
    return flag.evaluate(names) is True if isinstance(flag, Expression) else flag


def _limit(limit: Decimal | Expression | None, names: Names) -> Decimal | None:
    """Return the limit as it stands; there is none while its expression is not a number."""
    if not isinstance(limit, Expression):
        return limit
    try:
        return read_number(limit.evaluate(names))
    except Unreadable:
        return None


def _length(limit: int | Expression | None, names: Names) -> int | None:
    if not isinstance(limit, Expression):
        return limit
    found = _limit(limit, names)
    return max(0, int(found)) if found is not None else None


def _options(component: ChoiceInput, names: Names) -> tuple[Option, ...]:
    if component.options_expression is not None:
        found = component.options_expression.evaluate(names)
    elif component.options_name:
        found = get(names, tuple(component.options_name.split(".")))
    else:
        return component.options
    rows = found[:MOST_OPTIONS] if isinstance(found, list) else []
    return tuple(option for row in rows if (option := read_option(_plain(row))))


def _plain(row: Any) -> Any:
    if isinstance(row, Mapping):
        return {str(name): as_json(value) for name, value in row.items()}
    return as_json(row)
