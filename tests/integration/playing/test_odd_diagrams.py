"""Diagrams that hold what nobody would draw are played or refused by name, also in the limited child process."""

from pathlib import Path
from typing import Any

import pytest

from engine.definitions import checking
from engine.playing import bringing
from engine.playing.files import play_place
from engine.playing.plays import play
from engine.playing.report import Options, Report
from tests.diagrams import bpmn, due, extensions

INNER = (
    '<bpmn:startEvent id="in_start"><bpmn:messageEventDefinition messageRef="m"/></bpmn:startEvent>'
    '<bpmn:userTask id="in_ask"/><bpmn:sequenceFlow id="in_1" sourceRef="in_start" targetRef="in_ask"/>'
)
MESSAGE = '<bpmn:message id="m" name="reply"/>'
BARE_BORDER = '<bpmn:boundaryEvent id="border" attachedToRef="ask"/>'


def played(diagram: bytes, **options: Any) -> Report:
    return play({"sample.bpmn": diagram}, "sample.bpmn", Options(**options))


@pytest.mark.parametrize("text", ["=1 = 2", "${x}", "nan", "", "1e999"])
def test_a_coordinate_that_is_no_number_keeps_nothing_from_running(text: str) -> None:
    shapes = "".join(
        f'<di:BPMNShape xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" bpmnElement="{name}">'
        f'<dc:Bounds xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" x="0" y="{text}"/></di:BPMNShape>'
        for name in ("start", "ask", "end")
    )

    assert played(bpmn("start > ask > end", roots=shapes)).outcome == "completed"


@pytest.mark.parametrize("loop", ["standardLoopCharacteristics", "multiInstanceLoopCharacteristics"])
def test_a_loop_on_an_event_sub_process_counts_for_nothing(loop: str) -> None:
    aside = f'<bpmn:subProcess id="aside" triggeredByEvent="true"><bpmn:{loop}/>{INNER}</bpmn:subProcess>'
    diagram = bpmn("start > ask > end", boundary=aside, roots=MESSAGE)

    report = played(diagram, plays=4)

    assert report.plays == {"completed": 4}
    assert report.coverage is not None and "in_ask" not in report.coverage.never_reached


def test_an_event_gateway_that_leads_to_itself_is_played_on_past_it() -> None:
    flows = "start > first:eventBasedGateway ; first > first ; first > caught:intermediateCatchEvent > end"
    inside = {"caught": '<bpmn:messageEventDefinition messageRef="m"/>'}

    assert played(bpmn(flows, inside=inside, roots=MESSAGE), steps=60).outcome in ("completed", "waiting")


def test_an_event_gateway_that_leads_to_a_looped_task_lets_an_officer_tell() -> None:
    flows = "start > first:eventBasedGateway ; first > each > end ; first > caught:intermediateCatchEvent > end_2"
    loop = "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
    inside = {
        "caught": '<bpmn:messageEventDefinition messageRef="m"/>',
        "each": f"{loop}</bpmn:multiInstanceLoopCharacteristics>",
    }

    assert played(bpmn(flows, inside=inside, roots=MESSAGE)).trail.count("each") == 2


def test_a_boundary_event_without_a_definition_is_refused_with_its_name_and_a_remedy() -> None:
    report = played(bpmn("start > ask > end", boundary=BARE_BORDER))

    assert (report.outcome, report.element) == ("refused", "border")
    assert "does not say what it waits for. Make it a timer" in report.reason
    assert played(bpmn("start > ask > end", boundary=BARE_BORDER), repair=True).outcome == "completed"


def test_a_call_that_says_nothing_at_all_is_done_by_a_person() -> None:
    report = played(bpmn("start > other:callActivity > end"))

    assert (report.outcome, report.user_tasks) == ("completed", 1)


def test_a_called_process_that_a_field_names_is_another_one_of_the_file() -> None:
    other = (
        '<bpmn:process id="other" isExecutable="true"><bpmn:startEvent id="o_start"/><bpmn:userTask id="o_ask"/>'
        '<bpmn:sequenceFlow id="o_1" sourceRef="o_start" targetRef="o_ask"/></bpmn:process>'
    )
    called = {"call": extensions('<zeebe:calledElement processId="=which"/>')}

    report = played(bpmn("start > call:callActivity > last > end", inside=called, roots=other))

    assert report.outcome == "completed"
    assert "o_ask" in report.trail


def test_the_limited_child_brings_instants_reads_crons_and_tells_why_it_refuses_what_names_a_rule(
    tmp_path: Path,
) -> None:
    """Neither may need anything that the child has not opened before it gave up its rights."""
    instant, refused, cron = (tmp_path / f"{name}.bpmn" for name in ("instant", "refused", "cron"))
    caught = "<bpmn:timerEventDefinition><bpmn:timeCycle>0 0 9 ? * MON-FRI</bpmn:timeCycle></bpmn:timerEventDefinition>"
    cron.write_bytes(bpmn("start > caught:intermediateCatchEvent > end", inside={"caught": caught}))
    instant.write_bytes(bpmn("start > which? ; which? -[now() > reviewed_at]-> yes > end ; which? > no > end_no"))
    refused.write_bytes(
        bpmn("start > ask > end", boundary=BARE_BORDER, inside={"ask": due('=due("common.rule", received_on)')})
    )

    assert play_place(instant, Options()).outcome == "completed"
    assert play_place(refused, Options()).element == "border"
    assert play_place(cron, Options()).outcome == "completed"
    assert checking.check_files({"cron.bpmn": cron.read_bytes()}, is_lone=True).errors == []


def test_values_are_looked_for_only_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one flow needs a value that only searching finds: no time to search leaves the other."""
    diagram = bpmn("start > which? ; which? -[amount > 500]-> much > end ; which? > little > end_little")
    assert "much" in played(diagram).trail

    monkeypatch.setattr(bringing, "MAX_SECONDS", -1.0)

    assert "little" in played(diagram).trail


def test_of_several_processes_the_one_that_is_asked_for_is_played() -> None:
    other = (
        '<bpmn:process id="other" isExecutable="{}"><bpmn:startEvent id="o_start"/><bpmn:userTask id="o_ask"/>'
        '<bpmn:sequenceFlow id="o_1" sourceRef="o_start" targetRef="o_ask"/></bpmn:process>'
    )
    diagram = bpmn("start > ask > look > end", roots=other.format("true"))
    drawing = bpmn("start > ask > look > end", roots=other.format("false"))

    assert played(diagram).process == "sample"
    assert (played(diagram, process="other").process, "o_ask" in played(diagram, process="other").trail) == (
        "other",
        True,
    )
    assert played(drawing, process="other").outcome == "nothing_executable"
    assert played(drawing, process="other", repair=True).outcome == "completed"
    assert "There are: other, sample." in played(diagram, process="third").reason
