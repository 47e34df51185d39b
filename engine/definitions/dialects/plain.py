"""What BPMN itself leaves to expressions, in whichever language each is written; done after every dialect."""

from lxml import etree

from engine.definitions.dialects import conditions, loops, resources, scripting, timers
from engine.definitions.dialects.expressions import juel
from engine.definitions.dialects.nodes import called, flow_nodes
from engine.definitions.dialects.record import Translation, label_of


def translate(root: etree._Element, told: Translation) -> None:
    """Translate the conditions, timers, loops, scripts and performers of a diagram."""
    conditions.translate(root, told)
    timers.translate(root, told)
    loops.translate(root, told)
    scripting.translate(root, told)
    resources.translate(root, told)
    _tell_names(root, told)


def _tell_names(root: etree._Element, told: Translation) -> None:
    """Tell of names that the other engine works out; here a name is shown as it is drawn."""
    for node in (*flow_nodes(root), *called(root, "message", "signal", "error", "escalation")):
        if juel.is_juel(node.get("name", "")):
            message = f"The name “{label_of(node)}” is shown as it is drawn; it is not worked out."
            told.dropped(node, "not-executed-name", message, node.get("name", ""))
