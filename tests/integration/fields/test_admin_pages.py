"""Analysts and administrators keep the catalogue by pages: list, search, add, preview, change, order, retire, files."""

import io
import re

import pytest

from engine.field_catalogue import changing, csv_files
from engine.fields import of_owner
from engine.permissions import PLATFORM

HERE = "/admin/fields/category:complaint"


@pytest.fixture
def analyst(sqlite_factories):
    sqlite_factories.category("complaint")
    rows = "\n".join(f"room_{n},text,Room {n},Section {n // 60}" for n in range(130))
    with sqlite_factories.transaction() as session:
        csv_files.carry_out(session, "category:complaint", f"key,type,label,section\n{rows}\n".encode(), by=PLATFORM)
    return sqlite_factories.client("analyst")


def said(page) -> str:
    return " ".join(page.tree.text_content().split())


def test_an_analyst_adds_previews_changes_orders_and_retires_a_field(analyst, sqlite_factories):
    given = {"key": "mould", "type": "choice", "label": "How bad is it?", "section": "Damp", "sensitivity": "normal"}
    given["options"] = "low=A little\nhigh=Much"

    shown = analyst.submit(HERE, {**given, "what": "preview"}, status=200)
    made = analyst.follow(analyst.submit(HERE, given))

    assert "A little" in shown.text and made.h1 == "How bad is it?"
    here = made.response.request.path
    changed = analyst.follow(analyst.submit(here, {**given, "label": "How bad?", "revision": "1", "reason": "Shorter"}))
    assert "“How bad is it?” → “How bad?”" in said(changed) and "Shorter" in said(changed)
    stale = analyst.submit(here, {**given, "label": "Other", "revision": "1"}, status=409)
    assert "was changed since you opened it" in stale.text
    retired = analyst.follow(analyst.submit(f"{here}/retirement"))
    assert "Retired" in said(retired)
    back = analyst.follow(analyst.submit(f"{here}/restoration"))
    assert "Brought back" in said(back)
    with sqlite_factories.transaction() as session:
        assert len(changing.history(session, "category:complaint", most=500)) == 134


def test_fields_are_put_in_order_in_one_request_and_not_over_anothers_change(analyst, sqlite_factories):
    page = analyst.page(f"{HERE}/order?section=section-2")
    ids, mark = page.tree.xpath("//input[@name='order']/@value"), page.tree.xpath("//input[@name='mark']/@value")[0]
    up = page.tree.xpath("//button[@name='move']/@value")[2]  # of the second
    wanted = [ids[1], ids[0], *ids[2:]]

    moved = analyst.submit(f"{HERE}/order?section=section-2", {"order": ids, "mark": mark, "move": up}, status=200)
    not_saved = analyst.page(f"{HERE}/order?section=section-2").tree.xpath("//input[@name='order']/@value")
    analyst.submit(f"{HERE}/order?section=section-2", {"order": wanted, "mark": mark})
    saved = analyst.page(f"{HERE}/order?section=section-2").tree.xpath("//input[@name='order']/@value")
    stale = analyst.submit(f"{HERE}/order?section=section-2", {"order": ids, "mark": mark}, status=409)

    assert up == f"up:{ids[1]}" and re.findall(r'name="order" value="(\d+)"', moved.text) == wanted
    assert (not_saved, saved) == (ids, wanted)
    assert "Somebody changed these fields" in stale.text
    mark = stale.text.split('name="mark" value="')[1].split('"')[0]
    analyst.submit(f"{HERE}/order", {"order": ["99999"], "mark": mark}, status=404)
    analyst.submit(f"{HERE}/order", {"order": [ids[0], ids[0]], "mark": mark}, status=422)
    with sqlite_factories.transaction() as session:
        positions = {one.position for one in of_owner(session, "category:complaint").definitions}
    assert len(positions) == 130


def test_what_is_wrong_stands_beside_its_input_and_nothing_typed_is_lost(analyst):
    answer = analyst.submit(HERE, {"key": "count", "type": "choice", "label": "", "help": "Typed"}, status=422)

    for sentence in ("The field has no label", "Typed"):
        assert sentence in answer.text
    answer = analyst.submit(HERE, {"key": "count", "type": "text", "label": "L", "sensitivity": "normal"}, status=422)
    assert "is a function of the expression language" in answer.text


def test_thousands_of_fields_are_listed_by_pages_and_found_by_words(analyst):
    first, last = analyst.page(HERE), analyst.page(f"{HERE}?page=2")
    found = analyst.page(f"{HERE}?q=room+77")

    assert "1 to 100 of 130" in said(first) and "101 to 130 of 130" in said(last)
    assert "Room 77" in said(found) and "1 to 1 of 1" in said(found)
    assert "1 to 10 of 10" in said(analyst.page(f"{HERE}?section=section-2"))
    assert "No field fits" in said(analyst.page(f"{HERE}?state=retired"))
    analyst.page(f"{HERE}?page=99&section=<script>&type=dragon")


def test_a_file_is_tried_and_then_taken_in(analyst, sqlite_factories):
    file = b"key,type,label\nroom_1,text,Hall\ncellar,yes_no,Is there a cellar?\n"

    trial = analyst.submit(f"{HERE}/import", {"file": (io.BytesIO(file), "f.csv")}, status=200)
    wrong = analyst.submit(
        f"{HERE}/import", {"file": (io.BytesIO(b"key,type,label\ncount,text,C\n"), "f.csv")}, status=200
    )
    analyst.submit(f"{HERE}/import", {"content": file.decode(), "what": "import", "reason": "New survey"})

    assert "1 added, 1 changed, 0 as before" in " ".join(
        trial.text.replace("<strong>", "").replace("</strong>", "").split()
    )
    assert "is a function of the expression language" in wrong.text
    with sqlite_factories.transaction() as session:
        assert of_owner(session, "category:complaint").by_path["room_1"].label == "Hall"
    export = analyst.get(f"{HERE}/export.csv")
    assert export.content_type.startswith("text/csv") and "Is there a cellar?" in export.text
    assert "Hall" in said(analyst.page(f"{HERE}/history"))
    analyst.submit(f"{HERE}/import", {}, status=422)
    analyst.submit(f"{HERE}/import", {"file": (io.BytesIO(b"\xff"), "f.csv"), "what": "import"}, status=422)


def test_others_see_neither_the_pages_nor_that_a_field_is_there(analyst, sqlite_factories):
    officer = sqlite_factories.client("officer")

    for address in ("/admin/fields", HERE, f"{HERE}/1", f"{HERE}/export.csv"):
        assert officer.get(address).status_code == 403
    assert analyst.get("/admin/fields/dragon").status_code == 404
    assert analyst.get("/admin/fields/person/1").status_code == 404  # it is a field of somebody else
