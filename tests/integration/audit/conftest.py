"""Cases with some history, and somebody who holds the database and changes it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text

from engine import cases
from engine.history.anchoring import anchor
from engine.history.findings import Report
from engine.history.verifying import verify
from models.case import CaseEvent
from tests.diagrams import category
from tests.factories import Factories

TRIGGERS = {
    "sqlite": ("DROP TRIGGER case_event_keep", "DROP TRIGGER case_event_seal"),
    "postgresql": (
        "DROP TRIGGER case_event_keep ON case_event",
        "DROP TRIGGER case_event_seal ON case_event",
        "DROP TRIGGER case_event_whole ON case_event",
    ),
}


class Intruder:
    """Holds the whole database, but not the keyring; the triggers are the first thing to go."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url)  # without the platform's settings: SQLite then asks for no foreign keys
        for statement in TRIGGERS[self._engine.dialect.name]:
            self.run(statement)

    def run(self, statement: str, **values: Any) -> None:
        """Change the database as a superuser would, past foreign keys."""
        with self._engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text(statement), values)

    def leave(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def change(self, event: CaseEvent, **columns: Any) -> None:
        """Overwrite columns of an event."""
        settings = ", ".join(f"{name} = :{name}" for name in columns)
        self.run(f"UPDATE case_event SET {settings} WHERE id = :the_id", the_id=event.id, **columns)


class Histories:
    """Cases of a small category, each with a few notes."""

    def __init__(self, factories: Factories) -> None:
        self.factories = factories
        self.by = factories.actor(factories.user("administrator"))
        factories.deploy(category("start > ask > end"))

    def case(self, notes: int = 8) -> int:
        """Start a case and write notes on it; returns its id. Two events stand before the first note."""
        with self.factories.transaction() as session:
            case_id = cases.start(session, "sample", by=self.by).id
            for number in range(notes):
                cases.add_note(session, case_id, f"Note {number}, not for everybody’s eyes", by=self.by)
        return case_id

    def events(self, case_id: int | None = None) -> list[CaseEvent]:
        """Return the events of a case, or all, in order."""
        statement = select(CaseEvent).order_by(CaseEvent.case_id, CaseEvent.sequence)
        if case_id is not None:
            statement = statement.where(CaseEvent.case_id == case_id)
        with self.factories.transaction() as session:
            return list(session.scalars(statement))

    def verify(self, **options: Any) -> Report:
        """Verify the history."""
        with self.factories.sessions() as session:
            return verify(session, **options)


@pytest.fixture
def histories(factories: Factories) -> Histories:
    """Cases with some history."""
    return Histories(factories)


@pytest.fixture
def intruder(database_url: str, factories: Factories) -> Iterator[Callable[[], Intruder]]:
    """Let an intruder in, once the cases are there."""
    inside: list[Intruder] = []

    def let_in() -> Intruder:
        inside.append(Intruder(database_url))
        return inside[-1]

    yield let_in
    for one in inside:
        one.leave()


def named(histories: Histories, case_id: int | None = None) -> set[tuple[int | None, int | None]]:
    return {(finding.case_id, finding.sequence) for finding in histories.verify(case_id=case_id).findings}


def anchor_now(histories: Histories):  # type: ignore[no-untyped-def]
    with histories.factories.sessions() as session:
        return anchor(session)
