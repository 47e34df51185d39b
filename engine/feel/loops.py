"""Filters, `for`, `some` and `every` (DMN 1.5, sections 10.3.2.5, 10.3.2.14 and 10.3.2.15)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.feel import operators, syntax
from engine.feel.frames import Frame
from engine.feel.reach import Reach, mentions
from engine.feel.values import Range, as_list, kind, whole

if TYPE_CHECKING:
    from engine.feel.compiler import Code, Compiler

NODES_A_STEP = 4  # how much of a loop's body one step of the budget pays for, each time round
Source = Callable[[Frame], Iterable[object] | None]


# Filters


def filter_list(node: syntax.Filter, compiler: "Compiler", reach: Reach) -> "Code":
    """Compile `list[predicate]`: a number picks an item, a condition those that meet it."""
    target = compiler.code(node.target, reach)
    if _is_index(node.predicate):
        index = compiler.code(node.predicate, reach)
        return lambda frame: _item(frame, _listed(target(frame)), index(frame), node.at)
    predicate = compiler.code(node.predicate, reach.in_filter())
    cost = steps(node.predicate)
    return lambda frame: _filtered(frame, _listed(target(frame)), predicate, cost, node.at)


def steps(body: syntax.Node) -> int:
    """Return how many steps of the budget one round of `body` costs."""
    return 1 + syntax.size(body) // NODES_A_STEP


def _is_index(predicate: syntax.Node) -> bool:
    inner = predicate.operand if isinstance(predicate, syntax.Negate) else predicate
    return isinstance(inner, syntax.Literal) and kind(inner.value) == "number"


def _listed(value: object) -> list[object]:
    return [] if value is None else as_list(value)


def _item(frame: Frame, items: list[object], index: object, at: int) -> object:
    position = whole(index)
    if position and -len(items) <= position <= len(items):
        return items[position - 1 if position > 0 else position]
    count = "1 item" if len(items) == 1 else f"{len(items)} items"
    frame.run.warn(f"The list has {count}, and none with the number {index}.", at)
    return None


def _filtered(frame: Frame, items: list[object], predicate: "Code", cost: int, at: int) -> object:
    if not items:
        return _index_or_nothing(frame, predicate, at)
    chosen = []
    for number, item in enumerate(items):
        frame.run.spend(cost, at)
        answer = predicate(_item_frame(frame, item))
        if number == 0 and kind(answer) == "number":
            return _item(frame, items, answer, at)
        if answer is True:
            chosen.append(item)
        elif answer is not False and answer is not None:
            frame.run.warn(f"A filter is a condition or a whole number, not {operators.described(answer)}.", at)
            return None
    return chosen


def _index_or_nothing(frame: Frame, predicate: "Code", at: int) -> object:
    answer = predicate(_item_frame(frame, None))
    return _item(frame, [], answer, at) if kind(answer) == "number" else []


def _item_frame(frame: Frame, item: object) -> Frame:
    inner = frame.inner({"item": item})
    return inner.inner(item) if isinstance(item, Mapping) else inner


# Loops


def for_each(node: syntax.For, compiler: "Compiler", reach: Reach) -> "Code":
    """Compile `for … return …`; the results so far are known as `partial`."""
    sources, inner_reach = _sources(node.bindings, compiler, reach.binding("partial"))
    body = compiler.code(node.body, inner_reach)
    cost = steps(node.body)
    partial = any(mentions(part, "partial") for part in (node.body, *node.bindings))

    def collect(frame: Frame) -> object:
        results: list[object] = []
        base = frame.inner({"partial": results})
        for inner in _rounds(base, sources, cost, node.at):
            if inner is None:
                return None
            if partial:
                frame.run.spend(len(results) // 50, node.at)
                base.values = {"partial": list(results)}
            results.append(body(inner))
        return results

    return collect


def quantified(node: syntax.Quantified, compiler: "Compiler", reach: Reach) -> "Code":
    """Compile `some … satisfies …` (three-valued "or") and `every … satisfies …` (three-valued "and")."""
    sources, inner_reach = _sources(node.bindings, compiler, reach)
    body, decisive = compiler.code(node.body, inner_reach), node.quantifier == "some"
    cost = steps(node.body)

    def decide(frame: Frame) -> object:
        result: bool | None = not decisive
        for inner in _rounds(frame, sources, cost, node.at):
            answer = body(inner) if inner is not None else None
            if answer is decisive:
                return decisive
            if not isinstance(answer, bool):
                result = None
        return result

    return decide


def _sources(
    bindings: tuple[syntax.Binding, ...], compiler: "Compiler", reach: Reach
) -> tuple[list[tuple[str, Source]], Reach]:
    sources = []
    for binding in bindings:
        sources.append((binding.name, _source(binding, compiler, reach)))
        reach = reach.binding(binding.name)
    return sources, reach


def _source(binding: syntax.Binding, compiler: "Compiler", reach: Reach) -> Source:
    start = compiler.code(binding.source, reach)
    if binding.end is None:
        return lambda frame: _items(frame, start(frame), binding.at)
    end = compiler.code(binding.end, reach)
    return lambda frame: _steps(frame, start(frame), end(frame), binding.at)


def _rounds(frame: Frame, sources: list[tuple[str, Source]], cost: int, at: int) -> Iterator[Frame | None]:
    """Yield a frame for each combination of items, the last name changing fastest; None when there is no list."""
    (name, source), rest = sources[0], sources[1:]
    items = source(frame)
    if items is None:
        yield None
        return
    for item in items:
        frame.run.spend(cost, at)
        inner = frame.inner({name: item})
        if rest:
            yield from _rounds(inner, rest, cost, at)
        else:
            yield inner


def _items(frame: Frame, value: object, at: int) -> Iterable[object] | None:
    if value is None:
        frame.run.warn("There is no list to go through: it is null.", at)
        return None
    if isinstance(value, Range):
        return _range_items(frame, value, at)
    return as_list(value)


def _range_items(frame: Frame, span: Range, at: int) -> Iterable[object] | None:
    steps = _steps(frame, span.start, span.end, at)
    if steps is None:
        return None
    return (
        item
        for item in steps
        if (span.start_included or operators.equals(item, span.start) is not True)
        and (span.end_included or operators.equals(item, span.end) is not True)
    )


def _steps(frame: Frame, start: object, end: object, at: int) -> Iterable[object] | None:
    """Return the whole numbers or the days from `start` to `end`, up or down."""
    first, last = whole(start), whole(end)
    if first is not None and last is not None:
        return _counted(first, last)
    if type(start) is date and type(end) is date:
        return _days(start, end)
    frame.run.warn("A loop from … to … needs two whole numbers or two dates.", at)
    return None


def _counted(first: int, last: int) -> Iterator[object]:
    return map(Decimal, range(first, last + 1) if first <= last else range(first, last - 1, -1))


def _days(first: date, last: date) -> Iterator[object]:
    step = timedelta(days=1 if first <= last else -1)
    return (first + step * number for number in range(abs((last - first).days) + 1))
