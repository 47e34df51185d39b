"""SpiffWorkflow and SpiffArena: extensions in their namespace, expressions and scripts in Python.

Source: spiff-arena.readthedocs.io, "SpiffWorkflow BPMN extensions"; SpiffWorkflow 3.2, `spiff/parser`.
"""

from lxml import etree

from engine.definitions.dialects import hooks, leftovers, scripting
from engine.definitions.dialects.assigning import form_id
from engine.definitions.dialects.expressions import languages
from engine.definitions.dialects.expressions.fields import field_name
from engine.definitions.dialects.extensions import add_mapping, extend, set_property
from engine.definitions.dialects.nodes import flow_nodes
from engine.definitions.dialects.record import Translation, label_of
from engine.definitions.dialects.vendor import Vendor
from engine.definitions.xml import BPMN, NAMESPACES, child_text, local_name

VENDOR = Vendor("spiffworkflow", frozenset(("http://spiffworkflow.org/bpmn/schema/1.0/core",)))
REMEDY = "Write its value in FEEL, in the properties of the task."


def translate(root: etree._Element, told: Translation) -> None:
    """Translate what is SpiffWorkflow's in a diagram."""
    for node in flow_nodes(root):
        _form(node, told)
        _instructions(node, told)
        _decision(node, told)
        _service(node, told)
        _mappings(node, told)
        _hooks(node, told)
    leftovers.drop(root, VENDOR, told)


def _text(node: etree._Element, name: str) -> str:
    """Take an extension that is a text out of the tree, and return it."""
    return next((text for found in VENDOR.take_elements(node, name) if (text := (found.text or "").strip())), "")


def _form(node: etree._Element, told: Translation) -> None:
    """Translate the free properties; one of them names the form."""
    for holder in VENDOR.take_elements(node, "properties"):
        for entry in VENDOR.children(holder, "property"):
            name, value = entry.get("name") or "", entry.get("value") or ""
            if name == "formJsonSchemaFilename" and value:
                form = form_id(value.removesuffix(".json")).removesuffix("-schema")
                extend(node, "formDefinition", formId=form)
                told.translated(
                    node, "form", f"The form is “{form}”; it is a schema that is to be drawn anew.", value, form
                )
            elif name:
                set_property(node, name, value)


def _instructions(node: etree._Element, told: Translation) -> None:
    """Make the instructions for whoever does a task its documentation, which is shown to them here."""
    text = _text(node, "instructionsForEndUser")
    if not text:
        return
    if child_text(node, "bpmn:documentation"):
        set_property(node, "instructionsForEndUser", text)
        return
    documentation = node.makeelement(f"{{{BPMN}}}documentation", {}, None)
    documentation.text = text
    node.insert(0, documentation)
    told.translated(node, "instructions", f"The instructions of “{label_of(node)}” are its documentation.", text, text)


def _decision(node: etree._Element, told: Translation) -> None:
    decision = _text(node, "calledDecisionId")
    if decision:
        result = field_name(decision)
        extend(node, "calledDecision", decisionId=decision, resultVariable=result)
        message = f"What the decision “{decision}” gives is the field {result}; there, each output was a field."
        told.translated(node, "decision", message, decision, result)


def _service(node: etree._Element, told: Translation) -> None:
    for operator in VENDOR.take_elements(node, "serviceTaskOperator"):
        type_, result = operator.get("id") or "", operator.get("resultVariable") or ""
        if not type_:
            continue
        extend(node, "taskDefinition", type=type_)
        told.translated(node, "service", f"“{label_of(node)}” is now the service task “{type_}”.", type_, type_)
        for holder in VENDOR.children(operator, "parameters"):
            for parameter in VENDOR.children(holder, "parameter"):
                _input(node, parameter.get("id") or "", parameter.get("value") or "", told)
        if result:
            add_mapping(node, "output", source=f"={field_name(result)}", target=field_name(result))


def _mappings(node: etree._Element, told: Translation) -> None:
    for holder in VENDOR.take_elements(node, "preVariableMapping"):
        for mapping in VENDOR.children(holder, "mapping"):
            parts = {local_name(part): (part.text or "").strip() for part in mapping}
            _input(node, parts.get("target", ""), parts.get("expression", ""), told)


def _input(node: etree._Element, name: str, text: str, told: Translation) -> None:
    if not name or not text:
        return
    after = told.expression(node, f"input {name}", text, lambda text: languages.expression(text, "python"), REMEDY)
    if after is not None:
        add_mapping(node, "input", source=after, target=field_name(name))


def _hooks(node: etree._Element, told: Translation) -> None:
    before, after = _text(node, "preScript"), _text(node, "postScript")
    script = node.find("bpmn:script", NAMESPACES)
    if local_name(node) == "scriptTask" and script is not None:
        whole = "\n".join(text for text in (before, (script.text or "").strip(), after) if text)
        if before or after:
            scripting.translate_text(node, whole, told)
        return
    if before:
        hooks.before(node, before, "python", told)
    if after:
        hooks.after(node, after, "python", told)
