"""Writes a step: a handful of statements, none of which depends on how large the case is or how long it has run."""

import time
from collections.abc import Sequence
from functools import cache
from typing import Any

from SpiffWorkflow.util.task import TaskState
from sqlalchemy import bindparam, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from engine import measures
from engine.definitions.category import Definition
from engine.definitions.specs import place_of
from engine.errors import EngineError
from engine.fields import searching
from engine.history.events import sealed_rows
from engine.runtime import calls, choosing, deciding, opening, snapshot, waiting
from engine.runtime.cache import instances
from engine.runtime.clock_row import GOES_ON, ClockRow
from engine.runtime.step import Step
from models.base import table
from models.case import Case, CaseEvent, CaseSection, CaseSnapshot, Note
from models.prepared import Part, Prepared, send_as_one
from models.work import Choice, Clock, Incident, Job, Notification, OutboxMessage, UserTask

CASE, EVENT, NOTE = table(Case), table(CaseEvent), table(Note)
SECTION, SNAPSHOT = table(CaseSection), table(CaseSnapshot)
TASK, CLOCK, INCIDENT = table(UserTask), table(Clock), table(Incident)
CHOICE = table(Choice)
JOB, OUTBOX, NOTICE = table(Job), table(OutboxMessage), table(Notification)

_INSERT_TASK = Prepared(insert(TASK).returning(TASK.c.id))
_INSERT_TASKS = insert(TASK).returning(TASK.c.id, sort_by_parameter_order=True)
_INSERT_CHOICES = insert(CHOICE)
_CANCEL_TASKS = (
    update(TASK)
    .where(TASK.c.id == bindparam("task_id"))
    .values(status="cancelled", completed_at=bindparam("at"), remind_at=None, draft=None, revision=TASK.c.revision + 1)
)
_CANCEL_ALL = (
    update(TASK)
    .where(TASK.c.case_id == bindparam("of_case"), TASK.c.status == "open")
    .values(status="cancelled", completed_at=bindparam("at"), remind_at=None, revision=TASK.c.revision + 1)
)
_END_CLOCKS = (
    update(CLOCK)
    .where(CLOCK.c.case_id == bindparam("of_case"), CLOCK.c.state.in_(GOES_ON))
    .values(state="ended", met_at=bindparam("at"), revision=CLOCK.c.revision + 1)
)
_MOVE_TASKS = (
    update(TASK).where(TASK.c.id == bindparam("task_id")).values({name: bindparam(name) for name in opening.DATES})
)
_INSERT_SNAPSHOT = Prepared(insert(SNAPSHOT))
_UPDATE_SNAPSHOT = Prepared(
    update(SNAPSHOT).where(SNAPSHOT.c.case_id == bindparam("of_case")).values(state=bindparam("content"))
)
_CLOCK_COLUMNS = (
    "rule_id", "counted_from", "source", "due_at", "amber_at", "state", "met_at", "extensions", "stops", "resets",
    "started_by_id", "explanation", "law_revision",
)  # fmt: skip
_INSERT_CLOCK = insert(CLOCK).returning(CLOCK.c.id)
_UPDATE_CLOCK = (
    update(CLOCK)
    .where(CLOCK.c.id == bindparam("clock_id"))
    .values(revision=CLOCK.c.revision + 1, **{name: bindparam(f"new_{name}") for name in _CLOCK_COLUMNS})
)
AFTER_JOB = "after the job"  # in place of a token: clocks that wait for the end of a job to be met or run on
_INSERT_EVENT = Prepared(insert(EVENT).inline())  # nobody asks for the new id
_INSERT = {into.name: insert(into).inline() for into in (NOTE, JOB, NOTICE, OUTBOX)}
_CASE_ALWAYS = ("step_id", "revision", "event_count", "event_mac")


def save(step: Step) -> None:
    """Write everything that the step changed, seal its events, and keep the instance for the next step."""
    _settle_items(step)
    _forget_jobs(step)
    deciding.withdraw(step)
    _tell_changes(step)
    waiting.sync(step)
    _save_incidents(step)
    _save_clocks(step)
    _save_searchable(step)
    _advance_case(step)
    calls.leave_news(step)
    _save_rows(step)
    send_as_one(step.connection, [*_sections(step), *_snapshot(step), *_events(step), _case(step)])
    instances.put(step.case.id, step.step_id, step.instance)
    measures.note("step", "", time.perf_counter() - step.begun)


