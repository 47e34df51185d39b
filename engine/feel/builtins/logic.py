"""Functions on truth and presence (DMN 1.5, 10.3.4.2 and 10.3.4.8; Camunda's extensions)."""

from engine.feel import operators
from engine.feel.builtins.base import define
from engine.feel.faults import FeelError
from engine.feel.text import literal
from engine.feel.values import kind, native


def negated(value: object) -> object:
    """Return three-valued "not": null for anything but true and false."""
    return not value if isinstance(value, bool) else None


def same(left: object, right: object) -> bool:
    """Return whether two values are the same element of the semantic domain (10.3.4.8): 12:00Z is not 13:00+01:00."""
    left, right = native(left), native(right)
    if kind(left) != kind(right):
        return False
    if kind(left) in ("time", "date and time"):
        return literal(left) == literal(right)
    return left is right or operators.equals(left, right) is True


def is_defined(value: object) -> bool:
    """Return whether there is a value at all."""
    return value is not None


def get_or_else(value: object, default: object) -> object:
    """Return the value, or the default when it is null."""
    return default if value is None else value


def asserted(value: object, condition: object, cause: str = "") -> object:
    """Return the value when the condition holds; else the evaluation fails with the cause."""
    if condition is True:
        return value
    raise FeelError(cause or "The condition of `assert` is not fulfilled.")


def failed(cause: str) -> object:
    """Fail the evaluation with the cause."""
    raise FeelError(cause)


LOGIC = (
    define("not(negand: any) -> boolean", negated),
    define("is(value1: any, value2: any) -> boolean", same),
    define("is defined(value: any) -> boolean", is_defined),
    define("get or else(value: any, default: any) -> any", get_or_else),
    define("assert(value: any, condition: any, cause: string =) -> any", asserted),
    define("error(cause: string) -> any", failed),
)
