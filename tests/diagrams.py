"""Writes small diagrams for tests from a few lines.

    category("start > ask:user > done? ; done? -yes-> end ; done? > ask", …)

A chain is nodes joined by `>`. A node is `name` or `name:kind`; without a kind, `start…` is a start event, `end…` an
end event, `…?` an exclusive gateway, `…+` a parallel one, everything else a user task. A flow with a condition is
written `-[FEEL]->`; a gateway's plain flow is its default. Events on tasks are given apart, as XML of their own.
"""

import re
from xml.sax.saxutils import escape, quoteattr

KINDS = {
    "user": "userTask",
    "service": "serviceTask",
    "script": "scriptTask",
    "task": "task",
    "call": "callActivity",
    "decide": "businessRuleTask",
}


def category(
    flows: str,
    *,
    key: str = "sample",
    inside: dict[str, str] | None = None,
    attributes: dict[str, str] | None = None,
    boundary: str = "",
    roots: str = "",
    files: dict[str, bytes] | None = None,
) -> dict[str, bytes]:
    """Return the files of a category that runs the drawn process."""
    settings = (
        f'[category]\nkey = "{key}"\nname = "Sample"\nreference_prefix = "{key.upper()[:6]}"\nprocess = "sample"\n'
    )
    diagram = bpmn(flows, inside=inside, attributes=attributes, boundary=boundary, roots=roots)
    return {"category.toml": settings.encode(), "sample.bpmn": diagram, **(files or {})}


def bpmn(
    flows: str,
    *,
    inside: dict[str, str] | None = None,
    attributes: dict[str, str] | None = None,
    boundary: str = "",
    roots: str = "",
) -> bytes:
    """Return the BPMN of a process. `inside` and `attributes` add to nodes by name; `boundary` and `roots` are XML."""
    nodes: dict[str, str] = {}
    drawn: list[tuple[str, str, str]] = []
    for chain in flows.split(";"):
        _read_chain(chain, nodes, drawn)
    defaults = {source: f"f{n}" for n, (source, _, condition) in enumerate(drawn) if not condition}
    shapes = [_node(name, kind, inside or {}, attributes or {}, defaults, drawn) for name, kind in nodes.items()]
    lines = [_flow(n, *flow) for n, flow in enumerate(drawn)]
    return (
        '<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions '
        'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
        'id="sample_file" targetNamespace="http://bpmn.io/schema/bpmn">'
        f'<bpmn:process id="sample" isExecutable="true">{"".join(shapes)}{boundary}{"".join(lines)}</bpmn:process>'
        f"{roots}</bpmn:definitions>"
    ).encode()


def extensions(xml: str) -> str:
    """Return zeebe extensions, to be put inside a node."""
    return f"<bpmn:extensionElements>{xml}</bpmn:extensionElements>"


def service(type_: str, **inputs: str) -> str:
    """Return what makes a service task: its type, and its inputs as FEEL or literals."""
    mapped = "".join(
        f"<zeebe:input source={quoteattr(value)} target={quoteattr(name)}/>" for name, value in inputs.items()
    )
    return extensions(f'<zeebe:taskDefinition type="{type_}"/><zeebe:ioMapping>{mapped}</zeebe:ioMapping>')


def asking_officer(more: str = "") -> str:
    """Return what makes a gateway ask an officer, with further extensions."""
    return extensions(f'<zeebe:properties><zeebe:property name="decidedBy" value="officer"/></zeebe:properties>{more}')


def due(text: str) -> str:
    """Return a schedule with this due date."""
    return extensions(f"<zeebe:taskSchedule dueDate={quoteattr(text)}/>")


def times(count: int, marks: str = "") -> str:
    """Return the marker of an activity that is done so many times."""
    cardinality = f"<bpmn:loopCardinality>={count}</bpmn:loopCardinality>"
    return f"<bpmn:multiInstanceLoopCharacteristics{marks}>{cardinality}</bpmn:multiInstanceLoopCharacteristics>"


def timer(
    name: str,
    on: str,
    to: str,
    *,
    date: str = "",
    duration: str = "",
    cycle: str = "",
    interrupts: bool = True,
    catch_up: str = "",
) -> str:
    """Return a boundary timer on a task, with its flow to `to`."""
    said = f'<zeebe:properties><zeebe:property name="catchUp" value="{catch_up}"/></zeebe:properties>'
    property = extensions(said) if catch_up else ""
    tag, text = next((t, x) for t, x in (("timeDate", date), ("timeDuration", duration), ("timeCycle", cycle)) if x)
    return (
        f'<bpmn:boundaryEvent id="{name}" attachedToRef="{on}" cancelActivity="{str(interrupts).lower()}">{property}'
        f"<bpmn:timerEventDefinition><bpmn:{tag}>{escape(text)}</bpmn:{tag}></bpmn:timerEventDefinition>"
        f'</bpmn:boundaryEvent><bpmn:sequenceFlow id="{name}_flow" sourceRef="{name}" targetRef="{to}"/>'
    )


def _read_chain(chain: str, nodes: dict[str, str], drawn: list[tuple[str, str, str]]) -> None:
    parts = re.split(r"\s*(>|-\[.*?\]->)\s*", chain.strip())
    previous = _read_node(parts[0], nodes)
    for arrow, text in zip(parts[1::2], parts[2::2], strict=True):
        target = _read_node(text, nodes)
        drawn.append((previous, target, arrow[2:-3] if arrow != ">" else ""))
        previous = target


def _read_node(text: str, nodes: dict[str, str]) -> str:
    name, _, kind = text.strip().partition(":")
    identifier = name.replace("?", "_choice").replace("+", "_all")
    nodes.setdefault(identifier, KINDS.get(kind, kind) or _kind_of(name))
    return identifier


def _kind_of(name: str) -> str:
    if name.startswith("start"):
        return "startEvent"
    if name.startswith("end"):
        return "endEvent"
    return {"?": "exclusiveGateway", "+": "parallelGateway"}.get(name[-1], "userTask")


def _node(
    name: str,
    kind: str,
    inside: dict[str, str],
    attributes: dict[str, str],
    defaults: dict[str, str],
    drawn: list[tuple[str, str, str]],
) -> str:
    has_condition = any(source == name and condition for source, _, condition in drawn)
    default = f' default="{defaults[name]}"' if has_condition and name in defaults else ""
    label = name.replace("_", " ").capitalize()
    extra = f"{default} {attributes.get(name, '')}"
    return f'<bpmn:{kind} id="{name}" name="{label}"{extra}>{inside.get(name, "")}</bpmn:{kind}>'


def _flow(number: int, source: str, target: str, condition: str) -> str:
    text = f"<bpmn:conditionExpression>={escape(condition)}</bpmn:conditionExpression>" if condition else ""
    return f'<bpmn:sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}">{text}</bpmn:sequenceFlow>'
