"""A token that waits until a person has decided on the letters that its step wrote: to approve them, or what to do."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState
from sqlalchemy import bindparam, insert, update

from models.base import table
from models.communication import Communication
from models.work import OutboxMessage, UserTask

if TYPE_CHECKING:
    from engine.runtime.step import Step

TASK, COMMUNICATION, OUTBOX = table(UserTask), table(Communication), table(OutboxMessage)
UNDECIDED = ("approval", "stopped")
OVERTAKEN = "The case has gone on without it."

_WITHDRAW_TASKS = (
    update(TASK)
    .where(TASK.c.id == bindparam("task_id"), TASK.c.status == "open")
    .values(status="cancelled", completed_at=bindparam("at"), remind_at=None, revision=TASK.c.revision + 1)
)


def ask(
    step: "Step",
    token_id: str,
    element_id: str,
    question: tuple[str, str],
    *,
    team_id: int | None,
    ids: Sequence[int],
) -> int:
    """Open the to-do item in which somebody decides on communications; the token, if any, waits for it.

    `question` is its name and what it says; without a team it is the case owner's. Returns its number.
    """
    name, instructions = question
    row = {
        "case_id": step.case.id,
        "element_id": "",
        "name": name[:200],
        "instructions": instructions,
        "status": "open",
        "assignee_id": None if team_id is not None else step.case.owner_id,
        "team_id": team_id,
        "candidates": {},
        "priority": 60,
        "item": {"communications": list(ids)},
        "created_at": step.at,
        "revision": 1,
    }
    task_id: int = step.connection.execute(insert(TASK).returning(TASK.c.id), row).scalar_one()
    if token_id:
        step.instance.kept.letters[token_id] = task_id
    told = {"id": task_id, "name": row["name"], "assignee_id": row["assignee_id"], "team_id": team_id, "due_at": None}
    step.note_event("task_added", {**told, "of_element_id": element_id} if element_id else told)
    return task_id


def withdraw(step: "Step") -> None:
    """Cancel what nobody needs to decide on any more: its token has gone another way, or its case is over."""
    kept = step.instance.kept.letters
    if not kept:
        return
    live = {token.id.hex for token in step.instance.workflow.tokens() if token.state == TaskState.STARTED}
    gone = {token_id: task_id for token_id, task_id in kept.items() if token_id not in live}
    for token_id, task_id in gone.items():
        del kept[token_id]
        _cancel(step, token_id)
        cancelled: Any = step.connection.execute(_WITHDRAW_TASKS, {"task_id": task_id, "at": step.at})
        if cancelled.rowcount:
            step.withdrawn.append(task_id)


def _cancel(step: "Step", token_id: str) -> None:
    its = (COMMUNICATION.c.case_id == step.case.id, COMMUNICATION.c.token_id == token_id)
    rows = step.connection.execute(
        update(COMMUNICATION)
        .where(*its, COMMUNICATION.c.status.in_(UNDECIDED))
        .values(status="cancelled", reason=OVERTAKEN, settled_at=step.at, revision=COMMUNICATION.c.revision + 1)
        .returning(COMMUNICATION.c.id, COMMUNICATION.c.key, COMMUNICATION.c.subject)
    ).all()
    for row in rows:
        step.connection.execute(
            update(OUTBOX).where(OUTBOX.c.key == row.key).values(status="discarded", error=OVERTAKEN)
        )
        told = {"communication_id": row.id, "subject": row.subject, "reason": OVERTAKEN}
        step.note_event("communication_cancelled", told)
