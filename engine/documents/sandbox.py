"""The language of letters: Jinja with everything taken out that a letter does not need.

Names are looked up in plain data only, methods are a short list, arithmetic is on numbers, and a field that is not
there names itself with its whole path. This is the first fence; the limited process around it is the second.
"""

import operator
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal, DecimalException
from types import BuiltinMethodType, MethodType
from typing import Any

from jinja2 import nodes
from jinja2.filters import FILTERS as JINJA_FILTERS
from jinja2.runtime import Context, LoopContext, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS as JINJA_TESTS
from jinja2.utils import Namespace

from engine.documents import expressions
from engine.documents.formats import FILTERS, Unwritable, described, printed
from engine.documents.picture import Picture
from engine.documents.qr import write_qr
from engine.documents.records import Absent, Empty

LONGEST_RANGE = 10_000
LARGEST_NUMBER = 10**30


class Forbidden(Exception):
    """A template asked for something that letters do not have; the message is the sentence about it."""


# By kind of value: the attributes and methods that a template may name. Everything else is refused, so what Python
# adds later is refused too.
REACHABLE: tuple[tuple[type, frozenset[str]], ...] = (
    (str, frozenset("upper lower title capitalize strip lstrip rstrip split startswith endswith".split())),
    (dict, frozenset({"items", "keys", "values"})),
    (date, frozenset({"year", "month", "day", "hour", "minute"})),
    (timedelta, frozenset({"days"})),
    (LoopContext, frozenset("index index0 first last length revindex revindex0 previtem nextitem cycle".split())),
    (tuple, frozenset({"grouper", "list"})),  # what groupby yields
)

KEPT_FILTERS = frozenset(
    "abs capitalize count d default dictsort e escape first groupby int items last length list lower map max min "
    "reject rejectattr reverse select selectattr sort string sum title trim truncate unique upper wordcount".split()
)
KEPT_TESTS = frozenset(JINJA_TESTS) - {"callable", "filter", "test", "escaped", "sameas"}

REFUSED_TAGS: dict[type[nodes.Node], str] = {
    nodes.Include: "include",
    nodes.Import: "import",
    nodes.FromImport: "from",
    nodes.Extends: "extends",
    nodes.Block: "block",
    nodes.Macro: "macro",
    nodes.CallBlock: "call",
}

FEEL: dict[str, Callable[..., Any]] = {expressions.VALUE: expressions.value, expressions.HOLDS: expressions.holds}

ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}


