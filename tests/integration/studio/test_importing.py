"""The import assistant: a drawing becomes the draft of a category that checks clean, and cases run on it."""

import io
from typing import Any

import pytest

from tests.diagrams import bpmn
from tests.environment.databases import on_sqlite_alone
from tests.factories import Factories
from tests.pages import PageClient
from tests.unit.definitions.files import category

LANE = (
    '<bpmn:laneSet id="s"><bpmn:lane id="l" name="Lettings"><bpmn:flowNodeRef>look</bpmn:flowNodeRef></bpmn:lane>'
    "</bpmn:laneSet>"
)
DRAWING = (
    bpmn("start > look:task > ok? > sync:service > end ; ok? > look ; sync > rent? -[rent > 1]-> end ; rent? > end")
    .replace(b'isExecutable="true"', f'isExecutable="false" name="Garage letting">{LANE}<x:y xmlns:x="x"/'.encode())
)  # fmt: skip
NEW = "/studio/imports/diagram"


def send(browser: PageClient, *files: tuple[str, bytes], **answers: Any) -> dict[str, Any]:
    return {"files": [(io.BytesIO(content), name) for name, content in files], **answers}


def test_a_drawing_is_looked_at_repaired_and_checks_clean(factories: Factories) -> None:
    ann = factories.client("analyst")
    sent = send(ann, ("Garage letting (v2).bpmn", DRAWING))

    page = ann.follow(ann.submit(NEW, sent, content_type="multipart/form-data"))
    assert page.h1 == "Garage letting: import"
    assert "was a drawing only" in page.main and "an officer chooses between" in page.main
    assert "“Lettings” is no team of the category" in page.main

    ticked = [box.get("value") for box in page.tree.xpath("//input[@name='accepted']")]
    done = ann.follow(ann.submit("/studio/garage_letting/import", {"accepted": ticked}))

    assert done.h1 == "Garage letting" and "Nothing stops it from running" in done.text
    checked = ann.page("/studio/garage_letting/check").text
    assert "It can be deployed" in checked and "when the errors are put right" not in checked
    assert "Nothing needs repair" in ann.page("/studio/garage_letting/import").main


def test_only_the_ticked_repairs_are_made(factories: Factories) -> None:
    ann = factories.client("analyst")
    page = ann.follow(ann.submit(NEW, send(ann, ("a.bpmn", DRAWING)), content_type="multipart/form-data"))
    ticked = [box.get("value") for box in page.tree.xpath("//input[@name='accepted']") if "no-type" in box.get("value")]

    done = ann.follow(ann.submit("/studio/garage_letting/import", {"accepted": ticked}))

    assert done.h1 == "Garage letting: import" and "errors are left" in done.text
    assert "was drawn without a type" not in done.main and "was a drawing only" in done.main


def test_a_drawing_becomes_a_running_case_in_one_click(factories: Factories) -> None:
    ann = factories.client(user=factories.user("analyst", "officer", teams=("Lettings",)))
    sent = send(ann, ("a.bpmn", DRAWING), name="Let a garage", repair="everything")

    page = ann.follow(ann.submit(NEW, sent, content_type="multipart/form-data"))
    assert page.h1 == "Let a garage"
    ann.follow(ann.submit("/studio/let_a_garage/deployment", {"note": "From the workshop"}))

    person = factories.person()
    start = f"/cases/new/let_a_garage?subject=person:{person.id}"
    case = ann.follow(ann.submit("/cases/new/let_a_garage", ann.page(start).form("/cases/new/let_a_garage")))
    assert "Look" in case.text


def test_what_cannot_be_read_is_told_at_the_field(factories: Factories) -> None:
    ann = factories.client("analyst")

    for name, content, sentence in (
        ("a.bpmn", DRAWING[:400], "before its end"),
        ("a.bpmn", b'<!DOCTYPE a [<!ENTITY x "y">]><a/>', "declares a document type"),
        ("a.docx", b"x", "neither a diagram"),
        ("a.form", b"{}", "no diagram among the files"),
    ):
        answer = ann.submit(NEW, send(ann, (name, content)), status=422, content_type="multipart/form-data")
        assert sentence in answer.text and "Traceback" not in answer.text


