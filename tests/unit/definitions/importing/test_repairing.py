"""Each defect of a drawing: what the repair makes of it checks clean, loses nothing, and is told."""

import json
import re

import pytest

from engine.definitions import importing, reading
from engine.definitions.category import read_settings
from engine.definitions.checks.graph import Graph, graph
from engine.definitions.examining import examine, examine_repaired
from engine.definitions.importing import Known
from engine.definitions.importing.repairing.fields import kind_in
from tests.diagrams import bpmn, extensions, service, timer
from tests.unit.definitions.files import ASKS, category, errors, extended

SOUND = bpmn("start > ask > end").decode()
TIMER = "<bpmn:timerEventDefinition>{}</bpmn:timerEventDefinition>"
OFTEN = '<bpmn:standardLoopCharacteristics loopMaximum="often"/>'
LINK = '<bpmn:linkEventDefinition name="A"/>'
UNDONE = "<bpmn:compensateEventDefinition/>"
BESIDE = '<bpmn:subProcess id="beside" triggeredByEvent="true"><bpmn:task id="inside" name="Inside"/></bpmn:subProcess>'


def drawn(flows: str, **parts: object) -> str:
    return bpmn(flows, **parts).decode()  # type: ignore[arg-type]


def replaced(old: str, new: str, text: str = SOUND) -> str:
    assert old in text
    return text.replace(old, new)


def waiting(inside: str, name: str = "Wait") -> str:
    return replaced(
        'name="Wait"', f'name="{name}"', drawn("start > wait:intermediateCatchEvent > end", inside={"wait": inside})
    )


LANE = (
    '<bpmn:laneSet id="s"><bpmn:lane id="l" name="Lettings"><bpmn:flowNodeRef>ask</bpmn:flowNodeRef></bpmn:lane>'
    "</bpmn:laneSet>"
)
FLOATING = '<bpmn:task id="alone" name="Alone"/>'
BOUNDARY = '<bpmn:boundaryEvent id="late" name="Late"{}>{}</bpmn:boundaryEvent>'
LATE = '<bpmn:sequenceFlow id="l" sourceRef="late" targetRef="end"/>'
SCRIPT = extensions('<zeebe:script expression="=a &lt;&lt;"/>')
DEFECTS = {
    "not-executable": replaced('isExecutable="true"', 'isExecutable="false"'),
    "empty": '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p"/></definitions>',
    "dangling-flow": replaced('targetRef="end"', 'targetRef="nowhere"'),
    "flow-into-start": drawn("start > ask > ok? -[a > 1]-> end ; ok? > start"),
    "flow-out-of-end": drawn("start > end_one > ask > end"),
    "not-attached": drawn("start > ask > end", boundary=BOUNDARY.format("", TIMER.format("")) + LATE),
    "no-definition": waiting(""),
    "timer-without-time": waiting(TIMER.format("")),
    "timer-wrong-time": waiting(TIMER.format("<bpmn:timeDuration>P1X</bpmn:timeDuration>")),
    "no-message": waiting("<bpmn:messageEventDefinition/>", ""),
    "no-signal": waiting("<bpmn:signalEventDefinition/>", ""),
    "no-conditional": waiting("<bpmn:conditionalEventDefinition/>"),
    "no-service": drawn("start > do:service > end"),
    "unknown-service": drawn("start > do:service > end", inside={"do": service("rent_sync")}),
    "unknown-decision": drawn(
        "start > do:decide > end", inside={"do": extensions('<zeebe:calledDecision decisionId="x"/>')}
    ),
    "expression": drawn(
        "start > do:script > end", inside={"do": extensions('<zeebe:script expression="=a &lt;&lt;"/>')}
    ),
    "no-called-process": drawn("start > do:call > end"),
    "unknown-process": drawn("start > do:call > end", attributes={"do": 'calledElement="elsewhere"'}),
    "no-type": drawn("start > do:task > end"),
    "unknown-form": drawn("start > ask > end", inside={"ask": ASKS}),
    "no-condition": drawn("start > ok? > ask > end ; ok? > tell > end"),
    "unknown-default": replaced('name="Ok choice"', 'name="Ok" default="x"', drawn("start > ok? > ask > end")),
    "not-an-event": drawn("start > first:eventBasedGateway > ask > end ; first > tell > end"),
    "deadlock": drawn("start > ok? -[a > 1]-> ask > all+ > end ; ok? > tell > all+"),
    "a deadlock without a choice": drawn(
        "start > ask > all+ > end", boundary=timer("late", "ask", "all_all", duration="P1D")
    ),
    "loop-wrong-number": drawn("start > ask > end", inside={"ask": OFTEN}),
    "link-without-target": drawn("start > ask > jump:intermediateThrowEvent", inside={"jump": LINK}),
    "link-without-source": drawn("start > ask > end ; land:intermediateCatchEvent > tell", inside={"land": LINK}),
    "no-handler": drawn("start > ask > end", boundary=BOUNDARY.format(' attachedToRef="ask"', UNDONE)),
    "not-a-transaction": drawn("start > ask > end", inside={"end": "<bpmn:cancelEventDefinition/>"}),
    "not-run": waiting("<bpmn:terminateEventDefinition/>"),
    "no-start": drawn("start > ask > end", boundary=BESIDE),
    "no-way-out": drawn("start > ask > tell > ask"),
    "unreachable": drawn("start > ask > end", boundary=FLOATING),
}


