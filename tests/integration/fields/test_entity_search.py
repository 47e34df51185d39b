"""People, homes, tenancies, accounts and organisations are found by their searchable fields, as cases are."""

from typing import Any

import pytest
from sqlalchemy import select, text

from engine import field_search
from engine.field_catalogue import changing, csv_files
from engine.fields import ENTITIES
from engine.permissions import PLATFORM
from engine.record import merging
from engine.record.changing import Why
from models.accounts import RentAccount

FIELDS = b"""key,type,label,options,sensitivity,searchable
keyholder,text,Key holder,,,yes
rooms,number,Rooms,,,yes
checked_on,date,Checked on,,,yes
heating,multiple_choice,Heating,gas=Gas|oil=Oil,,yes
illness,text,Illness,,special_category,yes
plain,text,Plain,,,
"""
PATHS = {"person": "people", "home": "assets", "tenancy": "tenures", "account": "accounts",
         "organisation": "organisations"}  # fmt: skip
WHY = Why(PLATFORM, "It is so.")


@pytest.fixture
def house(factories):
    for owner in ENTITIES:
        with factories.transaction() as session:
            csv_files.carry_out(session, owner, FIELDS, by=PLATFORM)
    return factories


def fill(house, kind: str, entity_id: int, **values: Any) -> None:
    head = {**house.bearer(house.user("team_manager")), "If-Match": "*"}
    answer = house.browser().patch(f"/api/v1/{PATHS[kind]}/{entity_id}/fields", json=values, headers=head)
    assert answer.status_code == 200, answer.text


def found(house, kind: str, user=None, **query: Any) -> list[int]:
    head = house.bearer(user or house.user("officer"))
    answer = house.browser().get(f"/api/v1/{PATHS[kind]}", query_string=query, headers=head)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json["items"]]


def test_each_kind_is_found_by_its_fields_from_its_list_and_from_the_search_page(house):
    person = house.person()
    tenancy = house.tenancy(person)
    with house.transaction() as session:
        account = session.scalars(select(RentAccount.id)).one()
    ids = {"person": person.id, "home": tenancy.asset_id, "tenancy": tenancy.id, "account": account,
           "organisation": house.organisation().id}  # fmt: skip
    officer = house.client(user=house.user("officer"))

    for kind, entity_id in ids.items():
        fill(house, kind, entity_id, keyholder="Mrs  Ng", heating=["gas", "oil"])

        assert found(house, kind, field="keyholder", value="mrs ng") == [entity_id], kind
        assert found(house, kind, field="keyholder", value="Mr Ng") == []
        page = officer.page(f"/search?kind={kind}&field=heating&way=is&value=Oil")
        assert len(page.tree.xpath("//li[@data-line]")) == 1, kind
        nothing = officer.page(f"/search?kind={kind}&field=heating&way=is&value=Coal")
        assert "Nothing was found for “Coal”" in nothing.text
    assert "/search?kind=person" in officer.page("/people").text
    assert "/search?kind=home" in officer.page("/homes").text


def test_words_and_filters_narrow_what_a_field_finds_and_pages_go_on_in_its_order(house):
    people = [house.person(surname=name) for name in ("Okafor", "Bell", "Okafor")]
    for rooms, person in zip((3, 1, 2), people, strict=True):
        fill(house, "person", person.id, rooms=rooms, checked_on=f"2026-01-0{rooms}")
    ids = [person.id for person in people]

    assert found(house, "person", field="rooms", way="least", value="2") == [ids[2], ids[0]]
    assert found(house, "person", field="checked_on", way="most", value="2 January 2026") == [ids[1], ids[2]]
    assert found(house, "person", field="rooms", way="least", value="1", q="okafor") == [ids[2], ids[0]]
    with house.transaction() as session:
        asked = field_search.sought(session, "person", "rooms", way="least", text="1", by=PLATFORM)
        first, cursor = field_search.page(session, asked, by=PLATFORM, text="Okafor", size=1)
        second, end = field_search.page(session, asked, by=PLATFORM, text="Okafor", size=1, cursor=cursor)
    assert [hit.id for hit in (*first, *second)] == [ids[2], ids[0]] and not end


