"""What a decision's logic can see, and what one evaluation of a model shares."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine import feel
from engine.feel.frames import Frame, Limits, Run
from engine.feel.operators import described
from engine.feel.types import Type

if TYPE_CHECKING:
    from engine.dmn.tables import Decided

BUDGET = 300_000
Logic = Callable[["Scope"], object]


@dataclass(slots=True)
class Evaluation:
    """One evaluation of a model: the host's functions, the limits, the warnings, and what is already decided."""

    functions: Mapping[str, Callable[..., object]]
    limits: Limits
    warnings: list[feel.Problem] | None
    decided: dict[object, object] = field(default_factory=dict)
    seen: "list[Decided] | None" = None  # what the tables did; None when nobody wants to know

    def spend(self, steps: int) -> None:
        """Use up `steps` of the budget; raise FeelError when none are left."""
        Run("", {}, self.limits, self.warnings).spend(steps, 0)

    def warn(self, sentence: str) -> None:
        """Note why something is null."""
        Run("", {}, self.limits, self.warnings).warn(sentence, 0)


class Scope(dict[str, object]):
    """Names in front of an outer mapping."""

    __slots__ = ("evaluation", "outer")

    def __init__(
        self, evaluation: Evaluation, outer: Mapping[str, object], values: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(values or {})
        self.evaluation = evaluation
        self.outer = outer

    def __missing__(self, name: str) -> object:
        return self.outer[name]

    def inner(self, values: Mapping[str, object]) -> "Scope":
        """Return a scope in front of this one."""
        return Scope(self.evaluation, self, values)

    def value(self, expression: feel.Expression) -> object:
        """Return the value of a FEEL expression here."""
        here = self.evaluation
        return expression.evaluate(self, functions=here.functions, warnings=here.warnings, limits=here.limits)

    def conforming(self, value: object, kind: Type | None, name: str) -> object:
        """Return a value as its type has it; null, with a warning that gives its `name`, when it does not conform."""
        if kind is None or value is None:
            return value
        result = kind.coerced(value)
        if result is None:
            self.evaluation.warn(f"`{name}` should be a {kind.label or kind.name}, not {described(value)}.")
        return result

    def frame(self, text: str) -> Frame:
        """Return a frame in which the closures of expressions can be called one after another."""
        here = self.evaluation
        return Frame(Run(text, here.functions, here.limits, here.warnings), self, {})

    def meets(self, tests: feel.Expression, value: object) -> bool:
        """Tell whether a value meets unary tests here."""
        return tests.test(self.frame(tests.text), value) is True

    def rank(self, allowed: feel.Expression, value: object) -> int:
        """Return the place of a value among allowed values, the number of them when it is not among them."""
        frame = self.frame(allowed.text)
        return next(
            (place for place, test in enumerate(allowed.parts) if test(frame, value) is True), len(allowed.parts)
        )
