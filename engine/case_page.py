"""What a case page shows, each part in a query or two: its head, tasks, deadlines, incidents, history and notes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, bindparam, func, select
from sqlalchemy.orm import Session

from engine import fields, law
from engine.clocks.explanation import in_words
from engine.definitions.category import Definition
from engine.errors import NotFound, RuleError
from engine.fields.hiding import events_without
from engine.instants import LONDON, now
from engine.permissions import Actor, Sight, cases_in, known_by, sight
from engine.related_cases import hidden_cases, without_hidden
from engine.rules import Rule
from engine.runtime.clock_row import GOES_ON, ClockRow
from engine.runtime.header import read_clocks
from models.aliases import alias_of
from models.among import among
from models.case import Case, CaseEvent, Note
from models.category import Category, CategoryVersion
from models.database import from_json
from models.prepared import Prepared
from models.staff import Team, User
from models.work import DUE_OR_NEVER, Incident, Notification, UserTask

LAST_EVENT = 2**31 - 1
_FAR = datetime(9999, 12, 31, tzinfo=LONDON)
_HOLDER, _COMPLETER = alias_of(User), alias_of(User)
_HEADER = (
    "id", "reference", "title", "status", "stage", "outcome", "restricted", "opened_at", "closed_at", "revision",
    "open_incidents", "owner_id", "version_id",
)  # fmt: skip
_TASK = (
    "id", "element_id", "name", "instructions", "form_id", "status", "token_id", "assignee_id", "team_id", "item",
    "candidates", "priority", "created_at", "amber_at", "due_at", "completed_at", "completed_by_id", "draft", "case_id",
    "revision", "on_behalf_of_id", "late_reason",
)  # fmt: skip


# Statements that each page needs are built once: building one costs more than running it.
_HEADER_COLUMNS = {
    **{name: getattr(Case, name) for name in _HEADER},
    "owner": func.coalesce(User.name, ""),
    "version_number": CategoryVersion.number,
    "category": Category.name,
    "category_key": Category.key,
    "catalogue": fields.MARK,
}


@lru_cache(maxsize=256)
def _header_by_reference(seen: Sight) -> Prepared:
    return Prepared(
        select(*(column.label(name) for name, column in _HEADER_COLUMNS.items()))
        .join(Category, Category.id == Case.category_id)
        .join(CategoryVersion, CategoryVersion.id == Case.version_id)
        .outerjoin(User, User.id == Case.owner_id)
        .where(Case.reference == bindparam("reference"), cases_in(seen))
    )


_TASKS = (
    select(
        *(getattr(UserTask, name) for name in _TASK),
        func.coalesce(_HOLDER.name, "").label("assignee"),
        func.coalesce(Team.name, "").label("team"),
        func.coalesce(_COMPLETER.name, "").label("completed_by"),
    )
    .outerjoin(_HOLDER, _HOLDER.id == UserTask.assignee_id)
    .outerjoin(_COMPLETER, _COMPLETER.id == UserTask.completed_by_id)
    .outerjoin(Team, Team.id == UserTask.team_id)
)
_OPEN_TASKS = Prepared(
    _TASKS.where(UserTask.case_id == bindparam("case_id"), UserTask.status == "open").order_by(
        DUE_OR_NEVER, UserTask.id
    )
)
_OF_CASE = "of_case_"


@lru_cache(maxsize=256)
def _task_by_id(seen: Sight) -> Prepared:
    return Prepared(
        _TASKS.add_columns(*(column.label(f"{_OF_CASE}{name}") for name, column in _HEADER_COLUMNS.items()))
        .join(Case, Case.id == UserTask.case_id)
        .join(Category, Category.id == Case.category_id)
        .join(CategoryVersion, CategoryVersion.id == Case.version_id)
        .outerjoin(User, User.id == Case.owner_id)
        .where(UserTask.id == bindparam("task_id"), cases_in(seen))
    )


_EVENT = (CaseEvent.sequence, CaseEvent.at, CaseEvent.type, CaseEvent.actor_id, CaseEvent.actor_name, CaseEvent.payload)
_EVENTS = Prepared(
    select(*_EVENT)
    .where(CaseEvent.case_id == bindparam("case_id"), CaseEvent.sequence < bindparam("before"))
    .order_by(CaseEvent.sequence.desc())
    .limit(bindparam("most", type_=Integer()))
)
_NAMES: dict[type[User] | type[Team], Prepared] = {
    model: Prepared(select(model.id, model.name).where(among(model.id, bindparam("ids")))) for model in (User, Team)
}
_UNREAD = (
    select(Notification)
    .where(Notification.user_id == bindparam("by_id"), Notification.case_id == bindparam("case_id"))
    .where(Notification.read_at.is_(None))
    .order_by(Notification.id.desc())
    .limit(10)
)


@dataclass(frozen=True, slots=True)
class Header:
    """Who, what and where: the head of a case page."""

    id: int
    reference: str
    title: str
    status: str
    stage: str
    outcome: str
    restricted: bool
    opened_at: datetime
    closed_at: datetime | None
    revision: int
    open_incidents: int
    owner_id: int | None
    owner: str
    version_id: int
    version_number: int
    category: str
    category_key: str
    catalogue: str | None  # the mark of the category's fields

    @property
    def is_open(self) -> bool:
        """Say whether the case still runs."""
        return self.status == "open"


def header(session: Session, reference: str, *, by: Actor) -> Header:
    """Return the head of a case.

    Raises:
        NotFound: no such case, or none that the actor may know of.
    """
    values = {"reference": reference, **known_by(by)}
    row = _header_by_reference(sight(by)).row(session.connection(), values)
    if row is None:
        raise NotFound(f"There is no case {reference[:40]}, or none that you may see.", remedy="Search for it by name.")
    return Header(**row._asdict())


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task of a case, open or done."""

    id: int
    element_id: str
    name: str
    instructions: str
    form_id: str | None
    status: str
    token_id: str | None
    assignee_id: int | None
    team_id: int | None
    candidates: dict[str, Any]
    item: dict[str, Any]
    priority: int
    created_at: datetime
    amber_at: datetime | None
    due_at: datetime | None
    completed_at: datetime | None
    completed_by_id: int | None
    draft: dict[str, Any] | None
    case_id: int
    revision: int
    on_behalf_of_id: int | None
    late_reason: str | None
    assignee: str
    team: str
    completed_by: str

    @property
    def holder(self) -> str:
        """Return who has the task, or the team that it waits for."""
        return self.assignee or self.team or "Nobody yet"

    @property
    def is_ad_hoc(self) -> bool:
        """Say whether an officer added it by hand."""
        return self.token_id is None

    @property
    def is_late(self) -> bool:
        """Say whether it was done, or is still open, after its time."""
        return self.due_at is not None and (self.completed_at or now()) > self.due_at


