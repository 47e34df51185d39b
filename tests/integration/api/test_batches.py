"""Messages to many, changes of what is not sent yet, and answers, over REST: as on the pages, once, by who may."""

from typing import Any

import pytest
from sqlalchemy import delete, update

from engine import jobs
from engine.instants import now
from models.communication import Communication, CommunicationBatch
from models.people import ContactDetail, Person
from models.tenancies import TenureMember
from tests.environment.databases import on_sqlite_alone
from tests.factories import TEAMS, Factories
from tests.integration.api.conftest import Program

HELLO = {"title": "The lift", "channel": "email", "subject": "The lift", "text": "It is repaired on Monday."}


@pytest.fixture
def manager(factories: Factories) -> Program:
    """A program of a team manager, who may write to many."""
    return Program(factories, factories.user("officer", "team_manager", teams=TEAMS))


def reachable(factories: Factories, name: str) -> Person:
    """Make a person with one e-mail address."""
    person = factories.person(name)
    with factories.transaction() as session:
        session.execute(delete(ContactDetail).where(ContactDetail.person_id == person.id))
        session.add(ContactDetail(person_id=person.id, contact_type="email", value=f"{name}@resident.example"))
    return person


def test_joint_tenants_are_written_to_once_each_looked_through_and_dispatched(
    factories: Factories, manager: Program
) -> None:
    ada, bea, lost = reachable(factories, "ada"), reachable(factories, "bea"), factories.person("lost")
    tenancy = factories.tenancy(ada, bea, lost)
    with factories.transaction() as session:
        session.execute(update(TenureMember).values(is_responsible=True))
        session.execute(delete(ContactDetail).where(ContactDetail.person_id == lost.id))
    wish = {**HELLO, "tenancies": [tenancy.id], "people": [ada.id]}

    begun = manager.post("/message-batches", wish, status=202, key="one")
    again = manager.post("/message-batches", wish, status=202, key="one")
    manager.post(f"/message-batches/{begun['id']}/dispatch", {}, status=409)
    jobs.run_waiting(factories.sessions, kinds=jobs.WRITTEN)
    ready = manager.get(f"/message-batches/{begun['id']}")
    messages = manager.get(f"/communications?batch={begun['id']}")["items"]
    manager.post(f"/message-batches/{begun['id']}/dispatch", {}, status=412, headers={"If-Match": '"1"'})
    left = manager.post(f"/message-batches/{begun['id']}/dispatch", {}, headers={"If-Match": f'"{ready["revision"]}"'})

    assert begun == again and (begun["status"], begun["total"], begun["done"]) == ("composing", 3, 0)
    assert (ready["status"], ready["done"]) == ("ready", 3)
    assert {one["person_id"] for one in messages} == {ada.id, bea.id, lost.id}
    assert ready["messages"] == {"waiting": 2, "stopped": 1} and left["status"] == "dispatched"
    manager.post(f"/message-batches/{begun['id']}/withdrawal", {}, status=409)
    assert [one["id"] for one in manager.get("/message-batches")["items"]] == [begun["id"]]


@on_sqlite_alone
def test_what_could_not_be_written_is_told_and_all_of_it_taken_back(factories: Factories, manager: Program) -> None:
    ada = reachable(factories, "ada")
    wish = {**HELLO, "subject": "", "text": "", "template": "email:none", "people": [ada.id]}

    number = manager.post("/message-batches", wish, status=202)["id"]
    jobs.run_waiting(factories.sessions, kinds=jobs.WRITTEN)
    [fault] = manager.get(f"/message-batches/{number}")["errors"]
    taken_back = manager.post(f"/message-batches/{number}/withdrawal", {})

    assert (fault["kind"], fault["id"]) == ("person", ada.id) and "none" in fault["reason"]
    assert taken_back["status"] == "withdrawn"


