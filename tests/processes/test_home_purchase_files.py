"""The home purchase and the cases that it starts as they ship: drawings, settings, forms, rules and letters."""

import json
import re
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from lxml import etree

from engine.definitions.deploying import files_of
from engine.definitions.examining import examine
from engine.documents.merging import merge
from tests.processes.drawing import Drawing
from tests.processes.memory import ROOT, definition

KEYS = ("home_purchase", "eligibility_check", "valuation", "arrears_clearance", "service_charge_estimate")
WORDS = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*\Z")
BACKWARDS = {"home_purchase": {"offer_returned", "value_determined"}, "valuation": {"no_access"}}
LETTERS = sorted((key, p.stem) for key in KEYS for p in (ROOT / "doc_templates" / key).glob("*.docx"))
read = cache(definition)

# What each letter must tell whoever gets it, in the words that ours has with the sample beside it.
REQUIRED = {
    "returned_application": ["Mrs Price is a joint tenant and has not signed", "send the application again whenever"],
    "admission": ["section 124 of the Housing Act 1985", "you have the right to buy", "Within 12 weeks", "RTB6"],
    "refusal": ["section 124 of the Housing Act 1985", "we deny", "schedule 5, paragraph 10", "section 181"],
    "offer": [
        "section 125 of the Housing Act 1985",
        "£182,000.00",
        "Your discount £38,000.00",
        "Price to be paid £144,000.00",
        "District Valuer to determine it within three months",
        "service charges of £1,184.20 a year",
        "your share is £7,350.00",
        "The lintel over the kitchen window has cracked",
        "within 12 weeks of this letter",
        "repay some or all of the discount",
    ],
    "default_notice": ["section 125E", "within 28 days of this letter", "counts as withdrawn", "more time"],
    "first_notice": ["section 140", "by Friday 29 January 2027, which is at least 56 days away", "draft lease"],
    "completion": ["completed on Monday 16 November 2026", "16 November 2031", "offer the home to us first"],
    "evidence_request": ["you and Mrs Joan Price", "we will also ask the landlord", "to prevent fraud"],
    "appointment": ["Thursday 26 November 2026 at 10:30am", "Mr Anil Mehta", "find another time"],
    "arrears": ["£482.16 is owed", "£412.16", "StepChange", "Universal Credit", "cannot complete the sale"],
    "estimate": [
        "Lift £401.80",
        "Service charge a year £1,184.20",
        "New roof covering, year 2 £5,100.00",
        "16B and 16C",
    ],
}


def diagram(key: str) -> Any:
    return etree.fromstring((ROOT / "processes" / key / f"{key}.bpmn").read_bytes())


@pytest.mark.parametrize("key", KEYS)
def test_the_check_finds_no_fault(key: str) -> None:
    report = examine(files_of(ROOT / "processes" / key, ROOT / "doc_templates" / key))

    assert [fault for file in report.files for fault in file.faults if fault.severity != "info"] == []


@pytest.mark.parametrize("key", KEYS)
def test_the_drawing_can_be_read(key: str) -> None:
    drawing = Drawing(diagram(key))
    centre = {node: box.x + box.width / 2 for node, box in drawing.shapes.items()}

    assert drawing.crossings() == [] and drawing.runs_through() == []
    assert drawing.overlaps() == [] and drawing.outside_their_lane() == []
    assert set(drawing.shapes) >= set(read(key).elements)
    backwards = {flow for flow, (source, target) in drawing.flows.items() if centre[target] < centre[source]}
    assert backwards == BACKWARDS.get(key, set())


@pytest.mark.parametrize("key", KEYS)
def test_ids_are_words_gateways_ask_and_tasks_tell_what_to_do(key: str) -> None:
    ids = [node.get("id") for node in diagram(key).iter() if isinstance(node.tag, str) and node.get("id")]
    elements = read(key).elements.values()

    assert [each for each in ids if not WORDS.match(each)] == []
    for element in elements:
        if element.kind == "exclusiveGateway" and len(element.outgoing) > 1:
            assert element.name.endswith("?"), element.id
            assert all(flow.name for flow in element.outgoing), element.id
        if element.kind in ("userTask", "serviceTask", "callActivity"):
            assert len(element.name.split()) >= 2 and len(element.documentation) > 20, element.id


