"""What can be done with a to-do item: claim, release, assign, keep a draft, complete, add one by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session

from engine import absences
from engine.cases import changed_values, record
from engine.definitions.deploying import load
from engine.errors import Conflict, Invalid, NotAllowed, NotPossible
from engine.forms import Form
from engine.instants import london, now
from engine.permissions import Actor, may, may_assign_task, may_do_task, require
from engine.runtime import choosing, directory, opening
from engine.runtime.header import CaseRow
from engine.runtime.locking import lock_case, lock_task
from engine.runtime.saving import save
from engine.runtime.step import Step, open_step
from models.base import table
from models.prepared import Prepared
from models.staff import User
from models.work import UserTask

TASK = table(UserTask)
Task = dict[str, Any]  # the columns of a locked task, as `engine.runtime.locking` names them

_COMPLETE = Prepared(
    update(TASK)
    .where(TASK.c.id == bindparam("task_id"))
    .values(
        status="completed",
        completed_at=bindparam("at"),
        completed_by_id=bindparam("by_id"),
        on_behalf_of_id=bindparam("for_id"),
        completion_key=bindparam("key"),
        remind_at=None,
        draft=None,
        revision=TASK.c.revision + 1,
    )
)


@dataclass(frozen=True, slots=True)
class Completed:
    """What came of completing a task: `job_keys` to run after the commit; `is_repeat` when it was done before."""

    case_id: int
    reference: str
    opened: tuple[int, ...] = ()
    job_keys: tuple[str, ...] = ()
    case_status: str = "open"
    is_repeat: bool = False


def complete(
    session: Session,
    task_id: int,
    *,
    answers: Mapping[str, Any],
    by: Actor,
    completion_key: str | None = None,
    seen: Mapping[str, Any] | None = None,
    late_reason: str = "",
) -> Completed:
    """Answer a to-do item and let its case go on, in this one transaction.

    `completion_key` is of the form that was opened: the same key again gets the same answer. `seen` holds the value
    that each answered field had when the form was opened. What was due before is done first: an interrupting deadline
    that has passed takes its path, and the answer comes too late. Whoever stands in for its owner may answer it; it is
    written down on whose behalf.

    Raises:
        Conflict: somebody else completed it (the sentence says who and when), or a field changed meanwhile.
        Invalid: the answers are not acceptable; one sentence for each field.
        NotAllowed: not the actor's task, or kept apart from a step that they did before.
    """
    case, task = lock_task(session, task_id, by=by)
    if completion_key is not None and task["completion_key"] == completion_key:
        return Completed(case.id, case.reference, case_status=case.status, is_repeat=True)
    _require_open(session, task)
    task["on_behalf_of_id"] = _on_behalf_of(session, task, by)
    if task["token_id"] is None:
        return _complete_ad_hoc(session, case, task, answers, by=by, key=completion_key, late_reason=late_reason)
    step = open_step(session, case, actor=by, at=now())
    element = step.instance.definition.element(task["element_id"])
    apart = element.properties.get("differentFrom", "")
    require_another_person(session, case.id, apart, by.user_id, task["on_behalf_of_id"])
    if _deadline_came_first(step, task):
        save(step)
        return Completed(case.id, case.reference, case_status="overtaken", job_keys=step.job_keys)
    chosen = _answer(step, task, answers, seen or {})
    _finish(session, step, task, by, completion_key, {"late_reason": late_reason, "choice": chosen})
    step.run()
    save(step)
    opened = tuple(row["id"] for row in step.opened)
    return Completed(case.id, case.reference, opened, step.job_keys, case.status)


def claim(session: Session, task_id: int, *, by: Actor) -> None:
    """Take a task of one of the actor's teams."""
    case, task = lock_task(session, task_id, by=by)
    _require_open(session, task)
    if task["assignee_id"] not in (None, by.user_id):
        raise Conflict(f"{_name(session, task['assignee_id'])} has claimed this task already.")
    _on_behalf_of(session, task, by)
    require_another_person(session, case.id, _apart(session, case, task), by.user_id)
    _hand(session, case, task, by.user_id, "task_claimed", by=by, claimed_at=now())


def release(session: Session, task_id: int, *, by: Actor) -> None:
    """Give a claimed task back to its team."""
    case, task = lock_task(session, task_id, by=by)
    _require_open(session, task)
    if task["team_id"] is None:
        raise NotPossible("This task has no team that it could go back to.", remedy="Assign it to somebody instead.")
    if task["assignee_id"] != by.user_id and not may_assign_task(
        by, assignee_id=task["assignee_id"], team_id=task["team_id"]
    ):
        raise NotAllowed("Only whoever has this task, or their manager, can release it.")
    _hand(session, case, task, None, "task_released", by=by, claimed_at=None)


