"""Cuts the values of a table's input into regions that its rules do not tell apart, each with one value to show."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine import feel
from engine.dmn.scopes import Evaluation, Scope
from engine.dmn.tables import Input, Rule, Table
from engine.feel import syntax
from engine.feel.bounds import look
from engine.feel.builtins import BUILTINS
from engine.feel.compiler import Compiler
from engine.feel.frames import Frame, Limits
from engine.feel.operators import order_key
from engine.feel.reach import Reach, mentions, walk
from engine.feel.values import YearsMonths, kind

MAX_COMBINATIONS = 200_000
MAX_TESTS = 2_000_000  # values times rules of one input
_UNSTEADY = frozenset(("now", "today", "random number", "uuid"))
OTHER = "some other value"


@dataclass(frozen=True, slots=True)
class Region:
    """Values that meet the same cells: `rules` as bits, `label` says one of the values, empty when any will do."""

    rules: int
    label: str


class Unsearchable(Exception):
    """The cells of an input cannot be compared beforehand, or not in time; the message says why."""


def combinations(columns: list[list[Region]], rules: int) -> Iterator[tuple[int, list[Region]]]:
    """Yield each combination of one region from each column, with the rules that all of it meets."""
    if not columns:
        yield rules, []
        return
    for region in columns[0]:
        for met, rest in combinations(columns[1:], rules & region.rules):
            yield met, [region, *rest]


def regions_of(table: Table, number: int) -> list[Region]:
    """Return the regions of one input; raise Unsearchable when there is no telling them."""
    column, cells = table.inputs[number], [rule.tests[number] for rule in table.rules]
    frame = Scope(Evaluation({}, Limits(10_000_000, 10_000_000), None), {}).frame(table.where)
    tests = [*cells, *([column.allowed] if column.allowed else [])]
    if not all(_is_constant(cell) for cell in tests):
        raise Unsearchable(f"conditions on `{column.label}` are calculated")
    points = [point for cell in tests for point in _points(cell, frame)]
    values = _representatives(points, column, is_along_a_line=any(map(_orders, tests)))
    if column.allowed is not None:
        values = [value for value in values if column.allowed.test(frame, value) is True]
    if len(values) * len(cells) > MAX_TESTS:
        raise Unsearchable(f"there are too many conditions on `{column.label}`")
    return _merged(table.rules, number, values, frame)


def _orders(cell: feel.Expression) -> bool:
    """Tell whether a cell asks what comes before or after, not only what is the same."""
    return any(isinstance(node, (syntax.Interval, syntax.Comparison)) for node in walk(cell.tree))


def _is_constant(cell: feel.Expression) -> bool:
    return not cell.names and cell.calls <= BUILTINS.keys() - _UNSTEADY and not mentions(cell.tree, "?")


def _points(cell: feel.Expression, frame: Frame) -> Iterator[object]:
    """Yield the values at which the answer of a cell may change."""
    tests = cell.tree.tests if isinstance(cell.tree, syntax.UnaryTests) else ()
    for test in tests:
        if isinstance(test, syntax.Comparison):
            nodes: tuple[syntax.Node, ...] = (test.operand,)
        elif isinstance(test, syntax.Interval):
            nodes = (test.start, test.end)
        else:
            nodes = test.items if isinstance(test, syntax.ListLiteral) else (test,)
        yield from (Compiler(cell.text, {}).code(node, Reach())(frame) for node in nodes)


def _representatives(points: list[object], column: Input, *, is_along_a_line: bool) -> list[object]:
    """Return a value for each point and for each stretch between two."""
    kinds = {kind(point) for point in points if point is not None}
    if not kinds:
        return [True, False] if column.kind is not None and column.kind.name == "boolean" else [OTHER]
    if len(kinds) > 1:
        raise Unsearchable(f"conditions on `{column.label}` are of several types")
    sort = kinds.pop()
    if sort == "boolean":
        return [True, False]
    if sort == "string" and not is_along_a_line:
        return [*dict.fromkeys(points), OTHER]
    if sort not in _BETWEEN or len({getattr(point, "tzinfo", None) is None for point in points}) > 1:
        raise Unsearchable(f"conditions on `{column.label}` are of a type that is not searched")
    return _along_the_line(points, _BETWEEN[sort])


def _along_the_line(points: list[object], between: Callable[..., object]) -> list[object]:
    line = sorted({point for point in points if point is not None}, key=order_key)  # type: ignore[arg-type]
    values: list[object] = [between(None, line[0])]
    for point, following in zip(line, [*line[1:], None], strict=True):
        values += [point, between(point, following)]
    return list(dict.fromkeys(value for value in values if value is not None))


def _number_between(low: Decimal | None, high: Decimal | None) -> Decimal:
    if low is None or high is None:
        return (low or Decimal(0)) + 1 if high is None else high - 1
    return low + 1 if high - low > 1 else (low + high) / 2


def _date_between(low: date | None, high: date | None) -> date | None:
    day = timedelta(days=1)
    if low is None or high is None:
        return low + day if low else high - day if high else None
    return low + day if high - low > day else None


def _text_between(low: str | None, high: str | None) -> str | None:
    if low is None:
        return "" if high else None
    following = f"{low} "  # nothing that people write lies between a text and the text with a space behind it
    return following if high is None or following < high else None


def _instant_between(low: datetime | None, high: datetime | None) -> datetime | None:
    second = timedelta(seconds=1)
    if low is None or high is None:
        return low + second if low else high - second if high else None
    return low + second if high - low > second else None


def _time_between(low: time | None, high: time | None) -> time | None:
    day = date(2000, 1, 1)
    first, last = datetime.combine(day, time.min), datetime.combine(day, time(23, 59, 59))
    if low is None or high is None:
        end = first if low is None else last
        point = low or high
        return end.time().replace(tzinfo=point.tzinfo) if point and point.replace(tzinfo=None) != end.time() else None
    found = _instant_between(datetime.combine(day, low), datetime.combine(day, high))
    return found.timetz() if found else None


def _days_between(low: timedelta | None, high: timedelta | None) -> timedelta | None:
    if low is None or high is None:
        day = timedelta(days=1)
        return low + day if low is not None else high - day if high is not None else None
    return (low + high) / 2


def _months_between(low: YearsMonths | None, high: YearsMonths | None) -> YearsMonths | None:
    if low is None or high is None:
        return YearsMonths(low.months + 1) if low else YearsMonths(high.months - 1) if high else None
    return YearsMonths(low.months + 1) if high.months - low.months > 1 else None


_BETWEEN: dict[str, Callable[..., object]] = {
    "number": _number_between,
    "string": _text_between,
    "date": _date_between,
    "date and time": _instant_between,
    "time": _time_between,
    "days and time duration": _days_between,
    "years and months duration": _months_between,
}


def _merged(rules: tuple[Rule, ...], number: int, values: list[object], frame: Frame) -> list[Region]:
    """Return one region for each set of rules that some value meets."""
    found: dict[int, str] = {}
    for value in values:
        look()
        met = 0
        for place, rule in enumerate(rules):
            if rule.tests[number].test(frame, value) is True:
                met |= 1 << place
        found.setdefault(met, _label(value, len(values)))
    return [Region(met, label) for met, label in found.items()]


def _label(value: object, among: int) -> str:
    if value == OTHER:
        return OTHER if among > 1 else ""
    return feel.shown(value)
