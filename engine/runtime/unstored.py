"""A case that no database keeps: the real instance, step, snapshot and collapse, as far as they need no rows.

What plays a diagram and what tests the runtime stand on it. Everything is asked and told by token id, so that whoever
plays needs to know nothing of SpiffWorkflow.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine import law
from engine.definitions.category import Definition
from engine.definitions.elements import Element
from engine.definitions.specs import (
    CaseCondition,
    CaseMessage,
    CaseSignal,
    CaseTimer,
    ServiceStep,
    awaited,
    place_of,
)
from engine.errors import EngineError
from engine.instants import frozen_at
from engine.permissions import PLATFORM
from engine.runtime import choosing, opening, snapshot
from engine.runtime.arriving import arrive, moved_instance
from engine.runtime.clock_row import ClockRow
from engine.runtime.document import Document
from engine.runtime.header import CaseRow
from engine.runtime.instance import Instance, Kept
from engine.runtime.matching import Match
from engine.runtime.migrating import Migration
from engine.runtime.moving import take_message, take_signal, try_again
from engine.runtime.savepoints import savepoint
from engine.runtime.services import finish_service
from engine.runtime.step import Step
from engine.runtime.telling import told_of, waits_for_person
from engine.runtime.waiting import subscriptions
from engine.runtime.workflow import CaseWorkflow, Move
from engine.service_tasks.base import Notice, RecordWrite

REFERENCE = "SAMPLE-000001"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A token that waits: for a person, a job, a time, a message, a signal, or for a condition to hold."""

    token_id: str
    element_id: str
    kind: str  # person, job, timer, message, signal, condition
    name: str = ""  # of the timer, message or signal; the text of the condition
    due: datetime | None = None


class NoDatabase:
    """What a step on a case without stored rows asks of its session."""

    def connection(self) -> None:
        """Return nothing: a new case reads no rows."""


class UnstoredStep(Step):
    """A step of which nothing is written down and nobody is told; clocks are those that the case handed in."""

    def __init__(self, of: "UnstoredCase") -> None:
        self._clocks = of.clocks
        super().__init__(NoDatabase(), of.header, of.instance, actor=PLATFORM, at=of.at)  # type: ignore[arg-type]
        self._of = of
        if of.surroundings is not None:
            self.instance.surroundings = of.surroundings

    def do_service(self, token: Task) -> bool:
        """Do a service step, or let whoever has the case do it."""
        if self._of.do_service is not None:
            done = self._of.do_service(self, token)
            if done is not None:
                return done
        return super().do_service(token)

    def tell(self, token: Task, element: Element, notice: Notice) -> None:
        """Note that somebody would be told."""
        self.note_event("reminder_given", {"kind": notice.kind, "text": notice.text, "element_id": element.id})

    def undone_on_failure(self) -> AbstractContextManager[Any]:
        """Return a block: there are no rows to take back."""
        return nullcontext()

    def write_record(self, write: RecordWrite, element: Element) -> dict[str, Any]:
        """Note that the record would be written to."""
        told = {"entity": write.entity, "part": write.part, "reason": write.reason, "element_id": element.id}
        self.note_event("record_updated", told)
        return {"id": None, "revision": None}

    def _rules(self) -> law.CaseRules:
        return law.CaseRules(None, pinned=self.instance.definition.rules)

    def _read_clocks(self) -> list[ClockRow]:
        return list(self._clocks)