def assign(session: Session, task_id: int, *, to: str, reason: str = "", by: Actor) -> None:
    """Hand a task to another member of staff, by name or e-mail address."""
    case, task = lock_task(session, task_id, by=by)
    _require_open(session, task)
    if not may_assign_task(by, assignee_id=task["assignee_id"], team_id=task["team_id"]):
        raise NotAllowed("You can hand on your own tasks, and those of a team that you manage.")
    user = directory.user_id(session, to)
    if user is None:
        raise Invalid("Nobody here has that name.", errors={"to": "Choose a member of staff"})
    require_another_person(session, case.id, _apart(session, case, task), user)
    _hand(session, case, task, user, "task_assigned", by=by, claimed_at=now(), reason=reason)


def save_draft(session: Session, task_id: int, answers: Mapping[str, Any], *, by: Actor) -> None:
    """Keep what was typed so far, valid or not; nobody else sees it as an answer."""
    _, task = lock_task(session, task_id, by=by)
    _require_open(session, task)
    _on_behalf_of(session, task, by)
    session.execute(update(TASK).where(TASK.c.id == task_id).values(draft=dict(answers)))


def add(
    session: Session,
    case_id: int,
    *,
    name: str,
    instructions: str = "",
    to: str = "",
    due_at: datetime | None = None,
    by: Actor,
) -> int:
    """Add a task that the case's diagram does not have; return its id. `to` names a person or team, else the actor."""
    require(by, "change case")
    case = lock_case(session, case_id, by=by)
    if case.status != "open":
        raise NotPossible(f"The case {case.reference} is {case.status}; nothing can be added to it.")
    if not name.strip():
        raise Invalid("The task has no name.", errors={"name": "Enter what is to be done"})
    team = directory.team_id(session, to) if to else None
    person = (directory.user_id(session, to) if to else by.user_id) if team is None else None
    if team is None and person is None:
        raise Invalid("Nobody here has that name.", errors={"to": "Choose a member of staff or a team"})
    row = {
        "case_id": case.id,
        "element_id": "",
        "name": name.strip()[:200],
        "instructions": instructions,
        "status": "open",
        "assignee_id": person,
        "team_id": team,
        "candidates": {},
        "priority": 50,
        "item": {},
        "created_at": now(),
        "due_at": due_at,
        "amber_at": None,
        "remind_at": load(session, case.version_id).reminders_of("").first_at(due_at, None, at=now()),
        "revision": 1,
    }
    task_id: int = session.execute(insert(TASK).returning(TASK.c.id), row).scalar_one()
    payload = {"id": task_id, "name": row["name"], "assignee_id": person, "team_id": team}
    record(session, case, "task_added", payload | {"due_at": due_at.isoformat() if due_at else None}, by=by)
    return task_id


def require_another_person(
    session: Session, case_id: int, element_id: str, user_id: int | None, on_behalf_of_id: int | None = None
) -> None:
    """Keep duties apart: refuse whoever completed the task `element_id` of the same case, or had it done for them.

    Standing in does not join what is kept apart: whoever acts for somebody counts as both.
    """
    people = [who for who in (user_id, on_behalf_of_id) if who is not None]
    found = opening.done_by(session, case_id, element_id, people) if element_id and people else None
    if found is not None:
        raise NotAllowed(
            f"Whoever did “{found}” on this case may not do this task.",
            remedy="Release it, so that a colleague can take it.",
        )


def _require_open(session: Session, task: Task) -> None:
    if task["status"] == "open":
        return
    if task["status"] == "cancelled":
        raise Conflict("This task is not needed any more: the case has gone another way.", remedy="Look at the case.")
    who, when = _name(session, task["completed_by_id"]), london(task["completed_at"])
    raise Conflict(f"{who} completed this task at {when:%H:%M} on {when.day} {when:%B %Y}.", remedy="Look at the case.")


def _on_behalf_of(session: Session, task: Task, by: Actor) -> int | None:
    """Return for whom the actor does a task when they stand in; none when it is theirs. Raises NotAllowed."""
    assignee: int | None = task["assignee_id"]
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


