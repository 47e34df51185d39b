"""What is certain is filed by itself; what is not, or is forged, waits for people; what nobody wrote wakes nobody."""

import pytest
from sqlalchemy import update

from engine.history.verifying import verify
from models.case import Case
from models.document import DocumentLink
from models.people import ContactDetail
from models.work import Notification, OutboxMessage
from tests.factories import Factories
from tests.integration.inbound.cases import ADA, KEY, Correspondence, bounce
from tests.integration.inbound.conftest import write


@pytest.fixture
def post(factories: Factories) -> Correspondence:
    """A case whose tenant we wrote to, on both databases."""
    return Correspondence(factories)


@pytest.fixture
def one(sqlite_factories: Factories) -> Correspondence:
    """The same on SQLite alone."""
    return Correspondence(sqlite_factories)


def test_an_answer_of_the_tenant_is_filed_on_the_case_and_the_diagram_goes_on(post: Correspondence) -> None:
    item = post.answer(attach={"calendar.txt": b"Tuesday"})

    assert (item.state, item.case_id, item.decided_by_id) == ("filed", post.case.id, None)
    message, attached = post.documents()
    assert (message.title, message.kind, message.source) == ("Re: Your repair", "received", "received")
    assert attached.title == "calendar"
    assert {(link.entity_type, link.entity_id) for link in post.rows(DocumentLink)} == {("person", post.ada.id)}
    [came] = post.communications()
    assert (came.channel, came.status, came.person_id, came.recipient) == (
        "email",
        "received",
        post.ada.id,
        "Ada Okafor",
    )
    assert came.in_reply_to_id == post.communications("out")[0].id
    assert came.attachments == [[message.id, 1], [attached.id, 1]]
    assert post.open() == ["read"]
    came_of_it = [event for event in post.events() if event.startswith(("document", "communication", "message"))]
    assert came_of_it == ["document_added", "document_added", "communication_received", "message_received"]
    assert post.told() == [(post.user.id, "Ada Okafor wrote: “Re: Your repair”. It is filed here.")]
    with post.factories.transaction() as session:
        assert verify(session).findings == []


def test_a_second_answer_is_filed_although_the_diagram_waits_for_none(one: Correspondence) -> None:
    one.answer()

    again = one.answer("And please ring first.", Message_ID="<2@resident.example>")

    assert again.state == "filed"
    assert again.details["has_moved"] is False
    assert (one.open(), len(one.communications())) == (["read"], 2)


def test_the_reference_alone_is_enough_from_an_address_of_a_person_of_the_case(one: Correspondence) -> None:
    item = one.take(write(f"About {one.case.reference.lower()}", sender=f"A. <{ADA.upper()}>"))

    assert (item.state, item.case_id) == ("filed", one.case.id)


@pytest.mark.parametrize(
    ("why", "headers"),
    [
        ("somebody else answers", {"sender": "Mallory <m@evil.example>"}),
        ("a server says that it is not she", {"Authentication_Results": "mx; spf=pass; dmarc=fail"}),
        ("her signature is broken", {"Authentication_Results": "mx; dkim=fail"}),
        ("nobody sent it", {"sender": "nobody"}),
    ],
)
def test_an_answer_that_is_not_certain_waits_for_people(one: Correspondence, why: str, headers: dict[str, str]) -> None:
    item = one.answer(**headers)

    assert (item.state, item.matched_case_id) == ("new", one.case.id), why
    assert (one.documents(), one.communications(), one.told(), one.open()) == ([], [], [], [])


def test_what_names_two_cases_or_a_closed_one_waits_for_people(one: Correspondence) -> None:
    other = one.factories.complaint(by=one.by)
    both = one.answer(f"Also about {other.reference}", Message_ID="<2@x.example>")
    with one.factories.transaction() as session:
        session.execute(update(Case).values(status="closed"))

    closed = one.answer(Message_ID="<3@x.example>")

    assert (both.state, closed.state) == ("new", "new")


def test_whoever_answers_from_the_address_that_we_wrote_to_is_known(one: Correspondence) -> None:
    with one.factories.transaction() as session:
        session.execute(update(OutboxMessage).values(payload={"to": "care@agency.example", "subject": "", "text": ""}))

    item = one.answer(sender="Care <care@agency.example>")

    assert (item.state, item.case_id) == ("filed", one.case.id)


def test_an_automatic_answer_is_filed_and_wakes_nobody(one: Correspondence) -> None:
    item = one.answer("I am away until Monday.", Auto_Submitted="auto-generated")

    assert (item.kind, item.state) == ("automatic", "filed")
    assert (one.told(), one.open()) == ([], [])
    assert [came.status for came in one.communications()] == ["received"]


