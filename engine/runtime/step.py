"""One step of one case: everything that a single transaction changes, gathered first and written at the end.

A step is opened on a case whose row is locked, told what happened (a task completed, a timer due, a message come),
advances the tokens, and is saved in a handful of statements. Nothing here commits; the edge does.
"""

import secrets
import time
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from SpiffWorkflow.task import Task
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import law, log_context
from engine.absences import StandIn
from engine.definitions.category import Definition
from engine.definitions.deploying import load as load_definition
from engine.definitions.elements import Element
from engine.definitions.specs import Asked, CaseCall, place_of
from engine.errors import StepFailed
from engine.history.events import Happened
from engine.permissions import Actor
from engine.runtime import notices, records, recounting, snapshot
from engine.runtime.advancing import advance, attempt, fire_next_timer, stuck
from engine.runtime.cache import instances
from engine.runtime.calls import start_child
from engine.runtime.clock_row import ClockKey, ClockRow
from engine.runtime.collapse import collapse
from engine.runtime.deadlines import Deadlines
from engine.runtime.document import Document
from engine.runtime.header import CaseRow, read_clocks
from engine.runtime.instance import Instance, Kept
from engine.runtime.savepoints import savepoint
from engine.runtime.services import run_service
from engine.runtime.surroundings import Surroundings
from engine.runtime.telling import tell, told_of, waits_for_person
from engine.runtime.throwing import error_of, throw_error
from engine.runtime.workflow import CaseWorkflow
from engine.service_tasks.base import Notice, RecordWrite
from models.base import table
from models.case import CaseSection, CaseSnapshot
from models.prepared import Part, send_as_one

SECTION = table(CaseSection)
SNAPSHOT = table(CaseSnapshot)
MAX_TIMERS = 200  # in one step: a timer whose time is always past goes on with the next sweep
# Statements are built once: building one costs more than running it.
_READ_SNAPSHOT = select(SNAPSHOT.c.state).where(SNAPSHOT.c.case_id == bindparam("case_id"))
_READ_SECTIONS = select(SECTION.c.key, SECTION.c.fields).where(
    SECTION.c.case_id == bindparam("case_id"), SECTION.c.key.in_(bindparam("names", expanding=True))
)


