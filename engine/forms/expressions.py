"""Expressions within forms: read when the form is loaded, evaluated against the answers and the case."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine import feel
from engine.errors import EngineError, Invalid

Names = Mapping[str, Any]


@dataclass(frozen=True)
class Expression:
    """One FEEL expression of a form and the place where it stands."""

    text: str
    place: str
    compiled: Any = field(compare=False, repr=False)

    def evaluate(self, names: Names) -> Any:
        """Return the value of the expression; raise `Invalid`, naming the place, when it cannot be evaluated."""
        try:
            return self.compiled.evaluate(names)
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
