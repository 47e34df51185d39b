"""Pictures in the letters of a case: the signature of whoever writes, and its photographs, by every way of writing."""

import io
from dataclasses import replace
from typing import Any

import docx
import pytest
from PIL import Image, ImageDraw
from sqlalchemy import insert, update

from engine import cases, filing, illustrating, reading, signatures, tasks
from engine.communications import batches
from engine.communications.batch_wishes import Wish
from engine.documents import redrawing
from engine.documents.texts_merging import merge_email
from engine.errors import TemplateError
from engine.filing.places import Place
from engine.filing.receiving import store
from engine.permissions import PLATFORM, Actor
from engine.templates import Found
from models.bundle import Redaction
from models.case import Case
from models.document import Document, DocumentVersion
from models.work import Incident, UserTask
from tests.factories import Factories
from tests.integration.communications.conftest import NOON, Correspondence, on_a4
from tests.integration.communications.test_by_hand import here
from tests.pages import Page
from tests.pictures import exif_of, has_place, picture
from tests.word_files import lines, members, word_file

SIGNED = on_a4(word_file("Yours sincerely", "{{ officer.signature }}", "{{ officer.name }}"))
SHOWING = on_a4(
    word_file(
        "Of {{ recipient.name }}:",
        "{%p for photo in photographs %}",
        "{{ photo.picture }}{{ photo.title }}, "
        "{% if photo.taken_on %}{{ photo.taken_on|date }}{% else %}no day{% endif %}",
        "{%p endfor %}",
    )
)
FLOWS = "start > before > write:service > ask > end"


@pytest.fixture
def quick(sqlite_factories: Factories) -> Correspondence:
    """The same on SQLite alone."""
    sqlite_factories.organisation()
    return Correspondence(sqlite_factories)


def ink(width: int = 300) -> bytes:
    sheet, file = Image.new("RGB", (400, 200), "white"), io.BytesIO()
    ImageDraw.Draw(sheet).line((20, 100, width, 90), fill="black", width=8)
    sheet.save(file, "PNG")
    return redrawing.signature("ink.png", file.getvalue())


def sign(letters: Correspondence, by: Any = None) -> bytes:
    made = ink()
    letters.act(signatures.keep, made, by=by)
    return made


def starts(letters: Correspondence, hello: bytes, type_: str = "send_letter", **inputs: str) -> None:
    letters.start(type_, flows=FLOWS, hello=hello, **(inputs or {"template": "hello"}))


def photograph(
    letters: Correspondence, title: str, content: bytes | None = None, name: str = "a.jpg", **how: Any
) -> int:
    received = filing.receive(name, content or picture("JPEG", size=(2400, 1600), with_place=True))
    with letters.factories.transaction() as session:
        kind = how.pop("kind", "photograph")
        return filing.file(session, received, Place(letters.started.id), title=title, kind=kind, by=letters.by)


def go_on(letters: Correspondence) -> None:
    task = next(one for one in letters.rows(UserTask) if one.status == "open")
    with letters.factories.transaction() as session:
        tasks.complete(session, task.id, answers={}, by=letters.by)
    letters.run_jobs()


def letter(letters: Correspondence, at: int = -1) -> bytes:
    """Return the letter that was filed last."""
    merged = [one for one in letters.rows(DocumentVersion) if one.template]
    return store().path(merged[at].sha256).read_bytes()


def drawn(content: bytes) -> list[bytes]:
    return [part for name, part in sorted(members(content).items()) if "media/" in name]


def test_the_officer_who_acts_signs_what_a_diagram_sends(letters: Correspondence) -> None:
    signature = sign(letters)
    starts(letters, SIGNED)

    go_on(letters)

    assert drawn(letter(letters)) == [signature]
    assert lines(letter(letters)) == ["Yours sincerely", letters.by.name]


