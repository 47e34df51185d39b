"""The deadlines of all cases that somebody may see: those that go on, late or not, found and counted by an index.

Whether one is late is worked out when it is asked: it is the instant its time is up, with nothing written down.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from engine.instants import now
from engine.permissions import Actor, visible_cases
from engine.runtime.clock_row import GOES_ON
from models.case import Case
from models.category import Category
from models.work import Clock

STATES = ("overdue", "warning", "on_target", "paused")
MOST = 200


@dataclass(frozen=True, slots=True)
class ClockLine:
    """A deadline as a list shows it."""

    id: int
    rule_id: str
    name: str
    state: str
    due_at: datetime | None
    amber_at: datetime | None
    reference: str
    title: str
    category: str


def going_on(by: Actor) -> Any:
    """Select the deadlines that go on, of open cases that the actor may see, with their cases."""
    columns = (Clock.id, Clock.rule_id, Clock.state, Clock.due_at, Clock.amber_at, Clock.explanation)
    return (
        select(*columns, Case.reference, Case.title, Category.name.label("category"))
        .join(Case, Case.id == Clock.case_id)
        .join(Category, Category.id == Case.category_id)
        .where(Clock.state.in_(GOES_ON), Case.status == "open", visible_cases(by))
    )


def stands(state: str) -> ColumnElement[bool]:
    """Return the condition for how a deadline that goes on stands now: overdue, warning, on_target or paused."""
    at = now()
    runs_in_time = and_(Clock.state == "running", Clock.due_at >= at)
    conditions: dict[str, ColumnElement[bool]] = {
        "overdue": Clock.due_at < at,
        "warning": and_(runs_in_time, Clock.amber_at <= at),
        "on_target": and_(runs_in_time, or_(Clock.amber_at.is_(None), Clock.amber_at > at)),
        "paused": and_(Clock.state == "stopped", or_(Clock.due_at.is_(None), Clock.due_at >= at)),
    }
    return conditions[state]


def lines(session: Session, *, by: Actor, state: str = "overdue", rule: str = "", most: int = MOST) -> list[ClockLine]:
    """Return the deadlines that stand so, the one that is or was due first at the head."""
    wanted = going_on(by).where(stands(state)).order_by(Clock.due_at, Clock.id).limit(most)
    rows = session.execute(wanted.where(Clock.rule_id == rule) if rule else wanted)
    return [line(row) for row in rows]


def line(row: Any) -> ClockLine:
    """Return a row of `going_on` as a list shows it."""
    steps = row.explanation.get("explanation", ())
    name = next((step.get("name") for step in steps if step.get("step") == "rule"), None) or row.rule_id
    state = "overdue" if row.due_at is not None and row.due_at < now() else row.state
    return ClockLine(row.id, row.rule_id, name, state, row.due_at, row.amber_at, row.reference, row.title, row.category)


def counts(session: Session, *, by: Actor, rule: str = "") -> dict[str, int]:
    """Return how many deadlines stand in each state."""
    numbers = [func.sum(case((stands(state), 1), else_=0)) for state in STATES]
    wanted = going_on(by).with_only_columns(*numbers)
    found = session.execute(wanted.where(Clock.rule_id == rule) if rule else wanted).one()
    return {state: int(number or 0) for state, number in zip(STATES, found, strict=True)}


def rules(session: Session, *, by: Actor) -> list[str]:
    """Return the ids of the rules by which a deadline goes on."""
    return sorted(session.scalars(going_on(by).with_only_columns(Clock.rule_id).distinct()))
