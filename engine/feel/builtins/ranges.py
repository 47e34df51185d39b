"""Functions that compare points and ranges, Allen's interval algebra (DMN 1.5, 10.3.4.10 and Table 78), and `range`."""

import operator
from collections.abc import Callable

from engine.feel import operators, syntax, temporal
from engine.feel.builtins.base import Signature, define
from engine.feel.faults import FeelError, Null
from engine.feel.parser import parse
from engine.feel.values import Range, kind


def _lt(left: object, right: object) -> bool:
    return _compared(operator.lt, left, right)


def _eq(left: object, right: object) -> bool:
    return operators.equals(left, right) is True


def _compared(comparison: Callable[..., bool], left: object, right: object) -> bool:
    answer = operators.ordered(comparison, left, right)
    if answer is None:
        raise Null(f"a {kind(left)} cannot be compared with a {kind(right)}.")
    return answer


def before(left: object, right: object) -> bool:
    """Return whether the first ends before the second begins."""
    end, end_in = _end(left)
    start, start_in = _start(right)
    return _lt(end, start) or (_eq(end, start) and not (end_in and start_in))


def after(left: object, right: object) -> bool:
    """Return whether the first begins after the second ends."""
    return before(right, left)


def _start(value: object) -> tuple[object, bool]:
    return (value.start, value.start_included) if isinstance(value, Range) else (value, True)


def _end(value: object) -> tuple[object, bool]:
    return (value.end, value.end_included) if isinstance(value, Range) else (value, True)


def meets(left: Range, right: Range) -> bool:
    """Return whether the first ends exactly where the second begins, both including that point."""
    return left.end_included and right.start_included and _eq(left.end, right.start)


def met_by(left: Range, right: Range) -> bool:
    """Return whether the first begins exactly where the second ends."""
    return meets(right, left)


def overlaps(left: Range, right: Range) -> bool:
    """Return whether the two have a point in common."""
    return not before(left, right) and not before(right, left)


def overlaps_before(left: Range, right: Range) -> bool:
    """Return whether the first begins first and ends within the second."""
    begins = _lt(left.start, right.start) or (
        _eq(left.start, right.start) and left.start_included and not right.start_included
    )
    reaches = _lt(right.start, left.end) or (_eq(left.end, right.start) and left.end_included and right.start_included)
    ends = _lt(left.end, right.end) or (_eq(left.end, right.end) and (not left.end_included or right.end_included))
    return begins and reaches and ends


def overlaps_after(left: Range, right: Range) -> bool:
    """Return whether the first begins within the second and ends after it."""
    begins = _lt(right.start, left.start) or (
        _eq(left.start, right.start) and right.start_included and not left.start_included
    )
    reaches = _lt(left.start, right.end) or (_eq(left.start, right.end) and left.start_included and right.end_included)
    ends = _lt(right.end, left.end) or (_eq(left.end, right.end) and (left.end_included or not right.end_included))
    return begins and reaches and ends


def finishes(left: object, right: Range) -> bool:
    """Return whether the first ends where the second does, and begins no earlier."""
    end, end_in = _end(left)
    if not isinstance(left, Range):
        return right.end_included and _eq(end, right.end)
    later = _lt(right.start, left.start) or (
        _eq(left.start, right.start) and (not left.start_included or right.start_included)
    )
    return end_in == right.end_included and _eq(end, right.end) and later


def finished_by(left: Range, right: object) -> bool:
    """Return whether the second finishes the first."""
    return finishes(right, left)


def includes(left: Range, right: object) -> bool:
    """Return whether the whole second lies in the first."""
    start, start_in = _start(right)
    end, end_in = _end(right)
    begins = _lt(left.start, start) or (_eq(left.start, start) and (left.start_included or not start_in))
    ends = _lt(end, left.end) or (_eq(end, left.end) and (left.end_included or not end_in))
    return begins and ends


def during(left: object, right: Range) -> bool:
    """Return whether the whole first lies in the second."""
    return includes(right, left)


