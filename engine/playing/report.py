"""What is asked of a play, and what it tells."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Outcome = Literal["completed", "waiting", "incident", "refused", "nothing_executable"]


@dataclass(frozen=True, slots=True)
class Options:
    """How a diagram is played.

    `answers` are given ones: element id to answers, or to a list of them, one for each visit. `plays` are how often it
    is played, each time towards what was not reached before. `process` is which one is played of a lone file that holds
    several; "" plays the one with the most steps. `services` says whether service tasks and decisions that are not
    known here are answered or are an incident.
    """

    repair: bool = False
    steps: int = 2_000
    seconds: float = 10.0
    services: Literal["answer", "refuse"] = "answer"
    plays: int = 1
    process: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the options as the child process reads them."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many nodes and flows of the diagram the plays reached, and which never."""

    nodes: int
    nodes_reached: int
    flows: int
    flows_taken: int
    never_reached: tuple[str, ...] = ()
    never_taken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """How a file was played. Of several plays the first that is not completed is told, else the first.

    `trail` are the elements in the order in which they were done; `answered` the service tasks and decisions that are
    not known here and that play answered; `plays` is how often each outcome came.
    """

    file: str
    process: str = ""
    outcome: Outcome = "completed"
    reason: str = ""
    element: str = ""
    steps: int = 0
    user_tasks: int = 0
    trail: tuple[str, ...] = ()
    seconds: float = 0.0
    answered: tuple[str, ...] = ()
    plays: Mapping[str, int] | None = None
    coverage: Coverage | None = None

    @property
    def is_fine(self) -> bool:
        """Say whether the diagram was played to its end."""
        return self.outcome == "completed"

    def as_json(self) -> dict[str, Any]:
        """Return the report as `casewright play --json` prints it; what only several plays know is left out of one."""
        told = asdict(self)
        return {name: value for name, value in told.items() if value is not None}


def from_json(told: Mapping[str, Any], *, file: str) -> Report:
    """Return the report that `as_json` wrote down, of a file under this name."""
    coverage = told.get("coverage")
    if coverage is not None:
        names = {name: tuple(coverage[name]) for name in ("never_reached", "never_taken")}
        coverage = Coverage(**{**coverage, **names})
    lists = {name: tuple(told[name]) for name in ("trail", "answered")}
    return Report(**{**told, **lists, "file": file, "seconds": float(told["seconds"]), "coverage": coverage})
