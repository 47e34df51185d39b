"""Drives a case step by step, and after each step takes down how its tables stand."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from SpiffWorkflow.util.task import TaskState
from sqlalchemy import select

from engine import cases, jobs, tasks, timers
from engine.definitions.deploying import load
from engine.instants import now, today
from engine.permissions import Actor
from engine.runtime import snapshot
from models.case import Case, CaseSection, CaseSnapshot
from models.document import Document, DocumentVersion
from models.work import Clock, Incident, UserTask
from tests.factories import Factories

HERE = TaskState.WAITING | TaskState.READY | TaskState.STARTED
LONG = "The contractor came three times and left the boiler as it was."


@dataclass
class Snapshot:
    """How the tables stood after a step."""

    sequence: int
    live: dict[str, Any]


class Driven:
    """A case that is driven, with a snapshot after each step."""

    def __init__(self, factories: Factories, case_id: int, by: Actor) -> None:
        self.factories, self.case_id, self.by = factories, case_id, by
        self.snapshots: list[Snapshot] = []
        self.look()

    def do(self, element_id: str, **answers: Any) -> None:
        """Complete the first open task at an element, and run the jobs that it leaves, one step at a time."""
        with self.factories.transaction() as session:
            done = tasks.complete(session, self.task(element_id), answers=answers, by=self.by)
        self.look()
        self.run(done.job_keys)

    def run(self, keys: tuple[str, ...]) -> None:
        """Run jobs and those that they leave, and look after each."""
        waiting = list(keys)
        while waiting:
            key = waiting.pop(0)
            jobs.run(self.factories.sessions, key)
            self.look()
            waiting.extend(k for k in jobs._left_by(self.factories.sessions, key) if k not in waiting)

    def act(self, operation: Any, *arguments: Any, **options: Any) -> Any:
        """Call an operation of the engine in a transaction of its own, and look."""
        with self.factories.transaction() as session:
            result = operation(session, *arguments, **options)
        self.look()
        return result

    def sweep(self) -> None:
        """Fire the timers that are due."""
        timers.sweep(self.factories.sessions)
        self.look()

    def task(self, element_id: str) -> int:
        """Return the id of the first open task at an element."""
        with self.factories.transaction() as session:
            return session.scalars(
                select(UserTask.id)
                .where(UserTask.case_id == self.case_id, UserTask.element_id == element_id, UserTask.status == "open")
                .order_by(UserTask.id)
                .limit(1)
            ).one()

    def look(self) -> None:
        """Take down how the tables stand."""
        with self.factories.transaction() as session:
            case = session.scalars(select(Case).where(Case.id == self.case_id)).one()
            self.snapshots.append(Snapshot(case.event_count, _live(session, case)))


def _live(session: Any, case: Case) -> dict[str, Any]:
    def rows(model: Any, *conditions: Any) -> Any:
        return session.scalars(select(model).where(model.case_id == case.id, *conditions).order_by(model.id))

    sections = session.scalars(select(CaseSection.fields).where(CaseSection.case_id == case.id))
    return {
        "case": (case.status, case.stage, case.outcome, case.owner_id, case.version_id),
        "tasks": {
            task.id: (
                task.element_id,
                task.name,
                task.assignee_id,
                task.team_id,
                _iso(task.due_at),
                _iso(task.amber_at),
            )
            for task in rows(UserTask, UserTask.status == "open")
        },
        "fields": {key: value for section in sections for key, value in section.items()},
        "clocks": {
            clock.id: (
                clock.due_at,
                clock.amber_at,
                clock.state,
                clock.met_at,
                clock.explanation["explanation"],
            )
            for clock in rows(Clock)
        },
        "documents": [
            (document.id, document.title, version.sha256)
            for document, version in session.execute(
                select(Document, DocumentVersion)
                .join(DocumentVersion, DocumentVersion.document_id == Document.id)
                .where(Document.case_id == case.id)
                .order_by(Document.id)
            )
        ],
        "incidents": sorted(i.token_id for i in rows(Incident, Incident.resolved_at.is_(None))),
        "tokens": _tokens(session, case),
    }


def _tokens(session: Any, case: Case) -> list[str]:
    content = session.scalars(select(CaseSnapshot.state).where(CaseSnapshot.case_id == case.id)).one()
    workflow, _ = snapshot.load(content, load(session, case.version_id).specs)
    here = (token for token in workflow.tokens() if token.has_state(HERE))
    return sorted(token.task_spec.bpmn_id for token in here if token.task_spec.bpmn_id)


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def day(days: int = 0) -> str:
    """Return a day from today as answers have it."""
    return (today() + timedelta(days=days)).isoformat()


def start(factories: Factories, by: Actor) -> Driven:
    """Start a complaint."""
    return Driven(factories, factories.complaint(by=by).id, by)


ACKNOWLEDGE = {
    "update_interval": "every week",
    "complaint_definition": "The boiler was not repaired.",
    "outcome_sought": "A working boiler and an apology.",
    "adjustments": ["letters in large print"],
}
RESPOND = {
    "stage1_evidence_considered": ["photographs and video"],
    "stage1_next_step": "respond",
    "stage1_decision": "upheld",
    "stage1_findings": LONG,
    "stage1_reasons": LONG,
    "stage1_apology": True,
    "stage1_apology_for": "the long wait",
    "stage1_service_failures": ["delay"],
    "reply_working_days": 10,
}


def acknowledge(driven: Driven) -> None:
    """Accept and acknowledge a complaint, so that it is at stage 1."""
    driven.do("check_exclusion", exclusion_decision="complaint")
    name = driven.by.name
    driven.do("acknowledge_complaint", **ACKNOWLEDGE, stage1_investigator=name, acknowledged_on=day())


def answer(driven: Driven, **answers: Any) -> None:
    """Investigate and send the stage 1 response."""
    driven.do("investigate_stage1", **{**RESPOND, **answers})
    driven.do("send_response_stage1", stage1_sent_checked=True)


def settle(driven: Driven) -> None:
    """Record learning, which closes a complaint that was settled at stage 1."""
    driven.do(
        "record_learning",
        learning_causes=["process"],
        learning="Ring back the same day.",
        closure_reason="Resolved at stage 1",
    )


__all__ = ["Driven", "acknowledge", "answer", "cases", "day", "now", "settle", "start"]
