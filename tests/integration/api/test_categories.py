"""Categories over REST: looked at, and deployed after the check."""

import io
from typing import Any

import pytest

from engine.definitions import deploying
from tests.factories import ROOT, TEAMS, Factories
from tests.integration.api.conftest import TWO_TASKS, Program

COMPLAINT = deploying.files_of(ROOT / "processes" / "complaint")
DIAGRAM = "complaint.bpmn"


@pytest.fixture
def analyst(factories: Factories) -> Program:
    """A program of an analyst."""
    return Program(factories, factories.user("analyst", teams=TEAMS))


def parts(files: dict[str, bytes], **fields: str) -> dict[str, Any]:
    """Return files as a multipart form holds them."""
    return {**fields, "files": [(io.BytesIO(content), name) for name, content in files.items()]}


def test_the_complaint_is_deployed_from_its_files(analyst: Program) -> None:
    made = analyst.call("POST", "/categories/complaint/versions", data=parts(COMPLAINT, note="First"), status=201)
    again = analyst.call("POST", "/categories/complaint/versions", data=parts(COMPLAINT), status=201)

    assert (made.json["number"], made.json["note"]) == (1, "First")
    assert made.headers["Location"] == "/api/v1/categories/complaint"
    assert again.json["content_hash"] == made.json["content_hash"] and again.json["number"] == 1
    shown = analyst.get("/categories/complaint")
    assert shown["name"] == "Complaint"
    assert [(v["number"], v["is_current"], v["open_cases"]) for v in shown["versions"]] == [(1, True, 0)]
    assert [c["key"] for c in analyst.get("/categories")["items"]] == ["complaint"]


def test_faults_are_told_place_by_place_and_nothing_is_deployed(analyst: Program) -> None:
    files = {**COMPLAINT, DIAGRAM: COMPLAINT[DIAGRAM].replace(b'formId="check_exclusion"', b'formId="none"')}

    problem = analyst.call("POST", "/categories/complaint/versions", data=parts(files), status=422).json

    assert [place for place in problem["errors"] if place.startswith(DIAGRAM)] == [f"{DIAGRAM}: check_exclusion"]
    assert analyst.get("/categories")["items"] == []


OUTSIDE = ["../evil.bpmn", "/etc/x.form", "letters/../../x.docx", "C:x.form", ".hidden.toml", "x/y.form"]


def test_names_that_would_leave_the_folder_are_refused(analyst: Program) -> None:
    for name in OUTSIDE:
        files = {**COMPLAINT, name: b"{}"}
        problem = analyst.call("POST", "/categories/complaint/versions", data=parts(files), status=422).json
        assert set(problem["errors"]) == {"files"}, name


def test_a_name_twice_another_category_or_no_file_is_refused(analyst: Program) -> None:
    twice = {"files": [(io.BytesIO(b"{}"), "x.form"), (io.BytesIO(b"{}"), "x.form")]}

    for data, sentence in (
        (twice, "there twice"),
        (parts(COMPLAINT), "says key = “complaint”"),
        ({"note": "x"}, "There are no files"),
    ):
        problem = analyst.call("POST", "/categories/other/versions", data=data, status=422).json
        assert sentence in problem["errors"]["files"]


def test_hostile_files_are_refused_with_a_sentence(analyst: Program) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'

    for files in (
        {**COMPLAINT, DIAGRAM: bomb},
        {**COMPLAINT, "category.toml": b"[category"},
        {**COMPLAINT, "category.toml": b"category = 1"},
        {**COMPLAINT, "category.toml": b"\xff\xfe\x00"},
        {**COMPLAINT, "x.docx": b"PK\x03\x04"},
        {**COMPLAINT, "log_complaint.form": b"[" * 100_000},
        {DIAGRAM: COMPLAINT[DIAGRAM]},
    ):
        problem = analyst.call("POST", "/categories/complaint/versions", data=parts(files), status=422).json
        assert "root:" not in str(problem)


def test_running_cases_stay_on_their_version(analyst: Program, factories: Factories, program: Program) -> None:
    factories.deploy(TWO_TASKS)
    running = program.post("/cases", {"category": "sample"}, status=201)["reference"]
    factories.deploy({**TWO_TASKS, "sample.bpmn": TWO_TASKS["sample.bpmn"].replace(b'name="Check"', b'name="Look"')})

    new = program.post("/cases", {"category": "sample"}, status=201)["reference"]

    assert program.get(f"/cases/{running}")["version"] == 1
    assert program.get(f"/cases/{new}")["version"] == 2
    versions = program.get("/categories/sample")["versions"]
    assert [(v["number"], v["open_cases"]) for v in versions] == [(2, 1), (1, 1)]
