"""A diagram that was translated is native: translating it again changes nothing more."""

import pytest
from lxml import etree

from engine.definitions import dialects
from tests.unit.dialects import test_camunda7, test_other_modellers
from tests.unit.dialects.diagrams import drawn, translated

UNSURE = """<sequenceFlow id="f" sourceRef="a" targetRef="b"><conditionExpression>${bean.check(x)}</conditionExpression>
</sequenceFlow><scriptTask id="s" scriptFormat="groovy"><script>for (i in l) { x() }</script></scriptTask>
<userTask id="u" camunda:dueDate="tomorrow"/>"""


@pytest.mark.parametrize(
    ("inside", "prefixes"),
    [
        (test_camunda7.FORM, ("camunda",)),
        (test_camunda7.ASKING, ("camunda",)),
        (test_camunda7.LISTENERS, ("camunda",)),
        (test_other_modellers.SPIFF, ("spiffworkflow",)),
        (test_other_modellers.JBPM, ("tns",)),
        (UNSURE, ("camunda",)),
    ],
    ids=["form", "fields", "listeners", "spiffworkflow", "jbpm", "unsure"],
)
def test_a_translated_diagram_stays_as_it_is(inside: str, prefixes: tuple[str, ...]) -> None:
    root, first = translated(drawn(inside, *prefixes))
    written = etree.tostring(root)

    again = dialects.translate(root)

    assert etree.tostring(root) == written
    assert [change for change in again.changes if change.code != "not-executed-name"] == []
    left = [fault for fault in first.faults if fault.code != "untranslated-due-date"]
    assert again.faults == left
