"""Which reminders a diagram draws by itself, so that the platform does not give them a second time.

A timer at the boundary of a task that interrupts nothing stands for a stage: at `amber(…)` for that of amber, at the
task's own due date for what is overdue, at any other time for what comes before. Where its path gives a notice, that
stage is the diagram's; where it escalates, or asks somebody to do something once the task is overdue, escalation is.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from engine.definitions.elements import Element
from engine.reminders import SILENT, Plan

PROPERTY = "reminders"  # on a task: none for no reminders at all, all for those that its diagram draws too
NONE, ALL = "none", "all"
NOTIFY = "notify"


def plans(elements: Mapping[str, Element], plan: Plan) -> Mapping[str, Plan]:
    """Return, for every task that differs from its category's `plan`, the plan of its own."""
    drawn: dict[str, set[str]] = {}
    for timer in elements.values():
        if timer.attached_to in elements and timer.timer is not None and not timer.is_interrupting:
            drawn.setdefault(timer.attached_to, set()).update(_stages(timer, elements))
    found = {task: plan.without(frozenset(stages)) for task, stages in drawn.items() if stages}
    for element in elements.values():
        said = element.properties.get(PROPERTY, "")
        if said == NONE:
            found[element.id] = SILENT
        elif said == ALL:
            found[element.id] = plan
    return MappingProxyType(found)


def _stages(timer: Element, elements: Mapping[str, Element]) -> Iterator[str]:
    stage = _stage(timer, elements[timer.attached_to])
    for element in _path(timer, elements):
        if element.service.type == NOTIFY:
            yield "escalation" if _kind(element) == "escalation" else stage
        elif element.is_to_do and stage == "overdue":
            yield "escalation"


def _stage(timer: Element, task: Element) -> str:
    text, due = timer.timer.text if timer.timer is not None else "", task.assignment.due_date
    if "amber(" in text:
        return "amber"
    is_due = text == due or ("due(" in text and "due(" not in due)  # a field may hold what the rule gave
    return "overdue" if is_due else "before"


def _kind(element: Element) -> str:
    """Return how urgent a notice is, where the diagram says it outright."""
    return next((source.strip('="') for source, target in element.service.inputs if target == "kind"), "reminder")


def _path(timer: Element, elements: Mapping[str, Element]) -> Iterator[Element]:
    """Yield what a timer leads to, up to where somebody has something to do."""
    seen: set[str] = set()
    ahead = [flow.target for flow in timer.outgoing]
    while ahead:
        element = elements.get(ahead.pop())
        if element is None or element.id in seen:
            continue
        seen.add(element.id)
        yield element
        if not element.is_to_do:
            ahead += [flow.target for flow in element.outgoing]
