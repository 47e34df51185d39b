"""Functions that sum a list up (DMN 1.5, 10.3.4.4): of numbers, of durations, of truth values."""

import functools
from collections.abc import Callable
from decimal import Decimal

from engine.feel import operators
from engine.feel.builtins.base import define
from engine.feel.builtins.numbers import calculated
from engine.feel.faults import Null
from engine.feel.values import ARITHMETIC, kind


def minimum(items: list[object]) -> object:
    """Return the least item; all are of one kind that has an order."""
    return _extreme(items, lambda one, best: operators.less(one, best))


def maximum(items: list[object]) -> object:
    """Return the greatest item; all are of one kind that has an order."""
    return _extreme(items, lambda one, best: operators.less(best, one))


def _extreme(items: list[object], better: Callable[[object, object], bool | None]) -> object:
    if not items:
        return None
    best = items[0]
    for item in items:
        answer = better(item, best)
        if answer is None:
            raise Null("the items cannot be put in order.")
        best = item if answer else best
    return best


def total(items: list[object]) -> object:
    """Return the sum of numbers or durations; null for an empty list."""
    return _folded(items, operators.add)


def product(items: list[object]) -> object:
    """Return the product of numbers; null for an empty list."""
    _numbers(items)
    return _folded(items, operators.multiply)


def _folded(items: list[object], operation: Callable[[object, object], object]) -> object:
    if not items:
        return None
    result = items[0]
    if kind(result) not in ("number", "days and time duration", "years and months duration"):
        raise Null("the items should be numbers or durations.")
    for item in items[1:]:
        result = operation(result, item)
        if result is None:
            raise Null("the items should all be numbers.")
    return result


def mean(items: list[object]) -> object:
    """Return the arithmetic mean of numbers or durations."""
    return operators.divide(total(items), Decimal(len(items))) if items else None


def median(items: list[object]) -> object:
    """Return the middle of the numbers in order, or the mean of the middle two."""
    numbers = sorted(_numbers(items))
    if not numbers:
        return None
    middle = len(numbers) // 2
    return numbers[middle] if len(numbers) % 2 else mean([numbers[middle - 1], numbers[middle]])


def mode(items: list[object]) -> list[Decimal]:
    """Return the numbers that occur most often, in ascending order."""
    counts: dict[Decimal, int] = {}
    for number in _numbers(items):
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(number for number, count in counts.items() if count == most)


def standard_deviation(items: list[object]) -> Decimal:
    """Return the deviation of a sample of at least two numbers (divided by n - 1)."""
    numbers = _numbers(items)
    if len(numbers) < 2:
        raise Null("the standard deviation needs two numbers at least.")
    middle = calculated(ARITHMETIC.divide, _sum(numbers), Decimal(len(numbers)))
    squares = [calculated(lambda n: ARITHMETIC.power(ARITHMETIC.subtract(n, middle), 2), number) for number in numbers]
    return calculated(ARITHMETIC.sqrt, ARITHMETIC.divide(_sum(squares), Decimal(len(numbers) - 1)))


def _sum(numbers: list[Decimal]) -> Decimal:
    return functools.reduce(ARITHMETIC.add, numbers, Decimal(0))


def _numbers(items: list[object]) -> list[Decimal]:
    if any(kind(item) != "number" for item in items):
        raise Null("the items should all be numbers.")
    return items  # type: ignore[return-value]


def all_true(items: list[object]) -> bool | None:
    """Return three-valued "and" over a list."""
    if any(item is False for item in items):
        return False
    return True if all(item is True for item in items) else None


def any_true(items: list[object]) -> bool | None:
    """Return three-valued "or" over a list."""
    if any(item is True for item in items):
        return True
    return False if all(item is False for item in items) else None


def count(items: list[object]) -> Decimal:
    """Return how many items there are."""
    return Decimal(len(items))


STATISTICS = (
    define("count(list: list) -> number", count),
    define("min(list: list...) -> any", minimum),
    define("max(list: list...) -> any", maximum),
    define("sum(list: list...) -> any", total),
    define("product(list: list...) -> number", product),
    define("mean(list: list...) -> any", mean),
    define("median(list: list...) -> number", median),
    define("mode(list: list...) -> list", mode),
    define("stddev(list: list...) -> number", standard_deviation),
    define("all(list: list...) -> boolean", all_true),
    define("any(list: list...) -> boolean", any_true),
)