def _settle_items(step: Step) -> None:
    """Open the new to-do items, withdraw those whose token has gone, and move the dates that hang on a moved clock."""
    connection, kept = step.connection, step.instance.kept
    new = opening.new_items(step)
    live = opening.live_items(step)
    gone = {token: task_id for token, task_id in kept.todo.items() if token not in live}
    for token in gone:
        clocks = kept.clocks.pop(token, [])
        if token not in step.keeps_clocks:
            step.touched_clocks.update((rule, start) for rule, start in clocks)
        del kept.todo[token]
    withdrawn = [task_id for task_id in gone.values() if task_id != step.completed_task_id]
    if new:
        ids = _insert_tasks(step, [row for _, row in new])
        _save_choices(step, [token for token, _ in new])
        for (token, row), task_id in zip(new, ids, strict=True):
            kept.todo[token.id.hex] = task_id
            step.opened.append({"id": task_id, **row})
    step.write_completion()
    if withdrawn:
        connection.execute(_CANCEL_TASKS, [{"task_id": task_id, "at": step.at} for task_id in withdrawn])
        step.withdrawn.extend(withdrawn)
    if step.moved_clocks and (moved := opening.changed_schedules(step)):
        connection.execute(_MOVE_TASKS, moved)
        step.rescheduled.extend(moved)


def _insert_tasks(step: Step, rows: list[dict[str, Any]]) -> Sequence[int]:
    if len(rows) > 1:
        return step.connection.execute(_INSERT_TASKS, rows).scalars().all()
    parts = [*step.completion, (_INSERT_TASK, rows[0])]  # nearly every step ends one item and opens one
    step.completion = []
    return [row.id for row in send_as_one(step.connection, parts)]


def _save_choices(step: Step, tokens: list[Any]) -> None:
    """Write down what a person may choose at these tokens, where it is a choice."""
    rows = []
    for token in tokens:
        offer = choosing.offer(token)
        if offer is not None and not token.internal_data.get("is_offered"):
            token.internal_data["is_offered"] = True  # an item may open after its incident
            rows.append({"case_id": step.case.id, "token_id": token.id.hex, **offer})
    if rows:
        step.connection.execute(_INSERT_CHOICES, rows)


def _forget_jobs(step: Step) -> None:
    """Wait no longer for jobs whose token has gone another way; what they bring is not filed."""
    kept = step.instance.kept
    if kept.jobs:
        live = {token.id.hex for token in step.instance.workflow.tokens() if token.state == TaskState.STARTED}
        kept.jobs = {token: key for token, key in kept.jobs.items() if token in live}


def _tell_changes(step: Step) -> None:
    """Write down the fields that the case's own steps changed; those that a person answered or corrected are told."""
    told: dict[str, Any] = {}
    for event in step.events:
        told |= {key: after for key, (_, after) in event.payload.get("changes", {}).items()}
    rest = {
        key: [told.get(key, before), after]
        for key, (before, after) in step.instance.document.changes.items()
        if key not in told or told[key] != after
    }
    if rest:
        step.note_event("case_changed", {"changes": rest, "by_diagram": True})


def _save_incidents(step: Step) -> None:
    """Raise incidents for tokens that failed, settle those tried again, and drop those whose token has gone."""
    kept, failures = step.instance.kept, step.instance.failures
    for token_id, (token, error) in failures.items():
        if token_id in step.retried:
            _raise_again(step, token, error)
        elif token_id not in kept.incidents:
            _raise(step, token, error)
    for token_id in set(step.retried) - failures.keys():
        _resolve(step, token_id, by_id=step.actor.user_id)
    live = {token.id.hex for token in step.instance.workflow.tokens()} if kept.incidents else set()
    for token_id in [token_id for token_id in kept.incidents if token_id not in live]:
        del kept.incidents[token_id]
        _resolve(step, token_id, by_id=None)
    if len(kept.incidents) != step.case.open_incidents:
        step.case.changes["open_incidents"] = len(kept.incidents)


def _raise(step: Step, token: Any, error: EngineError) -> None:
    element_id = step.instance.kept.incidents[token.id.hex] = place_of(token.task_spec)
    step.connection.execute(insert(INCIDENT), _incident(step, token, element_id, error))
    _save_choices(step, [token])
    step.note_event("incident_raised", _failed(token, element_id, error))


