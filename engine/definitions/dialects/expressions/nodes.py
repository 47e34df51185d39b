"""The tree of an expression, the same for every language that is read; and why one cannot be translated."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any


class Unsure(Exception):
    """A text has no certain meaning in FEEL; the sentence says which part of it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, number, true, false or null."""

    value: str | Decimal | bool | None


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, or the name of a function."""

    name: str


@dataclass(frozen=True, slots=True)
class Path:
    """An entry of a context, by its name."""

    target: "Node"
    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """An item of a list, or an entry of a context, by a value; lists count from 0 in every language but FEEL."""

    target: "Node"
    index: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """A function called by its name (`target` is none), or a method of a value."""

    target: "Node | None"
    name: str
    arguments: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Unary:
    """`not`, `-` or `empty` of something."""

    operator: str
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands; operators are FEEL's, and `%` for the remainder."""

    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value if a condition holds, else another."""

    condition: "Node"
    then: "Node"
    otherwise: "Node"


@dataclass(frozen=True, slots=True)
class Items:
    """A list written out."""

    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Entries:
    """A context written out."""

    entries: tuple[tuple[str, "Node"], ...]


@dataclass(frozen=True, slots=True)
class OneOf:
    """Whether a value is one of some, by FEEL's `in`: null when it is not and their kinds differ."""

    operand: "Node"
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class OfKind:
    """Whether a value is of a type of FEEL."""

    operand: "Node"
    kind: str


Node = Literal | Name | Path | Index | Call | Unary | Binary | Choice | Items | Entries | OneOf | OfKind

TRUE, FALSE, NULL = Literal(True), Literal(False), Literal(None)


def number(value: int | str) -> Literal:
    """Return the node of a number."""
    return Literal(Decimal(value))


def replaced(node: Node, known: Mapping[str, Node]) -> Node:
    """Return a tree in which names are replaced by what they stand for."""
    if isinstance(node, Name):
        return known.get(node.name, node)
    changes = {part.name: _replaced_part(getattr(node, part.name), known) for part in fields(node)}
    return replace(node, **changes)


def _replaced_part(part: Any, known: Mapping[str, Node]) -> Any:
    if isinstance(part, tuple):
        return tuple(_replaced_part(item, known) for item in part)
    return replaced(part, known) if isinstance(part, Node) else part


def size(node: Node) -> int:
    """Return how many nodes a tree has."""
    return 1 + sum(_size_of_part(getattr(node, part.name)) for part in fields(node))


def _size_of_part(part: Any) -> int:
    if isinstance(part, tuple):
        return sum(map(_size_of_part, part))
    return size(part) if isinstance(part, Node) else 0
