"""The address of one's due dates: known to its owner alone, worthless once it is taken back."""

from datetime import datetime

from sqlalchemy import update

from engine.instants import LONDON
from models.case import Case
from models.lists import CalendarFeed
from models.staff import User
from tests.integration.portal.conftest import Desk, shown
from tests.integration.portal.test_home import set_task


def made(desk: Desk) -> str:
    """Make an address and return its path."""
    page = shown(desk.client.submit("/account/calendar", status=200))
    address = page.tree.xpath("//input[@id='feed-address']/@value")[0]
    return "/" + address.split("/", 3)[3]


def test_the_address_gives_due_dates_and_nothing_of_the_people(desk: Desk) -> None:
    due_at = datetime(2027, 7, 1, 23, 59, tzinfo=LONDON)
    set_task(
        desk.factories, assignee_id=desk.by.user_id, due_at=due_at, name="Ring; then write,\r\nBEGIN:VALARM " + "é" * 60
    )
    anybody = desk.factories.browser()

    answer = anybody.get(made(desk))

    lines = answer.text.split("\r\n")
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert "DTEND:20270701T225900Z" in lines
    assert "BEGIN:VALARM" not in lines
    assert f"{desk.case.reference})" in answer.text.replace("\r\n ", "")
    assert "Okafor" not in answer.text
    assert max(len(line.encode()) for line in lines) <= 75


def test_an_address_that_was_taken_back_or_replaced_or_guessed_gives_nothing(desk: Desk) -> None:
    first = made(desk)
    second = made(desk)
    assert desk.client.get(first).status_code == 404
    assert desk.client.get(second).status_code == 200
    desk.client.submit("/account/calendar/removal")

    assert desk.client.get(second).status_code == 404
    assert desk.client.get("/calendars/x.ics").status_code == 404
    with desk.factories.transaction() as session:
        assert all(feed.token_digest not in second for feed in session.query(CalendarFeed))


def test_a_closed_account_and_a_restricted_case_are_not_read(desk: Desk) -> None:
    set_task(desk.factories, assignee_id=desk.by.user_id)
    address = made(desk)
    assert desk.case.reference in desk.client.get(address).text
    with desk.factories.transaction() as session:
        session.execute(update(Case).values(restricted=True, owner_id=desk.by.user_id))
    assert desk.case.reference not in desk.client.get(address).text

    with desk.factories.transaction() as session:
        session.execute(update(User).values(is_active=False))

    assert desk.factories.browser().get(address).status_code == 404
