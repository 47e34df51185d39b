"""Shared templates over REST: uploaded, judged, put in force, ended; refused without the right; who uses a field."""

import io
from datetime import timedelta
from typing import Any

import pytest

from engine.instants import today
from tests.environment.databases import on_sqlite_alone
from tests.factories import Factories
from tests.integration.api.conftest import Program
from tests.integration.studio.test_letters import HOSTILE
from tests.unit.definitions.files import category
from tests.word_files import word_file

HERE = "/templates/paragraph/rights"
FIRST = word_file("You may ask the Ombudsman. {{ person.full_name }}")


@pytest.fixture
def analyst(factories: Factories) -> Program:
    return Program(factories, factories.user("analyst"))


def upload(program: Program, content: bytes = FIRST, *, address: str = HERE, status: int = 201, **more: str) -> Any:
    sent = {"file": (io.BytesIO(content), "x.docx"), **more}
    return program.call("POST", f"{address}/versions", status=status, data=sent).json


def test_a_template_is_uploaded_published_and_found_in_force(analyst: Program) -> None:
    made = upload(analyst, title="Rights", note="The first")
    again = upload(analyst)
    published = analyst.post(f"{HERE}/versions/1/publication", {})

    assert (made["number"], made["state"], made["problems"]) == (1, "unpublished", [])
    assert made["fields_used"] == ["person.full_name"] and again["number"] == 1
    assert (published["state"], published["effective_from"]) == ("in_force", today().isoformat())
    [item] = analyst.get("/templates", query_string={"q": "rights", "kind": "paragraph"})["items"]
    assert (item["title"], item["in_force"], item["latest"]) == ("Rights", 1, 1)
    assert analyst.call("GET", f"{HERE}/versions/1/content").data == FIRST
    assert [version["number"] for version in analyst.get(HERE)["versions"]] == [1]


def test_a_version_comes_into_force_on_a_later_day(analyst: Program) -> None:
    upload(analyst)
    analyst.post(f"{HERE}/versions/1/publication", {})
    upload(analyst, word_file("Other"))
    later = (today() + timedelta(days=3)).isoformat()

    made = analyst.post(f"{HERE}/versions/2/publication", {"effective_from": later}, key="one")

    assert analyst.post(f"{HERE}/versions/2/publication", {"effective_from": later}, key="one") == made
    assert [version["state"] for version in analyst.get(HERE)["versions"]] == ["coming", "in_force"]
    analyst.post(f"{HERE}/versions/2/publication", {}, status=409)
    wrong = analyst.post(f"{HERE}/versions/1/publication", {"effective_from": "2020-01-01"}, status=409)
    assert "already" in wrong["detail"]


def test_what_is_wrong_is_told_and_keeps_it_from_being_published(analyst: Program) -> None:
    made = upload(analyst, word_file("Ring {{ organisation.phone"))

    [problem] = made["problems"]
    refused = analyst.post(f"{HERE}/versions/1/publication", {}, status=422)

    assert (problem["severity"], problem["code"]) == ("error", "unclosed_tag")
    assert problem["paragraph"] == "Ring {{ organisation.phone" and "opens with" in refused["detail"]


@on_sqlite_alone
def test_an_e_mail_is_uploaded_judged_by_its_lines_and_put_in_force(analyst: Program) -> None:
    here = "/templates/email/repair_booked"
    made = upload(analyst, b"Subject: {{ today }}\n\nDear {{ person.ful_name }}\n", address=here)
    mended = upload(analyst, b"Subject: {{ today }}\n\nDear {{ person.full_name }}\n", address=here)

    [problem] = made["problems"]
    assert (problem["code"], problem["place"], problem["line"]) == ("unknown_field", "text", 3)
    assert problem["remedy"] == 'Did you mean "person.full_name"?'
    analyst.post(f"{here}/versions/1/publication", {}, status=422)
    assert mended["problems"] == []
    assert analyst.post(f"{here}/versions/2/publication", {})["state"] == "in_force"
    upload(analyst, b"\xff\xfe", address="/templates/sms/x", status=422)


@on_sqlite_alone
def test_what_no_template_may_be_is_refused(analyst: Program) -> None:
    for why, content in HOSTILE.items():
        assert why in upload(analyst, content, status=422)["detail"]
    analyst.get(HERE, status=404)


@on_sqlite_alone
def test_addresses_and_values_that_are_none_are_told(analyst: Program) -> None:
    assert "kind" in upload(analyst, address="/templates/poem/rights", status=422)["errors"]
    assert "key" in upload(analyst, address="/templates/letter/Not-a-name", status=422)["errors"]
    upload(analyst)
    assert "key" in upload(analyst, address="/templates/block/rights", status=422)["errors"]
    assert "file" in analyst.call("POST", f"{HERE}/versions", status=422, data={"note": "x"}).json["errors"]
    for address in ("/templates/poem/rights", "/templates/letter/rights", f"{HERE}/versions/9", "/templates/uses/x"):
        analyst.get(address, status=404)
    analyst.get("/templates/uses", status=422)


def test_it_is_called_something_else_at_the_revision_that_was_read(analyst: Program) -> None:
    upload(analyst)

    changed = analyst.call("PATCH", HERE, {"title": "Your rights"}, headers={"If-Match": '"1"'}).json

    assert (changed["title"], changed["revision"]) == ("Your rights", 2)
    analyst.call("PATCH", HERE, {"title": "Rites"}, headers={"If-Match": '"1"'}, status=412)
    analyst.call("PATCH", HERE, {"title": "Rites"}, status=428)


def test_it_ends_and_comes_back(analyst: Program) -> None:
    upload(analyst)
    analyst.post(f"{HERE}/versions/1/publication", {})

    ended = analyst.post(f"{HERE}/ending", {"reason": "Nobody uses it"})
    back = analyst.call("DELETE", f"{HERE}/ending").json

    assert (ended["in_force"], ended["end_reason"]) == (None, "Nobody uses it")
    assert (back["in_force"], back["ended_on"]) == (1, None)
    analyst.post(f"{HERE}/ending", {"reason": "x", "on": "2020-01-01"}, status=422)
    analyst.call("DELETE", f"{HERE}/ending", status=409)


def test_letters_that_use_a_field_and_include_a_block_are_told(factories: Factories, analyst: Program) -> None:
    upload(analyst)
    analyst.post(f"{HERE}/versions/1/publication", {})
    letter = word_file("{{ rent|money }}", '{%p include "rights" %}')
    factories.deploy({**category(), "letters/hello.docx": letter})

    [use] = analyst.get("/templates/uses", query_string={"field": "rent"})["items"]
    [by] = analyst.get(f"{HERE}/versions/1")["included_by"]

    assert use == {"category": "sample", "kind": "letter", "name": "hello", "title": "Hello", "fields_used": ["rent"]}
    assert (by["category"], by["name"]) == ("sample", "hello")


def test_who_may_only_look_changes_nothing(factories: Factories, analyst: Program, program: Program) -> None:
    upload(analyst)

    assert program.get(HERE)["latest"] == 1
    upload(program, status=403)
    program.post(f"{HERE}/versions/1/publication", {}, status=403)
    program.post(f"{HERE}/ending", {"reason": "x"}, status=403)
    program.call("DELETE", f"{HERE}/ending", status=403)
    program.call("PATCH", HERE, {"title": "x"}, headers={"If-Match": "*"}, status=403)
