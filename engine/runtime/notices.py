"""Notes, reminders and e-mails that a step leaves behind; each has a deterministic key, so that it is given once."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task
from sqlalchemy import select

from engine import absences, configuration
from engine.definitions.elements import Element
from engine.errors import StepFailed
from engine.outbox import message
from engine.permissions import circle
from engine.reminders.delivery import COLUMNS, Preference
from engine.runtime import directory
from engine.service_tasks.base import Notice
from models.staff import Membership, User
from models.telling import NotificationPreference
from models.work import UserTask

if TYPE_CHECKING:
    from engine.runtime.step import Step

_PEOPLE = select(
    User.id, User.name, User.email, *(getattr(NotificationPreference, name) for name in COLUMNS)
).outerjoin(NotificationPreference, NotificationPreference.user_id == User.id)


def write_note(step: "Step", text: str, element: Element) -> None:
    """Write a note on the case in the name of the step's actor, or its owner when the platform writes."""
    author = step.actor.user_id or step.case.owner_id
    if author is not None:
        step.notes.append({"case_id": step.case.id, "text": text, "written_by_id": author, "written_at": step.at})
    step.note_event("note_added", {"text": text, "element_id": element.id})


def give(step: "Step", token: Task, element: Element, notice: Notice) -> None:
    """Put a notice before everybody whom it names, in the portal and by e-mail as each of them wants.

    Raises:
        StepFailed: it names nobody that exists.
    """
    named, is_team = _told(step, token, notice.to)
    instead_of = {} if is_team else _stand_ins(step, named)
    people = [*_active(step, instead_of), *named]
    if not people:
        raise StepFailed(
            f"“{element.label}” tells “{notice.to}”, and that is nobody here.",
            remedy="Name assignee, owner, a team that has members, or the e-mail address of a member of staff.",
        )
    task_id = _watched_task(step, token)
    told = [_tell(step, user, f"{step.case.id}:{token.id.hex}:{user.id}", task_id, notice) for user in people]
    names = [user.name for user in people]
    for one, user in zip(told, people, strict=True):
        if user.id in instead_of:
            one["instead_of"] = instead_of[user.id]
    payload = {"kind": notice.kind, "text": notice.text, "to": names, "told": told, "element_id": element.id}
    step.note_event("reminder_given", payload)


def _tell(step: "Step", user: Any, key: str, task_id: int | None, notice: Notice) -> dict[str, str]:
    """Put a notice before one member of staff; what is to go by e-mail now is in the outbox with the step."""
    preference = Preference.of(user)
    mail_at = preference.mail_at(notice.kind, step.at)
    is_now = mail_at is not None and mail_at <= step.at
    row = {
        "key": key,
        "user_id": user.id,
        "case_id": step.case.id,
        "user_task_id": task_id,
        "kind": notice.kind,
        "text": notice.text,
        "created_at": step.at,
        "mail_at": None if is_now else mail_at,
        "outbox_key": f"mail:{key}" if is_now else None,
    }
    step.notifications.append(row)
    if is_now:
        text = "A reminder waits for you in Casewright." if step.case.restricted else notice.text
        link = configuration.current().address(f"/tasks/{task_id}" if task_id else f"/cases/{step.case.reference}")
        subject, whole = f"{step.case.reference}: {text}"[:200], "\n\n".join(filter(None, (text, link)))
        queue_email(step, user.email, subject, whole, key=f"mail:{key}")
    return {"name": user.name, "way": preference.way(notice.kind)}


def tell_owner(step: "Step", text: str, *, key: str) -> None:
    """Put before the owner of the case what its diagram did not ask for; nobody is told when it has none."""
    if step.case.owner_id is not None:
        row = {"user_id": step.case.owner_id, "case_id": step.case.id, "user_task_id": None, "kind": "warning"}
        row |= {"mail_at": None, "outbox_key": None}
        step.notifications.append({"key": f"owner:{key}"[:200], **row, "text": text, "created_at": step.at})


def queue_email(step: "Step", to: str, subject: str, text: str, *, key: str) -> None:
    """Queue an e-mail in the outbox; it leaves after the commit."""
    step.outbox.append(message(key, to, subject, text, at=step.at, case_id=step.case.id))


def _told(step: "Step", token: Task, to: str) -> tuple[list[Any], bool]:
    """Return whom a notice names, and whether as a team; of a restricted case only its owner may be told anything."""
    if to == "owner" or step.case.restricted:
        return _active(step, [step.case.owner_id]), False
    if to == "assignee":
        return _assignee_or_team(step, token)
    team = directory.team_id(step.session, to)
    if team is not None:
        return _members(step, team), True
    return _active(step, [directory.user_id(step.session, to)]), False


def _stand_ins(step: "Step", people: list[Any]) -> dict[int, str]:
    """Return who stands in for those who are away, each with the name of whom; a restricted case's circle alone may."""
    found = ((absences.stand_in(step.session, person.id, step.at), person) for person in people)
    told = {one.user_id: person.name for one, person in found if one is not None and one.user_id is not None}
    told = {user_id: name for user_id, name in told.items() if user_id not in {person.id for person in people}}
    if told and step.case.restricted:
        may_know = circle(step.session, step.case.id, step.case.owner_id)
        return {user_id: name for user_id, name in told.items() if user_id in may_know}
    return told


def _assignee_or_team(step: "Step", token: Task) -> tuple[list[Any], bool]:
    """Return whoever has the task that a reminder hangs on; nobody has claimed it: the team; neither: the owner."""
    task_id = _watched_task(step, token)
    row = (
        step.session.execute(select(UserTask.assignee_id, UserTask.team_id).where(UserTask.id == task_id)).first()
        if task_id is not None
        else None
    )
    if row is not None and row.assignee_id is not None:
        return _active(step, [row.assignee_id]), False
    if row is not None and row.team_id is not None:
        return _members(step, row.team_id), True
    return _active(step, [step.case.owner_id]), False


def _active(step: "Step", user_ids: Iterable[int | None]) -> list[Any]:
    wanted = [user_id for user_id in user_ids if user_id is not None]
    found = _PEOPLE.where(User.is_active, User.id.in_(wanted)).order_by(User.id)
    return list(step.session.execute(found)) if wanted else []


def _members(step: "Step", team_id: int) -> list[Any]:
    found = _PEOPLE.join(Membership, Membership.user_id == User.id).where(User.is_active)
    return list(step.session.execute(found.where(Membership.team_id == team_id).order_by(User.id)))


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
