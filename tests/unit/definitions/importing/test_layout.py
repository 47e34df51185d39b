"""Drawings: everything has a place, from left to right, nothing on top of another; what is drawn is left alone."""

import random
import re
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from lxml import etree

from engine.definitions.importing import bring_in, lay_out
from engine.definitions.importing.layout.boxes import Box
from engine.definitions.importing.layout.interchange import Interchange, points_of
from engine.definitions.importing.tree import flow_nodes, flows
from engine.definitions.xml import local_name
from tests.diagrams import bpmn, timer

COMPLAINT = Path(__file__).parents[4] / "processes" / "complaint" / "complaint.bpmn"
SUB = (
    '<bpmn:subProcess id="sub" name="Sub"><bpmn:startEvent id="s1"/><bpmn:task id="t1" name="Inner"/>'
    '<bpmn:sequenceFlow id="q1" sourceRef="s1" targetRef="t1"/></bpmn:subProcess>'
    '<bpmn:sequenceFlow id="q3" sourceRef="both_all" targetRef="sub"/>'
)
DRAWINGS = {
    "a line": bpmn("start > ask > tell > end"),
    "a choice and a way back": bpmn("start > ask > ok? -[a > 1]-> end ; ok? > ask"),
    "in parallel": bpmn("start > both+ > a > join+ > end ; both+ > b > join+ ; both+ > c > d > join+"),
    "events on a border": bpmn(
        "start > ask > end ; late > end2",
        boundary=timer("t1", "ask", "late", duration="P1D") + timer("t2", "ask", "end2", duration="P2D"),
    ),
    "a sub-process": bpmn("start > both+ > a > end", boundary=SUB),
    "a circle without a start": bpmn("ask > tell > ask"),
    "the complaint": re.sub(rb"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", b"", COMPLAINT.read_bytes(), flags=re.S),
}


def drawn(content: bytes) -> Interchange:
    """Return the drawing of a diagram, read again from the file that is written."""
    written = lay_out(bring_in(content, source="a.bpmn")).as_bytes()
    return Interchange(etree.fromstring(written))


def kinds(found: Interchange) -> dict[str, str]:
    return {node.get("id", ""): local_name(node) for node in flow_nodes(found.root)}


def overlapping(found: Interchange) -> list[tuple[str, str]]:
    """Return the steps that lie on top of another, but for events on a border and what is in a sub-process."""
    plain = {i: found.boxes[i] for i, kind in kinds(found).items() if kind not in ("boundaryEvent", "subProcess")}
    return [(a, b) for (a, one), (b, other) in combinations(plain.items(), 2) if one.overlaps(other)]


@pytest.mark.parametrize("name", DRAWINGS)
def test_everything_has_a_place_of_its_own(name: str) -> None:
    found = drawn(DRAWINGS[name])

    assert set(kinds(found)) <= found.boxes.keys()
    assert {flow.get("id") for flow in flows(found.root)} <= found.edges.keys()
    assert overlapping(found) == []


@pytest.mark.parametrize("name", DRAWINGS)
def test_flows_begin_and_end_at_what_they_connect_with_right_angles(name: str) -> None:
    found = drawn(DRAWINGS[name])

    for flow in flows(found.root):
        points = points_of(found.edges[flow.get("id", "")])
        assert found.boxes[flow.get("sourceRef", "")].grown(1).holds(points[0])
        assert found.boxes[flow.get("targetRef", "")].grown(1).holds(points[-1])
        for (x1, y1), (x2, y2) in pairwise(points):
            assert x1 == x2 or y1 == y2


def test_the_steps_go_from_left_to_right() -> None:
    found = drawn(DRAWINGS["in parallel"])

    for flow in flows(found.root):
        assert found.boxes[flow.get("sourceRef", "")].right < found.boxes[flow.get("targetRef", "")].x


def test_lanes_lie_under_each_other_and_hold_their_steps() -> None:
    found = drawn(DRAWINGS["the complaint"])

    lanes = list(found.root.iter("{*}lane"))
    bands = [found.boxes[lane.get("id", "")] for lane in lanes]
    assert [band.y for band in bands[1:]] == [band.bottom for band in bands[:-1]]
    for lane, band in zip(lanes, bands, strict=True):
        for reference in lane.iter("{*}flowNodeRef"):
            assert band.holds(found.boxes[reference.text or ""].middle)


def test_random_drawings_have_no_two_steps_in_the_same_place() -> None:
    chance = random.Random(4)
    for _ in range(20):
        names = [f"n{number}" for number in range(chance.randint(3, 25))]
        chains = " ; ".join(f"{chance.choice(names)} > {chance.choice(names)}" for _ in range(len(names) * 2))

        assert overlapping(drawn(bpmn(chains))) == []


def test_a_drawing_that_is_complete_is_left_alone() -> None:
    imported = lay_out(bring_in(COMPLAINT.read_bytes(), source="a.bpmn"))

    assert imported.changes == ()
    assert imported.as_bytes() == COMPLAINT.read_bytes()


def test_only_what_is_missing_is_added_where_there_is_room() -> None:
    before = drawn(DRAWINGS["a line"])
    text = etree.tostring(before.root)
    text = re.sub(rb'<bpmndi:BPMNShape[^>]*bpmnElement="tell".*?</bpmndi:BPMNShape>', b"", text, flags=re.S)
    text = re.sub(rb'<bpmndi:BPMNEdge[^>]*bpmnElement="f1".*?</bpmndi:BPMNEdge>', b"", text, flags=re.S)

    after = drawn(text)

    kept = before.boxes.keys() - {"tell"}
    assert {key: after.boxes[key] for key in kept} == {key: before.boxes[key] for key in kept}
    assert after.boxes["tell"].width == 100
    assert overlapping(after) == []
    assert "f1" in after.edges


def test_places_that_are_no_numbers_are_drawn_anew() -> None:
    text = etree.tostring(drawn(DRAWINGS["a line"]).root).replace(b'width="100"', b'width="wide"')

    found = drawn(text)

    assert all(isinstance(box, Box) for box in found.boxes.values())
    assert overlapping(found) == []


def test_two_thousand_steps_are_drawn() -> None:
    found = drawn(bpmn(" > ".join(["start", *(f"a{n}" for n in range(2000)), "end"])))

    assert len(found.boxes) == 2002
