"""Replays a case from its events alone: nothing else is read, so it shows what was, not what the tables say now."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.history.state import (
    ClockAt,
    DocumentAt,
    FieldAt,
    HistoryEvent,
    IncidentAt,
    NoteAt,
    Passed,
    State,
    StepAt,
    TaskAt,
    TokenAt,
)

Payload = dict[str, Any]


def replay(events: Iterable[HistoryEvent], *, at: datetime | None = None, sequence: int | None = None) -> State:
    """Return the case as it stood after the event `sequence`, or at the instant `at`, or at the end.

    `events` are all events of one case in order: the sequence is the order of things, whatever clocks said. What an
    approved erasure took is gone at every moment; the later event that approved it says what the replay may know.
    """
    events = list(events)
    kept = _kept_of_erased(events)
    state = State()
    for event in events:
        if _is_later(event, at, sequence):
            break
        _apply(state, event, kept.get(event.sequence, {}))
    return state


def replay_all(events: Iterable[HistoryEvent]) -> list[StepAt]:
    """Return what each event did, in order."""
    events = list(events)
    kept, state, steps = _kept_of_erased(events), State(), []
    for event in events:
        _apply(state, event, kept.get(event.sequence, {}))
        steps.append(state.step or StepAt(event))
    return steps


def _is_later(event: HistoryEvent, at: datetime | None, sequence: int | None) -> bool:
    return (sequence is not None and event.sequence > sequence) or (at is not None and event.at > at)


def _kept_of_erased(events: list[HistoryEvent]) -> dict[int, Payload]:
    """Return what approved erasures kept of the payloads that they emptied, by sequence."""
    found: dict[int, Payload] = {}
    for event in events:
        if event.type == "payload_erased" and event.payload is not None:
            found |= {int(sequence): payload for sequence, payload in event.payload.get("kept", {}).items()}
    return found


def _apply(state: State, event: HistoryEvent, kept: Payload) -> None:
    state.sequence, state.at = event.sequence, event.at
    state.step = StepAt(event)
    if event.payload is None:
        state.erased.append(event.sequence)
    payload = event.payload if event.payload is not None else kept
    try:
        _change_fields(state, event, payload)
        HANDLERS[event.type](state, event, payload)
    except (LookupError, TypeError, ValueError, AttributeError):
        is_readable = False  # nobody but somebody who altered it wrote an event of another shape
    else:
        is_readable = event.is_readable
    if not is_readable:
        state.unreadable.append(event.sequence)


def _change_fields(state: State, event: HistoryEvent, payload: Payload) -> None:
    assert state.step is not None
    for key, (before, after) in payload.get("changes", {}).items():
        state.fields[key] = FieldAt(after, event.sequence)
        state.step.changes[key] = [before, after]
    for key in payload.get("fields", ()):
        state.fields[key] = FieldAt(None, event.sequence, is_erased=True)
        state.step.erased_fields.append(key)


def _case_started(state: State, event: HistoryEvent, payload: Payload) -> None:
    state.status, state.owner_id = "open", payload.get("owner_id", event.actor_id)
    state.reference, state.category = payload.get("reference", ""), payload.get("category", "")
    state.version_id, state.version_number = payload.get("version_id", 0), payload.get("version", 0)
    state.content_hash, state.subjects = payload.get("content_hash", ""), payload.get("subjects", [])


def _case_advanced(state: State, event: HistoryEvent, payload: Payload) -> None:
    for move in payload.get("moves", ()):
        _move(state, event, *move)
    for row in payload.get("opened", ()):
        _open_task(state, event, row)
    for task_id in payload.get("withdrawn", ()):
        _end_task(state, event, task_id, "cancelled")
    for row in payload.get("rescheduled", ()):
        task = state.tasks.get(row["id"])
        if task is not None:
            task.due_at, task.amber_at, task.sequence = row["due_at"], row["amber_at"], event.sequence
    state.stage = payload.get("stage", state.stage)


def _move(state: State, event: HistoryEvent, what: str, element_id: str, token_id: str, came_from: str = "") -> None:
    assert state.step is not None
    state.path.append(Passed(what, element_id, came_from, event.sequence, event.at))
    if what == "entered":
        state.tokens[token_id] = TokenAt(element_id, came_from, event.sequence)
        state.step.entered.append(element_id)
        if came_from:
            state.step.flows.append((came_from, element_id))
        return
    state.tokens.pop(token_id, None)
    if what == "left":
        state.step.left.append(element_id)


def _open_task(state: State, event: HistoryEvent, row: Payload) -> None:
    assert state.step is not None
    state.tasks[row["id"]] = TaskAt(
        id=row["id"],
        name=row.get("name", ""),
        element_id=row.get("element_id", ""),
        token_id=row.get("token_id", ""),
        assignee_id=row.get("assignee_id"),
        team_id=row.get("team_id"),
        due_at=row.get("due_at"),
        amber_at=row.get("amber_at"),
        opened_at=event.at,
        sequence=event.sequence,
    )
    state.step.opened.append(row["id"])


def _end_task(state: State, event: HistoryEvent, task_id: int, status: str) -> None:
    assert state.step is not None
    task = state.tasks.get(task_id)
    if task is not None:
        task.status, task.sequence = status, event.sequence
        state.step.ended.append(task_id)


def _task_completed(state: State, event: HistoryEvent, payload: Payload) -> None:
    _end_task(state, event, payload.get("id", 0), "completed")


def _task_cancelled(state: State, event: HistoryEvent, payload: Payload) -> None:
    _end_task(state, event, payload.get("id", 0), "cancelled")


def _task_added(state: State, event: HistoryEvent, payload: Payload) -> None:
    if "id" in payload:
        _open_task(state, event, payload)


def _task_handed(state: State, event: HistoryEvent, payload: Payload) -> None:
    task = state.tasks.get(payload.get("id", 0))
    if task is not None:
        task.assignee_id, task.sequence = payload.get("to"), event.sequence
        task.team_id = payload.get("team_id", task.team_id)


def _case_assigned(state: State, event: HistoryEvent, payload: Payload) -> None:
    state.owner_id = payload.get("to", state.owner_id)


def _case_completed(state: State, event: HistoryEvent, payload: Payload) -> None:
    state.status, state.outcome = "closed", payload.get("outcome", "")
    _end_clocks(state, event)


def _case_closed(state: State, event: HistoryEvent, payload: Payload) -> None:
    _end_by_hand(state, event, "closed", payload)


def _case_cancelled(state: State, event: HistoryEvent, payload: Payload) -> None:
    _end_by_hand(state, event, "cancelled", payload)


def _case_reopened(state: State, event: HistoryEvent, payload: Payload) -> None:
    state.status, state.outcome = "open", ""


def _case_migrated(state: State, event: HistoryEvent, payload: Payload) -> None:
    """Take over the version that the case went to: its tokens stand on that diagram, and its way is told by it."""
    state.version_id = payload.get("version_id", state.version_id)
    state.version_number = payload.get("version", state.version_number)
    state.content_hash = payload.get("content_hash", "")
    state.former_names |= payload.get("names", {})
    for element_id, token_id in payload.get("withdrawn", ()):
        _move(state, event, "withdrawn", element_id, token_id)
    new = payload.get("mapping", {})
    state.path = [
        replace(p, element_id=new.get(p.element_id, p.element_id), came_from=new.get(p.came_from, p.came_from))
        for p in state.path
    ]
    for token_id, before, after in payload.get("tokens", ()):
        if before:
            kept = state.tokens[token_id]
            kept.element_id, kept.came_from = after, new.get(kept.came_from, kept.came_from)
        else:
            _move(state, event, "entered", after, token_id)
    for row in payload.get("tasks", ()):
        task = state.tasks[row["id"]]
        task.name, task.element_id, task.sequence = row["name"], row["element_id"], event.sequence
    for token_id, incident in state.incidents.items():
        element_id = new.get(incident.element_id, incident.element_id)
        state.incidents[token_id] = replace(incident, element_id=element_id)
    state.stage = payload.get("stage", state.stage)


def _end_by_hand(state: State, event: HistoryEvent, status: str, payload: Payload) -> None:
    """End what still waits, as `engine.cases` does: open to-do items are withdrawn, clocks end unmet."""
    state.status, state.outcome = status, payload.get("reason", "")
    for task in state.open_tasks:
        _end_task(state, event, task.id, "cancelled")
    _end_clocks(state, event)


def _end_clocks(state: State, event: HistoryEvent) -> None:
    for clock in state.clocks.values():
        if clock.state in ("running", "stopped"):
            clock.state, clock.met_at, clock.sequence = "ended", event.at, event.sequence


def _clock_changed(state: State, event: HistoryEvent, payload: Payload) -> None:
    """Take over a clock that was started, changed or met: each event tells all of it."""
    if "rule" not in payload:
        return
    told = payload.get("before") or payload
    names = (payload.get("clock"), (payload["rule"], told["counted_from"]), (payload["rule"], payload["counted_from"]))
    before = next((state.clocks.pop(name) for name in names if name in state.clocks), None)
    clock = ClockAt(
        rule=payload["rule"],
        counted_from=payload["counted_from"],
        due_at=payload["due_at"],
        amber_at=payload.get("amber_at"),
        state=payload.get("state", "running"),
        explanation=payload.get("explanation") or (before.explanation if before else []),
        sequence=event.sequence,
        extensions=list(before.extensions) if before else [],
    )
    if event.type == "clock_extended":
        granted = {name: payload.get(name) for name in ("amount", "unit", "reason")}
        clock.extensions.append({**granted, "by": event.actor_name})
    if clock.state in ("met", "breached"):
        clock.met_at = _instant(payload.get("met_at")) or event.at
    if clock.state == "cancelled":
        clock.met_at = event.at
    state.clocks[payload.get("clock") or (payload["rule"], payload["counted_from"])] = clock


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _document_filed(state: State, event: HistoryEvent, payload: Payload) -> None:
    if "document_id" not in payload:
        return
    is_merged = event.type == "document_merged"
    state.documents.append(
        DocumentAt(
            id=payload["document_id"],
            title=payload.get("title", ""),
            kind="letter" if is_merged else payload.get("kind", ""),
            sha256=payload.get("sha256", ""),
            template=payload.get("template", ""),
            element_id=payload.get("element_id", ""),
            sequence=event.sequence,
            at=event.at,
        )
    )


def _document_changed(state: State, event: HistoryEvent, payload: Payload) -> None:
    """Show a document with its new version, or its new title and kind."""
    after = {name: change["after"] for name, change in (payload.get("changes") or {}).items()}
    after |= {"sha256": payload["sha256"]} if "sha256" in payload else {}
    known = {name: value for name, value in after.items() if name in ("title", "kind", "sha256")}
    _replace_document(state, payload, **known)


def _document_moved(state: State, event: HistoryEvent, payload: Payload) -> None:
    if payload.get("direction") == "out":
        state.documents = [one for one in state.documents if one.id != payload.get("document_id")]
    elif payload.get("direction") == "in":
        _document_filed(state, event, payload)


def _document_ended(state: State, event: HistoryEvent, payload: Payload) -> None:
    _replace_document(state, payload, has_ended=event.type == "document_ended")


def _replace_document(state: State, payload: Payload, **changes: Any) -> None:
    state.documents = [
        replace(one, **changes) if one.id == payload.get("document_id") else one for one in state.documents
    ]


def _note_added(state: State, event: HistoryEvent, payload: Payload) -> None:
    state.notes.append(NoteAt(payload.get("text"), event.actor_name, event.sequence, event.at))


def _incident_raised(state: State, event: HistoryEvent, payload: Payload) -> None:
    state.incidents[payload.get("token_id", "")] = IncidentAt(
        payload.get("element_id", ""), payload.get("message", ""), payload.get("remedy", ""), event.sequence
    )


def _incident_resolved(state: State, event: HistoryEvent, payload: Payload) -> None:
    state.incidents.pop(payload.get("token_id", ""), None)


def _nothing(state: State, event: HistoryEvent, payload: Payload) -> None:
    """What this event tells changes nothing that is looked at later, besides any fields."""


HANDLERS: dict[str, Callable[[State, HistoryEvent, Payload], None]] = {
    "case_started": _case_started,
    "case_advanced": _case_advanced,
    "case_completed": _case_completed,
    "case_closed": _case_closed,
    "case_cancelled": _case_cancelled,
    "case_changed": _nothing,
    "case_assigned": _case_assigned,
    "case_linked": _nothing,
    "case_detached": _nothing,
    "case_merged": _nothing,
    "case_reopened": _case_reopened,
    "case_migrated": _case_migrated,
    "child_started": _nothing,
    "child_ended": _nothing,
    "child_reopened": _nothing,
    "task_claimed": _task_handed,
    "task_released": _task_handed,
    "task_assigned": _task_handed,
    "task_prioritised": _nothing,
    "task_completed": _task_completed,
    "task_added": _task_added,
    "task_cancelled": _task_cancelled,
    "timer_fired": _nothing,
    "message_received": _nothing,
    "message_sent": _nothing,
    "signal_received": _nothing,
    "signal_sent": _nothing,
    "clock_started": _clock_changed,
    "clock_met": _clock_changed,
    "clock_extended": _clock_changed,
    "clock_stopped": _clock_changed,
    "clock_resumed": _clock_changed,
    "clock_reset": _clock_changed,
    "clock_recounted": _clock_changed,
    "clock_cancelled": _clock_changed,
    "document_merged": _document_filed,
    "document_added": _document_filed,
    "document_bundled": _document_filed,
    "document_redacted": _document_filed,
    "document_versioned": _document_changed,
    "document_changed": _document_changed,
    "document_moved": _document_moved,
    "document_ended": _document_ended,
    "document_reinstated": _document_ended,
    "email_queued": _nothing,
    "communication_written": _nothing,
    "communication_approved": _nothing,
    "communication_let_go": _nothing,
    "communication_edited": _nothing,
    "communication_printing": _nothing,
    "communication_sent": _nothing,
    "communication_delivered": _nothing,
    "communication_failed": _nothing,
    "communication_stopped": _nothing,
    "communication_cancelled": _nothing,
    "communication_received": _nothing,
    "note_added": _note_added,
    "record_updated": _nothing,
    "case_restricted": _nothing,
    "restriction_lifted": _nothing,
    "circle_joined": _nothing,
    "circle_left": _nothing,
    "glass_broken": _nothing,
    "partner_linked": _nothing,
    "partner_unlinked": _nothing,
    "reminder_given": _nothing,
    "escalation_acknowledged": _nothing,
    "incident_raised": _incident_raised,
    "incident_retried": _nothing,
    "incident_skipped": _nothing,
    "incident_resolved": _incident_resolved,
    "work_given_up": _nothing,
    "work_retried": _nothing,
    "work_discarded": _nothing,
    "payload_erased": _nothing,
}
