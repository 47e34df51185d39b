"""A signal is heard by every case that waits for it, each once, and by no other."""

from collections.abc import Callable

import pytest

from engine import jobs, signals
from engine.errors import Invalid
from models.work import SignalSubscription
from tests.diagrams import category
from tests.factories import Factories
from tests.integration.engine.conftest import Drive, Driver

STOP = '<bpmn:signalEventDefinition signalRef="stop"/>'
ROOTS = '<bpmn:signal id="stop" name="stop works"/>'
WAITS = category("start > wait:intermediateCatchEvent > look > end", inside={"wait": STOP}, roots=ROOTS, key="waiting")
SHOUTS = category(
    "start > fork+ ; fork+ > ask > shout:intermediateThrowEvent > end ; "
    "fork+ > own:intermediateCatchEvent > look > end_own",
    inside={"shout": STOP, "own": STOP},
    roots=ROOTS,
    key="shouting",
)


@pytest.fixture
def drive(sqlite_factories: Factories) -> Drive:
    """Start a case, and drive it: what two nodes do at once is proved on both databases elsewhere."""
    return lambda files, **fields: Driver(sqlite_factories, files, fields)


@pytest.fixture
def waiting(drive: Drive) -> Callable[[int], list[Driver]]:
    """Start so many cases that wait for the signal."""
    return lambda count: [drive(WAITS) for _ in range(count)]


def test_a_signal_that_a_case_throws_reaches_every_other_case_once(factories: Factories) -> None:
    others, thrower = [Driver(factories, WAITS, {}) for _ in range(3)], Driver(factories, SHOUTS, {})

    thrower.do("ask")
    for _ in range(3):
        thrower.run_jobs()

    assert thrower.open() == ["look"]
    assert [other.open() for other in others] == [["look"]] * 3
    assert [other.events().count("signal_received") for other in others] == [1, 1, 1]
    assert thrower.events().count("signal_sent") == 1
    assert thrower.rows(SignalSubscription) == []


def test_a_case_does_not_hear_its_own_signal_a_second_time(drive: Drive) -> None:
    files = category(
        "start > fork+ ; fork+ > work > end_work ; fork+ > ask > shout:intermediateThrowEvent > end ; "
        "look > end_looked",
        inside={"shout": STOP},
        boundary='<bpmn:boundaryEvent id="heard" attachedToRef="work" cancelActivity="false">'
        f'{STOP}</bpmn:boundaryEvent><bpmn:sequenceFlow id="hf" sourceRef="heard" targetRef="look"/>',
        roots=ROOTS,
    )
    case = drive(files)

    case.do("ask")
    case.run_jobs()
    case.run_jobs()

    assert case.open() == ["look", "work"]


def test_a_signal_from_outside_brings_its_variables(waiting) -> None:
    [case, other] = waiting(2)
    other.by = case.by

    with case.factories.transaction() as session:
        sent = signals.broadcast(session, "stop works", {"why": "a storm"}, by=case.by)
    jobs.run_all(case.factories.sessions, sent.job_keys)

    assert sent.case_count == 2
    assert [driver.open() for driver in (case, other)] == [["look"], ["look"]]


def test_a_signal_of_another_name_moves_nothing_and_a_reserved_name_is_refused(waiting) -> None:
    [case] = waiting(1)

    with case.factories.transaction() as session:
        assert signals.broadcast(session, "go on", {}, by=case.by).case_count == 0
        with pytest.raises(Invalid):
            signals.broadcast(session, "stop works", {"case": 1}, by=case.by)
        with pytest.raises(Invalid):
            signals.broadcast(session, "", {}, by=case.by)

    case.run_jobs()
    assert case.open() == []


def test_a_signal_that_two_nodes_deliver_is_heard_once(drive: Drive) -> None:
    files = category(
        "start > ask > end ; look > end_looked",
        boundary='<bpmn:boundaryEvent id="heard" attachedToRef="ask" cancelActivity="false">'
        f'{STOP}</bpmn:boundaryEvent><bpmn:sequenceFlow id="hf" sourceRef="heard" targetRef="look"/>',
        roots=ROOTS,
    )
    case = drive(files)
    with case.factories.transaction() as session:
        sent = signals.broadcast(session, "stop works", {}, by=case.by)

    for _ in range(2):
        jobs.run_all(case.factories.sessions, sent.job_keys)

    assert case.open() == ["ask", "look"]


def test_a_case_that_ended_meanwhile_is_left_alone(waiting) -> None:
    from engine import cases

    [case] = waiting(1)
    with case.factories.transaction() as session:
        sent = signals.broadcast(session, "stop works", {}, by=case.by)
    with case.factories.transaction() as session:
        cases.cancel(session, case.started.id, reason="Withdrawn", by=case.by)

    jobs.run_all(case.factories.sessions, sent.job_keys)

    assert "signal_received" not in case.events()
    assert case.rows(SignalSubscription) == []


def test_a_token_that_waits_for_two_signals_still_waits_for_the_second(drive: Drive) -> None:
    files = category(
        "start > wait:intermediateCatchEvent > look > end",
        inside={"wait": STOP + '<bpmn:signalEventDefinition signalRef="go"/>'},
        attributes={"wait": 'parallelMultiple="true"'},
        roots=ROOTS + '<bpmn:signal id="go" name="go on"/>',
    )
    case = drive(files)

    for name in ("stop works", "go on"):
        assert case.open() == []
        with case.factories.transaction() as session:
            sent = signals.broadcast(session, name, {}, by=case.by)
        jobs.run_all(case.factories.sessions, sent.job_keys)

    assert case.open() == ["look"]
