"""What can be wrong with an expression, said with the place where it stands."""

from dataclasses import dataclass

from engine.errors import ExpressionError


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding about an expression: `severity` is "error" or "warning"; line and column count from 1."""

    sentence: str
    line: int
    column: int
    severity: str = "error"
    code: str = "expression"

    def __str__(self) -> str:
        return f"Line {self.line}, column {self.column}: {self.sentence}"


class FeelError(ExpressionError):
    """An expression could not be read or evaluated."""

    def __init__(self, sentence: str, *, text: str = "", at: int = 0, remedy: str = "") -> None:
        """Keep `sentence` and the line and column (both from 1) of offset `at` in `text`."""
        self.sentence = sentence
        self.line, self.column = place(text, at)
        super().__init__(f"Line {self.line}, column {self.column}: {sentence}" if text else sentence, remedy=remedy)


class ExternalFunction(FeelError):
    """A function in Java or PMML was called; the platform runs no foreign code."""


class Null(Exception):
    """A built-in function has no answer for what it was given: the result is null, with this sentence as a warning."""


class Misfit(Null):
    """An argument is not of the type that a built-in function takes."""


def place(text: str, at: int) -> tuple[int, int]:
    """Return line and column, both from 1, of the offset `at` in `text`."""
    before = text[:at]
    return before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1
