"""Checks answers against a form as it stands for a case, and returns them as the case document keeps them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from marshmallow import ValidationError

from engine.errors import Invalid
from engine.forms import guards
from engine.forms.components import Component, Computed, FileInput, Group, Input, LookupInput, RepeatingList
from engine.forms.expressions import Expression, Functions
from engine.forms.paths import MISSING, Path, copied, delete, get, put, shown
from engine.forms.resolving import Node, Resolution, default_of, own_path
from engine.forms.values import as_json, is_blank

if TYPE_CHECKING:
    from engine.forms.form import Form


def validate(
    form: "Form", answers: Any, scope: Mapping[str, Any], functions: Functions | None = None
) -> dict[str, Any]:
    """Return the answers, typed and complete; raise `Invalid` with a sentence for each wrong one."""
    given = guards.check(answers)
    resolution = form.resolve(scope, given, functions=functions)
    accepted = _accepted(resolution, given, scope)
    schema = form.schema_for(resolution.nodes, scope)
    try:
        found = schema.load(accepted)
    except ValidationError as error:
        raise refusal(flattened(error.messages)) from error
    return _complete(resolution, found, scope)


def refusal(errors: Mapping[str, str]) -> Invalid:
    """Return the error that carries one sentence for each wrong answer."""
    wrong = "One answer needs" if len(errors) == 1 else f"{len(errors)} answers need"
    return Invalid(f"{wrong} to be put right.", errors=errors, remedy="Correct what is marked and send it again.")


def flattened(messages: Any, path: str = "") -> dict[str, str]:
    """Return marshmallow's nested messages as path to first sentence: `works[2].cost`."""
    if isinstance(messages, list):
        return {path: str(messages[0])}
    if not isinstance(messages, dict):
        return {path: str(messages)}
    found: dict[str, str] = {}
    for name, inner in messages.items():
        if name == "_schema":
            found |= flattened(inner, path)
        elif isinstance(name, int):
            found |= flattened(inner, f"{path}[{name}]")
        else:
            found |= flattened(inner, f"{path}.{name}" if path else str(name))
    return found


def _accepted(resolution: Resolution, given: dict[str, Any], scope: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers without those that the form does not ask for just now, and with its defaults."""
    accepted: dict[str, Any] = copied(given)
    for node in resolution.walk():
        component = node.component
        if node.hidden or _turned_readonly(node):
            _drop(accepted, node)
        elif isinstance(component, Group) and not isinstance(component, RepeatingList) and component.path:
            _make_room(accepted, node.path)
        elif isinstance(component, Input) and not node.readonly:
            if len(component.key) > 1:
                _make_room(accepted, node.path[:-1])
            _default(accepted, node, scope)
    return accepted


def _turned_readonly(node: Node) -> bool:
    """Say whether the case as it stands keeps the field from being changed: then its answer is left aside."""
    component = node.component
    return node.readonly and isinstance(component, Input) and isinstance(component.readonly, Expression)


def _drop(accepted: dict[str, Any], node: Node) -> None:
    component = node.component
    is_empty_group = isinstance(component, Group) and component.path and is_blank(get(accepted, node.path))
    if isinstance(component, (Input, RepeatingList)) or is_empty_group:
        delete(accepted, node.path)


def _make_room(accepted: dict[str, Any], path: tuple[str | int, ...]) -> None:
    """Put an empty object where a group has none, so that what is required in it is asked for."""
    for length in range(1, len(path) + 1):
        if isinstance(path[length - 1], str) and get(accepted, path[:length]) in (MISSING, None):
            put(accepted, path[:length], {})


def _default(accepted: dict[str, Any], node: Node, scope: Mapping[str, Any]) -> None:
    assert isinstance(node.component, Input)
    if node.component.default is None or get(accepted, node.path) is not MISSING or _is_held(scope, node):
        return
    default = default_of(node.component, node.names)
    if default is not None:
        put(accepted, node.path, default)


def _complete(resolution: Resolution, found: dict[str, Any], scope: Mapping[str, Any]) -> dict[str, Any]:
    """Add what is computed, empty what is hidden, and leave out the rows and objects that nothing was typed into."""
    for node in resolution.walk():
        if isinstance(node.component, Computed) and not node.hidden:
            _put_computed(found, node)
        elif node.hidden and isinstance(node.component, (Input, Computed, RepeatingList)):
            _empty(found, node, scope)
    result = _without_gaps(found)
    assert isinstance(result, dict)
    return result


def _empty(found: dict[str, Any], node: Node, scope: Mapping[str, Any]) -> None:
    """Let a hidden field be null where something would be left over: in the case, or beside its row's other answers."""
    in_row = any(isinstance(part, int) for part in node.path)
    if (in_row and get(found, node.path[:-1]) is not None) or _is_held(scope, node):
        put(found, node.path, None)


def _is_held(scope: Mapping[str, Any], node: Node) -> bool:
    """Say whether the case holds an answer already; what stands in a row is always answered anew with its list."""
    return not any(isinstance(part, int) for part in node.path) and get(scope, node.path) not in (MISSING, None)


def _put_computed(found: dict[str, Any], node: Node) -> None:
    parent = get(found, node.path[:-1])
    if parent is None:
        return  # a row that nothing was typed into
    put(found, node.path, _kept(node.value, node))


def _kept(value: Any, node: Node) -> Any:
    """Return a computed value as JSON can keep it; raise `Invalid` when it is a range, a function or the like."""
    if isinstance(value, Mapping):
        return {str(name): _kept(part, node) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_kept(part, node) for part in value]
    plain = as_json(value)
    if plain is None or isinstance(plain, (str, bool, int)) or _is_decimal(plain):
        return plain
    raise Invalid(
        f"The expression at {node.component.place} gives a value that a case cannot keep ({type(value).__name__}).",
        errors={node.shown_path: "This could not be worked out."},
        remedy="Ask the analyst who drew the form to let it give text, a number, a date, a list or an object.",
    )


def _is_decimal(value: Any) -> bool:
    return type(value).__name__ == "Decimal" and value.is_finite()


def _without_gaps(tree: Any) -> Any:
    if isinstance(tree, dict):
        parts = {name: _without_gaps(part) for name, part in tree.items()}
        return {name: part for name, part in parts.items() if part != {}}
    if isinstance(tree, list):
        return [_without_gaps(row) for row in tree if row is not None]
    return tree


def lookups(components: Sequence[Component], answers: Any, base: Path = ()) -> Iterator[tuple[str, str, str]]:
    """Return what validated answers name of the record: the path, the entity and its reference."""
    for component in components:
        path = own_path(component)
        held = get(answers, path)
        if isinstance(component, RepeatingList):
            for number, row in enumerate(held if isinstance(held, list) else []):
                yield from lookups(component.children, row, (*base, *path, number))
        elif isinstance(component, Group):
            yield from lookups(component.children, held if component.path else answers, (*base, *path))
        elif isinstance(component, LookupInput) and isinstance(held, str):
            yield shown((*base, *path)), component.entity, held


def file_references(components: Sequence[Component], answers: Any, base: Path = ()) -> Iterator[tuple[str, str]]:
    """Return the file ids in validated answers with their paths."""
    for component in components:
        path = own_path(component)
        held = get(answers, path)
        if isinstance(component, RepeatingList):
            for number, row in enumerate(held if isinstance(held, list) else []):
                yield from file_references(component.children, row, (*base, *path, number))
        elif isinstance(component, Group):
            yield from file_references(component.children, held, (*base, *path))
        elif isinstance(component, FileInput) and isinstance(held, list):
            yield from ((shown((*base, *path)), file_id) for file_id in held)
