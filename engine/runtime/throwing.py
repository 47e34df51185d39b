"""Lets an activity end with an error of the business: as its service says, or its property `throwsError`."""

from typing import TYPE_CHECKING

from SpiffWorkflow.task import Task

from engine.definitions.elements import Element
from engine.definitions.specs import CaseError

if TYPE_CHECKING:
    from engine.runtime.step import Step


def error_of(step: "Step", token: Task, element: Element) -> str:
    """Return the code of the error that an activity ends with, now that it is done; nothing when it went well."""
    text = element.properties.get("throwsError", "")
    code = step.instance.literal(token, text) if text else None
    return "" if code in (None, False) else str(code)


def throw_error(token: Task, code: str) -> None:
    """Let the nearest error event catch an error: on the border of the activity, beside it, or further out.

    Raises:
        StepFailed: nobody catches it.
    """
    CaseError(code, code).throw(token)
