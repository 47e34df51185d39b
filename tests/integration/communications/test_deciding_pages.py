"""Deciding on the pages: a task shows its messages, each as it will look, and takes what somebody decides."""

from io import BytesIO

import pytest
from sqlalchemy import update

from engine import restricting
from engine.communications import settling
from models.communication import Communication
from models.work import UserTask
from tests.integration.communications.conftest import Correspondence
from tests.pages import Page, PageClient
from tests.word_files import word_file

EMAIL = {"subject": "Hello", "text": "Good morning, Ada.", "approval": "Letters"}


@pytest.fixture
def client(letters: Correspondence) -> PageClient:
    """Somebody of the team that approves."""
    return letters.factories.client("officer", teams=("Letters",))


@pytest.fixture
def asked(letters: Correspondence) -> Correspondence:
    """E-mails to both tenants that the team called Letters approves before they leave."""
    letters.reach(letters.ada, "email", "ada@resident.example")
    letters.reach(letters.bea, "email", "bea@resident.example")
    letters.start("send_email", to="tenants", **EMAIL)
    return letters


def task_of(letters: Correspondence) -> str:
    return f"/tasks/{next(one.id for one in letters.rows(UserTask) if one.status == 'open')}"


def test_the_task_shows_its_messages_and_cannot_be_completed_without_them(
    asked: Correspondence, client: PageClient
) -> None:
    page = client.page(task_of(asked))

    first, second = asked.messages
    assert f"/communications/{first.id}" in page.links().values()
    assert f"/communications/{second.id}" in page.links().values()
    assert not page.tree.xpath("//main//form[contains(@action, 'completion')]")
    client.submit(f"{task_of(asked)}/completion", status=409)
    assert [one.status for one in asked.messages] == ["approval", "approval"]


def test_each_is_approved_on_its_page_and_the_next_one_follows(asked: Correspondence, client: PageClient) -> None:
    first, second = asked.messages
    page = client.page(f"/communications/{first.id}")
    assert page.h1 == "Hello" and "Good morning, Ada." in page.main and "ada@resident.example" in page.main

    following = client.submit(f"/communications/{first.id}/approval", page.form("approval"))
    page = client.follow(following)
    assert following.headers["Location"] == f"/communications/{second.id}"
    client.submit(f"/communications/{second.id}/approval", page.form("approval"))

    asked.dispatch()
    assert len(asked.post.sent) == 2 and asked.open() == ["Ask"]
    page = client.page(f"/communications/{first.id}")
    assert "Sent" in page.main and "Approved" in page.main


def test_what_it_says_is_changed_and_what_it_said_stays(asked: Correspondence, client: PageClient) -> None:
    first, _ = asked.messages
    stale = client.page(f"/communications/{first.id}").form("text")
    client.submit(f"/communications/{first.id}/text", {**stale, "text": "Dear Ada, good morning."})

    late = client.submit(f"/communications/{first.id}/text", {**stale, "text": "Mine."}, status=409)

    assert "Somebody has changed this message meanwhile." in Page(late).main
    assert "Mine." in late.text  # what was typed is still there
    page = client.page(f"/communications/{first.id}")
    assert "Dear Ada, good morning." in page.main and "What it said before" in page.main
    assert "Good morning, Ada." in page.main


def test_it_is_cancelled_only_for_a_reason(asked: Correspondence, client: PageClient) -> None:
    first, _ = asked.messages
    form = client.page(f"/communications/{first.id}").form("cancellation")

    refused = client.submit(f"/communications/{first.id}/cancellation", form, status=422)
    client.submit(f"/communications/{first.id}/cancellation", {**form, "cancel_reason": "She rang"})

    assert "Enter why it is not sent" in Page(refused).main
    assert asked.messages[0].status == "cancelled" and "She rang" in client.page(f"/communications/{first.id}").main


def test_a_stopped_message_says_why_and_goes_only_by_who_may_let_it(
    letters: Correspondence, client: PageClient
) -> None:
    letters.reach(letters.ada, "email", "ada@resident.example", is_safe=False, note="her husband reads it")
    letters.start("send_email", subject="Hello", text="Hello.")
    address = f"/communications/{letters.messages[0].id}"

    page = client.page(address)
    assert "her husband reads it" in page.main and not page.tree.xpath("//form[contains(@action, 'override')]")
    client.submit(f"{address}/override", {"override_reason": "I think so"}, status=403)
    manager = letters.factories.client("team_manager", "officer")
    page = manager.page(address)
    manager.submit(f"{address}/override", {**page.form("override"), "override_reason": "She asked for it"})

    assert letters.messages[0].status == "waiting" and letters.messages[0].override == "She asked for it"
    assert "She asked for it" in client.page(address).main


def test_a_letter_is_changed_by_uploading_it_again(letters: Correspondence, client: PageClient) -> None:
    letters.start("send_letter", template="hello", approval="Letters")
    (letter,) = letters.messages
    address = f"/communications/{letter.id}"
    page = client.page(address)
    assert page.tree.xpath("//*[@data-letter-url]") and "Dear" in page.main

    changed = word_file("Dear Ada, with kind regards.")
    form = {**page.form(f"{letter.id}/letter"), "note": "Kinder"}
    client.submit(f"{address}/letter", {**form, "file": (BytesIO(b"%PDF-1.4"), "letter.pdf")}, status=422)
    client.submit(f"{address}/letter", {**form, "file": (BytesIO(changed), "letter.docx")})
    letters.act(settling.approve, letter.id)
    letters.dispatch()

    assert letters.post.sent[0].letter.path.read_bytes() == changed  # type: ignore[union-attr]
    assert letters.messages[0].text == "Dear Ada, with kind regards."
    page = client.page(address)
    assert "2 versions" in page.main and "What it said before" in page.main


def test_nobody_sees_a_message_of_a_case_that_they_may_not_see(letters: Correspondence, client: PageClient) -> None:
    letters.reach(letters.ada, "email", "ada@resident.example")
    letters.start("send_email", **EMAIL)
    letters.act(restricting.restrict, letters.started.id, members=[], reason="Domestic abuse")

    number = letters.messages[0].id
    for address in (f"/communications/{number}", f"/communications/{number}/html"):
        assert client.get(address).status_code == 404
    for what in ("approval", "cancellation", "text", "letter"):
        client.submit(f"/communications/{number}/{what}", {"cancel_reason": "x", "text": "x"}, status=404)
    assert letters.messages[0].status == "approval"


def test_html_of_an_email_is_shown_where_nothing_can_run(letters: Correspondence, client: PageClient) -> None:
    letters.reach(letters.ada, "email", "ada@resident.example")
    letters.start("send_email", **EMAIL)
    with letters.factories.transaction() as session:
        session.execute(update(Communication).values(html="<p>Hello</p><script>alert(1)</script>"))
    number = letters.messages[0].id

    answer = client.get(f"/communications/{number}/html")

    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'") and "script-src" not in policy
    assert client.page(f"/communications/{number}").tree.xpath("//iframe[@sandbox='']")
