"""The signature of one's letters: given, seen, exchanged and removed by its owner alone, and checked as hostile."""

import io
import zlib
from typing import Any

import pytest
from PIL import ExifTags, Image, ImageDraw
from sqlalchemy import select

from engine import signatures
from engine.documents import redrawing
from engine.documents.refusals import UploadRefused
from engine.filing.receiving import store
from engine.permissions import PLATFORM
from models.rights import StaffChange
from models.staff import User
from tests.factories import Factories
from tests.integration.portal.conftest import error_links, shown
from tests.pages import PageClient
from tests.pictures import exif_of
from tests.word_files import word_file


def ink(kind: str = "PNG", *, size: tuple[int, int] = (600, 400), **saved: Any) -> bytes:
    """Return a sheet of paper with a stroke in its middle."""
    sheet = Image.new("RGB", size, "white")
    ImageDraw.Draw(sheet).line((size[0] // 3, size[1] // 2, size[0] // 2, size[1] // 3), fill="navy", width=6)
    file = io.BytesIO()
    sheet.save(file, kind, **saved)
    return file.getvalue()


def upload(client: PageClient, content: bytes, name: str = "signature.png", status: int = 302) -> Any:
    return client.submit("/account/signature", {"signature": (io.BytesIO(content), name)}, status=status)


def signature_of(factories: Factories, user: User) -> str | None:
    with factories.transaction() as session:
        return session.scalar(select(User.signature).where(User.id == user.id))


def test_a_signature_is_given_seen_exchanged_and_removed_by_its_owner(factories: Factories) -> None:
    user = factories.user()
    client, other = factories.client(user=user), factories.client()
    assert client.get("/account/signature").status_code == 404

    page = client.follow(upload(client, ink()))
    first = signature_of(factories, user) or ""
    seen = client.get("/account/signature")

    assert "carry this signature" in page.text and page.tree.xpath("//img[@alt='Your signature']")
    assert seen.mimetype == "image/png" and seen.data == store().path(first).read_bytes()
    assert "no-store" in seen.headers["Cache-Control"] and "sandbox" in seen.headers["Content-Security-Policy"]
    assert other.get("/account/signature").status_code == 404

    upload(client, ink(size=(900, 300)))
    second = signature_of(factories, user) or ""
    assert second != first and not (store().root / first[:2] / first[2:4] / first).exists()

    client.submit("/account/signature/removal", {})
    assert signature_of(factories, user) is None and client.get("/account/signature").status_code == 404
    with factories.transaction() as session:
        told = session.scalars(select(StaffChange).where(StaffChange.action == "signature_changed")).all()
    assert [(one.by_name, one.subject_name, one.before["signature"], one.after["signature"]) for one in told] == [
        (user.name, user.name, "none", first[:12]),
        (user.name, user.name, first[:12], second[:12]),
        (user.name, user.name, second[:12], "none"),
    ]


def test_two_who_sign_alike_do_not_lose_theirs_when_one_takes_it_back(sqlite_factories: Factories) -> None:
    one, other = sqlite_factories.client(), sqlite_factories.client()
    upload(one, ink())
    upload(other, ink())

    one.submit("/account/signature/removal", {})

    assert other.get("/account/signature").status_code == 200


def test_nothing_but_the_picture_of_what_is_written_is_kept(sqlite_factories: Factories) -> None:
    client, exif = sqlite_factories.client(), Image.Exif()
    exif[ExifTags.Base.Model], exif[ExifTags.Base.Orientation] = "Telephone 9", 6
    exif[ExifTags.IFD.GPSInfo] = {1: "N", 2: (51.0, 30.0, 1.5)}
    content = ink("JPEG", size=(1200, 900), exif=exif, comment=b"private words") + b"payload behind the end"

    upload(client, content, "IMG_1.JPG")

    kept = client.get("/account/signature").data
    with Image.open(io.BytesIO(kept)) as picture:
        assert picture.format == "PNG" and not exif_of(kept)
        assert picture.height > picture.width * 0.8  # turned upright, and cut to the stroke
        assert picture.width <= 1000 and picture.height <= 360
    assert b"private" not in kept and b"payload" not in kept and b"Telephone" not in kept


def bomb() -> bytes:
    """Return a PNG of a few kilobytes that says it has 900 million points."""
    head = b"\x00\x00\x75\x30\x00\x00\x75\x30\x08\x00\x00\x00\x00"
    chunk = lambda name, data: len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4)  # noqa: E731
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 30_001)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><path d="M0 0"/></svg>'
HOSTILE = {
    "svg.svg": (SVG, "web page or a program"),
    "svg.png": (SVG, "web page or a program"),
    "bomb.png": (bomb(), "at most 16 million are accepted"),
    "page.png": (ink().replace(b"IEND", b"<script>alert(1)</script>IEND"), "a web page is hidden in it"),
    "torn.png": (ink()[:300] + b"IEND\xaeB`\x82", "cannot be read as a picture"),
    "empty.png": (b"", "Choose a picture"),
    "letter.docx": (word_file("x"), "a signature is a picture, PNG or JPEG"),
    "photo.webp": (ink("WEBP"), "a signature is a picture, PNG or JPEG"),
    "heic.heic": (b"\0\0\0\x18ftypheic" + b"\0" * 64, "a signature is a picture, PNG or JPEG"),
}


def test_what_is_no_signature_is_refused_with_a_sentence_at_its_field(sqlite_factories: Factories) -> None:
    client = sqlite_factories.client()
    sheet = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(sheet, "PNG")

    for name, (content, reason) in {**HOSTILE, "white.png": (sheet.getvalue(), "nothing is written in it")}.items():
        page = shown(upload(client, content, name, status=422))
        assert list(error_links(page).values()) == ["#signature"], name
        assert reason in page.main, name
    assert signature_of(sqlite_factories, client.user) is None  # type: ignore[attr-defined]


def test_a_signature_of_many_megabytes_is_refused_unread() -> None:
    with pytest.raises(UploadRefused, match=r"it has 2\.1 MB; at most 2 MB are accepted"):
        redrawing.signature("large.png", ink() + b"\0" * 2_200_000)


def test_who_does_no_tasks_signs_nothing(sqlite_factories: Factories) -> None:
    auditor = sqlite_factories.client("auditor")

    assert "Your signature" not in auditor.page("/account").main
    upload(auditor, ink(), status=403)


def test_nobody_signs_who_is_nobody(sqlite_factories: Factories) -> None:
    with sqlite_factories.transaction() as session, pytest.raises(Exception, match="does not exist"):
        signatures.keep(session, ink(), by=PLATFORM)


def test_the_paper_comes_out_white_whatever_light_it_lay_in() -> None:
    sheet, file = Image.new("RGB", (600, 400), "#e8dfc8"), io.BytesIO()
    ImageDraw.Draw(sheet).line((100, 300, 500, 100), fill="black", width=9)
    sheet.save(file, "JPEG")

    with Image.open(io.BytesIO(redrawing.signature("a.jpg", file.getvalue()))) as made:
        assert made.convert("RGB").getpixel((5, 5)) == (255, 255, 255)
        assert made.convert("L").getextrema()[0] < 40
