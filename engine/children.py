"""Cases in cases: starts the child that a case asks for, and tells each of the other's end.

Each function here is the work of a job that a step left (see `engine.runtime.calls`): it locks one case alone, and may
be done again from the beginning when a node dies over it.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import ending, reading
from engine.child_subjects import subjects_for
from engine.errors import Invalid, NotFound
from engine.instants import now
from engine.permissions import PLATFORM, Actor
from engine.runtime import directory
from engine.runtime.calls import leave_cancellation, take_outcome, token_waiting_for
from engine.runtime.locking import lock_case
from engine.runtime.moving import take_message
from engine.runtime.notices import tell_owner
from engine.runtime.saving import save
from engine.runtime.step import Step, open_step
from engine.starting import Parent, Started, begin
from models.base import table
from models.case import Case
from models.category import Category
from models.staff import Membership

CASE = table(Case)
MOST_LEVELS = 10
MESSAGES = {"child_ended": "child_case_ended", "child_reopened": "child_case_reopened"}


def start(session: Session, job: Any, actor: Actor) -> Started:
    """Start the case that a token has asked for; the token is the key of the start, so that it happens once.

    Raises:
        EngineError: no such category, subject or owner, or answers that its start form refuses.
    """
    asked = job.payload
    parent = reading.open_case(session, job.case_id)
    _require_not_too_deep(session, job.case_id)
    waits = job.kind == "start_child"
    return begin(
        session,
        str(asked["category"]),
        subjects=subjects_for(session, parent, asked["category"], asked.get("subjects")),
        fields=asked.get("fields") or {},
        by=actor,
        start_key=f"child:{job.case_id}:{job.token_id}",
        parent=Parent(
            parent.case.id,
            parent.case.reference,
            job.token_id if waits else None,
            job.element_id,
            _owner(session, asked.get("owner"), parent.case.owner_id),
            parent.case.restricted,
        ),
    )


def file_started(step: Step, job: Any, started: Started) -> dict[str, Any]:
    """Write down on the parent that a child was started for one of its tokens, and return what that may use of it."""
    told = told_of(step.session, started.id)
    step.note_event("child_started", {**told, "element_id": job.element_id})
    if job.kind == "start_child":
        step.instance.kept.cases[job.token_id] = started.id
    return {"reference": started.reference}


def forsake(step: Step, started: Started) -> None:
    """Have a child cancelled that was started for a token which has gone another way meanwhile."""
    leave_cancellation(step, started.id)


def cancel(session: Session, job: Any, actor: Actor) -> None:
    """Cancel a child that nobody waits for any more; one that is over stays as it is."""
    case = lock_case(session, job.payload["child_id"], by=PLATFORM)
    if case.status != "open":
        return
    parent, reason = reading.open_case(session, job.case_id).case, job.payload["reason"]
    verb = {"open": "goes on without it", "closed": "was closed", "cancelled": "was cancelled"}[job.payload["status"]]
    said = f"{parent.reference} {verb}{': ' if reason else ''}{reason}"
    ending.end(session, case, "cancelled", reason=said, is_for_category=False, by=actor)


def tell_parent(session: Session, job: Any, actor: Actor) -> tuple[str, ...]:
    """Tell a case that a child of it has ended or was reopened. Returns the keys of the jobs that this left.

    A child that was reopened before its end could be told has not ended. One that a token waits for gives it its
    outcome; of any other the parent's diagram hears by a message, if it waits for one.
    """
    child_id, news = job.payload.get("child_id", job.case_id), job.payload["news"]
    case = lock_case(session, _where_it_goes_on(session, job.payload["parent_id"]), by=PLATFORM)
    child = reading.open_case(session, child_id)
    if news == "child_ended" and child.case.status == "open":
        return ()
    step = open_step(session, case, actor=actor, at=now())
    told = {**told_of(session, child_id), "reason": job.payload["reason"]}
    step.note_event(news, told)
    if case.status == "open":
        step.fire_due_timers()
        step.run()
        _pass_on(step, child, news, told)
        step.run()
    if news == "child_reopened":
        tell_owner(step, f"{told['reference']} was reopened: {told['reason']}", key=job.key)
    save(step)
    return step.job_keys


def _where_it_goes_on(session: Session, case_id: int) -> int:
    """Return the case, or the one that it was merged into while the news was on its way."""
    while (goes_on := session.scalar(select(CASE.c.merged_into_id).where(CASE.c.id == case_id))) is not None:
        case_id = goes_on
    return case_id


def _pass_on(step: Step, child: reading.CaseReader, news: str, told: Mapping[str, Any]) -> None:
    token = token_waiting_for(step, child.case.id)
    if token is None:
        take_message(step, MESSAGES[news], step.case.reference, {"child_case": dict(told)})
    elif news == "child_ended":
        is_cancelled = child.case.status == "cancelled"
        outcome = "cancelled" if is_cancelled else told["outcome"]
        ending_of = {name: told[name] for name in ("reference", "status", "reason")}
        results = {**child.values(), **ending_of, "outcome": outcome}
        take_outcome(step, token, results, is_cancelled=is_cancelled)


def told_of(session: Session, case_id: int) -> dict[str, Any]:
    """Return what a parent's history says of a child."""
    row = session.execute(
        select(CASE.c.id, CASE.c.reference, CASE.c.status, CASE.c.outcome, Category.key, Category.name)
        .join(Category, Category.id == CASE.c.category_id)
        .where(CASE.c.id == case_id)
    ).one()
    return {
        "case_id": row.id,
        "reference": row.reference,
        "category": row.key,
        "category_name": row.name,
        "status": row.status,
        "outcome": row.outcome,
    }


def _owner(session: Session, name: Any, parents: int | None) -> int | None:
    """Return who a child belongs to: the owner of its parent, a member of staff, or whoever manages a team."""
    if name in (None, "", "owner"):
        return parents
    team = directory.team_id(session, str(name))
    if team is not None:
        managers = select(Membership.user_id).where(Membership.team_id == team, Membership.is_manager)
        return session.scalar(managers.order_by(Membership.id).limit(1)) or parents
    person = directory.user_id(session, str(name))
    if person is None:
        raise NotFound(
            f"The case is to belong to “{name}”, and there is no such team or member of staff.",
            remedy="Correct the property caseOwner in the diagram, or add them.",
        )
    return person


def _require_not_too_deep(session: Session, case_id: int) -> None:
    levels, current = 1, session.scalar(select(CASE.c.parent_id).where(CASE.c.id == case_id))
    while current is not None:
        levels, current = levels + 1, session.scalar(select(CASE.c.parent_id).where(CASE.c.id == current))
        if levels > MOST_LEVELS:
            raise Invalid(
                f"Cases would stand in each other more than {MOST_LEVELS} deep.",
                remedy="Look for a category that starts cases of itself, and give it a way out.",
            )
