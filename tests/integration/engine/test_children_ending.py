"""Child cases that are cancelled, overtaken or reopened, and what their parents hear of it."""

from sqlalchemy import select

from engine import reopening
from models.work import Job, Notification
from tests.diagrams import timer
from tests.factories import Factories
from tests.integration.engine.conftest import Drive
from tests.integration.engine.test_children import OUT, Family, call, factories

CHILD = "start > value > end"
assert factories  # a fixture
ERROR = '<bpmn:error id="gone" name="Case cancelled" errorCode="case_cancelled"/>'


def test_a_cancelled_child_takes_the_way_that_the_diagram_draws_for_it(factories: Factories, drive: Drive) -> None:
    caught = (
        '<bpmn:boundaryEvent id="off" attachedToRef="call"><bpmn:errorEventDefinition errorRef="gone"/>'
        '</bpmn:boundaryEvent><bpmn:sequenceFlow id="off_flow" sourceRef="off" targetRef="instead"/>'
    )
    family = Family(
        factories,
        drive,
        "start > call:call > after > end ; instead > end",
        inside={"call": call(outputs=OUT)},
        boundary=caught,
        roots=ERROR,
    )

    family.cancel(family.child)

    assert family.parent.open() == ["instead"]
    assert family.field("how") is None


def test_without_such_a_way_the_outcome_of_a_cancelled_child_says_so(factories: Factories, drive: Drive) -> None:
    family = Family(
        factories,
        drive,
        'start > call:call > off? ; off? -[how = "cancelled"]-> instead > end ; off? > after > end',
        inside={"call": call(outputs={**OUT, "why": "=reason"})},
    )

    family.cancel(family.child)

    assert family.parent.open() == ["instead"]
    assert (family.field("how"), family.field("why")) == ("cancelled", "Withdrawn")


def test_children_are_cancelled_with_the_case_that_waits_for_them(factories: Factories, drive: Drive) -> None:
    family = Family(factories, drive, "start > call:call > after > end", inside={"call": call()})

    family.cancel(family.parent)

    child = family.child.case
    assert child.status == "cancelled"
    assert child.outcome == f"{family.parent.case.reference} was cancelled: Withdrawn"
    assert family.parent.events().count("child_ended") == 1
    with factories.transaction() as session:
        assert session.scalars(select(Job)).all() == []


def test_a_child_that_a_deadline_overtakes_is_cancelled(factories: Factories, drive: Drive) -> None:
    family = Family(
        factories,
        drive,
        "start > call:call > after > end ; instead > end",
        inside={"call": call()},
        boundary=timer("late", "call", "instead", duration="PT0S"),
    )
    family.run_jobs()

    family.parent.sweep()
    family.run_jobs()

    assert family.parent.open() == ["instead"]
    assert [child.case.status for child in family.children()] == ["cancelled"]


def test_a_reopened_child_is_told_to_its_parent_whose_diagram_may_take_it_up(
    factories: Factories, drive: Drive
) -> None:
    again = (
        '<bpmn:subProcess id="reopened" triggeredByEvent="true">'
        '<bpmn:startEvent id="heard" isInterrupting="false"><bpmn:messageEventDefinition messageRef="news"/>'
        '</bpmn:startEvent><bpmn:userTask id="consider"/><bpmn:endEvent id="heard_end"/>'
        '<bpmn:sequenceFlow id="h1" sourceRef="heard" targetRef="consider"/>'
        '<bpmn:sequenceFlow id="h2" sourceRef="consider" targetRef="heard_end"/></bpmn:subProcess>'
    )
    family = Family(
        factories,
        drive,
        "start > call:call > after > end",
        inside={"call": call(outputs=OUT)},
        boundary=again,
        roots='<bpmn:message id="news" name="child_case_reopened"/>',
    )
    family.child.do("value", worth=180_000)

    family.reopen(family.child, at=["value"])

    child = family.child
    assert child.case.status == "open" and child.open() == ["value"]
    assert family.parent.open() == ["after", "consider"]
    assert family.field("child_case")["reference"] == child.case.reference
    assert "was reopened: The surveyor found damp" in family.parent.rows(Notification)[-1].text
    child.do("value", worth=150_000)
    assert child.case.status == "closed"
    assert family.parent.events()[-1] == "child_ended"


def test_a_child_reopened_before_its_end_was_told_is_waited_for_still(factories: Factories, drive: Drive) -> None:
    family = Family(factories, drive, "start > call:call > after > end", inside={"call": call(outputs=OUT)})
    child = family.child
    with factories.transaction() as session:
        from engine import tasks

        tasks.complete(session, child.task("value").id, answers={"worth": 1}, by=child.by)
    with factories.transaction() as session:  # the job that tells has not been run
        reopening.reopen(session, child.started.id, reason="Too soon", at=["value"], by=child.by)

    family.run_jobs()

    assert family.parent.open() == []
    child.do("value", worth=2)
    assert family.parent.open() == ["after"] and family.field("worth") == 2
