"""What is not executed here: taken out of the tree, and each named with the reason."""

from collections import Counter

from lxml import etree

from engine.definitions.dialects.record import Translation
from engine.definitions.dialects.vendor import Vendor, remove
from engine.definitions.xml import local_name

JOBS = "steps are committed one by one here, and what is slow waits as a job of its own"
LISTENERS = "code of the other engine is not run; draw what it does as a step, or as an event on the border"
VERSIONS = "each version of a category is numbered and kept when it is deployed"
HISTORY = "everything that happens is kept, as long as the category's settings say"
STARTING = "whoever may start a case is said by the category's settings"
BINDING = "a case keeps the version of everything that it began with"
LOOKED_AT = "a condition is looked at whenever a field changes"
FORMS = "a form is checked by what it says itself"
REASONS = {
    **dict.fromkeys("executionListener taskListener eventListener".split(), LISTENERS),
    **dict.fromkeys(
        "async asyncBefore asyncAfter exclusive jobPriority failedJobRetryTimeCycle jobRetryTimeCycle triggerable "
        "asyncLeave asyncLeaveExclusive parallelInSameTransaction taskPriority jobTopic".split(),
        JOBS,
    ),
    **dict.fromkeys("versionTag processCategory".split(), VERSIONS),
    **dict.fromkeys(
        "calledElementBinding calledElementVersion calledElementVersionTag calledElementTenantId decisionRefBinding "
        "decisionRefVersion decisionRefVersionTag decisionRefTenantId formRefBinding formRefVersion caseRef "
        "caseBinding caseVersion caseTenantId sameDeployment".split(),
        BINDING,
    ),
    **dict.fromkeys("historyTimeToLive".split(), HISTORY),
    **dict.fromkeys("candidateStarterUsers candidateStarterGroups isStartableInTasklist".split(), STARTING),
    **dict.fromkeys("variableName variableEvent variableEvents".split(), LOOKED_AT),
    **dict.fromkeys("formData formHandlerClass formFieldValidation".split(), FORMS),
    **dict.fromkeys(
        "errorCodeVariable errorMessageVariable escalationCodeVariable".split(),
        "what an error or escalation is called is not given to a variable",
    ),
    **dict.fromkeys("variableMappingClass variableMappingDelegateExpression".split(), LISTENERS),
    "initiator": "who starts a case is its owner until another takes it over",
    "connector": "the platform calls no other system from a diagram in this way",
    "field": "it was handed to code of the other engine, which is not run",
    "errorEventDefinition": "an error is raised by a step of the diagram, not by what a value says",
    "mapDecisionResult": "a decision gives its value, a context of several outputs, or a list, as its table says",
    "in": "what a signal brings is written to the fields of the case",
    "resource": "the script stands in a file of its own",
    "deadline": "draw a timer on the border of the task",
}
OTHERWISE = "it has no meaning here"
# Notes of an editor, told once for a whole file.
NOTES = frozenset(
    "signavioMetaData signavioLabel signavioType signavioDiagramMetaData diagramRelationId modelerTemplate "
    "modelerTemplateVersion modelerTemplateIcon metaData metaValue import global unitTests".split()
)


def drop(root: etree._Element, vendor: Vendor, told: Translation) -> None:
    """Take out of the tree whatever is still the vendor's, and tell of each."""
    notes: Counter[str] = Counter()
    for node, attribute in list(vendor.left_over(root)):
        name = attribute.rpartition("}")[2] if attribute else local_name(node)
        owner = node if attribute else _owner(node, vendor)
        if name in NOTES:
            notes[name] += 1
        elif owner is not None:
            told.dropped(owner, f"not-executed-{name}", _sentence(name), _written(node, attribute))
        if attribute:
            del node.attrib[attribute]
        else:
            remove(node)
    for name, count in notes.items():
        told.dropped(root, f"not-executed-{name}", f"“{name}” is a note of the editor, and left out.", f"{count} times")


def _owner(node: etree._Element, vendor: Vendor) -> etree._Element | None:
    """Return the element of BPMN that an extension belongs to; none for what stands within another extension."""
    parent = node.getparent()
    if parent is None or vendor.owns(parent.tag):
        return None
    return parent.getparent() if local_name(parent) == "extensionElements" else parent


def _sentence(name: str) -> str:
    return f"“{name}” is not executed: {REASONS.get(name, OTHERWISE)}."


def _written(node: etree._Element, attribute: str | None) -> str:
    if attribute:
        return str(node.get(attribute))
    text = etree.tostring(node, encoding="unicode", with_tail=False)
    return text if len(text) <= 500 else f"{text[:499]}…"
