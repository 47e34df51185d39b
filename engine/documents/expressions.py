"""FEEL in letters: `{%p if feel("arrears.balance > 500") %}`, read when the template is, with the names that it reads.

The text of an expression is a constant of the template, so that a fault in it is found at upload. Each call is written
anew as one that hands over the values of the free names: a loop's own variable is among them, and nothing else is.
A condition holds when it gives true, and nothing else.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

from jinja2 import nodes
from jinja2.runtime import LoopContext, Undefined
from jinja2.visitor import NodeTransformer

from engine import feel
from engine.documents.contexts import as_records
from engine.documents.formats import Day, Instant, Unwritable
from engine.documents.picture import Picture
from engine.documents.records import Empty, Record, Rows
from engine.errors import ExpressionError
from engine.feel import syntax
from engine.feel.reach import places

CALL = "feel"
VALUE, HOLDS = "__feel_value__", "__feel_holds__"  # no field can have such a name
CLOCK = frozenset({"today", "now"})  # functions that letters give FEEL: they ask the fields of these names
LONGEST = 2_000  # characters
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
HOW = 'Write it like {%p if feel("arrears.balance > 500") %}.'

QUOTES = "Put an expression of FEEL into single quotes where texts stand in it: feel('status = \"open\"')."
OPENING, CLOSING = re.compile(r'\bfeel\(\s*"'), re.compile(r'"\s*\)')


class WrongExpression(Exception):
    """An expression of a template cannot be read; the message is the sentence about it."""

    def __init__(self, message: str, remedy: str, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.line = line


def quoted_once(tag: str) -> str:
    """Let a text of FEEL stand in an expression in the same quotes, since a word processor makes all of them alike."""
    at = 0
    while opening := OPENING.search(tag, at):
        at = opening.end()
        for closing in CLOSING.finditer(tag, at):
            text = tag[at : closing.start()]
            if text.count("(") == text.count(")"):  # else it is the end of a text within
                escaped = text if '\\"' in text else text.replace('"', '\\"')
                tag = tag[:at] + escaped + tag[closing.start() :]
                at += len(escaped)
                break
    return tag


def rewritten(tree: nodes.Template) -> nodes.Template:
    """Return a template in which every `feel("…")` hands over what it reads. Raises WrongExpression."""
    for name in tree.find_all(nodes.Name):
        if name.name in (VALUE, HOLDS):
            raise WrongExpression(f'"{name.name}" is no name of a field.', "Take it out.", name.lineno)
    changed: nodes.Template = _Rewriter().visit(tree)
    return changed


class _Rewriter(NodeTransformer):
    """Writes calls anew; those in a condition ask whether it holds."""

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        return _call(node, VALUE) if _is_feel(node) else node

    def visit_If(self, node: nodes.If) -> nodes.Node:
        node.test = _condition(node.test)
        return self.generic_visit(node)

    def visit_CondExpr(self, node: nodes.CondExpr) -> nodes.Node:
        node.test = _condition(node.test)
        return self.generic_visit(node)

    def visit_For(self, node: nodes.For) -> nodes.Node:
        node.test = _condition(node.test) if node.test is not None else None
        return self.generic_visit(node)


def _condition(test: Any) -> Any:
    """Return a condition in which each expression of FEEL that decides it is asked whether it holds."""
    if isinstance(test, nodes.And | nodes.Or):
        test.left, test.right = _condition(test.left), _condition(test.right)
    elif isinstance(test, nodes.Not):
        test.node = _condition(test.node)
    elif isinstance(test, nodes.Call) and _is_feel(test):
        return _call(test, HOLDS)
    return test


def _is_feel(node: nodes.Call) -> bool:
    return isinstance(node.node, nodes.Name) and node.node.name == CALL


def _call(node: nodes.Call, name: str) -> nodes.Call:
    given = node.args[0] if len(node.args) == 1 and not (node.kwargs or node.dyn_args or node.dyn_kwargs) else None
    if not isinstance(given, nodes.Const) or not isinstance(given.value, str):
        raise WrongExpression('"feel" takes one expression in quotes.', HOW, node.lineno)
    text = unescape(given.value).strip()
    expression = compiled(text, node.lineno)
    read = names_of(expression)
    handed = [_handed(read), _handed(expression.names - read)]
    made = nodes.Call(nodes.Name(name, "load"), [nodes.Const(text), *handed], [], None, None)
    made.set_lineno(node.lineno)
    return made


def _handed(names: Iterable[str]) -> nodes.Dict:
    """Return the names with what stands under them in the template."""
    fit = sorted(name for name in names if NAME.fullmatch(name))
    return nodes.Dict([nodes.Pair(nodes.Const(name), nodes.Name(name, "load")) for name in fit])


def compiled(text: str, line: int = 1) -> feel.Expression:
    """Return an expression as letters read it. Raises WrongExpression."""
    if len(text) > LONGEST:
        raise WrongExpression(f"An expression of FEEL is longer than {LONGEST:,} characters.", "Shorten it.", line)
    try:
        return feel.compile(text)
    except ExpressionError as fault:
        message = f'The FEEL expression "{shown(text)}" cannot be read: {fault.message.rstrip(".")}.'
        raise WrongExpression(message, fault.remedy or "Correct the expression.", line) from fault


def names_of(expression: feel.Expression) -> frozenset[str]:
    """Return the names that an expression reads for certain; `today()` and `now()` read the fields of their names.

    In a filter, a name by itself may be an entry of the item.
    """
    read = [place for place in places(expression.tree) if isinstance(place.node, syntax.Name) and not place.filtered]
    names = {place.node.name for place in read if not place.called}  # type: ignore[attr-defined]
    return (expression.names & names) | (expression.calls & CLOCK)


def shown(text: str) -> str:
    """Return an expression as a sentence quotes it."""
    line = " ".join(text.split())
    return line if len(line) <= 80 else f"{line[:79].rstrip()}…"


# What runs


def value(text: str, given: Mapping[str, Any], perhaps: Mapping[str, Any]) -> Any:
    """Return what an expression gives, as templates know values.

    `given` are the names that it reads, `perhaps` those that may be entries of the items of a list. Raises Unwritable.
    """
    return from_feel(_evaluated(text, given, perhaps), text)


def holds(text: str, given: Mapping[str, Any], perhaps: Mapping[str, Any]) -> bool:
    """Say whether a condition holds: whether it gives true, and nothing else. Raises Unwritable."""
    return _evaluated(text, given, perhaps) is True


def _evaluated(text: str, given: Mapping[str, Any], perhaps: Mapping[str, Any]) -> Any:
    expression = compiled(text)
    scope = {name: to_feel(member) for name, member in given.items()}
    scope |= {name: to_feel(member) for name, member in perhaps.items() if not isinstance(member, Undefined)}
    functions = {name: (lambda name=name: scope[name]) for name in expression.calls & CLOCK}
    try:
        return expression.evaluate(scope, functions=functions)
    except ExpressionError as fault:
        raise Unwritable(f'the FEEL expression "{shown(text)}" fails: {fault.message.rstrip(".")}') from fault


def to_feel(member: Any) -> Any:
    """Return a value of a template as FEEL knows it. A name that is not there raises; a field without value is null."""
    kind = type(member)
    if kind is str or kind is int or kind is bool:
        return member
    if isinstance(member, Undefined):
        if not isinstance(member, Empty):
            str(member)
        return None
    if isinstance(member, Record | Rows):
        if member.as_feel is None:
            member.as_feel = _whole(member)
        return member.as_feel
    if isinstance(member, dict | list | tuple | range):
        return _whole(member)
    if isinstance(member, datetime):
        return datetime.fromisoformat(member.isoformat())
    if isinstance(member, date):
        return date(member.year, member.month, member.day)
    if isinstance(member, LoopContext):
        return {name: getattr(member, name) for name in ("index", "first", "last", "length")}
    if isinstance(member, Picture):
        return member.words if member else None
    if member is None or isinstance(member, str | int | float | Decimal | timedelta):
        return str(member) if isinstance(member, str) else member
    raise Unwritable("an expression of FEEL reads fields, texts, numbers, dates and lists, and nothing else")


def _whole(member: Any) -> Any:
    if isinstance(member, dict):
        return {name: to_feel(inner) for name, inner in member.items()}
    return [to_feel(inner) for inner in member]


def from_feel(found: Any, text: str) -> Any:
    """Return a value of FEEL as templates know it."""
    if found is None:
        return Empty(f'the FEEL expression "{shown(text)}" gives nothing')
    return as_records(_plain(found), f'feel("{shown(text)}")')


def _plain(found: Any) -> Any:
    if isinstance(found, Mapping):
        return {str(name): _plain(inner) for name, inner in found.items()}
    if isinstance(found, list | tuple):
        return [_plain(inner) for inner in found]
    if isinstance(found, datetime):
        return Instant.fromisoformat(found.isoformat()) if found.utcoffset() is not None else found.isoformat()
    if isinstance(found, date):
        return Day(found.year, found.month, found.day)
    if found is None or isinstance(found, str | int | Decimal | timedelta):
        return found
    return feel.shown(found)
