"""What can be done with a to-do item: claim, release, assign, keep a draft, complete, add one by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from engine import law
from engine.cases import changed_values, record
from engine.communications.words import UNDECIDED
from engine.definitions.deploying import load
from engine.definitions.elements import Element
from engine.errors import Conflict, Invalid, NotPossible
from engine.forms import Form
from engine.instants import now
from engine.permissions import Actor
from engine.record.lookups import require_known
from engine.runtime import choosing, directory, suppressing
from engine.runtime.header import CaseRow
from engine.runtime.locking import lock_case, lock_task
from engine.runtime.saving import save
from engine.runtime.step import Step, open_step
from engine.task_holders import Task, on_behalf_of, require_another_person, require_open
from engine.task_holders import assign as assign
from engine.task_holders import claim as claim
from engine.task_holders import done_before as done_before
from engine.task_holders import prioritise as prioritise
from engine.task_holders import release as release
from engine.task_holders import stands_in_for as stands_in_for
from models.base import table
from models.communication import Communication
from models.prepared import Prepared
from models.work import UserTask

TASK = table(UserTask)

_COMPLETE = Prepared(
    update(TASK)
    .where(TASK.c.id == bindparam("task_id"))
    .values(
        status="completed",
        completed_at=bindparam("at"),
        completed_by_id=bindparam("by_id"),
        on_behalf_of_id=bindparam("for_id"),
        late_reason=bindparam("late_reason"),
        completion_key=bindparam("key"),
        remind_at=None,
        draft=None,
        revision=TASK.c.revision + 1,
    )
)


@dataclass(frozen=True, slots=True)
class Locked:
    """A to-do item with its form, if it has one; nobody else can change it or its case before the transaction ends."""

    case: CaseRow
    columns: Task
    form: Form | None

    @property
    def is_open(self) -> bool:
        """Say whether it waits for an answer."""
        return bool(self.columns["status"] == "open")

    @property
    def is_late(self) -> bool:
        """Say whether its time is over."""
        return self.columns["due_at"] is not None and now() > self.columns["due_at"]

    @property
    def is_ad_hoc(self) -> bool:
        """Say whether an officer added it by hand."""
        return self.columns["token_id"] is None


@dataclass(frozen=True, slots=True)
class Completed:
    """What came of completing a task: `job_keys` to run after the commit; `is_repeat` when it was done before."""

    case_id: int
    reference: str
    opened: tuple[int, ...] = ()
    job_keys: tuple[str, ...] = ()
    case_status: str = "open"
    is_repeat: bool = False


def lock(session: Session, task_id: int, *, by: Actor) -> Locked:
    """Lock a to-do item and its case, for whoever must know its form before they complete it.

    Raises:
        NotFound: no such task, or none that the actor may know of.
    """
    case, task = lock_task(session, task_id, by=by)
    definition = load(session, case.version_id, catalogue=case.catalogue)
    return Locked(case, task, definition.form_for(task["form_id"] or "", by))


def complete(
    session: Session,
    which: int | Locked,
    *,
    answers: Mapping[str, Any],
    by: Actor,
    completion_key: str | None = None,
    seen: Mapping[str, Any] | None = None,
    late_reason: str = "",
    override_reason: str = "",
) -> Completed:
    """Answer a to-do item, by its id or locked already, and let its case go on, in this one transaction.

    `completion_key` is of the form that was opened: the same key again gets the same answer. `seen` holds the value
    that each answered field had when the form was opened. What was due before is done first: an interrupting deadline
    that has passed takes its path, and the answer comes too late. Whoever stands in for its owner may answer it; it is
    written down on whose behalf. What a rule forbids for the time being needs an `override_reason` of a team that may.

    Raises:
        Conflict: somebody else completed it (the sentence says who and when), or a field changed meanwhile.
        Invalid: the answers are not acceptable; one sentence for each field.
        NotAllowed: not the actor's task, or kept apart from a step that they did before.
        NotPossible: its rule forbids it while a fact is true of the case.
    """
    case, task = _locked(session, which, by)
    if completion_key is not None and task["completion_key"] == completion_key:
        return Completed(case.id, case.reference, case_status=case.status, is_repeat=True)
    require_open(session, task)
    _require_decided(session, task)
    task["on_behalf_of_id"] = on_behalf_of(session, task, by)
    if task["token_id"] is None:
        return _complete_ad_hoc(session, case, task, answers, by=by, key=completion_key, late_reason=late_reason)
    step = open_step(session, case, actor=by, at=now())
    element = step.instance.definition.element(task["element_id"])
    require_another_person(session, case.id, element, by.user_id, task["on_behalf_of_id"])
    if _deadline_came_first(step, task):
        save(step)
        return Completed(case.id, case.reference, case_status="overtaken", job_keys=step.job_keys)
    overrode = _overridden(step, task, element, override_reason, by)
    chosen = _answer(step, task, answers, seen or {})
    said = {"late_reason": late_reason, "choice": chosen, "overrode": overrode, "override_reason": override_reason}
    _finish(step, task, by, completion_key, said)
    step.run()
    save(step)
    opened = tuple(row["id"] for row in step.opened)
    return Completed(case.id, case.reference, opened, step.job_keys, case.status)


def save_draft(session: Session, which: int | Locked, answers: Mapping[str, Any], *, by: Actor) -> None:
    """Keep what was typed so far, valid or not; nobody else sees it as an answer."""
    _, task = _locked(session, which, by)
    require_open(session, task)
    on_behalf_of(session, task, by)
    session.execute(update(TASK).where(TASK.c.id == task["id"]).values(draft=dict(answers)))


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
    case = lock_case(session, case_id, by=by, verb="change case")
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
        "remind_at": load(session, case.version_id)
        .reminders_of("")
        .first_at(due_at, None, at=now(), days=law.current(session, case.law).calendar.statutory),
        "revision": 1,
    }
    task_id: int = session.execute(insert(TASK).returning(TASK.c.id), row).scalar_one()
    payload = {"id": task_id, "name": row["name"], "assignee_id": person, "team_id": team}
    record(session, case, "task_added", payload | {"due_at": due_at.isoformat() if due_at else None}, by=by)
    return task_id


def _require_decided(session: Session, task: Task) -> None:
    """Raise NotPossible for the task of messages that wait to be decided on: that is done on each of them."""
    if "communications" not in task["item"] or task["token_id"] is not None:
        return
    its = (Communication.user_task_id == task["id"], Communication.status.in_(UNDECIDED))
    if session.scalar(select(Communication.id).where(*its).limit(1)) is not None:
        raise NotPossible(
            "This task is done when each of its messages is decided on.",
            remedy="Open a message of it: approve it, let it go, or cancel it.",
        )


def _locked(session: Session, which: int | Locked, by: Actor) -> tuple[CaseRow, Task]:
    return (which.case, which.columns) if isinstance(which, Locked) else lock_task(session, which, by=by)


def _deadline_came_first(step: Step, task: Task) -> bool:
    """Fire what is due; say whether that took this task away."""
    if not any(True for _ in step.due_timers()):
        return False
    step.fire_due_timers()
    step.run()
    live = step.token(task["token_id"])
    return live is None or live not in step.open_todo()


def _overridden(step: Step, task: Task, element: Element, reason: str, by: Actor) -> list[str]:
    token = step.token(task["token_id"])
    return suppressing.require_lawful(step, token, element, reason=reason, by=by) if token is not None else []


def _answer(step: Step, task: Task, answers: Mapping[str, Any], seen: Mapping[str, Any]) -> list[dict[str, str]]:
    """Take the answers into the case; return the ways that were chosen, where the task asks for nothing else."""
    token = step.token(task["token_id"])
    if token is None:
        raise Conflict("This task is not needed any more: the case has gone another way.")
    if choosing.is_choice(token):
        return [{"id": way.id, "name": way.name} for way in choosing.choose(token, answers)]
    form, document = form_of(step, task), step.instance.document
    values = (
        form.validate(dict(answers), step.instance.scope(token), functions=step.instance.functions)
        if form
        else dict(answers)
    )
    if form:
        stored = {key: document.get(key) for key in values}
        require_known(step.session, form, values, by=step.actor, stored=stored)
    changed = [key for key, value in seen.items() if key in values and document.get(key) != value]
    if changed:
        fields = step.instance.definition.fields
        labels = ", ".join(f"“{fields[key].label if key in fields else key}”" for key in changed)
        raise Conflict(
            f"{labels} changed while you had this form open.",
            remedy="Check the new value, then send your answers again.",
        )
    step.instance.assign(token, values)
    return []


def form_of(step: Step, task: Task) -> Form | None:
    """Return the form of a task as whoever does it may see it; none when it has no questions."""
    return step.instance.definition.form_for(task["form_id"] or "", step.actor)


def _finish(step: Step, task: Task, by: Actor, key: str | None, said: Mapping[str, Any]) -> None:
    lateness = _lateness(task, step.at, said["late_reason"])
    step.completion = [(_COMPLETE, _completion(task, step.at, by, key, lateness.get("reason")))]
    payload: dict[str, Any] = {
        **_behalf(task),
        "id": task["id"],
        "element_id": task["element_id"],
        "name": task["name"],
        "form": task["form_id"],
        "changes": changed_values(step),
    }
    payload |= lateness
    if said["choice"]:
        payload["choice"] = said["choice"]
    if said["overrode"]:
        payload |= {"overrode": said["overrode"], "override_reason": said["override_reason"]}
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
    lateness = _lateness(task, at, late_reason)
    _COMPLETE.send(session.connection(), _completion(task, at, by, key, lateness.get("reason")))
    note = str(answers.get("note", "") or "")
    payload = {"id": task["id"], "name": task["name"], "note": note, "changes": {}, **_behalf(task)}
    record(session, case, "task_completed", payload | lateness, by=by)
    return Completed(case.id, case.reference, case_status=case.status)


def _completion(task: Task, at: datetime, by: Actor, key: str | None, late_reason: str | None) -> dict[str, Any]:
    values = {"task_id": task["id"], "at": at, "by_id": by.user_id, "for_id": task["on_behalf_of_id"], "key": key}
    return values | {"late_reason": late_reason}


def _behalf(task: Task) -> dict[str, Any]:
    return {"on_behalf_of_id": task["on_behalf_of_id"]} if task["on_behalf_of_id"] is not None else {}


def _lateness(task: Task, at: datetime, reason: str) -> dict[str, Any]:
    """Return what an event tells of a task done after its time; an empty reason was not given."""
    if task["due_at"] is None or at <= task["due_at"]:
        return {}
    return {"late": True, "reason": reason, "due_at": task["due_at"].isoformat()}
