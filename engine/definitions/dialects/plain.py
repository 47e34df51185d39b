"""What BPMN itself leaves to expressions, in whichever language each is written; done after every dialect."""

from lxml import etree

from engine.definitions.dialects import conditions, loops, resources, scripting, timers
from engine.definitions.dialects.record import Translation


def translate(root: etree._Element, told: Translation) -> None:
    """Translate the conditions, timers, loops, scripts and performers of a diagram."""
    conditions.translate(root, told)
    timers.translate(root, told)
    loops.translate(root, told)
    scripting.translate(root, told)
    resources.translate(root, told)
