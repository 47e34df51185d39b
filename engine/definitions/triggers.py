"""Reads what events wait for and throw: their definitions, with what those refer to at the root of the file."""

from collections.abc import Iterator, Mapping

from lxml import etree

from engine.definitions.dialects import zeebe
from engine.definitions.elements import MessageReference, Timer, Trigger
from engine.definitions.xml import child_text, local_name

Roots = Mapping[str, etree._Element]  # messages, signals, errors, escalations and shared definitions by id
TIMES = (("date", "timeDate"), ("duration", "timeDuration"), ("cycle", "timeCycle"))


def read_triggers(node: etree._Element, roots: Roots) -> tuple[Trigger, ...]:
    """Return the definitions of an event, in the order in which they are written."""
    return tuple(_trigger(node, definition, roots) for definition in _definitions(node, roots))


def read_message(node: etree._Element, roots: Roots) -> MessageReference | None:
    """Return the message that a send or receive task names."""
    message = roots.get(node.get("messageRef", ""))
    if message is None:
        return None
    return MessageReference(name=message.get("name", ""), correlation_key=zeebe.read_correlation_key(message))


def _definitions(node: etree._Element, roots: Roots) -> Iterator[etree._Element]:
    for child in node:
        name = local_name(child)
        if name == "eventDefinitionRef":
            shared = roots.get((child.text or "").strip().rpartition(":")[2])
            if shared is not None:
                yield shared
        elif name.endswith("EventDefinition"):
            yield child


def _trigger(node: etree._Element, definition: etree._Element, roots: Roots) -> Trigger:
    kind = local_name(definition).removesuffix("EventDefinition")
    named = roots.get(definition.get(f"{kind}Ref", ""))
    return Trigger(
        kind,
        name=_name(node, definition, kind, named),
        code=_code(definition, kind, named),
        condition=child_text(definition, "bpmn:condition"),
        activity=definition.get("activityRef", ""),
        timer=_timer(definition) if kind == "timer" else None,
        message=_message(node, named) if kind == "message" else None,
    )


def _name(node: etree._Element, definition: etree._Element, kind: str, named: etree._Element | None) -> str:
    """Return the name that the definition refers to or bears; without one that of the event."""
    given = named.get("name") or named.get("id") if named is not None else definition.get("name")
    return str(given or definition.get(f"{kind}Ref") or node.get("name") or node.get("id") or "")


def _code(definition: etree._Element, kind: str, named: etree._Element | None) -> str:
    if named is None:
        return str(definition.get(f"{kind}Ref", ""))
    return str(named.get(f"{kind}Code") or named.get("name") or named.get("id") or "")


def _message(node: etree._Element, named: etree._Element | None) -> MessageReference:
    if named is None:
        return MessageReference(name=str(node.get("name") or node.get("id") or ""))
    return MessageReference(name=named.get("name", ""), correlation_key=zeebe.read_correlation_key(named))


def _timer(definition: etree._Element) -> Timer:
    for kind, tag in TIMES:
        text = child_text(definition, f"bpmn:{tag}")
        if text:
            return Timer(kind, text)
    return Timer("", "")
