"""Locks the row of a case: the first thing that every step does.

On PostgreSQL by a row lock; on SQLite the whole database is locked already by BEGIN IMMEDIATE.
"""

from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import fields, law
from engine.errors import NotFound
from engine.permissions import Actor, Sight, cases_in, known_by, require, require_on, sight
from engine.runtime.header import CASE_COLUMNS, CaseRow
from models.base import table
from models.case import Case
from models.prepared import Prepared
from models.work import Timer, UserTask

CASE, TASK, TIMER = table(Case), table(UserTask), table(Timer)
_CASE = [*(CASE.c[name] for name in CASE_COLUMNS), law.MARK, fields.MARK]
_TASK_NAMES = (
    "id", "case_id", "element_id", "token_id", "name", "form_id", "status", "assignee_id", "team_id", "on_behalf_of_id",
    "candidates", "due_at", "completed_at", "completed_by_id", "completion_key", "item", "revision", "draft",
    "priority",
)  # fmt: skip
# Passes over a case that somebody else has in hand: it is seen to.
_LOCK_IF_DUE = (
    select(*_CASE)
    .where(CASE.c.id == bindparam("case_id"))
    .where(select(TIMER.c.id).where(TIMER.c.case_id == CASE.c.id, TIMER.c.due_at <= bindparam("at")).exists())
    .with_for_update(skip_locked=True, of=CASE)
)


# What the actor may not know of is not there: the statement is the same as for what does not exist, and so is its time.
@lru_cache(maxsize=256)
def _lock_case(seen: Sight) -> Prepared:
    return Prepared(select(*_CASE).where(CASE.c.id == bindparam("case_id"), cases_in(seen)).with_for_update())


@lru_cache(maxsize=256)
def _lock_task(seen: Sight) -> Prepared:
    return Prepared(
        select(*_CASE, *(TASK.c[name].label(f"task_{name}") for name in _TASK_NAMES))
        .join(CASE, CASE.c.id == TASK.c.case_id)
        .where(TASK.c.id == bindparam("task_id"), cases_in(seen))
        .with_for_update()
    )


def lock_case(session: Session, case_id: int, *, by: Actor, verb: str = "") -> CaseRow:
    """Return the header of a case, locked until the transaction ends, for whoever may use `verb` on it.

    Raises:
        NotAllowed: no role of the actor grants the verb, or none as far as this case.
        NotFound: no such case, or none that the actor may know of.
    """
    if verb:
        require(by, verb)
    row = _lock_case(sight(by)).row(session.connection(), {"case_id": case_id, **known_by(by)})
    case = _found(row)
    if verb:
        require_on(session, by, verb, case.id)
    return case


def lock_if_due(session: Session, case_id: int, *, at: datetime) -> CaseRow | None:
    """Return the header of a case with a timer due, locked; none when nothing is due or somebody else has it."""
    row = session.connection().execute(_LOCK_IF_DUE, {"case_id": case_id, "at": at}).first()
    return None if row is None else _found(row)


def lock_task(session: Session, task_id: int, *, by: Actor) -> tuple[CaseRow, dict[str, Any]]:
    """Return the header of a task's case and the columns of the task, both locked, in one statement.

    Raises:
        NotFound: no such task, or none that the actor may know of.
    """
    row = _lock_task(sight(by)).row(session.connection(), {"task_id": task_id, **known_by(by)})
    case = _found(row, what="task")
    return case, {name: getattr(row, f"task_{name}") for name in _TASK_NAMES}


def _found(row: Any, *, what: str = "case") -> CaseRow:
    if row is None:
        raise NotFound(f"There is no such {what}, or none that you may see.")
    return CaseRow(**{name: getattr(row, name) for name in CASE_COLUMNS}, law=row.law or "", catalogue=row.catalogue)
