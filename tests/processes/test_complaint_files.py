"""The complaint as it ships, read as files: the drawing, the settings, the forms. Its letters have a file."""

import copy
import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from engine import feel, forms
from engine.definitions import category
from engine.definitions.deploying import files_of
from tests.processes.drawing import NS, Drawing
from webapp.portal.writing import summary_rows

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "processes" / "complaint"
DEFINITION = category.read(files_of(FOLDER, ROOT / "doc_templates" / "complaint"))
ELEMENTS = DEFINITION.elements
DIAGRAM = etree.fromstring((FOLDER / "complaint.bpmn").read_bytes())
FORMS = sorted(FOLDER.glob("*.form"))
WORDS = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*\Z")
SET_BY_THE_DIAGRAM = {"stage1_extended", "stage2_extended", "completed_actions"}
SET_BY_THE_DIAGRAM |= {"exclusion_sent", "stage1_response_sent", "stage2_response_sent"}
SCOPE = set("case subject person home tenancy account officer organisation clocks teams today now".split())


def of_kind(kind):
    return [element for element in ELEMENTS.values() if element.kind == kind]


def named_flows():
    return {flow.id: flow for element in ELEMENTS.values() for flow in element.outgoing}


def expressions():
    """Yield where each FEEL expression of the diagram stands, and its text without the equals sign."""
    for node in DIAGRAM.iter():
        place = next(each.get("id") for each in (node, *node.iterancestors()) if each.get("id"))
        for text in (*node.attrib.values(), node.text or ""):
            if text.strip().startswith("="):
                yield place, text.strip()[1:]


def components(parts):
    for part in parts:
        yield part
        yield from components(part.get("components", ()))


def component(key):
    return next(part for _, part in every_component() if part.get("key") == key)


def every_component():
    return [
        (path.stem, part) for path in FORMS for part in components(json.loads(path.read_text("utf-8"))["components"])
    ]


# --- the drawing


def test_no_two_flows_cross_and_none_runs_through_a_shape_or_a_label():
    drawing = Drawing(DIAGRAM)

    assert drawing.crossings() == []
    assert drawing.runs_through() == []


def test_nothing_is_drawn_over_another_or_outside_its_lane():
    drawing = Drawing(DIAGRAM)

    assert drawing.overlaps() == []
    assert drawing.outside_their_lane() == []


def test_a_crossing_a_flow_through_a_task_and_a_stray_task_would_be_seen():
    spoilt = copy.deepcopy(DIAGRAM)
    bounds = spoilt.find(".//bpmndi:BPMNShape[@bpmnElement='record_reply']/dc:Bounds", NS)
    way = spoilt.findall(".//bpmndi:BPMNEdge[@bpmnElement='settled']/di:waypoint", NS)
    bounds.set("y", "2000")
    way[1].set("y", "900")

    drawing = Drawing(spoilt)

    assert any("settled" in pair for pair in drawing.crossings())
    assert any(flow == "settled" for flow, _ in drawing.runs_through())
    assert drawing.outside_their_lane() == ["record_reply"]


def test_every_element_and_flow_is_drawn_and_in_one_lane():
    drawing = Drawing(DIAGRAM)

    assert set(drawing.shapes) >= set(ELEMENTS)
    assert set(drawing.edges) >= set(named_flows())
    assert sorted(drawing.nodes) == sorted(ELEMENTS)


def test_flows_run_left_to_right_but_for_the_way_back_from_an_extension():
    drawing = Drawing(DIAGRAM)
    centre = {node: drawing.shapes[node].x + drawing.shapes[node].width / 2 for node in drawing.nodes}

    backwards = {flow for flow, (source, target) in drawing.flows.items() if centre[target] < centre[source]}

    assert backwards == {"extended_stage1", "extended_stage2"}


def test_every_gateway_that_decides_asks_a_question_and_labels_its_answers():
    deciding = [gateway for gateway in of_kind("exclusiveGateway") if len(gateway.outgoing) > 1]

    assert len(deciding) == 10
    for gateway in deciding:
        assert gateway.name.endswith("?"), gateway.id
        assert gateway.default_flow in {flow.id for flow in gateway.outgoing}, gateway.id
        for flow in gateway.outgoing:
            assert flow.name, flow.id
            assert bool(flow.condition) == (flow.id != gateway.default_flow), flow.id


