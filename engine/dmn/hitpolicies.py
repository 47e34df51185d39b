"""Hit policies: what a table answers when several rules hit (DMN 1.5, section 8.2.8)."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.dmn.faults import DecisionError
from engine.dmn.scopes import Scope
from engine.feel import operators
from engine.feel.builtins.statistics import maximum, minimum, total

if TYPE_CHECKING:
    from engine.dmn.tables import Table


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that hit, and its conclusions in the order of the outputs."""

    rule: str
    values: list[object]


LISTS = ("COLLECT", "RULE ORDER", "OUTPUT ORDER")


def answer(table: "Table", hits: list[Hit], scope: Scope) -> object:
    """Return the answer of a table with at least one hit; raise DecisionError when its policy does not allow them."""
    return POLICIES[table.policy](table, hits, scope)


def _unique(table: "Table", hits: list[Hit], scope: Scope) -> object:
    if len(hits) > 1:
        raise DecisionError(
            f"{table.where}: {hits[0].rule} and {hits[1].rule} both apply, but the hit policy is UNIQUE.",
            remedy="Make the conditions of the two rules exclude each other, or choose another hit policy.",
        )
    return table.shaped(hits[0].values)


def _any(table: "Table", hits: list[Hit], scope: Scope) -> object:
    for hit in hits[1:]:
        if operators.equals(hit.values, hits[0].values) is not True:
            raise DecisionError(
                f"{table.where}: {hits[0].rule} and {hit.rule} both apply and conclude differently, "
                "but the hit policy is ANY.",
                remedy="Give the two rules the same conclusion, or choose another hit policy.",
            )
    return table.shaped(hits[0].values)


def _first(table: "Table", hits: list[Hit], scope: Scope) -> object:
    return table.shaped(hits[0].values)


def _priority(table: "Table", hits: list[Hit], scope: Scope) -> object:
    return table.shaped(_in_output_order(table, hits, scope)[0].values)


def _output_order(table: "Table", hits: list[Hit], scope: Scope) -> object:
    return [table.shaped(hit.values) for hit in _in_output_order(table, hits, scope)]


def _rule_order(table: "Table", hits: list[Hit], scope: Scope) -> object:
    return [table.shaped(hit.values) for hit in hits]


def _collect(table: "Table", hits: list[Hit], scope: Scope) -> object:
    if not table.aggregation:
        return _rule_order(table, hits, scope)
    columns = [[hit.values[number] for hit in hits] for number in range(len(table.outputs))]
    return table.shaped([AGGREGATORS[table.aggregation](column) for column in columns])


def _in_output_order(table: "Table", hits: list[Hit], scope: Scope) -> list[Hit]:
    """Return the hits by falling priority: that of the first output decides, then that of the next."""
    return sorted(hits, key=lambda hit: [_rank(table, number, value, scope) for number, value in enumerate(hit.values)])


def _rank(table: "Table", number: int, value: object, scope: Scope) -> int:
    allowed = table.outputs[number].allowed
    return scope.rank(allowed, value) if allowed is not None else 0


def _count(values: list[object]) -> object:
    return Decimal(len(values))


POLICIES: dict[str, Callable[["Table", list[Hit], Scope], object]] = {
    "UNIQUE": _unique,
    "ANY": _any,
    "FIRST": _first,
    "PRIORITY": _priority,
    "OUTPUT ORDER": _output_order,
    "RULE ORDER": _rule_order,
    "COLLECT": _collect,
}
AGGREGATORS: dict[str, Callable[[list[object]], object]] = {
    "SUM": total,
    "MIN": minimum,
    "MAX": maximum,
    "COUNT": _count,
}
