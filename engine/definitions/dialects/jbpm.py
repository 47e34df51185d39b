"""jBPM and Kogito: extensions in the namespace of Drools, work items, and who does a task as its data.

Source: docs.jbpm.org, "jBPM BPMN 2.0 extensions".
"""

import re

from lxml import etree

from engine.definitions.dialects import hooks, leftovers
from engine.definitions.dialects.assigning import assign
from engine.definitions.dialects.expressions import languages
from engine.definitions.dialects.extensions import extend, has_extension
from engine.definitions.dialects.nodes import flow_nodes
from engine.definitions.dialects.record import Translation, label_of
from engine.definitions.dialects.vendor import Vendor
from engine.definitions.xml import BPMN, NAMESPACES, child_text, local_name

VENDOR = Vendor(
    "jbpm",
    frozenset(
        ("http://www.jboss.org/drools", "http://www.jboss.org/drools/flow/gpd", "http://www.bpsim.org/schemas/1.0")
    ),
)
# Data of a task that says who does it, and what we call that.
DATA = {
    "ActorId": ("assignmentDefinition", "candidateUsers", "candidate users"),
    "GroupId": ("assignmentDefinition", "candidateGroups", "candidate groups"),
    "Priority": ("priorityDefinition", "priority", "priority"),
    "DueDate": ("taskSchedule", "dueDate", "due date"),
}


def translate(root: etree._Element, told: Translation) -> None:
    """Translate what is jBPM's in a diagram."""
    operations = _operations(root)
    for node in flow_nodes(root):
        for name, text in _constants(node).items():
            if name in DATA:
                extension, own, what = DATA[name]
                assign(node, extension, own, what, text, told)
        _service(node, operations, told)
        _hooks(node, told)
    leftovers.drop(root, VENDOR, told)


def _constants(node: etree._Element) -> dict[str, str]:
    """Return the constants that are given to a task, by the name of its data."""
    names = {
        data.get("id") or "": data.get("name") or ""
        for data in node.findall("bpmn:ioSpecification/bpmn:dataInput", NAMESPACES)
    }
    found = {}
    for association in node.findall("bpmn:dataInputAssociation", NAMESPACES):
        name = names.get(child_text(association, "bpmn:targetRef"), "")
        if text := child_text(association, "bpmn:assignment/bpmn:from"):
            found[name] = text
    return found


def _operations(root: etree._Element) -> dict[str, str]:
    """Return “interface.operation” of each operation that a service task may name."""
    return {
        operation.get("id") or "": f"{interface.get('name') or ''}.{operation.get('name') or ''}".strip(".")
        for interface in root.findall("bpmn:interface", NAMESPACES)
        for operation in interface.findall("bpmn:operation", NAMESPACES)
    }


def _service(node: etree._Element, operations: dict[str, str], told: Translation) -> None:
    """Give a service task the name of its operation, work item or group of rules."""
    named = VENDOR.take(node, "taskName") if local_name(node) != "userTask" else ""
    type_ = VENDOR.take(node, "ruleFlowGroup") or named or VENDOR.take(node, "serviceoperation")
    if local_name(node) == "serviceTask" and not type_:
        type_ = operations.get(node.get("operationRef") or "", "")
    if not type_ or has_extension(node, "taskDefinition") or re.fullmatch(r"(?i)human ?task", type_):
        return
    if local_name(node) == "task":
        node.tag = f"{{{BPMN}}}serviceTask"  # a work item: what the other engine does by itself
    extend(node, "taskDefinition", type=type_)
    told.translated(node, "service", f"“{label_of(node)}” is now the service task “{type_}”.", type_, type_)


def _hooks(node: etree._Element, told: Translation) -> None:
    for name, hook in (("onEntry-script", hooks.before), ("onExit-script", hooks.after)):
        for found in VENDOR.take_elements(node, name):
            language = languages.named(found.get("scriptFormat") or "") or "java"
            text = next(((part.text or "").strip() for part in found), "")
            if text:
                hook(node, text, language, told)
