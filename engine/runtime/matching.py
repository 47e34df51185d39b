"""Finds for each element of one version of a category the element of another that stands in its place.

That is the element with the same id, or the one that an analyst says (a mapping of ids); it must be of the same sort.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import EventSubprocess
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask as SubWorkflowMixin
from SpiffWorkflow.specs.base import TaskSpec

from engine.definitions.category import Definition
from engine.definitions.elements import SERVICES, TO_DO, Element

_TAILS = (".BoundaryEventSplit", ".BoundaryEventJoin", " [child]", " undone", " undo")
_WORDS = {
    "subProcess": "a sub-process",
    "transaction": "a transaction",
    "adHocSubProcess": "an ad-hoc sub-process",
    "exclusiveGateway": "an exclusive gateway",
    "parallelGateway": "a parallel gateway",
    "inclusiveGateway": "an inclusive gateway",
    "complexGateway": "a complex gateway",
    "eventBasedGateway": "an event-based gateway",
    "startEvent": "a start event",
    "endEvent": "an end event",
    "intermediateThrowEvent": "an event that is thrown",
}
_LOOPS = {
    "": "",
    "repeat": ", done again and again",
    "parallel": ", done for several at once",
    "sequential": ", done for one after the other",
}


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a case cannot move: the element, a sentence, and what to do."""

    element_id: str
    name: str
    reason: str
    remedy: str


class Match:
    """What of the version `old` goes to what of the version `new`; `mapping` is old element id to new."""

    def __init__(self, old: Definition, new: Definition, mapping: Mapping[str, str]) -> None:
        self.old, self.new, self.mapping = old, new, dict(mapping)
        self.homes = _homes(new)

    def element(self, element_id: str) -> str:
        """Return the id that an element has in the new version, if it is there at all."""
        return self.mapping.get(element_id, element_id)

    def name(self, name: str, element_id: str) -> str:
        """Return the name that a specification of an element has in the new version."""
        return self.element(element_id) + name[len(element_id) :] if name.startswith(element_id) else name

    def timer(self, name: str) -> str:
        """Return the name of a timer or condition, which is its element, with a number where there are several."""
        element_id, mark, number = name.partition("~")
        return f"{self.element(element_id)}{mark}{number}"

    def label(self, element_id: str) -> str:
        """Return how the old version calls an element."""
        found = self.old.elements.get(element_id)
        return found.label if found else element_id

    def difference(self, element_id: str) -> Obstacle | None:
        """Return what keeps a token from going from an element to the one in its place; none when nothing does."""
        old, new = self.old.elements.get(element_id), self.new.elements.get(self.element(element_id))
        if new is None:
            return self.gone(element_id)
        if old is None or sort_of(old) == sort_of(new):
            return None
        return self.obstacle(
            element_id,
            f"“{old.label}” is {in_words(old)} in version {self.old.version_number}, "
            f"and “{new.label}” is {in_words(new)} in version {self.new.version_number}.",
            f"Map it to {in_words(old)}, or finish it first.",
        )

    def gone(self, element_id: str) -> Obstacle:
        """Return that the new version does not have an element."""
        if element_id in self.mapping:
            reason = f"“{self.label(element_id)}” is mapped to “{self.mapping[element_id]}”, which is not in version"
        else:
            reason = f"“{self.label(element_id)}” is not in version"
        return self.obstacle(
            element_id, f"{reason} {self.new.version_number}.", "Map it to another element, or finish it first."
        )

    def elsewhere(self, element_id: str) -> Obstacle:
        """Return that the element is in a part of the new diagram into which the case cannot be put."""
        home = self.homes.get(self.element(element_id), "")
        owner = self.new.elements.get(home)
        inside = f"inside “{owner.label}”" if owner else "in another part of the diagram"
        return self.obstacle(
            element_id,
            f"“{self.label(element_id)}” is {inside} in version {self.new.version_number}, and the case is not there.",
            "Map it to an element of the part where the case is, or finish it first.",
        )

    def obstacle(self, element_id: str, reason: str, remedy: str) -> Obstacle:
        """Return an obstacle at an element of the old version."""
        return Obstacle(element_id, self.label(element_id), reason, remedy)

    def begins_alike(self, old: str, new: str) -> bool:
        """Say whether an event sub-process begins by the same kind of event in both versions."""
        before, after = _beginnings(self.old, old), _beginnings(self.new, new)
        return {self.element(element_id): kinds for element_id, kinds in before.items()} == after

    def way_in(self, element_id: str, scope: str) -> list[str] | None:
        """Return the sub-processes, the outermost first, that an element is in from `scope` on; none when not there."""
        found: list[str] = []
        home = self.homes.get(element_id)
        while home is not None and home != scope:
            found.insert(0, home)
            if not _may_be_entered(self.new, self.homes, home):
                return None
            home = self.homes.get(home)
        return found if home == scope else None


