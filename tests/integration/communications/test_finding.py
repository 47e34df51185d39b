"""What did we tell this tenant in March? One search answers, and tells nobody more than they may know."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, update

from engine import restricting
from engine.communications import finding
from engine.communications.finding import Wanted
from engine.communications.settling import visible
from models.accounts import RentAccount
from models.case import CaseLink
from models.communication import Communication
from models.tenancies import Tenure, TenureMember
from tests.environment.databases import on_sqlite_alone
from tests.integration.api.conftest import Program
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


def test_a_person_and_a_case_show_what_was_said(said: Correspondence, client: PageClient) -> None:
    of_person = client.page(f"/people/{said.ada.id}/communications?since=2026-03-01&until=2026-03-31").main
    of_case = client.page(f"/cases/{said.started.reference}/communications").main

    assert "Your repair" in of_person and "Your rent" not in of_person
    assert "Your repair" in of_case and "Your rent" in of_case
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


def test_a_home_a_tenancy_and_an_account_show_what_was_said_to_whoever_lives_there(
    said: Correspondence, client: PageClient
) -> None:
    with said.factories.transaction() as session:
        tenancy = session.scalars(select(Tenure)).one()
        account = session.scalars(select(RentAccount.id).where(RentAccount.tenure_id == tenancy.id)).one()
        session.execute(update(Tenure).values(started_on=date(2026, 1, 1)))
    pages = [f"/homes/{said.home.id}", f"/tenancies/{tenancy.id}", f"/accounts/{account}"]

    for page in pages:
        links = client.page(page).links()
        march = client.page(f"{links['All of them, by words and days']}?since=2026-03-01&until=2026-03-31").main
        assert "Your repair" in march and "Text message" in march and "Your rent" not in march, page
        assert "Your rent" in client.page(page).main, page


def test_what_was_said_before_somebody_moved_in_or_after_they_left_is_no_part_of_the_tenancy(
    said: Correspondence, client: PageClient
) -> None:
    with said.factories.transaction() as session:
        session.execute(update(Tenure).values(started_on=date(2026, 4, 1), ended_on=date(2026, 5, 1)))
        session.execute(update(TenureMember).values(from_on=None, until_on=None))

    found = client.page(f"/homes/{said.home.id}/communications").main

    assert "Your repair" not in found and "Your rent" not in found


def test_a_restricted_case_is_hidden_on_the_pages_of_its_home_too(said: Correspondence, client: PageClient) -> None:
    with said.factories.transaction() as session:
        session.execute(update(Tenure).values(started_on=date(2026, 1, 1)))
        session.add(CaseLink(case_id=said.started.id, entity_type="home", entity_id=said.home.id, role="subject"))
    address, file = f"/homes/{said.home.id}", f"/communications.csv?about=home:{said.home.id}"
    assert "Your rent" in client.page(address).main
    said.act(restricting.restrict, said.started.id, members=[], reason="Domestic abuse")

    pages = [client.page(address).main, client.page(f"{address}/communications").main, client.get(file).text]

    assert not any("Your rent" in page or "Your repair" in page for page in pages)
    assert "Text message" in pages[1]


def test_the_interface_finds_by_home_and_refuses_two_at_once(said: Correspondence) -> None:
    program = Program(said.factories, said.factories.user("officer"))
    with said.factories.transaction() as session:
        session.execute(update(Tenure).values(started_on=date(2026, 1, 1)))

    found = program.get("/communications", query_string={"home": said.home.id, "since": "2026-03-01"})["items"]
    program.get("/communications", query_string={"home": said.home.id, "person": said.ada.id}, status=422)
    program.get("/communications", query_string={"tenancy": 10**9}, status=404)

    assert {one["subject"] for one in found} == {"Your repair", "Your rent", ""}


@on_sqlite_alone
def test_words_are_found_in_any_form_with_the_piece_where_they_stand(said: Correspondence, client: PageClient) -> None:
    page = client.page(f"/people/{said.ada.id}/communications?q=roofers+coming")

    assert "Your repair" in page.main and [one.text for one in page.tree.xpath("//mark")] == ["roofer", "comes"]
    assert "Your rent" not in page.main


def test_what_a_message_says_now_is_found_and_what_it_said_before_is_not(said: Correspondence) -> None:
    with said.factories.transaction() as session:
        session.execute(update(Communication).where(Communication.key == "k1").values(text="The plumber comes."))

    assert found_by(said, "plumber") == ["Your rent"] and found_by(said, "week") == []
    assert found_by(said, "okafor") == ["Your rent", "Your repair"]  # whom it went to


HOSTILE = (
    '"', "'", "roofer' OR '1'='1", "roofer AND", "NOT roofer", "NEAR(roofer monday)", "roofer:*", "subject:roofer",
    "roofer) OR (a", "roofer & | ! <-> ()", "*", "%", "_", "\\", "roofer\0monday", "-roofer", "^roofer", "{a b}:c",
    "🏠" * 90, "zz " * 100, "ﬀ ß İ", "' UNION SELECT text FROM communication --",
)  # fmt: skip


def test_no_question_is_an_error_or_finds_more_than_its_words(said: Correspondence) -> None:
    for text in HOSTILE:
        found = found_by(said, text)

        assert found in ([], ["Your repair"]) and (not found or "roofer" in text), text


def test_words_find_nothing_of_a_restricted_case_and_show_no_piece_of_one_to_its_circle(said: Correspondence) -> None:
    said.act(restricting.restrict, said.started.id, members=[], reason="Domestic abuse")
    mine = Wanted(text="roofer", since=MARCH.date())
    with said.factories.transaction() as session:
        _, lines = finding.find(session, mine, by=said.by)
        pieces = finding.pieces(session, mine, lines)

    shown = {line.subject: line.id in pieces for line in lines}
    assert shown == {"Your repair": False, "": True}
    assert "Your repair" not in found_by(said, "roofer")


@on_sqlite_alone
def test_a_word_goes_with_days_channel_and_case(said: Correspondence, client: PageClient) -> None:
    case = said.started.reference
    asked = {"q=comes&since=2026-03-01&until=2026-03-31": {"Your repair", "Text message"}}
    asked |= {f"q=week&case={case}": {"Your rent"}, "q=comes&channel=sms&since=2026-01-01": {"Text message"}}
    asked |= {"q=week&since=2026-03-01&until=2026-03-31": set()}

    for query, expected in asked.items():
        main = client.page(f"/communications?{query}").main
        assert {name for name in ("Your repair", "Your rent", "Text message to") if name in main} == {
            f"{name} to" if name == "Text message" else name for name in expected
        }, query


def found_by(said: Correspondence, text: str) -> list[str]:
    """Return the subjects of what words find for an officer, the latest first."""
    by = said.factories.officer()
    with said.factories.transaction() as session:
        _, lines = finding.find(session, Wanted(text=text, since=MARCH.date()), by=by)
    return [line.subject for line in lines if line.subject]
