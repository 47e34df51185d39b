"""Pieces of diagrams with events: definitions, boundary events, sub-processes."""

import re
from itertools import pairwise

ROOTS = (
    '<bpmn:error id="no_money" name="No money" errorCode="E1"/><bpmn:error id="other" name="Other" errorCode="E2"/>'
    '<bpmn:escalation id="ask_boss" name="Ask the boss" escalationCode="S1"/><bpmn:signal id="stop" name="stop"/>'
    '<bpmn:signal id="go" name="go"/><bpmn:message id="m" name="paid"/><bpmn:message id="m2" name="moved"/>'
)
COMPENSATE = "<bpmn:compensateEventDefinition/>"
CANCEL = "<bpmn:cancelEventDefinition/>"
TERMINATE = "<bpmn:terminateEventDefinition/>"
TOLD = '<bpmn:extensionElements><zeebe:properties><zeebe:property name="toldBy" value="officer"/></zeebe:properties>'
TOLD += "</bpmn:extensionElements>"


def signal(reference: str) -> str:
    return f'<bpmn:signalEventDefinition signalRef="{reference}"/>'


def message(reference: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="{reference}"/>'


def error(reference: str = "") -> str:
    return f'<bpmn:errorEventDefinition errorRef="{reference}"/>' if reference else "<bpmn:errorEventDefinition/>"


def escalation(reference: str) -> str:
    return f'<bpmn:escalationEventDefinition escalationRef="{reference}"/>'


def condition(text: str) -> str:
    return (
        f"<bpmn:conditionalEventDefinition><bpmn:condition>={text}</bpmn:condition></bpmn:conditionalEventDefinition>"
    )


def link(name: str) -> str:
    return f'<bpmn:linkEventDefinition name="{name}"/>'


def after(hours: int) -> str:
    return f"<bpmn:timerEventDefinition><bpmn:timeDuration>PT{hours}H</bpmn:timeDuration></bpmn:timerEventDefinition>"


def undo(activity: str) -> str:
    return f'<bpmn:compensateEventDefinition activityRef="{activity}"/>'


def steps(name: str, chain: str, *, end: str = "", more: str = "", inside: dict[str, str] | None = None) -> str:
    """Return the content of a sub-process: a start, the steps of `chain` (name or name:kind), and an end event."""
    parts = [re.split(":", step) for step in chain.split()]
    nodes = [f"{name}_start", *(part[0] for part in parts), f"{name}_end"]
    flows = "".join(f'<bpmn:sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairwise(nodes))
    drawn = "".join(_step(part[0], part[1] if len(part) > 1 else "userTask", inside or {}) for part in parts)
    return (
        f'<bpmn:startEvent id="{name}_start"/>{drawn}<bpmn:endEvent id="{name}_end">{end}</bpmn:endEvent>{flows}{more}'
    )


def _step(name: str, kind: str, inside: dict[str, str]) -> str:
    return f'<bpmn:{kind} id="{name}">{inside.get(name, "")}</bpmn:{kind}>'


def boundary(name: str, on: str, to: str, definition: str, *, interrupts: bool = True) -> str:
    """Return an event on the border of `on`, with its flow to `to`."""
    return (
        f'<bpmn:boundaryEvent id="{name}" attachedToRef="{on}" cancelActivity="{str(interrupts).lower()}">{definition}'
        f'</bpmn:boundaryEvent><bpmn:sequenceFlow id="{name}_flow" sourceRef="{name}" targetRef="{to}"/>'
    )


def undone_by(activity: str, handler: str, *, kind: str = "userTask", inside: str = "") -> str:
    """Return the compensation event of an activity with its handler."""
    return (
        f'<bpmn:boundaryEvent id="{activity}_undo" attachedToRef="{activity}">{COMPENSATE}</bpmn:boundaryEvent>'
        f'<bpmn:{kind} id="{handler}" isForCompensation="true">{inside}</bpmn:{kind}>'
        f'<bpmn:association id="{activity}_association" sourceRef="{activity}_undo" targetRef="{handler}"/>'
    )


def event_subprocess(name: str, definition: str, *, interrupts: bool = True, chain: str = "", end: str = "") -> str:
    """Return an event sub-process with the steps of `chain`, by default one that is called `name`_ask."""
    content = steps(name, chain or f"{name}_ask", end=end).replace(
        f'<bpmn:startEvent id="{name}_start"/>',
        f'<bpmn:startEvent id="{name}_start" isInterrupting="{str(interrupts).lower()}">{definition}</bpmn:startEvent>',
    )
    return f'<bpmn:subProcess id="{name}" triggeredByEvent="true">{content}</bpmn:subProcess>'
