"""Documents by REST: filed anywhere, found again, given versions, moved and ended; what is refused is kept apart."""

import io
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from models.document import QuarantinedFile
from tests.environment.office import put_in_its_place
from tests.factories import Factories
from tests.integration.api.conftest import Program
from tests.pictures import pdf, picture
from tests.word_files import word_file


@pytest.fixture
def program(sqlite_factories: Factories) -> Program:
    return Program(sqlite_factories, sqlite_factories.user("officer"))


def send(program: Program, address: str, content: bytes, name: str, status: int = 201, **given: Any) -> Any:
    headers = given.pop("headers", {})
    data = {"file": (io.BytesIO(content), name), **given}
    return program.call("POST", address, data=data, headers=headers, status=status).json


def test_a_document_lives_its_life_by_rest(program: Program, sqlite_factories: Factories) -> None:
    person = sqlite_factories.person()
    home = sqlite_factories.home()
    about = f"person:{person.id}"

    made = send(
        program, "/documents", picture("JPEG"), "wall.jpg", about=about, tags="damp, North wall", kind="evidence"
    )
    at = f"/documents/{made['id']}"
    assert (made["about"], made["tags"], made["revision"], made["state"]) == (
        [about],
        ["damp", "north wall"],
        1,
        "waiting",
    )
    sqlite_factories.run_jobs()
    assert program.call("GET", f"{at}/thumbnail").data[:2] == b"\xff\xd8"

    newer = send(program, f"{at}/versions", b"Words.", "a.txt", note="Typed", headers={"If-Match": '"1"'})
    assert [one["number"] for one in newer["versions"]] == [2, 1]
    assert program.call("GET", f"{at}/versions/1/content").data[:2] == b"\xff\xd8"
    program.call("PATCH", at, {"title": "Wall"}, headers={"If-Match": '"1"'}, status=412)
    assert program.call("PATCH", at, {"title": "Wall"}, headers={"If-Match": '"2"'}).json["title"] == "Wall"
    program.post(f"{at}/place", {"about": [f"home:{home.id}"], "reason": "Of the home"})
    assert program.get(f"/documents?about=home:{home.id}&tag=damp")["items"][0]["id"] == made["id"]
    assert program.get(f"/documents?about={about}")["items"] == []
    assert program.post(f"{at}/ending", {"reason": "Too old"})["end_reason"] == "Too old"
    assert program.get("/documents")["items"] == [] and len(program.get("/documents?ended=true")["items"]) == 1
    program.post(f"{at}/ending", {"reason": "Again"}, status=409)
    assert program.post(f"{at}/reinstatement", {"reason": "Needed"})["ended_at"] is None


def test_a_refused_file_is_told_and_kept_apart(program: Program, sqlite_factories: Factories) -> None:
    about = f"person:{sqlite_factories.person().id}"

    told = send(program, "/documents", pdf(password="x"), "a.pdf", about=about, status=422)

    assert list(told["errors"]) == ["file"] and "password" in told["detail"]
    with sqlite_factories.transaction() as session:
        assert session.scalars(select(QuarantinedFile.code)).all() == ["encrypted"]


def test_the_same_upload_with_the_same_key_is_one_document(program: Program, sqlite_factories: Factories) -> None:
    about = f"person:{sqlite_factories.person().id}"

    made = [send(program, "/documents", b"x", "a.txt", about=about, headers={"Idempotency-Key": "k"}) for _ in range(2)]

    assert made[0]["id"] == made[1]["id"] and len(program.get("/documents")["items"]) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "about"),
        ({"about": "person:4711"}, "about"),
        ({"about": "planet:1"}, "about"),
        ({"about": "person:1", "kind": "ransom"}, "kind"),
        ({"about": "person:1", "tags": "x" * 41}, "tags"),
        ({"about": "person:1", "tags": ",".join(map(str, range(21)))}, "tags"),
    ],
)
def test_what_is_wrong_with_an_upload_is_told_by_field(
    program: Program, sqlite_factories: Factories, given: dict[str, str], field: str
) -> None:
    sqlite_factories.person()

    assert list(send(program, "/documents", b"x", "a.txt", status=422, **given)["errors"]) == [field]


def test_a_pdf_is_made_of_a_word_document_by_rest(
    program: Program, sqlite_factories: Factories, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in_its_place(tmp_path, monkeypatch)
    about = f"person:{sqlite_factories.person().id}"
    word = f"/documents/{send(program, '/documents', word_file('x'), 'a.docx', about=about)['id']}/pdf"
    scan = f"/documents/{send(program, '/documents', pdf(1), 'scan.pdf', about=about)['id']}/pdf"
    assert program.call("GET", word, status=404).json["detail"].startswith("There is no PDF of this document.")

    assert program.post(word, key="k1", status=202)["pdf_state"] == "waiting"
    assert program.post(word, key="k1", status=202)["pdf_state"] == "waiting"
    program.post(word, status=409)
    sqlite_factories.run_long_jobs()

    assert program.call("GET", word).data.startswith(b"%PDF")
    assert program.call("GET", scan).data == pdf(1)
    program.post(scan, status=409)