class UnstoredCase:
    """One case in memory, told what people do and what time it is.

    `do_service` is asked first about each service step: it returns whether the token may go on, or None to leave the
    step to the platform. `surroundings` gives the reserved names (person, home, …) in place of the database.
    """

    instance_class: type[Instance] = Instance
    do_service: Callable[[Step, Task], bool | None] | None = None
    surroundings: Callable[[str], Any] | None = None
    opens_items = False  # whether new to-do items are worked out, with their inputs, form and dates, as when saved

    def __init__(self, definition: Definition, *, at: datetime) -> None:
        self.definition = definition
        self.at = at
        self.header = _header(at)
        self.clocks: list[ClockRow] = []
        self.messages: list[dict[str, Any]] = []  # that the case sent
        self.signals: list[dict[str, Any]] = []  # that the case threw
        self.moves: list[Move] = []  # of the last step
        self.incidents: dict[str, tuple[str, EngineError]] = {}  # open ones: token to element and error
        workflow = CaseWorkflow(definition.specs)
        self.instance = self.instance_class(definition, workflow, Document(definition.section_of), Kept())

    def begin(self, fields: Mapping[str, Any] | None = None) -> None:
        """Start the case with these fields."""

        def start(step: Step) -> None:
            step.instance.document.update(fields or {})
            step.instance.workflow.plant()

        self.step(start)

    def step(self, act: Callable[[Step], None]) -> None:
        """Do one step in which this happens, with all that follows."""
        with frozen_at(self.at):
            step = UnstoredStep(self)
            act(step)
            step.run()
            self._settle(step)

    @property
    def is_over(self) -> bool:
        """Say whether no token is left."""
        return bool(self.instance.workflow.completed)

    def answer(self, token_id: str, answers: Mapping[str, Any]) -> None:
        """Complete the to-do item of a token."""

        def complete(step: Step) -> None:
            token = step.token(token_id)
            assert token is not None, "the to-do item was withdrawn"
            if choosing.is_choice(token):
                choosing.choose(token, answers)
            else:
                step.instance.assign(token, answers)
            step.complete(token)

        self.step(complete)

    def finish_job(self, token_id: str, results: dict[str, Any]) -> None:
        """Bring what a job gives back to its token."""

        def finish(step: Step) -> None:
            token = step.token(token_id)
            assert token is not None, "the job's token has gone"
            step.instance.kept.jobs.pop(token_id, None)
            finish_service(step, token, results)

        self.step(finish)

    def wait_until(self, at: datetime) -> None:
        """Let the time come, and fire what is due."""
        self.at = max(at, self.at)
        self.step(lambda step: step.fire_due_timers())

    def send(self, name: str, key: str, variables: Mapping[str, Any]) -> bool:
        """Send a message; says whether the case took it."""
        taken: list[bool] = []
        self.step(lambda step: taken.append(take_message(step, name, key, dict(variables))))
        return taken[0]

    def hear(self, name: str, variables: Mapping[str, Any]) -> int:
        """Let a signal from outside reach the case; returns to how many tokens."""
        heard: list[int] = []
        self.step(lambda step: heard.append(take_signal(step, name, dict(variables))))
        return heard[0]

    def retry(self) -> None:
        """Let everything with an incident try again."""

        def again(step: Step) -> None:
            for token_id in list(self.instance.kept.incidents):
                try_again(step, token_id)

        self.step(again)

    def migrate(self, definition: Definition, mapping: Mapping[str, str] | None = None) -> Migration:
        """Move the case to another version of its category; what stands in the way is in the answer, and it stays."""
        migration = Migration(self.instance, Match(self.definition, definition, mapping or {}))
        if not migration.obstacles:
            self.instance = moved_instance(migration, self.instance_class, self.instance.document)
            self.definition = definition
            self.step(lambda step: arrive(step, migration))
        return migration

    def restart(self) -> None:
        """Write the tokens, forget them, and read them again."""
        workflow, kept = snapshot.load(self.snapshot(), self.definition.specs)
        self.instance = self.instance_class(self.definition, workflow, self.instance.document, Kept(**kept))

    def snapshot(self) -> bytes:
        """Return the tokens as the database keeps them."""
        return snapshot.dump(self.instance.workflow, self.instance.kept.to_json())

    def open_tokens(self) -> list[Task]:
        """Return the tokens that wait for a person, those without an incident and those with one."""
        tokens = self.instance.workflow.tokens()
        return [t for t in tokens if (t.state == TaskState.READY and t.task_spec.manual) or told_of(t)]

    def waiting(self) -> list[Waiting]:
        """Return what the case waits for, without the tokens that have an incident."""
        tokens = [t for t in self.instance.workflow.tokens() if t.id.hex not in self.incidents]
        return [found for token in tokens for found in _waits(token)]

    def key_of(self, token_id: str, name: str) -> str:
        """Return the correlation key under which a token waits for the message `name`."""
        for place, text in self.instance.kept.messages.items():
            if place.startswith(token_id) and text.startswith(f"{name}\n"):
                return text.split("\n", 1)[1]
        return self.header.reference

    def _settle(self, step: UnstoredStep) -> None:
        """Keep what saving would keep beside the tokens."""
        kept = self.instance.kept
        if self.opens_items:
            _open_items(step)
        kept.timers = opening.waiting_timers(step)
        kept.messages = subscriptions(step)
        self.clocks = step.deadlines.all
        self.messages.extend(job["payload"] for job in step.jobs if job["kind"] == "deliver_message")
        self.signals.extend(job["payload"] for job in step.jobs if job["kind"] == "broadcast_signal")
        for token, error in self.instance.failures.values():
            self.incidents[token.id.hex] = (place_of(token.task_spec), error)
        live = {token.id.hex for token in self.instance.workflow.tokens()}
        gone = (set(step.retried) - self.instance.failures.keys()) | (self.incidents.keys() - live)
        for token_id in gone:
            self.incidents.pop(token_id, None)
        kept.incidents = {token_id: element for token_id, (element, _) in self.incidents.items()}
        self.moves = list(self.instance.workflow.moves)


