"""Compensation: what was done is undone in reverse order, also in sub-processes, loops and cancelled transactions."""

import pytest

from tests.diagrams import category
from tests.integration.runtime.pieces import (
    CANCEL,
    COMPENSATE,
    after,
    boundary,
    error,
    event_subprocess,
    message,
    steps,
    undo,
    undone_by,
)
from tests.integration.runtime.pieces import ROOTS as ROOTS
from tests.integration.runtime.walking import Walker

THROW = "intermediateThrowEvent"


@pytest.fixture(params=["kept in memory", "restarted before each step"])
def restarts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "restarted before each step")


def walk(walker: Walker, elements: str) -> None:
    """Do one open task after the other, each being the only one."""
    for element in elements.split():
        assert walker.seen.open == [element]
        walker.do(element)


def booked(flows: str = f"start > flight > hotel > decide > back:{THROW} > tell > end", definition: str = COMPENSATE):
    return category(
        flows,
        inside={"back": definition, "end_undone": definition},
        boundary=undone_by("flight", "cancel_flight") + undone_by("hotel", "cancel_hotel"),
    )


def test_what_was_done_is_undone_the_last_first_and_then_the_case_goes_on(restarts: bool) -> None:
    walker = Walker(booked(), restarts=restarts)

    walk(walker, "flight hotel decide cancel_hotel cancel_flight tell")

    assert walker.seen.completed


def test_an_end_event_undoes_before_the_case_is_over(restarts: bool) -> None:
    walker = Walker(booked("start > flight > hotel > end_undone"), restarts=restarts)

    walk(walker, "flight hotel cancel_hotel")
    assert not walker.seen.completed
    walk(walker, "cancel_flight")

    assert walker.seen.completed


def test_what_is_thrown_beside_a_compensation_is_thrown_once(restarts: bool) -> None:
    files = category(
        f"start > flight > back:{THROW} > end",
        inside={"back": COMPENSATE + message("m")},
        boundary=undone_by("flight", "cancel_flight"),
        roots=ROOTS,
    )
    walker = Walker(files, restarts=restarts)

    walk(walker, "flight cancel_flight")

    assert walker.seen.completed
    assert [sent["name"] for sent in walker.messages] == ["paid"]


def test_a_named_activity_alone_is_undone(restarts: bool) -> None:
    walker = Walker(booked(definition=undo("flight")), restarts=restarts)

    walk(walker, "flight hotel decide cancel_flight tell")

    assert walker.seen.completed


def test_what_was_not_done_is_not_undone(restarts: bool) -> None:
    flows = f"start > which? ; which? -[n = 1]-> flight > join? ; which? > hotel > join? ; join? > back:{THROW} > end"
    walker = Walker(booked(flows), restarts=restarts, n=1)

    walk(walker, "flight cancel_flight")

    assert walker.seen.completed


def test_what_was_undone_is_not_undone_again(restarts: bool) -> None:
    files = category(
        f"start > flight > back:{THROW} > again:{THROW} > tell > end",
        inside={"back": COMPENSATE, "again": COMPENSATE},
        boundary=undone_by("flight", "cancel_flight"),
    )
    walker = Walker(files, restarts=restarts)

    walk(walker, "flight cancel_flight tell")

    assert walker.seen.completed


def test_a_step_done_in_three_laps_is_undone_three_times(restarts: bool) -> None:
    files = category(
        f"start > lap? > flight > again? ; again? -[more = 1]-> lap? ; again? > back:{THROW} > end",
        inside={"back": COMPENSATE},
        boundary=undone_by("flight", "cancel_flight"),
    )
    walker = Walker(files, restarts=restarts)
    for more in (1, 1, 0):
        walker.do("flight", more=more)

    walk(walker, "cancel_flight cancel_flight cancel_flight")

    assert walker.seen.completed


