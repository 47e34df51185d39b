"""The pages of those who file: lists, one item, its files; what is done with it, and who may not know of it."""

import re

import pytest
from sqlalchemy import update

from engine.filing.receiving import store
from engine.inbound import taking
from models.case import Case
from models.inbound import InboundItem
from tests.factories import Factories
from tests.integration.inbound.conftest import Post, write
from tests.pages import PageClient


@pytest.fixture
def taken(sqlite_factories: Factories) -> Post:
    """A landlord to whom one e-mail came."""
    post = Post(sqlite_factories)
    take(
        post, write("The boiler", "It is cold again.", html="<p>It is <b>cold</b> again.</p>", attach={"a.txt": b"19"})
    )
    return post


def take(post: Post, message: bytes) -> None:
    """Take a message in, as the mailbox brings it."""
    with post.factories.app.app_context():
        taking.take_mail(post.factories.sessions, message)
    post.read()


def test_the_list_shows_what_is_new_and_the_menu_says_how_much(taken: Post) -> None:
    client = taken.factories.client("officer")

    page = client.page("/incoming")

    assert "The boilerMessage · 1 file" in page.main
    assert "Ada Okaforada@resident.example" in page.main
    assert "Incoming1 open" in page.links()
    assert "Nothing is with you" in client.page("/incoming?view=mine").main


@pytest.mark.parametrize(
    ("asked", "is_there"),
    [("q=cold+okafor", True), ("q=warm", False), ("channel=post", False), ("channel=email", True)],
)
def test_words_and_ways_narrow_the_list(taken: Post, asked: str, is_there: bool) -> None:
    page = taken.factories.client("officer").page(f"/incoming?{asked}")

    assert ("The boiler" in page.main) is is_there


def test_an_item_shows_the_message_its_page_and_its_files(taken: Post) -> None:
    client = taken.factories.client("officer")

    page = client.page(f"/incoming/{taken.item().id}")

    assert page.h1 == "The boiler"
    assert "Ada Okafor <ada@resident.example>" in page.main
    assert "Nobody vouches for the sender's address" in page.main
    assert "It is cold again." in page.main and "19" in page.main
    shown = client.get(f"/incoming/{taken.item().id}/files/0/page")
    assert "<p>It is <b>cold</b> again.</p>" in shown.text
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    saved = client.get(f"/incoming/{taken.item().id}/files/0")
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert client.get(f"/incoming/{taken.item().id}/files/1").data == b"19"


def test_what_is_taken_by_one_cannot_be_filed_by_another(taken: Post) -> None:
    first, second, here = taken.factories.client("officer"), taken.factories.client("officer"), address(taken)

    first.submit(f"{here}/claim")
    refused = second.submit(f"{here}/claim", status=409)

    assert f"{first.user.name} is filing it" in refused.text  # type: ignore[attr-defined]
    assert "The boiler" in first.page("/incoming?view=mine").main
    second.submit(f"{here}/claim", {"take_over": "1"})
    assert "Nothing is with you" in first.page("/incoming?view=mine").main
    second.submit(f"{here}/release")
    assert taken.item().claimed_by_id is None


def test_an_item_is_forwarded_to_a_team_that_finds_it_among_its_own(taken: Post) -> None:
    team = taken.factories.team("Repairs")
    one, other = taken.factories.client("officer"), taken.factories.client("officer", teams=("Repairs",))

    one.submit(f"{address(taken)}/forwarding", {"team": str(team.id), "note": "Yours, I think"})

    assert "The boiler" in other.page("/incoming?view=mine").main
    assert "Forwarded: To Repairs: Yours, I think" in one.page(address(taken)).tree.text_content()
    wrong = one.submit(f"{address(taken)}/forwarding", {"team": "999"}, status=422)
    assert "Choose a team from the list" in wrong.text


def test_what_is_set_aside_can_be_taken_back(taken: Post) -> None:
    client = taken.factories.client("officer")

    assert "Enter why nobody need file it" in client.submit(f"{address(taken)}/setting-aside", status=422).text
    client.submit(f"{address(taken)}/setting-aside", {"reason": "An advertisement"})

    assert "An advertisement" in client.page("/incoming?view=set_aside").main
    client.submit(f"{address(taken)}/return")
    assert (taken.item().state, taken.item().reason) == ("new", "")


