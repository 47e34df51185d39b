"""Each fault that the check knows is found, at its place, with a remedy; and what is sound is left alone."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.definitions import checks, examining
from engine.definitions.deploying import files_of
from engine.definitions.examining import examine
from tests.diagrams import service, timer
from tests.unit.definitions.cases import CASES, Files, asking, deciding, drawn, looped, served
from tests.unit.definitions.files import ASKS, category, codes, errors, extended, faults, sound


@pytest.mark.parametrize(("code", "file", "element", "files"), CASES, ids=[f"{n}-{c[0]}" for n, c in enumerate(CASES)])
def test_a_fault_is_found_at_its_place_and_says_what_to_do(code: str, file: str, element: str, files: Files) -> None:
    found = [fault for where, fault in faults(files) if (where, fault.element, fault.code) == (file, element, code)]

    assert len(found) >= 1
    assert found[0].message.strip() and len(found[0].remedy) > 3


def test_a_gateway_that_an_officer_decides_needs_no_conditions() -> None:
    assert errors(faults(deciding("officer"))) == []


def test_a_sound_category_has_no_fault() -> None:
    assert faults(category()) == []


def test_every_code_of_the_checks_is_shown_by_a_case() -> None:
    shown = {code for code, *_ in CASES} | {"no-layout"}

    assert set(written_codes()) - shown == set()


def written_codes() -> Iterator[str]:
    """Yield each code that the checks' sources write: the argument after the element, and the values of CODES."""
    sources = [*Path(checks.__file__).parent.glob("*.py"), Path(examining.__file__)]
    for source in sources:
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Fault", "fault", "_fault", "_at"):
                code = node.args[1] if len(node.args) > 1 else None
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    yield code.value


def test_a_diagram_without_a_drawing_is_told_so() -> None:
    found = examine(category()).faults

    assert {fault.code for _, fault in found} == {"no-layout"}


SOUND = [
    "start > ask > both+ > a:task > join+ > end ; both+ > b:task > join+",
    "start > ask > both+ > big? -[rent > 1]-> a:task > join+ > end ; big? > c:task > join_2? > join+ ; both+ > join_2?",
    "start > ask > any:inclusiveGateway -[rent > 1]-> a:task > join+ > end ; any > b:task > join+",
    "start > ask > big? -[rent > 1]-> ask ; big? > end",
    "start > ask > big? -[rent > 1]-> a:task > end ; big? > b:task > end",
]


@pytest.mark.parametrize("flows", SOUND)
def test_sound_splits_and_joins_are_not_called_deadlocks(flows: str) -> None:
    assert "deadlock" not in codes(drawn(flows)) and "no-way-out" not in codes(drawn(flows))


def test_a_reminder_that_joins_its_task_is_not_called_a_deadlock() -> None:
    reminder = timer("late", "ask", "join_all", duration="P1D", interrupts=False)

    assert "deadlock" not in codes(drawn("start > ask > join+ > end", boundary=reminder))
    assert "deadlock" in codes(drawn("start > ask > join+ > end", boundary=reminder.replace("false", "true")))


def test_an_unknown_name_is_told_with_line_column_and_the_name_that_was_meant() -> None:
    assignee = "=if count(works) > 1&#10;then rant else 1"

    (found,) = errors(faults(asking(f'<zeebe:assignmentDefinition assignee="{assignee}"/>')))

    assert "line 2, column 6" in found.message
    assert "Did you mean `rent`?" in found.message
    assert "The assignee of “Ask”" in found.message


def test_the_nearest_team_rule_form_and_service_are_offered() -> None:
    wanted = {"unknown-team": "“Repairs”", "unknown-rule": "“sample.answer”", "unknown-form": "“ask”"}
    offered = {
        code: fault.remedy
        for code, _, _, files in CASES
        for _, fault in faults(files)
        if fault.code == code and code in wanted
    }

    assert {code: name in offered[code] for code, name in wanted.items()} == dict.fromkeys(wanted, True)


def test_names_of_loops_outputs_and_surroundings_are_known() -> None:
    files = looped(
        '<zeebe:loopCharacteristics inputCollection="=works" inputElement="work" outputCollection="costs" '
        'outputElement="=work.cost"/>'
    )
    files["sample.bpmn"] = files["sample.bpmn"].replace(
        b'<zeebe:formDefinition formId="ask"/>',
        b'<zeebe:formDefinition formId="ask"/><zeebe:assignmentDefinition assignee="=work.who"/>'
        b'<zeebe:taskSchedule dueDate="=due(&quot;sample.answer&quot;, case.opened_on)"/>',
    )

    assert errors(faults(files)) == []


def test_the_item_of_a_loop_is_not_known_outside_it() -> None:
    files = drawn(
        "start > ask > other:user > end",
        inside={"other": extended('<zeebe:assignmentDefinition assignee="=work.who"/>')},
    )

    assert {fault.element for _, fault in faults(files) if fault.code == "unknown-name"} == {"other"}


def test_in_a_lone_file_what_may_be_elsewhere_is_a_warning() -> None:
    files = drawn("start > do:service > more > end", inside={"do": service("call_somebody"), "more": ASKS})

    found = faults({"sample.bpmn": files["sample.bpmn"]}, is_lone=True)

    assert {(fault.code, fault.severity) for _, fault in found} == {
        ("unknown-service", "warning"),
        ("unknown-form", "warning"),
    }


def test_the_line_of_an_element_is_told() -> None:
    text = sound().replace(b"<bpmn:userTask", b"\n\n<bpmn:userTask").replace(b'targetRef="end"', b'targetRef="x"')

    found = {fault.element: fault.line for _, fault in faults(category(text))}

    assert found["ask"] == 3 and found["end"] == 3


def test_nodes_that_would_be_left_out_are_lost() -> None:
    (report,) = (r for r in examine(drawn("start > ask > end ; other:task > end")).files if r.nodes)

    assert report.lost == ("other",)
    assert not report.is_fine


def test_the_dialect_is_told() -> None:
    camunda = sound().replace(b"<bpmn:process ", b'<bpmn:process xmlns:camunda="http://camunda.org/schema/1.0/bpmn" ')
    camunda = camunda.replace(ASKS.encode(), b"").replace(b'id="ask"', b'id="ask" camunda:assignee="${owner}"')

    assert next(r.dialect for r in examine(category()).files if r.nodes) == "zeebe"
    assert next(r.dialect for r in examine({"a.bpmn": camunda}, is_lone=True).files) == "camunda7"


def test_a_process_of_many_steps_in_a_row_can_be_run() -> None:
    flows = " > ".join(["start", "ask", *(f"a{number}:task" for number in range(700)), "end"])

    assert errors(faults(drawn(flows))) == []


def test_the_complaint_that_ships_has_no_fault() -> None:
    files = files_of(Path(__file__).parents[3] / "processes" / "complaint")

    assert examine(files).faults == []


def test_an_output_may_read_what_its_service_task_gives_back_and_nothing_else_may() -> None:
    gives = '<zeebe:output source="=sent" target="was_sent"/></zeebe:ioMapping>'
    sends = service("send_letter", document="Our answer").replace("</zeebe:ioMapping>", gives)

    assert errors(faults(served(sends))) == []
    assert "unknown-name" in {found.code for _, found in faults(served(sends.replace("send_letter", "record_note")))}