def _raise_again(step: Step, token: Any, error: EngineError) -> None:
    element_id = step.instance.kept.incidents[token.id.hex] = place_of(token.task_spec)
    values = {"message": error.message, "remedy": error.remedy, "attempts": INCIDENT.c.attempts + 1}
    step.connection.execute(_open_incident(step, token.id.hex).values(values))
    step.note_event("incident_raised", _failed(token, element_id, error))


def _failed(token: Any, element_id: str, error: EngineError) -> dict[str, Any]:
    return {
        "token_id": token.id.hex,
        "element_id": element_id,
        "message": error.message,
        "remedy": error.remedy,
    }


def _resolve(step: Step, token_id: str, *, by_id: int | None) -> None:
    step.connection.execute(_open_incident(step, token_id).values(resolved_at=step.at, resolved_by_id=by_id))
    step.note_event("incident_resolved", {"token_id": token_id})


def _open_incident(step: Step, token_id: str) -> Any:
    return update(INCIDENT).where(
        INCIDENT.c.case_id == step.case.id, INCIDENT.c.token_id == token_id, INCIDENT.c.resolved_at.is_(None)
    )


def _incident(step: Step, token: Any, element_id: str, error: EngineError) -> dict[str, Any]:
    return {
        "case_id": step.case.id,
        "token_id": token.id.hex,
        "element_id": element_id,
        "element_name": token.task_spec.bpmn_name or element_id,
        "message": error.message,
        "remedy": error.remedy,
        "created_at": step.at,
        "attempts": 1,
    }


def _save_clocks(step: Step) -> None:
    for clock in _settled(step):
        step.note_event("clock_met", clock.told())
    connection = step.connection
    for clock in step.deadlines.changed:
        values = {name: getattr(clock, name) for name in _CLOCK_COLUMNS}
        if clock.id is None:
            row = {"case_id": step.case.id, "revision": 1, **values}
            clock.id = connection.execute(_INSERT_CLOCK, row).scalar_one()
            step.note_event("clock_started", clock.told_with_reasons())
            continue
        if clock.runs_again and clock.goes_on:
            step.note_event("clock_recounted", clock.told())
        connection.execute(_UPDATE_CLOCK, {"clock_id": clock.id, **{f"new_{name}": v for name, v in values.items()}})


def _save_searchable(step: Step) -> None:
    """Write the values by which the case is found, where this step changed one."""
    catalogue = step.definition.catalogue
    if catalogue is not None and catalogue.searchable:
        changes = {key: after for key, (_, after) in step.instance.document.changes.items()}
        searching.write(step.connection, catalogue, step.case.id, changes)


def _settled(step: Step) -> list[ClockRow]:
    """Meet the clocks that no open item hangs on any more.

    Not while a job works, a letter waits for approval or a step has failed: the letter is not written yet, and the item
    after it may hang on them.
    When the case was ended by hand they end too, met or not.
    """
    kept = step.instance.kept
    held = {(rule, start) for rule, start in kept.clocks.pop(AFTER_JOB, [])}
    touched = step.touched_clocks | held
    if not touched:
        return []
    if step.case.status != "open" and not step.instance.workflow.success:
        return []  # closed or cancelled by hand: whoever ends the case ends its clocks
    if kept.jobs or kept.letters or step.instance.failures or (held and kept.incidents):
        kept.clocks[AFTER_JOB] = [list(key) for key in sorted(touched)]
        return []
    running = {(rule, start) for keys in kept.clocks.values() for rule, start in keys}
    return step.deadlines.settle(running, touched, step.at)


def _advance_case(step: Step) -> None:
    """Note where the tokens went, and close the case when none is left."""
    workflow, case, definition = step.instance.workflow, step.case, step.instance.definition
    if not (workflow.moves or step.opened or step.withdrawn or step.rescheduled):
        return
    stage = _stage(definition, workflow.moves, case.stage)
    if stage != case.stage:
        case.changes["stage"] = case.stage = stage
    payload: dict[str, Any] = {"moves": [list(move) for move in workflow.moves]}
    if step.opened:
        payload["opened"] = [_opened(step, row) for row in step.opened]
    if step.withdrawn:
        payload["withdrawn"] = step.withdrawn
    if step.rescheduled:
        payload["rescheduled"] = [_rescheduled(row) for row in step.rescheduled]
    if stage:
        payload["stage"] = stage
    step.note_event("case_advanced", payload)
    if workflow.completed and case.status == "open":
        outcome = _outcome(step)
        case.status = "closed"
        case.changes |= {"status": "closed", "closed_at": step.at, "outcome": outcome}
        step.connection.execute(_CANCEL_ALL, {"of_case": case.id, "at": step.at})  # what officers added and left undone
        step.connection.execute(_END_CLOCKS, {"of_case": case.id, "at": step.at})  # what nobody met
        step.note_event("case_completed", {"outcome": outcome})


