"""The operators of FEEL on values of any kind: null for what does not fit (DMN 1.5, section 10.3.2.9 to 10.3.2.13)."""

import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, DecimalException

from engine.feel import temporal
from engine.feel.bounds import grow, look
from engine.feel.faults import FeelError
from engine.feel.values import ARITHMETIC, Range, YearsMonths, as_list, kind, native

MAX_VALUE_DEPTH = 100
_DAY_KINDS = ("date", "date and time")

Operation = Callable[..., object]
ORDERINGS: dict[str, Callable[..., bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


# Arithmetic


def add(left: object, right: object) -> object:
    """Return the sum; texts are put together, durations move dates and times."""
    return _arithmetic(_ADDITIONS, left, right)


def subtract(left: object, right: object) -> object:
    """Return the difference; between two dates or times it is a duration."""
    return _arithmetic(_SUBTRACTIONS, left, right)


def multiply(left: object, right: object) -> object:
    """Return the product of numbers, or of a duration and a number."""
    return _arithmetic(_MULTIPLICATIONS, left, right)


def divide(left: object, right: object) -> object:
    """Return the quotient of numbers or durations; null when the divisor is 0."""
    return _arithmetic(_DIVISIONS, left, right)


def power(left: object, right: object) -> object:
    """Return the power of two numbers."""
    return _arithmetic({("number", "number"): raised}, left, right)


def raised(base: Decimal, exponent: Decimal) -> Decimal:
    """Return a number to the power of another; to the power of 0 every number is 1."""
    return ARITHMETIC.power(base, exponent) if exponent else Decimal(1)


def negate(value: object) -> object:
    """Return a number or duration with the other sign."""
    value = native(value)
    if isinstance(value, (Decimal, int)) and not isinstance(value, bool):
        return ARITHMETIC.minus(value)
    if isinstance(value, timedelta):
        return -value
    return YearsMonths(-value.months) if isinstance(value, YearsMonths) else None


def _arithmetic(table: Mapping[tuple[str, str], Operation], left: object, right: object) -> object:
    left, right = native(left), native(right)
    operation = table.get((kind(left), kind(right)))
    if operation is None:
        return None
    try:
        return operation(left, right)
    except (DecimalException, OverflowError, ValueError):
        return None


def _join(left: str, right: str) -> str:
    grow(len(left) + len(right))
    return left + right


def _months(value: date, length: YearsMonths) -> date:
    return temporal.months_later(value, length.months)


def _days_between(left: date, right: date) -> timedelta | None:
    first, second = temporal.instant(left), temporal.instant(right)
    return None if (first.tzinfo is None) != (second.tzinfo is None) else first - second


def _time_between(left: time, right: time) -> timedelta | None:
    if (left.tzinfo is None) != (right.tzinfo is None):
        return None
    return temporal.since_midnight(left) - temporal.since_midnight(right)


def _scaled_days(length: timedelta, number: Decimal) -> timedelta:
    micros = ARITHMETIC.multiply(length // timedelta(microseconds=1), number)
    return timedelta(microseconds=int(micros)) if micros.adjusted() < 21 else timedelta.max * 2


def _scaled_months(length: YearsMonths, number: Decimal) -> YearsMonths | None:
    months = ARITHMETIC.multiply(length.months, number)
    return YearsMonths(int(months)) if months.adjusted() < 12 else None


def _inverse(number: Decimal) -> Decimal:
    return ARITHMETIC.divide(Decimal(1), number)


def _divided_days(length: timedelta, number: Decimal) -> timedelta:
    micros = ARITHMETIC.divide(length // timedelta(microseconds=1), number)
    return timedelta(microseconds=int(micros)) if micros.adjusted() < 21 else timedelta.max * 2


def _divided_months(length: YearsMonths, number: Decimal) -> YearsMonths | None:
    months = ARITHMETIC.divide(length.months, number)
    return YearsMonths(int(months)) if months.adjusted() < 12 else None


def _days_ratio(left: timedelta, right: timedelta) -> Decimal:
    micro = timedelta(microseconds=1)
    return ARITHMETIC.divide(left // micro, right // micro)


_DAYS, _MONTHS = "days and time duration", "years and months duration"
_ADDITIONS: dict[tuple[str, str], Operation] = {
    ("number", "number"): ARITHMETIC.add,
    ("string", "string"): _join,
    (_DAYS, _DAYS): operator.add,
    (_MONTHS, _MONTHS): lambda a, b: YearsMonths(a.months + b.months),
    ("time", _DAYS): temporal.time_shifted,
    (_DAYS, "time"): lambda a, b: temporal.time_shifted(b, a),
}
_SUBTRACTIONS: dict[tuple[str, str], Operation] = {
    ("number", "number"): ARITHMETIC.subtract,
    (_DAYS, _DAYS): operator.sub,
    (_MONTHS, _MONTHS): lambda a, b: YearsMonths(a.months - b.months),
    ("time", _DAYS): lambda a, b: temporal.time_shifted(a, -b),
    ("time", "time"): _time_between,
}
for _day in _DAY_KINDS:
    _ADDITIONS[_day, _DAYS] = temporal.shifted
    _ADDITIONS[_DAYS, _day] = lambda a, b: temporal.shifted(b, a)
    _ADDITIONS[_day, _MONTHS] = _months
    _ADDITIONS[_MONTHS, _day] = lambda a, b: _months(b, a)
    _SUBTRACTIONS[_day, _DAYS] = lambda a, b: temporal.shifted(a, -b)
    _SUBTRACTIONS[_day, _MONTHS] = lambda a, b: temporal.months_later(a, -b.months)
    for _other in _DAY_KINDS:
        _SUBTRACTIONS[_day, _other] = _days_between
_MULTIPLICATIONS: dict[tuple[str, str], Operation] = {
    ("number", "number"): ARITHMETIC.multiply,
    (_DAYS, "number"): _scaled_days,
    ("number", _DAYS): lambda a, b: _scaled_days(b, a),
    (_MONTHS, "number"): _scaled_months,
    ("number", _MONTHS): lambda a, b: _scaled_months(b, a),
}
_DIVISIONS: dict[tuple[str, str], Operation] = {
    ("number", "number"): ARITHMETIC.divide,
    (_DAYS, "number"): _divided_days,
    (_MONTHS, "number"): _divided_months,
    (_DAYS, _DAYS): _days_ratio,
    (_MONTHS, _MONTHS): lambda a, b: ARITHMETIC.divide(a.months, b.months),
}


# Equality and order


def equals(left: object, right: object, depth: int = 0) -> bool | None:
    """Return whether two values are the same; null when they are of different kinds (Table 53)."""
    if left is None or right is None:
        return left is right
    left, right = native(left), native(right)
    sort = kind(left)
    if sort != kind(right):
        return None
    if depth > MAX_VALUE_DEPTH:
        raise FeelError(f"A value is nested more than {MAX_VALUE_DEPTH} levels deep.")
    comparison = _EQUALITIES.get(sort)
    return comparison(left, right, depth) if comparison else left == right


def _same_lists(left: list[object], right: list[object], depth: int) -> bool | None:
    left, right = as_list(left), as_list(right)
    if len(left) != len(right):
        return False
    look()
    return _all_true(equals(a, b, depth + 1) for a, b in zip(left, right, strict=True))


def _same_contexts(left: Mapping[str, object], right: Mapping[str, object], depth: int) -> bool | None:
    if left.keys() != right.keys():
        return False
    look()
    return _all_true(equals(left[key], right[key], depth + 1) for key in left)


def _all_true(answers: Iterable[bool | None]) -> bool:
    return all(answer is True for answer in answers)


def _same_instants(left: datetime, right: datetime, depth: int) -> bool | None:
    if (left.tzinfo is None) != (right.tzinfo is None):
        return False
    return temporal.whole_second(left) == temporal.whole_second(right)


def _same_times(left: time, right: time, depth: int) -> bool | None:
    if (left.tzinfo is None) != (right.tzinfo is None):
        return False
    return temporal.second_of_day(left) == temporal.second_of_day(right)


def _same_ranges(left: Range, right: Range, depth: int) -> bool | None:
    if (left.start_included, left.end_included, left.operator) != (
        right.start_included,
        right.end_included,
        right.operator,
    ):
        return False
    return _all_true((equals(left.start, right.start, depth + 1), equals(left.end, right.end, depth + 1)))


_EQUALITIES: dict[str, Callable[..., bool | None]] = {
    "list": _same_lists,
    "context": _same_contexts,
    "date and time": _same_instants,
    "time": _same_times,
    "range": _same_ranges,
    "function": lambda left, right, depth: left is right,
}


def identity(value: object, depth: int = 0) -> object:
    """Return something that can be hashed and is the same for values that are equal, and for no others."""
    if depth > MAX_VALUE_DEPTH:
        raise FeelError(f"A value is nested more than {MAX_VALUE_DEPTH} levels deep.")
    value = native(value)
    sort = kind(value)
    if sort == "list":
        look()
        return sort, tuple(identity(item, depth + 1) for item in as_list(value))
    if sort == "context":
        look()
        return sort, frozenset((key, identity(item, depth + 1)) for key, item in value.items())  # type: ignore[attr-defined]
    if sort == "range":
        ends = (identity(value.start, depth + 1), identity(value.end, depth + 1))  # type: ignore[attr-defined]
        return sort, ends, value.start_included, value.end_included, value.operator  # type: ignore[attr-defined]
    if sort in ("time", "date and time"):
        return sort, value.tzinfo is None, order_key(value)  # type: ignore[attr-defined]
    return sort, id(value) if sort == "unknown" else value


def order_key(value: object) -> object:
    """Return what to sort a value by among others of its kind."""
    key = _ORDERS.get(kind(value))
    return key(value) if key is not None else value


def less(left: object, right: object) -> bool | None:
    """Return whether `left` comes before `right`; null when they cannot be put in order."""
    return ordered(operator.lt, left, right)


def ordered(comparison: Callable[..., bool], left: object, right: object) -> bool | None:
    """Return `comparison` (operator.lt and its like) of two values of one kind that has an order, else null."""
    left, right = native(left), native(right)
    sort = kind(left)
    if sort != kind(right) or sort not in _ORDERS:
        return None
    key = _ORDERS[sort]
    if key is None:
        return comparison(left, right)
    if (getattr(left, "tzinfo", None) is None) != (getattr(right, "tzinfo", None) is None):
        return None
    return comparison(key(left), key(right))


_ORDERS: dict[str, Callable[..., object] | None] = {
    "number": None,
    "string": None,
    "date": None,
    "date and time": temporal.whole_second,
    "time": temporal.second_of_day,
    _DAYS: None,
    _MONTHS: None,
}


# Membership


def within(value: object, span: Range) -> bool | None:
    """Return whether a value lies in a range; null when they cannot be compared."""
    if span.operator == "!=":
        same = equals(value, span.start)
        return None if same is None else not same
    above = _beyond(operator.ge if span.start_included else operator.gt, value, span.start, span.start_included)
    below = _beyond(operator.le if span.end_included else operator.lt, value, span.end, span.end_included)
    if above is False or below is False:
        return False
    return True if above and below else None


def _beyond(comparison: Callable[..., bool], value: object, end: object, included: bool) -> bool | None:
    if end is None:
        return None if included or value is None else True
    if comparison in (operator.ge, operator.le) and equals(value, end):
        return True
    return ordered(comparison, value, end)


def contained(value: object, test: object) -> bool | None:
    """Return whether `value` meets one test of `in`: equals it, lies in it, or is among its items (Table 55)."""
    if isinstance(test, Range):
        return equals(value, test) if isinstance(value, Range) else within(value, test)
    if isinstance(test, list):
        return equals(value, test) is True or any(contained(value, item) is True for item in test)
    return equals(value, test)


def any_true(answers: Iterable[bool | None]) -> bool | None:
    """Return the three-valued "or" of some answers."""
    result: bool | None = False
    for answer in answers:
        if answer is True:
            return True
        if answer is None:
            result = None
    return result


def opposite(answer: bool | None) -> bool | None:
    """Return three-valued "not"."""
    return None if answer is None else not answer


def half_open(symbol: str, end: object) -> Range | None:
    """Return the range that `symbol` (one of = != < <= > >=) and its one end stand for; null for an end of null."""
    if symbol in ("=", "!="):
        return Range(end, end, True, True, symbol)
    if kind(end) not in _ORDERS:
        return None
    included = symbol in ("<=", ">=")
    return Range(end, None, included, False, symbol) if symbol[0] == ">" else Range(None, end, False, included, symbol)


# Sentences


def described(value: object) -> str:
    """Return what a value is, for a warning."""
    if value is None:
        return "null"
    shown = str(value) if kind(value) in ("number", "string", "boolean") else ""
    return f"the {kind(value)} {shown[:40]!r}".replace("'", "`") if shown else f"a {kind(value)}"


def mismatch(symbol: str, left: object, right: object) -> str:
    """Return why an operator gave null."""
    hint = " Write string(…) around what is no text." if symbol == "+" and "string" in (kind(left), kind(right)) else ""
    return f"`{symbol}` cannot be used between {described(left)} and {described(right)}.{hint}"
