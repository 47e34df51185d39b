"""What Camunda 7, Operaton, Activiti and Flowable have in common: one descends from the other."""

from collections.abc import Callable

from lxml import etree

from engine.definitions.dialects.java import assignments, generated_forms, listeners, loops, mappings, scripts, services
from engine.definitions.dialects.nodes import flow_nodes
from engine.definitions.dialects.record import Translation
from engine.definitions.dialects.vendor import Vendor

Own = Callable[[etree._Element, Translation], None]


def translate(root: etree._Element, vendor: Vendor, told: Translation, *, own: Own) -> None:
    """Translate each node of a diagram; `own` is done before its service, for what only one of them has."""
    for node in flow_nodes(root):
        assignments.translate(node, vendor, told)
        generated_forms.translate(node, vendor, told)
        mappings.translate(node, vendor, told)
        loops.translate(node, vendor, told)
        own(node, told)
        scripts.translate(node, vendor, told)
        services.translate(node, vendor, told)
        listeners.translate(node, vendor, told)