@on_sqlite_alone
def test_only_who_may_write_to_many_does_and_sees_their_own(factories: Factories, manager: Program) -> None:
    ada = reachable(factories, "ada")
    officer = Program(factories, factories.user("officer"))
    other = Program(factories, factories.user("team_manager", "officer"))
    number = manager.post("/message-batches", {**HELLO, "people": [ada.id]}, status=202)["id"]

    officer.post("/message-batches", {**HELLO, "people": [ada.id]}, status=403)
    other.get(f"/message-batches/{number}", status=404)
    other.post(f"/message-batches/{number}/dispatch", {}, status=404)
    other.post(f"/message-batches/{number}/withdrawal", {}, status=404)

    assert other.get("/message-batches")["items"] == []
    with factories.transaction() as session:
        assert session.query(CommunicationBatch).count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({}, None),
        ({"cases": ["CMP-999999"]}, "cases"),
        ({"people": [10**9]}, None),
        ({"patch": "Atlantis"}, None),
        ({"people": list(range(1, 5_003))}, "people"),
        ({"people": [1], "title": ""}, "title"),
        ({"people": [1], "channel": "pigeon"}, "channel"),
    ],
)
@on_sqlite_alone
def test_a_batch_that_cannot_be_is_refused_with_a_sentence(
    factories: Factories, manager: Program, wrong: dict[str, Any], field: str | None
) -> None:
    answer = manager.post("/message-batches", {**HELLO, **wrong}, status=422)

    assert answer.get("errors", {}).get(field) if field else answer["detail"]


def test_a_message_is_changed_while_it_waits_and_what_it_said_is_listed(factories: Factories, manager: Program) -> None:
    ada = reachable(factories, "ada")
    wish = {"person": ada.id, "to": [ada.id], "channel": "email", "subject": "Hello", "text": "Good morning.",
            "approval": TEAMS[0]}  # fmt: skip
    number = manager.post("/communications", wish, status=201)["items"][0]["id"]
    edits = f"/communications/{number}/edits"

    manager.post(edits, {"subject": "Hello", "text": "x"}, status=412, headers={"If-Match": '"7"'})
    changed = manager.post(edits, {"subject": "Hello again", "text": "Good evening."}, key="e")
    repeated = manager.post(edits, {"subject": "Hello again", "text": "Good evening."}, key="e")
    manager.post(edits, {"subject": "Hello", "text": "  "}, status=422)
    [before] = manager.get(edits)["items"]

    assert changed == repeated and (changed["subject"], changed["text"]) == ("Hello again", "Good evening.")
    assert (before["subject"], before["text"], before["by"]) == ("Hello", "Good morning.", manager.user.name)
    with factories.transaction() as session:
        session.execute(update(Communication).values(status="sent"))
    manager.post(edits, {"subject": "Hello", "text": "Too late."}, status=409)


def test_what_came_in_is_answered_to_whom_it_came_from_and_the_answer_is_listed(
    factories: Factories, manager: Program
) -> None:
    ada = reachable(factories, "ada")
    came = {"key": "came", "direction": "in", "channel": "email", "status": "received", "subject": "The boiler",
            "text": "It is cold.", "address": "ada@resident.example", "person_id": ada.id}  # fmt: skip
    stray = {**came, "key": "stray", "person_id": None, "created_by_id": manager.user.id}
    with factories.transaction() as session:
        rows = [Communication(**one, created_at=now()) for one in (came, stray)]
        session.add_all(rows)
        session.flush()
        number, nowhere = (row.id for row in rows)
    replies = f"/communications/{number}/replies"

    sent = manager.post(replies, {"text": "We come today."}, status=201, key="r")["items"]
    again = manager.post(replies, {"text": "We come today."}, status=201, key="r")["items"]
    manager.post(replies, {}, status=422)
    manager.post(f"/communications/{nowhere}/replies", {"text": "Hello."}, status=409)
    manager.post(f"/communications/{sent[0]['id']}/replies", {"text": "Hello."}, status=404)

    assert sent == again and [one["id"] for one in manager.get(replies)["items"]] == [sent[0]["id"]]
    assert (sent[0]["subject"], sent[0]["person_id"], sent[0]["address"]) == (
        "Re: The boiler", ada.id, "ada@resident.example",
    )  # fmt: skip