def test_ids_are_words_and_every_task_is_named_and_tells_the_officer_what_to_do():
    ids = [node.get("id") for node in DIAGRAM.iter() if isinstance(node.tag, str) and node.get("id")]

    assert [each for each in ids if not WORDS.match(each)] == []
    assert len(ids) == len(set(ids))
    for task in of_kind("userTask") + of_kind("serviceTask"):
        assert len(task.name.split()) >= 2, task.id
        assert len(task.documentation) > 20, task.id


# --- the diagram and what stands beside it


def test_every_lane_is_a_team():
    lanes = {element.lane for element in ELEMENTS.values()}

    assert lanes == set(DEFINITION.settings.teams.values())


def test_every_form_that_a_step_names_exists_and_every_form_is_used():
    steps = [*of_kind("userTask"), DEFINITION.start]

    assert {step.assignment.form_id for step in steps} == set(DEFINITION.forms)


def test_every_letter_that_a_step_merges_exists_and_every_letter_is_merged():
    services = [task.service for task in of_kind("serviceTask")]
    merged = {service.headers["template"] for service in services if service.type == "merge_document"}
    merged |= {service.headers["letter"] for service in services if "letter" in service.headers}

    assert merged == set(DEFINITION.templates)
    assert len(merged) == 7


def test_every_stage_closing_reason_and_summary_field_names_something_that_exists():
    settings = DEFINITION.settings
    reasons = {end.properties["closureReason"] for end in of_kind("endEvent") if "closureReason" in end.properties}
    asking = [field for form in DEFINITION.forms.values() for field in form.fields if field.key == "closure_reason"]
    offered = {option.value for field in asking for option in field.options}

    assert set(settings.stages) == {task.id for task in of_kind("userTask") if "overdue" not in task.id}
    assert set(settings.summary_fields) <= set(DEFINITION.fields)
    assert reasons - {"=closure_reason"} <= set(settings.closure_reasons)
    assert offered <= set(settings.closure_reasons)


def test_no_two_rows_of_the_summary_have_the_same_name_and_money_is_in_pounds():
    rows = summary_rows(
        DEFINITION, dict.fromkeys(DEFINITION.settings.summary_fields, "some") | {"compensation_total": 250}
    )

    names = [row["key"] for row in rows]
    assert len(set(names)) == len(DEFINITION.settings.summary_fields)
    assert ("Compensation", "£250.00") in [(row["key"], row["value"]) for row in rows]


def test_every_rule_that_is_named_exists():
    texts = [text for _, text in expressions()] + [path.read_text("utf-8").replace('\\"', '"') for path in FORMS]
    named = {rule for text in texts for rule in re.findall(r'"(complaint\.\w+)"', text)}

    assert named == set(DEFINITION.rules.ids)


def test_an_extension_is_for_a_reason_that_its_rule_accepts_and_the_resident_gets_its_letter():
    for stage, most in ((1, 10), (2, 20)):
        rule = DEFINITION.rules.rule(f"complaint.stage{stage}_response", date(2026, 12, 3))
        reasons = {option.value for option in DEFINITION.fields[f"stage{stage}_extension_reason"].options}
        days = component(f"stage{stage}_extension_days")["validate"]

        assert reasons == set(rule.extensions[0].reasons)
        assert days["max"] == rule.extensions[0].at_most == most
        assert {entry.letter for entry in rule.extensions} == {f"extension_stage{stage}"}
        assert {t for entry in rule.extensions for t in entry.granted_by} <= set(DEFINITION.settings.teams.values())


def test_stage_2_is_reviewed_by_somebody_else_than_investigated_stage_1():
    assert ELEMENTS["review_stage2"].properties["differentFrom"] == "investigate_stage1"
    assert ELEMENTS["investigate_stage1"].is_to_do


def test_a_reminder_does_not_end_the_task_and_a_missed_reply_does():
    timers = {event.id: event.is_interrupting for event in of_kind("boundaryEvent") if event.timer}

    assert timers == {
        "acknowledge_amber": False,
        "response_stage1_amber": False,
        "response_stage1_overdue": False,
        "acknowledge_escalation_amber": False,
        "response_stage2_amber": False,
        "response_stage2_overdue": False,
        "no_reply_in_time": True,
        "ombudsman_time_over": True,
    }


def test_every_expression_of_the_diagram_reads_names_that_a_case_has():
    known = SCOPE | SET_BY_THE_DIAGRAM | {key.split("[")[0] for key in DEFINITION.fields}
    one_action = {"action", *(target for _, target in ELEMENTS["complete_action"].service.inputs)}
    local = {"complete_action": one_action}
    local |= {element: {"sent"} for element in ELEMENTS if element.startswith("issue_")}
    found = list(expressions())

    assert len(found) > 40
    for place, text in found:
        names = feel.compile(text).names
        assert names <= known | local.get(place, set()), (place, text)


