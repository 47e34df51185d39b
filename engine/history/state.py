"""A case as it stood at one event: what the replay of its history gives."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

ClockKey = int | tuple[str, str]  # its id, or the rule and what it counts from, where no event tells the id


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """An event as it was written, with its seal.

    `payload` is None when an approved erasure emptied it, and empty when somebody altered it past reading.
    """

    sequence: int
    at: datetime
    type: str
    actor_id: int | None
    actor_name: str
    payload: dict[str, Any] | None
    digest: str = ""
    key_id: str = ""
    mac: str = ""
    is_readable: bool = True


@dataclass(slots=True)
class TokenAt:
    """A token on the diagram: where it is, and the event by which it came there."""

    element_id: str
    came_from: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Passed:
    """A move of a token, in the order of events: it entered (from `came_from`), left or was withdrawn."""

    what: str
    element_id: str
    came_from: str
    sequence: int
    at: datetime


@dataclass(slots=True)
class TaskAt:
    """A to-do item: open, completed or cancelled. `element_id` is empty for one that an officer added."""

    id: int
    name: str
    element_id: str
    token_id: str
    assignee_id: int | None
    team_id: int | None
    due_at: str | None
    amber_at: str | None
    opened_at: datetime
    status: str = "open"
    sequence: int = 0  # of the event that last changed it


@dataclass(slots=True)
class ClockAt:
    """A clock with its date, its state, and the steps of the calculation that gives the date."""

    rule: str
    counted_from: str
    due_at: str | None
    amber_at: str | None
    state: str
    explanation: list[dict[str, Any]]
    sequence: int
    extensions: list[dict[str, Any]] = field(default_factory=list)  # {"amount", "unit", "reason", "by"}
    met_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DocumentAt:
    """A document as it was filed, with the digest of its bytes."""

    id: int
    title: str
    kind: str
    sha256: str
    template: str
    element_id: str
    sequence: int
    at: datetime
    has_ended: bool = False


@dataclass(frozen=True, slots=True)
class NoteAt:
    """A note; its text is None when an approved erasure took it."""

    text: str | None
    by: str
    sequence: int
    at: datetime


@dataclass(frozen=True, slots=True)
class IncidentAt:
    """What failed and was not put right yet."""

    element_id: str
    message: str
    remedy: str
    sequence: int


@dataclass(slots=True)
class FieldAt:
    """The value of a field, and the event that gave it. `is_erased`: the value was erased, that it was given stands."""

    value: Any
    sequence: int
    is_erased: bool = False


@dataclass(slots=True)
class StepAt:
    """What one event did: who, when, what, and the fields that it changed as [before, after]."""

    event: HistoryEvent
    changes: dict[str, list[Any]] = field(default_factory=dict)
    erased_fields: list[str] = field(default_factory=list)
    entered: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    flows: list[tuple[str, str]] = field(default_factory=list)  # (element, next element)
    opened: list[int] = field(default_factory=list)  # ids of to-do items
    ended: list[int] = field(default_factory=list)


@dataclass(slots=True)
class State:
    """A case at one event, told by its events alone."""

    sequence: int = 0
    at: datetime | None = None
    reference: str = ""
    category: str = ""
    version_id: int = 0
    version_number: int = 0
    content_hash: str = ""
    former_names: dict[str, str] = field(default_factory=dict)  # of elements that only an earlier version had
    subjects: list[list[Any]] = field(default_factory=list)
    owner_id: int | None = None
    status: str = ""
    stage: str = ""
    outcome: str = ""
    tokens: dict[str, TokenAt] = field(default_factory=dict)
    path: list[Passed] = field(default_factory=list)
    tasks: dict[int, TaskAt] = field(default_factory=dict)
    fields: dict[str, FieldAt] = field(default_factory=dict)
    clocks: dict[ClockKey, ClockAt] = field(default_factory=dict)
    documents: list[DocumentAt] = field(default_factory=list)
    notes: list[NoteAt] = field(default_factory=list)
    incidents: dict[str, IncidentAt] = field(default_factory=dict)  # by token id
    erased: list[int] = field(default_factory=list)  # sequences whose content is gone
    unreadable: list[int] = field(default_factory=list)  # sequences that somebody altered so that they make no sense
    step: StepAt | None = None  # what the event at `sequence` did

    @property
    def open_tasks(self) -> list[TaskAt]:
        """Return the to-do items that were open."""
        return [task for task in self.tasks.values() if task.status == "open"]

    @property
    def values(self) -> dict[str, Any]:
        """Return the values of the fields."""
        return {key: kept.value for key, kept in self.fields.items() if not kept.is_erased}

    @property
    def active(self) -> list[str]:
        """Return the elements where tokens stood, in the order in which they came there."""
        return list(dict.fromkeys(token.element_id for token in self.tokens.values()))

    @property
    def finished(self) -> list[str]:
        """Return the elements that were left, in the order of their first time."""
        return list(dict.fromkeys(passed.element_id for passed in self.path if passed.what == "left"))

    @property
    def withdrawn(self) -> list[str]:
        """Return the elements from which a token was withdrawn and that no token ever left."""
        left = set(self.finished)
        gone = (passed.element_id for passed in self.path if passed.what == "withdrawn")
        return [element_id for element_id in dict.fromkeys(gone) if element_id not in left]

    @property
    def flows(self) -> list[tuple[str, str]]:
        """Return the ways from element to element that tokens took, in order and each once."""
        entered = (passed for passed in self.path if passed.what == "entered" and passed.came_from)
        return list(dict.fromkeys((passed.came_from, passed.element_id) for passed in entered))

    def to_json(self) -> dict[str, Any]:
        """Return the state as JSON-able values."""
        return {
            "sequence": self.sequence,
            "at": self.at.isoformat() if self.at else None,
            **{name: getattr(self, name) for name in ("reference", "category", "version_id", "version_number")},
            **{
                name: getattr(self, name)
                for name in ("status", "stage", "outcome", "owner_id", "subjects", "erased", "unreadable")
            },
            "tokens": [{"token": key, **asdict(token)} for key, token in self.tokens.items()],
            "active": self.active,
            "finished": self.finished,
            "withdrawn": self.withdrawn,
            "flows": [list(flow) for flow in self.flows],
            "tasks": [_plain(asdict(task)) for task in self.open_tasks],
            "fields": {key: asdict(kept) for key, kept in sorted(self.fields.items())},
            "clocks": [_plain(asdict(clock)) for clock in self.clocks.values()],
            "documents": [_plain(asdict(document)) for document in self.documents],
            "notes": [_plain(asdict(note)) for note in self.notes],
            "incidents": [asdict(incident) for incident in self.incidents.values()],
            "changes": self.step.changes if self.step else {},
        }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in row.items()}
