"""Puts a letter before an officer: merged by a job after the commit, with a to-do item to check and send it."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from engine import templates
from engine.runtime.services import by_to_json
from models.base import table
from models.work import UserTask

if TYPE_CHECKING:
    from engine.runtime.step import Step

TASK = table(UserTask)


def has_letter(step: "Step", template: str) -> bool:
    """Say whether there is a letter of this name: of the case's category, or a shared one."""
    return bool(template) and templates.exists(step.session, step.definition, template)


def offer_letter(step: "Step", template: str, *, about: str) -> None:
    """Leave the merge of a letter that no token waits for; `about` is what it tells of, for whoever sends it."""
    title = template.replace("_", " ").capitalize()
    payload = {"template": template, "title": title, "subject": "person", "about": about, "by": by_to_json(step.actor)}
    step.leave_job("offer_letter", key=f"{step.case.id}:{step.step_id}:{template}", payload=payload)


def ask_to_send(step: "Step", payload: dict[str, Any], *, failed: str = "") -> None:
    """Give whoever caused the letter a to-do item to send it, or to write it where it could not be merged."""
    title, about = payload["title"], payload["about"]
    name = f"Write “{title}” by hand" if failed else f"Check and send “{title}”"
    said = f"The letter could not be merged. {failed}" if failed else "The letter is with the documents of the case."
    row = {
        "case_id": step.case.id,
        "element_id": "",
        "name": name[:200],
        "instructions": f"It tells of “{about}”. {said}",
        "status": "open",
        "assignee_id": step.actor.user_id,
        "candidates": {},
        "priority": 50,
        "item": {},
        "created_at": step.at,
        "revision": 1,
    }
    task_id = step.connection.execute(insert(TASK).returning(TASK.c.id), row).scalar_one()
    told = {"id": task_id, "name": row["name"], "assignee_id": step.actor.user_id, "team_id": None, "due_at": None}
    step.note_event("task_added", told)
