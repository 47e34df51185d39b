"""The pages of people, homes, tenancies, accounts and organisations: what they tell, and to whom."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from engine.instants import today
from engine.permissions import PLATFORM
from engine.record import changing
from engine.record.certificates import standings
from engine.record.changing import Why
from engine.record.statements import statement, weeks, weeks_owed
from models.accounts import RentAccount, Transaction
from models.places import Asset
from tests.environment.databases import on_sqlite_alone
from tests.factories import Factories
from tests.integration.portal.conftest import Desk

WHY = Why(PLATFORM, "Told at a visit")


def day(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


def account_of(factories: Factories, tenure_id: int) -> int:
    with factories.transaction() as session:
        return session.scalars(select(RentAccount.id).where(RentAccount.tenure_id == tenure_id)).one()


def add(factories: Factories, kind: str, values: dict[str, Any], owner: tuple[str, int] | None = None) -> Any:
    with factories.transaction() as session:
        return changing.create(session, kind, values, owner=owner, why=WHY)


def post(factories: Factories, account_id: int, *postings: tuple[int, str, str]) -> None:
    with factories.transaction() as session:
        for days, kind, amount in postings:
            on = today() + timedelta(days=days)
            session.add(Transaction(account_id=account_id, posted_on=on, kind=kind, amount=Decimal(amount)))


def test_each_entry_of_a_statement_has_the_balance_after_it_on_every_page(factories: Factories) -> None:
    account_id = account_of(factories, factories.tenancy().id)
    post(factories, account_id, *((-number, "rent", "0.10") for number in range(1, 8)), (0, "payment", "-0.25"))

    with factories.transaction() as session:
        newest, middle, past_the_end = (statement(session, account_id, number=n, size=3) for n in (1, 2, 99))

    assert [str(one.balance) for one in newest.entries] == ["0.45", "0.70", "0.60"]
    assert [str(one.balance) for one in middle.entries] == ["0.50", "0.40", "0.30"]
    assert str(middle.brought_forward) == "0.20"
    assert [str(one.balance) for one in past_the_end.entries] == ["0.20", "0.10"]
    assert (past_the_end.number, past_the_end.has_older, str(past_the_end.brought_forward)) == (3, False, "0.00")


def test_thirteen_weeks_hold_what_was_charged_and_paid_from_monday_to_sunday(factories: Factories) -> None:
    account_id = account_of(factories, factories.tenancy().id)
    monday = -today().weekday()
    charged = ((monday - 7, "rent", "100.00"), (monday, "rent", "100.00"), (monday - 700, "opening", "50.00"))
    post(factories, account_id, *charged, (monday - 1, "payment", "-80.00"), (monday - 1, "refund", "5.00"))

    with factories.transaction() as session:
        found = weeks(session, account_id)

    assert len(found) == 13
    assert [(str(w.charged), str(w.paid), str(w.other), str(w.balance)) for w in found[-3:]] == [
        ("0.00", "0.00", "0.00", "50.00"), ("100.00", "80.00", "5.00", "75.00"), ("100.00", "0.00", "0.00", "175.00"),
    ]  # fmt: skip


def test_arrears_are_told_in_weeks_of_charges_where_there_are_any() -> None:
    assert str(weeks_owed(Decimal("224.80"), Decimal("112.40"))) == "2.0"
    assert weeks_owed(Decimal("-5"), Decimal("112.40")) is weeks_owed(Decimal("5"), Decimal(0)) is None


def test_the_latest_certificate_of_a_kind_counts_until_it_runs_out(sqlite_factories: Factories) -> None:
    home = ("home", sqlite_factories.home().id)
    spans = (("gas_safety", -800, -435), ("gas_safety", -380, -1), ("electrical", -10, 40), ("lift", -10, 400))
    made = [
        add(sqlite_factories, "certificate", {"type": kind, "issued_on": day(first), "expires_on": day(last)}, home)
        for kind, first, last in (*spans, ("gas_safety", -5, 300))
    ]
    with sqlite_factories.transaction() as session:
        changing.end(session, "certificate", made[-1].id, owner=home, why=WHY)

    found = standings([*made[:-1], session.merge(made[-1])])

    assert [(one.certificate.kind, one.state) for one in found[:3]] == [
        ("gas_safety", "overdue"), ("electrical", "warning"), ("lift", "on_target"),
    ]  # fmt: skip
    assert {one.state for one in found[3:]} == {"former"}


def test_the_page_of_a_person_tells_with_whom_and_where_they_live_and_lived(desk: Desk) -> None:
    child = desk.factories.person("Ben", "Okafor", title="")
    tenancy = ("tenancy", desk.tenancy.id)
    add(desk.factories, "member", {"person_id": child.id, "role": "household member", "from_on": "2020-05-01"}, tenancy)
    before = add(
        desk.factories,
        "tenancy",
        {"type": "INT", "asset_id": desk.factories.home("3 Old Road").id, "started_on": "2001-03-05"},
    )
    member = {"person_id": desk.person.id, "role": "tenant", "is_responsible": True}
    add(desk.factories, "member", member, ("tenancy", before.id))
    with desk.factories.transaction() as session:
        changing.change(session, "tenancy", before.id, {"ended_on": "2019-03-31"}, why=WHY)

    page = desk.client.page(f"/people/{desk.person.id}")

    assert "Tenant since 1 April 2019" in page.main
    assert "Household member, joined 1 May 2020" in page.main
    assert "3 Old Road" in page.main and "5 March 2001 to 31 March 2019 (18 years)" in page.main
    assert "Before" not in desk.client.page(f"/people/{child.id}").main


def test_the_page_of_a_home_tells_what_has_run_out_and_what_is_to_be_done(desk: Desk) -> None:
    home = ("home", desk.tenancy.asset_id)
    add(desk.factories, "certificate", {"type": "gas_safety", "issued_on": day(-380), "expires_on": day(-15)}, home)
    repair = {"description": "Leak", "priority": "urgent", "reported_on": day(-9), "required_by_on": day(-2)}
    add(desk.factories, "repair", repair, home)
    with desk.factories.transaction() as session:
        changing.change(session, *home, {"latitude": "55.0146", "longitude": "-1.4503"}, why=WHY)

    page = desk.client.page(f"/homes/{home[1]}")

    assert "ran out 2 weeks ago" in page.main
    assert "Leak" in page.main and "Overdue" in page.main
    assert page.links()["Show on a map (OpenStreetMap)"].startswith("https://www.openstreetmap.org/?mlat=55.0146")
    with desk.factories.transaction() as session:
        place = session.get(Asset, home[1])
        assert place is not None
        place.latitude = None
    assert "search?query=" in desk.client.page(f"/homes/{home[1]}").links()["Show on a map (OpenStreetMap)"]


def test_the_page_of_an_account_leads_to_a_case_about_it(desk: Desk) -> None:
    account_id = account_of(desk.factories, desk.tenancy.id)
    post(desk.factories, account_id, (-3, "rent", "112.40"))

    page = desk.client.page(f"/accounts/{account_id}")

    assert "£112.40 owed 1.0 weeks of charges." in page.main
    assert f"subject=account:{account_id}" in page.links()["Start a case"]
    assert desk.client.get(f"/accounts/{account_id}?page=999999999999999999999").status_code == 200


def test_a_sensitive_note_is_read_by_those_who_need_to_alone(desk: Desk) -> None:
    owner = ("person", desk.person.id)
    add(desk.factories, "note", {"text": "Told us in confidence.", "is_sensitive": True}, owner)

    assert "in confidence" not in desk.client.page(f"/people/{desk.person.id}").text
    assert "in confidence" not in desk.client.page(f"/people/{desk.person.id}/changes").text
    assert "in confidence" in desk.factories.client("team_manager").page(f"/people/{desk.person.id}").text


def test_what_changed_is_told_in_words_with_names_for_numbers(desk: Desk) -> None:
    trust = add(desk.factories, "organisation", {"kind": "agency", "name": "Carers' <b>Trust</b>"})
    owner = ("person", desk.person.id)
    add(desk.factories, "relation", {"organisation_id": trust.id, "role": "support_worker", "may_act": True}, owner)
    with desk.factories.transaction() as session:
        changing.change(session, *owner, {"date_of_birth": "1981-05-17"}, why=WHY)

    page = desk.client.page(f"/people/{desk.person.id}/changes")

    assert "Changed this person: Told at a visit" in page.main
    assert "Date of birth was 17 May 1980 is now 17 May 1981" in page.main
    assert "Added a relation" in page.main and "Carers' <b>Trust</b>" in page.main
    assert desk.person.full_name in desk.client.page(f"/organisations/{trust.id}").links()


@on_sqlite_alone
@pytest.mark.parametrize("address", ["/accounts/999", "/organisations/999", "/people/999/changes"])
def test_what_is_not_kept_is_not_found(desk: Desk, address: str) -> None:
    assert "Search for it" in desk.client.page(address, status=404).main