def repaired(diagram: str) -> tuple[Graph, dict[str, str], dict[str, bytes]]:
    """Return the graph of the repaired diagram, the messages of the repairs by code, and the files."""
    report, files = examine_repaired({"a.bpmn": diagram.encode()}, is_lone=True)
    file = next(file for file in report.files if file.file == "a.bpmn")
    assert errors(report.faults) == []
    assert file.lost == ()
    root = importing.bring_in(files.get("a.bpmn", diagram.encode()), source="a.bpmn").root
    told = {change.code: change.message for change in file.repairs if change.code != "laid-out"}
    return graph(reading.read(root, source="a.bpmn")), told, files


@pytest.mark.parametrize("code", DEFECTS)
def test_each_defect_is_repaired_told_and_checks_clean(code: str) -> None:
    before = examine({"a.bpmn": DEFECTS[code].encode()}, is_lone=True)
    nodes = before.files[0].nodes

    after, told, files = repaired(DEFECTS[code])

    assert code in told or (code.startswith("a deadlock") and "deadlock" in told)
    assert len(after.nodes) >= nodes
    again, _ = examine_repaired(files, is_lone=True)
    assert [c for file in again.files for c in file.repairs] == [], "a repaired file needs no more repairs"


@pytest.mark.parametrize(
    ("label", "time"),
    [
        ("after 3 days", "P3D"),
        ("Wait two weeks", "P2W"),
        ("24h", "PT24H"),
        ("30 minutes", "PT30M"),
        ("nach 14 Tagen", "P14D"),
        ("6 months later", "P6M"),
    ],
)
def test_a_timer_without_a_time_takes_that_of_its_label(label: str, time: str) -> None:
    after, told, _ = repaired(waiting(TIMER.format(""), label))

    timer = after.nodes["wait"].timer
    assert timer is not None and (timer.kind, timer.text) == ("duration", time)
    assert time in told["timer-without-time"]


@pytest.mark.parametrize("label", ["Every Monday", "Day 3", "between 2 days and 3 weeks", "Later"])
def test_a_label_that_names_no_one_time_is_asked_for(label: str) -> None:
    after, _, _ = repaired(waiting(TIMER.format(""), label))

    assert after.nodes["wait"].properties == {"toldBy": "officer"}


def test_a_step_that_no_machine_does_asks_a_person_for_its_results() -> None:
    mapped = extensions(
        '<zeebe:taskDefinition type="rent_sync"/><zeebe:ioMapping>'
        '<zeebe:output source="=body.rent" target="rent"/></zeebe:ioMapping>'
    )

    after, told, files = repaired(drawn("start > do:service > end", inside={"do": mapped}))

    step = after.nodes["do"]
    assert (step.kind, step.assignment.form_id) == ("userTask", "do")
    assert step.properties["originalImplementation"] == "the service “rent_sync”"
    assert [field["key"] for field in json.loads(files["do.form"])["components"]] == ["rent", "do_note"]
    assert "A person does “Do”" in told["unknown-service"]


def test_the_one_bare_flow_out_of_a_gateway_becomes_the_default() -> None:
    flows = replaced(' default="f3"', "", drawn("start > ok? -[a > 1]-> ask > end ; ok? > tell > end"))

    after, _, _ = repaired(flows)

    assert after.nodes["ok_choice"].default_flow == "f3"
    assert "decidedBy" not in after.nodes["ok_choice"].properties


def test_a_condition_that_cannot_be_read_becomes_a_choice_and_stays_in_words() -> None:
    after, told, files = repaired(drawn("start > ok? -[a << b]-> ask > end ; ok? > tell > end"))

    gateway = after.nodes["ok_choice"]
    assert gateway.properties["decidedBy"] == "officer"
    assert [flow.condition for flow in gateway.outgoing] == ["", ""]
    assert "As drawn, the condition was: a &lt;&lt; b" in files["a.bpmn"].decode()
    assert "a << b" in told["expression"]


def test_a_flow_across_the_border_of_a_sub_process_ends_at_the_border() -> None:
    text = SOUND.replace(
        '<bpmn:userTask id="ask" name="Ask" ></bpmn:userTask>',
        '<bpmn:subProcess id="inner" name="Inner"><bpmn:userTask id="ask" name="Ask"/></bpmn:subProcess>',
    )
    assert "inner" in text

    after, told, _ = repaired(text)

    assert [edge.target for edge in after.out["start"]] == ["inner"]
    assert [edge.target for edge in after.out["inner"]] == ["end"]
    assert set(told) == {"crosses-border"}


