"""Letters, e-mails and text messages over REST: written once, found, decided on by who may."""

from engine import cases
from engine.starting import Subject
from models.communication import Communication
from models.people import ContactDetail
from tests.factories import TEAMS, Factories
from tests.integration.api.conftest import TWO_TASKS, Program


def test_a_message_is_written_once_approved_by_another_and_found(factories: Factories) -> None:
    program = Program(factories, factories.user("officer", teams=TEAMS))
    other = Program(factories, factories.user("officer", teams=TEAMS))
    person = factories.person()
    factories.deploy(TWO_TASKS)
    with factories.transaction() as session:
        session.add(ContactDetail(person_id=person.id, contact_type="email", value="ada@resident.example"))
    with factories.transaction() as session:
        subjects = [Subject("person", person.id)]
        case = cases.start(session, "sample", subjects=subjects, fields={}, by=program.actor)
    wish = {"case": case.reference, "channel": "email", "to": [person.id], "subject": "Hello", "text": "Good morning.",
            "approval": TEAMS[0]}  # fmt: skip

    sent = program.post("/communications", wish, status=201, headers={"Idempotency-Key": "one"})
    again = program.post("/communications", wish, status=201, headers={"Idempotency-Key": "one"})
    number = sent["items"][0]["id"]
    program.post(f"/communications/{number}/approval", {}, status=403)
    approved = other.post(f"/communications/{number}/approval", {})

    assert sent == again and sent["undecided"] == 1 and approved["status"] == "waiting"
    assert [one["id"] for one in program.get(f"/communications?case={case.reference}&q=morning")["items"]] == [number]
    other.post(f"/communications/{number}/cancellation", {"reason": "x"}, headers={"If-Match": '"1"'}, status=412)
    assert other.post(f"/communications/{number}/cancellation", {"reason": "She rang"})["status"] == "cancelled"
    other.post(f"/communications/{number}/override", {"reason": "x"}, status=403)
    program.post("/communications", {**wish, "to": [person.id + 99]}, status=422)
    program.post("/communications", {**wish, "person": person.id}, status=422)
    with factories.transaction() as session:
        assert session.query(Communication).count() == 1
