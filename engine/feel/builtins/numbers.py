"""Functions on numbers (DMN 1.5, 10.3.4.5; Camunda's `random number`)."""

import random
from collections.abc import Callable
from datetime import timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
    DecimalException,
)  # fmt: skip

from engine.feel.builtins.base import define
from engine.feel.faults import Null
from engine.feel.values import ARITHMETIC, YearsMonths, whole

MIN_SCALE, MAX_SCALE = -6111, 6176
_WIDE = ARITHMETIC.copy()
_WIDE.prec = 6200


def rounding(mode: str) -> Callable[..., Decimal]:
    """Return the function that rounds to `scale` decimal places in `mode`; the places may be negative."""

    def rounded(number: Decimal, scale: Decimal = Decimal(0)) -> Decimal:
        places = whole(scale) if scale is not None else None
        if places is None:
            places = int(ARITHMETIC.to_integral_value(scale)) if scale is not None and abs(scale) < 10_000 else None
        if places is None or not MIN_SCALE <= places <= MAX_SCALE:
            raise Null(f"`scale` lies between {MIN_SCALE} and {MAX_SCALE}.")
        return _quantized(Decimal(number), places, mode)

    return rounded


def _quantized(number: Decimal, places: int, mode: str) -> Decimal:
    if -int(number.as_tuple().exponent) <= places:
        return number
    return ARITHMETIC.plus(_plain(number.quantize(Decimal((0, (1,), -places)), mode, _WIDE)))


def _plain(number: Decimal) -> Decimal:
    return number.quantize(Decimal(1), context=_WIDE) if int(number.as_tuple().exponent) > 0 else number


def floor(number: Decimal, scale: Decimal = Decimal(0)) -> Decimal:
    """Return the greatest number of `scale` places that is not above `number`."""
    return rounding(ROUND_FLOOR)(number, scale)


def ceiling(number: Decimal, scale: Decimal = Decimal(0)) -> Decimal:
    """Return the least number of `scale` places that is not below `number`."""
    return rounding(ROUND_CEILING)(number, scale)


def absolute(value: Decimal | timedelta | YearsMonths) -> object:
    """Return a number or duration without its sign."""
    return YearsMonths(abs(value.months)) if isinstance(value, YearsMonths) else abs(value)


def modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    """Return what remains of the division, with the sign of the divisor."""
    if not divisor:
        raise Null("`divisor` is 0.")
    remainder = calculated(_WIDE.remainder, Decimal(dividend), Decimal(divisor))
    return remainder + divisor if remainder and (remainder < 0) != (divisor < 0) else remainder


def calculated(operation: Callable[..., Decimal], *numbers: Decimal) -> Decimal:
    """Return the result of a Decimal operation; raise Null when there is none."""
    try:
        return ARITHMETIC.plus(operation(*numbers))
    except DecimalException as error:
        raise Null("the number has no such result.") from error


def square_root(number: Decimal) -> Decimal:
    """Return the square root; there is none of a negative number."""
    return calculated(ARITHMETIC.sqrt, number)


def logarithm(number: Decimal) -> Decimal:
    """Return the natural logarithm of a positive number."""
    if number <= 0:
        raise Null("`number` is not above 0.")
    return calculated(ARITHMETIC.ln, number)


def exponential(number: Decimal) -> Decimal:
    """Return e to the power of `number`."""
    return calculated(ARITHMETIC.exp, number)


def is_odd(number: Decimal) -> bool | None:
    """Return whether a whole number is odd."""
    value = whole(number)
    return None if value is None else value % 2 == 1


def is_even(number: Decimal) -> bool | None:
    """Return whether a whole number is even."""
    value = whole(number)
    return None if value is None else value % 2 == 0


def random_number() -> Decimal:
    """Return a number from 0 up to 1."""
    return Decimal(repr(random.random()))  # noqa: S311 - not for secrets


NUMBERS = (
    define("decimal(n: number, scale: number) -> number", rounding(ROUND_HALF_EVEN)),
    define("floor(n: number, scale: number =) -> number", floor),
    define("ceiling(n: number, scale: number =) -> number", ceiling),
    define("round up(n: number, scale: number =) -> number", rounding(ROUND_UP)),
    define("round down(n: number, scale: number =) -> number", rounding(ROUND_DOWN)),
    define("round half up(n: number, scale: number =) -> number", rounding(ROUND_HALF_UP)),
    define("round half down(n: number, scale: number =) -> number", rounding(ROUND_HALF_DOWN)),
    define("abs(n: number|duration) -> any", absolute),
    define("modulo(dividend: number, divisor: number) -> number", modulo),
    define("sqrt(number: number) -> number", square_root),
    define("log(number: number) -> number", logarithm),
    define("exp(number: number) -> number", exponential),
    define("odd(number: number) -> boolean", is_odd),
    define("even(number: number) -> boolean", is_even),
    define("random number() -> number", random_number),
)
