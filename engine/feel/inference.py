"""Says of what kind the value of an expression is before anything runs, as far as that is plain to see."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache

from engine.feel import operators, syntax
from engine.feel.builtins import BUILTINS
from engine.feel.builtins.base import Builtin, Signature
from engine.feel.expression import Expression
from engine.feel.host import HOST
from engine.feel.properties import PROPERTIES
from engine.feel.reach import Place, beneath
from engine.feel.values import YearsMonths, kind

UNKNOWN = ""
_FORMS: dict[type, str] = {
    syntax.Compare: "boolean",
    syntax.Logic: "boolean",
    syntax.Between: "boolean",
    syntax.In: "boolean",
    syntax.InstanceOf: "boolean",
    syntax.Quantified: "boolean",
    syntax.For: "list",
    syntax.ListLiteral: "list",
    syntax.ContextLiteral: "context",
    syntax.Interval: "range",
    syntax.Comparison: "range",
    syntax.FunctionDefinition: "function",
}
_OPERATIONS = {
    "+": operators.add, "-": operators.subtract, "*": operators.multiply, "/": operators.divide, "**": operators.power,
}  # fmt: skip
_SAMPLES: dict[str, object] = {
    "number": Decimal(2),
    "string": "a",
    "boolean": True,
    "date": date(2026, 1, 2),
    "time": time(1),
    "date and time": datetime(2026, 1, 2),
    "days and time duration": timedelta(days=1),
    "years and months duration": YearsMonths(1),
    "list": [],
    "context": {},
}


@cache
def result_of(symbol: str, left: str, right: str) -> str:
    """Return the kind of `left symbol right`, "null" when such an operation never has a result."""
    if left not in _SAMPLES or right not in _SAMPLES:
        return UNKNOWN if UNKNOWN in (left, right) else "null"
    return kind(_OPERATIONS[symbol](_SAMPLES[left], _SAMPLES[right]))


@cache
def has_order(sort: str) -> bool:
    """Tell whether values of a kind can be put in order."""
    return sort not in _SAMPLES or operators.less(_SAMPLES[sort], _SAMPLES[sort]) is not None


@cache
def kind_of_property(sort: str, name: str) -> str:
    """Return the kind of a property of dates, times and durations; empty for one that there is not always."""
    reader = PROPERTIES.get(sort, {}).get(name)
    found = kind(reader(_SAMPLES[sort])) if reader is not None and sort in _SAMPLES else UNKNOWN
    return UNKNOWN if found == "null" else found


class Kinds:
    """The kinds of the parts of one expression: `known` names and paths with theirs, and the functions in reach."""

    def __init__(self, known: Mapping[str, str], functions: Mapping[str, Builtin]) -> None:
        self._known = {name: UNKNOWN if sort in ("Any", "any") else sort for name, sort in known.items()}
        self.roots = {*known, *(name.partition(".")[0] for name in known)}
        self._functions = functions
        self._found: dict[int, str] = {}

    def of(self, here: Place) -> str:
        """Return the kind of what stands at a place, empty when it is not plain."""
        key = id(here.node)
        if key not in self._found:
            self._found[key] = self._of(here)
        return self._found[key]

    def _of(self, here: Place) -> str:
        node = here.node
        if isinstance(node, (syntax.Literal, syntax.AtLiteral)):
            return kind(node.value)
        if isinstance(node, (syntax.Name, syntax.Path)):
            return self._of_name(here)
        if isinstance(node, syntax.Arithmetic):
            left, right = map(self.of, beneath(here))
            return result_of(node.operator, left, right)
        if isinstance(node, syntax.Negate):
            return self.of(beneath(here)[0])
        if isinstance(node, syntax.If):
            return self._of_branches(here)
        if isinstance(node, syntax.Call):
            return self._of_call(here)
        return _FORMS.get(type(node), UNKNOWN)

    def _of_name(self, here: Place) -> str:
        found = self._known.get(written(here), UNKNOWN)
        if found or not isinstance(here.node, syntax.Path):
            return found
        return kind_of_property(self.of(beneath(here)[0]), here.node.name)

    def _of_branches(self, here: Place) -> str:
        kinds = {self.of(branch) for branch in beneath(here)[1:]} - {"null"}
        return kinds.pop() if len(kinds) == 1 else UNKNOWN

    def _of_call(self, here: Place) -> str:
        kinds = {signature.returns for signature in self.signatures(here)}
        return kinds.pop() if len(kinds) == 1 else UNKNOWN

    def signatures(self, here: Place) -> list[Signature]:
        """Return the ways in which a call, as it is written, calls a function that is known by name."""
        node = here.node
        if not isinstance(node, syntax.Call):
            return []
        function = self.function(here)
        given: list[object] = [None] * len(node.arguments)
        found = function.signatures if function is not None else ()
        return [signature for signature in found if signature.arrange(given, node.names) is not None]

    def function(self, here: Place) -> Builtin | None:
        """Return the host's function or built-in that a call names, None for any other value that is called."""
        node = here.node
        if not isinstance(node, syntax.Call) or not isinstance(node.function, syntax.Name):
            return None
        return None if node.function.name in here.bound else self._functions.get(node.function.name)


def kind_of(expression: Expression, known: Mapping[str, str]) -> str:
    """Return the kind of the value of an expression, empty when it is not plain."""
    return Kinds(known, {**BUILTINS, **HOST}).of(Place(expression.tree, frozenset(), False))


def written(here: Place) -> str:
    """Return a name or path as `known` writes it, empty when it does not begin with a name from outside."""
    node, names = here.node, []
    while isinstance(node, syntax.Path):
        names.append(node.name)
        node = node.target
    if not isinstance(node, syntax.Name) or here.filtered or node.name in here.bound:
        return ""
    return ".".join((node.name, *reversed(names)))
