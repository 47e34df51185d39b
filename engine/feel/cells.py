"""Tests of `in` and of the cells of decision tables: does a value meet them (DMN 1.5, section 7.3.2 and Table 55)."""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.feel import operators, syntax
from engine.feel.frames import Frame
from engine.feel.reach import Reach, mentions
from engine.feel.values import Range

if TYPE_CHECKING:
    from engine.feel.compiler import Code, Compiler

Test = Callable[[Frame, object], bool | None]


def test(node: syntax.Node, compiler: "Compiler", reach: Reach) -> Test:
    """Return the closure that tells whether a value meets one test."""
    if isinstance(node, syntax.Comparison):
        return _comparison(node, compiler, reach)
    if isinstance(node, (syntax.Literal, syntax.AtLiteral)):
        return _constant(node.value)
    if isinstance(node, syntax.Interval):
        return _interval(node, compiler, reach)
    if mentions(node, "?"):
        return _question(node, compiler, reach)
    wanted = compiler.code(node, reach)
    return lambda frame, value: operators.contained(value, wanted(frame))


def one_of(tests: tuple[Test, ...], negated: bool) -> Test:
    """Return the test of a whole cell: met when one of its tests is, or none when negated; no tests are always met."""
    if not tests:
        return lambda frame, value: True
    if len(tests) == 1 and not negated:
        return tests[0]

    def decide(frame: Frame, value: object) -> bool | None:
        answer = operators.any_true(test(frame, value) for test in tests)
        return operators.opposite(answer) if negated else answer

    return decide


def asked(test: Test) -> "Code":
    """Return the closure that puts the scope's `?` to a test."""
    return lambda frame: test(frame, frame.scope["?"])


def _constant(wanted: object) -> Test:
    plain = type(wanted)
    if plain not in (str, Decimal, bool):
        return lambda frame, value: operators.contained(value, wanted)
    return lambda frame, value: value == wanted if type(value) is plain else operators.contained(value, wanted)


def _comparison(node: syntax.Comparison, compiler: "Compiler", reach: Reach) -> Test:
    operand = compiler.code(node.operand, reach)
    if node.operator == "=":
        return lambda frame, value: operators.equals(value, operand(frame))
    if node.operator == "!=":
        return lambda frame, value: operators.opposite(operators.equals(value, operand(frame)))
    ordering = operators.ORDERINGS[node.operator]
    if isinstance(node.operand, syntax.Literal) and type(node.operand.value) is Decimal:
        end = node.operand.value
        return lambda frame, value: (
            ordering(value, end) if type(value) is Decimal else operators.ordered(ordering, value, end)
        )
    return lambda frame, value: operators.ordered(ordering, value, operand(frame))


def _interval(node: syntax.Interval, compiler: "Compiler", reach: Reach) -> Test:
    """Return the test of an interval; one that cannot be made, for its ends do not fit, is neither met nor missed."""
    made = compiler.code(node, reach)
    if isinstance(node.start, syntax.Literal) and isinstance(node.end, syntax.Literal):
        low, high = node.start.value, node.end.value
        if type(low) is Decimal and type(high) is Decimal:
            return _numbers(Range(low, high, node.start_included, node.end_included), low, high)

    def decide(frame: Frame, value: object) -> bool | None:
        span = made(frame)
        return None if span is None else operators.contained(value, span)

    return decide


def _numbers(span: Range, low: Decimal, high: Decimal) -> Test:
    above = operators.ORDERINGS[">=" if span.start_included else ">"]
    below = operators.ORDERINGS["<=" if span.end_included else "<"]

    def decide(frame: Frame, value: object) -> bool | None:
        if type(value) is Decimal:
            return above(value, low) and below(value, high)
        return operators.contained(value, span)

    return decide


def _question(node: syntax.Node, compiler: "Compiler", reach: Reach) -> Test:
    """Return the test for an expression with `?` in it: true or false is the answer, another value is compared."""
    wanted = compiler.code(node, reach.binding("?"))

    def decide(frame: Frame, value: object) -> bool | None:
        result = wanted(frame.inner({"?": value}))
        return result if isinstance(result, bool) or result is None else operators.contained(value, result)

    return decide