class Step:
    """What one transaction does to one case."""

    def __init__(self, session: Session, case: CaseRow, instance: Instance, *, actor: Actor, at: datetime) -> None:
        self.session = session
        self.connection = session.connection()
        self.case = case
        self.instance = instance
        self.actor = actor
        self.at = at
        self.begun = time.perf_counter()
        self.step_id = secrets.token_hex(16)
        self.is_new = case.step_id == ""
        self.events: list[Happened] = []
        self.notes: list[dict[str, Any]] = []
        self.jobs: list[dict[str, Any]] = []
        self.notifications: list[dict[str, Any]] = []
        self.outbox: list[dict[str, Any]] = []
        self.touched_clocks: set[ClockKey] = set()
        self.moved_clocks: set[ClockKey] = set()  # whose dates have changed: to-do items follow when the step is saved
        self.keeps_clocks: set[str] = set()  # tokens whose end leaves their clocks running (meetsClock = "no")
        self.completion: list[Part] = []  # how it is written down that a to-do item is done, until it is written
        self.completed_task_id: int | None = None  # of the to-do item that this step completes
        self.stood_in: dict[int, StandIn] = {}  # who is away, and who has their new to-do items
        self.opened: list[dict[str, Any]] = []  # rows of new to-do items, with their ids
        self.withdrawn: list[int] = []  # ids of to-do items whose token has gone
        self.rescheduled: list[dict[str, Any]] = []  # new dates of open to-do items whose clock has moved
        self.retried: list[str] = []  # tokens of incidents that are tried again
        self.orphaned_incidents: list[str] = []  # tokens that are gone
        self.deadlines = Deadlines(self._rules(), self._read_clocks, field=instance.document.get)
        self.surroundings = Surroundings(self)
        instance.deadlines = self.deadlines
        instance.functions = self.deadlines.functions()
        instance.surroundings = self.surroundings.get
        instance.failures.clear()
        instance.messages_sent.clear()
        instance.signals_sent.clear()
        instance.workflow.moves.clear()
        instance.document.open(self._read_sections, wanted=frozenset())
        self.followed = instance.document.version  # the state of the fields that the clocks have followed
        self.timers_to_move: set[ClockKey] = set()

    @property
    def definition(self) -> Definition:
        """Return the version of the category that the case runs on."""
        return self.instance.definition

    @property
    def job_keys(self) -> tuple[str, ...]:
        """Return the keys of the jobs that the step leaves, for the edge to run after its commit."""
        return tuple(job["key"] for job in self.jobs)

    def due_timers(self) -> list[str]:
        """Return the timers ("token element") whose time has come."""
        return [place for place, due in self.instance.kept.timers.items() if datetime.fromisoformat(due) <= self.at]

    def fire_due_timers(self) -> None:
        """Let what is due fire, the earliest first and each with all that follows, and write down which those were."""
        for _ in range(MAX_TIMERS):
            fired = fire_next_timer(self.instance)
            if fired is None:
                return
            self.note_event("timer_fired", {"element_id": fired[0], "due_at": fired[1]})
            if not self._advance():
                return

    def note_event(self, type_: str, /, payload: dict[str, Any]) -> None:
        """Write down that something happened."""
        self.events.append(Happened(type_, payload))

    def write_completion(self) -> None:
        """Write down now that a to-do item is done, for who asks the database what was done on the case."""
        if self.completion:
            send_as_one(self.connection, self.completion)
            self.completion = []

    def leave_job(
        self, kind: str, *, key: str, token_id: str = "", element_id: str = "", payload: Mapping[str, Any] | None = None
    ) -> None:
        """Leave work for after the commit; the same key is never left twice."""
        self.jobs.append(
            {
                "key": key,
                "kind": kind,
                "case_id": self.case.id,
                "token_id": token_id,
                "element_id": element_id,
                "payload": dict(payload or {}),
                "status": "waiting",
                "run_at": self.at,
                "attempts": 0,
                "request_id": log_context.request_id(),
            }
        )

    def run(self) -> None:
        """Advance until every token waits, then see to timers that are due already and to a case that cannot move."""
        recounting.follow(self)
        if self._advance():
            self.fire_due_timers()
        self._leave_messages()
        self._leave_signals()
        self._note_if_stuck()
        collapse(self.instance.workflow)

    def _advance(self) -> bool:
        goes_on = advance(self.instance, self.do_service)
        recounting.follow(self)
        return goes_on

    def do_service(self, token: Task) -> bool:
        """Do the service step at `token`; False when a job now works for it."""
        return start_child(self, token) if isinstance(token.task_spec, CaseCall) else run_service(self, token)

    def tell(self, token: Task, element: Element, notice: Notice) -> None:
        """Put a notice before everybody whom it names."""
        notices.give(self, token, element, notice)

    def undone_on_failure(self) -> AbstractContextManager[Any]:
        """Return a block whose writes to the record are taken back when it fails."""
        return self.session.begin_nested()

    def write_record(self, write: RecordWrite, element: Element) -> dict[str, Any]:
        """Write to what of the shared record the case is about; return what the element's outputs may name."""
        return records.apply(self, write, element)

    def complete(self, token: Task) -> None:
        """Finish the token of a step that a person or job was waited for, and let its local names end with it."""
        recounting.follow(self)  # while the clocks of the token are still known: its answer may move them

        def finish() -> None:
            self._map_outputs(token)
            code = error_of(self, token, self.instance.element(token))
            if told_of(token):
                tell(token)
            elif code:
                throw_error(token, code)
            else:
                token.run()

        attempt(self.instance, token, finish)

    def _map_outputs(self, token: Task) -> None:
        """Give a person's answers to the names that the element's output mappings say."""
        element = self.instance.element(token)
        if element.properties.get("meetsClock") == "no":
            self.keeps_clocks.add(token.id.hex)
        if not element.is_to_do or isinstance(token.task_spec, Asked):
            return
        with savepoint(self, token):
            mapped = {target: self.instance.literal(token, source) for source, target in element.service.outputs}
            if element.loop is None:  # an instance of a loop still gives its item to the list of all
                for _, target in element.service.inputs:
                    token.data.pop(target, None)
            self.instance.assign(token, mapped)

    def token(self, token_id: str) -> Task | None:
        """Return a live token by its id."""
        for token in self.instance.workflow.tokens():
            if token.id.hex == token_id:
                return token
        return None

    def open_todo(self) -> list[Task]:
        """Return the tokens that wait for a person: to do something, or to say that something has happened."""
        return [token for token in self.instance.workflow.tokens() if waits_for_person(token)]

    def _leave_messages(self) -> None:
        """Leave the messages that the case sent as jobs: another case is locked by a transaction of its own."""
        for number, (token, message, key, variables) in enumerate(self.instance.messages_sent):
            key = key or self.case.reference  # as of a message that is waited for, where the diagram says nothing
            self.note_event("message_sent", {"name": message.name, "key": key, "element_id": token.task_spec.bpmn_id})
            self.leave_job(
                "deliver_message",
                key=f"{self.case.id}:{token.id.hex}:message{number or ''}",
                payload={"name": message.name, "key": key, "variables": variables},
            )
        self.instance.messages_sent.clear()

    def _leave_signals(self) -> None:
        """Leave the signals that the case threw as jobs, for every other case that waits for them."""
        for number, (token, signal) in enumerate(self.instance.signals_sent):
            self.note_event("signal_sent", {"name": signal.name, "element_id": token.task_spec.bpmn_id})
            key = f"{self.case.id}:{token.id.hex}:signal{number or ''}"
            self.leave_job("broadcast_signal", key=key, payload={"name": signal.name, "variables": {}})
        self.instance.signals_sent.clear()

    def _note_if_stuck(self) -> None:
        workflow = self.instance.workflow
        if workflow.completed:
            return
        tokens = stuck(self.instance)
        if not tokens:
            return
        specs = [(t if t is not workflow.task_tree else workflow.last_task or t).task_spec for t in tokens]
        first, *others = dict.fromkeys(f"“{spec.bpmn_name or place_of(spec)}”" for spec in specs)
        also = f", nor from {', '.join(others)}" if others else ""
        self.instance.fail(
            tokens[0],
            StepFailed(
                f"The case can never move on from {first}{also}: nothing that it waits for can still come.",
                remedy="Correct the branches that lead there, and move the case to the new version.",
            ),
        )

    def _read_sections(self, names: Iterable[str]) -> dict[str, dict[str, Any]]:
        names = set(names).intersection(self.instance.kept.sections)
        if not names:
            return {}
        rows = self.connection.execute(_READ_SECTIONS, {"case_id": self.case.id, "names": sorted(names)})
        return {row.key: dict(row.fields) for row in rows}

    def _rules(self) -> law.CaseRules:
        definition = self.instance.definition
        return law.CaseRules(self.session, pinned=definition.rules, source=definition.settings.key, mark=self.case.law)

    def _read_clocks(self) -> list[ClockRow]:
        if self.is_new:
            return []
        return read_clocks(self.session, self.case.id)