@pytest.mark.parametrize("is_sequential", ["true", "false"])
def test_each_instance_of_a_loop_is_undone_with_its_own_item(is_sequential: str, restarts: bool) -> None:
    loop = (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{is_sequential}"><bpmn:extensionElements>'
        '<zeebe:loopCharacteristics inputCollection="=[1, 2, 3]" inputElement="seat"/>'
        "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"
    )
    files = category(
        f"start > flight > back:{THROW} > end",
        inside={"flight": loop, "back": undo("flight")},
        boundary=undone_by("flight", "cancel_flight"),
    )
    walker = Walker(files, restarts=restarts)
    for _ in range(3):
        walker.do("flight")

    seats = []
    for _ in range(3):
        seats.append(walker.tokens("cancel_flight")[0].data["seat"])
        walk(walker, "cancel_flight")

    assert seats == [3, 2, 1]
    assert walker.seen.completed


def test_a_completed_sub_process_is_undone_by_the_handlers_inside_it(restarts: bool) -> None:
    trip = steps("trip", "flight hotel", more=undone_by("flight", "cancel_flight") + undone_by("hotel", "cancel_hotel"))
    files = category(
        f"start > trip:subProcess > pay > back:{THROW} > end",
        inside={"trip": trip, "back": COMPENSATE},
        boundary=undone_by("pay", "pay_back"),
    )
    walker = Walker(files, restarts=restarts)

    walk(walker, "flight hotel pay pay_back cancel_hotel cancel_flight")

    assert walker.seen.completed


def test_a_handler_on_the_border_of_a_sub_process_undoes_it_as_a_whole(restarts: bool) -> None:
    trip = steps("trip", "flight", more=undone_by("flight", "cancel_flight"))
    files = category(
        f"start > trip:subProcess > back:{THROW} > end",
        inside={"trip": trip, "back": COMPENSATE},
        boundary=undone_by("trip", "write_off"),
    )
    walker = Walker(files, restarts=restarts)

    walk(walker, "flight write_off")

    assert walker.seen.completed


def test_a_compensation_event_sub_process_undoes_its_scope_in_its_own_way(restarts: bool) -> None:
    undoes = event_subprocess("undoing", COMPENSATE, chain=f"ring undo_all:{THROW} file_it").replace(
        '<bpmn:intermediateThrowEvent id="undo_all">', f'<bpmn:intermediateThrowEvent id="undo_all">{COMPENSATE}'
    )
    trip = steps("trip", "flight hotel", more=undone_by("flight", "cancel_flight") + undoes)
    files = category(
        f"start > trip:subProcess > back:{THROW} > tell > end", inside={"trip": trip, "back": undo("trip")}
    )
    walker = Walker(files, restarts=restarts)

    walk(walker, "flight hotel ring cancel_flight file_it tell")

    assert walker.seen.completed


def test_an_error_event_sub_process_undoes_what_was_done_in_its_scope(restarts: bool) -> None:
    saves = event_subprocess("saving", error("no_money"), chain=f"undo_all:{THROW} say_sorry").replace(
        '<bpmn:intermediateThrowEvent id="undo_all">', f'<bpmn:intermediateThrowEvent id="undo_all">{COMPENSATE}'
    )
    trip = steps("trip", "flight pay", end=error("no_money"), more=undone_by("flight", "cancel_flight") + saves)
    walker = Walker(category("start > trip:subProcess > end", inside={"trip": trip}, roots=ROOTS), restarts=restarts)

    walk(walker, "flight pay cancel_flight say_sorry")

    assert walker.seen.completed


def test_a_handler_may_be_a_sub_process_or_a_loop(restarts: bool) -> None:
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>"
        '<zeebe:loopCharacteristics inputCollection="=[1, 2]" inputElement="n"/></bpmn:extensionElements>'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    files = category(
        f"start > flight > hotel > back:{THROW} > end",
        inside={"back": COMPENSATE},
        boundary=undone_by("flight", "cancel_it", kind="subProcess", inside=steps("cancel_it", "ring write"))
        + undone_by("hotel", "cancel_hotel", inside=loop),
    )
    walker = Walker(files, restarts=restarts)

    walker.do("flight")
    walker.do("hotel")
    assert walker.seen.open == ["cancel_hotel", "cancel_hotel"]
    walker.do("cancel_hotel")
    walk(walker, "cancel_hotel ring write")

    assert walker.seen.completed


