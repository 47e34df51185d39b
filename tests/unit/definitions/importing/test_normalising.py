"""What is put right in every diagram: the meaning stays, and everything is told."""

import re

import pytest

from engine.definitions import importing, reading
from engine.definitions.checks.graph import Graph, graph
from engine.definitions.examining import examine
from tests.diagrams import bpmn
from tests.unit.definitions.files import ASKS

SOUND = bpmn("start > ask > end", inside={"ask": ASKS}).decode()
MESSAGE = "<bpmn:messageEventDefinition{}/>"
WAITING = bpmn("start > wait:intermediateCatchEvent > end", inside={"wait": MESSAGE}).decode()


def brought(diagram: str) -> tuple[Graph, set[str]]:
    """Return the graph of a diagram as it is brought in, and the codes of what was changed."""
    imported = importing.bring_in(diagram.encode(), source="a.bpmn")
    again = importing.bring_in(imported.as_bytes(), source="a.bpmn")
    assert again.changes == (), "what was normalised once needs nothing more"
    return graph(reading.read(again.root, source="a.bpmn")), {change.code for change in imported.changes}


def path(drawn: Graph) -> list[str]:
    """Return the labels of the nodes along the only path from the start."""
    here, found = drawn.starts("sample"), []
    while here:
        found.append(drawn.nodes[here[0]].name)
        here = [edge.target for edge in drawn.out.get(here[0], ())]
    return found


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('id="f0" ', "", "no-id"),
        ('sequenceFlow id="f1" ', "sequenceFlow ", "no-id"),
        ('id="f1" sourceRef="ask"', 'id="f0" sourceRef="ask"', "duplicate-id"),
        ('sourceRef="ask"', 'sourceRef="tns:ask"', "prefixed-reference"),
    ],
)
def test_flows_without_an_id_of_their_own_are_kept(old: str, new: str, code: str) -> None:
    assert old in SOUND

    drawn, changed = brought(SOUND.replace(old, new))

    assert path(drawn) == ["Start", "Ask", "End"]
    assert changed == {code}


def test_ids_that_the_engine_keeps_for_itself_or_cannot_write_are_exchanged() -> None:
    text = SOUND.replace('"start"', '"Start"').replace('"ask"', '"the &quot;ask&quot;"')

    drawn, changed = brought(text)

    assert path(drawn) == ["Start", "Ask", "End"]
    assert changed == {"unusable-id"}
    assert set(drawn.nodes) == {"start", "the_ask", "end"}


def test_two_pools_with_the_same_ids_keep_their_own_flows() -> None:
    inner = SOUND[SOUND.index("<bpmn:process") : SOUND.index("</bpmn:definitions>")]
    second = inner.replace('id="sample"', 'id="other"').replace('name="Ask"', 'name="Answer"')

    drawn, changed = brought(SOUND.replace("</bpmn:definitions>", f"{second}</bpmn:definitions>"))

    assert changed == {"duplicate-id"}
    assert path(drawn) == ["Start", "Ask", "End"]
    assert sorted(drawn.nodes[edge.target].name for edges in drawn.out.values() for edge in edges) == [
        "Answer",
        "Ask",
        "End",
        "End",
    ]


def test_a_flow_without_an_end_gets_it_from_the_lists_at_the_steps() -> None:
    text = SOUND.replace('sourceRef="ask" ', "").replace(
        "</bpmn:userTask>", "<bpmn:outgoing>f1</bpmn:outgoing></bpmn:userTask>"
    )

    drawn, changed = brought(text)

    assert (path(drawn), changed) == (["Start", "Ask", "End"], {"loose-flow"})


@pytest.mark.parametrize(("reference", "name"), [("", "Wait"), (' messageRef="gone"', "Wait")])
def test_a_message_that_is_not_defined_is_made_of_the_name_of_its_event(reference: str, name: str) -> None:
    drawn, changed = brought(WAITING.replace(MESSAGE, MESSAGE.format(reference)))

    message = drawn.nodes["wait"].message
    assert message is not None and message.name == name
    assert changed == {"missing-message"}


def test_an_event_definition_by_reference_is_written_at_its_event() -> None:
    reference = "<bpmn:eventDefinitionRef>soon</bpmn:eventDefinitionRef>"
    timer = (
        '<bpmn:timerEventDefinition id="soon"><bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition>'
    )
    text = WAITING.replace(MESSAGE, reference).replace("</bpmn:definitions>", f"{timer}</bpmn:definitions>")

    drawn, changed = brought(text)

    timer_read = drawn.nodes["wait"].timer
    assert timer_read is not None and timer_read.text == "P1D"
    assert changed == {"shared-definition"}