def open_step(session: Session, case: CaseRow, *, actor: Actor, at: datetime) -> Step:
    """Return a step on a case whose row the caller has locked: from memory if this process wrote its last step."""
    log_context.note(case=case.reference)
    instance = instances.take(case.id, case.step_id)
    definition = load_definition(session, case.version_id, catalogue=case.catalogue)
    if instance is not None and instance.definition is not definition:
        instance.follow_catalogue(definition)
    if instance is None:
        content = session.connection().scalar(_READ_SNAPSHOT, {"case_id": case.id})
        if content is None:
            raise StepFailed(f"The case {case.reference} has no snapshot.", remedy="Restore it from the backup.")
        workflow, kept = snapshot.load(content, definition.specs)
        instance = Instance(definition, workflow, Document(definition.section_of), Kept(**kept))
    return Step(session, case, instance, actor=actor, at=at)


def first_step(session: Session, case: CaseRow, *, actor: Actor, at: datetime, begin_at: str = "") -> Step:
    """Return the step that starts a case, at the start event `begin_at` or at that without a trigger."""
    definition = load_definition(session, case.version_id, catalogue=case.catalogue)
    workflow = CaseWorkflow(definition.specs)
    instance = Instance(definition, workflow, Document(definition.section_of), Kept())
    step = Step(session, case, instance, actor=actor, at=at)
    workflow.begin_at = begin_at
    workflow.plant()
    return step
