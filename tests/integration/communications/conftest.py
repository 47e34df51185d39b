"""A case that writes to people: about a home with two tenants, with providers that keep what they are given."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import docx
import pytest
from docx.shared import Mm
from sqlalchemy import delete, select, update

from engine import cases, jobs, tasks
from engine.communications import dispatching
from engine.communications.providers.base import NEVER, Outgoing, Progress, Receipt, Send
from engine.definitions import deploying
from engine.history.reading import events_of
from engine.instants import frozen_at
from engine.permissions import PLATFORM, Actor
from engine.starting import Subject
from models.case import CaseLink
from models.communication import Communication
from models.document import Document, DocumentVersion
from models.people import Alert, ContactDetail, Person
from models.tenancies import TenureMember
from models.work import Incident, Notification, OutboxMessage, UserTask
from tests.diagrams import category, service
from tests.factories import Factories
from tests.word_files import word_file

NOON = datetime(2026, 12, 3, 12, 0, tzinfo=UTC)


def on_a4(content: bytes) -> bytes:
    """Return a Word file on paper as it is used here."""
    document, file = docx.Document(io.BytesIO(content)), io.BytesIO()
    document.sections[0].page_width, document.sections[0].page_height = Mm(210), Mm(297)
    document.save(file)
    return file.getvalue()


LETTER = on_a4(
    word_file("Dear {{ recipient.salutation }}", "{{ recipient.address.one_line }}", "About {{ case.reference }}.")
)


class Post:
    """A provider that keeps what it is given; `errors` are raised for the next messages, one each."""

    name = "post"
    follows_for = NEVER

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []
        self.errors: list[Exception] = []
        self.known: dict[str, Receipt] = {}
        self.asked: list[str] = []

    @contextmanager
    def open(self) -> Iterator[Send]:
        yield self._send

    def _send(self, message: Outgoing) -> Receipt:
        if self.errors:
            raise self.errors.pop(0)
        self.sent.append(message)
        return Receipt(f"post-{len(self.sent)}")

    def find(self, message: Outgoing) -> Receipt | None:
        self.asked.append(message.key)
        return self.known.get(message.key)

    def follow(self, references: Sequence[str]) -> dict[str, Progress]:
        return {}

    def check(self) -> None:
        return


class Correspondence:
    """A case about Ada and Bea, tenants of one home, whose diagram writes to them."""

    def __init__(self, factories: Factories) -> None:
        self.factories = factories
        self.post = Post()
        self.by: Actor = factories.actor(factories.user("officer", "administrator", "team_manager", teams=("Letters",)))
        self.ada, self.bea = factories.person(), factories.person(first_name="Bea", surname="Byrne")
        self.home = factories.home()
        factories.tenancy(self.ada, self.bea, home=self.home)
        with factories.transaction() as session:
            session.execute(delete(ContactDetail))
            session.execute(update(TenureMember).values(is_responsible=True))
        self.started: Any = None

    def reach(self, person: Person, kind: str, value: str, **columns: Any) -> None:
        """Give a person a way to be reached."""
        with self.factories.transaction() as session:
            session.add(ContactDetail(person_id=person.id, contact_type=kind, value=value, **columns))

    def change(self, person: Person, **columns: Any) -> None:
        """Change the record of a person."""
        with self.factories.transaction() as session:
            session.execute(update(Person).where(Person.id == person.id).values(**columns))

    def warn(self, person: Person, code: str, text: str) -> None:
        """Put an alert on the record of a person."""
        with self.factories.transaction() as session:
            session.add(Alert(person_id=person.id, code=code, text=text))

    def start(
        self, type_: str, *, flows: str = "start > write:service > ask > end", hello: bytes = LETTER, **inputs: str
    ) -> None:
        """Start a case whose first step writes; `hello` is the letter of that name."""
        files = category(flows, inside={"write": service(type_, **inputs)}, files={"hello.docx": hello})
        with self.factories.transaction() as session:
            deploying.store(session, files, by=PLATFORM)
        with self.factories.transaction() as session:
            self.started = cases.start(
                session, "sample", subjects=[Subject("person", self.ada.id)], fields={}, by=self.by
            )
        self.run_jobs()

    def run_jobs(self) -> None:
        """Write what waits to be written; nobody draws it."""
        jobs.run_waiting(self.factories.sessions, but=jobs.APART)
        jobs.run_waiting(self.factories.sessions, kinds=jobs.WRITTEN)
        with self.factories.transaction() as session:
            session.execute(update(DocumentVersion).values(pdf_state=""))

    def link(self, person: Person, role: str) -> None:
        """Link a person to the case."""
        with self.factories.transaction() as session:
            session.add(CaseLink(case_id=self.started.id, entity_type="person", entity_id=person.id, role=role))

    def dispatch(self, at: datetime = NOON) -> Any:
        """Send what is due."""
        with frozen_at(at):
            ways = dict.fromkeys(("letter", "email", "sms"), self.post)
            return dispatching.dispatch(self.factories.sessions, ways)

    def act(self, operation: Any, *given: Any, by: Actor | None = None, **named: Any) -> Any:
        """Do something in a transaction of its own, and what it leaves."""
        with self.factories.transaction() as session:
            left = operation(session, *given, by=by or self.by, **named)
        jobs.run_all(self.factories.sessions, left or ())
        return left

    def rows(self, model: Any) -> list[Any]:
        """Return the rows of a table, in order."""
        with self.factories.transaction() as session:
            return list(session.scalars(select(model).order_by(model.id)))

    @property
    def messages(self) -> list[Communication]:
        """Return what was said."""
        return self.rows(Communication)

    @property
    def documents(self) -> list[Document]:
        return self.rows(Document)

    @property
    def outbox(self) -> list[OutboxMessage]:
        return self.rows(OutboxMessage)

    @property
    def incidents(self) -> list[Incident]:
        return self.rows(Incident)

    @property
    def warnings(self) -> list[str]:
        return [one.text for one in self.rows(Notification)]

    def open(self) -> list[str]:
        """Return the names of the open to-do items."""
        return [one.name for one in self.rows(UserTask) if one.status == "open"]

    def events(self) -> list[str]:
        """Return the events about what was said."""
        with self.factories.transaction() as session:
            types = [event.type for event in events_of(session, self.started.id)]
        return [kind.removeprefix("communication_") for kind in types if kind.startswith("communication_")]

    def complete(self, task: UserTask) -> None:
        with self.factories.transaction() as session:
            tasks.complete(session, task.id, answers={}, by=self.by)


@pytest.fixture
def letters(factories: Factories) -> Correspondence:
    """A landlord with Ada and Bea, and nothing written yet."""
    factories.organisation()
    return Correspondence(factories)
