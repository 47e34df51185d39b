"""The conditions of a filter of tasks, worked out once for all filters of the same shape; its values are bound by name.

The shape of a filter is the filter with every value that is not one of a few taken out of it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, false, or_, select
from sqlalchemy.orm import Session

from engine import absences
from engine.instants import LONDON, now
from engine.permissions import Actor, Sight, known_by, may, tasks_in, tasks_of_mine, tasks_of_my_teams
from engine.task_filters import TaskFilter
from engine.task_lines import moments, stands
from engine.wording import escaped, has_word, words_in
from models.among import among
from models.case import Case
from models.category import Category
from models.staff import Membership
from models.work import UserTask

SOMETHING, SOME_DAY = "something", date.min  # stand in a shape for a value


def shape(wanted: TaskFilter, by: Actor) -> TaskFilter:
    """Return the shape of a filter as the actor uses it."""
    return replace(
        wanted,
        holder=_holder(wanted, by),
        category=SOMETHING if wanted.category else "",
        stage=SOMETHING if wanted.stage else "",
        case=SOMETHING if wanted.case else "",
        text=" ".join(SOMETHING for _ in words_in(wanted.text)),
        due_from=SOME_DAY if wanted.due_from is not None else None,
        due_until=SOME_DAY if wanted.due_until is not None else None,
        waiting=0 if wanted.waiting is not None else None,
    )


def values(session: Session, wanted: TaskFilter, by: Actor) -> dict[str, Any]:
    """Return the values of the conditions of a filter, and those of `engine.task_lines`."""
    holder = wanted.row_of("team") or wanted.row_of("queue") or wanted.row_of("person")
    found: dict[str, Any] = {**known_by(by), **moments(), "holder": holder, "managed": by.managed_team_ids}
    found |= {"category": wanted.category, "stage": wanted.stage, "reference": wanted.case}
    found |= {f"word_{number}": escaped(word) for number, word in enumerate(words_in(wanted.text))}
    if wanted.holder == "absent":
        found["absent"] = absences.absent_for(session, by.user_id or 0, now())
    if wanted.due_from is not None:
        found["due_from"] = _midnight(wanted.due_from)
    if wanted.due_until is not None:
        found["due_before"] = _midnight(wanted.due_until + timedelta(days=1))
    if wanted.waiting is not None:
        found["waiting_since"] = now() - timedelta(days=wanted.waiting)
    return found


def conditions(sight: Sight, asked: TaskFilter) -> list[ColumnElement[bool]]:
    """Return the conditions of a shape, on tasks of cases that may be seen."""
    found = [tasks_in(sight), *_of_holder(asked.holder), *_of_dates(asked)]
    if asked.state:
        found.append(stands(asked.state))
    if asked.category:
        found.append(Category.key == bindparam("category"))
    if asked.stage:
        found.append(Case.stage == bindparam("stage"))
    if asked.case:
        found.append(Case.reference == bindparam("reference"))
    if asked.draft:
        found.append(UserTask.draft.is_not(None))
    if asked.incident:
        found.append(Case.open_incidents > 0)
    texts = (UserTask.name, Case.reference, Case.title)
    return [*found, *(has_word(texts, number) for number, _ in enumerate(words_in(asked.text)))]


def _holder(wanted: TaskFilter, by: Actor) -> str:
    """Return whose tasks are asked for, without the number; of a person as far as the actor may look at their list."""
    kind = wanted.holder.partition("-")[0]
    if kind != "person":
        return kind
    if wanted.row_of("person") == by.user_id or may(by, "manage any team"):
        return "person"
    return "person managed" if by.managed_team_ids else "person hidden"


def _of_holder(holder: str) -> Iterator[ColumnElement[bool]]:
    match holder:
        case "":
            return
        case "me":
            yield tasks_of_mine()
        case "teams":
            yield tasks_of_my_teams()
        case "mine":
            yield or_(tasks_of_mine(), tasks_of_my_teams())
        case "nobody":
            yield UserTask.assignee_id.is_(None)
        case "absent":
            yield among(UserTask.assignee_id, bindparam("absent"))
        case "team":
            yield UserTask.team_id == bindparam("holder")
        case "queue":
            yield and_(UserTask.team_id == bindparam("holder"), UserTask.assignee_id.is_(None))
        case "person":
            yield UserTask.assignee_id == bindparam("holder")
        case "person managed":
            managed = select(Membership.user_id).where(among(Membership.team_id, bindparam("managed")))
            yield and_(UserTask.assignee_id == bindparam("holder"), UserTask.assignee_id.in_(managed))
        case _:
            yield false()


def _of_dates(asked: TaskFilter) -> Iterator[ColumnElement[bool]]:
    if asked.due_from is not None:
        yield UserTask.due_at >= bindparam("due_from")
    if asked.due_until is not None:
        yield UserTask.due_at < bindparam("due_before")
    if asked.waiting is not None:
        yield UserTask.created_at < bindparam("waiting_since")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)
