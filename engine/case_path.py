"""Where a case stands on its diagram: what is done, where it is, what may come next, and what has failed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from engine.case_page import events_of
from engine.definitions.category import Definition
from engine.definitions.elements import GATEWAYS, Element
from models.case import Case
from models.work import Incident, Job, MessageSubscription, Timer, UserTask


@dataclass(frozen=True, slots=True)
class Stop:
    """An element on the way of a case: when it was last left, how often, and when a time that it waits for comes."""

    id: str
    label: str
    kind: str
    lane: str = ""
    at: datetime | None = None
    times: int = 1
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CasePath:
    """The way of a case: done in the order in which it was, here, next; and the fault of an element in a sentence."""

    done: list[Stop] = field(default_factory=list)
    here: list[Stop] = field(default_factory=list)
    next: list[Stop] = field(default_factory=list)
    faults: Mapping[str, str] = field(default_factory=dict)


def path(session: Session, case_id: int, definition: Definition, *, is_open: bool) -> CasePath:
    """Return the way of a case, of which the last 500 steps are looked at."""
    done = _done(session, case_id, definition)
    timers = _timers(session, case_id) if is_open else {}
    active = {*_active(session, case_id), *timers} if is_open else set()
    found = [element for element_id in sorted(active) if (element := definition.elements.get(element_id))]
    here = [element for element in found if not _is_beside(element, timers)]
    beside = [element for element in found if element not in here]
    faults = {
        incident.element_id: incident.message
        for incident in session.scalars(
            select(Incident).where(Incident.case_id == case_id, Incident.resolved_at.is_(None))
        )
    }
    ahead = [*_next(here, definition), *beside]
    return CasePath(done, _stops(here, timers), _stops(ahead, timers), faults)


def _is_beside(element: Element, timers: Mapping[str, datetime]) -> bool:
    """Say whether an event only may come while the case is elsewhere: a timer on a task, the start of a sub-process."""
    return element.kind == "startEvent" or (bool(element.attached_to) and element.id in timers)


def _done(session: Session, case_id: int, definition: Definition) -> list[Stop]:
    found: dict[str, tuple[datetime, int]] = {}
    for event in reversed(events_of(session, case_id, ("case_advanced", "case_migrated"))):
        payload = event.payload or {}
        if event.type == "case_migrated":
            found = {payload.get("mapping", {}).get(element_id, element_id): stay for element_id, stay in found.items()}
            continue
        for what, element_id, *_ in payload.get("moves", ()):
            if what == "left":
                found[element_id] = (event.at, found[element_id][1] + 1 if element_id in found else 1)
    drawn = [(element, *found[key]) for key in found if (element := definition.elements.get(key)) is not None]
    return [Stop(e.id, e.label, e.kind, e.lane, at, times) for e, at, times in drawn]


def _active(session: Session, case_id: int) -> list[str]:
    """Return the elements where the case waits: for a person, a message, a job, a child, or for somebody to retry."""
    tasks = select(UserTask.element_id).where(
        UserTask.case_id == case_id, UserTask.status == "open", UserTask.token_id.is_not(None)
    )
    waiting = (
        select(MessageSubscription.element_id).where(MessageSubscription.case_id == case_id),
        select(Job.element_id).where(Job.case_id == case_id, Job.status.in_(("waiting", "running"))),
        select(Incident.element_id).where(Incident.case_id == case_id, Incident.resolved_at.is_(None)),
        select(Case.parent_element_id).where(
            Case.parent_id == case_id, Case.parent_token_id.is_not(None), Case.status == "open"
        ),
    )
    return sorted(session.scalars(union(tasks, *waiting)))


def _timers(session: Session, case_id: int) -> dict[str, datetime]:
    """Return when each timer of the case is due, by its element."""
    timers = select(Timer.element_id, Timer.due_at).where(Timer.case_id == case_id)
    rows = session.execute(timers.order_by(Timer.due_at.desc()))  # the first one due stands
    return {row.element_id: row.due_at for row in rows}


def _next(here: Iterable[Element], definition: Definition) -> list[Element]:
    """Return what may come right after the active elements; gateways and other passing points are looked through."""
    found: dict[str, Element] = {}
    here = list(here)
    waiting = [flow.target for element in here for flow in element.outgoing]
    seen: set[str] = set()
    while waiting:
        target = waiting.pop(0)
        element = definition.elements.get(target)
        if element is None or target in seen:
            continue
        seen.add(target)
        if _is_passed_through(element):
            waiting.extend(flow.target for flow in element.outgoing)
        else:
            found[target] = element
    return [element for element in found.values() if element.id not in _ids(here)]


def _is_passed_through(element: Element) -> bool:
    return element.kind in GATEWAYS or (element.kind == "intermediateThrowEvent" and not element.event)


def _ids(elements: Iterable[Element]) -> set[str]:
    return {element.id for element in elements}


def _stops(elements: Iterable[Element], timers: Mapping[str, datetime]) -> list[Stop]:
    return [Stop(e.id, e.label, e.kind, e.lane, due_at=timers.get(e.id)) for e in elements]
