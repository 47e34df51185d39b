"""Who does a user task, by when, and on which form."""

from lxml import etree

from engine.definitions.dialects.assigning import assign, form_id
from engine.definitions.dialects.record import Translation
from engine.definitions.dialects.vendor import Vendor
from engine.definitions.xml import local_name

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


def translate(node: etree._Element, vendor: Vendor, told: Translation) -> None:
    """Translate the assignment, dates and form of a user task, or the form of a start event."""
    if local_name(node) not in ASKED:
        return
    for attribute, extension, own, what in ATTRIBUTES:
        if text := vendor.take(node, attribute):
            assign(node, extension, own, what, form_id(text) if own == "formId" else text, told)
