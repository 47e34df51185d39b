"""The search box and its page, the suggestions while somebody types, and the REST interface."""

import pytest

from engine.instants import now
from models.people import Organisation
from models.record import RecordNote
from tests.environment.databases import on_sqlite_alone
from tests.integration.portal.conftest import Desk, alert


@on_sqlite_alone
def test_enter_opens_the_one_thing_that_a_reference_names(desk: Desk) -> None:
    places = {
        "cmp-000001": "/cases/CMP-000001",
        desk.person.reference: f"/people/{desk.person.id}",
        desk.tenancy.reference: f"/tenancies/{desk.tenancy.id}",
    }

    for text, place in places.items():
        answer = desk.client.get("/search", query_string={"q": text})
        assert (answer.status_code, answer.headers["Location"]) == (303, place)
    assert (
        desk.client.page("/search?q=CMP-000001&kind=case").links()["Complaint: Mrs Ada Okafor"] == "/cases/CMP-000001"
    )


@on_sqlite_alone
def test_a_page_of_answers_says_what_each_is_and_why_and_escapes_what_was_found(desk: Desk) -> None:
    alert(desk.factories, desk.person, "Uses oxygen at home.")
    with desk.factories.transaction() as session:
        note = RecordNote(entity_type="person", entity_id=desk.person.id, text="Keeps <script>alert(1)</script> bees.",
                          written_by_name="Priya", written_at=now())  # fmt: skip
        session.add_all([note, Organisation(reference="O1", kind="contractor", name="Okafor Roofing")])

    page = desk.client.page("/search?q=okafor")

    assert [h.text_content() for h in page.tree.xpath("//main//h2")][1:] == ["People", "Organisations", "Cases"]
    assert page.tree.xpath("//main//mark")[0].text_content() == "Okafor"
    assert "Alert" in page.main
    bees = desk.client.page("/search?q=bees")
    assert "&lt;script&gt;" in bees.text and bees.links()["Mrs Ada Okafor"] == f"/people/{desk.person.id}"


@on_sqlite_alone
def test_suggestions_are_options_with_addresses_and_no_page_around_them(desk: Desk) -> None:
    answer = desk.client.get("/search/suggestions", query_string={"q": "okaf"})

    assert answer.status_code == 200 and "<html" not in answer.text
    assert f'data-href="/people/{desk.person.id}"' in answer.text
    assert 'role="option"' in answer.text
    assert "Nothing was found" in desk.client.get("/search/suggestions?q=%00xyzzy").text
    assert desk.factories.browser().get("/search/suggestions?q=okaf").status_code != 200


@on_sqlite_alone
def test_more_of_a_kind_is_read_page_by_page(desk: Desk) -> None:
    for _ in range(55):
        desk.factories.person("Ben", "Okafor")

    more = desk.client.page("/search?q=okafor").links()["All that fit"]
    first = desk.client.page(more)
    second = desk.client.page(first.tree.xpath("//a[@rel='next']/@href")[0])

    lines = [len(page.tree.xpath("//li[@data-line]")) for page in (first, second)]
    assert lines == [50, 6]
    assert not second.tree.xpath("//a[@rel='next']")


@pytest.mark.parametrize("kind", ["", "person", "case"])
def test_the_interface_answers_page_by_page(desk: Desk, kind: str) -> None:
    headers = desk.factories.bearer(desk.client.user)
    asked = {"q": "okafor", "kind": kind, "limit": 1}
    found, cursor = [], ""
    while cursor is not None:
        answer = desk.client.get("/api/v1/search", query_string=asked | {"cursor": cursor}, headers=headers)
        assert answer.status_code == 200, answer.text
        found += answer.json["items"]
        cursor = answer.json["next"]

    kinds = ["person", "home", "case"] if not kind else [kind]
    assert sorted(one["kind"] for one in found) == sorted(kinds) or {one["kind"] for one in found} <= set(kinds)
    for one in found:
        assert desk.client.get(one["url"], headers=headers).status_code == 200
    wrong = desk.client.get("/api/v1/search", query_string={"kind": "dragon"}, headers=headers)
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["kind"])
