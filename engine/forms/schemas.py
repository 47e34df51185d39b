"""Builds marshmallow schemas from a form as it stands: one class for each object in the answers."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields
from marshmallow.utils import missing as MISSING

from engine.forms import messages
from engine.forms.answers import answer
from engine.forms.components import Computed, Group, Input, RepeatingList
from engine.forms.paths import Path
from engine.forms.resolving import Node, blank_row, is_empty_row

Known = Callable[[Path], bool]
"""Says whether the case already holds a value at a path."""


class Answers(Schema):
    """What every schema of a form has in common: names that it does not ask for are refused."""

    class Meta:
        unknown = RAISE
        register = False

    error_messages = {  # noqa: RUF012 - marshmallow reads it from the class
        "unknown": "This form does not ask for this.",
        "type": "This must be an object.",
    }


class Rows(fields.Field[Any]):
    """The rows of a repeating list. A row left blank answers nothing but keeps its number, for the errors of others."""

    def __init__(self, node: Node, rows: list[Schema], other: Schema) -> None:
        """Keep a schema for each row there is now, and one for any other."""
        super().__init__(load_default=MISSING, allow_none=True)
        assert isinstance(node.component, RepeatingList)
        self.label, self.component, self.rows, self.other = node.label, node.component, rows, other

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        """Return the rows, None for each blank one; raise `ValidationError` with the errors under row numbers."""
        if value is MISSING:
            return self._enough([]) if self.component.minimum else MISSING
        if value is None:
            return self._enough([])
        if not isinstance(value, list):
            raise ValidationError(messages.must(self.label or "This", "must be a list"))
        if len(value) > self.component.maximum:
            most = f"must have at most {self.component.maximum} entries"
            raise ValidationError(messages.must(self.label or "This list", most))
        return self._enough(self._read(value))

    def _read(self, value: list[Any]) -> list[Any]:
        found: list[Any] = []
        errors: dict[int, Any] = {}
        for number, row in enumerate(value):
            schema = self.rows[number] if number < len(self.rows) else self.other
            try:
                found.append(None if is_empty_row(row) else schema.load(row))
            except ValidationError as error:
                errors[number] = error.messages
        if errors:
            raise ValidationError(errors)
        return found

    def _enough(self, rows: list[Any]) -> list[Any]:
        least = self.component.minimum
        if sum(row is not None for row in rows) < least:
            entries = "1 entry" if least == 1 else f"{least} entries"
            raise ValidationError(messages.must(self.label or "This list", f"must have at least {entries}"))
        return rows


def build(nodes: list[Node], known: Known) -> Schema:
    """Return the schema of the visible fields among `nodes`."""
    return _object(_tree(nodes, ()), known)


def fingerprint(nodes: list[Node], known: Known) -> tuple[Any, ...]:
    """Return what the schema of `nodes` depends on; equal fingerprints have equal schemas."""
    return tuple(_facts(node, known) for node in nodes if not node.hidden)


def _facts(node: Node, known: Known) -> tuple[Any, ...]:
    if isinstance(node.component, Input):
        limits = (node.minimum, node.maximum, node.min_length, node.max_length, node.options, node.several)
        return (node.component.id, node.label, node.required, node.readonly, known(node.path), *limits)
    inner = (fingerprint(node.children, known), *(fingerprint(row, known) for row in node.rows))
    return (node.component.id, node.label, inner)


Tree = dict[str, "Node | Tree"]


def _tree(nodes: list[Node], base: Path) -> Tree:
    """Arrange the fields by the objects that hold them: `address.postcode` stands under `address`."""
    tree: Tree = {}
    for node in _writable(nodes):
        inner = tree
        for part in node.path[len(base) : -1]:
            step = inner.setdefault(str(part), {})
            assert isinstance(step, dict)
            inner = step
        inner[str(node.path[-1])] = node
    return tree


def _writable(nodes: list[Node]) -> Iterator[Node]:
    for node in nodes:
        if node.hidden or isinstance(node.component, Computed):
            continue
        if isinstance(node.component, RepeatingList) or (isinstance(node.component, Input) and not node.readonly):
            yield node
        elif isinstance(node.component, Group):
            yield from _writable(node.children)


def _object(tree: Mapping[str, "Node | Tree"], known: Known) -> Schema:
    # attribute names are made up: a key such as “load” or “Meta” must not replace a method of the schema
    made: dict[str, Any] = {}
    for number, (name, part) in enumerate(tree.items()):
        made[f"answer_{number}"] = field = _field(part, known)
        field.data_key = field.attribute = name
    return Answers.from_dict(made)()


def _field(part: "Node | Tree", known: Known) -> Any:
    if isinstance(part, dict):
        return fields.Nested(_object(part, known), error_messages={"type": "This must be an object."})
    if isinstance(part.component, RepeatingList):
        return _rows(part, known)
    return answer(part, known=known(part.path))


def _rows(node: Node, known: Known) -> Rows:
    made: dict[Any, Schema] = {}

    def schema(row: list[Node], number: int) -> Schema:
        mark = fingerprint(row, known)
        if mark not in made:
            made[mark] = _object(_tree(row, (*node.path, number)), known)
        return made[mark]

    rows = [schema(row, number) for number, row in enumerate(node.rows)]
    return Rows(node, rows, schema(blank_row(node), len(node.rows)))