@pytest.mark.parametrize(
    ("text", "answers", "expected"),
    [
        ("count(actions) > 0", {}, None),
        ("count(actions) > 0", {"actions": None}, None),
        ("count(actions) > 0", {"actions": []}, False),
        ("count(actions) > 0", {"actions": [{"what": "Renew the flashing"}]}, True),
        ("stage2_responded_on != null", {}, False),
        ("stage2_responded_on != null", {"stage2_responded_on": date(2026, 12, 18)}, True),
        ('exclusion_decision = "excluded"', {"exclusion_decision": "complaint"}, False),
        ('resident_reply = "escalate"', {"resident_reply": "escalate"}, True),
    ],
)
def test_a_condition_decides_also_when_the_field_was_never_asked(text, answers, expected):
    assert f"={text}" in {flow.condition for flow in named_flows().values()}
    assert feel.compile(text).evaluate(answers) is expected


def test_the_diagram_can_be_built_into_what_the_runtime_runs():
    assert set(DEFINITION.specs.top.task_specs) >= {element.id for element in of_kind("userTask")}


# --- the forms


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_has_no_fault_and_the_id_of_its_file(path):
    assert forms.check(path.read_bytes(), source=path.name) == []
    assert json.loads(path.read_text("utf-8"))["id"] == path.stem


def test_every_expression_of_a_form_reads_names_that_a_case_has():
    known = SCOPE | SET_BY_THE_DIAGRAM | {key.split("[")[0] for key in DEFINITION.fields}
    found = [expression for form in DEFINITION.forms.values() for expression in form.expressions]

    assert len(found) > 30
    for expression in found:
        assert expression.compiled.names <= known, expression


@pytest.mark.parametrize(
    ("key", "answers", "expected"),
    [
        ("compensation_total", {}, 0),
        ("compensation_total", {"compensation": []}, 0),
        (
            "compensation_total",
            {"compensation": [{"amount": Decimal("165")}, {"amount": Decimal("62.40")}]},
            Decimal("227.40"),
        ),
        ("days_since_event", {"received_on": date(2026, 10, 5), "became_aware_on": date(2026, 7, 11)}, 86),
    ],
)
def test_a_computed_field_is_right(key, answers, expected):
    text = component(key)["expression"].removeprefix("=")

    assert feel.compile(text).evaluate(answers) == expected


def test_every_field_says_what_it_is_and_helps_the_officer_to_answer():
    asked = [(form, part) for form, part in every_component() if part.get("key") and part["type"] != "expression"]

    assert len(asked) > 100
    for form, part in asked:
        assert part.get("label") or part.get("dateLabel") or part.get("timeLabel"), (form, part["key"])
        assert len(part.get("description", "")) > 5, (form, part["key"])
        assert WORDS.match(part["key"]), (form, part["key"])


def test_a_text_or_number_to_type_has_a_limit():
    typed = [(f, part) for f, part in every_component() if part["type"] in {"textfield", "textarea", "number"}]

    for form, part in typed:
        limits = part.get("validate", {})
        assert part.get("readonly") or limits.keys() & {"maxLength", "max"}, (form, part["key"])


def test_the_forms_use_every_kind_of_component():
    kinds = {part["type"] for _, part in every_component()}
    moments = {part["subtype"] for _, part in every_component() if part["type"] == "datetime"}

    assert kinds == set(
        "checkbox checklist datetime dynamiclist expression filepicker group html image number radio select separator "
        "table taglist text textarea textfield".split()
    )
    assert moments == {"date", "time", "datetime"}
    assert any(part.get("conditional") for _, part in every_component())


def test_what_a_resident_tells_about_themselves_is_marked_as_personal():
    marks = {field.key: field.sensitivity for field in DEFINITION.fields.values() if field.sensitivity}

    assert marks["adjustments"] == marks["adjustments_note"] == "special_category"
    assert marks["complaint_summary"] == marks["representative_contact"] == "personal"


def test_a_field_that_two_forms_ask_for_means_the_same_in_both():
    seen = {}
    for _, part in every_component():
        if part.get("key") and part["type"] != "expression" and part["key"] not in {"what", "owner", "due_on"}:
            kind, form_values = part["type"], part.get("values") if part["key"] != "closure_reason" else None
            assert seen.setdefault(part["key"], (kind, form_values)) == (kind, form_values), part["key"]
