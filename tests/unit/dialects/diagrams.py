"""Small diagrams in the dialects of other modellers, and what becomes of them."""

from lxml import etree

from engine.definitions import dialects
from engine.definitions.dialects import Translation
from engine.definitions.xml import NAMESPACES, parse

PREFIXES = {
    "camunda": "http://camunda.org/schema/1.0/bpmn",
    "operaton": "http://operaton.org/schema/1.0/bpmn",
    "activiti": "http://activiti.org/bpmn",
    "flowable": "http://flowable.org/bpmn",
    "spiffworkflow": "http://spiffworkflow.org/bpmn/schema/1.0/core",
    "tns": "http://www.jboss.org/drools",
    "signavio": "http://www.signavio.com",
    "zeebe": "http://camunda.org/schema/zeebe/1.0",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}


def drawn(inside: str, *prefixes: str, around: str = "", attributes: str = "") -> bytes:
    """Return a diagram with `inside` in its process, `around` beside it, and the namespaces of `prefixes` declared."""
    declared = " ".join(f'xmlns:{prefix}="{PREFIXES[prefix]}"' for prefix in (*prefixes, "xsi"))
    return (
        f'<definitions xmlns="{NAMESPACES["bpmn"]}" {declared} targetNamespace="t" {attributes}>{around}'
        f'<process id="p" isExecutable="true">{inside}</process></definitions>'
    ).encode()


def translated(content: bytes) -> tuple[etree._Element, Translation]:
    """Return the tree of a diagram after its translation, and what the translation tells."""
    root = parse(content, source="sample.bpmn")
    return root, dialects.translate(root)


def zeebe(root: etree._Element, element: str, path: str) -> dict[str, str]:
    """Return the attributes of the first zeebe extension at `path` of the element with an id."""
    found = root.find(f".//*[@id='{element}']/bpmn:extensionElements/zeebe:{path}", NAMESPACES)
    return dict(found.attrib) if found is not None else {}


def codes(told: Translation) -> list[tuple[str, str]]:
    """Return element and code of each fault."""
    return [(fault.element, fault.code) for fault in told.faults]
