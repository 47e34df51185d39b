"""Draws the inside of an ad-hoc sub-process: what its activities are begun from."""

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import full_tag
from SpiffWorkflow.bpmn.specs.mixins.events.start_event import StartEvent

from engine.definitions.building.beginnings import heads
from engine.definitions.elements import TO_DO, Element
from engine.definitions.specs import AnyOrder, Way

AD_HOC = full_tag("adHocSubProcess")
_TO_DO = frozenset(map(full_tag, TO_DO))


def draw_ad_hoc(process: Any, element: Element) -> None:
    """Draw the activities that no flow leads to as begun in any order; what follows each follows as drawn."""
    assert element.ad_hoc is not None
    home = AnyOrder(process.spec, element.id, element.label)
    home.condition = element.ad_hoc.condition
    home.is_sequential, home.ends_the_rest = element.ad_hoc.is_sequential, element.ad_hoc.ends_the_rest
    process.spec.start.connect(home)
    home.connect(process.spec.end)
    for node in heads(process.node):
        activity = process.parse_node(node)
        if not isinstance(activity, StartEvent):  # none belongs here; one that is drawn begins by itself
            home.add(
                Way(node.get("id", ""), _label(process, node), activity.name), activity, at_once=node.tag in _TO_DO
            )


def _label(process: Any, node: etree._Element) -> str:
    label: str = process.parser.element(node.get("id")).label
    return label
