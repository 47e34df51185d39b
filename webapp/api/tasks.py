"""To-do items: list, look at, claim, hand on, draft, complete."""

from datetime import datetime
from typing import Any

import simplejson
from sqlalchemy import ColumnElement, or_, select

from engine import case_page, reading
from engine import tasks as operations
from engine.case_page import Header, TaskLine
from engine.choices import offers
from engine.definitions.category import Definition
from engine.errors import Conflict
from engine.forms import guards
from engine.paging import Order, read_page
from engine.permissions import my_tasks, team_tasks, visible_cases
from engine.reading import CaseReader
from models.aliases import alias_of
from models.case import Case
from models.staff import Team, User
from models.work import DUE_OR_NEVER, UserTask
from webapp import reads
from webapp.access import requires
from webapp.api.idempotency import idempotent, work_key
from webapp.api.paging import page
from webapp.api.preconditions import check_task, may_match
from webapp.api.resource import ID, QUERY, Resource
from webapp.api.schemas.tasks import (
    CompletionSchema,
    Draft,
    NewAssignment,
    NewCompletion,
    TaskFilter,
    TaskPage,
    WholeTaskSchema,
)
from webapp.auth import actor
from webapp.database import session
from webapp.jobs import after_commit

resource = Resource("tasks", __name__, "To-do items: find, look at, claim, hand on, complete.")

_HOLDER, _COMPLETER, _BEHALF = alias_of(User), alias_of(User), alias_of(User)
_DUE = DUE_OR_NEVER


@resource.get("/tasks")
@requires("see cases")
@resource.arguments(TaskFilter, location=QUERY)
@resource.response(200, TaskPage)
def find(given: dict[str, Any]) -> Any:
    """List tasks, the most urgent first."""
    return listed(given)


def listed(given: dict[str, Any]) -> dict[str, Any]:
    """Return the page of tasks that a `TaskFilter` asks for."""
    order = Order(_DUE, UserTask.id, read=_instant)
    statement = _lines().where(visible_cases(actor()), *_conditions(given))
    return page(read_page(session(), statement, order, cursor=given["cursor"], size=given["limit"]))


@resource.get(f"/tasks/<{ID}:task_id>")
@requires("see cases")
@resource.response(200, WholeTaskSchema)
def one(task_id: int) -> Any:
    """Show a task with its form, and what the case holds of the form's fields now."""
    return _whole(*_seen(task_id))


@resource.post(f"/tasks/<{ID}:task_id>/claim")
@requires("do task")
@idempotent
@may_match
@resource.response(200, WholeTaskSchema)
def claim(task_id: int) -> Any:
    """Take a task of one of your teams."""
    check_task(task_id)
    operations.claim(session(), task_id, by=actor())
    return _whole(*_seen(task_id))


@resource.delete(f"/tasks/<{ID}:task_id>/claim")
@requires("do task")
@may_match
@resource.response(204)
def release(task_id: int) -> Any:
    """Give a claimed task back to its team."""
    check_task(task_id)
    operations.release(session(), task_id, by=actor())


@resource.post(f"/tasks/<{ID}:task_id>/assignment")
@requires("assign task")
@idempotent
@may_match
@resource.arguments(NewAssignment)
@resource.response(200, WholeTaskSchema)
def assign(given: dict[str, Any], task_id: int) -> Any:
    """Hand a task to another member of staff."""
    check_task(task_id)
    operations.assign(session(), task_id, to=given["to"], reason=given["reason"], by=actor())
    return _whole(*_seen(task_id))


@resource.put(f"/tasks/<{ID}:task_id>/draft")
@requires("do task")
@may_match
@resource.arguments(Draft)
@resource.response(204)
def save_draft(given: dict[str, Any], task_id: int) -> Any:
    """Keep answers that are not finished, valid or not; whoever takes over the task finds them."""
    check_task(task_id)
    operations.save_draft(session(), task_id, guards.check(given["answers"]), by=actor())


