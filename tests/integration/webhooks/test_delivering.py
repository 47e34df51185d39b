"""A message is signed, thin, sent at least once under one id, and told only to whom it may be told."""

import socket
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import dead_letters
from engine.instants import frozen_at, now
from engine.record import changing
from engine.record.changing import Why
from engine.webhooks import delivering, messages, sending, subscriptions
from engine.webhooks.pausing import HOPELESS
from models.people import Person
from models.webhooks import WebhookAttempt, WebhookSecret, WebhookSubscription
from models.work import OutboxMessage
from tests.integration.webhooks.conftest import House, running, wait_for

SLOW = 0.2


def rows(house: House, model: Any) -> list[Any]:
    with house.factories.transaction() as session:
        return list(session.scalars(select(model).order_by(model.id)))


def later(house: House, pause: timedelta) -> None:
    """Send what is due after a pause."""
    with frozen_at(now() + pause):
        house.deliver()


def test_a_receiver_can_verify_a_message_by_the_secret_that_was_shown(house: House) -> None:
    _, secret = house.subscribe("person.created")
    person = house.person()

    done = house.deliver()

    [request] = house.receiver.received
    assert request.is_signed_with(secret)
    assert not request.is_signed_with("whsec_" + "A" * 43 + "=")
    assert request.headers["content-type"] == "application/json"
    assert request.said["data"] == {
        "entity": "person",
        "id": person.id,
        "url": f"https://cases.landlord.example/api/v1/people/{person.id}",
        "revision": 1,
    }
    assert (done.sent, house.messages()[0].status) == (1, "sent")


def test_nothing_of_what_was_written_leaves(sqlite_house: House) -> None:
    sqlite_house.subscribe("person.created", "person.changed")
    person = sqlite_house.person(first_name="Zebedee", surname="Quill")
    with sqlite_house.factories.transaction() as session:
        changing.change(session, "person", person.id, {"surname": "Quince"}, why=Why(sqlite_house.officer, "Marriage"))

    sqlite_house.deliver()

    sent = b"".join(request.body for request in sqlite_house.receiver.received)
    assert len(sqlite_house.receiver.received) == 2
    words = (b"Zebedee", b"Quill", b"Quince", b"Marriage", b"Olu")
    assert not any(word in sent for word in words)


def test_a_failure_is_tried_again_later_under_the_same_id_with_the_same_bytes(house: House) -> None:
    house.subscribe("person.created")
    house.receiver.answers = [(500, {}, b"out of order")]
    house.person()

    house.deliver()
    house.deliver()  # too early
    assert len(house.receiver.received) == 1
    later(house, timedelta(seconds=6))

    first, second = house.receiver.received
    assert (first.id, first.body) == (second.id, second.body)
    assert [(one.status, one.answer) for one in rows(house, WebhookAttempt)] == [(500, "out of order"), (204, "")]
    assert house.messages()[0].status == "sent"


def test_a_receiver_that_does_not_answer_in_time_is_tried_again(
    sqlite_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending.post, "__kwdefaults__", {"seconds": SLOW, "resolve": None})
    sqlite_house.subscribe("person.created")
    sqlite_house.receiver.to_answer.clear()
    sqlite_house.person()

    sqlite_house.deliver()

    [message] = sqlite_house.messages()
    assert (message.status, message.error) == ("waiting", "It did not answer within 0.2 seconds.")
    sqlite_house.receiver.to_answer.set()
    later(sqlite_house, timedelta(seconds=6))
    assert len(sqlite_house.receiver.done) == 1


def test_one_that_drips_its_answer_byte_by_byte_is_cut_off(sqlite_house: House) -> None:
    dripping, over = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def drip() -> None:
        connection, _ = dripping.accept()
        with connection:
            try:
                for _ in range(100):  # two seconds, were it let
                    time.sleep(SLOW / 10)
                    connection.sendall(b"H")
            except OSError:
                over.set()

    thread = threading.Thread(target=drip)
    thread.start()
    answer = sending.post(f"http://localhost:{dripping.getsockname()[1]}/", b"{}", {}, seconds=SLOW)
    thread.join()
    dripping.close()

    assert answer.error == "It did not answer within 0.2 seconds."
    assert over.is_set()


def test_of_a_long_answer_only_the_beginning_is_read(sqlite_house: House) -> None:
    sqlite_house.subscribe("person.created")
    sqlite_house.receiver.answers = [(200, {}, b"x" * 10_000_000)]
    sqlite_house.person()

    sqlite_house.deliver()

    assert rows(sqlite_house, WebhookAttempt)[0].answer == "x" * sending.LARGEST_ANSWER


