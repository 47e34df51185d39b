"""Each change of the record and each event of a case queues its messages in its own transaction, whoever writes it."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from engine import cases, restricting, tasks
from engine.history.events import TYPES
from engine.instants import frozen_at
from engine.permissions import PLATFORM
from engine.record import bulk, changing, merging
from engine.record.bulk import New
from engine.record.changing import Why
from engine.webhooks import breaches, subscriptions
from models.case import Case
from models.people import Person
from models.webhook_topics import OF_CASES, TOPICS
from models.work import Clock, UserTask
from tests.diagrams import category, due
from tests.integration.engine.test_waiting import RULES
from tests.integration.webhooks.conftest import House


def topics(house: House) -> list[str]:
    """Return what is queued, in order."""
    return [str(message.payload["type"]) for message in house.messages()]


def test_every_topic_has_words_and_comes_of_an_event_that_there_is() -> None:
    worded = [topic for group in subscriptions.WORDS.values() for topic in group]

    assert sorted(worded) == sorted(TOPICS)
    assert set(OF_CASES) <= set(TYPES)


def test_a_person_added_changed_and_ended_is_told_of_in_order(house: House) -> None:
    house.subscribe("person.created", "person.changed", "person.ended")
    person, why = house.person(), Why(house.officer, "As she told us")

    with house.factories.transaction() as session:
        changing.change(session, "person", person.id, {"surname": "Bell"}, why=why)
        contact = {"type": "email", "value": "ada@resident.example"}
        changing.create(session, "contact_detail", contact, owner=("person", person.id), why=why)
        changing.end(session, "person", person.id, why=why)

    assert topics(house) == ["person.created", "person.changed", "person.changed", "person.ended"]


def test_a_bulk_import_and_a_merge_are_told_of_as_well(house: House) -> None:
    house.subscribe("person.created", "person.merged")
    manager = Why(house.officer, "The same person")
    with house.factories.transaction() as session:
        new = [New({"first_name": "Ada", "surname": name}) for name in ("Okafor", "Okafor")]
        bulk.write(session, "person", new=new, why=manager)

    with house.factories.transaction() as session:
        kept, gone = session.scalars(select(Person.id).order_by(Person.id)).all()
        merging.merge(session, kept, gone, why=manager)

    assert topics(house) == ["person.created", "person.created", "person.merged", "person.merged"]


def test_what_is_rolled_back_tells_nobody(house: House) -> None:
    house.subscribe("person.created")

    with house.factories.sessions() as session, session.begin() as transaction:
        changing.create(session, "person", {"first_name": "Ada", "surname": "Bell"}, why=Why(house.officer))
        transaction.rollback()

    assert topics(house) == []


def test_each_subscription_is_told_only_of_its_topics_and_a_paused_one_of_nothing(house: House) -> None:
    first, _ = house.subscribe("person.created", name="One")
    house.subscribe("home.created", name="Other")
    paused, _ = house.subscribe("person.created", name="Paused")
    with house.factories.transaction() as session:
        subscriptions.pause(session, paused, reason="", by=house.by)

    house.person()

    assert [message.subscription_id for message in house.messages()] == [first]


def test_a_case_tells_of_its_start_its_steps_and_its_end(house: House) -> None:
    house.subscribe("case.started", "task.completed", "case.ended")
    house.factories.deploy(category("start > ask > end"))

    with house.factories.transaction() as session:
        cases.start(session, "sample", by=house.officer)
    with house.factories.transaction() as session:
        task = session.scalars(select(UserTask)).one()
        tasks.complete(session, task.id, answers={}, by=house.officer)
    house.deliver()

    said = sorted((request.said for request in house.receiver.received), key=lambda one: one["data"]["revision"])
    assert [one["type"] for one in said] == ["case.started", "task.completed", "case.ended"]
    assert said[1]["data"] == {
        "entity": "case",
        "id": said[0]["data"]["id"],
        "reference": "SAMPLE-000001",
        "url": "https://cases.landlord.example/api/v1/cases/SAMPLE-000001",
        "revision": 3,
        "task": {"id": task.id, "url": f"https://cases.landlord.example/api/v1/tasks/{task.id}"},
    }


def test_a_restricted_case_queues_nothing_even_for_one_of_its_circle(house: House) -> None:
    house.subscribe(*TOPICS, acts_as="olu.officer@landlord.example")
    house.factories.deploy(category("start > ask > end"))
    with house.factories.transaction() as session:
        session.execute(update(Case).values(restricted=True))  # none yet
        started = cases.start(session, "sample", by=house.officer)
        restricting.restrict(session, started.id, reason="Abuse", members=[], by=house.officer)
    told = len(house.messages())

    with house.factories.transaction() as session:
        task = session.scalars(select(UserTask)).one()
        tasks.complete(session, task.id, answers={}, by=house.officer)
    house.deliver()

    assert len(house.messages()) == told
    assert house.receiver.received == []
    assert {message.status for message in house.messages()} == {"discarded"}


def test_a_deadline_that_passes_is_told_of_once_to_who_had_subscribed_by_then(house: House) -> None:
    answer_by = '=due("sample.answer", date("2026-11-02"))'
    files = category("start > ask > end", inside={"ask": due(answer_by)}, files={"rules.toml": RULES})
    house.factories.deploy(files)
    received = datetime(2026, 11, 2, 9, tzinfo=UTC)
    with frozen_at(received):
        house.subscribe("clock.breached")
        with house.factories.transaction() as session:
            cases.start(session, "sample", by=PLATFORM)
    with house.factories.transaction() as session:
        clock = session.scalars(select(Clock)).one()
    assert clock.due_at is not None

    for seconds in (-1, 1, 2):
        with frozen_at(clock.due_at + timedelta(seconds=seconds)):
            breaches.queue(house.factories.sessions)
            house.deliver()

    with frozen_at(clock.due_at + timedelta(seconds=3)):
        house.subscribe("clock.breached", name="Too late for it")
        breaches.queue(house.factories.sessions)
        house.deliver()

    [request] = house.receiver.received
    assert (request.said["type"], request.said["data"]["clock"]) == ("clock.breached", clock.id)
    assert request.said["timestamp"] == clock.due_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
