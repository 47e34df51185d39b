"""Ends a case before its diagram does: by hand, or because the case that it belongs to needs it no more."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.errors import Conflict, Invalid
from engine.instants import now
from engine.permissions import Actor
from engine.runtime.calls import leave_cancellation
from engine.runtime.clock_row import GOES_ON
from engine.runtime.header import CaseRow
from engine.runtime.placing import standing
from engine.runtime.saving import save
from engine.runtime.step import Step, open_step
from models.base import table
from models.case import Case
from models.work import Clock, UserTask

CASE, TASK, CLOCK = table(Case), table(UserTask), table(Clock)


def end(
    session: Session,
    case: CaseRow,
    status: str,
    *,
    reason: str,
    note: str = "",
    with_children: bool = False,
    is_for_category: bool = True,
    keeps_children: bool = False,
    by: Actor,
) -> tuple[str, ...]:
    """Close or cancel a locked case; what still waits is withdrawn, and where it stood is told by the event.

    Returns the keys of the jobs that this left.

    Raises:
        Conflict: it is over already.
        Invalid: not one of the category's reasons; with `is_for_category` False another case's end is the reason.
    """
    if case.status != "open":
        raise Conflict(f"The case {case.reference} is {case.status} already.")
    step = open_step(session, case, actor=by, at=now())
    if is_for_category:
        _require_known(step, status, reason)
    stood_at = standing(step.instance.workflow)
    if keeps_children:
        step.instance.kept.cases.clear()  # they belong to another case now
    step.instance.workflow.cancel()
    case.status = status
    case.changes |= {"status": status, "closed_at": step.at, "outcome": reason[:200]}
    step.note_event(f"case_{status}", {"reason": reason, "note": note, "stood_at": stood_at})
    if with_children:
        _cancel_children(step)
    save(step)
    _withdraw_the_rest(step)
    return step.job_keys


def _require_known(step: Step, status: str, reason: str) -> None:
    settings = step.definition.settings
    reasons = settings.closure_reasons if status == "closed" else settings.cancellation_reasons
    if reason not in reasons:
        raise Invalid("Choose a reason from the list.", errors={"reason": f"Choose one of: {'; '.join(reasons)}"})


def _cancel_children(step: Step) -> None:
    """Cancel the open cases that this one has started and does not wait for; the others are cancelled by the step."""
    waited_for = set(step.instance.kept.cases.values())
    children = step.session.scalars(select(CASE.c.id).where(CASE.c.parent_id == step.case.id, CASE.c.status == "open"))
    for child_id in sorted(set(children) - waited_for):
        leave_cancellation(step, child_id)


def _withdraw_the_rest(step: Step) -> None:
    """Withdraw the tasks that officers added, and end the clocks."""
    step.session.execute(
        update(TASK)
        .where(TASK.c.case_id == step.case.id, TASK.c.status == "open")
        .values(status="cancelled", completed_at=step.at, remind_at=None)
    )
    step.session.execute(
        update(CLOCK)
        .where(CLOCK.c.case_id == step.case.id, CLOCK.c.state.in_(GOES_ON))
        .values(state="ended", met_at=step.at)
    )
