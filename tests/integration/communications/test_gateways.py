"""Any gateway that speaks the plain contract: a repeat is known by its key, and nobody is sent elsewhere."""

import base64
import time
from collections.abc import Iterator
from typing import Any

import pytest

from engine import outbox
from engine.communications import dispatching
from engine.communications.providers import calling
from engine.communications.providers.base import Attachment, Outgoing, Postponed, Refused, Unreachable
from engine.communications.providers.calling import gateway
from engine.communications.providers.http import Http
from engine.documents.kinds import PDF
from engine.errors import Invalid
from engine.instants import frozen_at
from tests.environment import gateways
from tests.environment.databases import on_sqlite_alone
from tests.environment.gateways import TOKEN
from tests.integration.communications.conftest import NOON, Correspondence

TEXT = Outgoing("7:a", "sms", "07700 900123", "Ada", text="Hello.", reference="SAM-1")


@pytest.fixture
def fake() -> Iterator[gateways.Gateway]:
    """A gateway on a port."""
    with gateways.serving(gateways.Gateway()) as one:
        yield one


def http(fake: gateways.Gateway, token: str = TOKEN) -> Http:
    return Http(gateway(f"{fake.url}/sms", token, setting="SMS_URL"))


@pytest.fixture
def texting(letters: Correspondence, fake: gateways.Gateway) -> Any:
    """A text message on its way; calling it sends what is due."""
    letters.reach(letters.ada, "phone", "07700 900123")
    letters.start("send_sms", text="We come on Friday.")

    def dispatch(at: Any = NOON) -> Any:
        with frozen_at(at):
            return dispatching.dispatch(letters.factories.sessions, {"sms": http(fake)})

    return dispatch


@on_sqlite_alone
def test_a_message_is_handed_in_with_its_key_and_the_cost_is_kept(
    texting: Any, fake: gateways.Gateway, letters: Correspondence
) -> None:
    texting()

    (taken,) = fake.taken
    (message,) = letters.messages
    assert (taken["to"], taken["text"]) == ("07700 900123", "We come on Friday.")
    assert taken["reference"] == letters.started.reference and taken["key"] == fake.headers[0]["Idempotency-Key"]
    assert message.status == "sent" and message.provider == "http" and str(message.cost) == "0.0324"
    assert message.sheets == 2 and fake.asked == [("POST", "/sms")]


@on_sqlite_alone
def test_a_repeat_after_a_lost_answer_is_no_second_message(
    texting: Any, fake: gateways.Gateway, letters: Correspondence
) -> None:
    fake.answers = [(0, None)]

    texting()
    texting(NOON + outbox.PAUSES[0])

    assert len(fake.taken) == 1 and max(fake.keys.values()) == 2
    assert letters.messages[0].status == "sent" and letters.messages[0].provider_reference.startswith("g-")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (408, Postponed),
        (429, Postponed),
        (500, Postponed),
        (302, Unreachable),
        (307, Unreachable),
        (401, Unreachable),
        (404, Unreachable),
        (502, Unreachable),
        (503, Unreachable),
        (422, Refused),
    ],
)
def test_an_answer_means_never_or_later_and_nobody_is_sent_elsewhere(
    fake: gateways.Gateway, status: int, kind: type[Exception]
) -> None:
    fake.answers = [(status, {"reason": "No."})]

    with pytest.raises(kind), http(fake).open() as send:
        send(TEXT)

    assert fake.taken == [] and len(fake.asked) == 1


@on_sqlite_alone
def test_a_refusal_is_told_in_the_words_of_the_gateway(
    texting: Any, fake: gateways.Gateway, letters: Correspondence
) -> None:
    fake.answers = [(422, {"reason": "This number is on the stop list."})]

    texting()

    assert letters.messages[0].status == "failed" and "stop list" in letters.messages[0].reason


@pytest.mark.parametrize(
    "said", [b"", b"[1]", b"{" * 5_000, b'{"id": 7, "cost": "NaN", "sheets": -1, "status": 9}', b"x" * 3_000_000]
)
def test_an_answer_outside_the_contract_does_no_harm(fake: gateways.Gateway, said: bytes) -> None:
    fake.answers = [(202, said)]

    with http(fake).open() as send:
        receipt = send(TEXT)

    assert receipt.status == "sent" and receipt.reference and receipt.cost is None and receipt.sheets is None


def test_what_is_asked_for_cannot_leave_the_address_of_the_gateway(fake: gateways.Gateway) -> None:
    assert http(fake).follow(["../../admin?x=1#y", "g-none"]) == {}

    assert [path for _, path in fake.asked] == ["/sms/..%2F..%2Fadmin%3Fx%3D1%23y", "/sms/g-none"]


def test_a_gateway_that_drips_its_answer_is_cut_off(fake: gateways.Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "SECONDS", 0.2)
    monkeypatch.setattr(fake, "answer", lambda *_: time.sleep(0.6) or (202, {}))

    with pytest.raises(Unreachable), http(fake).open() as send:
        send(TEXT)


def test_a_letter_is_one_pdf_with_its_address(fake: gateways.Gateway, tmp_path: Any) -> None:
    path = tmp_path / "letter"
    path.write_bytes(b"%PDF-1.7 a letter")
    letter = Attachment("Answer.pdf", PDF, path)

    with http(fake).open() as send:
        send(
            Outgoing("7:b", "letter", "1 High Street", "Ada", address_lines=("1 High Street", "N1 1AA"), letter=letter)
        )

    assert base64.b64decode(fake.taken[0]["pdf"]) == b"%PDF-1.7 a letter"
    assert fake.taken[0]["address_lines"] == ["1 High Street", "N1 1AA"]


def test_the_check_tells_a_wrong_token_from_a_right_one(fake: gateways.Gateway) -> None:
    http(fake).check()

    with pytest.raises(Unreachable, match="Who are you"):
        http(fake, "wrong").check()
    assert fake.taken == []


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("ftp://x", "not the address"),
        ("https://user:pw@gateway.example", "user name"),
        ("http://gateway.example/sms", "unencrypted"),
        ("https://gateway.example/?to=1", "not the address"),
        ("https://[::1", "not the address"),
        ("https://gateway.example:99999", "not the address"),
    ],
)
def test_an_address_that_is_none_is_refused_at_start(url: str, what: str) -> None:
    with pytest.raises(Invalid, match=what):
        gateway(url, "t", setting="SMS_URL")
