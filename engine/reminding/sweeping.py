"""Reminds of every task whose time has come: found by an indexed column, told once however many nodes look."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, insert, select, update
from sqlalchemy.orm import Session

from engine import law
from engine.calendars import Calendar
from engine.definitions.deploying import load
from engine.errors import EngineError
from engine.instants import now
from engine.permissions import PLATFORM
from engine.recording import record
from engine.reminders import Moment
from engine.reminders.plan import KINDS
from engine.reminding import words
from engine.reminding.recipients import Person, administrators, audience
from engine.runtime.deadlines import Deadlines
from engine.runtime.header import CaseRow, read_clocks
from engine.runtime.locking import lock_case
from engine.transactions import Sessions, reading, writing
from models.base import table
from models.work import Notification, UserTask

TASK, NOTICE = table(UserTask), table(Notification)
_OF_TASK = [
    TASK.c[name]
    for name in (
        "id", "case_id", "element_id", "name", "status", "assignee_id", "team_id", "candidates", "created_at", "due_at",
        "amber_at", "remind_at",
    )
]  # fmt: skip
BATCH = 500
TRIED_AGAIN = timedelta(hours=1)

_put_off: dict[int, datetime] = {}  # cases that could not be told of, until when: they must keep no others waiting

log = logging.getLogger(__name__)


def sweep(sessions: Sessions) -> int:
    """Tell what is due of every case. Returns of how many cases something was told or put off."""
    with reading(sessions) as session:
        due = session.scalars(waiting(now())).all()
    return sum(_remind(sessions, case_id) for case_id in dict.fromkeys(due))


def waiting(at: datetime) -> Select[Any]:
    """Return the statement that finds the cases of tasks to be reminded of, the longest overdue first.

    It neither groups nor is it distinct: SQLite would then go through every task by another index.
    """
    found = select(TASK.c.case_id).where(TASK.c.remind_at <= at).order_by(TASK.c.remind_at).limit(BATCH)
    put_off = [case_id for case_id, until in _put_off.items() if until > at]
    return found.where(TASK.c.case_id.not_in(put_off)) if put_off else found


def _remind(sessions: Sessions, case_id: int) -> bool:
    try:
        with writing(sessions) as session:
            return _remind_of(session, lock_case(session, case_id, by=PLATFORM), at=now())
    except EngineError as error:
        log.error("nobody could be reminded of case %s, which is tried again later: %s", case_id, error)
        _put_off[case_id] = now() + TRIED_AGAIN
        return False


def _remind_of(session: Session, case: CaseRow, *, at: datetime) -> bool:
    """Tell what is due of a locked case, and set when it is reminded of next."""
    tasks = session.execute(select(*_OF_TASK).where(*_is_due(case.id, at)).order_by(TASK.c.id)).all()
    days = _WorkingDays(session, case)
    for task in tasks:
        coming = None
        if task.status == "open" and case.status == "open":
            coming = _remind_of_task(session, case, days, task, at)
        session.execute(update(TASK).where(TASK.c.id == task.id).values(remind_at=coming))
    return bool(tasks)


def _is_due(case_id: int, at: datetime) -> tuple[Any, ...]:
    return TASK.c.case_id == case_id, TASK.c.remind_at <= at


class _WorkingDays:
    """The working days by which the tasks of a case are reminded of."""

    def __init__(self, session: Session, case: CaseRow) -> None:
        self.definition = load(session, case.version_id)
        source, pinned = self.definition.settings.key, self.definition.rules
        rules = law.CaseRules(session, pinned=pinned, source=source, mark=case.law)
        self._deadlines = Deadlines(rules, lambda: read_clocks(session, case.id))

    def of(self, task: Any) -> Calendar:
        """Return those of a task: with our closures where the rule that gave its date counts them."""
        clocks = (clock for clock in self._deadlines.rows.values() if clock.due_at == task.due_at)
        return self._deadlines.days_of(clocks)


def _remind_of_task(session: Session, case: CaseRow, days: _WorkingDays, task: Any, at: datetime) -> datetime | None:
    """Tell of one task what is due; what was missed while nothing ran is told together. Returns when it is next."""
    plan = days.definition.reminders_of(task.element_id)
    moments = plan.moments(task.due_at, task.amber_at, opened=task.created_at, days=days.of(task))
    due = [moment for moment in moments if task.remind_at <= moment.at <= at] or _brought_forward(
        session, task, [moment for moment in moments if task.created_at <= moment.at <= at]
    )
    if task.due_at is not None and task.due_at <= at:  # that it will be due soon is no news any more
        due = [moment for moment in due if moment.stage in ("overdue", "escalation")]
    told: set[int] = set()
    for moment in _gravest(due):
        told |= _tell(session, case, task, moment, at, but=told)
    return min((moment.at for moment in moments if moment.at > at), default=None)


def _brought_forward(session: Session, task: Any, past: Sequence[Moment]) -> list[Moment]:
    """Return the last moment that is over, if its time came sooner than was thought because a closure was taken back.

    It was not told then: fewer of its stage were than are over.
    """
    if not past:
        return []
    last = past[-1]
    told = select(NOTICE.c.key).where(NOTICE.c.user_task_id == task.id, NOTICE.c.case_id == task.case_id)
    keys = session.scalars(told.where(NOTICE.c.key.startswith(f"remind:{task.id}:{last.stage}:")))
    instants = {key.rpartition(":")[0] for key in keys}
    return [last] if len(instants) < sum(moment.stage == last.stage for moment in past) else []


def _gravest(due: Sequence[Moment]) -> list[Moment]:
    """Return each step of escalation, the last first, and of all that goes to whoever has the task the last alone."""
    escalations = [moment for moment in due if moment.stage == "escalation"]
    own = [moment for moment in due if moment.stage != "escalation"]
    return [*reversed(escalations), *own[-1:]]


def _tell(session: Session, case: CaseRow, task: Any, moment: Moment, at: datetime, *, but: set[int]) -> set[int]:
    """Put a reminder before those whom it is for, `but` for those who were told already; return who they are."""
    people = audience(session, case, task, moment.to, at=at)
    if not people:
        _tell_administrators(session, case, task, moment, at)
        return set()
    kind, text = KINDS[moment.stage], words.sentence(moment.stage, task.name, task.due_at)
    rows = [_row(case, task, moment, person, kind, text, at) for person in people if person.id not in but]
    new = _unknown(session, rows)
    if new:
        session.execute(insert(NOTICE), new)
        ways = {person.id: person for person in people}
        _note(session, case, task, moment, text, [_told(ways[row["user_id"]], kind) for row in new])
    return {row["user_id"] for row in rows}


def _row(
    case: CaseRow, task: Any, moment: Moment, person: Person, kind: str, text: str, at: datetime
) -> dict[str, Any]:
    return {
        "key": f"remind:{task.id}:{moment.stage}:{moment.at.isoformat()}:{person.id}",
        "user_id": person.id,
        "case_id": case.id,
        "user_task_id": task.id,
        "kind": kind,
        "text": text,
        "created_at": at,
        "mail_at": person.preference.mail_at(kind, at, for_team=person.for_team),
    }


def _unknown(session: Session, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows that are not there yet: a date that moved away and back is not told of again."""
    keys = session.scalars(select(NOTICE.c.key).where(NOTICE.c.key.in_([row["key"] for row in rows])))
    known = set(keys)
    return [row for row in rows if row["key"] not in known]


