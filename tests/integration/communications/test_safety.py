"""Safe contact: what would reach somebody unsafely is stopped, says why, and goes only in somebody's own name."""

import pytest

from engine import restricting
from engine.communications import settling
from engine.communications.composing import of_case
from engine.communications.recipients import links_of, people
from engine.communications.safety import breaches
from engine.errors import NotAllowed
from models.case import CaseLink
from models.people import Organisation
from models.work import Setting, UserTask
from tests.integration.communications.conftest import Correspondence

EMAIL = {"subject": "Hello", "text": "Hello."}


def test_an_unsafe_address_stops_the_message_and_a_named_person_may_let_it_go(letters: Correspondence) -> None:
    letters.reach(letters.ada, "email", "ada@resident.example", is_safe=False, note="her husband reads it")
    letters.start("send_email", **EMAIL)

    letters.dispatch()

    (message,) = letters.messages
    assert letters.post.sent == [] and message.status == "stopped"
    assert "ada@resident.example is marked as not safe" in message.reason and "husband" in message.reason
    assert letters.open() == [f"Decide on “Hello” to {letters.ada.full_name}"]  # and the case waits

    letters.act(settling.let_go, message.id, reason="She asked for it on the telephone today")
    letters.dispatch()

    assert len(letters.post.sent) == 1 and letters.open() == ["Ask"]
    assert letters.messages[0].override == "She asked for it on the telephone today"
    assert letters.messages[0].overridden_by_id == letters.by.user_id
    assert letters.events() == ["written", "let_go", "sent"]


def test_nobody_without_the_right_lets_it_go(letters: Correspondence) -> None:
    letters.change(letters.ada, no_letters=True)
    letters.start("send_letter", template="hello")
    officer = letters.factories.actor(letters.factories.user("officer"))

    with pytest.raises(NotAllowed):
        letters.act(settling.let_go, letters.messages[0].id, reason="I think so", by=officer)

    assert "no letters" in letters.messages[0].reason and letters.messages[0].status == "stopped"


def test_an_address_that_becomes_unsafe_stops_what_is_waiting_already(letters: Correspondence) -> None:
    letters.reach(letters.ada, "email", "ada@resident.example")
    letters.start("send_email", **EMAIL)
    letters.warn(letters.ada, "30", "Safe contact only: use the mobile number.")

    letters.dispatch()

    assert letters.post.sent == [] and letters.messages[0].status == "stopped"
    assert "safe contact alert" in letters.messages[0].reason
    assert letters.events() == ["written", "stopped"] and len(letters.open()) == 2
    assert any("was stopped" in text for text in letters.warnings)


def test_an_address_from_a_field_that_is_unsafe_on_the_record_is_unsafe_too(letters: Correspondence) -> None:
    letters.reach(letters.ada, "email", "Ada@Resident.example", is_safe=False)
    letters.start("send_email", to="ada@resident.example", **EMAIL)

    assert letters.messages[0].status == "stopped"


def test_a_letter_to_a_home_where_the_other_side_lives_is_stopped(letters: Correspondence) -> None:
    letters.reach(letters.bea, "address", f"1 Elsewhere, {letters.home.postcode}")
    letters.start("send_email", to="ada@resident.example", **EMAIL)
    letters.link(letters.bea, "alleged perpetrator")
    with letters.factories.transaction() as session:
        about = of_case(session, links_of(session, letters.started.id), False)
        ada = people(session, [letters.ada.id])[0]
        found = breaches(ada, "letter", ada.way("letter"), purpose="statutory", about=about)

    assert [breach.code for breach in found] == ["shared_address"]


def test_a_restricted_case_writes_to_nobody_but_those_whom_it_is_about(letters: Correspondence) -> None:
    letters.reach(letters.bea, "email", "bea@resident.example")
    letters.start("send_email", flows="start > ask > write:service > end", to="tenants", **EMAIL)
    letters.act(restricting.restrict, letters.started.id, members=[], reason="Domestic abuse")
    letters.complete(letters.rows(UserTask)[0])
    letters.run_jobs()

    states = {one.recipient: one.status for one in letters.messages}
    assert states[letters.bea.full_name] == "stopped"
    assert "restricted" in next(one.reason for one in letters.messages if one.recipient == letters.bea.full_name)


def test_news_goes_only_to_those_who_agreed_and_the_law_asks_nobody(letters: Correspondence) -> None:
    letters.reach(letters.ada, "email", "ada@resident.example")
    letters.start("send_email", purpose="consent", topic="surveys", **EMAIL)

    assert letters.messages[0].status == "stopped" and "has not agreed" in letters.messages[0].reason
    with pytest.raises(NotAllowed, match="Nobody may let it go"):
        letters.act(settling.let_go, letters.messages[0].id, reason="Please")


@pytest.mark.parametrize("address", ["ada@gmail.com", "07911 123456", "ada@resident.example.evil.org"])
def test_made_up_people_never_reach_a_real_address(letters: Correspondence, address: str) -> None:
    with letters.factories.transaction() as session:
        session.add(Setting(key="demo", value={}))
    channel = "send_email" if "@" in address else "send_sms"
    text = EMAIL if "@" in address else {"text": "Hello."}
    letters.start(channel, to=address, **text)

    letters.dispatch()

    (message,) = letters.messages
    assert letters.post.sent == [] and message.status == "stopped" and "made-up people" in message.reason
    with pytest.raises(NotAllowed):
        letters.act(settling.let_go, message.id, reason="It is mine")


def test_a_message_without_an_address_is_shown_and_nobody_lets_it_go(letters: Correspondence) -> None:
    letters.start("send_email", **EMAIL)
    message = letters.messages[0]

    assert message.status == "stopped" and "has no e-mail address" in message.reason
    letters.factories.client("officer").page(f"/communications/{message.id}")
    with pytest.raises(NotAllowed, match="Nobody may let it go"):
        letters.act(settling.let_go, message.id, reason="Please")


def test_an_organisation_without_an_address_is_no_failure_of_ours(letters: Correspondence) -> None:
    with letters.factories.transaction() as session:
        firm = Organisation(reference="O9", kind="agency", name="Sound Roofs")
        session.add(firm)
        session.flush()
        number = firm.id
    letters.start("send_email", flows="start > ask > write:service > end", to="agency", **EMAIL)
    with letters.factories.transaction() as session:
        link = {"entity_type": "organisation", "entity_id": number, "role": "agency"}
        session.add(CaseLink(case_id=letters.started.id, **link))
    letters.complete(letters.rows(UserTask)[0])
    letters.run_jobs()
    (message,) = letters.messages

    assert message.status == "stopped" and message.organisation_id == number
    letters.factories.client("officer").page(f"/communications/{message.id}")
    with pytest.raises(NotAllowed, match="Nobody may let it go"):
        letters.act(settling.let_go, message.id, reason="Please")