def transaction(more: str = "", *, boundaries: str | None = None) -> dict[str, bytes]:
    fork = (
        '<bpmn:startEvent id="t_start"/><bpmn:parallelGateway id="fork"/><bpmn:userTask id="wait"/>'
        '<bpmn:userTask id="flight"/><bpmn:userTask id="hotel"/><bpmn:endEvent id="t_end"/>'
        f'<bpmn:endEvent id="called_off">{CANCEL}</bpmn:endEvent><bpmn:exclusiveGateway id="ok" default="t5"/>'
        '<bpmn:sequenceFlow id="t1" sourceRef="t_start" targetRef="fork"/>'
        '<bpmn:sequenceFlow id="t2" sourceRef="fork" targetRef="flight"/>'
        '<bpmn:sequenceFlow id="t3" sourceRef="flight" targetRef="hotel"/>'
        '<bpmn:sequenceFlow id="t4" sourceRef="hotel" targetRef="ok"/>'
        '<bpmn:sequenceFlow id="t5" sourceRef="ok" targetRef="t_end"/>'
        '<bpmn:sequenceFlow id="t6" sourceRef="ok" targetRef="called_off">'
        "<bpmn:conditionExpression>=bad = 1</bpmn:conditionExpression></bpmn:sequenceFlow>"
        '<bpmn:sequenceFlow id="t7" sourceRef="fork" targetRef="wait"/>'
        '<bpmn:sequenceFlow id="t8" sourceRef="wait" targetRef="t_end"/>'
    )
    content = fork + undone_by("flight", "cancel_flight") + undone_by("hotel", "cancel_hotel") + more
    leaves = boundary("cancelled", "deal", "tell", CANCEL) if boundaries is None else boundaries
    return category(
        "start > deal:transaction > done > end ; tell > end_told", inside={"deal": content}, boundary=leaves
    )


def test_a_cancelled_transaction_ends_what_is_under_way_undoes_the_rest_and_leaves_by_its_border(
    restarts: bool,
) -> None:
    walker = Walker(transaction(), restarts=restarts)
    walker.do("flight")
    assert walker.seen.open == ["hotel", "wait"]

    walker.do("hotel", bad=1)
    walk(walker, "cancel_hotel cancel_flight tell")

    assert walker.seen.completed


def test_a_transaction_that_is_not_cancelled_is_passed_like_a_sub_process(restarts: bool) -> None:
    walker = Walker(transaction(), restarts=restarts)

    for element in ("flight", "hotel", "wait", "done"):
        walker.do(element)

    assert walker.seen.completed


def test_a_cancelled_transaction_without_a_cancel_event_on_its_border_is_an_incident(restarts: bool) -> None:
    walker = Walker(transaction(boundaries=""), restarts=restarts)
    walker.do("flight")
    walker.do("hotel", bad=1)
    walker.do("cancel_hotel")
    walker.do("cancel_flight")

    [sentence] = walker.failures
    assert "no event on its border" in sentence


def test_undoing_that_is_interrupted_leaves_nothing_behind(restarts: bool) -> None:
    trip = steps(
        "trip", f"flight back:{THROW} then", more=undone_by("flight", "cancel_flight"), inside={"back": COMPENSATE}
    )
    files = category(
        "start > trip:subProcess > end ; chase > end_chased",
        inside={"trip": trip},
        boundary=boundary("late", "trip", "chase", after(1)),
    )
    walker = Walker(files, restarts=restarts)
    walk(walker, "flight")
    assert walker.seen.open == ["cancel_flight"]

    walker.wait(2)
    walk(walker, "chase")

    assert walker.seen.completed
    assert walker.instance.workflow.done == {}


def test_what_may_be_undone_is_not_kept_longer_than_its_scope(restarts: bool) -> None:
    trip = steps("trip", "flight", more=undone_by("flight", "cancel_flight"))
    files = category(
        "start > lap? > each:subProcess > again? ; again? -[more = 1]-> lap? ; again? > end",
        inside={"each": trip.replace("trip_", "each_")},
        boundary=boundary("never", "each", "lap_choice", after(99)),
    )
    walker = Walker(files, restarts=restarts)
    sizes = []
    for lap in range(6):
        walker.do("flight", more=1 if lap < 5 else 0)
        sizes.append(len(walker.instance.workflow.done.get("", [])))

    assert sizes == [1, 2, 3, 4, 5, 6], "of each lap, since a later throw may undo them all"
    assert set(walker.instance.workflow.done) == {""}