def _told(person: Person, kind: str) -> dict[str, str]:
    told = {"name": person.name, "way": person.preference.way(kind, for_team=person.for_team)}
    return told | ({"instead_of": person.instead_of} if person.instead_of else {})


def _note(session: Session, case: CaseRow, task: Any, moment: Moment, text: str, told: list[dict[str, str]]) -> None:
    payload = {
        "kind": KINDS[moment.stage],
        "stage": moment.stage,
        "text": text,
        "to": [one["name"] for one in told],
        "told": told,
        "task_id": task.id,
        "element_id": task.element_id,
    }
    record(session, case, "reminder_given", payload, by=PLATFORM)


def _tell_administrators(session: Session, case: CaseRow, task: Any, moment: Moment, at: datetime) -> None:
    """Warn of a task that nobody hears of any more; of a restricted case no more than that there is one."""
    of_case = "a restricted case" if case.restricted else case.reference
    text = f"Nobody could be told of a task of {of_case} that is due: whoever it is for works here no more."
    rows = [_row(case, task, moment, person, "unheard", text, at) for person in administrators(session)]
    new = _unknown(session, rows)
    if new:
        session.execute(insert(NOTICE), new)
    if new or not rows:
        _note(session, case, task, moment, words.sentence(moment.stage, task.name, task.due_at), [])