def test_an_answer_to_a_restricted_case_is_filed_for_its_circle_alone(one: Correspondence) -> None:
    one.restrict()
    outsider = one.factories.client("team_manager", "administrator")

    item = one.answer("My new address is 1 Secret Street.")

    assert item.state == "filed"
    assert [user_id for user_id, _ in one.told()] == [one.user.id]
    for view in ("new", "filed", "set_aside"):
        assert "repair" not in outsider.page(f"/incoming?view={view}").main
    assert outsider.get(f"/incoming/{item.id}").status_code == 404


def test_a_forged_reference_to_a_restricted_case_reveals_nothing_and_reaches_its_owner(one: Correspondence) -> None:
    one.restrict()
    outsider = one.factories.client("officer")

    item = one.take(write(f"{one.case.reference}", "I am her husband.", sender="Mallory <m@evil.example>"))

    assert (item.state, one.documents()) == ("new", [])
    assert outsider.get(f"/incoming/{item.id}").status_code == 404
    [(told, text)] = one.told()
    assert (told, "nobody outside the circle sees it" in text) == (one.user.id, True)
    [notice] = one.rows(Notification)
    assert "husband" not in notice.text and "Mallory" not in notice.text


def test_a_bounce_marks_the_message_as_failed_and_notes_the_address(post: Correspondence) -> None:
    item = post.take(bounce())

    [sent] = post.communications("out")
    reason = "There is no such mailbox (550 5.1.1 no such user)."
    assert (sent.status, sent.reason) == ("failed", reason)
    assert (item.kind, item.state, item.case_id) == ("bounce", "filed", post.case.id)
    assert post.events()[-1] == "communication_failed"
    assert post.told() == [(post.user.id, f"E-mail “Your repair” to Mrs Ada Okafor did not arrive: {reason}")]
    [detail] = [one for one in post.rows(ContactDetail) if one.value == ADA]
    assert detail.note.startswith("Bounced on ") and detail.note.endswith(reason)
    assert detail.valid_until is None


def test_a_second_bounce_replaces_the_note_of_the_first_and_leaves_what_people_wrote(one: Correspondence) -> None:
    with one.factories.transaction() as session:
        session.execute(update(ContactDetail).values(note="Work address"))

    one.take(bounce(status="5.2.2"))
    one.take(bounce(status="5.7.1"))

    [detail] = one.rows(ContactDetail)
    assert detail.note.split("\n")[0] == "Work address"
    assert detail.note.count("Bounced on") == 1 and "refused it as unwanted" in detail.note


@pytest.mark.parametrize(
    ("report", "state"),
    [
        (bounce(action="delayed", status="4.4.1"), "set_aside"),
        (bounce(action="delivered", status="2.0.0"), "set_aside"),
        (bounce(address="somebody@else.example"), "new"),  # who sent it does not know to whom we wrote
        (bounce(number="<unknown@casewright.invalid>"), "new"),
    ],
)
def test_a_report_of_anything_else_fails_no_message(one: Correspondence, report: bytes, state: str) -> None:
    item = one.take(report)

    assert (item.state, one.communications("out")[0].status) == (state, "sent")
    assert one.rows(ContactDetail)[0].note == ""


def test_a_bounce_in_words_alone_is_matched_by_the_number_in_it(one: Correspondence) -> None:
    from engine.outbox import message_id

    head = {"sender": "MAILER-DAEMON@mx.example", "Return_Path": "<>"}

    item = one.take(write("failure notice", f"I could not deliver {message_id(KEY)}", **head))

    assert (item.kind, item.state) == ("bounce", "filed")
    assert one.communications("out")[0].reason == "The mail server of the address did not take it."


def test_a_bounce_of_a_reminder_to_staff_tells_the_owner_of_the_case(one: Correspondence) -> None:
    with one.factories.transaction() as session:
        session.execute(update(OutboxMessage).values(key="mail:1"))
        from models.communication import Communication

        session.execute(Communication.__table__.delete())  # type: ignore[attr-defined]

    item = one.take(bounce())

    assert (item.state, item.case_id) == ("filed", one.case.id)
    assert "An e-mail about this case did not reach ada@resident.example" in one.told()[0][1]


def test_what_is_for_a_restricted_case_without_a_circle_is_told_to_administrators(one: Correspondence) -> None:
    administrator = one.factories.user("administrator")
    one.restrict()
    with one.factories.transaction() as session:
        session.execute(update(Case).values(owner_id=None))

    one.take(write(one.case.reference, "I am her husband.", sender="Mallory <m@evil.example>"))

    [(told, text)] = one.told()
    assert (told, "has nobody in its circle" in text) == (administrator.id, True)
