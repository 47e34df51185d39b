"""One thing done to many tasks: each in a transaction of its own, so that what cannot be done holds up nothing else."""

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from engine import absences, task_holders
from engine.errors import EngineError, Invalid, NotAllowed, NotFound, NotPossible
from engine.instants import now
from engine.permissions import Actor, book, may, require
from engine.runtime import directory
from engine.runtime.locking import lock_task
from models.lists import BulkChange
from models.staff import Membership, Team, User
from models.work import UserTask

MOST = 500
VERBS = ("reassign", "share", "claim", "release", "prioritise")
UNDO_FOR = timedelta(hours=1)
LONGEST_REASON = 2_000

Sessions = sessionmaker[Session]
Act = Callable[[Session, int], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done with each task: `to` names a person or team, `team_id` those among whom it is shared."""

    verb: str
    to: str = ""
    team_id: int | None = None
    priority: int | None = None
    reason: str = ""


@dataclass(slots=True)
class Report:
    """What became of each task. A line of `done` says what was before, so that it can be put back."""

    done: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)


def change(sessions: Sessions, task_ids: Sequence[int], wish: Wish, *, by: Actor, key: str | None = None) -> int:
    """Do one thing to many tasks and return the id of the report, a `BulkChange`; the same `key` again does nothing.

    Raises:
        Invalid: no task, more than 500, or a wish that says too little; nothing has been done then.
    """
    require(by, "do task")
    wanted = list(dict.fromkeys(task_ids))
    with sessions() as session, session.begin():
        if key is not None and (earlier := _earlier(session, key)) is not None:
            return earlier
        told = _checked(session, wanted, wish, by)
        act = _act(session, wish, by)
        change_id = _begin(session, wish.verb, told, key, by)
    report = Report()
    for task_id in wanted:
        _one(sessions, task_id, act, report, by)
    _finish(sessions, change_id, report)
    return change_id


def read(session: Session, change_id: int, *, by: Actor) -> BulkChange:
    """Return the report of something that the actor did to many tasks. Raises NotFound."""
    found = session.get(BulkChange, change_id)
    if found is None or found.user_id != by.user_id:
        raise NotFound("There is no such report, or it is somebody else's.")
    return found


def may_undo(report: BulkChange) -> bool:
    """Say whether it can still be put back: for an hour, and once."""
    return (
        bool(report.done)
        and report.finished_at is not None
        and report.undone_at is None
        and report.verb != "undo"
        and now() - report.at < UNDO_FOR
    )


def undo(sessions: Sessions, change_id: int, *, by: Actor) -> int:
    """Put back what was done to many tasks, where nothing else has been done with one since; return the new report.

    Raises:
        NotFound: somebody else's.
        NotPossible: an hour has passed, or it was put back before.
    """
    with sessions() as session, session.begin():
        report = read(session, change_id, by=by)
        if not may_undo(report):
            raise NotPossible("This can be put back for an hour, and once.", remedy="Reassign the tasks instead.")
        report.undone_at = now()
        change_id = _begin(session, "undo", "Put back", None, by)
        before: dict[int, Any] = {line["id"]: line for line in _lines(report.done)}
    undone = Report()
    for task_id in before:
        put_back = _put_back(before[task_id], by)
        _one(sessions, task_id, put_back, undone, by)
    _finish(sessions, change_id, undone)
    return change_id


def _put_back(line: dict[str, Any], by: Actor) -> Act:
    return lambda session, task_id: task_holders.put_back(session, task_id, line, by=by)


def _lines(stored: Iterable[Any]) -> list[dict[str, Any]]:
    return [dict(line) for line in stored]


def _checked(session: Session, task_ids: Sequence[int], wish: Wish, by: Actor) -> str:
    """Return what is done, in words. Raises Invalid when it cannot be done to any task."""
    if wish.verb not in VERBS:
        raise Invalid("There is no such action.", errors={"verb": f"Choose one of: {', '.join(VERBS)}"})
    if not task_ids:
        raise Invalid("No task is chosen.", errors={"tasks": "Choose at least one task"})
    if len(task_ids) > MOST:
        raise Invalid("Too many tasks are chosen.", errors={"tasks": f"Choose {MOST} tasks or fewer at once"})
    if len(wish.reason) > LONGEST_REASON:
        raise Invalid("The reason is too long.", errors={"reason": f"Use {LONGEST_REASON:,} characters or fewer"})
    if wish.verb == "prioritise":
        if wish.priority is None or not 0 <= wish.priority <= 100:
            raise Invalid("There is no such priority.", errors={"priority": "Enter a priority from 0 to 100"})
        return f"Given priority {wish.priority}"
    if wish.verb == "reassign":
        return f"Reassigned to {_holder(session, wish.to)}"
    if wish.verb == "share":
        return f"Shared among {_team(session, wish.team_id, by).name}"
    return {"claim": "Taken", "release": "Released to their teams"}[wish.verb]


def _holder(session: Session, to: str) -> str:
    user_id = directory.user_id(session, to)
    if user_id is not None:
        return session.get_one(User, user_id).name
    team_id = directory.team_id(session, to)
    if team_id is None:
        raise Invalid("Nobody here has that name.", errors={"to": "Choose a member of staff or a team"})
    return session.get_one(Team, team_id).name


def _team(session: Session, team_id: int | None, by: Actor) -> Team:
    team = session.get(Team, team_id) if team_id is not None else None
    if team is None:
        raise Invalid("There is no such team.", errors={"to": "Choose a team"})
    if team.id not in by.managed_team_ids and not may(by, "manage any team"):
        raise NotAllowed("You can share tasks among the members of a team that you manage.")
    return team


def _act(session: Session, wish: Wish, by: Actor) -> Act:
    """Return what is done with each task."""
    if wish.verb == "share":
        return _sharing(_loads(session, wish.team_id or 0), wish.reason, by)
    if wish.verb == "claim":
        return lambda session, task_id: task_holders.claim(session, task_id, by=by)
    if wish.verb == "release":
        return lambda session, task_id: task_holders.release(session, task_id, by=by)
    if wish.verb == "prioritise":
        return lambda session, task_id: task_holders.prioritise(
            session, task_id, wish.priority or 0, reason=wish.reason, by=by
        )
    return lambda session, task_id: task_holders.assign(session, task_id, to=wish.to, reason=wish.reason, by=by)


def _loads(session: Session, team_id: int) -> list[tuple[int, str]]:
    """Return (open tasks, e-mail address) of the members of a team who are at work and do tasks."""
    load = func.count(UserTask.id)
    rows = session.execute(
        select(User.id, User.email, User.name, User.roles, load.label("load"))
        .join(Membership, Membership.user_id == User.id)
        .outerjoin(UserTask, (UserTask.assignee_id == User.id) & (UserTask.status == "open"))
        .where(Membership.team_id == team_id, User.is_active)
        .group_by(User.id)
        .order_by(User.id)
    ).all()
    away = absences.away(session, [row.id for row in rows], now())
    doers = book(session).granting("do task")
    at_work = [(row.load, row.email) for row in rows if row.id not in away and not doers.isdisjoint(row.roles)]
    if not at_work:
        raise NotPossible("Nobody in this team is at work today.", remedy="Reassign the tasks to somebody else.")
    return at_work


def _sharing(loads: list[tuple[int, str]], reason: str, by: Actor) -> Act:
    """Return what hands each task to whoever has least to do and may do it."""
    heapq.heapify(loads)

    def share(session: Session, task_id: int) -> None:
        passed_over: list[tuple[int, str]] = []
        refusal: EngineError | None = None
        while loads:
            load, email = heapq.heappop(loads)
            try:
                task_holders.assign(session, task_id, to=email, reason=reason, by=by)
            except NotAllowed as error:  # it is kept apart from what they did: somebody else may
                passed_over.append((load, email))
                refusal = error
                continue
            passed_over.append((load + 1, email))
            refusal = None
            break
        for entry in passed_over:
            heapq.heappush(loads, entry)
        if refusal is not None:
            raise refusal

    return share


def _one(sessions: Sessions, task_id: int, act: Act, report: Report, by: Actor) -> None:
    line: dict[str, Any] = {"id": task_id}
    try:
        with sessions() as session, session.begin():
            case, task = lock_task(session, task_id, by=by)
            line |= {"name": task["name"], "case": case.reference}
            act(session, task_id)
        before = {"from": task["assignee_id"], "team_id": task["team_id"], "priority": task["priority"]}
        report.done.append({**line, **before, "revision": task["revision"] + 1})
    except EngineError as error:
        report.refused.append({**line, "why": f"{error}"})
    except DBAPIError:
        report.refused.append({**line, "why": "The database was busy. Try again."})


def _earlier(session: Session, key: str) -> int | None:
    return session.scalar(select(BulkChange.id).where(BulkChange.key == key))


def _begin(session: Session, verb: str, told: str, key: str | None, by: Actor) -> int:
    begun = BulkChange(user_id=by.user_id, at=now(), verb=verb, told=told, key=key, done=[], refused=[])
    session.add(begun)
    session.flush()  # its id is the answer, and its key keeps off a second one
    return begun.id


def _finish(sessions: Sessions, change_id: int, report: Report) -> None:
    with sessions() as session, session.begin():
        kept = session.get_one(BulkChange, change_id)
        kept.done, kept.refused, kept.finished_at = [*report.done], [*report.refused], now()
