"""Where a case stands on its diagram: what is done, where it is, what may come next, and what has failed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from engine.case_page import events_of
from engine.definitions.category import Definition
from engine.definitions.elements import GATEWAYS, Element
from models.work import Incident, Job, MessageSubscription, Timer, UserTask


@dataclass(frozen=True, slots=True)
class Stop:
    """An element on the way of a case; `at` is when it was last left, `times` how often."""

    id: str
    label: str
    kind: str
    lane: str = ""
    at: datetime | None = None
    times: int = 1


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
    active = _active(session, case_id) if is_open else []
    here = [element for element_id in active if (element := definition.elements.get(element_id))]
    faults = {
        incident.element_id: incident.message
        for incident in session.scalars(
            select(Incident).where(Incident.case_id == case_id, Incident.resolved_at.is_(None))
        )
    }
    return CasePath(done, [_stop(element) for element in here], [_stop(e) for e in _next(here, definition)], faults)


def _done(session: Session, case_id: int, definition: Definition) -> list[Stop]:
    found: dict[str, Stop] = {}
    for event in reversed(events_of(session, case_id, ("case_advanced",))):
        for what, element_id, *_ in (event.payload or {}).get("moves", ()):
            element = definition.elements.get(element_id)
            if what != "left" or element is None:
                continue
            times = found[element_id].times + 1 if element_id in found else 1
            found[element_id] = Stop(element.id, element.label, element.kind, element.lane, event.at, times)
    return list(found.values())


def _active(session: Session, case_id: int) -> list[str]:
    """Return the elements where the case waits: for a person, a time, a message, a job, or for somebody to retry."""
    tasks = select(UserTask.element_id).where(
        UserTask.case_id == case_id, UserTask.status == "open", UserTask.token_id.is_not(None)
    )
    waiting = (
        select(Timer.element_id).where(Timer.case_id == case_id),
        select(MessageSubscription.element_id).where(MessageSubscription.case_id == case_id),
        select(Job.element_id).where(Job.case_id == case_id, Job.status.in_(("waiting", "running"))),
        select(Incident.element_id).where(Incident.case_id == case_id, Incident.resolved_at.is_(None)),
    )
    return sorted(session.scalars(union(tasks, *waiting)))


def _next(here: Iterable[Element], definition: Definition) -> list[Element]:
    """Return what may come right after the active elements; gateways and other passing points are looked through."""
    here = [element for element in here if not element.attached_to]
    found: dict[str, Element] = {}
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


def _ids(elements: Collection[Element]) -> set[str]:
    return {element.id for element in elements}


def _stop(element: Element) -> Stop:
    return Stop(element.id, element.label, element.kind, element.lane)
