"""Cases that nobody starts by hand: by a message, a signal or a time, once each, about whom it says."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from engine import jobs, messages, signals, start_triggers, timers
from engine.definitions import deploying
from engine.errors import Invalid
from engine.instants import frozen_at
from engine.permissions import Actor
from models.case import Case, CaseEvent, CaseLink
from models.category import Category, StartTrigger
from models.work import Notification, UserTask
from tests.diagrams import category
from tests.factories import Factories

ROOTS = '<bpmn:message id="m" name="moved in"/><bpmn:message id="n" name="moved on"/><bpmn:signal id="s" name="storm"/>'
MESSAGE = '<bpmn:messageEventDefinition messageRef="m"/>'
NEXT = '<bpmn:messageEventDefinition messageRef="n"/>'
STORM = '<bpmn:signalEventDefinition signalRef="s"/>'
NOW = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)


def started_by(definition: str, flows: str = "start > ask > end", *, key: str = "sample", **inside: str):
    return category(flows, inside={"start": definition, **inside}, roots=ROOTS, key=key)


def at(kind: str, text: str) -> str:
    return f"<bpmn:timerEventDefinition><bpmn:{kind}>{text}</bpmn:{kind}></bpmn:timerEventDefinition>"


class Office:
    """A landlord whose categories are deployed, and whose cases are looked at."""

    def __init__(self, factories: Factories) -> None:
        self.factories = factories
        self.by: Actor = factories.actor(factories.user("officer", "administrator"))

    def deploy(self, files: dict[str, bytes]) -> None:
        with self.factories.transaction() as session:
            deploying.store(session, files, by=self.by)

    def send(self, name: str, key: str = "", *, message_key: str | None = None, **variables) -> messages.Published:
        with self.factories.transaction() as session:
            sent = messages.publish(session, name, key, variables, by=self.by, message_key=message_key)
        jobs.run_all(self.factories.sessions, sent.job_keys)
        return sent

    def rows(self, model) -> list:
        with self.factories.transaction() as session:
            return list(session.scalars(select(model).order_by(model.id)))

    def open(self) -> list[str]:
        return sorted(task.element_id for task in self.rows(UserTask) if task.status == "open")

    def sweep(self) -> int:
        return timers.begin_cases(self.factories.sessions)


@pytest.fixture
def office(sqlite_factories: Factories) -> Office:
    return Office(sqlite_factories)


def test_a_message_begins_a_case_with_its_variables_about_whom_it_names(factories: Factories) -> None:
    office = Office(factories)
    office.deploy(started_by(MESSAGE))
    person = factories.person()

    sent = office.send("moved in", "key", person=person.reference, rent=5)

    [case] = office.rows(Case)
    assert (sent.begun, sent.case_id, case.owner_id) == (case.reference, case.id, office.by.user_id)
    assert [(link.entity_type, link.entity_id) for link in office.rows(CaseLink)] == [("person", person.id)]
    assert office.open() == ["ask"]
    begun = next(event for event in office.rows(CaseEvent) if event.type == "case_started")
    assert json.loads(begun.payload)["by_event"] == {"element_id": "start", "kind": "message", "name": "moved in"}


def test_the_same_message_begins_one_case_however_often_it_is_sent(office: Office) -> None:
    office.deploy(started_by(MESSAGE))

    first = office.send("moved in", message_key="once")
    again = office.send("moved in", message_key="once")

    assert (again.is_repeat, again.case_id) == (True, first.case_id)
    assert len(office.rows(Case)) == 1


def test_a_second_message_under_the_same_key_waits_while_its_case_is_open(office: Office) -> None:
    office.deploy(started_by(MESSAGE))

    sent = [office.send("moved in", key).begun for key in ("A", "A", "B", "", "")]

    assert [bool(reference) for reference in sent] == [True, False, True, True, True]


def test_a_case_that_waits_gets_the_message_before_a_new_one_is_begun(office: Office) -> None:
    flows = "start > ask > wait:intermediateCatchEvent > look > end"
    waits = category(flows, inside={"start": MESSAGE, "wait": MESSAGE}, roots=ROOTS)
    office.deploy(waits)
    begun = office.send("moved in")
    [task] = office.rows(UserTask)
    from engine import tasks

    with office.factories.transaction() as session:
        tasks.complete(session, task.id, answers={}, by=office.by)

    again = office.send("moved in", begun.begun)

    assert (again.case_id, again.begun) == (begun.case_id, "")
    assert office.open() == ["look"]


def test_a_retired_category_is_not_begun(office: Office) -> None:
    office.deploy(started_by(MESSAGE))
    with office.factories.transaction() as session:
        session.execute(update(Category).values(retired_at=NOW))

    assert office.send("moved in").case_id is None
    assert office.rows(Case) == []


def test_a_new_version_begins_by_its_own_message_and_no_longer_by_the_old(office: Office) -> None:
    office.deploy(started_by(MESSAGE))
    office.send("moved in")
    office.deploy(started_by(NEXT))

    assert [bool(office.send(name).begun) for name in ("moved in", "moved on")] == [False, True]


def test_a_case_begins_at_the_start_event_of_its_message(office: Office) -> None:
    flows = "start > by_hand > end ; start_moved > by_message > end_moved"
    office.deploy(category(flows, inside={"start_moved": MESSAGE}, roots=ROOTS))

    office.send("moved in")

    assert office.open() == ["by_message"]


def test_a_process_that_begins_with_an_event_gateway_is_begun_by_any_of_its_messages(office: Office) -> None:
    flows = "first:eventBasedGateway > a:intermediateCatchEvent > ask_a > end ; first > b:receiveTask > ask_b > end_b"
    attributes = {"first": 'instantiate="true"', "b": 'messageRef="n"'}
    office.deploy(category(flows, inside={"a": MESSAGE}, attributes=attributes, roots=ROOTS))

    office.send("moved on", rent=7)

    assert office.open() == ["ask_b"]


def test_a_message_about_nobody_that_exists_is_refused_with_a_sentence(office: Office) -> None:
    office.deploy(started_by(MESSAGE))

    with pytest.raises(Invalid, match="There is no person “P-404”"):
        office.send("moved in", person="P-404")

    assert office.rows(Case) == []


def test_a_case_begins_another_by_a_message_and_its_owner_owns_both(office: Office) -> None:
    sends = "start > ask > tell:intermediateThrowEvent > end"
    office.deploy(category(sends, inside={"start": MESSAGE, "tell": NEXT}, roots=ROOTS, key="first"))
    office.deploy(started_by(NEXT, "start > look > end", key="second"))
    office.send("moved in")
    [task] = office.rows(UserTask)
    from engine import tasks

    with office.factories.transaction() as session:
        done = tasks.complete(session, task.id, answers={}, by=office.by)
    jobs.run_all(office.factories.sessions, done.job_keys)

    first, second = office.rows(Case)
    assert (first.status, second.owner_id, office.open()) == ("closed", first.owner_id, ["look"])


def test_two_categories_that_begin_each_other_are_stopped_and_the_owner_is_warned(office: Office) -> None:
    for key, comes, goes in (("ping", MESSAGE, NEXT), ("pong", NEXT, MESSAGE)):
        office.deploy(category("start > end", inside={"start": comes, "end": goes}, roots=ROOTS, key=key))
    office.send("moved in")

    for _ in range(20):
        jobs.run_waiting(office.factories.sessions)

    assert len(office.rows(Case)) == 11
    [warning] = office.rows(Notification)
    assert "began no case" in warning.text


def test_a_signal_begins_a_case_of_each_category_that_starts_with_it(office: Office) -> None:
    for key in ("repairs", "visits"):
        office.deploy(started_by(STORM, key=key))
    person = office.factories.person()

    with office.factories.transaction() as session:
        sent = signals.broadcast(session, "storm", {"person": person.reference, "wind": 9}, by=office.by)

    assert (len(sent.begun), office.open()) == (2, ["ask", "ask"])


def test_a_time_begins_a_case_once_although_two_nodes_look(factories: Factories) -> None:
    office = Office(factories)
    with frozen_at(NOW):
        office.deploy(started_by(at("timeDuration", "PT2H")))
        assert office.sweep() == 0
    with frozen_at(NOW + timedelta(hours=3)):
        assert [office.sweep(), office.sweep()] == [1, 0]

    [case] = office.rows(Case)
    assert case.owner_id == office.by.user_id, "whoever deployed it, since nobody started it"


def test_a_time_that_two_nodes_have_seen_is_taken_by_one(factories: Factories) -> None:
    office = Office(factories)
    with frozen_at(NOW):
        office.deploy(started_by(at("timeCycle", "R/PT2H")))
        office.sweep()
    with frozen_at(NOW + timedelta(hours=3)):
        with factories.transaction() as session:
            [seen] = start_triggers.due(session)
        begun = []
        for _ in range(2):
            with factories.transaction() as session:
                begun.append(start_triggers.begin_due(session, seen) is not None)

    assert begun == [True, False]
    assert len(office.rows(Case)) == 1


def test_a_repetition_begins_a_case_each_round_and_one_that_was_missed_once(office: Office) -> None:
    with frozen_at(NOW):
        office.deploy(started_by(at("timeCycle", "R3/P1D")))
        office.sweep()
    begun = []
    for days in (1.1, 1.2, 5.1, 6.1, 7.1, 8.1):
        with frozen_at(NOW + timedelta(days=days)):
            begun.append(office.sweep())

    assert begun == [1, 0, 1, 1, 0, 0]


def test_a_date_that_is_past_when_it_is_deployed_begins_nothing(office: Office) -> None:
    with frozen_at(NOW):
        office.deploy(started_by(at("timeDate", "2026-12-01")))
        assert office.sweep() == 0


def test_a_repetition_goes_on_where_it_was_when_another_version_is_deployed(office: Office) -> None:
    with frozen_at(NOW):
        office.deploy(started_by(at("timeCycle", "R/P7D")))
        office.sweep()
    with frozen_at(NOW + timedelta(days=6)):
        office.deploy(started_by(at("timeCycle", "R/P7D"), "start > other > end"))
        assert office.sweep() == 0
    with frozen_at(NOW + timedelta(days=7, hours=1)):
        assert office.sweep() == 1

    assert office.open() == ["other"]
    assert len(office.rows(StartTrigger)) == 1


def test_a_time_whose_case_cannot_begin_passes_and_is_not_tried_for_ever(office: Office) -> None:
    files = started_by(at("timeCycle", "R/P1D"))
    files["category.toml"] += b'required_subject = "person"\n'
    with frozen_at(NOW):
        office.deploy(files)
        office.sweep()
    with frozen_at(NOW + timedelta(days=1, hours=1)):
        assert [office.sweep(), office.sweep()] == [0, 0]
        assert office.rows(StartTrigger)[0].due_at > NOW + timedelta(days=1, hours=1)

    assert office.rows(Case) == []


def test_whoever_may_not_send_messages_begins_nothing(office: Office) -> None:
    from engine.errors import NotAllowed

    office.deploy(started_by(MESSAGE))
    with office.factories.transaction() as session, pytest.raises(NotAllowed):
        messages.publish(session, "moved in", "", {}, by=Actor(user_id=99, name="Nobody"))

    assert office.rows(Case) == []