@pytest.mark.parametrize("key", KEYS)
def test_everything_beside_the_diagram_is_used_and_everything_that_it_names_is_there(key: str) -> None:
    found = read(key)
    settings, elements = found.settings, found.elements
    steps = [e for e in elements.values() if e.is_to_do or e.kind == "callActivity"]
    text = (ROOT / "processes" / key / f"{key}.bpmn").read_text("utf-8")

    assert {e.assignment.form_id for e in [*elements.values()] if e.assignment.form_id} == set(found.forms)
    merged = {e.service.headers["template"] for e in elements.values() if e.service.type == "merge_document"}
    merged |= {e.service.headers["letter"] for e in elements.values() if "letter" in e.service.headers}
    assert merged == set(found.templates)
    assert set(settings.stages) <= {step.id for step in steps}
    assert set(settings.summary_fields) <= {*found.fields, "eligibility_outcome", "arrears_outcome"}
    assert {e.properties.get("closureReason") for e in elements.values()} - {None} == set(settings.closure_reasons)
    assert [rule for rule in found.rules.ids if f'"{rule}"' not in text.replace("&quot;", '"')] == []
    assert {e.lane for e in elements.values() if e.kind == "userTask"} <= set(settings.teams.values())


def test_the_application_starts_a_category_that_ships_and_gives_it_the_fields_that_it_asks_for() -> None:
    calls = [e for e in read("home_purchase").elements.values() if e.starts_case]

    assert {call.starts_case for call in calls} == set(KEYS[1:])
    for call in calls:
        child = read(call.starts_case)
        start = child.forms[child.start.assignment.form_id]
        assert {target for _, target in call.service.inputs} <= {field.key for field in start.fields}
        assert call.properties["caseSubjects"].split(",")[0] == child.settings.required_subject


@pytest.mark.parametrize("key", KEYS)
def test_every_field_says_what_it_is_helps_and_has_a_limit(key: str) -> None:
    for path in (ROOT / "processes" / key).glob("*.form"):
        for part in _components(json.loads(path.read_text("utf-8"))["components"]):
            if not part.get("key") or part["type"] == "expression":
                continue
            assert part.get("label") or part.get("dateLabel"), (path.stem, part["key"])
            assert len(part.get("description", "")) > 5, (path.stem, part["key"])
            if part["type"] in ("textfield", "textarea", "number"):
                assert part["validate"].keys() & {"maxLength", "max"}, (path.stem, part["key"])


@pytest.mark.parametrize("key", KEYS)
def test_every_rule_says_where_it_stands(key: str) -> None:
    for rule_id in read(key).rules.ids:
        for version in read(key).rules.versions(rule_id):
            assert version.citation is not None and version.citation.text, rule_id
            assert version.kind != "law" or version.citation.url.startswith("https://www.legislation.gov.uk/"), rule_id


@pytest.mark.parametrize(("key", "letter"), LETTERS)
def test_a_letter_says_what_it_must(key: str, letter: str) -> None:
    folder = ROOT / "doc_templates" / key
    scope = json.loads((folder / f"{letter}.sample.json").read_text("utf-8"), parse_float=Decimal)

    text = _words(merge((folder / f"{letter}.docx").read_bytes(), scope, template_name=letter))

    assert [statement for statement in REQUIRED[letter] if statement not in text] == []
    assert f"Dear {scope['person']['salutation']}" in text and scope["case"]["reference"] in text
    assert "None" not in text and "{{" not in text


def test_a_house_and_a_share_have_letters_of_their_own() -> None:
    folder = ROOT / "doc_templates" / "home_purchase"
    scope = json.loads((folder / "offer.sample.json").read_text("utf-8"), parse_float=Decimal)
    share = {**scope, "scheme": "social_homebuy", "home_type": "house", "share_wanted": 40, "rent_on_rest": 2000}

    text = _words(merge((folder / "offer.docx").read_bytes(), share, template_name="offer"))

    assert "The price is for a share of 40 %" in text and "£2,000.00 a year" in text
    assert "District Valuer" not in text and "service charges" not in text


def _components(parts: list[dict[str, Any]]) -> Any:
    for part in parts:
        yield part
        yield from _components(part.get("components", []))


def _words(content: bytes) -> str:
    texts = []
    for block in docx.Document(BytesIO(content)).iter_inner_content():
        rows = getattr(block, "rows", None)
        texts += [block.text] if rows is None else [p.text for r in rows for c in r.cells for p in c.paragraphs]
    return " ".join(" ".join(texts).split())


def test_each_letter_has_a_sample_and_a_list_of_what_it_must_say() -> None:
    samples = {p.name.split(".")[0] for key in KEYS for p in Path(ROOT / "doc_templates" / key).glob("*.sample.json")}

    assert samples == set(REQUIRED) == {letter for _, letter in LETTERS}
