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
from engine.instants import frozen_at
from engine.permissions import PLATFORM
from engine.runtime import snapshot
from engine.runtime.document import Document
from engine.runtime.header import CaseRow
from engine.runtime.instance import Instance, Kept
from engine.runtime.moving import take_message, try_again
from engine.runtime.opening import waiting_timers
from engine.runtime.step import Step
from engine.runtime.workflow import CaseWorkflow

STARTED_AT = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)


class Seen(NamedTuple):
    """What a step did, and where the case stands after it."""

    passed: dict[str, int]  # element to how often it was completed in the step
    open: list[str]
    waiting: list[str]
    completed: bool


class NoDatabase:
    """What a step on a case without stored rows asks of its session."""

    def connection(self) -> None:
        """Return nothing: a new case reads no rows."""


class Walker:
    """One case, told what people do and what time it is; every step is a real one, as far as it needs no rows."""

    def __init__(self, files: Mapping[str, bytes] | Definition, *, restarts: bool = False, collapses: bool = True):
        self.definition = files if isinstance(files, Definition) else category.read(files)
        self.restarts = restarts
        self.collapses = collapses
        self.at = STARTED_AT
        workflow = CaseWorkflow(self.definition.specs)
        self.instance = Instance(self.definition, workflow, Document(self.definition.section_of), Kept())
        self.case = _header()
        self.messages: list[dict[str, Any]] = []
        self.seen = self._step(lambda step: workflow.plant())

    def do(self, element_id: str, nth: int = 0, **answers: Any) -> Seen:
        """Complete the nth open task at an element."""

        def complete(step: Step) -> None:
            token = self.tokens(element_id)[nth]
            step.instance.assign(token, answers)
            step.complete(token)

        return self._step(complete)

    def wait(self, hours: float) -> Seen:
        """Let time pass, and fire what is due."""
        self.at += timedelta(hours=hours)
        return self._step(lambda step: step.fire_due_timers())

    def send(self, name: str, key: str = "SAMPLE-000001", **variables: Any) -> bool:
        """Send a message; says whether the case took it."""
        taken: list[bool] = []
        self._step(lambda step: taken.append(take_message(step, name, key, variables)))
        return taken[0]

    def retry(self) -> Seen:
        """Let everything with an incident try again."""

        def again(step: Step) -> None:
            for token_id in list(self.instance.kept.incidents):
                try_again(step, token_id)

        return self._step(again)

    def restart(self) -> None:
        """Write the tokens, forget them, and read them again."""
        content = self.snapshot()
        workflow, kept = snapshot.load(content, self.definition.specs)
        self.instance = Instance(self.definition, workflow, self.instance.document, Kept(**kept))

    def snapshot(self) -> bytes:
        """Return the tokens as the database keeps them."""
        return snapshot.dump(self.instance.workflow, self.instance.kept.to_json())

    def tokens(self, element_id: str) -> list[Task]:
        """Return the tokens that wait for a person at an element, oldest first."""
        return [token for token in _open(self.instance) if token.task_spec.bpmn_id == element_id]

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

    def _step(self, act: Callable[[Step], None]) -> Seen:
        if self.restarts and hasattr(self, "seen"):
            self.restart()
        with frozen_at(self.at), ExitStack() as stack:
            for place in ("step", "advancing") if not self.collapses else ():
                stack.enter_context(mock.patch(f"engine.runtime.{place}.collapse"))
            step = Step(NoDatabase(), self.case, self.instance, actor=PLATFORM, at=self.at)  # type: ignore[arg-type]
            act(step)
            step.run()
            self.instance.kept.timers = waiting_timers(step)
            self.messages.extend(job["payload"] for job in step.jobs if job["kind"] == "deliver_message")
        for token, _ in self.instance.failures.values():
            self.instance.kept.incidents[token.id.hex] = place_of(token.task_spec)
        self.seen = self._look()
        return self.seen

    def _look(self) -> Seen:
        workflow = self.instance.workflow
        waiting = [
            token
            for token in workflow.tokens()
            if token.state == TaskState.WAITING and hasattr(token.task_spec, "event_definition")
        ]
        return Seen(
            dict(Counter(move.element_id for move in workflow.moves if move.what == "left")),
            sorted(token.task_spec.bpmn_id for token in _open(self.instance)),
            sorted(token.task_spec.bpmn_id for token in waiting),
            workflow.completed,
        )


def _open(instance: Instance) -> list[Task]:
    return [t for t in instance.workflow.tokens() if t.state == TaskState.READY and t.task_spec.manual]


def _header() -> CaseRow:
    return CaseRow(
        id=1,
        reference="SAMPLE-000001",
        category_id=1,
        version_id=1,
        title="",
        status="open",
        stage="",
        owner_id=None,
        restricted=False,
        opened_at=STARTED_AT,
        revision=0,
        step_id="",  # a new case: nothing is read from the database
        event_count=0,
        event_mac="",
        open_incidents=0,
    )
