"""Functions on lists (DMN 1.5, 10.3.4.4 and 10.3.4.6; Camunda's `partition`, `duplicate values`, `is empty`)."""

import functools
from decimal import Decimal

from engine.feel import operators
from engine.feel.bounds import look
from engine.feel.builtins.base import define
from engine.feel.faults import FeelError, Null
from engine.feel.values import Function, as_list, whole

MAX_ITEMS = 200_000
Items = list[object]


def contains(items: Items, element: object) -> bool:
    """Return whether an item equals `element`."""
    return any(operators.equals(item, element) for item in items)


def sublist(items: Items, start: Decimal, length: Decimal | None = None) -> Items:
    """Return the items from position `start` (1 is the first, -1 the last), `length` of them at most."""
    begin = _index(items, start)
    if length is None:
        return items[begin:]
    size = whole(length)
    if size is None or size < 0 or begin + size > len(items):
        raise Null(f"there are not {length} items from position {start}.")
    return items[begin : begin + size]


def _index(items: Items, position: Decimal) -> int:
    place = whole(position)
    if not place or abs(place) > len(items):
        raise Null(f"there is no position {position} in a list of {len(items)} items.")
    return place - 1 if place > 0 else len(items) + place


def append(items: Items, *more: object) -> Items:
    """Return the list with items added at its end."""
    return [*items, *more]


def concatenate(*lists: object) -> Items:
    """Return the items of all lists in one."""
    joined = [item for part in lists for item in as_list(part)]
    return _limited(joined)


def _limited(items: Items) -> Items:
    if len(items) > MAX_ITEMS:
        raise FeelError(f"A list grew beyond {MAX_ITEMS:,} items.")
    return items


def insert_before(items: Items, position: Decimal, new: object) -> Items:
    """Return the list with an item put in before a position."""
    place = _index(items, position)
    return [*items[:place], new, *items[place:]]


def remove(items: Items, position: Decimal) -> Items:
    """Return the list without the item at a position."""
    place = _index(items, position)
    return items[:place] + items[place + 1 :]


def replace_at(items: Items, position: Decimal, new: object) -> Items:
    """Return the list with the item at a position replaced."""
    place = _index(items, position)
    return [*items[:place], new, *items[place + 1 :]]


def replace_where(items: Items, match: Function, new: object) -> Items:
    """Return the list with each item replaced for which `match(item, new)` is true."""
    if len(match.parameters) != 2 and not match.variadic:
        raise Null("`match` should take two arguments.")
    answers = [match(item, new) for item in items]
    if any(not isinstance(answer, bool) for answer in answers):
        raise Null("`match` should answer true or false.")
    return [new if answer else item for item, answer in zip(items, answers, strict=True)]


def reverse(items: Items) -> Items:
    """Return the items from last to first."""
    return items[::-1]


def index_of(items: Items, match: object) -> Items:
    """Return the positions of the items that equal `match`."""
    return [Decimal(place) for place, item in enumerate(items, 1) if _same(item, match)]


def _same(one: object, other: object) -> bool:
    return operators.equals(one, other) is True


def union(*lists: object) -> Items:
    """Return the items of all lists without duplicates."""
    return distinct(concatenate(*lists))


def distinct(items: Items) -> Items:
    """Return the list without duplicates, in the order of first occurrence."""
    first: dict[object, object] = {}
    for item in items:
        first.setdefault(operators.identity(item), item)
    return list(first.values())


def duplicates(items: Items) -> Items:
    """Return the items that occur more than once, each once."""
    counts: dict[object, int] = {}
    for item in items:
        key = operators.identity(item)
        counts[key] = counts.get(key, 0) + 1
    return [item for item in distinct(items) if counts[operators.identity(item)] > 1]


def flatten(items: Items, depth: int = 0) -> Items:
    """Return the items of nested lists in one."""
    if depth > operators.MAX_VALUE_DEPTH:
        raise FeelError(f"A value is nested more than {operators.MAX_VALUE_DEPTH} levels deep.")
    look()
    flat: Items = []
    for item in items:
        flat.extend(flatten(item, depth + 1) if isinstance(item, list) else (item,))
    return _limited(flat)


def sort(items: Items, precedes: Function | None = None) -> Items:
    """Return the items in the order that `precedes(a, b)` says; without it in their own order."""
    if precedes is None:
        return _in_their_own_order(items)

    def compare(one: object, other: object) -> int:
        if _answer(precedes(one, other)):
            return -1
        return 1 if _answer(precedes(other, one)) else 0

    return sorted(items, key=functools.cmp_to_key(compare))


def _in_their_own_order(items: Items) -> Items:
    if any(operators.less(item, items[0]) is None for item in items):
        raise Null("the items cannot be put in order.")
    return sorted(items, key=operators.order_key)  # type: ignore[arg-type]


def _answer(value: object) -> bool:
    if not isinstance(value, bool):
        raise Null("the items cannot be put in order.")
    return value


def partition(items: Items, size: Decimal) -> Items:
    """Return the list cut into lists of `size` items."""
    length = whole(size)
    if not length or length < 0:
        raise Null("`size` should be a whole number above 0.")
    return [items[place : place + length] for place in range(0, len(items), length)]


def is_empty(items: Items) -> bool:
    """Return whether there are no items."""
    return not items


LISTS = (
    define("list contains(list: list, element: any) -> boolean", contains),
    define("sublist(list: list, start position: number, length: number =) -> list", sublist),
    define("append(list: list, item: any*) -> list", append),
    define("concatenate(list: list*) -> list", concatenate),
    define("insert before(list: list, position: number, newItem: any) -> list", insert_before),
    define("remove(list: list, position: number) -> list", remove),
    define("list replace(list: list, position: number, newItem: any) -> list", replace_at),
    define("list replace(list: list, match: function, newItem: any) -> list", replace_where),
    define("reverse(list: list) -> list", reverse),
    define("index of(list: list, match: any) -> list", index_of),
    define("union(list: list*) -> list", union),
    define("distinct values(list: list) -> list", distinct),
    define("duplicate values(list: list) -> list", duplicates),
    define("flatten(list: list) -> list", flatten),
    define("sort(list: list, precedes: function =) -> list", sort),
    define("partition(list: list, size: number) -> list", partition),
    define("is empty(list: list) -> boolean", is_empty),
)
