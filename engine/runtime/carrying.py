"""What a token takes with it to another version of its category: its names, and what it knows of what it waits for."""

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import EventBasedGateway

from engine.definitions.building.joins import LATE
from engine.definitions.specs import CaseCondition, CaseMessage, CaseSignal, CaseTimer, parts
from engine.definitions.specs.compensation import UndoAll
from engine.runtime.matching import Match, element_of
from engine.runtime.undoing import Entry, Record


def carried(token: Any, spec: Any, match: Match) -> tuple[dict[str, Any], dict[str, Any], bool]:
    """Return the local names of a token, its internal data for `spec`, and whether it waits for something else now."""
    internal = dict(token.internal_data)
    if LATE in internal:
        internal[LATE] = [match.name(name, _element(token, name)) for name in internal[LATE]]
    if isinstance(spec, UndoAll):
        internal["left"] = _entries(internal["left"], match, [])
    if "entries" in internal:
        internal["entries"] = _entries(internal["entries"], match, [])
    changed = isinstance(spec, CatchingEvent) and _keep_waiting(token, spec, match, internal)
    return dict(token.data), internal, changed


def _element(token: Any, name: str) -> str:
    spec = token.workflow.spec.task_specs.get(name)
    return element_of(spec) if spec is not None else name


def _keep_waiting(token: Any, spec: Any, match: Match, internal: dict[str, Any]) -> bool:
    """Keep when each timer is due that is the same in both versions; say whether any other thing is waited for."""
    before = {match.timer(name): text for name, text in _awaited(token.task_spec).items()}
    after = _awaited(spec)
    same = {name for name, text in after.items() if before.get(name) == text}
    if "due" in internal:
        due = {match.timer(name): at for name, at in internal["due"].items()}
        internal["due"] = {name: at for name, at in due.items() if name in same}
        if len(internal["due"]) < len(due):
            internal.pop("rounds", None)
    for names in ("true", "spent"):
        if names in internal:
            internal[names] = [name for name in map(match.timer, internal[names]) if name in same]
    if isinstance(spec, EventBasedGateway) and before != after:
        internal.pop("happened", None)
    return before != after


def _awaited(spec: Any) -> dict[str, tuple[str, ...]]:
    """Return what an event waits for, by name: a timer's text, a message's key, …"""
    found: dict[str, tuple[str, ...]] = {}
    for number, part in enumerate(parts(spec.event_definition)):
        match part:
            case CaseTimer():
                found[part.name] = ("timer", part.kind, part.expression)
            case CaseCondition():
                found[part.name] = ("condition", part.expression)
            case CaseMessage():
                found[f"{number} {part.name}"] = ("message", part.name, part.correlation_key or "")
            case CaseSignal():
                found[f"{number} {part.name}"] = ("signal", part.name)
            case _:
                found[f"{number}"] = (type(part).__name__,)
    return found


def record(done: Record, match: Match, forgotten: list[str]) -> Record:
    """Return the record of what may be undone; what the new version cannot undo is noted as forgotten."""
    moved = {scope: _entries(entries, match, forgotten) for scope, entries in done.items()}
    return {scope: entries for scope, entries in moved.items() if entries}


def _entries(entries: list[Entry], match: Match, forgotten: list[str]) -> list[Entry]:
    found = []
    for name, data, inner in entries:
        element_id = name.removesuffix(" [child]")
        new = match.name(name, element_id)
        if _can_be_undone(match, new):
            found.append([new, data, _entries(inner, match, forgotten)])
        else:
            forgotten.append(element_id)
    return found


def _can_be_undone(match: Match, name: str) -> bool:
    specs = match.new.specs
    return any(hasattr(spec.task_specs.get(name), "undone_by") for spec in (specs.top, *specs.inner.values()))
