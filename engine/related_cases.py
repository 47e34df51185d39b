"""The cases that belong to a case: the one that it was started for, those that it started, and those linked by hand."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, bindparam, func, or_, select
from sqlalchemy.orm import Session

from engine.case_list import NextTask, next_tasks
from engine.permissions import Actor, Sight, cases_in, known_by, sight, visible_cases
from engine.runtime.clock_row import GOES_ON
from models.among import among
from models.case import Case, CaseRelation
from models.category import Category
from models.prepared import Prepared
from models.staff import User
from models.work import Clock

# What one case is to another: said of the first, and of the second.
ROLES: dict[str, tuple[str, str]] = {
    "related": ("Related to", "Related to"),
    "follows": ("Follows from", "Is followed by"),
    "duplicate": ("Is the same as", "Is the same as"),
}
_HEAD = (
    "id", "reference", "title", "status", "stage", "outcome", "restricted", "owner_id", "opened_at", "closed_at",
    "open_incidents", "parent_id", "parent_token_id", "merged_into_id",
)  # fmt: skip
_OF_PARENT = ("parent_id", "parent_token_id", "merged_into_id")


@dataclass(frozen=True, slots=True)
class Related:
    """A case beside another one: how it belongs to it, how it stands, and what it waits for."""

    id: int
    reference: str
    title: str
    category: str
    category_key: str
    status: str
    stage: str
    outcome: str
    restricted: bool
    owner: str
    owner_id: int | None
    opened_at: datetime
    closed_at: datetime | None
    open_incidents: int
    relation: str  # parent, child, link, merged, merged_into
    role: str  # in words, of a link
    role_key: str
    link_id: int | None
    linked_on: str
    next_task: NextTask | None
    due_at: datetime | None  # of its nearest deadline or task
    amber_at: datetime | None
    is_waited_for: bool  # whether it was started for a token that waits for its outcome

    @property
    def case(self) -> "Related":
        """Return the case itself, apart from how it belongs to the other."""
        return self

    @property
    def is_open(self) -> bool:
        """Say whether the case still runs."""
        return self.status == "open"

    @property
    def waits_for(self) -> str:
        """Return what the case waits for, in words; nothing when it is over."""
        if not self.is_open:
            return ""
        if self.open_incidents:
            return "What failed to be put right"
        if self.next_task is None:
            return "A date, an answer or another case"
        return f"{self.next_task.name}{': ' if self.next_task.holder else ''}{self.next_task.holder}"


def related(session: Session, case_id: int, *, by: Actor) -> list[Related]:
    """Return the cases that belong to a case and that the actor may see: its parent, its children, those linked."""
    links = _links(session, case_id)
    own = _OWN.row(session.connection(), {"case_id": case_id})
    others = [own.parent_id or 0, own.merged_into_id or 0, *links]
    rows = _belonging(sight(by)).rows(session.connection(), {"case_id": case_id, "others": others, **known_by(by)})
    tasks, clocks = next_tasks(session, [row.id for row in rows]), _deadlines(session, [row.id for row in rows])
    found = [_related(row, how, tasks, clocks) for row in rows for how in _how(row, case_id, own, links)]
    return sorted(found, key=lambda one: (_ORDER.index(one.relation), not one.is_open, one.id))


_OWN = Prepared(select(Case.parent_id, Case.merged_into_id).where(Case.id == bindparam("case_id")))


@lru_cache(maxsize=256)
def _belonging(seen: Sight) -> Prepared:
    case_id: BindParameter[int] = bindparam("case_id")
    wanted = or_(among(Case.id, bindparam("others")), Case.parent_id == case_id, Case.merged_into_id == case_id)
    return Prepared(
        select(
            *(getattr(Case, name) for name in _HEAD),
            Category.name.label("category"),
            Category.key.label("category_key"),
            func.coalesce(User.name, "").label("owner"),
        )
        .join(Category, Category.id == Case.category_id)
        .outerjoin(User, User.id == Case.owner_id)
        .where(wanted, cases_in(seen))
        .order_by(Case.id)
    )


_ORDER = ("merged_into", "parent", "child", "link", "merged")


def parents_of(session: Session, case_ids: list[int], *, by: Actor) -> dict[int, Any]:
    """Return for each of these cases that belongs to one which the actor may see: its (reference, title)."""
    if not case_ids:
        return {}
    parent = select(Case.id, Case.reference, Case.title).where(visible_cases(by)).subquery()
    rows = session.execute(
        select(Case.id, parent.c.reference, parent.c.title)
        .join(parent, parent.c.id == Case.parent_id)
        .where(Case.id.in_(case_ids))
    )
    return {row.id: row for row in rows}


def open_children(session: Session, case_id: int, *, by: Actor) -> list[Related]:
    """Return the open cases that a case has started."""
    return [one for one in related(session, case_id, by=by) if one.relation == "child" and one.is_open]


def hidden_cases(session: Session, payloads: Iterable[Mapping[str, Any] | None], *, by: Actor) -> set[int]:
    """Return the cases that events name by `case_id` and that the actor may not know of."""
    named = {payload["case_id"] for payload in payloads if payload and isinstance(payload.get("case_id"), int)}
    if not named:
        return set()
    return named - set(session.scalars(select(Case.id).where(Case.id.in_(named), visible_cases(by))))


def without_hidden(payload: Mapping[str, Any] | None, hidden: set[int]) -> dict[str, Any] | None:
    """Return what an event says, emptied when it is about a case that is hidden."""
    if payload is None:
        return None
    return {} if payload.get("case_id") in hidden else dict(payload)


def _links(session: Session, case_id: int) -> dict[int, list[Any]]:
    """Return the links in force of a case by the id of the other."""
    found: dict[int, list[Any]] = {}
    for link in _LINKS.rows(session.connection(), {"case_id": case_id}):
        is_first = link.case_id == case_id
        found.setdefault(link.other_id if is_first else link.case_id, []).append((link, is_first))
    return found


_LINKS = Prepared(
    select(CaseRelation.id, CaseRelation.case_id, CaseRelation.other_id, CaseRelation.role, CaseRelation.from_on)
    .where(or_(CaseRelation.case_id == bindparam("case_id"), CaseRelation.other_id == bindparam("case_id")))
    .where(CaseRelation.until_on.is_(None))
    .order_by(CaseRelation.id)
)


def _how(row: Any, case_id: int, own: Any, links: dict[int, list[Any]]) -> Iterator[tuple[str, Any]]:
    if row.id == own.merged_into_id:
        yield "merged_into", None
    if row.id == own.parent_id:
        yield "parent", None
    if row.merged_into_id == case_id:
        yield "merged", None
    elif row.parent_id == case_id:
        yield "child", None
    for link in links.get(row.id, ()):
        yield "link", link


def _related(row: Any, how: tuple[str, Any], tasks: dict[int, NextTask], clocks: dict[int, Any]) -> Related:
    relation, found = how
    link, is_first = found or (None, True)
    task, clock = tasks.get(row.id), clocks.get(row.id)
    due_at, amber_at = _nearest(task, clock) if row.status == "open" else (None, None)
    columns = {name: getattr(row, name) for name in _HEAD if name not in _OF_PARENT}
    return Related(
        **columns,
        category=row.category,
        category_key=row.category_key,
        owner=row.owner,
        relation=relation,
        role=ROLES[link.role][0 if is_first else 1] if link is not None else "",
        role_key=link.role if link is not None else "",
        link_id=link.id if link is not None else None,
        linked_on=link.from_on.isoformat() if link is not None else "",
        next_task=task if row.status == "open" else None,
        due_at=due_at,
        amber_at=amber_at,
        is_waited_for=row.parent_token_id is not None and row.status == "open",
    )


def _nearest(*dated: Any) -> tuple[datetime | None, datetime | None]:
    """Return the earliest due date of a task and a clock, with its warning point."""
    dates = [(one.due_at, one.amber_at) for one in dated if one is not None and one.due_at is not None]
    return min(dates, key=lambda pair: pair[0], default=(None, None))


def _deadlines(session: Session, case_ids: list[int]) -> dict[int, Any]:
    """Return the nearest running clock of each case."""
    if not case_ids:
        return {}
    found: dict[int, Any] = {}
    for row in _RUNNING.rows(session.connection(), {"case_ids": case_ids}):
        found.setdefault(row.case_id, row)
    return found


_RUNNING = Prepared(
    select(Clock.case_id, Clock.due_at, Clock.amber_at)
    .where(among(Clock.case_id, bindparam("case_ids")), or_(*(Clock.state == state for state in GOES_ON)))
    .where(Clock.due_at.is_not(None))
    .order_by(Clock.due_at)
)
