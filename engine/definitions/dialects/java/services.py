"""What a service, send or business rule task does: one of ours when its name matches and all that it needs is given."""

import re

from lxml import etree

from engine import service_tasks
from engine.definitions.dialects import scripting
from engine.definitions.dialects.expressions import juel
from engine.definitions.dialects.expressions.fields import field_name
from engine.definitions.dialects.expressions.nodes import Unsure
from engine.definitions.dialects.expressions.translating import juel_fields
from engine.definitions.dialects.extensions import add_mapping, extend, has_extension, set_property
from engine.definitions.dialects.record import Translation, label_of
from engine.definitions.dialects.vendor import Vendor
from engine.definitions.xml import NAMESPACES, local_name

SERVICES = ("serviceTask", "sendTask", "businessRuleTask")
ALIASES = {"mail": "send_email", "email": "send_email"}
IMPLEMENTATIONS = ("topic", "class", "delegateExpression", "expression", "type")
SUFFIXES = frozenset("delegate java service task handler listener impl adapter bean activity worker".split())


def translate(node: etree._Element, vendor: Vendor, told: Translation) -> None:
    """Translate the implementation of a task into a script, or into the type of a service task."""
    if local_name(node) not in SERVICES:
        return
    result = vendor.take(node, "resultVariable") or vendor.take(node, "resultVariableName")
    written = {name: text for name in IMPLEMENTATIONS if (text := vendor.take(node, name))}
    if "expression" in written and _becomes_script(node, written["expression"], result, told):
        return
    names = [(name, text) for name, text in written.items() if name != "type" or text != "external"]
    if names and not has_extension(node, "taskDefinition"):
        attribute, text = names[0]
        type_ = service_type(node, text)
        extend(node, "taskDefinition", type=type_)
        told.translated(node, "service", f"“{label_of(node)}” is now the service task “{type_}”.", text, type_)
        for attribute, text in names:
            set_property(node, f"original {attribute}", text)
        if result:
            add_mapping(node, "output", source=f"={field_name(result)}", target=field_name(result))


def _becomes_script(node: etree._Element, text: str, result: str, told: Translation) -> bool:
    """Make a script of an expression whose meaning is certain, and say whether it was."""
    if not juel.is_juel(text):
        return False
    try:
        fields = juel_fields(text, result)
    except Unsure:
        return False
    after = scripting.write(node, fields)
    told.translated(node, "expression", f"“{label_of(node)}” now says {after}.", text, after)
    return True


def service_type(node: etree._Element, text: str) -> str:
    """Return the type of the service task that a class, bean or topic names.

    One of ours only when its name says so and everything that it needs is given; else the name as it is, so that the
    check tells of it.
    """
    name = _bare(text)
    own = _own(name)
    if own is not None and _is_given(node, own):
        return own
    return f"other:{name}" if name in service_tasks.BY_TYPE else name


def _bare(text: str) -> str:
    """Return the name in `${sendEmail.execute(x)}`, `org.example.SendEmailDelegate` or `send-email`."""
    inner = text.strip()
    if juel.is_juel(inner):
        inner = inner.strip("$#{} \n\t").partition("(")[0]
        return re.sub(r"\.(execute|run|call|notify|process|apply|handle|doExecute)$", "", inner) or text
    return inner.rsplit(".", 1)[-1] if re.fullmatch(r"[\w$]+(\.[\w$]+)+", inner) else inner


def _own(name: str) -> str | None:
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name)
    while words:
        joined = "_".join(words).lower()
        joined = ALIASES.get(joined, joined)
        if joined in service_tasks.BY_TYPE:
            return joined
        if words[-1].lower() not in SUFFIXES:
            return None
        words.pop()
    return None


def _is_given(node: etree._Element, type_: str) -> bool:
    """Say whether a task is given what ours needs and nothing else; its inputs then have the names that ours takes."""
    schema = service_tasks.BY_TYPE[type_].inputs()
    called = {field_name(name): name for name in schema.fields}
    inputs = node.findall("bpmn:extensionElements/zeebe:ioMapping/zeebe:input", NAMESPACES)
    given = {called.get(mapping.get("target", ""), "") for mapping in inputs}
    missing = set(schema.validate(dict.fromkeys(given - {""}, "given"))) - given
    if missing or (schema.unknown == "raise" and "" in given):
        return False
    for mapping in inputs:
        target = mapping.get("target", "")
        mapping.set("target", called.get(target, target))
    return True
