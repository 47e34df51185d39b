"""The values of FEEL that Python has no type for, and what kind a value is (DMN 1.5, section 10.3.2).

number is Decimal (int from outside counts too), string str, boolean bool, date, time and date and time those of
datetime, days and time duration timedelta, list list, context any Mapping, null None.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from functools import total_ordering

# IEEE 754-2008 Decimal128, which section 10.3.2.3.1 asks for. What does not fit raises, and becomes null.
ARITHMETIC = Context(34, ROUND_HALF_EVEN, -6143, 6144, traps=[DivisionByZero, InvalidOperation, Overflow])


@total_ordering
@dataclass(frozen=True, slots=True)
class YearsMonths:
    """A years and months duration."""

    months: int

    def __lt__(self, other: "YearsMonths") -> bool:
        return self.months < other.months


@dataclass(frozen=True, slots=True)
class Range:
    """The values from `start` to `end`; an end that is None leaves that side open.

    `operator` is that of a range written as a comparison such as `(< 10)`; `(!= 10)` is everything but its start.
    """

    start: object
    end: object
    start_included: bool
    end_included: bool
    operator: str = ""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Function:
    """A function value; `body` takes the evaluated arguments in the order of `parameters`."""

    name: str
    parameters: tuple[str, ...]
    body: Callable[..., object]
    types: tuple[object, ...] = ()
    returns: object = None
    variadic: bool = False

    def __call__(self, *arguments: object) -> object:
        return self.body(*arguments)

    def __repr__(self) -> str:
        return self.name or f"function({', '.join(self.parameters)})"


_KINDS: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    Decimal: "number",
    int: "number",
    str: "string",
    date: "date",
    time: "time",
    datetime: "date and time",
    timedelta: "days and time duration",
    YearsMonths: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
    Function: "function",
}
_BASES = ((str, "string"), (datetime, "date and time"), (date, "date"), (Decimal, "number"), (int, "number"))


def kind(value: object) -> str:
    """Return the name of the type that `value` has in FEEL, "unknown" for what FEEL cannot hold."""
    found = _KINDS.get(type(value))
    return found or _foreign_kind(value)


def _foreign_kind(value: object) -> str:
    if isinstance(value, Mapping):
        return "context"
    if isinstance(value, (list, tuple)):
        return "list"
    return next((name for base, name in _BASES if isinstance(value, base)), "unknown")


def native(value: object) -> object:
    """Return a value from outside as FEEL holds it: a float becomes Decimal, a tuple or set a list."""
    if type(value) is float:
        return ARITHMETIC.create_decimal(repr(value)) if value == value and abs(value) != float("inf") else None
    if isinstance(value, (tuple, set, frozenset)):
        return list(value)
    return value


def whole(number: object) -> int | None:
    """Return a number without decimals as int, None for any other value (and for the astronomically large)."""
    if type(number) is int:
        return number if abs(number) < 10**30 else None
    if (
        type(number) is Decimal
        and number.is_finite()
        and number.adjusted() < 30
        and number == number.to_integral_value()
    ):
        return int(number)
    return None


def as_list(value: object) -> list[object]:
    """Return `value` as a list: itself, or the only item (section 10.3.2.9.4)."""
    if isinstance(value, list):
        return value
    if isinstance(value, Sequence) and not isinstance(value, str):
        return list(value)
    return [value]


Items = Sequence[object]
