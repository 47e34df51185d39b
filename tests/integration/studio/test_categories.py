"""The pages of the studio: list, category, versions, rules, settings, downloads."""

import io
import zipfile

import pytest

from engine import cases
from tests.environment.databases import on_sqlite_alone
from tests.factories import Factories
from tests.pages import PageClient
from tests.unit.definitions.files import category, sound


def test_the_list_shows_version_running_cases_and_draft(factories: Factories, analyst: PageClient) -> None:
    with factories.transaction() as session:
        cases.start(session, "sample", fields={}, by=factories.officer())
    factories.deploy(category(sound().replace(b'"Ask"', b'"Enquire"')))

    text = analyst.page("/studio").main

    assert "Sample" in text and "Version 2" in text and "1 on older versions" in text


def test_an_empty_studio_says_what_to_do(factories: Factories) -> None:
    page = factories.client("analyst").page("/studio")

    assert "There are no categories yet" in page.main and page.links()["New category"] == "/studio/new"


def test_the_page_of_a_category_shows_files_versions_and_how_to_start_a_case(analyst: PageClient) -> None:
    page = analyst.page("/studio/sample")

    assert {"sample.bpmn", "Ask", "category.toml", "rules.toml", "Version 1"} <= page.links().keys()
    assert page.links()["Start a case"] == "/cases/new/sample"
    assert "There is none: what you see is deployed." in page.main


def test_officers_see_the_category_and_are_offered_no_changes(officer: PageClient) -> None:
    page = officer.page("/studio/sample")

    assert "Throw the draft away" not in page.main and "New form" not in page.main and "Delete" not in page.main
    assert "New category" not in officer.page("/studio").links()
    assert "data-read-only" in officer.page("/studio/sample/files/sample.bpmn").text


@on_sqlite_alone
@pytest.mark.parametrize(
    "address",
    [
        "new",
        "imports",
        "sample/files",
        "sample/forms",
        "sample/deletions/ask.form",
        "sample/settings",
        "sample/deployment",
    ],
)
def test_officers_change_nothing_by_addresses_either(officer: PageClient, address: str) -> None:
    assert officer.submit(f"/studio/{address}", {}, status=403)


def test_a_version_shows_its_diagram_and_files_as_plain_text(analyst: PageClient) -> None:
    page = analyst.page("/studio/sample/versions/1")
    answer = analyst.get(page.links()["sample.bpmn"])

    assert answer.data == sound() and answer.content_type == "text/plain; charset=utf-8"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert analyst.get("/studio/sample/versions/9").status_code == 404
    assert analyst.get("/studio/sample/versions/1/files/../../x").status_code == 404


def test_the_category_and_each_version_are_downloaded_as_archives(analyst: PageClient) -> None:
    for address in ("/studio/sample/download", "/studio/sample/download?version=1"):
        answer = analyst.get(address)
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            assert {name: archive.read(name) for name in archive.namelist()} == {
                f"sample/{path}": content for path, content in category().items()
            }
        assert "attachment" in answer.headers["Content-Disposition"]


def test_what_is_not_there_is_not_found(analyst: PageClient) -> None:
    for address in (
        "nothing",
        "nothing/check",
        "sample/files/nothing.form",
        "sample/content/nothing.form",
        "nothing/rules",
    ):
        assert analyst.get(f"/studio/{address}").status_code == 404


def test_the_rules_stand_in_words_with_their_source(analyst: PageClient) -> None:
    text = analyst.page("/studio/sample/rules").main

    assert "Answer" in text and "5 working days" in text and "Our policy" in text


def test_rules_that_cannot_be_read_are_told_and_none_are_explained(factories: Factories, analyst: PageClient) -> None:
    broken = {"file": (io.BytesIO(b"[[rule"), "rules.toml"), "revision": "0"}
    analyst.submit("/studio/sample/content/rules.toml", broken, content_type="multipart/form-data")
    assert "cannot be read" in analyst.page("/studio/sample/rules").main

    factories.deploy(category(rules__toml=None).copy() | {"category.toml": OTHER})
    assert "This category has no rules" in analyst.page("/studio/other/rules").main


OTHER = b'[category]\nkey = "other"\nname = "Other"\nreference_prefix = "OTH"\nprocess = "sample"\n'


def test_settings_are_changed_as_fields_and_the_rest_is_kept(analyst: PageClient) -> None:
    sent = analyst.page("/studio/sample/settings").form("settings")
    sent |= {
        "name": "Sample case",
        "teams": "Repairs\nSurveyors\n\nSurveyors",
        "stage.ask": "Enquiring",
        "keywords": "test",
    }
    page = analyst.follow(analyst.submit("/studio/sample/settings", {**sent, "subjects": ["home"]}))

    text = analyst.get("/studio/sample/content/category.toml").text
    assert page.h1 == "Sample case: settings" and "saved as a draft" in page.text
    assert 'name = "Surveyors"' in text and 'key = "repairs"' in text and 'ask = "Enquiring"' in text
    assert 'subject_types = ["home"]' in text and 'to = "Repairs"' in text and 'summary_fields = ["rent"]' in text


def test_settings_that_somebody_saved_meanwhile_are_not_overwritten(factories: Factories, analyst: PageClient) -> None:
    sent = analyst.page("/studio/sample/settings").form("settings")
    other = factories.client("analyst")
    other.submit("/studio/sample/settings", {**sent, "name": "Theirs", "subjects": ["home"]})

    answer = analyst.submit("/studio/sample/settings", {**sent, "name": "Mine", "subjects": ["home"]}, status=409)

    assert "saved category.toml after you opened it" in answer.text
    assert 'name = "Theirs"' in analyst.get("/studio/sample/content/category.toml").text


def test_reminders_are_changed_as_fields_checked_and_turned_off(analyst: PageClient) -> None:
    sent = analyst.page("/studio/sample/settings").form("settings")
    assert sent["escalation"] == "1 working day: Repairs" and sent["remind_overdue"] == "at once"
    wanted = {
        "remind_before": "on the day\n2 working days",
        "escalation": "2 days: the team\n1 week:",
        "subjects": ["home"],
    }

    page = analyst.follow(analyst.submit("/studio/sample/settings", {**sent, **wanted, "subjects": ["home"]}))

    text = analyst.get("/studio/sample/content/category.toml").text
    assert 'before = ["on the day", "2 working days"]' in text and 'to = "the team"' in text
    assert page.form("settings")["escalation"] == "2 days: the team\n1 week: "
    assert "“” is neither a team of this category" in analyst.page("/studio/sample/check").text

    sent = page.form("settings")
    page = analyst.follow(analyst.submit("/studio/sample/settings", {**sent, "reminders": "off", "subjects": ["home"]}))
    assert "reminders = false" in analyst.get("/studio/sample/content/category.toml").text
    assert page.form("settings")["reminders"] == "off"