@pytest.mark.parametrize(
    ("type_", "inputs"), [("merge_document", {"template": "hello"}), ("send_by_preference", {"letter": "hello"})]
)
def test_every_step_that_writes_a_letter_signs_it(quick: Correspondence, type_: str, inputs: dict[str, str]) -> None:
    signature = sign(quick)
    starts(quick, SIGNED, type_, **inputs)

    go_on(quick)

    assert drawn(letter(quick)) == [signature]


def test_what_nobody_does_is_signed_by_the_owner_of_the_case(quick: Correspondence) -> None:
    signature = sign(quick)
    quick.start("send_letter", flows="start > write:service > ask > end", hello=SIGNED, template="hello")
    with quick.factories.transaction() as session:
        shown = illustrating.Scene(quick.started.id, None, PLATFORM)
        reader = reading.open_case(session, quick.started.id)
        assert reader.case.owner_id == quick.by.user_id == illustrating.scene(reader).officer_id
        assert shown.officer_id is None

    assert drawn(letter(quick)) == [signature]


def test_without_a_signature_nothing_is_missing(quick: Correspondence) -> None:
    starts(quick, SIGNED)

    go_on(quick)

    assert quick.rows(Incident) == [] and drawn(letter(quick)) == []
    assert lines(letter(quick)) == ["Yours sincerely", quick.by.name]


def test_a_letter_by_hand_is_seen_signed_and_sent_signed_in_large_print_too(quick: Correspondence) -> None:
    quick.change(quick.ada, communication_needs="large print")
    starts(quick, SIGNED)
    client = quick.factories.client("officer", teams=("Repairs",))
    own = quick.factories.actor(client.user)  # type: ignore[attr-defined]
    sign(quick)
    signature = sign(quick, by=own)
    address, to = here(quick), f"person:{quick.ada.id}"
    form = client.page(f"{address}/new?channel=letter").form("preview")
    answers = {**form, "to": to, "template": "letter:hello"}

    shown = client.submit(f"{address}/preview", answers, status=200)
    seen = client.submit(f"{address}/preview", {**answers, "as": "docx", "of": to}, status=200)
    client.submit(address, answers)

    assert "Yours sincerely" in Page(shown).main
    assert drawn(seen.data) == drawn(letter(quick)) == [signature]


def test_a_batch_is_signed_by_whoever_writes_it(quick: Correspondence) -> None:
    signature = sign(quick)
    starts(quick, SIGNED)
    wish = Wish(
        title="News",
        channel="letter",
        template="letter:hello",
        cases=(quick.started.id,),
        once="newsletter",
    )

    with quick.factories.transaction() as session:
        batches.begin(session, wish, by=quick.by)
    quick.run_jobs()

    assert drawn(letter(quick)) == [signature]


# Photographs


def test_the_photographs_of_a_case_are_drawn_anew_without_the_place_where_they_were_taken(
    letters: Correspondence,
) -> None:
    starts(letters, SHOWING)
    first = photograph(letters, "The wall & the window")
    photograph(letters, "A screenshot", picture("PNG", size=(300, 200)), "b.png", kind="evidence")

    go_on(letters)

    made = letter(letters)
    assert lines(made)[1:] == ["The wall & the window, 1 November 2026", "A screenshot, no day"]
    shots = drawn(made)
    assert len(shots) == 2 and all(shot[:2] == b"\xff\xd8" and not has_place(shot) for shot in shots)
    assert all(not dict(exif_of(shot)) for shot in shots)
    assert {Image.open(io.BytesIO(shot)).size for shot in shots} == {(800, 1200), (300, 200)}  # upright
    upright = docx.Document(io.BytesIO(made)).inline_shapes[0]
    assert (round(upright.width.mm), round(upright.height.mm)) == (60, 90)
    assert letters.rows(Document)[0].id == first


