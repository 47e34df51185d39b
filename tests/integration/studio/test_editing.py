"""Editing in the studio: drafts are saved, checked, compared, deployed; and brought in from files."""

import io
import json

import pytest
from sqlalchemy import select

from models.category import CategoryVersion, DraftFile
from tests.environment.databases import on_sqlite_alone
from tests.factories import Factories
from tests.pages import PageClient
from tests.unit.definitions.files import category, sound
from tests.word_files import word_file

CHANGED = sound().replace(b'name="Ask"', b'name="Ask again"').decode()
BROKEN = sound().replace(b'targetRef="end"', b'targetRef="nowhere"').decode()
DIAGRAM = "/studio/sample/content/sample.bpmn"


def put(browser: PageClient, content: str, revision: int = 0, *, address: str = DIAGRAM, status: int = 200) -> dict:  # type: ignore[type-arg]
    """Save as the modeller does."""
    answer = browser.put(
        address,
        json={"content": content, "revision": revision},
        headers={"X-CSRFToken": browser.token(), "Accept": "application/json"},
    )
    assert answer.status_code == status, answer.text
    return dict(answer.get_json())


def sent_file(name: str, content: bytes) -> dict[str, object]:
    """Return a form with one file."""
    return {"files": (io.BytesIO(content), name)}


def test_the_modeller_saves_a_draft_that_the_studio_then_shows(analyst: PageClient) -> None:
    assert put(analyst, CHANGED) == {"revision": 2}

    assert analyst.get(DIAGRAM).text == CHANGED and analyst.get(DIAGRAM).headers["X-Revision"] == "2"
    assert "by Ann Analyst" in analyst.page("/studio/sample").main


def test_the_second_of_two_savings_is_told_and_keeps_nothing(factories: Factories, analyst: PageClient) -> None:
    put(analyst, CHANGED)

    answer = put(factories.client("analyst"), BROKEN, 0, status=409)

    assert "Ann Analyst saved sample.bpmn after you opened it" in answer["detail"]
    assert analyst.get(DIAGRAM).text == CHANGED


@on_sqlite_alone
@pytest.mark.parametrize(
    "sent", [{}, {"content": 1, "revision": 1}, {"content": "x", "revision": True}, [], {"content": "x"}]
)
def test_nonsense_is_not_saved(analyst: PageClient, sent: object) -> None:
    answer = analyst.put(DIAGRAM, json=sent, headers={"X-CSRFToken": analyst.token(), "Accept": "application/json"})

    assert answer.status_code == 422


def test_saving_needs_the_form_token(analyst: PageClient) -> None:
    assert analyst.put(DIAGRAM, json={"content": CHANGED, "revision": 0}).status_code == 400


def test_looking_at_pages_writes_nothing(factories: Factories, analyst: PageClient) -> None:
    pages = (
        "",
        "/sample",
        "/sample/files/sample.bpmn",
        "/sample/check",
        "/sample/changes",
        "/sample/deployment",
        "/sample/settings",
    )
    for address in pages:
        analyst.page(f"/studio{address}")

    with factories.transaction() as session:
        assert session.scalars(select(DraftFile.id)).all() == []


@on_sqlite_alone
@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("sample.bpmn", "data-studio"),
        ("ask.form", "data-form-editor"),
        ("category.toml", "textarea"),
        ("rules.toml", "textarea"),
    ],
)
def test_each_kind_of_file_has_its_editor(analyst: PageClient, path: str, part: str) -> None:
    assert part in analyst.page(f"/studio/sample/files/{path}").text


def test_only_modellers_may_write_style_elements(analyst: PageClient) -> None:
    policies = {
        path: analyst.get(f"/studio/sample/files/{path}").headers["Content-Security-Policy"]
        for path in ("sample.bpmn", "ask.form", "rules.toml")
    }

    assert ["unsafe-inline" in policy for policy in policies.values()] == [True, True, False]
    assert all("script-src" not in policy for policy in policies.values())


def test_faults_are_told_with_element_sentence_remedy_and_place(analyst: PageClient) -> None:
    put(analyst, BROKEN)

    found = analyst.get("/studio/sample/faults.json?path=sample.bpmn").get_json()
    page = analyst.page("/studio/sample/check")

    first = found["faults"][0]
    assert (first["element"], first["code"], first["severity"]) == ("f1", "dangling-flow", "error")
    assert first["href"] == "/studio/sample/files/sample.bpmn?element=f1"
    assert found["errors"] == 2 and first["message"] in page.main and first["remedy"] in page.main
    assert page.links()["sample.bpmn: f1"] == first["href"]


def test_a_draft_with_errors_cannot_be_deployed(factories: Factories, analyst: PageClient) -> None:
    put(analyst, BROKEN)

    assert "It cannot be deployed before the errors are put right" in analyst.page("/studio/sample/deployment").main
    answer = analyst.submit("/studio/sample/deployment", {"note": "x"}, status=422)

    assert "nowhere" in answer.text
    with factories.transaction() as session:
        assert session.scalars(select(CategoryVersion.number)).all() == [1]


def test_a_draft_is_compared_and_deployed_with_its_note(factories: Factories, analyst: PageClient) -> None:
    put(analyst, CHANGED)

    changes = analyst.page("/studio/sample/changes").main
    marked = analyst.get("/studio/sample/changes.json?path=sample.bpmn").get_json()
    page = analyst.follow(analyst.submit("/studio/sample/deployment", {"note": "Ask twice"}))

    assert "Ask again" in changes and "sample.bpmn" in changes
    assert marked == {"elements": [{"id": "ask", "name": "Ask again", "kind": "changed"}]}
    assert "Version 2 is deployed" in page.text and "Ask twice" in page.main
    assert page.links()["Start a case"] == "/cases/new/sample"
    with factories.transaction() as session:
        assert session.scalars(select(CategoryVersion.note).order_by(CategoryVersion.id)).all() == ["", "Ask twice"]


