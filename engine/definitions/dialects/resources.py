"""Who does a task, as BPMN itself says it: a potential owner or human performer, by an expression."""

import re

from lxml import etree

from engine.definitions.dialects.assigning import assign
from engine.definitions.dialects.nodes import called
from engine.definitions.dialects.record import Translation
from engine.definitions.dialects.vendor import remove
from engine.definitions.xml import NAMESPACES, child_text

EXPRESSION = "bpmn:resourceAssignmentExpression/bpmn:formalExpression"
WORDS = {"assignee": "assignee", "candidateUsers": "candidate users", "candidateGroups": "candidate groups"}
JBPM = "http://www.jboss.org/drools"


def translate(root: etree._Element, told: Translation) -> None:
    """Translate `user(ann), group(sales)`, or a bare name: a person for a performer, else what its modeller means."""
    owner = "candidateUsers" if JBPM in root.nsmap.values() else "candidateGroups"
    for node in called(root, "userTask", "manualTask", "task"):
        for name, otherwise in (("potentialOwner", owner), ("humanPerformer", "assignee"), ("performer", "assignee")):
            for resource in node.findall(f"bpmn:{name}", NAMESPACES):
                if text := child_text(resource, EXPRESSION):
                    _share_out(node, text, otherwise, told)
                    remove(resource)


def _share_out(node: etree._Element, text: str, otherwise: str, told: Translation) -> None:
    found: dict[str, list[str]] = {}
    for part in re.split(r",(?![^{(]*[)}])", text):
        match = re.fullmatch(r"(user|group)\((.*)\)", part.strip(), re.DOTALL)
        own = {"user": "candidateUsers", "group": "candidateGroups"}[match[1]] if match else otherwise
        found.setdefault(own, []).append(match[2].strip() if match else part.strip())
    for own, names in found.items():
        assign(node, "assignmentDefinition", own, WORDS[own], ",".join(names), told)
