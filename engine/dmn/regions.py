"""Cuts the values of a table's input into regions that its rules do not tell apart, each with one value to show."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from engine import feel
from engine.dmn.scopes import Evaluation, Scope
from engine.dmn.tables import Rule, Table
from engine.feel import syntax
from engine.feel.builtins import BUILTINS
from engine.feel.compiler import Compiler
from engine.feel.frames import Frame, Limits
from engine.feel.reach import Reach, mentions
from engine.feel.values import YearsMonths, kind

MAX_COMBINATIONS = 200_000
_UNSTEADY = frozenset(("now", "today", "random number", "uuid"))
OTHER = "some other value"


@dataclass(frozen=True, slots=True)
class Region:
    """Values that meet the same cells: `rules` as bits, `label` says one of the values, empty when any will do."""

    rules: int
    label: str


def combinations(columns: list[list[Region]], rules: int) -> Iterator[tuple[int, list[Region]]]:
    """Yield each combination of one region from each column, with the rules that all of it meets."""
    if not columns:
        yield rules, []
        return
    for region in columns[0]:
        for met, rest in combinations(columns[1:], rules & region.rules):
            yield met, [region, *rest]


def regions_of(table: Table, number: int) -> list[Region] | None:
    """Return the regions of one input, None when its cells are calculated and cannot be compared beforehand."""
    cells = [rule.tests[number] for rule in table.rules]
    frame = Scope(Evaluation({}, Limits(10_000_000, 10_000_000), None), {}).frame(table.where)
    if not all(_is_constant(cell) for cell in cells):
        return None
    allowed = table.inputs[number].allowed
    points = [point for cell in (*cells, *([allowed] if allowed else [])) for point in _points(cell, frame)]
    values = _representatives(points)
    if values is None:
        return None
    if allowed is not None:
        values = [value for value in values if allowed.test(frame, value) is True]
    return _merged(table.rules, number, values, frame)


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


def _representatives(points: list[object]) -> list[object] | None:
    """Return a value for each point and for each stretch between two; None for points of mixed or other kinds."""
    kinds = {kind(point) for point in points if point is not None}
    if not kinds:
        return [OTHER]
    if len(kinds) > 1:
        return None
    sort = kinds.pop()
    if sort == "boolean":
        return [True, False]
    if sort == "string":
        return [*dict.fromkeys(points), OTHER]
    return _along_the_line(points, _BETWEEN[sort]) if sort in _BETWEEN else None


def _along_the_line(points: list[object], between: Callable[..., object]) -> list[object]:
    line = sorted({point for point in points if point is not None})  # type: ignore[type-var]
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
    "date": _date_between,
    "days and time duration": _days_between,
    "years and months duration": _months_between,
}


def _merged(rules: tuple[Rule, ...], number: int, values: list[object], frame: Frame) -> list[Region]:
    """Return one region for each set of rules that some value meets."""
    found: dict[int, str] = {}
    for value in values:
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
