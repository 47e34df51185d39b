"""An officer says that something has happened (toldBy = officer), where a time, message or signal is waited for."""

import pytest

from engine.errors import Invalid
from engine.runtime import choosing
from tests.diagrams import category
from tests.integration.runtime.pieces import ROOTS, TOLD, after, boundary, event_subprocess, message, signal, steps
from tests.integration.runtime.walking import Walker

CATCH, GATEWAY = "intermediateCatchEvent", "eventBasedGateway"


@pytest.fixture(params=["kept in memory", "restarted before each step"])
def restarts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "restarted before each step")


@pytest.mark.parametrize("definition", ["", "message", "timer"])
def test_an_event_in_the_flow_is_told_whatever_it_was_drawn_to_wait_for(definition: str, restarts: bool) -> None:
    drawn = {"": "", "message": message("m"), "timer": after(1)}[definition]
    files = category(f"start > wait:{CATCH} > ask > end", inside={"wait": TOLD + drawn}, roots=ROOTS)
    walker = Walker(files, restarts=restarts)
    assert walker.wait(5).open == ["wait"]
    assert not walker.send("paid")

    assert walker.do("wait").open == ["ask"]


def test_a_receive_task_is_told(restarts: bool) -> None:
    walker = Walker(category("start > wait:receiveTask > ask > end", inside={"wait": TOLD}), restarts=restarts)

    assert walker.do("wait").open == ["ask"]


def test_an_event_on_the_border_is_told_again_and_again_until_its_task_is_done(restarts: bool) -> None:
    files = category(
        "start > work > end ; note > end_note", boundary=boundary("rings", "work", "note", TOLD, interrupts=False)
    )
    walker = Walker(files, restarts=restarts)

    assert walker.do("rings").open == ["note", "rings", "work"]
    assert walker.do("rings").open == ["note", "note", "rings", "work"]
    assert walker.do("work").open == ["note", "note"]


def test_an_event_on_the_border_that_interrupts_takes_its_task_away(restarts: bool) -> None:
    files = category("start > work > end ; note > end_note", boundary=boundary("moves", "work", "note", TOLD))

    assert Walker(files, restarts=restarts).do("moves").open == ["note"]


def test_an_event_sub_process_is_told_to_begin(restarts: bool) -> None:
    files = category("start > work > end", boundary=event_subprocess("alarm", TOLD, interrupts=False))
    walker = Walker(files, restarts=restarts)
    assert walker.seen.open == ["alarm_start", "work"]

    assert walker.do("alarm_start").open == ["alarm_ask", "alarm_start", "work"]


def drawn_choice(second: str = TOLD) -> dict[str, bytes]:
    flows = f"start > which:{GATEWAY} ; which > a:{CATCH} > got_a > end ; which > b:{CATCH} > got_b > end_b"
    return category(f"{flows} ; which > c:{CATCH} > late > end_c", inside={"a": TOLD, "b": second, "c": after(9)})


@pytest.mark.parametrize(("chosen", "path"), [("a", "got_a"), ("b", "got_b")])
def test_of_several_events_behind_a_gateway_one_is_chosen(chosen: str, path: str, restarts: bool) -> None:
    walker = Walker(drawn_choice(), restarts=restarts)
    [token] = walker.tokens("which")
    assert choosing.offer(token) == {"many": False, "ways": [["a", "A"], ["b", "B"]]}

    walker.do("which", choice=chosen)

    assert (walker.seen.open, walker.seen.waiting) == ([path], [])


@pytest.mark.parametrize("answers", [{}, {"choice": "c"}, {"choice": ["a", "b"]}, {"choice": "a", "rent": 5}])
def test_a_choice_that_is_none_of_the_events_is_refused(answers: dict[str, object], restarts: bool) -> None:
    walker = Walker(drawn_choice(), restarts=restarts)

    with pytest.raises(Invalid):
        walker.do("which", **answers)


def test_a_time_behind_the_gateway_takes_the_question_away(restarts: bool) -> None:
    walker = Walker(drawn_choice(), restarts=restarts)

    assert walker.wait(10).open == ["late"]


def test_one_told_event_beside_others_behind_a_gateway_is_a_question_of_its_own(restarts: bool) -> None:
    walker = Walker(drawn_choice(second=after(5)), restarts=restarts)
    [waiting] = [found for found in walker.waiting() if found.kind == "person"]
    assert waiting.element_id == "a"

    walker.do("which")

    assert walker.seen.open == ["got_a"]


def test_a_task_behind_an_event_gateway_is_told_about(restarts: bool) -> None:
    flows = f"start > which:{GATEWAY} ; which > a:{CATCH} > got_a > end ; which > visit > end_b"
    walker = Walker(category(flows, inside={"a": signal("go")}, roots=ROOTS), restarts=restarts)
    assert walker.seen.open == ["which"]

    assert walker.do("which").open == ["visit"]


def test_an_officer_tells_inside_a_sub_process(restarts: bool) -> None:
    inner = steps("sub", f"ask wait:{CATCH} then", inside={"wait": TOLD})
    walker = Walker(category("start > sub:subProcess > end", inside={"sub": inner}), restarts=restarts)

    for element in ("ask", "wait", "then"):
        walker.do(element)

    assert walker.seen.completed