def _stage(definition: Definition, moves: list[Any], stage: str) -> str:
    for move in moves:
        if move.what == "entered" and move.element_id in definition.settings.stages:
            stage = definition.settings.stages[move.element_id]
    return stage


def _outcome(step: Step) -> str:
    """Return how the case ended: the `closureReason` of its last end event, else that event's name.

    A case that ended where nothing follows is completed.
    """
    elements = step.definition.elements
    ends = [move for move in step.instance.workflow.moves if elements[move.element_id].kind == "endEvent"]
    if not ends:
        return "Completed"
    element = elements[ends[-1].element_id]
    reason = element.properties.get("closureReason", "")
    token = step.token(ends[-1].token_id) or step.instance.workflow.task_tree
    try:
        said = step.instance.literal(token, reason) if reason else None
    except EngineError:
        said = None  # the case is over all the same; its end says how
    return str(said or element.label)[:200]


def _opened(step: Step, row: dict[str, Any]) -> dict[str, Any]:
    absent = row["on_behalf_of_id"]
    until = {"absent_until": step.stood_in[absent].until_on.isoformat()} if absent in step.stood_in else {}
    return {
        **({"on_behalf_of_id": absent} if absent else {}),
        **until,
        "id": row["id"],
        "element_id": row["element_id"],
        "name": row["name"],
        "assignee_id": row["assignee_id"],
        "team_id": row["team_id"],
        "token_id": row["token_id"],
        **_dates(row),
    }


def _rescheduled(row: dict[str, Any]) -> dict[str, Any]:
    return {"id": row["task_id"], **_dates(row)}


def _dates(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name].isoformat() if row[name] else None for name in ("due_at", "amber_at")}


def _save_rows(step: Step) -> None:
    connection = step.connection
    for into, rows in ((NOTE, step.notes), (JOB, step.jobs), (NOTICE, step.notifications), (OUTBOX, step.outbox)):
        if rows:
            connection.execute(_INSERT[into.name], rows)


def _sections(step: Step) -> list[Part]:
    touched = step.instance.document.touched()
    if touched:
        kept = step.instance.kept
        kept.sections = sorted({*kept.sections, *touched})
    upsert = _upsert_section(step.connection.dialect.name)
    return [(upsert, {"case_id": step.case.id, "key": key, "fields": fields}) for key, fields in touched.items()]


@cache
def _upsert_section(dialect: str) -> Prepared:
    statement = (postgresql if dialect == "postgresql" else sqlite).insert(SECTION)
    return Prepared(
        statement.on_conflict_do_update(index_elements=["case_id", "key"], set_={"fields": statement.excluded.fields})
    )


def _snapshot(step: Step) -> list[Part]:
    content = snapshot.dump(step.instance.workflow, step.instance.kept.to_json())
    if step.is_new:
        return [(_INSERT_SNAPSHOT, {"case_id": step.case.id, "state": content})]
    return [(_UPDATE_SNAPSHOT, {"of_case": step.case.id, "content": content})]


def _events(step: Step) -> list[Part]:
    rows, head = sealed_rows(step.events, case_id=step.case.id, head=step.case.head, at=step.at, actor=step.actor)
    step.case.event_count, step.case.event_mac = head.count, head.mac
    return [(_INSERT_EVENT, row) for row in rows]


def _case(step: Step) -> Part:
    case = step.case
    case.step_id, case.revision = step.step_id, case.revision + 1
    values = {**case.changes, **{name: getattr(case, name) for name in _CASE_ALWAYS}}
    return _update_case(tuple(values)), {"of_case": case.id, **{f"new_{name}": value for name, value in values.items()}}


@cache
def _update_case(columns: tuple[str, ...]) -> Prepared:
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns}
    return Prepared(update(CASE).where(CASE.c.id == bindparam("of_case")).values(values))
