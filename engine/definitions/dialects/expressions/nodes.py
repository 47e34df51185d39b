"""The tree of an expression, the same for every language that is read; and why one cannot be translated."""

from dataclasses import dataclass
from decimal import Decimal


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
