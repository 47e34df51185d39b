"""Who has a to-do item: claim, release, assign, prioritise, and who may do it on whose behalf."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from engine import absences
from engine.definitions.deploying import load
from engine.definitions.elements import Element
from engine.errors import Conflict, Invalid, NotAllowed, NotPossible
from engine.instants import london, now
from engine.permissions import Actor, may, may_assign_task, may_be_given, may_do_task, require_on
from engine.recording import record
from engine.runtime import directory, opening
from engine.runtime.header import CaseRow
from engine.runtime.locking import lock_task
from models.base import table
from models.staff import User
from models.work import UserTask

TASK = table(UserTask)
Task = dict[str, Any]  # the columns of a locked task, as `engine.runtime.locking` names them


def claim(session: Session, task_id: int, *, by: Actor) -> None:
    """Take a task of one of the actor's teams."""
    case, task = lock_task(session, task_id, by=by)
    require_open(session, task)
    if task["assignee_id"] not in (None, by.user_id):
        raise Conflict(f"{_name(session, task['assignee_id'])} has claimed this task already.")
    on_behalf_of(session, task, by)
    require_another_person(session, case.id, _element(session, case, task), by.user_id)
    _hand(session, case, task, by.user_id, "task_claimed", by=by)


def release(session: Session, task_id: int, *, by: Actor) -> None:
    """Give a claimed task back to its team."""
    case, task = lock_task(session, task_id, by=by)
    require_open(session, task)
    if task["team_id"] is None:
        raise NotPossible("This task has no team that it could go back to.", remedy="Assign it to somebody instead.")
    if task["assignee_id"] != by.user_id and not may_assign_task(
        by, assignee_id=task["assignee_id"], team_id=task["team_id"]
    ):
        raise NotAllowed("Only whoever has this task, or their manager, can release it.")
    _hand(session, case, task, None, "task_released", by=by)


def assign(session: Session, task_id: int, *, to: str, reason: str = "", by: Actor) -> None:
    """Hand a task to another member of staff, by name or e-mail address, or to a team by its name.

    Raises:
        Invalid: nobody, and no team, has that name.
        NotAllowed: not the actor's to hand on, or kept apart from what that person did.
        NotPossible: it is theirs already, or they may not see the case.
    """
    case, task = lock_task(session, task_id, by=by)
    require_open(session, task)
    _require_may_hand_on(task, by)
    user = directory.user_id(session, to)
    team = directory.team_id(session, to) if user is None else None
    if user is None and team is None:
        raise Invalid("Nobody here has that name.", errors={"to": "Choose a member of staff"})
    if user is None:
        _hand(session, case, task, None, "task_assigned", by=by, reason=reason, team_id=team)
        return
    if not may_be_given(session, user, case_id=case.id, restricted=case.restricted, owner_id=case.owner_id):
        raise NotPossible(
            "Whoever would get the task may not see this case.",
            remedy="Name them in its circle, or link their organisation to the case, first.",
        )
    require_another_person(session, case.id, _element(session, case, task), user)
    _hand(session, case, task, user, "task_assigned", by=by, reason=reason)


def prioritise(session: Session, task_id: int, priority: int, *, reason: str = "", by: Actor) -> None:
    """Give a task another priority, from 0 to 100; 50 is usual."""
    case, task = lock_task(session, task_id, by=by)
    require_open(session, task)
    _require_may_hand_on(task, by)
    if not 0 <= priority <= 100:
        raise Invalid("There is no such priority.", errors={"priority": "Enter a priority from 0 to 100"})
    changed = update(TASK).where(TASK.c.id == task_id)
    session.execute(changed.values(priority=priority, revision=TASK.c.revision + 1))
    payload = {"id": task["id"], "name": task["name"], "from_priority": task["priority"], "priority": priority}
    record(session, case, "task_prioritised", payload | ({"reason": reason} if reason else {}), by=by)


def put_back(session: Session, task_id: int, before: Mapping[str, Any], *, by: Actor) -> None:
    """Give a task back its holder, team and priority of before; `before` also has the revision that it left behind.

    Only who changed it may ask for this, which the caller sees to.

    Raises:
        Conflict: something else has been done with the task since.
    """
    case, task = lock_task(session, task_id, by=by)
    require_open(session, task)
    if task["revision"] != before["revision"]:
        raise Conflict("Something else has been done with this task since.", remedy="Look at it.")
    if before["priority"] != task["priority"]:
        changed = update(TASK).where(TASK.c.id == task_id)
        session.execute(changed.values(priority=before["priority"], revision=TASK.c.revision + 1))
        told = {"from_priority": task["priority"], "priority": before["priority"], "is_undo": True}
        record(session, case, "task_prioritised", {"id": task_id, "name": task["name"], **told}, by=by)
        return
    to = before["from"]
    _hand(session, case, task, to, "task_assigned", by=by, team_id=before["team_id"], is_undo=True)


