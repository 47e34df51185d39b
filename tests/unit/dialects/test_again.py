"""A diagram that was translated is native: translating it again changes nothing more."""

import pytest
from lxml import etree

from engine.definitions import dialects
from engine.definitions.dialects import naming
from engine.definitions.dialects.translating import DIALECTS
from tests.unit.dialects import test_camunda7, test_other_modellers
from tests.unit.dialects.diagrams import drawn, translated

READ = {"camunda7", "activiti", "flowable", "spiffworkflow", "jbpm", "signavio"}
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


def test_every_dialect_is_known_by_the_namespaces_that_it_reads() -> None:
    named = {name: {space for space, dialect in naming.DIALECTS.items() if dialect == name} for name in READ}

    assert {dialect.VENDOR.name: dialect.VENDOR.namespaces >= named[dialect.VENDOR.name] for dialect in DIALECTS} == (
        dict.fromkeys(READ, True)
    )
    assert set(naming.DIALECTS.values()) == READ | {"zeebe"}
