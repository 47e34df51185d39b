"""What is made to do harm comes in by a real mailbox, does none, and keeps nothing else from being taken in."""

import io
import zipfile

from engine.inbound import mailbox
from models.document import QuarantinedFile
from tests.integration.inbound.conftest import Post, write
from tests.pictures import pdf, picture

HEAD = b"From: m@evil.example\r\nDate: Thu, 03 Dec 2026 10:00:00 +0000\r\n"


def bomb() -> bytes:
    """Return a Word file that unpacks to 300 MB."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"0" * 300_000_000)
    return file.getvalue()


def nested(depth: int) -> bytes:
    """Return a message in so many layers."""
    layers = (b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))
    return HEAD + b"Subject: nested\r\n" + b"".join(layers) + b"\r\ndeep"


def test_hostile_messages_are_taken_in_or_listed_and_harm_nobody(post: Post) -> None:
    files = {
        "bomb.docx": bomb(),
        "page.html": b"<html><script>alert(1)</script></html>",
        "photo.png": picture("PNG") + b"<script>alert(1)</script>",
        "start.pdf": pdf(opens_with="app.alert(1)"),
        "program.exe": b"MZ\x90\0",
        "../../etc/passwd.txt": b"a text",
        "empty.pdf": b"",
    }
    post.mailbox.put(
        nested(1_000),
        HEAD,
        b"\r\n",
        HEAD + b"Subject: =?utf-8?q?one=0D=0ABcc:_all@landlord.example?=\r\n\r\nx",
        HEAD + b"Subject: charsets\r\nContent-Type: text/plain; charset=punycode\r\n\r\n\xff\xfe\x80 caf\xe9\r\n",
        HEAD + b"Subject: words\r\nContent-Type: text/html\r\n\r\n" + b"<div>" * 100_000,
        write("files", attach=files),
        write("sound"),
    )

    [came] = post.read()

    assert (came.taken + came.not_read, came.error) == (8, "")
    found = {item.subject: item for item in post.items()}
    assert {"nested", "", "one Bcc: all@landlord.example", "charsets", "words", "files", "sound"} == set(found)
    assert found["nested"].details["is_cut"] is True
    assert found["charsets"].text == "ÿþ€ café"
    parts = {part.file_name: part.state for part in post.parts(found["files"])}
    assert parts == {
        "files.eml": "ready", "bomb.docx": "refused", "page.html": "refused", "photo.png": "refused",
        "start.pdf": "refused", "program.exe": "refused", "passwd.txt": "ready",
    }  # fmt: skip
    codes = {held.code for held in post.rows(QuarantinedFile)}
    assert {"active", "attachment", "polyglot", "too_large", "type"} <= codes
    assert post.mailbox.lying() == []
    assert len(post.mailbox.lying(mailbox.TAKEN)) == came.taken


def test_the_page_of_a_hostile_message_says_it_and_runs_nothing(post: Post) -> None:
    script = "<script>alert(1)</script>"
    headers = {"sender": f'"{script}" <m@evil.example>', "Reply_To": f'"{script}" <other@evil.example>'}
    post.mailbox.put(write(script, script, html=f"{script}<p>words</p>", attach={f"{script}.txt": b"x"}, **headers))
    post.read()

    page = post.factories.client("officer").page(f"/incoming/{post.item().id}")

    assert script in page.main and script not in page.text
    assert "Answers would go to another address: other@evil.example" in page.main