def done_before(
    session: Session, case_id: int, element: Element | None, *, holder: int | None, absent: int | None, by: Actor
) -> str | None:
    """Return the name of the task that keeps the actor from an open one; the diagram wants two people (four eyes).

    `holder` has the open task, and has it on behalf of `absent`.
    """
    if holder != by.user_id:
        absent = holder if holder is not None and stands_in_for(session, holder, by=by) else None
    return _done_by_either(session, case_id, element, by.user_id, absent)


def _done_by_either(
    session: Session, case_id: int, element: Element | None, user_id: int | None, on_behalf_of_id: int | None
) -> str | None:
    """Standing in does not join what is kept apart: whoever acts for somebody counts as both."""
    other = element.properties.get("differentFrom", "") if element else ""
    people = [who for who in (user_id, on_behalf_of_id) if who is not None]
    return opening.done_by(session, case_id, other, people) if other and people else None


def require_another_person(
    session: Session, case_id: int, element: Element | None, user_id: int | None, on_behalf_of_id: int | None = None
) -> None:
    """Raise NotAllowed for whoever did, or had done for them, what the diagram keeps apart from this task."""
    found = _done_by_either(session, case_id, element, user_id, on_behalf_of_id)
    if found is not None:
        raise NotAllowed(
            f"Whoever did “{found}” on this case may not do this task.",
            remedy="Release it, so that a colleague can take it.",
        )


def require_open(session: Session, task: Task) -> None:
    """Raise Conflict unless a locked task is still to be done; the sentence says who did it and when."""
    if task["status"] == "open":
        return
    if task["status"] == "cancelled":
        raise Conflict("This task is not needed any more: the case has gone another way.", remedy="Look at the case.")
    who, when = _name(session, task["completed_by_id"]), london(task["completed_at"])
    raise Conflict(f"{who} completed this task at {when:%H:%M} on {when.day} {when:%B %Y}.", remedy="Look at the case.")


def on_behalf_of(session: Session, task: Task, by: Actor) -> int | None:
    """Return for whom the actor does a task when they stand in; none when it is theirs. Raises NotAllowed."""
    assignee: int | None = task["assignee_id"]
    if not may(by, "do any task"):
        require_on(session, by, "do task", task["case_id"])
    if may_do_task(by, assignee_id=assignee, team_id=task["team_id"]):
        return task["on_behalf_of_id"] if assignee == by.user_id else None
    teams, users = task["candidates"].get("teams", ()), task["candidates"].get("users", ())
    if assignee is None and (by.user_id in users or by.team_ids.intersection(teams)):
        return None
    if assignee is not None and stands_in_for(session, assignee, by=by):
        return assignee
    raise NotAllowed(
        "This task is neither yours nor your team's.", remedy="Ask its owner or their manager to hand it to you."
    )


def stands_in_for(session: Session, user_id: int, *, by: Actor) -> bool:
    """Say whether the actor stands in today for a member of staff, and so may do their tasks."""
    return may(by, "do task") and by.user_id is not None and user_id in absences.absent_for(session, by.user_id, now())


def _require_may_hand_on(task: Task, by: Actor) -> None:
    if not may_assign_task(by, assignee_id=task["assignee_id"], team_id=task["team_id"]):
        raise NotAllowed("You can hand on your own tasks, and those of a team that you manage.")


def _hand(
    session: Session,
    case: CaseRow,
    task: Task,
    to: int | None,
    event: str,
    *,
    by: Actor,
    reason: str = "",
    team_id: int | None = None,
    is_undo: bool = False,
) -> None:
    """Write who has a task from now on; `team_id` is the team that it goes to, None leaves it with its own."""
    team = team_id if team_id is not None else task["team_id"]
    values = {"assignee_id": to, "team_id": team, "claimed_at": now() if to is not None else None}
    changed = update(TASK).where(TASK.c.id == task["id"])
    session.execute(changed.values(**values, on_behalf_of_id=None, revision=TASK.c.revision + 1))
    payload = {"id": task["id"], "name": task["name"], "from": task["assignee_id"], "to": to}
    if team != task["team_id"]:
        payload |= {"team_id": team, "from_team_id": task["team_id"]}
    payload |= {"reason": reason} if reason else {}
    record(session, case, event, payload | ({"is_undo": True} if is_undo else {}), by=by)


def _element(session: Session, case: CaseRow, task: Task) -> Element | None:
    """Return where a task is drawn; a task that officers added is drawn nowhere."""
    return load(session, case.version_id).elements.get(task["element_id"])


def _name(session: Session, user_id: int | None) -> str:
    found = session.get(User, user_id) if user_id is not None else None
    return found.name if found else "Somebody"