def test_only_photographs_of_this_case_that_are_in_force_are_shown(quick: Correspondence) -> None:
    starts(quick, SHOWING)
    other = quick.started
    photograph(quick, "Of another case")
    with quick.factories.transaction() as session:
        quick.started = cases.start(session, "sample", subjects=[], fields={}, by=quick.by)
    photograph(quick, "Passport", kind="identity")
    gone, struck = photograph(quick, "Ended"), photograph(quick, "Redacted")
    copy = photograph(quick, "Copy")
    photograph(quick, "Stays")
    with quick.factories.transaction() as session:
        session.execute(update(Document).where(Document.id == gone).values(ended_at=NOON))
        row = {"document_id": copy, "original_id": struck, "original_number": 1, "marks": [], "created_at": NOON}
        session.execute(insert(Redaction), row)

    assert titles(quick) == ["Copy", "Stays"]
    quick.started = other
    assert titles(quick) == ["Of another case"]


def titles(letters: Correspondence, by: Actor | None = None) -> list[str]:
    scene = illustrating.Scene(letters.started.id, None, by or letters.by)
    with letters.factories.transaction() as session:
        return [one["title"] for one in illustrating._photographs(session, scene)]


def test_who_may_not_see_the_case_gets_none_of_its_photographs(quick: Correspondence) -> None:
    starts(quick, SHOWING)
    photograph(quick, "The wall")
    with quick.factories.transaction() as session:
        session.execute(update(Case).values(restricted=True))
    stranger = quick.factories.actor(quick.factories.user("officer"))

    assert titles(quick, by=stranger) == [] and titles(quick, by=PLATFORM) == ["The wall"]


def test_letters_that_ask_for_no_pictures_read_none(quick: Correspondence, monkeypatch: Any) -> None:
    plain = on_a4(word_file("We looked at the photographs and at your signature, {{ recipient.name }}."))
    starts(quick, plain)
    sign(quick)
    photograph(quick, "The wall")
    monkeypatch.setattr(illustrating, "_photographs", refuse)
    monkeypatch.setattr(illustrating, "_signature", refuse)

    go_on(quick)

    assert quick.rows(Incident) == [] and drawn(letter(quick)) == []


def refuse(*_: Any) -> None:
    raise AssertionError("it was read all the same")


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"\0\0\0\x18ftypheic" + b"\0" * 64, "a.heic", "“The wall” is of a kind that Word does not show, such as HEIC"),
        (picture("PNG").replace(b"IDATx", b"IDATy"), "a.png", "“The wall” cannot be shown in a letter"),
    ],
    ids=["heic", "torn"],
)
def test_a_photograph_that_word_does_not_show_stops_the_letter_with_a_sentence(
    quick: Correspondence, content: bytes, name: str, reason: str
) -> None:
    starts(quick, SHOWING)
    photograph(quick, "The wall", content, name)

    go_on(quick)

    (incident,) = quick.rows(Incident)
    assert reason in incident.message


def test_too_many_photographs_or_too_large_ones_stop_the_letter(quick: Correspondence, monkeypatch: Any) -> None:
    starts(quick, SHOWING)
    photograph(quick, "One")
    photograph(quick, "Two")
    for limit, reason in (("MOST", "has 2 photographs; a letter shows at most 1"), ("LARGEST", "more than 0 MB")):
        with monkeypatch.context() as patched, quick.factories.transaction() as session:
            patched.setattr(illustrating, limit, 1)
            scene = illustrating.Scene(quick.started.id, None, quick.by)
            data = {"photographs": illustrating._photographs(session, scene)}
            with pytest.raises(TemplateError, match=reason):
                illustrating.loaded(data, {"photographs"})


def test_an_email_names_photographs_and_shows_none(quick: Correspondence) -> None:
    starts(quick, SHOWING)
    photograph(quick, "The wall")
    found = Found(
        "x", "email", b"Subject: x\n\n{% for p in photographs %}{{ p.title }}{% endfor %}", "shared", 1, 1, ""
    )
    template = replace(found, pictures=frozenset({"photographs"}))
    with quick.factories.transaction() as session:
        scene = illustrating.Scene(quick.started.id, None, quick.by)
        data = illustrating.illustrated(session, {}, scene, illustrating.asked_by(template))

    data, _ = illustrating.loaded(data, template.pictures)

    assert merge_email(template.content, data, template_name="x").text.strip() == "The wall"
