"""What people decide: who approves, what an edit keeps, and what becomes of a letter that the case has left behind."""

import pytest

from engine import cases, reading
from engine.communications import settling
from engine.errors import Conflict, Invalid, NotAllowed
from models.communication import CommunicationEdit
from models.work import UserTask
from tests.integration.communications.conftest import Correspondence

EMAIL = {"subject": "Hello", "text": "Hello.", "approval": "Letters"}


@pytest.fixture
def asked(letters: Correspondence) -> Correspondence:
    """An e-mail that the team called Letters approves before it leaves."""
    letters.reach(letters.ada, "email", "ada@resident.example")
    letters.start("send_email", **EMAIL)
    return letters


def test_a_team_approves_before_it_leaves_and_the_case_waits_for_it(asked: Correspondence) -> None:
    asked.dispatch()
    assert asked.post.sent == [] and asked.open() == [f"Approve “Hello” to {asked.ada.full_name}"]

    asked.act(settling.approve, asked.messages[0].id)
    asked.dispatch()

    assert len(asked.post.sent) == 1 and asked.open() == ["Ask"]
    assert asked.messages[0].approved_by_id == asked.by.user_id
    assert asked.events() == ["written", "approved", "sent"]


def test_another_team_does_not_approve(asked: Correspondence) -> None:
    other = asked.factories.actor(asked.factories.user("officer", teams=("Repairs",)))

    with pytest.raises(NotAllowed, match="another team"):
        asked.act(settling.approve, asked.messages[0].id, by=other)

    assert asked.messages[0].status == "approval"


def test_what_is_refused_is_cancelled_for_a_reason_and_the_diagram_is_told(asked: Correspondence) -> None:
    with pytest.raises(Invalid):
        asked.act(settling.cancel, asked.messages[0].id, reason=" ")
    asked.act(settling.cancel, asked.messages[0].id, reason="She rang; nothing needs to be said")
    asked.dispatch()

    assert asked.post.sent == [] and asked.open() == ["Ask"]
    assert asked.outbox[0].status == "discarded"
    with asked.factories.transaction() as session:
        assert reading.open_case(session, asked.started.id).stored()["sent"] is False


def test_an_edit_before_it_leaves_is_kept_with_what_it_said_before(asked: Correspondence) -> None:
    message = asked.messages[0]
    asked.act(settling.edit, message.id, subject="Good morning", text="Good morning.", revision=message.revision)

    with pytest.raises(Conflict, match="meanwhile"):
        asked.act(settling.edit, message.id, subject="Late", text="Late.", revision=message.revision)
    asked.act(settling.approve, message.id)
    asked.dispatch()

    assert asked.post.sent[0].text == "Good morning."
    (before,) = asked.rows(CommunicationEdit)
    assert (before.subject, before.text, before.replaced_by_id) == ("Hello", "Hello.", asked.by.user_id)
    with pytest.raises(Conflict, match="sent"):
        asked.act(settling.edit, message.id, subject="Too late", text="Too late.")


def test_what_the_case_has_left_behind_is_cancelled_with_its_task(asked: Correspondence) -> None:
    with asked.factories.transaction() as session:
        cases.cancel(session, asked.started.id, reason="Opened by mistake", by=asked.by)

    asked.dispatch()

    assert asked.messages[0].status == "cancelled" and asked.post.sent == []
    assert [one.status for one in asked.rows(UserTask)] == ["cancelled"]
    assert asked.events() == ["written", "cancelled"]


def test_an_approval_is_refused_when_it_has_become_unsafe_meanwhile(asked: Correspondence) -> None:
    asked.warn(asked.ada, "30", "Safe contact only.")

    with pytest.raises(Conflict, match="safe contact alert"):
        asked.act(settling.approve, asked.messages[0].id)

    assert asked.messages[0].status == "approval"