def test_the_pictures_show_the_drawing_before_and_after(factories: Factories) -> None:
    ann = factories.client("analyst")
    ann.submit(NEW, send(ann, ("a.bpmn", DRAWING)), content_type="multipart/form-data")

    before = ann.get("/studio/garage_letting/import/before/a.bpmn").text
    after = ann.get("/studio/garage_letting/import/after/a.bpmn").text

    assert "bpmndi:BPMNShape" in before and "decidedBy" not in before and "decidedBy" in after
    assert ann.get("/studio/garage_letting/import/after/b.bpmn").status_code == 404


@on_sqlite_alone
@pytest.mark.parametrize("address", [NEW, "/studio/sample/import"])
def test_an_officer_imports_nothing(officer: PageClient, address: str) -> None:
    assert officer.get(address).status_code == 403


def test_a_category_that_runs_needs_no_repair(analyst: PageClient) -> None:
    assert "Nothing needs repair" in analyst.page("/studio/sample/import").main


def test_a_diagram_in_another_dialect_is_stored_as_a_native_one(factories: Factories) -> None:
    ann = factories.client("analyst")
    foreign = category()["sample.bpmn"].replace(b"<bpmn:userTask", b'<bpmn:userTask camunda:assignee="ann"')
    sent = send(ann, *[(p, c) for p, c in {**category(), "sample.bpmn": foreign}.items()])

    ann.follow(ann.submit("/studio/imports", sent, content_type="multipart/form-data"))

    stored = ann.get("/studio/sample/content/sample.bpmn").text
    assert "zeebe:assignmentDefinition" in stored and "camunda:assignee" not in stored


BUYER = (
    '<bpmn:process id="buyer" isExecutable="true"><bpmn:startEvent id="want"/><bpmn:userTask id="offer" name="Offer"/>'
    '<bpmn:sequenceFlow id="b1" sourceRef="want" targetRef="offer"/></bpmn:process>'
)
POOLS = (
    '<bpmn:collaboration id="both"><bpmn:participant id="p1" name="Landlord" processRef="sample"/>'
    '<bpmn:participant id="p2" name="Buyer" processRef="buyer"/></bpmn:collaboration>'
)


def test_of_several_pools_the_analyst_chooses_the_one_that_a_case_is(factories: Factories) -> None:
    ann = factories.client("analyst")
    both = bpmn("start > ask > look > end", roots=POOLS + BUYER)

    page = ann.follow(ann.submit(NEW, send(ann, ("sale.bpmn", both), name="Sell"), content_type="multipart/form-data"))
    offered = {box.get("value"): box.get("checked") for box in page.tree.xpath("//input[@name='process']")}
    assert offered == {"sample": "checked", "buyer": None}
    assert "Landlord (4 steps)" in page.main and "Buyer (2 steps)" in page.main

    chosen = ann.follow(ann.submit("/studio/sell/import/process", {"process": "buyer"}))

    assert "Cases run “Buyer”" in chosen.text
    assert [box.get("value") for box in chosen.tree.xpath("//input[@name='process'][@checked]")] == ["buyer"]
    assert "is never run: nothing calls it" in ann.page("/studio/sell/check").text


def test_a_process_that_is_not_drawn_cannot_be_chosen(factories: Factories) -> None:
    ann = factories.client("analyst")
    both = bpmn("start > ask > look > end", roots=POOLS + BUYER)
    ann.submit(NEW, send(ann, ("sale.bpmn", both), name="Sell"), content_type="multipart/form-data")

    refused = ann.submit("/studio/sell/import/process", {"process": "../other"}, status=422)

    assert b"None of the diagrams draws this process" in refused.data


def test_one_process_leaves_nothing_to_choose(analyst: PageClient) -> None:
    assert not analyst.page("/studio/sample/import").tree.xpath("//input[@name='process']")