def test_an_empty_pool_is_somebody_outside() -> None:
    pools = (
        '<bpmn:collaboration id="c"><bpmn:participant id="p1" processRef="sample"/>'
        '<bpmn:participant id="p2" name="Customer" processRef="nobody"/></bpmn:collaboration>'
        '<bpmn:process id="nobody"/>'
    )

    drawn, changed = brought(SOUND.replace('<bpmn:process id="sample"', f'{pools}<bpmn:process id="sample"'))

    assert drawn.diagram.process_ids == ["sample"]
    assert len(drawn.diagram.root.findall(".//{*}participant")) == 2
    assert changed == {"empty-pool"}


def test_flows_are_listed_at_the_steps_when_the_file_is_written_anew() -> None:
    drawn, _ = brought(SOUND.replace('sourceRef="ask"', 'sourceRef="tns:ask"'))

    ask = drawn.written["ask"]
    assert [(node.tag.rpartition("}")[2], node.text) for node in ask if node.text] == [
        ("incoming", "f0"),
        ("outgoing", "f1"),
    ]


def test_a_process_that_does_not_say_whether_it_runs_may_run() -> None:
    drawn, changed = brought(SOUND.replace(' isExecutable="true"', ""))

    assert (drawn.diagram.executable_ids, changed) == (["sample"], {"may-run"})


def test_a_process_that_is_a_drawing_only_stays_one() -> None:
    drawn, changed = brought(SOUND.replace('isExecutable="true"', 'isExecutable="false"'))

    assert (drawn.diagram.executable_ids, changed) == ([], set())


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ('<bpmn:choreography id="c"/>', "draws a choreography"),
        (
            '<bpmn:collaboration id="c"><bpmn:participant id="p"/></bpmn:collaboration>',
            "only pools with nothing in them",
        ),
        ("", "holds no process"),
    ],
)
def test_a_file_without_a_process_says_what_it_holds_instead(inside: str, said: str) -> None:
    text = re.sub("<bpmn:process.*</bpmn:process>", inside, SOUND)

    [(_, fault)] = examine({"a.bpmn": text.encode()}, is_lone=True).errors

    assert (fault.code, said in fault.message) == ("no-process", True)


LANES = """<bpmn:laneSet id="set"><bpmn:lane id="officers" name="Officers"/><bpmn:lane id="lawyers" name="Lawyers">
<bpmn:childLaneSet id="inner"><bpmn:lane id="junior" name="Junior lawyers"/></bpmn:childLaneSet></bpmn:lane>
</bpmn:laneSet>"""
PLACES = {  # x, y, width, height
    "officers": (0, 0, 900, 100), "lawyers": (0, 100, 900, 200), "junior": (0, 200, 900, 100),
    "start": (50, 30, 36, 36), "ask": (150, 10, 100, 80), "judge": (300, 110, 100, 80), "file": (500, 210, 100, 80),
    "end": (2000, 30, 36, 36),
}  # fmt: skip


def laid(listed: str = "", places: dict[str, tuple[int, ...]] = PLACES) -> str:
    """Return a diagram with lanes that are drawn; the officers' lists `listed`."""
    shapes = "".join(
        f'<di:BPMNShape bpmnElement="{name}"><dc:Bounds x="{x}" y="{y}" width="{w}" height="{h}"/></di:BPMNShape>'
        for name, (x, y, w, h) in places.items()
    )
    interchange = (
        '<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" '
        'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"><di:BPMNPlane bpmnElement="sample">'
        f"{shapes}</di:BPMNPlane></di:BPMNDiagram>"
    )
    lanes = LANES.replace('name="Officers"/>', f'name="Officers">{listed}</bpmn:lane>')
    return bpmn("start > ask > judge > file > end", boundary=lanes, roots=interchange).decode()


def test_where_no_lane_lists_anything_a_step_belongs_to_the_smallest_lane_it_is_drawn_in() -> None:
    drawn, changed = brought(laid())

    lanes = {node.id: node.lane for node in drawn.nodes.values()}
    assert lanes == {"start": "Officers", "ask": "Officers", "judge": "Lawyers", "file": "Junior lawyers", "end": ""}
    assert "in-lane" in changed


def test_what_a_lane_lists_counts_before_the_place() -> None:
    drawn, changed = brought(laid("<bpmn:flowNodeRef>judge</bpmn:flowNodeRef>"))

    assert (drawn.nodes["judge"].lane, drawn.nodes["file"].lane) == ("Officers", "")
    assert "in-lane" not in changed


def test_a_lane_that_is_not_drawn_gets_no_steps() -> None:
    drawn, changed = brought(laid(places={"ask": PLACES["ask"]}))

    assert drawn.nodes["ask"].lane == ""
    assert "in-lane" not in changed
