"""What became of what was sent: asked for with growing pauses, told by callbacks, never undone by what comes late."""

import itertools
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from engine.communications import tracking
from engine.communications.providers.base import Progress, Unreachable
from engine.instants import frozen_at
from models.communication import Communication
from tests.environment.databases import on_sqlite_alone
from tests.integration.communications.conftest import NOON, Correspondence, Post

TOKEN = "a-token-that-nobody-guesses"


class Telling(Post):
    """A provider that tells for three days."""

    follows_for = timedelta(days=3)

    def __init__(self) -> None:
        super().__init__()
        self.says: dict[str, Progress] = {}
        self.questions: list[Any] = []

    def follow(self, references: Sequence[str]) -> dict[str, Progress]:
        self.questions += references
        if self.errors:
            raise self.errors.pop(0)
        return {one: self.says[one] for one in references if one in self.says}


@pytest.fixture
def sent(letters: Correspondence) -> Correspondence:
    """A text message that was sent at noon by a provider that tells what becomes of it."""
    letters.post = Telling()
    letters.reach(letters.ada, "phone", "07700 900123")
    letters.start("send_sms", text="We come on Friday.")
    letters.dispatch()
    return letters


def follow(letters: Correspondence, at: Any) -> int:
    with frozen_at(at):
        return tracking.follow(letters.factories.sessions, {"sms": letters.post})


def test_a_delivery_is_written_down_once_with_its_event(sent: Correspondence) -> None:
    sent.post.says["post-1"] = Progress("delivered", at=NOON + timedelta(seconds=30))

    assert follow(sent, NOON) == 0  # it is asked after a minute
    assert follow(sent, NOON + timedelta(minutes=1)) == 1
    assert follow(sent, NOON + timedelta(days=2)) == 0

    (message,) = sent.messages
    assert message.status == "delivered" and message.settled_at == NOON + timedelta(seconds=30)
    assert message.follow_at is None and sent.events() == ["written", "sent", "delivered"]
    assert sent.post.questions == ["post-1"]


def test_a_failure_has_its_reason_and_the_owner_is_warned(sent: Correspondence) -> None:
    sent.post.says["post-1"] = Progress("failed", "The number is not in use.")

    follow(sent, NOON + timedelta(minutes=1))

    assert sent.messages[0].status == "failed" and sent.messages[0].reason == "The number is not in use."
    assert any("did not arrive: The number is not in use." in text for text in sent.warnings)


@on_sqlite_alone
def test_the_pauses_grow_to_a_day_and_end_when_the_provider_forgets(sent: Correspondence) -> None:
    asked = []
    for _ in range(100):
        at = sent.messages[0].follow_at
        if at is None:
            break
        asked.append(at - NOON)
        follow(sent, at)

    assert asked[:4] == [timedelta(minutes=m) for m in (1, 2, 4, 8)]
    assert asked[-1] == timedelta(days=3) and len(asked) == len(sent.post.questions) < 20
    assert all(later - earlier <= timedelta(days=1) for earlier, later in itertools.pairwise(asked))
    assert sent.messages[0].status == "sent"


@on_sqlite_alone
def test_a_provider_that_is_away_is_asked_again_later(sent: Correspondence) -> None:
    sent.post.says["post-1"] = Progress("delivered")
    sent.post.errors = [Unreachable("no route")]

    assert follow(sent, NOON + timedelta(minutes=1)) == 0
    assert follow(sent, NOON + timedelta(minutes=2)) == 1


@on_sqlite_alone
def test_what_is_printed_and_posted_is_asked_about_no_more(sent: Correspondence) -> None:
    sent.post.says["post-1"] = Progress("sent", is_last=True)

    follow(sent, NOON + timedelta(minutes=1))

    assert sent.messages[0].status == "sent" and sent.messages[0].follow_at is None
    assert sent.events() == ["written", "sent"]


def test_what_comes_late_twice_or_in_another_order_changes_nothing(sent: Correspondence) -> None:
    tells = [
        Progress("delivered"),
        Progress("sent"),
        Progress("delivered"),
        Progress("failed", "No."),
        Progress("sent"),
    ]

    for progress in tells:
        with sent.factories.transaction() as session:
            tracking.hear(session, "post", "post-1", progress, channels=["sms"])

    assert sent.messages[0].status == "delivered" and sent.messages[0].reason == ""
    assert sent.events() == ["written", "sent", "delivered"] and sent.warnings == []


@pytest.fixture
def tell(sent: Correspondence, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Calls back as GOV.UK Notify does."""
    settings = sent.factories.app.extensions["casewright"]
    monkeypatch.setitem(settings.callback_tokens, "notify", TOKEN)
    monkeypatch.setitem(settings.callback_tokens, "sms", TOKEN)
    with sent.factories.transaction() as session:
        session.get_one(Communication, sent.messages[0].id).provider = "notify"
    client = sent.factories.app.test_client()

    def post(said: Any, *, to: str = "notify", token: str = TOKEN) -> int:
        return int(client.post(f"/callbacks/{to}", json=said, headers={"Authorization": f"Bearer {token}"}).status_code)

    return post


@on_sqlite_alone
def test_notify_calls_back_with_its_token(sent: Correspondence, tell: Any) -> None:
    receipt = {"id": "post-1", "status": "permanent-failure", "notification_type": "sms", "completed_at": None}

    assert [tell(receipt), tell({**receipt, "status": "delivered"})] == [204, 204]

    assert sent.messages[0].status == "failed" and "not in use" in sent.messages[0].reason


@on_sqlite_alone
@pytest.mark.parametrize("token", ["", "wrong", f"{TOKEN}x", "Bearer"])
def test_nobody_calls_back_without_the_token(sent: Correspondence, tell: Any, token: str) -> None:
    assert tell({"id": "post-1", "status": "delivered"}, token=token) == 403
    assert tell({"id": "post-1", "status": "delivered"}, to="letters") == 403  # none is set

    assert sent.messages[0].status == "sent"


@on_sqlite_alone
def test_a_call_about_what_is_just_being_sent_is_to_be_made_again(sent: Correspondence, tell: Any) -> None:
    with sent.factories.transaction() as session:
        message = session.get_one(Communication, sent.messages[0].id)
        message.status, message.provider_reference, message.provider, key = "waiting", "", "", message.key

    assert tell({"id": "new", "reference": key, "status": "delivered", "notification_type": "sms"}) == 503
    assert tell({"id": "not ours", "reference": "another's", "status": "delivered"}) == 204


@on_sqlite_alone
def test_what_a_gateway_says_outside_the_contract_is_refused(sent: Correspondence, tell: Any) -> None:
    for said in ([1], {"id": "post-1", "status": "sending"}, {"id": "post-1"}, "delivered", {"status": ["failed"]}):
        assert tell(said, to="sms") == 422
    assert tell({"id": "x" * 30_000, "status": "failed"}, to="sms") == 422
    assert tell({"id": "post-1", "status": "failed"}, to="sms") == 204  # that message is another provider's

    assert sent.messages[0].status == "sent"
