"""Expressions within forms: read when the form is loaded, evaluated against the answers and the case."""

from collections import ChainMap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine import feel
from engine.errors import EngineError, Invalid
from engine.feel.builtins import BUILTINS

Functions = Mapping[str, Callable[..., object]]
"""The platform's own functions (`due`, `working days` …) by the name that expressions use."""


class Names(ChainMap[str, Any]):
    """What an expression of a form sees: names, nearest first, and the platform's functions."""

    def __init__(self, *maps: Mapping[str, Any], functions: Functions | None = None) -> None:
        super().__init__(*maps)  # type: ignore[arg-type]  # only read from
        self.functions: Functions = functions or {}

    def within(self, own: Mapping[str, Any]) -> "Names":
        """Return these names with nearer ones before them."""
        return Names(own, *self.maps, functions=self.functions)


@dataclass(frozen=True)
class Expression:
    """One FEEL expression of a form and the place where it stands."""

    text: str
    place: str
    compiled: Any = field(compare=False, repr=False)

    def evaluate(self, names: Names) -> Any:
        """Return the value of the expression; raise `Invalid`, naming the place, when it cannot be evaluated."""
        try:
            return self.compiled.evaluate(names, functions=names.functions)
        except EngineError as error:
            raise Invalid(
                f"The expression at {self.place} of the form could not be evaluated: {error.message}",
                remedy=error.remedy or "Ask the analyst who drew the form to correct it.",
            ) from error


def is_expression(value: object) -> bool:
    """Say whether `value` is written as an expression: text that begins with `=`."""
    return isinstance(value, str) and value.lstrip().startswith("=")


def compile_text(text: str, *, place: str) -> Expression:
    """Return the expression in `text`, with or without its `=`; raise `ExpressionError` when it cannot be read."""
    return Expression(text, place, feel.compile(text.strip().removeprefix("=").strip()))


def unknown_functions(expression: Expression) -> list[str]:
    """Return the functions that the expression calls and nobody has."""
    return sorted(expression.compiled.calls - feel.HOST.keys() - BUILTINS.keys())
