"""What an evaluation knows while it runs: its limits and warnings, and the names bound around a place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.feel.faults import FeelError, Problem, place

MAX_WARNINGS = 50
MAX_FRAMES = 450  # Python frames that functions calling one another may stack up


@dataclass(slots=True)
class Run:
    """One evaluation: the host's functions, the steps it has left, and what it warns about."""

    text: str
    functions: Mapping[str, Callable[..., object]]
    budget: int
    left: int
    frames: int
    warnings: list[Problem]

    def spend(self, steps: int, at: int) -> None:
        """Use up `steps` of the budget; raise FeelError when none are left."""
        self.left -= steps
        if self.left < 0:
            sentence = f"The expression was stopped after {self.budget:,} steps."
            raise FeelError(sentence, text=self.text, at=at, remedy="Loop over a shorter list.")

    def warn(self, sentence: str, at: int) -> None:
        """Note why a result is null."""
        if len(self.warnings) < MAX_WARNINGS:
            line, column = place(self.text, at)
            self.warnings.append(Problem(sentence, line, column, "warning"))

    def enter(self, height: int, at: int) -> None:
        """Step into a function whose body is `height` levels high; raise FeelError when they nest too deeply."""
        self.frames += height
        if self.frames > MAX_FRAMES:
            raise FeelError("Functions call one another too deeply here.", text=self.text, at=at)

    def leave(self, height: int) -> None:
        """Come back out of a function."""
        self.frames -= height


class Frame:
    """Names bound around a place, in front of the scope given from outside."""

    __slots__ = ("parent", "run", "scope", "values")

    def __init__(
        self, run: Run, scope: Mapping[str, object], values: Mapping[str, object], parent: "Frame | None" = None
    ) -> None:
        self.run = run
        self.scope = scope
        self.values = values
        self.parent = parent

    def inner(self, values: Mapping[str, object]) -> "Frame":
        """Return a frame in front of this one."""
        return Frame(self.run, self.scope, values, self)