def test_a_boundary_event_is_attached_to_the_step_on_whose_border_it_is_drawn() -> None:
    def shape(of: str, x: int, y: int, width: int, height: int) -> str:
        bounds = f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'
        return f'<bpmndi:BPMNShape id="{of}_s" bpmnElement="{of}">{bounds}</bpmndi:BPMNShape>'

    layout = (
        '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
        'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" id="d"><bpmndi:BPMNPlane id="pl" bpmnElement="sample">'
        f"{shape('ask', 100, 100, 100, 80)}{shape('late', 130, 162, 36, 36)}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
    )
    late = BOUNDARY.format(' attachedToRef="gone"', TIMER.format("<bpmn:timeDuration>P1D</bpmn:timeDuration>")) + LATE

    after, told, _ = repaired(drawn("start > ask > end", boundary=late, roots=layout))

    assert after.nodes["late"].attached_to == "ask"
    assert set(told) == {"not-attached"}


def test_a_process_of_nothing_but_event_sub_processes_begins() -> None:
    text = drawn("start > ask > end", boundary=BESIDE)
    text = re.sub("<bpmn:(startEvent|userTask|endEvent|sequenceFlow).*?</bpmn:.*?>", "", text)

    after, told, _ = repaired(text)

    assert set(told) == {"no-start", "no-type"}
    assert len(after.starts("sample")) == 2


def test_an_empty_sub_process_is_one_task() -> None:
    after, told, _ = repaired(drawn("start > inner:subProcess > end"))

    assert after.nodes["inner"].kind == "userTask"
    assert set(told) == {"empty"}


def test_only_what_the_analyst_accepts_is_repaired() -> None:
    text = drawn("start > do:service > wait:intermediateCatchEvent > end", inside={"wait": TIMER.format("")})
    imported = importing.bring_in(text.encode(), source="a.bpmn")
    proposed = {importing.mark(change) for change in importing.repair(imported).changes}

    one = importing.repair(imported, Known(), accepted={"timer-without-time:wait"})
    none = importing.repair(imported, Known(), accepted=())

    assert proposed == {"timer-without-time:wait", "no-service:do"}
    assert [change.code for change in one.changes] == ["timer-without-time"]
    assert one.root.find(".//{*}serviceTask") is not None
    assert none.as_bytes() == text.encode()
    assert imported.changes == (), "a repair leaves what it began with alone"


def test_in_a_category_what_its_other_files_hold_is_known() -> None:
    calls = drawn("start > ask > part:call > end", inside={"ask": ASKS}, attributes={"part": 'calledElement="other"'})
    other = drawn("start > ask_two:task > end")
    for old, new in (("sample", "other"), ("start", "start_two"), ("end", "end_two"), ("f0", "g0"), ("f1", "g1")):
        other = other.replace(f'"{old}"', f'"{new}"')
    files = category(calls.encode(), other__bpmn=other)

    report, made = examine_repaired(files)

    told = {file.file: {change.code for change in file.repairs} for file in report.files}
    assert (told["sample.bpmn"], told["other.bpmn"]) == ({"laid-out"}, {"laid-out", "no-type"})
    assert made.keys() == {"sample.bpmn", "other.bpmn", "ask_two.form"}


@pytest.mark.parametrize("code", ["unknown-process", "unknown-service", "no-service", "unknown-decision", "expression"])
def test_what_a_lone_file_names_elsewhere_keeps_it_from_nothing(code: str) -> None:
    report = examine({"a.bpmn": DEFECTS[code].encode()}, is_lone=True)

    assert report.errors == []
    assert report.files[0].lost == ()


@pytest.mark.parametrize(
    ("condition", "kind"),
    [
        ("amount > 500", "number"),
        ("500 <= amount", "number"),
        ("amount * 2 > rent", "number"),
        ("amount", "yes_no"),
        ("not(amount) and rent > 1", "yes_no"),
        ("amount = true", "yes_no"),
        ("amount < today", "date"),
        ('amount = "high"', "text"),
    ],
)
def test_the_use_of_a_field_says_of_which_kind_it_is(condition: str, kind: str) -> None:
    assert kind_in(condition, "amount") == kind


def test_a_category_asks_for_the_fields_that_its_conditions_read() -> None:
    files = category(bpmn("start > ask > ok? -[amount > 500 and rent > 1]-> end ; ok? > ask", inside={"ask": ASKS}))

    report, made = examine_repaired(files)

    assert report.errors == []
    form = json.loads(made["start.form"])
    assert (form["components"][0]["key"], form["components"][0]["type"]) == ("amount", "number")
    assert {c.code for file in report.files for c in file.repairs} == {"laid-out", "unknown-name"}


def test_lanes_and_groups_become_teams_of_the_category() -> None:
    group = '<zeebe:assignmentDefinition candidateGroups="Surveyors, Repairs"/>'
    files = category(bpmn("start > ask > end", inside={"ask": extended(group)}, boundary=LANE))

    report, made = examine_repaired(files)
    again, unchanged = examine_repaired({**files, **made})

    assert report.errors == again.errors == []
    assert set(read_settings(made["category.toml"]).teams.values()) == {"Repairs", "Surveyors", "Lettings"}
    assert unchanged == {}