def open_tasks(session: Session, case_id: int) -> list[TaskLine]:
    """Return the open tasks of a case, the most urgent first."""
    return [TaskLine(**row._asdict()) for row in _OPEN_TASKS.rows(session.connection(), {"case_id": case_id})]


def past_tasks(session: Session, case_id: int, *, most: int = 200) -> list[TaskLine]:
    """Return what was done or withdrawn on a case, the latest first."""
    statement = _TASKS.where(UserTask.case_id == case_id, UserTask.status != "open")
    latest_first = statement.order_by(UserTask.completed_at.desc(), UserTask.id.desc()).limit(most)
    return [TaskLine(**row._mapping) for row in session.execute(latest_first)]


def late_tasks(session: Session, case_id: int, *, most: int = 100) -> list[TaskLine]:
    """Return what was done on a case after its time, the latest first; an empty `late_reason` was not given."""
    statement = _TASKS.where(UserTask.case_id == case_id, UserTask.late_reason.is_not(None))
    return [TaskLine(**row._mapping) for row in session.execute(statement.order_by(UserTask.id.desc()).limit(most))]


def late_reasons(deadlines: Collection["Deadline"], due_at: datetime | None) -> list[str]:
    """Return the reasons that the rules of a task's deadline know for more time; some say why it is late."""
    rules = [one.rule for one in deadlines if one.rule is not None and one.due_at == due_at]
    grounds = [ground.reasons for rule in rules for ground in rule.extensions]
    grounds += [ground.reasons for rule in rules for ground in rule.stops]
    return list(dict.fromkeys(reason for reasons in grounds for reason in reasons))


def task(session: Session, task_id: int, *, by: Actor) -> tuple[TaskLine, Header]:
    """Return a task and the head of its case.

    Raises:
        NotFound: no such task, or none that the actor may know of.
    """
    row = _task_by_id(sight(by)).row(session.connection(), {"task_id": task_id, **known_by(by)})
    if row is None:
        raise NotFound("There is no such task, or none that you may see.", remedy="Look at your list of tasks.")
    columns = row._asdict()
    head = Header(**{name: columns.pop(f"{_OF_CASE}{name}") for name in Header.__slots__})
    return TaskLine(**columns), head


@dataclass(frozen=True, slots=True)
class Deadline:
    """A clock of a case with its rule in words. `state` is as in `models.work.Clock`."""

    id: int
    rule_id: str
    name: str
    state: str
    due_at: datetime | None
    amber_at: datetime | None
    met_at: datetime | None
    citation: str
    link: str
    why: list[str]
    extensions: list[Any]
    rule: Rule | None = None
    counted_from: str = ""
    is_by_hand: bool = False
    steps: tuple[dict[str, Any], ...] = ()  # of the calculation, as `engine.clocks.steps` writes them

    @property
    def is_running(self) -> bool:
        """Say whether the time still runs; it does so again when a pause has lasted as long as it may."""
        return self.state == "running" or self.is_overdue

    @property
    def is_overdue(self) -> bool:
        """Say whether it goes on and its time is up: so the instant that it is, with nothing written down."""
        return self.goes_on and self.due_at is not None and self.due_at < now()

    @property
    def goes_on(self) -> bool:
        """Say whether it may still be met or missed: it runs, or stands still."""
        return self.state in GOES_ON


