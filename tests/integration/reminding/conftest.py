"""A case with one dated task, staff to be told, and nodes that sweep."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from engine import reminding
from engine.instants import frozen_at
from engine.permissions import Actor
from engine.reminding import preferences, sweeping
from models.case import CaseEvent
from models.staff import User
from models.work import Notification, OutboxMessage
from tests.diagrams import category, extensions
from tests.factories import Factories
from tests.integration.engine.conftest import Driver

# In winter, so that UTC is the time in London; the deadline is the end of a Friday.
OPENED = datetime(2026, 12, 1, 9, tzinfo=UTC)
DUE = "2026-12-04"
TEAM = "Repairs team"


def moment(text: str) -> datetime:
    """Return an instant given as text, in UTC unless it says otherwise."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def files(
    settings: str = "",
    *,
    due: str = DUE,
    to: str = "",
    more: str = "",
    flows: str = "start > ask > end",
    inside: dict[str, str] | None = None,
    boundary: str = "",
) -> dict[str, bytes]:
    """Return a category whose task `ask` is due on a day, with what its category.toml says of reminders."""
    asked = extensions(f'<zeebe:assignmentDefinition {to}/><zeebe:taskSchedule dueDate="{due}"/>{more}')
    made = category(flows, inside={"ask": asked, **(inside or {})}, boundary=boundary)
    team = f'\n[[team]]\nkey = "repairs"\nname = "{TEAM}"\n'
    made["category.toml"] += (team + settings).encode()
    return made


class Office:
    """A case that waits at its task, and whoever is told."""

    def __init__(self, factories: Factories) -> None:
        self.factories = factories
        self.team = factories.team(TEAM)
        self.driver: Driver

    def open(self, made: dict[str, bytes], at: datetime = OPENED, **fields: Any) -> Driver:
        """Start the case at an instant."""
        with frozen_at(at):
            self.driver = Driver(self.factories, made, fields)
        return self.driver

    def sweep(self, at: str) -> None:
        """Let a node look at an instant: what is to be reminded of, then what is to be mailed."""
        with frozen_at(moment(at)):
            reminding.tell_what_is_due(self.factories.sessions)

    def member(self, name: str, **membership: Any) -> User:
        """Make a member of staff of the team."""
        return self.factories.user("officer", name=name, **(membership or {"teams": (TEAM,)}))

    def wants(self, user_id: int | None, at: datetime = OPENED, **wanted: Any) -> None:
        """Say how a member of staff wants to be told."""
        with self.factories.transaction() as session, frozen_at(at):
            preferences.change(session, wanted, by=Actor(user_id, "Somebody"))

    def told(self) -> list[tuple[str, str]]:
        """Return who was told of what kind, in the order in which they were."""
        with self.factories.transaction() as session:
            rows = select(User.name, Notification.kind).join(User, User.id == Notification.user_id)
            return [tuple(row) for row in session.execute(rows.order_by(Notification.id))]

    def mails(self) -> list[OutboxMessage]:
        """Return the messages that were queued, in order."""
        with self.factories.transaction() as session:
            return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))

    def events(self) -> list[dict[str, Any]]:
        """Return what history says of reminders."""
        return [json.loads(row.payload) for row in self.driver.rows(CaseEvent) if row.type == "reminder_given"]


@pytest.fixture
def office(factories: Factories) -> Office:
    """An empty office, on a node that has put off no case of another test."""
    sweeping._put_off.clear()
    return Office(factories)


Open = Callable[..., Driver]