def _waits(token: Task) -> Iterator[Waiting]:
    element_id, token_id = place_of(token.task_spec), token.id.hex
    if waits_for_person(token):
        told = told_of(token)
        yield Waiting(token_id, told[0].name if len(told) == 1 else element_id, "person")
    elif isinstance(token.task_spec, ServiceStep):
        if token.state == TaskState.STARTED:
            yield Waiting(token_id, element_id, "job")
    elif token.state == TaskState.WAITING and hasattr(token.task_spec, "event_definition"):
        for part in awaited(token):
            yield from _waits_for(token_id, element_id, part, token.internal_data.get("due", {}))


def _waits_for(token_id: str, element_id: str, part: Any, dues: Mapping[str, str]) -> Iterator[Waiting]:
    match part:
        case CaseTimer() if part.name in dues:
            yield Waiting(token_id, element_id, "timer", part.name, datetime.fromisoformat(dues[part.name]))
        case CaseMessage():
            yield Waiting(token_id, element_id, "message", part.name)
        case CaseSignal():
            yield Waiting(token_id, element_id, "signal", part.name)
        case CaseCondition():
            yield Waiting(token_id, element_id, "condition", part.expression)


def _open_items(step: UnstoredStep) -> None:
    """Work out each new to-do item as when it is saved: what cannot be worked out is an incident."""
    known = step.instance.kept.todo
    for token in step.open_todo():
        if token.id.hex in known or token.id.hex in step.instance.failures:
            continue
        try:
            with savepoint(step, token):
                opening.prepare(step, token)
            known[token.id.hex] = 0
        except EngineError as error:
            step.instance.fail(token, error)
    live = opening.live_items(step)
    step.instance.kept.todo = {token_id: 0 for token_id in known if token_id in live}


def _header(at: datetime) -> CaseRow:
    return CaseRow(
        id=1,
        reference=REFERENCE,
        category_id=1,
        version_id=1,
        title="",
        status="open",
        stage="",
        owner_id=None,
        restricted=False,
        opened_at=at,
        revision=0,
        step_id="",  # a new case: nothing is read from the database
        event_count=0,
        event_mac="",
        open_incidents=0,
    )
