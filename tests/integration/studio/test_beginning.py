"""From nothing to a started case by clicking; and categories brought as files."""

import io
from typing import Any

from engine.definitions.packing import pack
from models.people import Person
from tests.factories import Factories
from tests.pages import PageClient
from tests.unit.definitions.files import category, sound

NEW: dict[str, Any] = {"name": "Garden repair", "subjects": ["person", "home"], "teams": "Repairs\nSurveyors"}


def test_a_new_category_is_begun_deployed_and_a_case_started(factories: Factories) -> None:
    ann = factories.client(user=factories.user("analyst", "officer", teams=("Repairs",)))
    person: Person = factories.person()

    drawn = ann.follow(ann.submit("/studio/new", NEW))
    assert drawn.h1 == "Garden repair: garden_repair.bpmn"
    assert "Nothing is wrong" in ann.page("/studio/garden_repair/check").main
    deployed = ann.follow(ann.submit("/studio/garden_repair/deployment", {"note": "The first"}))
    assert "Version 1 is deployed" in deployed.text

    start = ann.page(f"/cases/new/garden_repair?subject=person:{person.id}")
    sent = start.form("/cases/new/garden_repair")
    sent |= {"request": "Cut the hedge", "received_on-day": "1", "received_on-month": "10", "received_on-year": "2026"}
    case = ann.follow(ann.submit("/cases/new/garden_repair", sent))

    assert "GAR" in case.text and "Deal with request" in case.text


def test_what_is_missing_is_told_at_its_field(factories: Factories) -> None:
    ann = factories.client("analyst")

    answer = ann.submit("/studio/new", {"name": "", "key": "Not a key"}, status=422)

    for sentence in ("Enter a name", "lower-case words joined by _", "Choose what a case may be about"):
        assert sentence in answer.text


def test_a_key_that_is_taken_is_told(analyst: PageClient) -> None:
    answer = analyst.submit("/studio/new", {**NEW, "key": "sample"}, status=422)

    assert "There is a category “sample” already" in answer.text
    assert "cannot be the key" in analyst.submit("/studio/new", {**NEW, "key": "new"}, status=422).text


def test_a_folder_or_archive_becomes_a_draft(factories: Factories) -> None:
    ann = factories.client("analyst")
    files = [(io.BytesIO(content), f"sample/{path}") for path, content in category().items()]

    page = ann.follow(ann.submit("/studio/imports", {"files": files}, content_type="multipart/form-data"))

    assert page.h1 == "Sample" and "Not deployed yet" in page.main
    discarded = ann.follow(ann.submit("/studio/sample/discard"))
    assert discarded.h1 == "Studio" and "There are no categories yet" in discarded.main


def test_an_archive_of_a_category_that_is_there_becomes_its_draft(analyst: PageClient) -> None:
    archive = pack({**category(), "sample.bpmn": sound().replace(b"Ask", b"Enquire")}, "sample")

    page = analyst.follow(
        analyst.submit(
            "/studio/imports", {"files": (io.BytesIO(archive), "sample.zip")}, content_type="multipart/form-data"
        )
    )

    assert "Changes to version 1" in page.main and "Changed" in page.main


def test_files_without_settings_are_not_a_category(factories: Factories) -> None:
    ann = factories.client("analyst")
    sent = {"files": (io.BytesIO(sound()), "lone.bpmn")}

    answer = ann.submit("/studio/imports", sent, status=422, content_type="multipart/form-data")

    assert "There is no category.toml among the files" in answer.text


def test_a_category_that_cannot_be_read_can_still_be_opened_and_put_right(analyst: PageClient) -> None:
    sent = {"content": "[category", "revision": "0"}
    analyst.submit("/studio/sample/content/category.toml", sent)

    assert analyst.page("/studio/sample").h1 == "sample"
    assert "cannot be read" in analyst.page("/studio/sample/check").main
    assert "Open it as text" in analyst.page("/studio/sample/settings", status=422).text
    assert analyst.page("/studio/sample/files/category.toml").form("content")["content"].strip() == "[category"
