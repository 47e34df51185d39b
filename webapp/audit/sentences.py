"""Each event in one short sentence, as an auditor reads down a history."""

from collections.abc import Callable
from typing import Any

from webapp import words
from webapp.portal.timeline import Happened

GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway")


def sentence(told: Happened) -> str:
    """Return what happened, without who and when. An event of a kind that does not exist is called so."""
    write = SENTENCES.get(told.event.type)
    if write is None:
        return f"An event of a kind that Casewright does not write: {told.event.type}"
    try:
        return write(told)
    except (LookupError, TypeError, ValueError, AttributeError):
        return "An event that cannot be read: its content was altered"


def sign(told: Happened) -> tuple[str, str]:
    """Return the icon and the state (done, warning, overdue, incident or none) of an event."""
    payload = told.payload
    if told.event.type == "clock_met" and payload.get("state") == "breached":
        return "overdue", "overdue"
    if told.event.type == "task_completed" and payload.get("late"):
        return "overdue", "warning"
    return SIGNS.get(told.event.type, ("info", ""))


def _started(told: Happened) -> str:
    return f"Case started on version {told.payload.get('version', '?')} of the diagram"


def _migrated(told: Happened) -> str:
    return f"Moved from version {told.payload['from_version']} of the diagram to version {told.payload['version']}"


def _advanced(told: Happened) -> str:
    opened = [f"“{row['name']}”" for row in told.payload.get("opened", ())]
    if opened:
        return f"Moved on to {_list(dict.fromkeys(opened))}"
    names = [_label(told, move[1]) for move in told.payload.get("moves", ()) if _is_worth_telling(told, move)]
    if names:
        return f"Moved on to {_list(dict.fromkeys(names))}"
    return "Dates of tasks moved" if told.payload.get("rescheduled") else "Moved on"


def _is_worth_telling(told: Happened, move: list[Any]) -> bool:
    element = told.definition.elements.get(move[1])
    return move[0] == "entered" and element is not None and element.kind not in GATEWAYS and not element.attached_to


def _changed(told: Happened) -> str:
    number = sum(before != after for before, after in told.payload.get("changes", {}).values())
    fields = "1 field" if number == 1 else f"{number or 'Some'} fields"
    return f"{fields} set by the diagram" if told.payload.get("by_diagram") else f"{fields} given or corrected"


def _completed(told: Happened) -> str:
    late = ", late" if told.payload.get("late") else ""
    return f"Completed “{told.payload.get('name') or 'a task'}”{late}{_chosen(told)}"


def _chosen(told: Happened) -> str:
    ways = [f"“{way['name']}”" for way in told.payload.get("choice", ())]
    return f": chose {_list(ways)}" if ways else ""


def _retried(told: Happened) -> str:
    return f"{_at('Tried again:')(told)}{_chosen(told)}"


def _claimed(told: Happened) -> str:
    return f"Took “{told.payload.get('name') or 'a task'}”"


def _released(told: Happened) -> str:
    return f"Gave “{told.payload.get('name') or 'a task'}” back to its team"


def _assigned(told: Happened) -> str:
    team = told.names.teams.get(told.payload.get("team_id") or 0, "")
    whom = told.user("to") if told.payload.get("to") or not team else team
    how = "Put {} back to {}" if told.payload.get("is_undo") else "Handed {} to {}"
    return how.format(f"“{told.payload.get('name') or 'a task'}”", whom)


def _prioritised(told: Happened) -> str:
    return f"Gave “{told.payload.get('name') or 'a task'}” priority {told.payload.get('priority', '')}".rstrip()


def _added(told: Happened) -> str:
    return f"Added the task “{told.payload.get('name') or 'by hand'}”"


def _not_needed(told: Happened) -> str:
    return f"“{told.payload.get('name') or 'A task'}” is not needed any more"


def _clock(start: str) -> Callable[[Happened], str]:
    def write(told: Happened) -> str:
        due = told.instant("due_at")
        return f"{start}: {told.rule() or 'a rule'}" + (f", due {words.day(due)}" if due else "")

    return write


def _clock_met(told: Happened) -> str:
    return f"Deadline {'missed' if told.payload.get('state') == 'breached' else 'met'}: {told.rule() or 'a rule'}"


def _titled(start: str) -> Callable[[Happened], str]:
    return lambda told: f"{start}: {told.payload['title']}" if told.payload.get("title") else start


def _named(start: str) -> Callable[[Happened], str]:
    return lambda told: f"{start}: {told.payload.get('name', '').replace('_', ' ')}" if told.payload else start


