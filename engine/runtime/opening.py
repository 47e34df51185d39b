"""Makes to-do items of the tokens that wait for a person: who is asked, on which form, by when."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine import absences
from engine.clocks import timing
from engine.definitions.elements import Assignment, Element
from engine.definitions.specs import Asked
from engine.errors import EngineError, Invalid, StepFailed
from engine.instants import LONDON
from engine.permissions import circle
from engine.runtime import directory
from engine.runtime.savepoints import savepoint
from engine.runtime.telling import question, told_of
from engine.runtime.typing import storable
from models.base import table
from models.work import UserTask

if TYPE_CHECKING:
    from engine.runtime.step import Step

TASK = table(UserTask)
Row = dict[str, Any]
DATES = ("due_at", "amber_at", "follow_up_at", "remind_at")  # of an item; they move together
AMBER_BEFORE = timedelta(days=1)  # for an item whose due date comes from no rule


def new_items(step: "Step") -> list[tuple[Task, Row]]:
    """Return a row of `user_task` for each token that waits for a person and has none yet."""
    found = []
    for token in step.open_todo():
        if token.id.hex in step.instance.kept.todo or token.id.hex in step.instance.failures:
            continue
        try:
            with savepoint(step, token):
                found.append((token, _item(step, token)))
        except EngineError as error:
            step.instance.fail(token, error)
    return found


def changed_schedules(step: "Step") -> list[Row]:
    """Return the new dates of open to-do items that hang on a clock which this step moved."""
    rows = []
    for token in step.open_todo():
        task_id = step.instance.kept.todo.get(token.id.hex)
        keys = {(rule, start) for rule, start in step.instance.kept.clocks.get(token.id.hex, ())}
        if task_id is None or not keys & step.moved_clocks:
            continue
        with step.deadlines.hanging_on(keys):
            rows.append({"task_id": task_id, **schedule(step, token, timed_by(step, token))})
    return rows


def timed_by(step: "Step", token: Task) -> Element:
    """Return the element whose schedule gives the item of a token its dates."""
    element = step.instance.element(token)
    if isinstance(token.task_spec, Asked):
        return _own(element, token.task_spec)
    told = told_of(token)  # behind a gateway it is the event that is asked about, not the gateway
    return step.definition.elements[str(told[0].name)] if len(told) == 1 else element


def _item(step: "Step", token: Task) -> Row:
    if isinstance(token.task_spec, Asked):
        return _question(step, token, step.instance.element(token), token.task_spec)
    told, element = told_of(token), timed_by(step, token)
    form_id = form_id_of(step, token, element)
    return {
        **_plain(step, token, element),
        "name": (question(told, element) if told else element.label)[:200],
        "form_id": form_id,
        "priority": _priority(step, token, element),
        **_owner(step, token, element),
        **schedule(step, token, element),
    }


def _question(step: "Step", token: Task, element: Element, spec: Asked) -> Row:
    """Return the row of an item that asks how the case goes on; its ways are written beside it."""
    own = _own(element, spec)
    return {
        **_plain(step, token, own),
        "name": (spec.question or element.label)[:200],
        "form_id": None,
        "priority": _priority(step, token, own),
        **_owner(step, token, element),
        **schedule(step, token, own),
    }


def _own(element: Element, spec: Asked) -> Element:
    """Return the element that a question takes its dates from: one that only stands for another has none."""
    return element if spec.bpmn_id is not None else replace(element, assignment=Assignment())


def _plain(step: "Step", token: Task, element: Element) -> Row:
    return {
        "case_id": step.case.id,
        "element_id": element.id,
        "token_id": token.id.hex,
        "instructions": element.documentation,
        "status": "open",
        "item": token.data,
        "created_at": step.at,
        "revision": 1,
    }


def prepare(step: "Step", token: Task) -> None:
    """Work out what a new to-do item needs of the case, whoever is asked: its inputs, form and dates.

    Raises:
        EngineError: one of them cannot be worked out.
    """
    element = step.instance.element(token)
    if isinstance(token.task_spec, Asked):
        element = _own(element, token.task_spec)
    else:
        form_id_of(step, token, element)
    schedule(step, token, element)


def form_id_of(step: "Step", token: Task, element: Element) -> str | None:
    """Return the form of an item, once the names that the element's input mappings give are known to its token."""
    for source, target in element.service.inputs:
        token.data[target] = storable(step.instance.literal(token, source), name=target)
    form_id = str(step.instance.literal(token, element.assignment.form_id) or "") or None
    if form_id is not None and form_id not in step.instance.definition.forms:
        raise StepFailed(
            f"“{element.label}” asks for the form “{form_id}”, which this category does not have.",
            remedy="Add the form, or correct its id in the diagram.",
        )
    return form_id


def _owner(step: "Step", token: Task, element: Element) -> Row:
    """Return who is asked: the diagram's assignment, else the lane's team, else the owner of the case."""
    literal = step.instance.literal
    assignee, groups = element.assignment.assignee, element.assignment.candidate_groups
    person = _person(step, element, literal(token, assignee)) if assignee else None
    teams = [_team(step, element, name) for name in _names(literal(token, groups))] if groups else []
    if not teams and not groups and element.lane:
        lane = directory.team_id(step.session, element.lane)
        teams = [lane] if lane is not None else []
    users = (
        [_person(step, element, name) for name in _names(literal(token, element.assignment.candidate_users))]
        if element.assignment.candidate_users
        else []
    )
    if person is None and not teams and not users:
        person = step.case.owner_id
    return {
        **_at_work(step, element, person),
        "team_id": teams[0] if teams else None,
        "candidates": {"teams": teams[1:], "users": users} if teams[1:] or users else {},
    }