class LetterEnvironment(ImmutableSandboxedEnvironment):
    """Jinja as letters know it."""

    intercepted_binops = frozenset({*ARITHMETIC, "**"})

    def __init__(
        self, *, autoescape: bool = True, is_text: bool = False, finalize: Callable[[Any], str] = printed
    ) -> None:
        """Make the environment; only text that is not XML (the document's title) goes without `autoescape`.

        In what `is_text`, a tag alone in its line leaves none behind. `finalize` gives what `{{ … }}` prints.
        """
        super().__init__(
            autoescape=autoescape,
            undefined=Absent,
            finalize=finalize,
            keep_trailing_newline=True,
            trim_blocks=is_text,
            lstrip_blocks=is_text,
        )
        self.filters = {name: JINJA_FILTERS[name] for name in KEPT_FILTERS} | FILTERS | {"qr": write_qr}
        self.tests = {name: JINJA_TESTS[name] for name in KEPT_TESTS} | {"none": is_none}
        self.globals = {"range": short_range, "namespace": Namespace, **FEEL}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for node in tree.find_all(tuple(REFUSED_TAGS)):
            raise RefusedTag(REFUSED_TAGS[type(node)], node.lineno)
        return expressions.rewritten(tree)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Look up `obj.attribute`."""
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Look up a field, a member of a list, or one of the few methods, in that order."""
        if isinstance(obj, Undefined):
            return type(obj)(name=f"{obj._undefined_message}.{argument}")
        if isinstance(obj, dict) and argument in obj:
            return obj[argument]
        if isinstance(obj, list | tuple | str) and isinstance(argument, int):
            return obj[argument] if -len(obj) <= argument < len(obj) else Absent(name=f"{path_of(obj)}[{argument}]")
        if isinstance(obj, Namespace) and not str(argument).startswith("_"):
            return getattr(obj, argument)
        if isinstance(argument, str) and reachable(obj, argument):
            return getattr(obj, argument)
        if isinstance(obj, dict) and isinstance(argument, str) and not argument.startswith("_"):
            return Absent(name=f"{path_of(obj)}.{argument}")
        raise Forbidden(f'it asks for "{argument}" of {described(obj)}, which letters do not have')

    def call(self, context: Context, obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Call one of the few things that can be called."""
        if isinstance(obj, Undefined):
            str(obj)
        method = isinstance(obj, BuiltinMethodType | MethodType) and reachable(obj.__self__, obj.__name__)
        known = obj is short_range or obj is Namespace or obj in FEEL.values()
        if not (method or known or isinstance(obj, LoopContext)):
            raise Forbidden("it calls something that letters cannot call")
        return context.call(obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Work out `left operator right` on numbers; `+` also joins texts or lists, `-` also counts days."""
        for value in (left, right):
            if isinstance(value, Undefined):
                str(value)
        if operator == "**":
            raise Forbidden('it uses "**", which letters do not have')
        if joins(operator, left, right):
            return ARITHMETIC[operator](left, right)
        return worked_out(operator, left, right)


class RefusedTag(Exception):
    """A template uses a tag that letters do not have."""

    def __init__(self, tag: str, line: int) -> None:
        super().__init__(tag)
        self.tag = tag
        self.line = line


def path_of(value: Any) -> str:
    """Return the dotted path of a value, as far as it knows it."""
    return getattr(value, "path", "") or "list"


def reachable(obj: Any, attribute: str) -> bool:
    """Say whether a template may name `attribute` of `obj`."""
    for kind, names in REACHABLE:
        if isinstance(obj, kind):
            return attribute in names and hasattr(obj, attribute)
    return False


def is_none(value: Any) -> bool:
    """Say whether a field is without a value."""
    if isinstance(value, Absent) and not isinstance(value, Empty):
        str(value)
    return value is None or isinstance(value, Empty) or (isinstance(value, Picture) and not value)


def short_range(*bounds: int) -> range:
    """Count, at most to LONGEST_RANGE members."""
    counted = range(*bounds)
    if len(counted) > LONGEST_RANGE:
        raise Unwritable(f"it counts over {len(counted):,} members; at most {LONGEST_RANGE:,} are allowed")
    return counted


def joins(operator: str, left: Any, right: Any) -> bool:
    """Say whether Python's own operator is harmless and meant: texts or lists put together, days counted."""
    if operator == "+":
        return all(isinstance(value, str) for value in (left, right)) or all(
            isinstance(value, list) for value in (left, right)
        )
    return operator == "-" and type(left) is type(right) and isinstance(left, date)


def worked_out(operator: str, left: Any, right: Any) -> Any:
    """Work out with whole and decimal numbers, as money needs it: no binary fractions, no growth without bound."""
    numbers = [as_number(value, operator) for value in (left, right)]
    if operator == "/":
        numbers = [Decimal(value) for value in numbers]
    try:
        result = ARITHMETIC[operator](*numbers)
    except (ZeroDivisionError, DecimalException) as fault:
        raise Unwritable(f'"{left} {operator} {right}" cannot be worked out') from fault
    if abs(result) > LARGEST_NUMBER:
        raise Unwritable("it works out a number too large to write")
    return result


def as_number(value: Any, operator: str) -> int | Decimal:
    """Return a number as int or Decimal."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Unwritable(f'"{operator}" needs numbers and was given {described(value)}')
    return Decimal(str(value)) if isinstance(value, float) else value