def test_a_field_that_one_may_not_see_may_not_be_asked_of_either(house):
    person = house.person()
    fill(house, "person", person.id, illness="canary")
    officer, manager = house.user("officer"), house.user("team_manager")
    program, asked = house.browser(), {"field": "illness", "value": "canary"}

    assert found(house, "person", manager, **asked) == [person.id]
    hidden = program.get("/api/v1/people", query_string=asked, headers=house.bearer(officer))
    unknown = program.get("/api/v1/people", query_string=asked | {"field": "none"}, headers=house.bearer(officer))
    assert (hidden.status_code, hidden.json["detail"]) == (unknown.status_code, unknown.json["detail"])
    assert hidden.status_code == 404
    assert "Illness" not in house.client(user=officer).page("/search?kind=person").text
    page = house.client(user=officer).page("/search?kind=person&field=illness&way=is&value=canary", status=422)
    assert "or none that you may see" in page.text and not page.tree.xpath("//li[@data-line]")


def test_what_cannot_be_asked_is_refused_with_the_remedy(house):
    house.person()
    head, officer = house.bearer(house.user("officer")), house.client("officer")
    faults = {
        "field=rooms&value=many": "Enter a number",
        "field=rooms&way=begins&value=1": "Choose ",
        "field=checked_on&value=": "Enter a date",
        "value=3": "Name the field",
        "field=rooms&value=3&cursor=bm9uc2Vuc2U": "names no page",
        "field=rooms&way=like&value=3": "way",
    }

    for query, sentence in faults.items():
        answer = house.browser().get(f"/api/v1/people?{query}", headers=head)
        assert answer.status_code == 422 and sentence in answer.text, query
    for query in (
        "field=rooms&value=many",
        "field=plain&value=x",
        "field=rooms&value=%00&way=x",
        "field=rooms&after=x",
    ):
        officer.page(f"/search?kind=person&{query}", status=422)
    officer.page("/search?kind=document&field=rooms&value=3")  # a kind without fields takes no notice
    assert house.browser().get("/api/v1/fields/person/cases?field=rooms&value=3", headers=head).status_code == 404


def test_a_field_of_people_that_becomes_searchable_finds_the_values_that_there_are(house):
    person = house.person()
    fill(house, "person", person.id, plain="Found me")
    with house.transaction() as session:
        plain = changing.plan(session, "person").before.by_path["plain"]

    with house.transaction() as session:
        changing.change(session, plain.id, {"searchable": "yes"}, by=PLATFORM)

    assert found(house, "person", field="plain", way="begins", value="found") == [person.id]


def test_a_merged_person_is_found_by_the_fields_of_both_and_apart_again_by_their_own(house):
    kept, gone = house.person(), house.person("Ada", "Okafor")
    fill(house, "person", kept.id, rooms=2)
    fill(house, "person", gone.id, rooms=3, keyholder="Ng")

    with house.transaction() as session:
        merging.merge(session, kept.id, gone.id, take=(), why=WHY)
    together = [
        found(house, "person", field=key, value=v) for key, v in (("rooms", 2), ("rooms", 3), ("keyholder", "Ng"))
    ]
    with house.transaction() as session:
        merging.undo(session, gone.id, why=WHY)

    assert together == [[kept.id], [], [kept.id]]
    assert found(house, "person", field="keyholder", value="ng") == [gone.id]
    assert found(house, "person", field="rooms", value="3") == [gone.id]


def test_the_values_are_walked_by_their_index(house):
    person = house.person()
    fill(house, "person", person.id, rooms=2)
    with house.transaction() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SET LOCAL enable_seqscan = off"))
        asked = field_search.sought(session, "person", "rooms", way="least", text="1", by=PLATFORM)
        statement, order = field_search.narrow(select(RentAccount.id), RentAccount.id, asked)
        sql = str(
            statement.order_by(order.key, order.id)
            .limit(5)
            .compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        )
        explain = "EXPLAIN " if session.get_bind().dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
        plan = "\n".join(" ".join(map(str, row)) for row in session.execute(text(explain + sql.replace(":", "\\:"))))

    assert "ix_searchable_value_number" in plan and "sort" not in plan.lower() and "b-tree" not in plan.lower()
