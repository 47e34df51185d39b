"""Adding, changing and ending what the record holds, by the forms of its pages."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.permissions import PLATFORM
from engine.record import changing
from engine.record.changing import Why
from engine.record.kinds import ENTITIES, KINDS, parts_of
from models.accounts import Charge, RentAccount
from models.people import ContactDetail, Person
from models.tenancies import Tenure, TenureMember
from tests.environment.databases import on_sqlite_alone
from tests.integration.portal.conftest import Desk, error_links, shown
from webapp.portal.record_addresses import PLURALS

WHY = Why(PLATFORM, "Told at a visit")


def on(name: str, day: int, month: int, year: int) -> dict[str, str]:
    return {f"{name}-day": str(day), f"{name}-month": str(month), f"{name}-year": str(year)}


@on_sqlite_alone
def test_every_kind_of_part_has_a_form_that_its_page_leads_to(desk: Desk) -> None:
    manager = desk.factories.client("team_manager", "officer")
    with desk.factories.transaction() as session:
        firm = changing.create(session, "organisation", {"kind": "contractor", "name": "Tideway"}, why=WHY)
        account = session.scalars(select(RentAccount.id)).one()
    ids = {"person": desk.person.id, "organisation": firm.id, "home": desk.tenancy.asset_id}
    ids |= {"tenancy": desk.tenancy.id, "account": account}

    for kind in ENTITIES:
        here = f"/{PLURALS[kind.key]}/{ids[kind.key]}"
        links = set(manager.page(here).links().values())
        assert {f"{here}/change", f"{here}/end"} <= links
        manager.page(f"{here}/end")
        for part in parts_of(kind.key):
            assert f"{here}/{part.path}/new" in links, part.key
            if next(iter(part.owners)) == kind.key:
                manager.page(f"{here}/{part.path}/new")


@on_sqlite_alone
def test_an_auditor_is_offered_no_way_to_write(desk: Desk) -> None:
    auditor = desk.factories.client("auditor", teams=())

    for here in (f"/people/{desk.person.id}", f"/homes/{desk.tenancy.asset_id}", f"/tenancies/{desk.tenancy.id}"):
        assert not [link for link in auditor.page(here).links().values() if link.endswith(("/new", "/change", "/end"))]
    auditor.submit(f"/people/{desk.person.id}/change", {"surname": "X"}, status=403)


def test_a_part_is_added_changed_and_ended_with_the_reason_in_the_history(desk: Desk) -> None:
    here = f"/homes/{desk.tenancy.asset_id}"
    sent = {"type": "gas_safety", **on("issued_on", 1, 2, 2026), **on("expires_on", 31, 1, 2027), "result": "fine"}
    page = desk.client.follow(desk.client.submit(f"{here}/certificates/new", sent))
    assert "Gas safety record" in page.main
    change = next(link for link in page.links().values() if "/certificates/" in link and link.endswith("/change"))

    form = desk.client.page(change).form(action="")
    assert (form["issued_on-day"], form["type"], form["result"]) == ("1", "gas_safety", "fine")
    desk.client.submit(change, {**form, "result": "satisfactory"})
    end = change.removesuffix("change") + "end"
    refused = shown(desk.client.submit(end, on("on", 3, 4, 2026), status=422))
    assert list(error_links(refused).values()) == ["#reason"]
    page = desk.client.follow(desk.client.submit(end, {**on("on", 3, 4, 2026), "reason": "Never was one"}))

    assert "Withdrawn" in page.main
    assert "Ended the certificate: Never was one" in desk.client.page(f"{here}/changes").main


def test_a_form_that_is_out_of_date_says_what_the_other_changed_and_keeps_what_was_typed(desk: Desk) -> None:
    here = f"/people/{desk.person.id}/change"
    form = desk.client.page(here).form()
    with desk.factories.transaction() as session:
        changing.change(session, "person", desk.person.id, {"language": "Welsh"}, why=WHY)

    stale = shown(desk.client.submit(here, {**form, "surname": "Bell"}, status=409))

    assert "Language was English is now Welsh" in stale.main
    assert stale.form()["surname"] == "Bell"
    desk.client.submit(here, stale.form())
    with desk.factories.transaction() as session:
        assert session.get_one(Person, desk.person.id).surname == "Bell"


@on_sqlite_alone
@pytest.mark.parametrize(
    ("sent", "field"),
    [({"surname": ""}, "surname"), (on("date_of_birth", 31, 2, 1980), "date_of_birth"),
     ({"national_insurance_number": "12"}, "national_insurance_number"), ({"first_name": "A\x00"}, "first_name")],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_at_its_field(desk: Desk, sent: dict[str, str], field: str) -> None:
    here = f"/people/{desk.person.id}/change"

    page = shown(desk.client.submit(here, {**desk.client.page(here).form(), **sent}, status=422))

    assert list(error_links(page).values()) == [f"#{field}"]


def test_a_tenancy_begins_with_its_tenant_its_account_and_its_rent(desk: Desk) -> None:
    home = desk.factories.home("3 Old Road")
    address = f"/tenancies/new?home={home.id}&person={desk.person.id}"
    form = desk.client.page(address).form()
    assert (form["asset_id"], form["tenant"]) == (home.reference, desk.person.reference)

    sent = {**form, "type": "SEC", "rent": "£101.20", **on("started_on", 1, 4, 2026)}
    page = desk.client.follow(desk.client.submit("/tenancies/new", sent))

    assert "Secure tenancy of 3 Old Road" in page.main
    with desk.factories.transaction() as session:
        tenure = session.scalars(select(Tenure).where(Tenure.asset_id == home.id)).one()
        assert session.scalars(select(TenureMember.person_id).where(TenureMember.tenure_id == tenure.id)).all() == [
            desk.person.id
        ]
        account = session.scalars(select(RentAccount).where(RentAccount.tenure_id == tenure.id)).one()
        assert str(session.scalars(select(Charge.amount).where(Charge.account_id == account.id)).one()) == "101.20"
    nothing = desk.client.submit("/tenancies/new", {**sent, "tenant": "Nobody At All"}, status=422)
    assert list(error_links(shown(nothing)).values()) == ["#tenant"]


NEW = {"first_name": "Grace", "surname": "Hopper", **on("date_of_birth", 9, 12, 1956), "language": "English"}

BORN = on("date_of_birth", 17, 5, 1980)


@pytest.mark.parametrize(
    ("given", "said"),
    [({**BORN, "first_name": "Adah", "surname": "Okafur"}, "The same date of birth and a similar name"),
     ({**BORN, "first_name": "Okafor", "surname": "Ada"}, "The same date of birth and a similar name"),
     ({"phone": "+44 7700 900184"}, "Reached by +44 7700 900184 too"),
     ({"email": "ADA@resident.example"}, "Reached by ADA@resident.example too"),
     ({"national_insurance_number": "qq123456c"}, "The same National Insurance number"),
     ({"first_name": "ada", "surname": "OKAFOR", "address": "9 Any\nZZ99 3QT"}, "The same name at the same address")],
)  # fmt: skip
def test_who_is_likely_the_same_is_shown_before_a_person_is_added(desk: Desk, given: dict[str, str], said: str) -> None:
    owner = ("person", desk.person.id)
    with desk.factories.transaction() as session:
        changing.change(session, *owner, {"national_insurance_number": "QQ 12 34 56 C"}, why=WHY)
        for value in ({"type": "phone", "value": "07700 900-184"}, {"type": "email", "value": "ada@resident.example"}):
            changing.create(session, "contact_detail", value, owner=owner, why=WHY)

    page = shown(desk.client.submit("/people/new", {**NEW, **given}, status=409))

    assert said in page.main
    assert f"/people/{desk.person.id}" in page.links().values()
    with desk.factories.transaction() as session:
        assert len(session.scalars(select(Person.id)).all()) == 1


def test_a_person_is_added_with_how_to_reach_them_and_all_the_same_when_asked(desk: Desk) -> None:
    page = desk.client.follow(desk.client.submit("/people/new", {**NEW, "phone": "01632 960001"}))
    assert "Grace Hopper" in page.h1 and "01632 960001" in page.main

    desk.client.submit("/people/new", {**NEW, "phone": "01632 960001"}, status=409)
    desk.client.submit("/people/new", {**NEW, "allow_duplicate": "1"})

    with desk.factories.transaction() as session:
        assert len(session.scalars(select(Person.id).where(Person.surname == "Hopper")).all()) == 2
        assert len(session.scalars(select(ContactDetail).where(ContactDetail.contact_type == "phone")).all()) == 1


@on_sqlite_alone
def test_a_part_of_somebody_else_is_changed_by_no_address(desk: Desk) -> None:
    other = desk.factories.person("Ben")
    with desk.factories.transaction() as session:
        note: Any = changing.create(session, "note", {"text": "Rang"}, owner=("person", other.id), why=WHY)
        assert KINDS["note"].path == "notes"

    for way in ("change", "end"):
        address = f"/people/{desk.person.id}/notes/{note.id}/{way}"
        desk.client.page(address, status=404)
        desk.client.submit(address, {"text": "X", "reason": "X", **on("on", 1, 1, 2026)}, status=404)


def test_the_summary_of_what_is_wrong_names_each_field(desk: Desk) -> None:
    refused = shown(desk.client.submit("/people/new", {"title": "Mrs"}, status=422))

    assert {"First name: This is required.", "Surname: This is required."} <= error_links(refused).keys()
