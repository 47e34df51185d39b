"""What a script does, statement by statement; and what comes of it: the fields that it sets, and its value."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.definitions.dialects.expressions.fields import field_name
from engine.definitions.dialects.expressions.meaning import Meaning
from engine.definitions.dialects.expressions.nodes import NULL, Choice, Name, Node, Unsure, replaced, size

LARGEST = 400  # nodes in what a field is set to, after names have been replaced by what they stand for


@dataclass(frozen=True, slots=True)
class Assign:
    """A variable is given a value; a local one is forgotten after the script."""

    name: str
    value: Node
    is_local: bool = False
    is_named: bool = False  # by a call such as setVariable("x", …), which no local name hides


@dataclass(frozen=True, slots=True)
class Result:
    """The value of the script, if nothing comes after it."""

    value: Node


@dataclass(frozen=True, slots=True)
class Says:
    """Something is written to a log, which nobody reads here."""

    text: str


@dataclass(frozen=True, slots=True)
class If:
    """One branch or the other."""

    condition: Node
    then: tuple["Statement", ...]
    otherwise: tuple["Statement", ...] = ()


Statement = Assign | Result | Says | If


@dataclass(slots=True)
class Effects:
    """What a script comes to, in FEEL: the fields that it sets with their values, its own value, and what it says."""

    fields: dict[str, Node] = field(default_factory=dict)
    locals: dict[str, Node] = field(default_factory=dict)
    result: Node | None = None
    says: list[str] = field(default_factory=list)


def effects(statements: Iterable[Statement], meaning: Meaning) -> Effects:
    """Return what a script comes to; a name that was set before stands for what it was set to.

    Raises:
        Unsure: the meaning of a statement is not certain.
    """
    found = Effects()
    for statement in statements:
        _follow(statement, meaning, found)
    return found


def _follow(statement: Statement, meaning: Meaning, found: Effects) -> None:
    match statement:
        case Assign():
            _set(found, statement, _seen(meaning.value(statement.value), found))
        case Result(value):
            found.result = _seen(meaning.value(value), found)
        case Says(text):
            found.says.append(text)
        case If():
            _branch(statement, meaning, found)


def _set(found: Effects, statement: Assign, value: Node) -> None:
    found.result = None
    name = field_name(statement.name)
    if not statement.is_named and (statement.is_local or name in found.locals):
        found.locals[name] = value
    else:
        found.fields[name] = value


def _seen(value: Node, found: Effects) -> Node:
    """Return a value in which every name that the script has set is replaced by what it was set to."""
    known = {**found.fields, **found.locals}
    value = replaced(value, known) if known else value
    if size(value) > LARGEST:
        raise Unsure("It works out too much in one step.")
    return value


def _branch(statement: If, meaning: Meaning, found: Effects) -> None:
    condition = _seen(meaning.condition(statement.condition), found)
    then, otherwise = _copy(found), _copy(found)
    for branch, statements in ((then, statement.then), (otherwise, statement.otherwise)):
        for inner in statements:
            _follow(inner, meaning, branch)
    found.fields = _merged(condition, then.fields, otherwise.fields)
    found.locals = _merged(condition, then.locals, otherwise.locals)
    found.says = [*then.says, *otherwise.says[len(found.says) :]]
    if then.result is not None or otherwise.result is not None:
        found.result = Choice(condition, then.result or NULL, otherwise.result or NULL)


def _copy(found: Effects) -> Effects:
    return Effects(dict(found.fields), dict(found.locals), None, list(found.says))


def _merged(condition: Node, then: dict[str, Node], otherwise: dict[str, Node]) -> dict[str, Node]:
    """Return what each name stands for after both branches; one that a branch leaves alone keeps its value there."""
    return {
        name: first
        if (first := then.get(name, Name(name))) == (second := otherwise.get(name, Name(name)))
        else Choice(condition, first, second)
        for name in (*then, *(name for name in otherwise if name not in then))
    }
