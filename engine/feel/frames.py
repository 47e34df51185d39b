"""What an evaluation knows while it runs: its limits and warnings, and the names bound around a place."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from engine.feel.bounds import look
from engine.feel.faults import FeelError, Problem, place
from engine.feel.names import did_you_mean

MAX_WARNINGS = 50
MAX_FRAMES = 450  # Python frames that functions calling one another may stack up


@dataclass(slots=True)
class Limits:
    """What one evaluation may use up, shared by all expressions that take part in it."""

    budget: int
    left: int
    frames: int = 0


@dataclass(slots=True)
class Run:
    """One expression being evaluated: the host's functions, the limits, and what it warns about."""

    text: str
    functions: Mapping[str, Callable[..., object]]
    limits: Limits
    warnings: list[Problem] | None  # None when nobody listens

    def spend(self, steps: int, at: int) -> None:
        """Use up `steps` of the budget; raise FeelError when none are left."""
        self.limits.left -= steps
        if self.limits.left < 0:
            sentence = f"The expression was stopped after {self.limits.budget:,} steps."
            raise FeelError(sentence, text=self.text, at=at, remedy="Loop over a shorter list.")
        look()

    def warn(self, sentence: str, at: int) -> None:
        """Note why a result is null."""
        if self.warnings is not None and len(self.warnings) < MAX_WARNINGS:
            line, column = place(self.text, at)
            self.warnings.append(Problem(sentence, line, column, "warning"))

    def suggestion(self, name: str, candidates: Iterable[str]) -> str:
        """Return what was probably meant by `name`, if somebody listens: looking through many names takes time."""
        return did_you_mean(name, candidates) if self.warnings is not None else ""

    def enter(self, height: int, at: int) -> None:
        """Step into a function whose body is `height` levels high; raise FeelError when they nest too deeply."""
        self.limits.frames += height
        if self.limits.frames > MAX_FRAMES:
            raise FeelError("Functions call one another too deeply here.", text=self.text, at=at)

    def leave(self, height: int) -> None:
        """Come back out of a function."""
        self.limits.frames -= height


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
