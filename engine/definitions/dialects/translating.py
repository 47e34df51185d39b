"""Translates a diagram of any modeller, in place, into the zeebe dialect with FEEL; a file may mix several."""

from lxml import etree

from engine.definitions.dialects import (
    activiti,
    camunda7,
    flowable,
    jbpm,
    plain,
    signavio,
    spiffworkflow,
    worded_names,
)
from engine.definitions.dialects.extensions import declare
from engine.definitions.dialects.record import Translation

# Each takes what is its own out of the tree. To add a dialect: a file beside this one, a line here and in `naming`.
DIALECTS = (camunda7, activiti, flowable, spiffworkflow, jbpm, signavio)


def translate(root: etree._Element) -> Translation:
    """Translate the tree in place; return the changes, the faults, and the forms that the diagram asks for.

    Faults have the code `untranslated-…` and are warnings: an expression whose meaning is not certain stays where it
    was, and with the element as the property “original …”.
    """
    told = Translation()
    used = [dialect for dialect in DIALECTS if dialect.VENDOR.is_used(root)]
    for dialect in used:
        dialect.translate(root, told)
    plain.translate(root, told)
    worded_names.translate(root, told)
    if told.changes or told.faults:
        declare(root, gone=(namespace for dialect in used for namespace in dialect.VENDOR.namespaces))
    return told