def test_what_is_destroyed_is_gone_but_that_it_came(taken: Post) -> None:
    client, digests = taken.factories.client("officer"), [part.sha256 for part in taken.parts()]

    client.submit(f"{address(taken)}/destruction", {"destroy_reason": "Sent to us by mistake"})

    item = taken.item()
    assert (item.state, item.text, item.subject, item.sender) == ("destroyed", "", "", "ada@resident.example")
    with taken.factories.app.app_context():
        assert [store()._place(digest or "").exists() for digest in digests] == [False, False]
    assert "Sent to us by mistake" in client.page(address(taken)).main
    assert client.get(f"{address(taken)}/files/0").status_code == 404


def test_bytes_that_somebody_else_needs_are_not_destroyed(taken: Post) -> None:
    client = taken.factories.client("officer")
    take(taken, write("Another", attach={"b.txt": b"19"}))

    client.submit(f"/incoming/{taken.items()[0].id}/destruction", {"destroy_reason": "By mistake"})

    assert client.get(f"/incoming/{taken.items()[1].id}/files/1").data == b"19"


def test_a_form_that_somebody_overtook_is_refused(taken: Post) -> None:
    client, sent = taken.factories.client("officer"), {"revision": "1", "reason": "Twice"}
    client.submit(f"{address(taken)}/claim")

    refused = client.submit(f"{address(taken)}/setting-aside", sent, status=409)

    assert "Somebody else has done something with it meanwhile" in refused.text


def test_what_names_a_restricted_case_is_there_for_its_circle_alone(sqlite_factories: Factories) -> None:
    post, owner = Post(sqlite_factories), sqlite_factories.user("officer")
    started = sqlite_factories.complaint(by=sqlite_factories.actor(owner))
    with sqlite_factories.transaction() as session:
        session.execute(update(Case).values(restricted=True))
    take(post, write(f"About {started.reference.lower()}", "Where I live now: 1 Secret Street"))
    inside, outside = sqlite_factories.client(user=owner), sqlite_factories.client("team_manager", "administrator")

    seen, unseen = inside.page("/incoming"), outside.page("/incoming")

    assert started.reference.lower() in seen.main
    assert started.reference.lower() not in unseen.main and "Secret" not in outside.page("/incoming?q=Secret").main
    assert "Incoming1 open" in seen.links() and "Incoming" in unseen.links()
    nothing = [re.sub(r"/incoming/\d+", "", outside.get(f"/incoming/{item}").text) for item in (post.item().id, 9999)]
    assert nothing[0].replace(token(outside), "") == nothing[1].replace(token(outside), "")
    for part in ("", "/files/0"):
        assert outside.get(f"/incoming/{post.item().id}{part}").status_code == 404
    assert outside.submit(f"/incoming/{post.item().id}/claim", status=404)


def test_a_source_that_cannot_be_read_is_told_of_on_the_list(sqlite_factories: Factories) -> None:
    from pathlib import Path

    post = Post(sqlite_factories, folder=Path("/nowhere/at/all"))
    post.read()

    page = sqlite_factories.client("officer").page("/incoming")

    assert "Nothing comes in from the folder since" in page.main
    assert "The folder /nowhere/at/all cannot be read" in page.main


def address(post: Post) -> str:
    """Return where the one item is."""
    return f"/incoming/{post.item().id}"


def token(client: PageClient) -> str:
    """Return a word that changes with each page."""
    return client.token()


def test_an_item_tells_that_its_sender_is_not_who_they_say(sqlite_factories: Factories) -> None:
    post = Post(sqlite_factories)
    take(post, write(Authentication_Results="mx.landlord.example; spf=pass; dkim=fail; dmarc=fail"))

    page = sqlite_factories.client("officer").page(f"/incoming/{post.item().id}")

    assert "could not be confirmed: it may be somebody else" in page.main
    assert isinstance(post.item(), InboundItem)
