"""The zeebe dialect of Camunda 8's modellers and bpmn-js: the one that the studio writes.

Source: docs.camunda.io, "BPMN" and zeebe-bpmn-moddle's schema.
"""

from lxml import etree

from engine.definitions.elements import Assignment, Loop, Service
from engine.definitions.xml import NAMESPACES, child_text


def read_assignment(node: etree._Element) -> Assignment:
    """Read who does a user task, by when and on which form."""
    assigned = _attributes(node, "assignmentDefinition")
    scheduled = _attributes(node, "taskSchedule")
    form = _attributes(node, "formDefinition")
    return Assignment(
        assignee=assigned.get("assignee", ""),
        candidate_groups=assigned.get("candidateGroups", ""),
        candidate_users=assigned.get("candidateUsers", ""),
        due_date=scheduled.get("dueDate", ""),
        follow_up_date=scheduled.get("followUpDate", ""),
        priority=_attributes(node, "priorityDefinition").get("priority", ""),
        form_id=form.get("formId") or form.get("formKey", ""),
    )


def read_service(node: etree._Element) -> Service:
    """Read what a service, script, business rule or call activity does."""
    script = _attributes(node, "script")
    decision = _attributes(node, "calledDecision")
    called = _attributes(node, "calledElement")
    return Service(
        type=_attributes(node, "taskDefinition").get("type", ""),
        headers={h.get("key", ""): h.get("value", "") for h in _extensions(node, "taskHeaders/zeebe:header")},
        inputs=_mappings(node, "input"),
        outputs=_mappings(node, "output"),
        script=script.get("expression", ""),
        decision_id=decision.get("decisionId", ""),
        result_variable=script.get("resultVariable") or decision.get("resultVariable", ""),
        called_process=str(called.get("processId") or node.get("calledElement") or ""),
        is_closed=called.get("propagateAllParentVariables") == "false",
    )


def read_properties(node: etree._Element) -> dict[str, str]:
    """Read the free properties of an element."""
    return {p.get("name", ""): p.get("value", "") for p in _extensions(node, "properties/zeebe:property")}


def read_loop(node: etree._Element) -> Loop | None:
    """Read the multi-instance marker of an activity; none when it is done once."""
    marker = node.find("bpmn:multiInstanceLoopCharacteristics", NAMESPACES)
    if marker is None:
        return None
    zeebe = _attributes(marker, "loopCharacteristics")
    return Loop(
        is_sequential=marker.get("isSequential") == "true",
        collection=zeebe.get("inputCollection", ""),
        item=zeebe.get("inputElement", ""),
        output_collection=zeebe.get("outputCollection", ""),
        output_element=zeebe.get("outputElement", ""),
        cardinality=child_text(marker, "bpmn:loopCardinality"),
        completion_condition=child_text(marker, "bpmn:completionCondition"),
    )


def read_correlation_key(message: etree._Element) -> str:
    """Read the expression that says which case a message is for."""
    return _attributes(message, "subscription").get("correlationKey", "")


def _attributes(node: etree._Element, name: str) -> dict[str, str]:
    found = _extensions(node, name)
    return {str(key): str(value) for key, value in found[0].attrib.items()} if found else {}


def _extensions(node: etree._Element, path: str) -> list[etree._Element]:
    return node.findall(f"bpmn:extensionElements/zeebe:{path}", NAMESPACES)


def _mappings(node: etree._Element, direction: str) -> tuple[tuple[str, str], ...]:
    found = _extensions(node, f"ioMapping/zeebe:{direction}")
    return tuple((mapping.get("source", ""), mapping.get("target", "")) for mapping in found)
