"""Finds before anything runs what an expression says wrongly: names, functions, arguments, types, comparisons.

Only what is certain is told: where the kind of a value is not plain to see, nothing is said about it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from engine.feel import syntax
from engine.feel.builtins import BUILTINS
from engine.feel.builtins.base import Builtin, Parameter, Signature
from engine.feel.expression import Expression
from engine.feel.faults import Problem, place
from engine.feel.inference import UNKNOWN, Kinds, has_order, result_of, written
from engine.feel.names import did_you_mean
from engine.feel.properties import PROPERTIES
from engine.feel.reach import Place, beneath, places
from engine.feel.types import Types, resolve

MAX_PROBLEMS = 20  # of one expression
_WITHOUT_PARTS = frozenset(("number", "string", "boolean", "null", *PROPERTIES)) - {"range"}
_OF_A_CASE = Builtin("", ())  # a function of which only the name is known


def check(
    expression: Expression,
    known: Mapping[str, str] | Iterable[str],
    *,
    functions: Mapping[str, Builtin] | Iterable[str] = (),
    types: Types | None = None,
) -> list[Problem]:
    """Return what is wrong with an expression, in reading order.

    `known` are the names in reach, with their FEEL types where they are known (`{"arrears": "number"}`); entries of a
    context as paths ("tenancy.type"): once one is known, other entries of it are not. `functions` are the host's, by
    name, or only their names. In the cell of a decision table, `?` has the type that `known` gives it.
    """
    kinds = dict(known) if isinstance(known, Mapping) else dict.fromkeys(known, "Any")
    declared = dict(functions) if isinstance(functions, Mapping) else dict.fromkeys(functions, _OF_A_CASE)
    checker = _Checker(expression.text, kinds, declared, types or {})
    found = (problem for here in places(expression.tree) for problem in checker.problems(here))
    return sorted(islice(found, MAX_PROBLEMS), key=lambda problem: (problem.line, problem.column))


class _Checker:
    """What is known while one expression is checked."""

    def __init__(self, text: str, known: Mapping[str, str], functions: Mapping[str, Builtin], types: Types) -> None:
        self.text = text
        self.functions = {**BUILTINS, **functions}
        self.kinds = Kinds(known, self.functions)
        self.asked = known.get("?", "Any").replace("Any", UNKNOWN)
        self.types = types
        self.entries: dict[str, set[str]] = {}
        for name in known:
            while "." in name:
                name, _, entry = name.rpartition(".")
                self.entries.setdefault(name, set()).add(entry)

    def problems(self, here: Place) -> Iterator[Problem]:
        reader = _CHECKS.get(type(here.node))
        if reader is not None:
            yield from reader(self, here)

    def problem(self, here: Place, sentence: str, code: str = "kinds") -> Problem:
        line, column = place(self.text, here.node.at)
        return Problem(sentence, line, column, "error", code)

    # Names

    def name(self, here: Place) -> Iterator[Problem]:
        name = here.node.name  # type: ignore[attr-defined]
        if here.filtered or name in here.bound or name == "?" or name in self.kinds.roots:
            return
        if name in self.functions:
            if not here.called and any(not each.parameters for each in self.functions[name].signatures):
                yield self.problem(here, f"`{name}` is a function; write `{name}()`.", "function")
        elif here.called:
            hint = did_you_mean(name, self.functions)
            yield self.problem(here, f"There is no function `{name}`.{hint}", "function")
        else:
            hint = did_you_mean(name, (*self.kinds.roots, *here.bound))
            yield self.problem(here, f"`{name}` is not known here.{hint}", "name")

    def path(self, here: Place) -> Iterator[Problem]:
        """Complain about an entry of a context whose other entries are known, and of what has no entries."""
        name, target = here.node.name, beneath(here)[0]  # type: ignore[attr-defined]
        siblings = self.entries.get(written(target), set())
        if siblings and name not in siblings:
            hint = did_you_mean(name, siblings)
            yield self.problem(here, f"`{written(target)}` has no entry `{name}`.{hint}", "name")
        sort = self.kinds.of(target)
        if not siblings and sort in _WITHOUT_PARTS and name not in PROPERTIES.get(sort, ()):
            hint = did_you_mean(name, PROPERTIES.get(sort, ()))
            yield self.problem(here, f"A {sort} has no `{name}`.{hint}", "name")

    def literal(self, here: Place) -> Iterator[Problem]:
        node = here.node
        if isinstance(node, syntax.AtLiteral) and node.value is None:
            yield self.problem(here, f'@"{node.text}" is no date, time, date and time or duration.', "literal")

    def type_name(self, here: Place) -> Iterator[Problem]:
        node = here.node
        if isinstance(node, syntax.TypeName) and resolve(node, self.types) is None:
            yield self.problem(here, f"There is no type `{node.name}`.{did_you_mean(node.name, self.types)}", "type")

    # Calls

    def call(self, here: Place) -> Iterator[Problem]:
        """Complain about arguments that no definition of a function takes, and about calling what is no function."""
        function, arguments = self.kinds.function(here), beneath(here)
        if function is None:
            sort = self.kinds.of(arguments[0])
            if sort not in (UNKNOWN, "function", "null"):
                yield self.problem(here, f"A {sort} is not a function and cannot be called.", "arguments")
        elif function.signatures:
            yield from self.arguments(here, function, arguments[1:])

    def arguments(self, here: Place, function: Builtin, given: list[Place]) -> Iterator[Problem]:
        callable_so = self.kinds.signatures(here)
        if not callable_so:
            ways = " or ".join(dict.fromkeys(signature.written(function.name) for signature in function.signatures))
            yield self.problem(here, f"`{function.name}` is not called this way; write {ways}.", "arguments")
            return
        faults = [self.misfit(here, signature, given) for signature in callable_so]
        if all(faults) and faults[0] is not None:
            (parameter, argument), sort = faults[0], self.kinds.of(faults[0][1])
            wanted = " or a ".join(sorted(parameter.kinds))
            sentence = f"`{parameter.name}` of `{function.name}` should be a {wanted}, not a {sort}."
            yield self.problem(argument, sentence, "arguments")

    def misfit(self, here: Place, signature: Signature, given: list[Place]) -> tuple[Parameter, Place] | None:
        """Return the first argument that a signature cannot take, with its parameter."""
        arranged = signature.arrange(list(given), here.node.names)  # type: ignore[attr-defined]
        pairs = zip(signature.stretched(len(arranged or ())), arranged or (), strict=False)
        for parameter, argument in pairs:
            if isinstance(argument, Place) and not parameter.may_accept(self.kinds.of(argument)):
                return parameter, argument
        return None

    # Operators

    def compare(self, here: Place) -> Iterator[Problem]:
        left, right = map(self.kinds.of, beneath(here))
        yield from self.comparison(here, here.node.operator, left, right)  # type: ignore[attr-defined]

    def comparison(self, here: Place, operator: str, left: str, right: str) -> Iterator[Problem]:
        """Complain about a comparison that is always null."""
        if UNKNOWN in (left, right) or "null" in (left, right):
            return
        if left != right:
            hint = " Write date(…) around the date and time." if {left, right} == {"date", "date and time"} else ""
            yield self.problem(here, f"`{operator}` between a {left} and a {right} has no answer.{hint}")
        elif operator not in ("=", "!=") and not has_order(left):
            yield self.problem(
                here, f"`{operator}` has no answer between two values of type {left}: they have no order."
            )

    def arithmetic(self, here: Place) -> Iterator[Problem]:
        left, right = map(self.kinds.of, beneath(here))
        operator = here.node.operator  # type: ignore[attr-defined]
        if "null" not in (left, right) and result_of(operator, left, right) == "null":
            hint = " Write string(…) around what is no text." if operator == "+" and "string" in (left, right) else ""
            yield self.problem(here, f"`{operator}` between a {left} and a {right} has no answer.{hint}")

    def negation(self, here: Place) -> Iterator[Problem]:
        sort = self.kinds.of(beneath(here)[0])
        if sort in ("string", "boolean", "list", "context", "date", "time", "date and time"):
            yield self.problem(here, f"`-` needs a number or a duration, not a {sort}.")

    def between(self, here: Place) -> Iterator[Problem]:
        value, low, high = map(self.kinds.of, beneath(here))
        yield from self.comparison(here, "between", value, low)
        yield from self.comparison(here, "between", value, high) if low == value else ()

    # Conditions

    def logic(self, here: Place) -> Iterator[Problem]:
        for operand in beneath(here):
            yield from self.condition(operand, f"`{here.node.operator}`")  # type: ignore[attr-defined]

    def conditional(self, here: Place) -> Iterator[Problem]:
        yield from self.condition(beneath(here)[0], "`if`")

    def quantified(self, here: Place) -> Iterator[Problem]:
        yield from self.condition(beneath(here)[-1], "`satisfies`")

    def filter(self, here: Place) -> Iterator[Problem]:
        predicate = beneath(here)[1]
        if self.kinds.of(predicate) != "number":
            yield from self.condition(predicate, "A filter")

    def condition(self, here: Place, what: str) -> Iterator[Problem]:
        sort = self.kinds.of(here)
        if sort not in (UNKNOWN, "boolean", "null"):
            yield self.problem(here, f"{what} needs what is true or false, not a {sort}.")

    # Tests

    def membership(self, here: Place) -> Iterator[Problem]:
        value, *tests = beneath(here)
        for test in tests:
            yield from self.test(test, self.kinds.of(value))

    def cell(self, here: Place) -> Iterator[Problem]:
        for test in beneath(here):
            yield from self.test(test, self.asked)

    def test(self, test: Place, value: str) -> Iterator[Problem]:
        """Complain about a test that a value of this kind never meets."""
        node = test.node
        if isinstance(node, syntax.Comparison):
            yield from self.comparison(test, node.operator, value, self.kinds.of(beneath(test)[0]))
        elif isinstance(node, syntax.Interval):
            yield from self.comparison(test, "in", value, self.kinds.of(beneath(test)[0]))
        elif self.kinds.of(test) in ("number", "string", "date", "time", "date and time"):
            yield from self.comparison(test, "in", value, self.kinds.of(test)) if value != "list" else ()

    def interval(self, here: Place) -> Iterator[Problem]:
        start, end = map(self.kinds.of, beneath(here))
        yield from self.comparison(here, "..", start, end)


_CHECKS: dict[type, Callable[[_Checker, Place], Iterator[Problem]]] = {
    syntax.Name: _Checker.name,
    syntax.Path: _Checker.path,
    syntax.AtLiteral: _Checker.literal,
    syntax.TypeName: _Checker.type_name,
    syntax.Call: _Checker.call,
    syntax.Compare: _Checker.compare,
    syntax.Arithmetic: _Checker.arithmetic,
    syntax.Negate: _Checker.negation,
    syntax.Between: _Checker.between,
    syntax.Logic: _Checker.logic,
    syntax.If: _Checker.conditional,
    syntax.Quantified: _Checker.quantified,
    syntax.Filter: _Checker.filter,
    syntax.In: _Checker.membership,
    syntax.UnaryTests: _Checker.cell,
    syntax.Interval: _Checker.interval,
}