def deadlines(session: Session, case_id: int, definition: Definition, *, mark: str | None = None) -> list[Deadline]:
    """Return the clocks of a case: those that run first, the nearest first, then the others.

    `mark` says which law is in force, where whoever asks has read that with the case.
    """
    rows = read_clocks(session, case_id)
    rules = law.CaseRules(session, pinned=definition.rules, source=definition.settings.key, mark=mark)
    found = [_deadline(clock, rules) for clock in rows]
    return sorted(found, key=lambda one: (not one.goes_on, one.due_at or _FAR))


def _deadline(clock: ClockRow, rules: law.CaseRules) -> Deadline:
    steps: list[dict[str, Any]] = list(clock.explanation.get("explanation", []))
    told = next((step for step in steps if step["step"] == "rule"), {})
    citation = told.get("citation") or {}
    return Deadline(
        clock.id or 0,
        clock.rule_id,
        told.get("name") or clock.rule_id,
        clock.state,
        clock.due_at,
        clock.amber_at,
        clock.met_at,
        citation.get("text") or "",
        citation.get("url") or "",
        in_words(steps),
        clock.extensions,
        _rule(clock, rules),
        clock.counted_from,
        clock.started_by_id is not None,
        tuple(steps),
    )


def _rule(clock: ClockRow, rules: law.CaseRules) -> Rule | None:
    """Return the rule that is in force for a clock; none when it is nowhere any more."""
    started = clock.counted_from
    try:
        return rules.rule(
            clock.rule_id, date.fromisoformat(started) if len(started) <= 10 else datetime.fromisoformat(started)
        )
    except (RuleError, ValueError):
        return None


def incidents(session: Session, case_id: int) -> list[Incident]:
    """Return what failed on a case and is not put right yet."""
    statement = (
        select(Incident).where(Incident.case_id == case_id, Incident.resolved_at.is_(None)).order_by(Incident.id)
    )
    return list(session.scalars(statement))


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `payload` is None when an approved erasure emptied it."""

    sequence: int
    at: datetime
    type: str
    actor_id: int | None
    actor_name: str
    payload: dict[str, Any] | None


def events(
    session: Session,
    case_id: int,
    *,
    by: Actor,
    before: int | None = None,
    size: int = 50,
    hidden_fields: frozenset[str] = frozenset(),
) -> list[Event]:
    """Return what happened on a case, the latest first, from before the event number `before`.

    What is told of another case is left out where the actor may not know of that, and so are the values of fields that
    are hidden from them (`Definition.hidden_from`).
    """
    values = {"case_id": case_id, "before": min(before or LAST_EVENT, LAST_EVENT), "most": size}
    found = [_event(row) for row in _EVENTS.rows(session.connection(), values)]
    found = events_without(found, hidden_fields)
    hidden = hidden_cases(session, [event.payload for event in found], by=by)
    return [replace(event, payload=without_hidden(event.payload, hidden)) for event in found] if hidden else found


def events_of(session: Session, case_id: int, types: Collection[str], *, most: int = 500) -> list[Event]:
    """Return the latest events of these types, the latest first."""
    statement = select(*_EVENT).where(CaseEvent.case_id == case_id, CaseEvent.type.in_(list(types)))
    return [_event(row) for row in session.execute(statement.order_by(CaseEvent.sequence.desc()).limit(most))]


def _event(row: Any) -> Event:
    payload = from_json(row.payload) if row.payload is not None else None
    return Event(row.sequence, row.at, row.type, row.actor_id, row.actor_name, payload)


def notes(session: Session, case_id: int, *, most: int = 200) -> list[Any]:
    """Return (Note, name of its author), the latest first."""
    statement = select(Note, User.name).join(User, User.id == Note.written_by_id).where(Note.case_id == case_id)
    return list(session.execute(statement.order_by(Note.id.desc()).limit(most)))


def unread_reminders(session: Session, case_id: int, *, by: Actor) -> list[Notification]:
    """Return the actor's reminders about a case that they have not dismissed."""
    return list(session.scalars(_UNREAD, {"case_id": case_id, "by_id": by.user_id}))


def names_of(session: Session, model: type[User] | type[Team], ids: Collection[int]) -> Mapping[int, str]:
    """Return the names of members of staff or teams by id."""
    if not ids:
        return {}
    return {row.id: row.name for row in _NAMES[model].rows(session.connection(), {"ids": ids})}
