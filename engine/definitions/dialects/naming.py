"""Tells which modeller's dialect a diagram is written in, by the namespaces that its elements use."""

from collections import Counter

from lxml import etree

DIALECTS = {
    "http://camunda.org/schema/zeebe/1.0": "zeebe",
    "http://camunda.org/schema/1.0/bpmn": "camunda7",
    "http://operaton.org/schema/1.0/bpmn": "camunda7",
    "http://activiti.org/bpmn": "activiti",
    "http://flowable.org/bpmn": "flowable",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "spiffworkflow",
    "http://www.jboss.org/drools": "jbpm",
    "http://www.signavio.com": "signavio",
}
PLAIN = "plain"


def dialect_of(root: etree._Element) -> str:
    """Return the dialect whose elements and attributes are the most, or "plain" when there are none of any."""
    counted: Counter[str] = Counter()
    for node in root.iter():
        for name in (node.tag, *node.attrib):
            if isinstance(name, str) and name.startswith("{"):
                dialect = DIALECTS.get(name[1:].partition("}")[0])
                if dialect is not None:
                    counted[dialect] += 1
    return counted.most_common(1)[0][0] if counted else PLAIN
