"""Walks a case through the portal as officers do: opens each task, fills in its form, sends it, follows the answer."""

from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO
from typing import Any

import docx
from sqlalchemy import select

from engine import jobs, timers
from engine.definitions.deploying import load
from engine.instants import frozen_at
from models.case import Case, CaseEvent, CaseSection
from models.communication import Communication
from models.database import from_json
from models.document import Document
from models.staff import User
from models.work import Clock, UserTask
from tests.factories import TEAMS, Factories, complaint_answers
from tests.pages import Page, PageClient


class Walk:
    """One complaint, walked by two colleagues who are in every team; the clock stands where `at` put it."""

    def __init__(self, factories: Factories, at: datetime) -> None:
        self.factories = factories
        self.now = at
        self.first = factories.user("officer", name="Priya Shah", teams=TEAMS)
        self.second = factories.user("officer", name="Samuel Boateng", teams=TEAMS)
        factories.organisation()
        factories.category("complaint")
        self.person = factories.person()
        factories.tenancy(self.person)
        self.pages: list[Page] = []
        with frozen_at(at):
            self._start()

    def do(self, element_id: str, *, by: User | None = None, **answers: Any) -> Page:
        """Answer the open task at `element_id` on its page; return the page that follows."""
        with frozen_at(self.now):
            client = self.factories.client(user=by or self.first)
            task = self.task(element_id)
            page = client.page(f"/tasks/{task.id}")
            sent = client.submit(
                f"/tasks/{task.id}/completion",
                {**page.form("completion"), **as_posted(answers, page)},
            )
            return client.follow(sent)

    def opened(self, element_id: str) -> Page:
        """Return the page of the open task at `element_id`, as the first officer sees it."""
        with frozen_at(self.now):
            return self.factories.client(user=self.first).page(f"/tasks/{self.task(element_id).id}")

    def wait_until(self, at: datetime) -> None:
        """Move the clock, and let what is due fire."""
        self.now = at
        with frozen_at(at):
            timers.sweep(self.factories.sessions)

    def task(self, element_id: str) -> UserTask:
        """Return the open task at an element."""
        with self.factories.transaction() as session:
            found = select(UserTask).where(
                UserTask.case_id == self.case.id, UserTask.element_id == element_id, UserTask.status == "open"
            )
            return session.scalars(found.order_by(UserTask.id).limit(1)).one()

    def open(self) -> list[str]:
        """Return the elements at which a task is open."""
        with self.factories.transaction() as session:
            open_tasks = select(UserTask.element_id).where(UserTask.case_id == self.case.id, UserTask.status == "open")
            return sorted(session.scalars(open_tasks))

    @property
    def case(self) -> Case:
        """Return the case as it stands."""
        with self.factories.transaction() as session:
            return session.scalars(select(Case).order_by(Case.id.desc()).limit(1)).one()

    def letters(self) -> dict[str, str]:
        """Return the text of each letter, downloaded through the portal and opened as Word would, by its title."""
        with frozen_at(self.now):
            client = self.factories.client(user=self.first)
            return {title: _text(client, document_id) for title, document_id in self._documents()}

    def messages(self) -> list[Communication]:
        """Return what was written to people."""
        with self.factories.transaction() as session:
            return list(session.scalars(select(Communication).order_by(Communication.id)))

    def decide(self, operation: Any, *given: Any, **named: Any) -> None:
        """Have a manager decide on a message, and do what that leaves."""
        by = self.factories.actor(self.factories.user("team_manager", "officer", name="Moira Blake", teams=TEAMS))
        with frozen_at(self.now):
            with self.factories.transaction() as session:
                left = operation(session, *given, by=by, **named)
            jobs.run_all(self.factories.sessions, left)

    def clock(self, rule_id: str) -> Clock:
        """Return the clock of a rule."""
        with self.factories.transaction() as session:
            return session.scalars(select(Clock).where(Clock.rule_id == rule_id)).one()

    def fields(self) -> dict[str, Any]:
        """Return the fields of the case."""
        with self.factories.transaction() as session:
            sections = session.scalars(select(CaseSection.fields).where(CaseSection.case_id == self.case.id))
            return {key: value for section in sections for key, value in section.items()}

    def visited(self) -> set[str]:
        """Return the elements of the diagram that the case has been at."""
        with self.factories.transaction() as session:
            events = session.scalars(select(CaseEvent).where(CaseEvent.type == "case_advanced"))
            return {
                move[1] for event in events for move in from_json(event.payload or "{}")["moves"] if move[0] == "left"
            }

    def elements(self) -> set[str]:
        """Return every element of the diagram."""
        with self.factories.transaction() as session:
            return set(load(session, self.case.version_id).elements)

    def _start(self) -> None:
        client = self.factories.client(user=self.first)
        address = f"/cases/new/complaint?subject=person:{self.person.id}"
        page = client.page(address)
        answers = as_posted(complaint_answers(), page)
        client.follow(client.submit(address, {**page.form("/cases/new/complaint"), **answers}))

    def _documents(self) -> list[tuple[str, int]]:
        with self.factories.transaction() as session:
            rows = session.execute(
                select(Document.title, Document.id).where(Document.case_id == self.case.id).order_by(Document.id)
            )
            return [(row.title, row.id) for row in rows]


def as_posted(answers: Mapping[str, Any], page: Page) -> dict[str, Any]:
    """Return answers under the flat names that the form's page sends."""
    posted: dict[str, Any] = {}
    for key, value in answers.items():
        if f'name="{key}-day"' in page.text and value:
            day = date.fromisoformat(str(value))
            posted |= {f"{key}-day": str(day.day), f"{key}-month": str(day.month), f"{key}-year": str(day.year)}
        elif isinstance(value, bool):
            posted[key] = "true" if value else "false"
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            posted |= _rows(key, value)
        else:
            posted[key] = value
    return posted


def _rows(key: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    posted: dict[str, Any] = {key: ""}
    for number, row in enumerate(rows):
        posted[f"{key}-{number}"] = ""
        for name, value in row.items():
            if isinstance(value, date):
                parts = {"day": value.day, "month": value.month, "year": value.year}
                posted |= {f"{key}-{number}-{name}-{part}": str(part_value) for part, part_value in parts.items()}
            else:
                posted[f"{key}-{number}-{name}"] = str(value)
    return posted


def _text(client: PageClient, document_id: int) -> str:
    with client.get(f"/documents/{document_id}/file") as response:
        assert response.status_code == 200
        document = docx.Document(BytesIO(response.data))
    tables = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *tables])