def _at_work(step: "Step", element: Element, person: int | None) -> Row:
    """Return who has the item: the person, or whoever stands in for them and may know of the case and do this."""
    found = absences.stand_in(step.session, person, step.at) if person is not None else None
    if found is None or found.user_id is None or not _may_have(step, element, found):
        return {"assignee_id": person, "on_behalf_of_id": None}
    step.stood_in[found.absent_id] = found
    return {"assignee_id": found.user_id, "on_behalf_of_id": found.absent_id}


def _may_have(step: "Step", element: Element, found: absences.StandIn) -> bool:
    """Say whether a stand-in may have an item: not of a case that they may not see, nor one kept apart from theirs."""
    if step.case.restricted and found.user_id not in circle(step.session, step.case.id, step.case.owner_id):
        return False
    apart = element.properties.get("differentFrom", "")
    step.write_completion()
    return not apart or done_by(step.session, step.case.id, apart, (found.user_id, found.absent_id)) is None


def done_by(session: Session, case_id: int, element_id: str, people: Collection[int | None]) -> str | None:
    """Return the name of the task at an element if one of these people did it, or had it done on their behalf."""
    found: str | None = session.scalar(
        select(TASK.c.name)
        .where(
            TASK.c.case_id == case_id,
            TASK.c.element_id == element_id,
            TASK.c.status == "completed",
            or_(TASK.c.completed_by_id.in_(people), TASK.c.on_behalf_of_id.in_(people)),
        )
        .limit(1)
    )
    return found


def _person(step: "Step", element: Element, name: Any) -> int | None:
    if name in (None, ""):
        return None
    found = directory.user_id(step.session, str(name))
    if found is None:
        raise StepFailed(
            f"“{element.label}” is assigned to “{name}”, and nobody here has that name or e-mail address.",
            remedy="Correct the assignment in the diagram, or add the member of staff.",
        )
    return found


def _team(step: "Step", element: Element, name: str) -> int:
    found = directory.team_id(step.session, name)
    if found is None:
        raise StepFailed(
            f"“{element.label}” is for the team “{name}”, which does not exist.",
            remedy="Add the team, or correct its name in the diagram.",
        )
    return found


def _names(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, list):
        return [str(name).strip() for name in value]
    return [name.strip() for name in str(value).split(",") if name.strip()]


def schedule(step: "Step", token: Task, element: Element) -> Row:
    """Return the dates of an item, and set running the clocks that its due date asks for."""
    due_text, follow_text = element.assignment.due_date, element.assignment.follow_up_date
    step.deadlines.asked.clear()
    due = _instant(step, token, element, due_text)
    clocks = [step.deadlines.start(key) for key in dict.fromkeys(step.deadlines.asked)]
    if clocks:
        step.instance.kept.clocks[token.id.hex] = [list(clock.key) for clock in clocks]
        step.touched_clocks.update(clock.key for clock in clocks)
    amber = min((clock.amber_at for clock in clocks if clock.amber_at), default=None)
    if due is not None and amber is None:
        amber = due - AMBER_BEFORE
    plan = step.definition.reminders_of(element.id)
    first = plan.first_at(due, amber, at=step.at, days=step.deadlines.days_of(clocks)) if due is not None else None
    return {
        "due_at": due,
        "amber_at": amber,
        "follow_up_at": _instant(step, token, element, follow_text) if follow_text else None,
        "remind_at": first,
    }


def _instant(step: "Step", token: Task, element: Element, text: str) -> datetime | None:
    """Return the instant that a schedule's text gives; a day means the end of that day."""
    if not text:
        return None
    value = step.instance.literal(token, text)
    if isinstance(value, str) and value.startswith("P"):
        return timing.span(value).after(step.at)
    if value is None:
        if step.deadlines.stands_still(step.deadlines.asked):
            return None
        raise Invalid(
            f"“{element.label}” is due by {text}, and that gives no date.",
            remedy="Fill in the date that it counts from.",
        )
    if isinstance(value, str) and len(value) == 10:
        value = date.fromisoformat(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time.max, LONDON)
    return timing.instant(value)


def _priority(step: "Step", token: Task, element: Element) -> int:
    value = step.instance.literal(token, element.assignment.priority) if element.assignment.priority else 50
    try:
        return max(0, min(100, int(storable(value, name="priority"))))
    except (TypeError, ValueError) as error:
        raise Invalid(
            f"The priority of “{element.label}” is not a number.", remedy="Give one from 0 to 100."
        ) from error


def live_items(step: "Step") -> set[str]:
    """Return the ids of tokens that wait for a person."""
    return {token.id.hex for token in step.open_todo()}


def waiting_timers(step: "Step") -> dict[str, str]:
    """Return "token element" to due instant for every timer that a token waits at; one that failed waits for people."""
    failed = step.instance.kept.incidents.keys() | step.instance.failures.keys()
    return {
        f"{token.id.hex} {timer_id}": due
        for token in step.instance.workflow.event_manager.tasks.values()
        if token.state == TaskState.WAITING and token.id.hex not in failed
        for timer_id, due in token.internal_data.get("due", {}).items()
    }
