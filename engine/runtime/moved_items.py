"""Gives the open to-do items of a case that moved to another version what that version says of them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task
from sqlalchemy import delete, select, update

from engine.definitions.elements import Element
from engine.definitions.specs import Asked
from engine.errors import EngineError
from engine.runtime import choosing
from engine.runtime.migrating import Migration
from engine.runtime.opening import DATES, Row, form_id_of, schedule, timed_by
from engine.runtime.savepoints import savepoint
from engine.runtime.telling import question, told_of, waits_for_person
from models.base import table
from models.work import Choice, MessageSubscription, UserTask

if TYPE_CHECKING:
    from engine.runtime.step import Step

TASK, CHOICE, SUBSCRIPTION = table(UserTask), table(Choice), table(MessageSubscription)
_COMPARED = ("element_id", "name", "instructions", "form_id", "item", *DATES)


def move_items(step: "Step", migration: Migration) -> list[dict[str, Any]]:
    """Change the open to-do items by the new version; return those that are others now, for the event.

    They keep their number, whoever has them, the draft, and their dates unless the schedule is another one. One that
    cannot be worked out stays as it was, with an incident.
    """
    kept = step.instance.kept
    rows = step.connection.execute(select(TASK).where(TASK.c.id.in_(list(kept.todo.values())))).all()
    by_id, told = {row.id: row for row in rows}, []
    for token_id, task_id in kept.todo.items():
        token, row = step.token(token_id), by_id.get(task_id)
        if token is None or row is None or not waits_for_person(token):
            continue
        try:
            with savepoint(step, token):
                item = _item(step, token, migration.match.old.elements.get(row.element_id))
        except EngineError as error:
            step.instance.fail(token, error)
            continue
        changes = {name: item[name] for name in _COMPARED if name in item and item[name] != getattr(row, name)}
        if changes:
            _save(step, row, changes)
            told.append({"id": task_id} | {name: item[name] for name in ("element_id", "name")})
    return told


def _item(step: "Step", token: Task, before: Element | None) -> Row:
    """Return what the new version says of an item; its form and dates only where the diagram says another thing."""
    told, spec, element = told_of(token), token.task_spec, timed_by(step, token)
    asked = spec.question if isinstance(spec, Asked) else question(told, element) if told else ""
    row: Row = {"element_id": element.id, "instructions": element.documentation}
    row["name"] = (asked or element.label)[:200]
    former = before or element
    if not isinstance(spec, Asked) and _form(former) != _form(element):
        row |= {"form_id": form_id_of(step, token, element), "item": token.data}
    if _dates(former) != _dates(element):
        row |= _scheduled(step, token, element)
    return row


def _form(element: Element) -> tuple[object, ...]:
    return element.assignment.form_id, element.service.inputs


def _dates(element: Element) -> tuple[str, str]:
    return element.assignment.due_date, element.assignment.follow_up_date


def _scheduled(step: "Step", token: Task, element: Element) -> Row:
    """Return the dates by another schedule. The clocks of the former hang on the item as well: nobody has met them."""
    clocks = step.instance.kept.clocks
    before = clocks.get(token.id.hex, [])
    row = schedule(step, token, element)
    if before:
        clocks[token.id.hex] = [*before, *(key for key in clocks[token.id.hex] if key not in before)]
    return row


def _save(step: "Step", row: Any, changes: Mapping[str, Any]) -> None:
    revision = row.revision + ("form_id" in changes)  # whoever has the former form open is told
    step.connection.execute(update(TASK).where(TASK.c.id == row.id).values(revision=revision, **changes))
    if changes.keys() & set(DATES):
        step.rescheduled.append({"task_id": row.id, **{name: changes.get(name, getattr(row, name)) for name in DATES}})


def drop_subscriptions(step: "Step", migration: Migration) -> None:
    """Drop the messages that tokens wait for which wait for another thing now; those of the new version are written."""
    anew = [token.id.hex for token in migration.to_look]
    of_them = (SUBSCRIPTION.c.case_id == step.case.id) & SUBSCRIPTION.c.token_id.in_(anew)
    step.connection.execute(delete(SUBSCRIPTION).where(of_them))


def move_choices(step: "Step", migration: Migration) -> None:
    """Offer the ways of the new version where a person is asked for one; forget what is not asked any more."""
    rows = step.connection.execute(select(CHOICE).where(CHOICE.c.case_id == step.case.id)).all()
    begun = {token.id.hex for token in migration.to_begin}
    for row in rows:
        token = step.token(row.token_id)
        offer = choosing.offer(token) if token is not None and row.token_id not in begun else None
        if offer is None:
            step.connection.execute(delete(CHOICE).where(CHOICE.c.id == row.id))
            if token is not None:
                token.internal_data.pop("is_offered", None)
        elif (offer["many"], offer["ways"]) != (row.many, row.ways):
            step.connection.execute(update(CHOICE).where(CHOICE.c.id == row.id).values(offer))