def test_a_version_deployed_meanwhile_is_said_before_it_is_taken_back(
    factories: Factories, analyst: PageClient
) -> None:
    put(analyst, CHANGED)
    factories.deploy({**category(), "sample.bpmn": sound().replace(b"Ask", b"Enquire")})

    assert (
        "although version 2 was deployed after this draft was begun" in analyst.page("/studio/sample/deployment").main
    )
    analyst.submit("/studio/sample/deployment", {"note": ""}, status=409)
    page = analyst.follow(analyst.submit("/studio/sample/deployment", {"note": "", "over_newer": "yes"}))

    assert "Version 3 is deployed" in page.text


def test_there_is_nothing_to_deploy_without_a_draft(analyst: PageClient) -> None:
    assert "There is nothing to deploy" in analyst.page("/studio/sample/deployment").main
    analyst.submit("/studio/sample/deployment", {"note": ""}, status=404)


def test_the_draft_is_thrown_away(analyst: PageClient) -> None:
    put(analyst, CHANGED)

    page = analyst.follow(analyst.submit("/studio/sample/discard"))

    assert "This is the deployed version again" in page.text and analyst.get(DIAGRAM).data == sound()


def test_without_javascript_a_diagram_is_exchanged_as_a_file(analyst: PageClient) -> None:
    sent = analyst.page("/studio/sample/files/sample.bpmn").form("content")
    sent["file"] = (io.BytesIO(CHANGED.encode()), "anything.bpmn")  # type: ignore[assignment]

    page = analyst.follow(analyst.submit(DIAGRAM, sent, content_type="multipart/form-data"))

    assert "is saved as a draft" in page.text and analyst.get(DIAGRAM).text == CHANGED


def test_a_text_is_saved_with_its_line_ends(analyst: PageClient) -> None:
    sent = analyst.page("/studio/sample/files/rules.toml").form("content")
    text = sent["content"].replace("\r\n", "\n").replace("5,", "6,")

    analyst.submit("/studio/sample/content/rules.toml", {**sent, "content": text.replace("\n", "\r\n")})

    assert analyst.get("/studio/sample/content/rules.toml").text.strip() == text.strip()
    assert "6 working days" in analyst.page("/studio/sample/rules").main


def test_a_form_is_made_by_its_title(analyst: PageClient) -> None:
    page = analyst.follow(analyst.submit("/studio/sample/forms", {"title": "Visit the home"}))

    assert page.h1 == "Sample: visit_the_home.form"
    choices = analyst.get("/studio/sample/choices.json").get_json()
    assert {"id": "visit_the_home", "title": "Visit the home"} in choices["forms"]
    analyst.submit("/studio/sample/forms", {"title": "Visit the home!"}, status=409)
    analyst.submit("/studio/sample/forms", {"title": " ?! "}, status=422)


def test_choices_are_what_the_category_has(analyst: PageClient) -> None:
    choices = analyst.get("/studio/sample/choices.json").get_json()
    templates = analyst.get("/studio/sample/templates.json").get_json()

    assert choices["teams"] == ["Repairs"] and choices["rules"] == ["sample.answer"]
    assert choices["dates"] == [{"key": "received_on", "label": "Received"}]
    assert choices["closure_reasons"] == ["Done"]
    told = next(each for each in templates if each["id"] == "casewright.notify")
    assert "Repairs" in json.dumps(told)


def test_letters_are_brought_in_checked_and_downloaded(analyst: PageClient) -> None:
    letter = word_file("Dear {{ person.ful_name }}")

    analyst.submit("/studio/sample/files", sent_file("hello.docx", letter), content_type="multipart/form-data")

    assert "Did you mean “person.full_name”?" in analyst.page("/studio/sample/check").main
    assert "data-letter-url" in analyst.page("/studio/sample/files/letters/hello.docx").text
    answer = analyst.get("/studio/sample/content/letters/hello.docx")
    assert answer.data == letter and "attachment" in answer.headers["Content-Disposition"]


def test_a_file_is_taken_out_of_the_draft_and_not_of_the_version(analyst: PageClient) -> None:
    before = analyst.page("/studio/sample").links()
    analyst.submit("/studio/sample/deletions/ask.form")

    assert "Ask" in before and "Ask" not in analyst.page("/studio/sample").links()
    assert "ask.form" in analyst.page("/studio/sample/versions/1").links()
    analyst.submit("/studio/sample/deletions/category.toml", status=422)


@on_sqlite_alone
@pytest.mark.parametrize(
    ("name", "status"), [("evil.exe", 422), ("../../evil.form", 302), ("a b.form", 422), ("broken.zip", 422)]
)
def test_files_of_other_kinds_are_refused_and_paths_cut(analyst: PageClient, name: str, status: int) -> None:
    answer = analyst.post(
        "/studio/sample/files",
        data={**sent_file(name, b"x"), "csrf_token": analyst.token()},
        content_type="multipart/form-data",
    )

    assert answer.status_code == (303 if status == 302 else status)


def test_an_upload_without_a_file_says_so(analyst: PageClient) -> None:
    answer = analyst.submit("/studio/sample/files", {}, status=422, content_type="multipart/form-data")

    assert "No file was chosen" in answer.text
