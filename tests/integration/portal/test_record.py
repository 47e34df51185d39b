"""Search, and the pages of people, homes and tenancies."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from engine.instants import today
from models.accounts import RentAccount, Transaction
from models.case import Case
from models.people import Alert, ContactDetail
from models.places import Asset
from tests.environment.databases import on_sqlite_alone
from tests.integration.portal.conftest import Desk, alert, error_links, shown
from tests.pages import words


@pytest.mark.parametrize("text", ["okafor", "ada okaf", "Mrs Okafor", "okafro", "OKAFOR Ada"])
def test_a_resident_is_found_by_parts_of_the_name(desk: Desk, text: str) -> None:
    page = desk.client.page(f"/search?q={text}")

    assert "Mrs Ada Okafor" in page.links()


def test_a_resident_is_found_by_e_mail_and_by_the_end_of_a_telephone_number(desk: Desk) -> None:
    with desk.factories.transaction() as session:
        number = ContactDetail(person_id=desk.person.id, contact_type="phone", value="07700 900-184")
        session.add(number)
        email = session.scalar(select(ContactDetail.value).where(ContactDetail.contact_type == "email"))

    assert "Mrs Ada Okafor" in desk.client.page("/search?q=07700900184").links()
    assert "Mrs Ada Okafor" in desk.client.page(f"/people?q={email}").links()


def test_a_home_is_found_by_address_postcode_and_uprn(desk: Desk) -> None:
    with desk.factories.transaction() as session:
        home = session.get(Asset, desk.tenancy.asset_id)

    for text in (home.one_line[:10], "zz993qt", "ZZ99 3QT", home.uprn, home.reference, desk.tenancy.reference):
        assert home.one_line in desk.client.page(f"/homes?q={text}").links(), text


@pytest.mark.parametrize("text", ["%", "_", "' OR 1=1 --", "<em>", "\\", "a" * 500])
def test_hostile_words_find_nothing_and_break_nothing(desk: Desk, text: str) -> None:
    page = desk.client.get("/search", query_string={"q": text})

    assert page.status_code == 200
    assert "Mrs Ada Okafor" not in page.text
    assert "<em>" not in page.text


def test_an_empty_search_says_what_can_be_searched_for(desk: Desk) -> None:
    assert "What are you looking for?" in desk.client.page("/search").main


def test_the_page_of_a_person_shows_how_to_reach_them_safely(desk: Desk) -> None:
    alert(desk.factories, desk.person, "Uses oxygen at home.")
    with desk.factories.transaction() as session:
        unsafe = ContactDetail(person_id=desk.person.id, contact_type="phone", value="07700 900185", is_safe=False)
        gone = {"valid_until": today() - timedelta(days=1)}
        old = ContactDetail(person_id=desk.person.id, contact_type="phone", value="07700 900186", **gone)
        ended = Alert(person_id=desk.person.id, code="10", text="Had a dog.", ended_on=date(2020, 1, 1))
        session.add_all([unsafe, old, ended])

    page = desk.client.page(f"/people/{desk.person.id}")

    assert "Not safe: do not use" in page.main
    assert not page.tree.xpath("//a[contains(@href, '900185')]")
    assert "900186" not in page.text
    assert "Had a dog." not in page.text
    assert page.main.index("Uses oxygen at home.") < page.main.index("Mrs Ada Okafor")


def test_the_page_of_a_person_leads_to_a_case_about_them_and_their_tenancy(desk: Desk) -> None:
    page = desk.client.page(f"/people/{desk.person.id}")

    assert "Complaint: Mrs Ada Okafor" in page.links()
    start = page.links()["Start a case"]
    assert f"subject=person:{desk.person.id}" in start
    assert f"subject=tenancy:{desk.tenancy.id}" in start


def test_the_balance_is_what_is_charged_less_what_is_paid(desk: Desk) -> None:
    with desk.factories.transaction() as session:
        account = session.scalar(select(RentAccount.id).where(RentAccount.tenure_id == desk.tenancy.id))
        for amount in ("112.40", "112.40", "-100.10"):
            row = {"account_id": account, "posted_on": today(), "kind": "rent", "amount": Decimal(amount)}
            session.add(Transaction(**row))

    page = desk.client.page(f"/tenancies/{desk.tenancy.id}")

    assert "£124.70 owed" in page.main
    assert "£124.70 owed" in desk.client.page(f"/people/{desk.person.id}").main


def test_the_page_of_a_home_shows_who_lives_there(desk: Desk) -> None:
    page = desk.client.page(f"/homes/{desk.tenancy.asset_id}")

    assert page.links()["Mrs Ada Okafor"] == f"/people/{desk.person.id}"
    assert f"tenancy:{desk.tenancy.id}" in page.links()["Start a case"]


def test_letters_are_filed_with_the_person_too(desk: Desk) -> None:
    desk.acknowledge()

    assert "We have received your complaint (stage 1)" in desk.client.page(f"/people/{desk.person.id}").links()


def test_a_restricted_case_does_not_show_on_the_persons_page(desk: Desk) -> None:
    with desk.factories.transaction() as session:
        session.execute(update(Case).values(restricted=True, owner_id=None))

    page = desk.client.page(f"/people/{desk.person.id}")

    assert "CMP-000001" not in page.text
    assert "No open cases" in page.main


@on_sqlite_alone
@pytest.mark.parametrize("address", ["/people/999", "/homes/999", "/tenancies/999"])
def test_what_is_not_kept_says_how_to_find_it(desk: Desk, address: str) -> None:
    assert "Search for it" in desk.client.page(address, status=404).main


def add_contact(desk: Desk, kind: str, value: str, *, status: int = 302, **ticked: str) -> object:
    sent = {"type": kind, "value": value, **ticked}
    return desk.client.submit(f"/people/{desk.person.id}/contact-details/new", sent, status=status)


def test_an_address_that_was_added_is_what_the_next_letter_is_sent_to(desk: Desk) -> None:
    answer = add_contact(desk, "address", "Flat 2\n7 Mill Lane\nBrightwater\nZZ99 7ML", is_safe="1")
    assert "Flat 2, 7 Mill Lane, Brightwater, ZZ99 7ML" in desk.client.follow(answer).main

    letter = desk.acknowledge().links()["We have received your complaint (stage 1)"]

    assert "7 Mill Lane" in desk.client.page(letter).main


def test_a_number_is_marked_as_unsafe_and_is_then_no_link(desk: Desk) -> None:
    page = desk.client.follow(add_contact(desk, "phone", "07700 900999"))

    assert "Not safe: do not use" in page.main
    assert not page.tree.xpath("//a[starts-with(@href, 'tel:')]")


def test_what_is_not_used_any_more_is_not_shown(desk: Desk) -> None:
    page = desk.client.follow(add_contact(desk, "phone", "07700 900999", is_safe="1"))
    end = page.tree.xpath("//section[@aria-labelledby='contact']//a[contains(@href, '/end')]/@href")[-1]
    last = today() - timedelta(days=1)
    sent = {"on-day": last.day, "on-month": last.month, "on-year": last.year, "reason": "Not theirs"}

    page = desk.client.follow(desk.client.submit(end, sent))

    assert "07700 900999" not in words(page.tree.xpath("//section[@aria-labelledby='contact']")[0])
    desk.client.submit(end.replace(f"/people/{desk.person.id}/", "/people/999/"), sent, status=404)


@on_sqlite_alone
@pytest.mark.parametrize(
    ("kind", "value", "field"),
    [("phone", "x", "value"), ("email", "nobody", "value"), ("address", "Here", "value"), ("fax", "1", "type"),
     ("phone", "", "value"), ("address", "a, " * 400, "value")],
)  # fmt: skip
def test_what_is_no_way_to_reach_anybody_is_refused_at_its_field(desk: Desk, kind: str, value: str, field: str) -> None:
    page = shown(add_contact(desk, kind, value, status=422))

    assert list(error_links(page).values()) == [f"#{field}"]


def test_an_auditor_changes_nothing_about_a_person(desk: Desk) -> None:
    auditor = desk.factories.client("auditor", teams=())

    assert not auditor.page(f"/people/{desk.person.id}").tree.xpath("//main//form[@method='post']")
    auditor.submit(
        f"/people/{desk.person.id}/contact-details/new", {"type": "phone", "value": "01632 960001"}, status=403
    )