def _at(start: str, end: str = "") -> Callable[[Happened], str]:
    return lambda told: f"{start} “{told.element()}”{end}" if told.element() else f"{start} a step{end}"


def _ended(how: str, key: str) -> Callable[[Happened], str]:
    return lambda told: f"Case {how}" + (f": {told.payload[key]}" if told.payload.get(key) else "")


def _related(how: str) -> Callable[[Happened], str]:
    return lambda told: f"{how} {told.payload.get('reference') or 'another case'}"


def _child(how: str) -> Callable[[Happened], str]:
    def write(told: Happened) -> str:
        said = told.payload.get("reason") or told.payload.get("outcome")
        return f"{how} {told.payload['category_name']} {told.payload['reference']}" + (f": {said}" if said else "")

    return write


def _reminded(told: Happened) -> str:
    kind = {"warning": "Warned", "escalation": "Escalated to"}.get(told.payload.get("kind", ""), "Reminded")
    return f"{kind} {_list(told.payload.get('to', ['somebody']) or ['nobody: there is nobody to be told'])}"


def _erased(told: Happened) -> str:
    numbers = [f"{number}" for number in told.payload.get("sequences", ())]
    return f"Erased the content of event {_list(numbers)}, as approved"


def _says(text: str) -> Callable[[Happened], str]:
    return lambda told: text


def _label(told: Happened, element_id: str) -> str:
    return f"“{told.definition.elements[element_id].label}”"


COMMUNICATIONS = {
    "written": "was written",
    "approved": "was approved",
    "let_go": "was let go although it had been stopped",
    "edited": "was changed before it left",
    "printing": "waits to be printed",
    "sent": "was sent",
    "delivered": "arrived",
    "failed": "did not arrive",
    "stopped": "was stopped",
    "cancelled": "was cancelled",
    "received": "was received",
}


def _communication(verb: str) -> Callable[[Happened], str]:
    def write(told: Happened) -> str:
        subject, name = told.payload.get("subject", ""), told.payload.get("recipient", "")
        side = "from" if verb == "was received" else "to"
        return f"“{subject or 'A message'}”{f' {side} {name}' if name else ''} {verb}"

    return write


def _list(names: Any) -> str:
    shown = list(names)
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1]))) if shown else "nothing"