def starts(left: object, right: Range) -> bool:
    """Return whether the first begins where the second does, and ends no later."""
    start, start_in = _start(left)
    if not isinstance(left, Range):
        return right.start_included and _eq(start, right.start)
    earlier = _lt(left.end, right.end) or (_eq(left.end, right.end) and (not left.end_included or right.end_included))
    return start_in == right.start_included and _eq(start, right.start) and earlier


def started_by(left: Range, right: object) -> bool:
    """Return whether the second starts the first."""
    return starts(right, left)


def coincides(left: object, right: object) -> bool:
    """Return whether the two are the same point or range."""
    if isinstance(left, Range) != isinstance(right, Range):
        raise Null("a point cannot coincide with a range.")
    if not isinstance(left, Range):
        return not _lt(left, right) and not _lt(right, left)
    return operators.equals(left, right) is True


def range_of(text: str) -> Range:
    """Return the interval that a text shows; its ends are plain values, or dates and the like made from texts."""
    try:
        tree = parse(text, frozenset(("date and time",)))
    except FeelError as error:
        raise Null(f"`{text[:40]}` is not an interval.") from error
    if not isinstance(tree, syntax.Interval):
        raise Null(f"`{text[:40]}` is not an interval.")
    start, end = _constant(tree.start), _constant(tree.end)
    if start is None or end is None or operators.ordered(operator.le, start, end) is not True:
        raise Null("the ends of an interval should be values of one kind, the lower one first.")
    return Range(start, end, tree.start_included, tree.end_included)


def _constant(node: syntax.Node) -> object:
    if isinstance(node, (syntax.Literal, syntax.AtLiteral)):
        return node.value
    if isinstance(node, syntax.Negate):
        return operators.negate(_constant(node.operand))
    if isinstance(node, syntax.Call) and isinstance(node.function, syntax.Name) and len(node.arguments) == 1:
        reader, text = _FROM_TEXT.get(node.function.name), node.arguments[0]
        return (
            reader(text.value) if reader and isinstance(text, syntax.Literal) and isinstance(text.value, str) else None
        )
    return None


def _both(name: str, body: Callable[..., object]) -> list[tuple[str, Signature]]:
    """Return the four definitions of a function between points and ranges, which differ in the names of parameters."""
    parameters = (
        "point1: any, point2: any",
        "point: any, range: range",
        "range: range, point: any",
        "range1: range, range2: range",
    )
    return [define(f"{name}({each}) -> boolean", body) for each in parameters]


_FROM_TEXT: dict[str, Callable[[str], object]] = {
    "date": temporal.date_from,
    "time": temporal.time_from,
    "date and time": temporal.date_time_from,
    "duration": temporal.duration_from,
}
RANGES = (
    define("range(from: string) -> range", range_of),
    *_both("before", before),
    *_both("after", after),
    define("meets(range1: range, range2: range) -> boolean", meets),
    define("met by(range1: range, range2: range) -> boolean", met_by),
    define("overlaps(range1: range, range2: range) -> boolean", overlaps),
    define("overlaps before(range1: range, range2: range) -> boolean", overlaps_before),
    define("overlaps after(range1: range, range2: range) -> boolean", overlaps_after),
    define("finishes(point: any, range: range) -> boolean", finishes),
    define("finishes(range1: range, range2: range) -> boolean", finishes),
    define("finished by(range: range, point: any) -> boolean", finished_by),
    define("finished by(range1: range, range2: range) -> boolean", finished_by),
    define("includes(range: range, point: any) -> boolean", includes),
    define("includes(range1: range, range2: range) -> boolean", includes),
    define("during(point: any, range: range) -> boolean", during),
    define("during(range1: range, range2: range) -> boolean", during),
    define("starts(point: any, range: range) -> boolean", starts),
    define("starts(range1: range, range2: range) -> boolean", starts),
    define("started by(range: range, point: any) -> boolean", started_by),
    define("started by(range1: range, range2: range) -> boolean", started_by),
    define("coincides(point1: any, point2: any) -> boolean", coincides),
    define("coincides(range1: range, range2: range) -> boolean", coincides),
)