@resource.post(f"/tasks/<{ID}:task_id>/completion")
@requires("do task")
@idempotent
@resource.arguments(NewCompletion)
@resource.response(200, CompletionSchema)
def complete(given: dict[str, Any], task_id: int) -> Any:
    """Answer a task and let its case go on.

    Refused with 409 when somebody else has completed it (the sentence says who and when), when a field of `seen` was
    changed meanwhile, or while the rule of the task forbids it; with 422 and a sentence for each answer that is not
    acceptable.
    """
    done = operations.complete(
        session(),
        task_id,
        answers=given["answers"],
        by=actor(),
        completion_key=work_key(),
        seen=given["seen"],
        late_reason=given["late_reason"],
        override_reason=given["override_reason"],
    )
    if done.case_status == "overtaken":
        raise Conflict(
            "The time for this task has run out, and the case goes another way.", remedy="Look at the case's tasks."
        )
    after_commit(done.job_keys)
    return {
        "task": task_id,
        "case": done.reference,
        "case_status": done.case_status,
        "opened": done.opened,
        "is_repeat": done.is_repeat,
    }


def _lines() -> Any:
    return (
        select(
            UserTask.id, UserTask.name, UserTask.element_id, UserTask.status, UserTask.priority, UserTask.created_at,
            UserTask.amber_at, UserTask.due_at, UserTask.completed_at, UserTask.revision, UserTask.assignee_id,
            UserTask.team_id, UserTask.completed_by_id, UserTask.on_behalf_of_id, UserTask.late_reason,
            Case.reference, _BEHALF.name.label("on_behalf_of"), _HOLDER.name.label("assignee"),
            Team.name.label("team"), _COMPLETER.name.label("completed_by"),
        )
        .join(Case, Case.id == UserTask.case_id)
        .outerjoin(_HOLDER, _HOLDER.id == UserTask.assignee_id)
        .outerjoin(_COMPLETER, _COMPLETER.id == UserTask.completed_by_id)
        .outerjoin(_BEHALF, _BEHALF.id == UserTask.on_behalf_of_id)
        .outerjoin(Team, Team.id == UserTask.team_id)
    )  # fmt: skip


def _conditions(given: dict[str, Any]) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if given["assignee"] != "any":
        found.append(my_tasks(actor()) if given["assignee"] == "me" else team_tasks(actor()))
    if given["status"] != "any":
        found.append(UserTask.status == given["status"])
    if given["due_before"] is not None:
        found.append(UserTask.due_at < given["due_before"])
    if given["case"]:
        found.append(Case.reference == given["case"])
    for word in given["q"].split()[:8]:
        columns = (UserTask.name, Case.reference, Case.title)
        found.append(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return found


def _seen(task_id: int) -> tuple[case_page.TaskLine, case_page.Header]:
    task, case = case_page.task(session(), task_id, by=actor())
    reads.case(case)
    return task, case


def _whole(task: TaskLine, case: Header) -> dict[str, Any]:
    reader = reading.open_case(session(), case.id, by=actor())
    stored, keys = reader.stored(), _field_names(reader.definition, task)
    behalf = task.on_behalf_of_id
    parts = {
        "reference": case.reference,
        "on_behalf_of": case_page.names_of(session(), User, [behalf]).get(behalf, "") if behalf else "",
        "choice": offers(session(), [task.token_id]).get(task.token_id or ""),
        "done_before": _done_before(task, reader),
        "form": _form_json(reader.definition, task.form_id),
        "values": {key: stored.get(key) for key in sorted(keys) if key not in task.item},
    }
    return {name: getattr(task, name) for name in TaskLine.__slots__} | parts


def _done_before(task: TaskLine, reader: CaseReader) -> str | None:
    if task.status != "open":
        return None
    element = reader.definition.elements.get(task.element_id or "")
    return operations.done_before(
        session(), reader.case.id, element, holder=task.assignee_id, absent=task.on_behalf_of_id, by=actor()
    )


def _field_names(definition: Definition, task: TaskLine) -> set[str]:
    form = definition.forms.get(task.form_id or "")
    return {field.key.split("[")[0].split(".")[0] for field in form.fields if not field.computed} if form else set()


def _form_json(definition: Definition, form_id: str | None) -> Any:
    """Return the form as the analyst drew it; none when the task has none."""
    for path, content in definition.files.items():
        if form_id and path.rsplit("/", 1)[-1] == f"{form_id}.form":
            return simplejson.loads(content, use_decimal=True)
    return None


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
