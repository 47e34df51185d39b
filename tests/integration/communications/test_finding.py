"""What did we tell this tenant in March? One search answers, and tells nobody more than they may know."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from engine import restricting
from engine.communications.settling import visible
from models.communication import Communication
from tests.integration.communications.conftest import Correspondence
from tests.pages import PageClient

MARCH, MAY = datetime(2026, 3, 31, 22, 30, tzinfo=UTC), datetime(2026, 5, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def said(letters: Correspondence) -> Correspondence:
    """Ada was told of a repair in March and of her rent in May; Bea of a repair, without a case."""
    letters.start("send_email", flows="start > ask > write:service > end", subject="Hello", text="Hello.")
    of_case, of_nobody = letters.started.id, None
    rows = [
        ("letter", letters.ada, of_case, "Your repair", "The roofer comes on Monday.", MARCH, "sent"),
        ("email", letters.ada, of_case, "Your rent", "It is £120.50 a week.", MAY, "delivered"),
        ("sms", letters.bea, of_nobody, "", "The roofer comes on Tuesday.", MARCH, "failed"),
    ]
    with letters.factories.transaction() as session:
        for number, (channel, who, case_id, subject, text, at, status) in enumerate(rows):
            session.add(
                Communication(
                    key=f"k{number}", channel=channel, person_id=who.id, case_id=case_id, recipient=who.full_name,
                    address="here", subject=subject, text=text, created_at=at, status=status,
                )
            )  # fmt: skip
    return letters


@pytest.fixture
def client(letters: Correspondence) -> PageClient:
    return letters.factories.client("officer")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("since=2026-03-01&until=2026-03-31", {"Your repair", "Text message"}),
        ("since=2026-03-01&until=2026-03-31&channel=letter", {"Your repair"}),
        ("q=ROOFER+monday&since=2026-01-01", {"Your repair"}),
        ("q=£120.50&since=2026-01-01", {"Your rent"}),
        ("q=100%25&since=2026-01-01", set()),
        ("status=failed", {"Text message"}),
        ("since=never&channel=pigeon", {"Your repair", "Your rent", "Text message"}),
    ],
)
def test_words_days_channel_and_status_narrow_the_list(
    said: Correspondence, client: PageClient, asked: str, found: set[str]
) -> None:
    page = client.page(f"/communications?{asked}")

    names = {"Your repair", "Your rent", "Text message"}
    assert {name for name in names if any(text.startswith(name) for text in page.links())} == found


def test_a_person_a_case_and_a_home_show_what_was_said(said: Correspondence, client: PageClient) -> None:
    of_person = client.page(f"/people/{said.ada.id}/communications?since=2026-03-01&until=2026-03-31").main
    of_case = client.page(f"/cases/{said.started.reference}/communications").main

    assert "Your repair" in of_person and "Your rent" not in of_person
    assert "Your repair" in of_case and "Your rent" in of_case
    assert "Nothing has been said yet" in client.page(f"/homes/{said.home.id}/communications").main
    assert "Your rent" in client.page(f"/people/{said.ada.id}").main


def test_the_list_is_a_file_with_what_was_said(said: Correspondence, client: PageClient) -> None:
    answer = client.get("/communications.csv?since=2026-03-01&until=2026-03-31")

    assert "The roofer comes on Monday." in answer.text and "The roofer comes on Tuesday." in answer.text
    assert "£120.50" not in answer.text


def test_who_may_not_see_the_case_finds_nothing_of_it(said: Correspondence, client: PageClient) -> None:
    said.act(restricting.restrict, said.started.id, members=[], reason="Domestic abuse")

    pages = ("/communications?since=2026-01-01", f"/people/{said.ada.id}", f"/people/{said.ada.id}/communications")
    assert not any("Your repair" in client.page(address).main for address in pages)
    assert "roofer comes on Monday" not in client.get("/communications.csv?since=2026-01-01").text
    assert client.get(f"/communications.csv?about=person:{said.ada.id + 999}").status_code == 404


def test_what_is_filed_under_nobody_is_found_by_who_filed_it_alone(said: Correspondence, client: PageClient) -> None:
    with said.factories.transaction() as session:
        stray = {
            "key": "stray",
            "direction": "in",
            "channel": "email",
            "subject": "A stray",
            "text": "Hello.",
            "status": "received",
        }
        session.add(Communication(**stray, created_at=MAY, created_by_id=said.by.user_id))

    assert "A stray" not in client.page("/communications?since=2026-01-01").main
    with said.factories.transaction() as session:
        assert (
            session.scalar(select(Communication.id).where(visible(said.by), Communication.key == "stray")) is not None
        )
