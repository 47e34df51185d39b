"""Turns the tree of an expression into Python closures, once; each takes the frame and returns the value."""

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, DecimalException

from engine.feel import calls, cells, loops, operators, syntax
from engine.feel.faults import ExternalFunction, FeelError
from engine.feel.frames import Frame
from engine.feel.properties import member
from engine.feel.reach import Reach
from engine.feel.types import Types, resolve
from engine.feel.values import ARITHMETIC, Function, Range, native

MAX_HEIGHT = 150

Code = Callable[[Frame], object]

_PLAIN = frozenset((str, Decimal, bool, int, dict, list, type(None)))
_DECIMAL_OPERATIONS = {
    "+": ARITHMETIC.add, "-": ARITHMETIC.subtract,
    "*": ARITHMETIC.multiply, "/": ARITHMETIC.divide, "**": operators.raised,
}  # fmt: skip
_OPERATIONS = {
    "+": operators.add, "-": operators.subtract, "*": operators.multiply, "/": operators.divide, "**": operators.power,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compiler:
    """Compiles one tree; `types` are the item definitions that its type names may mean.

    `hiding` are names of built-ins that the scope may have a function of its own for, as a model's knowledge may.
    """

    text: str
    types: Types
    hiding: frozenset[str] = frozenset()

    def code(self, node: syntax.Node, reach: Reach) -> Code:
        """Return the closure of `node`, in reach of the names bound around it."""
        if reach.height > MAX_HEIGHT:
            raise FeelError(f"The expression is more than {MAX_HEIGHT} levels deep.", text=self.text, at=node.at)
        return _COMPILERS[type(node)](self, node, reach.deeper())

    # Values

    def literal(self, node: syntax.Literal, reach: Reach) -> Code:
        value = node.value
        return lambda frame: value

    def at_literal(self, node: syntax.AtLiteral, reach: Reach) -> Code:
        value, sentence = node.value, f'@"{node.text}" is no date, time, date and time or duration.'
        return (lambda frame: value) if value is not None else (lambda frame: frame.run.warn(sentence, node.at))

    def name(self, node: syntax.Name, reach: Reach) -> Code:
        return _bound_name(node) if reach.binds(node.name) else scope_name(node)

    def path(self, node: syntax.Path, reach: Reach) -> Code:
        target, name, at = self.code(node.target, reach), node.name, node.at

        def read(frame: Frame) -> object:
            value = target(frame)
            if type(value) is dict and name in value:
                found = value[name]
                return found if type(found) in _PLAIN else native(found)
            return member(frame.run, value, name, at)

        return read

    def list_literal(self, node: syntax.ListLiteral, reach: Reach) -> Code:
        items = [self.code(item, reach) for item in node.items]
        return lambda frame: [item(frame) for item in items]

    def context(self, node: syntax.ContextLiteral, reach: Reach) -> Code:
        entries = []
        for key, value in node.entries:
            reach = reach.binding(key)  # for its own value too: a function may call itself
            entries.append((key, self.code(value, reach)))

        def build(frame: Frame) -> object:
            built: dict[str, object] = {}
            inner = frame.inner(built)
            for key, value in entries:
                built[key] = value(inner)
            return built

        return build

    def interval(self, node: syntax.Interval, reach: Reach) -> Code:
        start, end, at = self.code(node.start, reach), self.code(node.end, reach), node.at
        included = node.start_included, node.end_included

        def build(frame: Frame) -> object:
            low, high = start(frame), end(frame)
            if operators.less(low, high) is None:
                frame.run.warn("The two ends of the interval cannot be put in order.", at)
                return None
            return Range(low, high, *included)

        return build

    def comparison(self, node: syntax.Comparison, reach: Reach) -> Code:
        operand, symbol = self.code(node.operand, reach), node.operator
        return lambda frame: operators.half_open(symbol, operand(frame))

    def function(self, node: syntax.FunctionDefinition, reach: Reach) -> Code:
        names = tuple(name for name, _ in node.parameters)
        types = tuple(resolve(kind, self.types) if kind else None for _, kind in node.parameters)
        if node.external:
            return lambda frame: Function("", names, self.refuse_external, types)
        body = self.code(node.body, reach.binding(*names).at_height(0))
        cost = calls.Cost(calls.CALL_STEPS + loops.steps(node.body), syntax.height(node.body) + 4, node.at)
        return lambda frame: calls.closure(frame, names, types, body, cost)

    def refuse_external(self, *arguments: object) -> object:
        """Raise the error that a call of a function in Java or PMML ends in."""
        raise ExternalFunction("External functions (Java, PMML) are not run here.", text=self.text)

    # Operators

    def negation(self, node: syntax.Negate, reach: Reach) -> Code:
        operand, at = self.code(node.operand, reach), node.at

        def negate(frame: Frame) -> object:
            value = operand(frame)
            result = operators.negate(value)
            if result is None and value is not None:
                frame.run.warn(f"`-` needs a number or a duration, not {operators.described(value)}.", at)
            return result

        return negate

    def arithmetic(self, node: syntax.Arithmetic, reach: Reach) -> Code:
        left, right, at, symbol = self.code(node.left, reach), self.code(node.right, reach), node.at, node.operator
        quick, general = _DECIMAL_OPERATIONS[symbol], _OPERATIONS[symbol]

        def calculate(frame: Frame) -> object:
            a, b = left(frame), right(frame)
            if type(a) is Decimal and type(b) is Decimal:
                try:
                    return quick(a, b)
                except DecimalException:
                    frame.run.warn(f"{a} {symbol} {b} has no result.", at)
                    return None
            result = general(a, b)
            if result is None:
                frame.run.warn(operators.mismatch(symbol, a, b), at)
            return result

        return calculate

    def compare(self, node: syntax.Compare, reach: Reach) -> Code:
        left, right, at, symbol = self.code(node.left, reach), self.code(node.right, reach), node.at, node.operator
        if symbol in ("=", "!="):
            return _equality(left, right, symbol == "=", at)
        quick = operators.ORDERINGS[symbol]

        def order(frame: Frame) -> object:
            a, b = left(frame), right(frame)
            sort = type(a)
            if sort is type(b) and (sort is Decimal or sort is str or sort is int):
                return quick(a, b)
            result = operators.ordered(quick, a, b)
            if result is None:
                frame.run.warn(operators.mismatch(symbol, a, b), at)
            return result

        return order

    def logic(self, node: syntax.Logic, reach: Reach) -> Code:
        operands = [self.code(operand, reach) for operand in node.operands]
        decisive = node.operator == "or"

        def decide(frame: Frame) -> object:
            result: bool | None = not decisive
            for operand in operands:
                value = operand(frame)
                if value is decisive:
                    return decisive
                if type(value) is not bool:
                    result = None
            return result

        return decide

    def between(self, node: syntax.Between, reach: Reach) -> Code:
        value, low, high = (self.code(part, reach) for part in (node.value, node.low, node.high))

        def decide(frame: Frame) -> object:
            middle = value(frame)
            above = operators.ordered(operator.ge, middle, low(frame))
            below = operators.ordered(operator.le, middle, high(frame))
            return False if above is False or below is False else (above and below)

        return decide

    def instance_of(self, node: syntax.InstanceOf, reach: Reach) -> Code:
        value, kind = self.code(node.value, reach), resolve(node.type, self.types)
        return lambda frame: kind.describes(value(frame)) if kind else None

    def conditional(self, node: syntax.If, reach: Reach) -> Code:
        condition, then, otherwise = (self.code(part, reach) for part in (node.condition, node.then, node.otherwise))
        return lambda frame: then(frame) if condition(frame) is True else otherwise(frame)

    # Tests

    def membership(self, node: syntax.In, reach: Reach) -> Code:
        value, tests = self.code(node.value, reach), [cells.test(test, self, reach) for test in node.tests]

        def decide(frame: Frame) -> object:
            given = value(frame)
            return operators.any_true(test(frame, given) for test in tests)

        return decide

    # Calls, filters and loops

    def call(self, node: syntax.Call, reach: Reach) -> Code:
        return calls.call(node, self, reach)

    def filter(self, node: syntax.Filter, reach: Reach) -> Code:
        return loops.filter_list(node, self, reach)

    def loop(self, node: syntax.For, reach: Reach) -> Code:
        return loops.for_each(node, self, reach)

    def quantified(self, node: syntax.Quantified, reach: Reach) -> Code:
        return loops.quantified(node, self, reach)


def _equality(left: Code, right: Code, wanted: bool, at: int) -> Code:
    def decide(frame: Frame) -> object:
        a, b = left(frame), right(frame)
        sort = type(a)
        if sort is type(b) and (sort is str or sort is Decimal or sort is bool):
            return (a == b) is wanted
        answer = operators.equals(a, b)
        if answer is None:
            frame.run.warn(operators.mismatch("=" if wanted else "!=", a, b), at)
            return None
        return answer is wanted

    return decide


def scope_name(node: syntax.Name) -> Code:
    """Return the closure that reads a name from the scope given from outside."""
    name = node.name

    def read(frame: Frame) -> object:
        try:
            value = frame.scope[name]
        except KeyError:
            return _unknown(frame, node)
        return value if type(value) in _PLAIN else native(value)

    return read


def _bound_name(node: syntax.Name) -> Code:
    """Return the closure that looks for a name from the innermost frame outwards, then in the scope."""
    name, outside = node.name, scope_name(node)

    def read(frame: Frame) -> object:
        value = calls.bound_value(frame, name)
        if value is calls.UNBOUND:
            return outside(frame)
        return value if type(value) in _PLAIN else native(value)

    return read


def _unknown(frame: Frame, node: syntax.Name) -> object:
    """Return the function of that name, else null with a warning; a scope that cannot list names is not asked to."""
    function = calls.function_named(frame.run, node.name)
    if function is None:
        frame.run.warn(f"`{node.name}` is not known here.{frame.run.suggestion(node.name, _names(frame))}", node.at)
    return function


def _names(frame: Frame) -> Iterator[str]:
    """Yield the names that are known at a frame, the nearest first."""
    here: Frame | None = frame
    while here is not None:
        yield from here.values
        here = here.parent
    if isinstance(frame.scope, Mapping):
        yield from frame.scope


_COMPILERS: dict[type, Callable[..., Code]] = {
    syntax.Literal: Compiler.literal,
    syntax.AtLiteral: Compiler.at_literal,
    syntax.Name: Compiler.name,
    syntax.Path: Compiler.path,
    syntax.Filter: Compiler.filter,
    syntax.Call: Compiler.call,
    syntax.Negate: Compiler.negation,
    syntax.Arithmetic: Compiler.arithmetic,
    syntax.Compare: Compiler.compare,
    syntax.Logic: Compiler.logic,
    syntax.Between: Compiler.between,
    syntax.In: Compiler.membership,
    syntax.Interval: Compiler.interval,
    syntax.Comparison: Compiler.comparison,
    syntax.InstanceOf: Compiler.instance_of,
    syntax.If: Compiler.conditional,
    syntax.For: Compiler.loop,
    syntax.Quantified: Compiler.quantified,
    syntax.FunctionDefinition: Compiler.function,
    syntax.ListLiteral: Compiler.list_literal,
    syntax.ContextLiteral: Compiler.context,
}