def mapping_faults(old: Definition, new: Definition, mapping: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with a mapping of elements: "mapping.<old id>" to a sentence."""
    match, faults = Match(old, new, mapping), {}
    former = _homes(old)
    for before, after in mapping.items():
        if before not in old.elements:
            faults[f"mapping.{before}"] = f"Version {old.version_number} has no element “{before}”"
        elif after not in new.elements:
            faults[f"mapping.{before}"] = f"Version {new.version_number} has no element “{after}”"
        elif (difference := match.difference(before)) is not None and not _may_fail(old.elements[before]):
            faults[f"mapping.{before}"] = f"{difference.reason} {difference.remedy}"
        elif not _is_within(match, former, before):
            faults[f"mapping.{before}"] = match.elsewhere(before).reason
    return faults


def _may_fail(element: Element) -> bool:
    """Say whether a token may have an incident there, and then go on at an element of another sort."""
    return element.kind in SERVICES or element.kind == "exclusiveGateway"


def _is_within(match: Match, former: Mapping[str, str], element_id: str) -> bool:
    """Say whether the new element is in the scope that the old one was in, or deeper, by sub-processes both have."""
    scope = former.get(element_id)
    while scope is not None and match.element(scope) not in match.homes and scope in former:
        scope = former[scope]  # the sub-process is gone: what was in it is put into what is around it
    scope = match.old.process_id if scope is None else scope
    return match.way_in(match.element(element_id), match.element(scope)) is not None


def _homes(definition: Definition) -> dict[str, str]:
    """Return the process or sub-process in which each element stands."""
    specs = definition.specs
    return {name: spec.name for spec in (specs.top, *specs.inner.values()) for name in spec.task_specs}


def _may_be_entered(definition: Definition, homes: Mapping[str, str], scope: str) -> bool:
    """Say whether a token may be put into a sub-process that the old version did not have: an embedded one, no loop."""
    outer = homes.get(scope)
    specs = {definition.specs.top.name: definition.specs.top, **definition.specs.inner}
    owner = specs[outer].task_specs.get(scope) if outer in specs else None
    return isinstance(owner, SubWorkflowMixin) and not isinstance(owner, EventSubprocess) and owner.spec == scope


def _beginnings(definition: Definition, scope: str) -> dict[str, tuple[str, ...]]:
    inside = definition.specs.inner[scope].task_specs
    found = (definition.elements[name] for name in inside if name in definition.elements)
    return {element.id: event_kinds(element) for element in found if element.kind == "startEvent"}


def event_subprocesses(spec: Any) -> list[str]:
    """Return the event sub-processes that wait beside the flow of a process or sub-process."""
    return [found.name for found in spec.start.outputs if isinstance(found, EventSubprocess)]


def element_of(spec: TaskSpec) -> str:
    """Return the element that a specification is drawn as, or belongs to."""
    drawn: Any = getattr(spec, "bpmn_id", None) or getattr(spec, "stands_for", None)
    if drawn:
        return str(drawn)
    name = str(spec.name)
    return next((name.removesuffix(tail) for tail in _TAILS if name.endswith(tail)), name)


def sort_of(element: Element) -> tuple[str, ...]:
    """Return what two elements must have in common for a token to go from the one to the other."""
    return (*_kind(element), _loop(element))


def _kind(element: Element) -> tuple[str, ...]:
    kind = element.kind
    if kind in TO_DO:
        return ("person",)
    if kind in SERVICES and (kind != "sendTask" or element.service.type or element.message is None):
        return ("service",)
    if kind == "callActivity":
        return ("case" if element.starts_case else "call",)
    if kind in ("parallelGateway", "inclusiveGateway"):
        return ("join",)
    if kind in ("receiveTask", "intermediateCatchEvent"):
        return ("catch", *event_kinds(element))
    return (kind, *(event_kinds(element) if kind.endswith("Event") else ()))


def event_kinds(element: Element) -> tuple[str, ...]:
    """Return what an event waits for or throws: timer, message, signal, …"""
    kinds = tuple(trigger.kind for trigger in element.triggers)
    return kinds or (("message",) if element.kind == "receiveTask" else (element.event or "none",))


def _loop(element: Element) -> str:
    if element.repeat is not None:
        return "repeat"
    if element.loop is None:
        return ""
    if not element.loop.collection and not element.loop.cardinality:
        return "repeat"
    return "sequential" if element.loop.is_sequential else "parallel"


def in_words(element: Element) -> str:
    """Return what an element is, for a sentence."""
    sort, loop = _kind(element), _LOOPS[_loop(element)]
    words = {
        "person": "a task for a person",
        "service": "a task that the platform does",
        "case": "a call that starts a case",
        "call": "a call of a process",
    }.get(sort[0])
    if words is None and sort[0] in ("catch", "boundaryEvent"):
        where = "on a border" if sort[0] == "boundaryEvent" else ""
        words = f"an event that waits for {_trigger_in_words(sort[1])} {where}".rstrip()
    return f"{words or _WORDS.get(element.kind, 'a step')}{loop}"


def _trigger_in_words(kind: str) -> str:
    article = "an" if kind[:1] in "aeiou" else "a"
    return {"timer": "a time", "conditional": "a condition", "none": "nothing"}.get(kind, f"{article} {kind}")
