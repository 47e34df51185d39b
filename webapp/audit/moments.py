"""A case at one moment, in the words of the replay page: who had what, until when, and what had been given."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import Any, TypeVar

from markupsafe import Markup

from engine import case_page
from engine.case_page import Header
from engine.clocks.explanation import in_words
from engine.definitions.category import Definition
from engine.history.state import ClockAt, HistoryEvent, State, StepAt, TaskAt
from engine.instants import LONDON, london
from engine.rules import shipped
from models.staff import Team, User
from webapp.audit import drawing
from webapp.audit.sentences import sentence, sign
from webapp.database import session
from webapp.portal.timeline import Change, Happened, Names
from webapp.portal.writing import label_of, value_of

Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Line:
    """An event as a line of the history."""

    sequence: int
    at: datetime
    by: str
    sentence: str
    icon: str
    state: str
    type: str


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task that was open, with how its date stood then."""

    id: int
    name: str
    holder: str
    due_at: datetime | None
    state: str
    since: int


@dataclass(frozen=True, slots=True)
class ClockLine:
    """A clock as it stood, with the reasons for its date. `is_new`: this event set or changed it."""

    name: str
    rule: str
    state: str
    word: str
    due_at: datetime | None
    met_at: datetime | None
    why: list[str]
    is_new: bool


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field with its value then. `is_new`: this event gave it."""

    key: str
    label: str
    value: str | Markup
    sequence: int
    is_new: bool
    is_erased: bool


class Moment:
    """A case after one event, for the page."""

    def __init__(self, case: Header, definition: Definition, events: list[HistoryEvent], state: State) -> None:
        self.case = case
        self.definition = definition
        self.events = events
        self.state = state
        self.names = _names(events, state)

    @property
    def step(self) -> StepAt:
        """Return what this event did."""
        assert self.state.step is not None  # a case has at least the event that started it
        return self.state.step

    @cached_property
    def line(self) -> Line:
        """Return this event in a sentence."""
        return self._line(self.step.event)

    @property
    def happened(self) -> Happened:
        """Return this event as the templates of events take it."""
        return Happened(self.step.event, self.case, self.definition, self.names)  # type: ignore[arg-type]

    @cached_property
    def lines(self) -> list[Line]:
        """Return the whole history, a line an event."""
        return [self._line(event) for event in self.events]

    @property
    def steps(self) -> list[tuple[datetime, str, list[Line]]]:
        """Return the lines by what was written in one go: (when, by whom, lines)."""
        groups = groupby(self.lines, key=lambda line: (line.at, line.by))
        return [(at, by, list(lines)) for (at, by), lines in groups]

    @property
    def changes(self) -> list[Change]:
        """Return what this event changed, before and after; what was asked and not answered is no change."""
        return [
            Change(label_of(self.definition, key), self._value(key, before), self._value(key, after))
            for key, (before, after) in self._in_order(self.step.changes)
            if before != after and not (_is_empty(before) and _is_empty(after))
        ]

    @property
    def erased_changes(self) -> list[str]:
        """Return the fields that this event changed and whose values were erased."""
        return [label_of(self.definition, key) for key in self.step.erased_fields]

    @property
    def tasks(self) -> list[TaskLine]:
        """Return the tasks that were open, the most urgent first."""
        lines = [self._task(task) for task in self.state.open_tasks]
        return sorted(lines, key=lambda line: (line.due_at is None, line.due_at or line.since))

    @property
    def clocks(self) -> list[ClockLine]:
        """Return the clocks, those that ran first."""
        found = [self._clock(clock) for clock in self.state.clocks.values()]
        return sorted(found, key=lambda line: (line.met_at is not None, line.due_at or _FAR))

    @property
    def fields(self) -> list[FieldLine]:
        """Return the fields that had a value, in the order of the forms; those that this event gave come first."""
        lines = [
            FieldLine(
                key,
                label_of(self.definition, key),
                self._value(key, kept.value),
                kept.sequence,
                kept.sequence == self.state.sequence,
                kept.is_erased,
            )
            for key, kept in self._in_order(self.state.fields)
            if kept.is_erased or not _is_empty(kept.value)
        ]
        return sorted(lines, key=lambda line: not line.is_new)

    @property
    def incidents(self) -> list[tuple[str, str, str, int]]:
        """Return what had failed: (step, sentence, remedy, event)."""
        return [
            (self._label(incident.element_id), incident.message, incident.remedy, incident.sequence)
            for incident in self.state.incidents.values()
        ]

    @property
    def owner(self) -> str:
        """Return who owned the case."""
        return self.names.users.get(self.state.owner_id or 0, "Nobody")

    @property
    def marks(self) -> dict[str, Any]:
        """Return what the diagram shows."""
        return drawing.marks(self.state, self.definition)

    @property
    def visits(self) -> list[drawing.Visit]:
        """Return the way of the case in words."""
        return drawing.visits(self.state, self.definition)

    def _line(self, event: HistoryEvent) -> Line:
        told = Happened(event, self.case, self.definition, self.names)  # type: ignore[arg-type]
        icon, state = sign(told)
        return Line(event.sequence, event.at, event.actor_name, sentence(told), icon, state, event.type)

    def _task(self, task: TaskAt) -> TaskLine:
        person = self.names.users.get(task.assignee_id or 0)
        holder = person or self.names.teams.get(task.team_id or 0) or "Nobody yet"
        due, amber = _instant(task.due_at), _instant(task.amber_at)
        return TaskLine(task.id, task.name, holder, due, self._due_state(due, amber), task.sequence)

    def _clock(self, clock: ClockAt) -> ClockLine:
        due = _instant(clock.due_at)
        is_running = clock.state == "running"
        state, word = _ENDED.get(clock.state, ("none", clock.state.capitalize()))
        return ClockLine(
            name=self._rule(clock.rule),
            rule=clock.rule,
            state=self._due_state(due, _instant(clock.amber_at)) if is_running else state,
            word="" if is_running else word,
            due_at=due,
            met_at=clock.met_at,
            why=_reasons(clock.explanation),
            is_new=clock.sequence == self.state.sequence,
        )

    def _due_state(self, due: datetime | None, amber: datetime | None) -> str:
        """Return how a date stood at this moment, not how it stands now."""
        at = self.step.event.at
        if due is None:
            return "none"
        if due < at:
            return "overdue"
        is_near = london(due).date() == london(at).date() or (amber is not None and amber <= at)
        return "warning" if is_near else "on_target"

    def _in_order(self, by_key: Mapping[str, Kept]) -> list[tuple[str, Kept]]:
        places = {key: place for place, key in enumerate(self.definition.section_of)}
        return sorted(by_key.items(), key=lambda item: places.get(item[0], len(places)))

    def _value(self, key: str, value: Any) -> str | Markup:
        return value_of(self.definition, key, value, self._titles)

    @cached_property
    def _titles(self) -> Mapping[str, str]:
        return {f"{document.id}": document.title for document in self.state.documents}

    def _label(self, element_id: str) -> str:
        element = self.definition.elements.get(element_id)
        return element.label if element else element_id

    def _rule(self, rule_id: str) -> str:
        rules = next((book for book in (self.definition.rules, shipped()) if rule_id in book), None)
        return rules.versions(rule_id)[-1].name if rules is not None else rule_id


_ENDED = {
    "met": ("met", "Met in time"),
    "breached": ("overdue", "Missed"),
    "ended": ("cancelled", "Ended unmet"),
    "stopped": ("paused", "Paused"),
    "cancelled": ("cancelled", "Withdrawn"),
}
_FAR = datetime(9999, 12, 31, tzinfo=LONDON)


def sequence_at(events: list[HistoryEvent], text: str) -> int:
    """Return the event that an address asks for: by its number or an instant; the last one when it names none."""
    last = events[-1].sequence if events else 0
    if text.isdecimal() and len(text) < 10:
        return max(1, min(int(text), last))
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return last
    at = at if at.tzinfo else at.replace(tzinfo=LONDON)
    return max((event.sequence for event in events if event.at <= at), default=1)


def _names(events: list[HistoryEvent], state: State) -> Names:
    """Return the names of all staff and teams that the history tells of, in two queries."""
    users, teams = {state.owner_id}, set()
    for event in events:
        payload = event.payload or {}
        users |= {payload.get(key) for key in ("from", "to", "assignee_id") if isinstance(payload.get(key), int)}
        teams |= {payload.get("team_id")}
    for task in state.tasks.values():
        users |= {task.assignee_id}
        teams |= {task.team_id}
    return Names(
        case_page.names_of(session(), User, {user for user in users if user}),
        case_page.names_of(session(), Team, {team for team in teams if team}),
    )


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value == []


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _reasons(explanation: list[dict[str, Any]]) -> list[str]:
    """Return why a date is what it is; nothing when somebody altered what says so."""
    try:
        return in_words(explanation)
    except (LookupError, TypeError, ValueError):
        return []
