"""Finds the language in which a text of a diagram is written."""

from lxml import etree

from engine.definitions.dialects.expressions import languages

# What modellers write for the whole file by habit, whatever language they use.
BY_HABIT = ("xpath", "http://www.w3.org/2001/xmlschema", "")
PYTHON = "http://spiffworkflow.org/bpmn/schema/1.0/core"
JAVA = "http://www.jboss.org/drools"


def language_of(node: etree._Element, *, attribute: str = "language") -> str:
    """Return the language that a text names itself or that its file names for all; empty when neither does."""
    own = languages.named(node.get(attribute) or "")
    if own:
        return own
    root = node.getroottree().getroot()
    of_file = languages.named(root.get("expressionLanguage") or "")
    if of_file not in BY_HABIT:
        return of_file
    return _by_modeller(root)


def _by_modeller(root: etree._Element) -> str:
    declared = set(root.nsmap.values())
    if PYTHON in declared:
        return "python"
    return "java" if JAVA in declared else ""
