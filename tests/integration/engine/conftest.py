"""A case driven by hand: start, answer, move the clock, look."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from engine import cases, jobs, tasks, timers
from engine.definitions import deploying
from engine.permissions import PLATFORM, Actor
from engine.runtime.cache import instances
from models.case import Case, CaseEvent, CaseSnapshot
from models.database import from_json
from models.work import Clock, Incident, Timer, UserTask
from tests.factories import Factories


class Driver:
    """Drives one case of a category made of a few lines."""

    def __init__(self, factories: Factories, files: dict[str, bytes], fields: dict[str, Any]) -> None:
        self.factories = factories
        self.by: Actor = factories.actor(factories.user("officer", "administrator"))
        with factories.transaction() as session:
            deploying.store(
                session, files, by=PLATFORM
            )  # unchecked: the runtime must stand what the check would refuse
        key = next(
            line.split('"')[1] for line in files["category.toml"].decode().splitlines() if line.startswith("key")
        )
        with factories.transaction() as session:
            self.started = cases.start(session, key, fields=fields, by=self.by)
        self.run_jobs()

    def do(self, element_id: str, *, by: Actor | None = None, **answers: Any) -> tasks.Completed:
        """Complete the open task at an element, and run the jobs that it leaves."""
        with self.factories.transaction() as session:
            done = tasks.complete(session, self.task(element_id).id, answers=answers, by=by or self.by)
        jobs.run_all(self.factories.sessions, done.job_keys)
        return done

    def run_jobs(self) -> None:
        """Run what waits."""
        jobs.run_waiting(self.factories.sessions)

    def sweep(self) -> int:
        """Fire what is due."""
        return timers.sweep(self.factories.sessions)

    def restart(self) -> None:
        """Forget what the process has in memory, as a new one would."""
        instances.clear()

    def task(self, element_id: str) -> UserTask:
        """Return the open task at an element."""
        with self.factories.transaction() as session:
            return session.scalars(self._open_tasks().where(UserTask.element_id == element_id).limit(1)).one()

    def open(self) -> list[str]:
        """Return the elements at which a task is open, in alphabetical order."""
        with self.factories.transaction() as session:
            return sorted(task.element_id for task in session.scalars(self._open_tasks()))

    def _open_tasks(self) -> Any:
        return (
            select(UserTask).where(UserTask.case_id == self.started.id, UserTask.status == "open").order_by(UserTask.id)
        )

    @property
    def case(self) -> Case:
        """Return the case."""
        with self.factories.transaction() as session:
            return session.scalars(select(Case).where(Case.id == self.started.id)).one()

    def rows(self, model: Any) -> list[Any]:
        """Return the rows of the case in a table, in order."""
        with self.factories.transaction() as session:
            return list(session.scalars(select(model).where(model.case_id == self.started.id).order_by(model.id)))

    def events(self) -> list[str]:
        """Return the types of the case's events, in order."""
        return [event.type for event in sorted(self.rows(CaseEvent), key=lambda event: event.sequence)]

    def payloads(self, type_: str) -> list[dict[str, Any]]:
        """Return what the case's events of a type tell."""
        return [from_json(event.payload) for event in self.rows(CaseEvent) if event.type == type_]

    def incidents(self) -> list[Incident]:
        """Return the incidents that are open."""
        return [incident for incident in self.rows(Incident) if incident.resolved_at is None]

    def timers(self) -> dict[str, Any]:
        """Return when each timer is due."""
        return {timer.element_id: timer.due_at for timer in self.rows(Timer)}

    def clocks(self) -> dict[str, str]:
        """Return the state of each clock by its rule."""
        return {clock.rule_id: clock.state for clock in self.rows(Clock)}

    def snapshot_size(self) -> int:
        """Return the bytes of the stored tokens."""
        with self.factories.transaction() as session:
            return len(session.scalars(select(CaseSnapshot.state).where(CaseSnapshot.case_id == self.started.id)).one())


Drive = Callable[..., Driver]


@pytest.fixture
def drive(factories: Factories) -> Drive:
    """Start a case of `files` with `fields`, and drive it."""
    return lambda files, **fields: Driver(factories, files, fields)


@pytest.fixture
def letter() -> Callable[[str], bytes]:
    """Write a Word file with one paragraph."""

    def write(text: str) -> bytes:
        from io import BytesIO

        import docx

        document, content = docx.Document(), BytesIO()
        document.add_paragraph(text)
        document.save(content)
        return content.getvalue()

    return write
