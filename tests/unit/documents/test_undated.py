import io
import time
import zipfile

import pytest

from engine.documents.undated import undated


def test_the_same_members_written_at_another_time_are_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    before = zipped({"a.xml": b"<a/>", "word/b.xml": b"<b/>" * 100})

    monkeypatch.setattr(time, "time", lambda: 1_900_000_000.0)
    after = zipped({"a.xml": b"<a/>", "word/b.xml": b"<b/>" * 100})

    assert before != after
    assert undated(before) == undated(after)


def test_what_is_in_the_zip_stays_as_it_was() -> None:
    content = undated(zipped({"a.xml": b"<a/>", "word/b.xml": b"<b/>" * 100}))

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert archive.read("word/b.xml") == b"<b/>" * 100
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()
