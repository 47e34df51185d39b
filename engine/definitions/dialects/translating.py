"""Translates a diagram of any modeller, in place, into the zeebe dialect with FEEL; a file may mix several."""

from collections.abc import Callable

from lxml import etree

from engine.definitions.dialects import activiti, camunda7, conditions, flowable
from engine.definitions.dialects.extensions import declare
from engine.definitions.dialects.record import Translation

# Each takes what is its own out of the tree. To add a dialect: a file beside this one, a line here and in `naming`.
DIALECTS: tuple[Callable[[etree._Element, Translation], None], ...] = (
    camunda7.translate,
    activiti.translate,
    flowable.translate,
)
VENDORS = (camunda7.VENDOR, activiti.VENDOR, flowable.VENDOR)


def translate(root: etree._Element) -> Translation:
    """Translate the tree in place; return the changes, the faults, and the forms that the diagram asks for.

    Faults have the code `untranslated-…` and are warnings: an expression whose meaning is not certain stays where it
    was, and with the element as the property “original …”.
    """
    told = Translation()
    for dialect in DIALECTS:
        dialect(root, told)
    conditions.translate(root, told)
    if told.changes or told.faults:
        declare(root, gone=(namespace for vendor in VENDORS for namespace in vendor.namespaces))
    return told