def test_a_node_that_dies_after_sending_doubles_nothing_at_an_idempotent_receiver(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.subscribe("person.created")
    house.person()

    with monkeypatch.context() as dying:
        dying.setattr(delivering, "_settle", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            house.deliver()
    house.deliver()  # nobody takes it while the lease of the dead node lasts
    assert len(house.receiver.received) == 1
    later(house, timedelta(seconds=61))

    assert len(house.receiver.received) == 2
    assert len(house.receiver.done) == 1
    assert house.messages()[0].status == "sent"


def test_two_nodes_send_each_message_once(house: House) -> None:
    house.subscribe("person.created")
    for _ in range(8):
        house.person()

    nodes = [threading.Thread(target=house.deliver) for _ in range(2)]
    for node in nodes:
        node.start()
    for node in nodes:
        node.join()

    assert len(house.receiver.received) == len(house.receiver.done) == 8


def test_a_slow_receiver_keeps_no_other_waiting(house: House) -> None:
    house.subscribe("person.created", name="Slow")
    with running() as quick:
        house.subscribe("person.created", name="Quick", url=quick.url)
        house.receiver.to_answer.clear()
        house.person()

        round_of_delivery = threading.Thread(target=house.deliver)
        round_of_delivery.start()
        was_told = wait_for(lambda: quick.received != [])
        is_under_way = round_of_delivery.is_alive()
        house.receiver.to_answer.set()
        round_of_delivery.join()

    assert was_told and is_under_way
    assert [message.status for message in house.messages()] == ["sent", "sent"]


def test_a_node_that_is_to_stop_begins_nothing_more(sqlite_house: House) -> None:
    sqlite_house.subscribe("person.created")
    sqlite_house.person()

    delivering.deliver(sqlite_house.factories.sessions, is_over=lambda: True)

    assert sqlite_house.receiver.received == []


def test_one_that_is_out_of_reach_is_not_asked_for_each_message(sqlite_house: House) -> None:
    sqlite_house.subscribe("person.created")
    sqlite_house.receiver.answers = [(503, {}, b"")] * 9
    for _ in range(5):
        sqlite_house.person()

    sqlite_house.deliver()
    sqlite_house.deliver()

    assert len(sqlite_house.receiver.received) == 1


def test_a_receiver_says_when_it_wants_to_be_asked_again(sqlite_house: House) -> None:
    sqlite_house.subscribe("person.created")
    sqlite_house.receiver.answers = [(429, {"Retry-After": "120"}, b"")]
    sqlite_house.person()

    sqlite_house.deliver()
    later(sqlite_house, timedelta(seconds=100))
    assert len(sqlite_house.receiver.received) == 1
    later(sqlite_house, timedelta(seconds=130))

    assert len(sqlite_house.receiver.received) == 2


def test_what_is_given_up_is_a_dead_letter_that_can_be_tried_again_or_discarded(sqlite_house: House) -> None:
    sqlite_house.subscribe("person.created")
    sqlite_house.receiver.answers = [(400, {}, b"bad")] * (len(delivering.PAUSES) + 1)
    sqlite_house.person()
    at = now()
    for pause in (timedelta(), *delivering.PAUSES):
        at += pause + timedelta(seconds=1)
        with frozen_at(at):
            sqlite_house.deliver()

    with sqlite_house.factories.transaction() as session:
        [line] = session.execute(dead_letters.lines(sqlite_house.by)).all()
        assert dead_letters.described(session, [line]) == {line.number: "Webhook: person.created"}
        dead_letters.retry(session, line.number, by=sqlite_house.by)
    with frozen_at(at + timedelta(minutes=20)):
        sqlite_house.deliver()

    assert len(sqlite_house.receiver.done) == 1
    assert sqlite_house.messages()[0].status == "sent"


def test_a_message_that_we_cannot_compose_is_tried_again_and_keeps_no_other_waiting(
    sqlite_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite_house.subscribe("person.created")
    sqlite_house.person()
    sqlite_house.person()
    first = sqlite_house.messages()[0].id
    composed = messages.body_of

    def broken(session: Any, row: Any, subscription: Any) -> bytes:
        if row.id == first:
            raise KeyError("no such source")
        return composed(session, row, subscription)

    with monkeypatch.context() as patch:
        patch.setattr(messages, "body_of", broken)
        sqlite_house.deliver()
    [waiting, sent] = sqlite_house.messages()
    assert (waiting.status, waiting.attempts, waiting.error) == ("waiting", 1, "It could not be composed: KeyError.")
    assert sent.status == "sent"
    later(sqlite_house, timedelta(minutes=1))

    assert [each.status for each in sqlite_house.messages()] == ["sent", "sent"]


def test_both_secrets_sign_for_a_day_and_then_the_new_one_alone(sqlite_house: House) -> None:
    number, old = sqlite_house.subscribe("person.created")
    with sqlite_house.factories.transaction() as session:
        new = subscriptions.new_secret(session, number, by=sqlite_house.by)

    sqlite_house.person()
    sqlite_house.deliver()
    with frozen_at(now() + timedelta(hours=25)):
        sqlite_house.person()
    later(sqlite_house, timedelta(hours=25))

    during, after = sqlite_house.receiver.received
    assert during.is_signed_with(old) and during.is_signed_with(new)
    signatures = after.headers["webhook-signature"].split(" ")
    assert len(signatures) == 1
    assert old != new


def test_the_database_alone_does_not_hold_the_secret(sqlite_house: House) -> None:
    _, secret = sqlite_house.subscribe("person.created")

    [row] = rows(sqlite_house, WebhookSecret)

    assert secret.startswith("whsec_") and len(secret) == 50
    assert row.salt not in secret and secret not in repr(vars(row))


def test_days_of_failure_pause_a_subscription_and_tell_its_administrators(house: House) -> None:
    number, _ = house.subscribe("person.created")
    house.receiver.answers = [(500, {}, b"")] * 3
    house.person()
    house.deliver()

    later(house, HOPELESS + timedelta(minutes=1))

    [row] = rows(house, WebhookSubscription)
    assert row.paused_at is not None and "took no message for 5 days" in row.pause_reason
    [mail] = [one for one in rows(house, OutboxMessage) if one.channel == "email"]
    assert mail.payload["to"] == house.administrator.email
    assert f"https://cases.landlord.example/admin/webhooks/{number}" in mail.payload["text"]
    house.receiver.answers = []
    later(house, HOPELESS + timedelta(days=1))
    assert len(house.receiver.received) == 2  # it is left alone, and what waits is kept
    with house.factories.transaction() as session:
        subscriptions.resume(session, number, by=house.by)
    later(house, HOPELESS + timedelta(days=1))
    assert house.messages()[0].status == "sent"


def test_one_that_says_it_is_gone_is_paused_at_once(sqlite_house: House) -> None:
    sqlite_house.subscribe("person.created")
    sqlite_house.receiver.answers = [(410, {}, b"")]
    sqlite_house.person()

    sqlite_house.deliver()

    assert "gone" in rows(sqlite_house, WebhookSubscription)[0].pause_reason


def test_a_ping_is_signed_says_what_came_of_it_and_is_never_repeated(sqlite_house: House) -> None:
    number, secret = sqlite_house.subscribe("person.created")
    sqlite_house.receiver.answers = [(200, {}, b"pong"), (500, {}, b"no")]

    good, bad = (delivering.send_ping(sqlite_house.factories.sessions, number) for _ in range(2))
    later(sqlite_house, timedelta(hours=1))

    assert sqlite_house.receiver.received[0].is_signed_with(secret)
    assert sqlite_house.receiver.received[0].said["type"] == "ping"
    assert (good.status, good.answer, good.error) == (200, "pong", "")
    assert (bad.status, bad.error) == (500, "It answered 500.")
    assert len(sqlite_house.receiver.received) == 2
    assert rows(sqlite_house, WebhookSubscription)[0].failing_since is None


def test_an_end_discards_what_waits(sqlite_house: House) -> None:
    number, _ = sqlite_house.subscribe("person.created")
    sqlite_house.person()

    with sqlite_house.factories.transaction() as session:
        subscriptions.end(session, number, by=sqlite_house.by)
    sqlite_house.person()
    sqlite_house.deliver()

    assert sqlite_house.receiver.received == []
    assert [message.status for message in sqlite_house.messages()] == ["discarded"]


def test_what_was_taken_is_forgotten_after_a_month(house: House) -> None:
    house.subscribe("person.created")
    house.person()
    house.deliver()
    house.person()

    with frozen_at(now() + timedelta(days=31)), house.factories.transaction() as session:
        delivering.forget_old(session)

    assert [message.status for message in house.messages()] == ["waiting"]
    assert rows(house, WebhookAttempt) == []
    assert len(rows(house, Person)) == 2
