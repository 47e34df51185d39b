"""Notes, reminders and e-mails that a step leaves behind; each has a deterministic key, so that it is given once."""

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task
from sqlalchemy import select

from engine.definitions.elements import Element
from engine.errors import StepFailed
from engine.runtime import directory
from engine.service_tasks.base import Notice
from models.staff import Membership, User
from models.work import UserTask

if TYPE_CHECKING:
    from engine.runtime.step import Step


def write_note(step: "Step", text: str, element: Element) -> None:
    """Write a note on the case in the name of the step's actor, or its owner when the platform writes."""
    author = step.actor.user_id or step.case.owner_id
    if author is not None:
        step.notes.append({"case_id": step.case.id, "text": text, "written_by_id": author, "written_at": step.at})
    step.note_event("note_added", {"text": text, "element_id": element.id})


def give(step: "Step", token: Task, element: Element, notice: Notice) -> None:
    """Put a notice before everybody whom it names, in the portal and by e-mail.

    Raises:
        StepFailed: it names nobody that exists.
    """
    told = _told(step, token, notice.to)
    if not told:
        raise StepFailed(
            f"“{element.label}” tells “{notice.to}”, and that is nobody here.",
            remedy="Name assignee, owner, a team that has members, or the e-mail address of a member of staff.",
        )
    task_id = _watched_task(step, token)
    for user in told:
        key = f"{step.case.id}:{token.id.hex}:{user.id}"
        step.notifications.append(
            {
                "key": key,
                "user_id": user.id,
                "case_id": step.case.id,
                "user_task_id": task_id,
                "kind": notice.kind,
                "text": notice.text,
                "created_at": step.at,
            }
        )
        queue_email(step, user.email, f"{step.case.reference}: {notice.text}"[:200], notice.text, key=f"mail:{key}")
    step.note_event(
        "reminder_given",
        {"kind": notice.kind, "text": notice.text, "to": [user.name for user in told], "element_id": element.id},
    )


def tell_owner(step: "Step", text: str, *, key: str) -> None:
    """Put before the owner of the case what its diagram did not ask for; nobody is told when it has none."""
    if step.case.owner_id is not None:
        row = {"user_id": step.case.owner_id, "case_id": step.case.id, "user_task_id": None, "kind": "warning"}
        step.notifications.append({"key": f"owner:{key}"[:200], **row, "text": text, "created_at": step.at})


def queue_email(step: "Step", to: str, subject: str, text: str, *, key: str) -> None:
    """Queue an e-mail in the outbox; it leaves after the commit."""
    step.outbox.append(
        {
            "key": key,
            "channel": "email",
            "case_id": step.case.id,
            "payload": {"to": to, "subject": subject, "text": text},
            "status": "waiting",
            "attempts": 0,
            "next_at": step.at,
            "error": "",
        }
    )


def _told(step: "Step", token: Task, to: str) -> list[Any]:
    columns = select(User.id, User.name, User.email).where(User.is_active)
    if to == "assignee":
        return _assignee_or_team(step, token, columns)
    if to == "owner":
        return list(step.session.execute(columns.where(User.id == step.case.owner_id)))
    team = directory.team_id(step.session, to)
    if team is not None:
        return _members(step, columns, team)
    user = directory.user_id(step.session, to)
    return list(step.session.execute(columns.where(User.id == user))) if user is not None else []


def _assignee_or_team(step: "Step", token: Task, columns: Any) -> list[Any]:
    """Return whoever has the task that a reminder hangs on; nobody has claimed it: the team; neither: the owner."""
    task_id = _watched_task(step, token)
    row = (
        step.session.execute(select(UserTask.assignee_id, UserTask.team_id).where(UserTask.id == task_id)).first()
        if task_id is not None
        else None
    )
    if row is not None and row.assignee_id is not None:
        return list(step.session.execute(columns.where(User.id == row.assignee_id)))
    if row is not None and row.team_id is not None:
        return _members(step, columns, row.team_id)
    return list(step.session.execute(columns.where(User.id == step.case.owner_id)))


def _members(step: "Step", columns: Any, team_id: int) -> list[Any]:
    found = columns.join(Membership, Membership.user_id == User.id).where(Membership.team_id == team_id)
    return list(step.session.execute(found.order_by(User.id)))


def _watched_task(step: "Step", token: Task) -> int | None:
    """Return the to-do item that the boundary event before `token` is attached to."""
    ancestor: Task | None = token
    while ancestor is not None:
        element_id = ancestor.task_spec.bpmn_id
        element = step.instance.definition.elements.get(element_id) if element_id else None
        if element is not None and element.attached_to:
            return _todo_beside(step, ancestor, element.attached_to)
        ancestor = ancestor.parent
    return None


def _todo_beside(step: "Step", boundary: Task, attached_to: str) -> int | None:
    split = boundary.parent
    for sibling in split.children if split is not None else ():
        if sibling.task_spec.bpmn_id == attached_to:
            return step.instance.kept.todo.get(sibling.id.hex)
    return None
