"""Forty hostile files sent one after another: each is refused within two seconds, and kept apart."""

import io
import time

import pytest
from sqlalchemy import select

from models.document import Document, QuarantinedFile
from tests.factories import Factories
from tests.pictures import pdf, picture
from tests.unit.documents.test_uploads import HOSTILE

LIMIT_SECONDS = 2.0
PICTURES = {
    "cut.jpg": picture("JPEG", size=(600, 400))[:900],
    "lying.png": picture("PNG")[:33] + b"IDAT and nothing IEND",
    "locked.pdf": pdf(password="x"),
    "starting.pdf": pdf(opens_with="app.launchURL('https://evil.example')"),
}


@pytest.mark.soak
def test_forty_hostile_files_are_each_refused_within_two_seconds(factories: Factories) -> None:
    client, person = factories.client("officer"), factories.person()
    here, token = f"/people/{person.id}/documents", client.token()
    hostile = {name: content for name, (content, _) in HOSTILE.items()} | PICTURES
    assert len(hostile) >= 40

    def send(name: str, content: bytes) -> tuple[int, float]:
        begun = time.monotonic()
        sent = {"kind": "other", "files": (io.BytesIO(content), name), "csrf_token": token}
        answer = client.post(here, data=sent, headers={"Accept": "application/json"})
        taken = time.monotonic() - begun
        answer.request.environ["wsgi.input"].close()  # a large upload of the test client is a file
        return answer.status_code, taken

    assert send("good.png", picture("PNG"))[0] == 201  # the limited process is there
    answers = {name: send(name, content) for name, content in hostile.items()}

    assert {status for status, _ in answers.values()} == {422}
    assert max(seconds for _, seconds in answers.values()) < LIMIT_SECONDS, answers
    assert send("still good.png", picture("PNG"))[0] == 201
    with factories.transaction() as session:
        assert len(session.scalars(select(Document.id)).all()) == 2
        held = session.scalars(select(QuarantinedFile.file_name)).all()
    assert len(held) == len([content for content in hostile.values() if content and len(content) <= 50 * 1024 * 1024])
