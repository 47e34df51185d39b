"""The mail server is down for five minutes with five hundred messages to send: none is lost, none is doubled."""

from collections import Counter
from datetime import timedelta

import pytest

from engine.communications import dispatching, queueing
from engine.communications.providers.smtp import Smtp
from engine.instants import frozen_at
from models.communication import Communication
from tests.integration.communications.conftest import NOON, Correspondence, letters  # noqa: F401
from tests.integration.engine.test_outbox import Mailbox

MESSAGES, DOWN, TICK = 500, timedelta(seconds=300), timedelta(seconds=5)


@pytest.mark.soak
def test_nothing_is_lost_or_doubled_while_the_mail_server_is_down(letters: Correspondence) -> None:  # noqa: F811
    letters.reach(letters.ada, "email", "ada@resident.example")
    columns = {"channel": "email", "case_id": None, "address": "ada@resident.example"}
    with letters.factories.transaction() as session:
        for number in range(MESSAGES):
            row = {**columns, "key": f"m{number}", "subject": f"Number {number}"}
            said = {"person_id": letters.ada.id, "text": "Hello.", "status": "waiting", "created_at": NOON}
            session.add(Communication(**row, **said))
            session.flush()
            queueing.queue(session, row, status="waiting", at=NOON)
    box, at, ended, is_up = Mailbox(), NOON, None, False
    way = {"email": Smtp(box.url, "landlord@landlord.example")}

    while ended is None and at < NOON + timedelta(hours=2):
        if at - NOON >= DOWN and not is_up:
            box.controller.start()
            is_up = True
        with frozen_at(at):
            dispatching.dispatch(letters.factories.sessions, way)
        ended = at if all(one.status == "sent" for one in letters.messages) else None
        at += TICK
    box.controller.stop()

    assert ended is not None
    seen = Counter(mail["Message-ID"] for mail in box.received)
    assert len(seen) == MESSAGES and set(seen.values()) == {1}
    print(f"\n{MESSAGES} messages, {DOWN.seconds} s down: all sent {(ended - NOON).seconds} s after they were queued")
