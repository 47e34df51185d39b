"""Walks a case in memory: the real instance, step, snapshot and collapse, and no database."""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from unittest import mock

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.definitions import category
from engine.definitions.category import Definition
from engine.definitions.specs import place_of
from engine.runtime import choosing
from engine.runtime.step import Step
from engine.runtime.unstored import UnstoredCase

STARTED_AT = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)


class Seen(NamedTuple):
    """What a step did, and where the case stands after it."""

    passed: dict[str, int]  # element to how often it was completed in the step
    open: list[str]
    waiting: list[str]
    completed: bool


class Walker(UnstoredCase):
    """One case, told what people do and what time it is; every step is a real one, as far as it needs no rows."""

    def __init__(
        self,
        files: Mapping[str, bytes] | Definition,
        *,
        restarts: bool = False,
        collapses: bool = True,
        begin_at: str = "",
        **fields: Any,
    ):
        super().__init__(files if isinstance(files, Definition) else category.read(files), at=STARTED_AT)
        self.restarts = restarts
        self.collapses = collapses
        self.instance.workflow.begin_at = begin_at
        self.begin(fields)

    def do(self, element_id: str, nth: int = 0, **answers: Any) -> Seen:
        """Complete the nth open task at an element."""

        def complete(step: Step) -> None:
            token = self.tokens(element_id)[nth]
            if choosing.is_choice(token):
                choosing.choose(token, answers)
            else:
                step.instance.assign(token, answers)
            step.complete(token)

        self.step(complete)
        return self.seen

    def wait(self, hours: float) -> Seen:
        """Let time pass, and fire what is due."""
        self.wait_until(self.at + timedelta(hours=hours))
        return self.seen

    def send(self, name: str, key: str = "SAMPLE-000001", **variables: Any) -> bool:
        """Send a message; says whether the case took it."""
        return super().send(name, key, variables)

    def hear(self, name: str, **variables: Any) -> int:
        """Let a signal from outside reach the case; returns how many tokens heard it."""
        return super().hear(name, variables)

    def change(self, **fields: Any) -> Seen:
        """Correct fields of the case."""
        self.step(lambda step: step.instance.document.update(fields))
        return self.seen

    def retry(self) -> Seen:
        """Let everything with an incident try again."""
        super().retry()
        return self.seen

    def tokens(self, element_id: str) -> list[Task]:
        """Return the tokens that wait for a person at an element, oldest first."""
        return [token for token in self.open_tokens() if place_of(token.task_spec) == element_id]

    def token_count(self) -> int:
        """Return how many tokens are kept, finished ones included."""
        return sum(1 for _ in self.instance.workflow.tokens())

    @property
    def failures(self) -> list[str]:
        """Return the sentences of the incidents that the last step raised."""
        return [error.message for _, error in list(self.instance.failures.values())[:4]]

    @property
    def failed_at(self) -> list[str]:
        """Return the elements of the incidents that the last step raised."""
        return [place_of(token.task_spec) for token, _ in self.instance.failures.values()]

    def step(self, act: Callable[[Step], None]) -> None:
        """Do one step, after a restart when that is asked for."""
        if self.restarts and hasattr(self, "seen"):
            self.restart()
        with ExitStack() as stack:
            for place in ("step", "advancing") if not self.collapses else ():
                stack.enter_context(mock.patch(f"engine.runtime.{place}.collapse"))
            super().step(act)
        self.seen = self._look()

    def _look(self) -> Seen:
        workflow = self.instance.workflow
        waiting = [
            token
            for token in workflow.tokens()
            if token.state == TaskState.WAITING and hasattr(token.task_spec, "event_definition")
        ]
        return Seen(
            dict(Counter(move.element_id for move in workflow.moves if move.what == "left")),
            sorted(place_of(token.task_spec) for token in self.open_tokens()),
            sorted(token.task_spec.bpmn_id for token in waiting),
            workflow.completed,
        )
