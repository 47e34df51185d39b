"""What a replayed case looks like on its diagram, and the same in words."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.definitions.category import Definition
from engine.definitions.elements import GATEWAYS
from engine.history.state import HistoryEvent, State


def marks(state: State, definition: Definition) -> dict[str, Any]:
    """Return what the diagram shows at a moment; the browser draws no more than this.

    {"version": number, "done", "active", "watching", "withdrawn": [element ids], "flows": [flow ids],
    "counts": {id: tokens}, "faults": {id: sentence}, "now": {"elements": [ids], "flows": [ids]}}; `now` is what this
    event did.
    """
    counts = Counter(token.element_id for token in state.tokens.values())
    watching = [element_id for element_id in state.active if _is_watching(definition, element_id)]
    step = state.step
    return {
        "version": state.version_number,
        "done": state.finished,
        "active": [element_id for element_id in state.active if element_id not in watching],
        "watching": watching,
        "withdrawn": state.withdrawn,
        "flows": _flow_ids(definition, state.flows),
        "counts": dict(counts),
        "faults": {incident.element_id: incident.message for incident in state.incidents.values()},
        "now": {"elements": step.left if step else [], "flows": _flow_ids(definition, step.flows if step else [])},
    }


def first_times(events: list[HistoryEvent]) -> dict[str, int]:
    """Return for each element the event by which a token first came there: a click on it leads to that moment."""
    found: dict[str, int] = {}
    for event in events:
        for move in (event.payload or {}).get("moves", ()) if event.type == "case_advanced" else ():
            if isinstance(move, list) and len(move) > 1 and move[0] == "entered":
                found.setdefault(f"{move[1]}", event.sequence)
    return found


@dataclass(slots=True)
class Visit:
    """One stay of a token at an element: `ended` is "left", "withdrawn" or "" while it is there."""

    label: str
    kind: str
    lane: str
    came: int
    came_at: datetime
    went: int = 0
    went_at: datetime | None = None
    ended: str = ""


def visits(state: State, definition: Definition) -> list[Visit]:
    """Return the way of a case in words: every stay at an element, in the order in which they began."""
    found: list[Visit] = []
    here: dict[str, list[Visit]] = {}
    for passed in state.path:
        element = definition.elements.get(passed.element_id)
        if passed.what == "entered":
            former = state.former_names.get(passed.element_id, passed.element_id)
            label, lane = (element.label, element.lane) if element else (former, "")
            visit = Visit(label, kind_in_words(element.kind if element else ""), lane, passed.sequence, passed.at)
            found.append(visit)
            here.setdefault(passed.element_id, []).append(visit)
        elif here.get(passed.element_id):
            visit = here[passed.element_id].pop(0)
            visit.ended, visit.went, visit.went_at = passed.what, passed.sequence, passed.at
    return found


def kind_in_words(kind: str) -> str:
    """Write Task, Decision, Event for the BPMN tag of an element."""
    if kind in GATEWAYS:
        return "Decision" if kind == "exclusiveGateway" else "Gateway"
    return _KINDS.get(kind, "Step")


_KINDS = {
    "userTask": "Task",
    "manualTask": "Task",
    "task": "Task",
    "startEvent": "Start",
    "endEvent": "End",
    "boundaryEvent": "Watched for",
    "intermediateCatchEvent": "Waited for",
    "intermediateThrowEvent": "Event",
}


def _is_watching(definition: Definition, element_id: str) -> bool:
    """Say whether a token only watches beside a task: a timer or message on its border."""
    element = definition.elements.get(element_id)
    return element is not None and bool(element.attached_to)


def _flow_ids(definition: Definition, flows: list[tuple[str, str]]) -> list[str]:
    found = []
    for source, target in flows:
        element = definition.elements.get(source)
        found += [flow.id for flow in (element.outgoing if element else ()) if flow.target == target]
    return list(dict.fromkeys(found))
