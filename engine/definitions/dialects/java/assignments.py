"""Who does a user task, by when, and on which form."""

import re

from lxml import etree

from engine.definitions.dialects.expressions.translating import juel_text
from engine.definitions.dialects.extensions import extend
from engine.definitions.dialects.record import Translation
from engine.definitions.dialects.vendor import Vendor
from engine.definitions.xml import NAMESPACES, child_text, local_name

# The attribute there, the extension and its attribute here, and what it is in words.
ATTRIBUTES = (
    ("assignee", "assignmentDefinition", "assignee", "assignee"),
    ("candidateGroups", "assignmentDefinition", "candidateGroups", "candidate groups"),
    ("candidateUsers", "assignmentDefinition", "candidateUsers", "candidate users"),
    ("dueDate", "taskSchedule", "dueDate", "due date"),
    ("followUpDate", "taskSchedule", "followUpDate", "follow-up date"),
    ("priority", "priorityDefinition", "priority", "priority"),
    ("formKey", "formDefinition", "formId", "form"),
    ("formRef", "formDefinition", "formId", "form"),
)
ASKED = ("userTask", "manualTask", "task", "startEvent")
REMEDY = "Say who does it, and by when, in the properties of the task."
RESOURCES = {"potentialOwner": "candidateGroups", "humanPerformer": "assignee"}


def translate(node: etree._Element, vendor: Vendor, told: Translation) -> None:
    """Translate the assignment, dates and form of a user task, or the form of a start event."""
    if local_name(node) not in ASKED:
        return
    for attribute, extension, own, what in ATTRIBUTES:
        if text := vendor.take(node, attribute):
            _set(node, extension, own, what, form_id(text) if own == "formId" else text, told)
    _translate_resources(node, told)


def _set(node: etree._Element, extension: str, own: str, what: str, text: str, told: Translation) -> None:
    after = told.expression(node, what, text, juel_text, REMEDY)
    if after is not None:
        extend(node, extension, **{own: after})
        if after == text:
            told.translated(node, what.replace(" ", "-"), f"The {what} is now an extension of zeebe.", text, after)


def form_id(key: str) -> str:
    """Return the id of the form that a form key names: `embedded:app:forms/check.html` is the form “check”."""
    if "${" in key or "#{" in key or key.startswith("="):
        return key
    last = re.split(r"[/:]", key.strip())[-1]
    last = re.sub(r"\.(html?|form|json|xhtml|jsf|jsp)$", "", last)
    return re.sub(r"[^A-Za-z0-9_-]+", "_", last).strip("_-") or key


def _translate_resources(node: etree._Element, told: Translation) -> None:
    """Translate BPMN's own way to say who does a task: `user(ann), group(sales)` in a resource's expression."""
    for name, otherwise in RESOURCES.items():
        for resource in node.findall(f"bpmn:{name}", NAMESPACES):
            text = child_text(resource, "bpmn:resourceAssignmentExpression/bpmn:formalExpression")
            if text:
                _share_out(node, text, otherwise, told)


def _share_out(node: etree._Element, text: str, otherwise: str, told: Translation) -> None:
    found: dict[str, list[str]] = {}
    for part in re.split(r",(?![^{(]*[)}])", text):
        match = re.fullmatch(r"(user|group)\((.*)\)", part.strip(), re.DOTALL)
        own = {"user": "candidateUsers", "group": "candidateGroups"}[match[1]] if match else otherwise
        found.setdefault(own, []).append(match[2].strip() if match else part.strip())
    for own, names in found.items():
        what = "assignee" if own == "assignee" else f"candidate {own[9:].lower()}"
        _set(node, "assignmentDefinition", own, what, ",".join(names), told)
