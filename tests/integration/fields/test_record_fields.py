"""People, homes, tenancies, accounts and organisations have fields of the catalogue: pages, programs, expressions."""

import pytest

from engine import cases, reading
from engine.field_catalogue import csv_files
from engine.permissions import PLATFORM
from engine.record.fields import of_entity
from engine.record.history import changes_of
from models.record import RecordChange
from tests.diagrams import category

FIELDS = b"""key,type,label,section,options,shown_when,sensitivity,searchable
pets,yes_no,Are there pets?,Household,,,,
pet_kind,choice,Which pet?,Household,cat=Cat|dog=Dog,pets = true,,
moved_on,date,Moved in on,Household,,,personal,yes
illness,text,Illness,Health,,,special_category,
"""


@pytest.fixture
def person(factories):
    for owner in ("person", "home", "tenancy", "account", "organisation"):
        with factories.transaction() as session:
            csv_files.carry_out(session, owner, FIELDS, by=PLATFORM)
    return factories.person()


def values(factories, person):
    with factories.transaction() as session:
        return of_entity(session, "person", person.id)


def test_an_officer_fills_in_fields_of_a_person_and_their_history_tells_it(factories, person):
    officer = factories.client("officer")
    here = f"/record/person/{person.id}/fields"
    answers = {"pets": "true", "pet_kind": "dog", "moved_on-day": "1", "moved_on-month": "2", "moved_on-year": "2020"}

    assert "Household" in officer.page(f"/people/{person.id}").text
    wrong = officer.submit(f"{here}/household/answers", {**answers, "pet_kind": "cow"}, status=422)
    read = officer.follow(officer.submit(f"{here}/household/answers", answers))

    assert "must be one of the answers offered" in wrong.text
    assert "Dog" in read.text and "1 February 2020" in read.text
    assert officer.page(here).h1 == "Fields" and "3 of 3 answered" in officer.page(f"/people/{person.id}").text
    with factories.transaction() as session:
        told = session.query(RecordChange).filter_by(entity_type="person", entity_id=person.id).one()
        assert told.changes["fields.pet_kind"] == [None, "dog"] and told.actor_name == officer.user.name
    seen = '{"pets":null}'
    officer.submit(f"{here}/household/answers", {**answers, "_seen": seen}, status=409)
    assert officer.get(f"{here}/nothing").status_code == 404
    assert officer.get("/record/person/99999/fields").status_code == 404


def test_programs_read_and_change_them_by_revision_and_see_no_more_than_they_may(factories, person):
    officer, manager = factories.user("officer"), factories.user("team_manager")
    program, blind, seeing = factories.browser(), factories.bearer(officer), factories.bearer(manager)
    address = f"/api/v1/people/{person.id}/fields"

    written = program.patch(address, json={"illness": "canary", "pets": True}, headers={**seeing, "If-Match": "*"})
    first = program.get(address, headers=blind)
    wrong = program.patch(address, json={"illness": "x", "cat": 1}, headers={**blind, "If-Match": "*"})
    stale = program.patch(address, json={"pets": False}, headers={**blind, "If-Match": '"999"'})

    assert written.json["fields"]["illness"] == "canary"
    assert first.json["fields"]["pets"] is True and "canary" not in first.text
    assert wrong.status_code == 422 and "no field “illness”" in wrong.json["errors"]["illness"]
    assert stale.status_code == 412
    told = f"/api/v1/people/{person.id}/changes"
    assert "canary" in program.get(told, headers=seeing).text
    assert "canary" not in program.get(told, headers=blind).text
    with factories.transaction() as session:
        assert "fields.illness" not in str([change.changes for change in changes_of(session, "person", person.id)])


def test_every_kind_of_record_has_a_page_of_its_fields(sqlite_factories):
    factories = sqlite_factories
    for owner in ("home", "tenancy", "account", "organisation"):
        with factories.transaction() as session:
            csv_files.carry_out(session, owner, FIELDS, by=PLATFORM)
    factories.tenancy()
    factories.organisation()
    officer = factories.client("officer")

    for kind in ("home", "tenancy", "account", "organisation"):
        officer.page(f"/record/{kind}/1/fields")
        officer.submit(f"/record/{kind}/1/fields/household/answers", {"pets": "true", "pet_kind": "cat"})
        assert "Cat" in officer.page(f"/record/{kind}/1/fields/household").text
    officer.page("/homes/1")
    officer.page("/tenancies/1")
    assert officer.get(f"/record/person/{factories.person().id}/fields").status_code == 404  # it has no fields


def test_expressions_and_letters_of_a_case_read_the_fields_of_its_person(sqlite_factories):
    factories = sqlite_factories
    with factories.transaction() as session:
        csv_files.carry_out(session, "person", FIELDS, by=PLATFORM)
    person, by = factories.person(), factories.officer()
    head = factories.bearer(factories.user("officer"))
    factories.browser().patch(
        f"/api/v1/people/{person.id}/fields", json={"moved_on": "2020-02-01"}, headers={**head, "If-Match": "*"}
    )
    factories.deploy(category("start > ask > end"))
    with factories.transaction() as session:
        case = cases.start(session, "sample", subjects=[cases.Subject("person", person.id)], by=by)

    with factories.transaction() as session:
        reader = reading.open_case(session, case.id, by=by)
        assert reader.scope()["person"]["fields"]["moved_on"].year == 2020
        assert reader.scope()["person"]["fields"]["pets"] is None
        assert type(reader.merge_context()["person"]["fields"]) is dict
