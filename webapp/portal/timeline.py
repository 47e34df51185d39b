"""What happened on a case, in sentences: events with the names of who and what they are about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import groupby, islice
from typing import Any

from engine import case_page
from engine.case_page import Event, Header
from engine.definitions.category import Definition
from engine.instants import london
from engine.rules import shipped
from models.staff import Team, User
from webapp.auth import actor
from webapp.database import session
from webapp.portal.writing import label_of, value_of

# Steps of the engine that say nothing to an officer when nothing opened; replay shows them.
MOST_CHANGES = 40  # fields of one event that a timeline tells; the replay tells all
_PERSON_KEYS = ("from", "to", "assignee_id", "on_behalf_of_id")


@dataclass(frozen=True)
class Names:
    """How the things in events are called."""

    users: Mapping[int, str] = field(default_factory=dict)
    teams: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """A field before and after."""

    label: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Happened:
    """An event as its template in templates/events writes it."""

    event: Event
    case: Header
    definition: Definition
    names: Names

    @property
    def payload(self) -> dict[str, Any]:
        """Return what was written down; nothing when an approved erasure emptied it."""
        return self.event.payload or {}

    @property
    def is_erased(self) -> bool:
        """Say whether the details were erased."""
        return self.event.payload is None

    @property
    def template(self) -> str:
        """Return the template that writes this type of event."""
        return f"events/{self.event.type}.html"

    @property
    def changes_left_out(self) -> int:
        """Return how many fields changed beside those that `changes` tells."""
        return max(0, len(self.payload.get("changes") or {}) - MOST_CHANGES)

    @cached_property
    def changes(self) -> list[Change]:
        """Return the fields that changed, in words; of very many the first."""
        told = self.payload.get("changes") or {}
        return [
            Change(
                label_of(self.definition, key),
                value_of(self.definition, key, before),
                value_of(self.definition, key, after),
            )
            for key, (before, after) in islice(told.items(), MOST_CHANGES)
        ]

    def user(self, key: str) -> str:
        """Return the name of the member of staff whose id stands under `key`."""
        return self.names.users.get(self.payload.get(key) or 0, "somebody")

    def holder(self, row: Mapping[str, Any]) -> str:
        """Return who has a task that an event tells of."""
        person, team = row.get("assignee_id"), row.get("team_id")
        return self.names.users.get(person or 0) or self.names.teams.get(team or 0) or ""

    def receiver(self) -> str:
        """Return who got a task: a member of staff, else the team that it now waits for."""
        if self.payload.get("to"):
            return self.user("to")
        return self.names.teams.get(self.payload.get("team_id") or 0, "its team")

    def behalf(self, row: Mapping[str, Any]) -> str:
        """Return the name of whoever the holder of a task stands in for; "" when they do it for themselves."""
        return self.names.users.get(row.get("on_behalf_of_id") or 0, "")

    def element(self, key: str = "element_id") -> str:
        """Return the name of the element of the diagram under `key`."""
        element_id = str(self.payload.get(key) or "")
        element = self.definition.elements.get(element_id)
        return element.label if element else element_id.replace("_", " ").capitalize()

    def rule(self) -> str:
        """Return the name of the rule that a clock runs by."""
        rule_id = str(self.payload.get("rule") or "")
        rules = next((book for book in (self.definition.rules, shipped()) if rule_id in book), None)
        return rules.versions(rule_id)[-1].name if rules is not None else rule_id

    def instant(self, key: str) -> datetime | None:
        """Return the instant under `key`."""
        text = self.payload.get(key)
        return datetime.fromisoformat(text) if isinstance(text, str) and "T" in text else None

    def read(self, text: str) -> datetime:
        """Return the instant that `text` writes."""
        return datetime.fromisoformat(text)

    def day(self, key: str) -> date | None:
        """Return the day under `key`; of an instant, its day."""
        return self.day_of(self.payload.get(key))

    def day_of(self, text: Any) -> date | None:
        """Return the day that `text` writes, of an instant its day."""
        return date.fromisoformat(text[:10]) if isinstance(text, str) and len(text) >= 10 else None


def days(case: Header, definition: Definition, events: Iterable[Event]) -> list[tuple[date, list[Happened]]]:
    """Return events by day, the latest first; steps that only the engine cares about are left out."""
    told = [event for event in events if not _is_silent(event)]
    names = names_in(told)
    happened = [Happened(event, case, definition, names) for event in told]
    return [(day, list(group)) for day, group in groupby(happened, key=lambda one: london(one.event.at).date())]


def names_in(events: Iterable[Event]) -> Names:
    """Return the names of all staff and teams that these events tell of, in two queries."""
    users: set[int] = set()
    teams: set[int] = set()
    for event in events:
        payload = event.payload or {}
        for row in (payload, *payload.get("opened", ())):
            users.update(row[key] for key in _PERSON_KEYS if isinstance(row.get(key), int))
            if isinstance(row.get("team_id"), int):
                teams.add(row["team_id"])
    return Names(case_page.names_of(session(), User, users), case_page.names_of(session(), Team, teams))


@dataclass(frozen=True)
class Outcome:
    """What came of completing a task: the letters that were written, what opened, and whether the case ended."""

    task: str
    letters: list[dict[str, Any]]
    opened: list[dict[str, Any]]
    is_over: bool = False
    has_failed: bool = False


def outcome(case: Header, definition: Definition, task_id: int) -> Outcome | None:
    """Return what came of completing a task, from what happened after it; none when that is not among the latest."""
    events = case_page.events(session(), case.id, by=actor(), size=60)
    at = next(
        (i for i, e in enumerate(events) if e.type == "task_completed" and (e.payload or {}).get("id") == task_id), None
    )
    if at is None:
        return None
    after = [event for event in reversed(events[:at]) if event.payload is not None]
    later = next((i for i, event in enumerate(after) if event.type == "task_completed"), len(after))
    after = after[:later]
    payloads = {
        name: [e.payload or {} for e in after if e.type == name] for name in ("document_merged", "case_advanced")
    }
    types = {event.type for event in after}
    return Outcome(
        (events[at].payload or {}).get("name", ""),
        payloads["document_merged"],
        [row for payload in payloads["case_advanced"] for row in payload.get("opened", ())],
        is_over="case_completed" in types,
        has_failed="incident_raised" in types,
    )


def _is_silent(event: Event) -> bool:
    return event.type == "case_advanced" and event.payload is not None and not event.payload.get("opened")