SENTENCES: dict[str, Callable[[Happened], str]] = {
    "case_started": _started,
    "case_advanced": _advanced,
    "case_completed": _ended("closed at its end", "outcome"),
    "case_closed": _ended("closed by hand", "reason"),
    "case_cancelled": _ended("cancelled", "reason"),
    "case_changed": _changed,
    "case_assigned": lambda told: f"Handed the case to {told.user('to')}",
    "case_linked": _related("Linked to"),
    "case_detached": _related("Detached from"),
    "case_merged": _related("Took in, as the same matter,"),
    "case_reopened": _ended("reopened", "reason"),
    "case_migrated": _migrated,
    "case_restricted": _says("Restricted to its circle"),
    "restriction_lifted": _says("Not restricted any more"),
    "circle_joined": lambda told: f"Named in the circle: {told.payload.get('name') or 'somebody'}",
    "circle_left": lambda told: f"Out of the circle: {told.payload.get('name') or 'somebody'}",
    "glass_broken": lambda told: f"Broke the glass: {told.payload.get('reason') or 'for a reason that was erased'}",
    "partner_linked": lambda told: f"Works on the case now: {told.payload.get('name') or 'an organisation'}",
    "partner_unlinked": lambda told: f"Works on it no more: {told.payload.get('name') or 'an organisation'}",
    "child_started": _child("Started"),
    "child_ended": _child("Ended:"),
    "child_reopened": _child("Reopened:"),
    "task_claimed": _claimed,
    "task_released": _released,
    "task_assigned": _assigned,
    "task_prioritised": _prioritised,
    "task_completed": _completed,
    "task_added": _added,
    "task_cancelled": _not_needed,
    "timer_fired": _at("The time came:"),
    "message_received": _named("Message received"),
    "message_sent": _named("Message sent"),
    "signal_received": _named("Signal received"),
    "signal_sent": _named("Signal sent to all cases"),
    "clock_started": _clock("Deadline set"),
    "clock_met": _clock_met,
    "clock_extended": _clock("Deadline extended"),
    "clock_stopped": _clock("Deadline paused"),
    "clock_resumed": _clock("Deadline runs again"),
    "clock_reset": _clock("Deadline starts again"),
    "clock_recounted": _clock("Deadline worked out again"),
    "clock_cancelled": _clock("Deadline withdrawn"),
    "document_merged": _titled("Letter written"),
    "document_added": _titled("Document added"),
    "document_bundled": _titled("Bundle made"),
    "document_redacted": _titled("Redacted copy made"),
    "document_versioned": _titled("New version of the document"),
    "document_changed": _titled("Details of the document changed"),
    "document_moved": _titled("Document filed elsewhere"),
    "document_ended": _titled("Document ended"),
    "document_reinstated": _titled("Document taken back"),
    **{f"communication_{what}": _communication(verb) for what, verb in COMMUNICATIONS.items()},
    "email_queued": lambda told: f"E-mail to {told.payload.get('to', 'somebody')}",
    "note_added": _says("Note written"),
    "record_updated": lambda told: (
        f"Record updated: {told.payload.get('entity', '')} {told.payload.get('reference', '')}"
    ),
    "reminder_given": _reminded,
    "escalation_acknowledged": _says("Acknowledged that a task was escalated"),
    "incident_raised": _at("Failed at"),
    "incident_retried": _retried,
    "incident_skipped": _at("Skipped after it had failed:"),
    "incident_resolved": _says("What had failed is put right"),
    "work_given_up": _says("Given up, after it had failed"),
    "work_retried": _says("Tried again what had been given up"),
    "work_discarded": _says("Discarded what had been given up"),
    "payload_erased": _erased,
}
SIGNS = {
    "case_started": ("flag", ""),
    "case_advanced": ("arrow", ""),
    "case_completed": ("closed", "done"),
    "case_closed": ("closed", "done"),
    "case_cancelled": ("closed", ""),
    "case_changed": ("draft", ""),
    "case_assigned": ("person", ""),
    "case_linked": ("cases", ""),
    "case_detached": ("cases", ""),
    "case_merged": ("cases", "done"),
    "case_reopened": ("arrow", "warning"),
    "case_migrated": ("arrow", "warning"),
    "case_restricted": ("lock", ""),
    "restriction_lifted": ("lock", ""),
    "circle_joined": ("lock", ""),
    "circle_left": ("lock", ""),
    "glass_broken": ("lock", "warning"),
    "partner_linked": ("people", ""),
    "partner_unlinked": ("people", ""),
    "child_started": ("flag", ""),
    "child_ended": ("check", "done"),
    "child_reopened": ("arrow", "warning"),
    "task_claimed": ("person", ""),
    "task_released": ("person", ""),
    "task_assigned": ("person", ""),
    "task_prioritised": ("flag", ""),
    "task_completed": ("check", "done"),
    "task_added": ("plus", ""),
    "task_cancelled": ("closed", ""),
    "timer_fired": ("clock", "warning"),
    "message_received": ("letter", ""),
    "message_sent": ("letter", ""),
    "signal_received": ("letter", ""),
    "signal_sent": ("letter", ""),
    "clock_started": ("clock", ""),
    "clock_met": ("clock", "done"),
    "clock_extended": ("clock", "warning"),
    "clock_stopped": ("clock", "warning"),
    "clock_resumed": ("clock", ""),
    "clock_reset": ("clock", "warning"),
    "clock_recounted": ("clock", ""),
    "clock_cancelled": ("clock", "warning"),
    "document_merged": ("letter", ""),
    "document_added": ("file", ""),
    "document_bundled": ("file", ""),
    "document_redacted": ("file", ""),
    "document_versioned": ("file", ""),
    "document_changed": ("draft", ""),
    "document_moved": ("arrow", ""),
    "document_ended": ("closed", "warning"),
    "document_reinstated": ("file", ""),
    "communication_written": ("letter", ""),
    "communication_approved": ("check", "done"),
    "communication_let_go": ("letter", "warning"),
    "communication_edited": ("draft", ""),
    "communication_printing": ("letter", ""),
    "communication_sent": ("letter", "done"),
    "communication_delivered": ("check", "done"),
    "communication_failed": ("incident", "incident"),
    "communication_stopped": ("lock", "warning"),
    "communication_cancelled": ("closed", ""),
    "communication_received": ("letter", ""),
    "email_queued": ("letter", ""),
    "note_added": ("note", ""),
    "record_updated": ("home", ""),
    "reminder_given": ("flag", "warning"),
    "escalation_acknowledged": ("check", ""),
    "incident_raised": ("incident", "incident"),
    "incident_retried": ("arrow", ""),
    "incident_skipped": ("arrow", "warning"),
    "incident_resolved": ("check", "done"),
    "work_given_up": ("incident", "incident"),
    "work_retried": ("arrow", ""),
    "work_discarded": ("closed", "warning"),
    "payload_erased": ("lock", ""),
}