def _deadline_came_first(step: Step, task: Task) -> bool:
    """Fire what is due; say whether that took this task away."""
    if not any(True for _ in step.due_timers()):
        return False
    step.fire_due_timers()
    step.run()
    live = step.token(task["token_id"])
    return live is None or live not in step.open_todo()


def _answer(step: Step, task: Task, answers: Mapping[str, Any], seen: Mapping[str, Any]) -> list[dict[str, str]]:
    """Take the answers into the case; return the ways that were chosen, where the task asks for nothing else."""
    token = step.token(task["token_id"])
    if token is None:
        raise Conflict("This task is not needed any more: the case has gone another way.")
    if choosing.is_choice(token):
        return [{"id": way.id, "name": way.name} for way in choosing.choose(token, answers)]
    form = form_of(step, task)
    values = (
        form.validate(dict(answers), step.instance.scope(token), functions=step.instance.functions)
        if form
        else dict(answers)
    )
    document = step.instance.document
    changed = [key for key, value in seen.items() if key in values and document.get(key) != value]
    if changed:
        labels = ", ".join(f"“{step.instance.definition.fields[key].label}”" for key in changed)
        raise Conflict(
            f"{labels} changed while you had this form open.",
            remedy="Check the new value, then send your answers again.",
        )
    step.instance.assign(token, values)
    return []


def form_of(step: Step, task: Task) -> Form | None:
    """Return the form of a task; none when it has no questions."""
    return step.instance.definition.forms.get(task["form_id"] or "")


def _finish(session: Session, step: Step, task: Task, by: Actor, key: str | None, said: Mapping[str, Any]) -> None:
    _mark_completed(session, task, step.at, by, key)
    payload: dict[str, Any] = {
        **_behalf(task),
        "id": task["id"],
        "element_id": task["element_id"],
        "name": task["name"],
        "form": task["form_id"],
        "changes": changed_values(step),
    }
    payload |= _lateness(task, step.at, said["late_reason"])
    if said["choice"]:
        payload["choice"] = said["choice"]
    step.note_event("task_completed", payload)
    step.completed_task_id = task["id"]
    token = step.token(task["token_id"])
    if token is not None:
        step.complete(token)


def _complete_ad_hoc(
    session: Session,
    case: CaseRow,
    task: Task,
    answers: Mapping[str, Any],
    *,
    by: Actor,
    key: str | None,
    late_reason: str,
) -> Completed:
    at = now()
    _mark_completed(session, task, at, by, key)
    note = str(answers.get("note", "") or "")
    payload = {"id": task["id"], "name": task["name"], "note": note, "changes": {}, **_behalf(task)}
    record(session, case, "task_completed", payload | _lateness(task, at, late_reason), by=by)
    return Completed(case.id, case.reference, case_status=case.status)


def _mark_completed(session: Session, task: Task, at: datetime, by: Actor, key: str | None) -> None:
    values = {"task_id": task["id"], "at": at, "by_id": by.user_id, "for_id": task["on_behalf_of_id"], "key": key}
    _COMPLETE.send(session.connection(), values)


def _behalf(task: Task) -> dict[str, Any]:
    return {"on_behalf_of_id": task["on_behalf_of_id"]} if task["on_behalf_of_id"] is not None else {}


def _lateness(task: Task, at: datetime, reason: str) -> dict[str, Any]:
    """Return what an event tells of a task done after its time; an empty reason was not given."""
    if task["due_at"] is None or at <= task["due_at"]:
        return {}
    return {"late": True, "reason": reason, "due_at": task["due_at"].isoformat()}


def _hand(
    session: Session,
    case: CaseRow,
    task: Task,
    to: int | None,
    event: str,
    *,
    by: Actor,
    claimed_at: datetime | None,
    reason: str = "",
) -> None:
    session.execute(
        update(TASK)
        .where(TASK.c.id == task["id"])
        .values(assignee_id=to, claimed_at=claimed_at, on_behalf_of_id=None, revision=TASK.c.revision + 1)
    )
    payload = {"id": task["id"], "name": task["name"], "from": task["assignee_id"], "to": to}
    record(session, case, event, payload | ({"reason": reason} if reason else {}), by=by)


def _apart(session: Session, case: CaseRow, task: Task) -> str:
    """Return the element whose task must be done by somebody else than this one; "" when it may be the same."""
    element = load(session, case.version_id).elements.get(task["element_id"])
    return element.properties.get("differentFrom", "") if element else ""


def _name(session: Session, user_id: int | None) -> str:
    found = session.get(User, user_id) if user_id is not None else None
    return found.name if found else "Somebody"
