"""`play` runs diagrams on the real runtime: answers, lets time pass, sends what is waited for, and tells the end."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.definitions.deploying import files_of
from engine.playing.plays import play
from engine.playing.report import Options, Report
from tests.diagrams import asking_officer, bpmn, category, due, extensions, service, timer

COMPLAINT = Path(__file__).parents[3] / "processes" / "complaint"
CHOICE = "start > ask > which? ; which? -[{}]-> yes > end_yes ; which? > no > end_no"


def played(diagram: bytes, **options: Any) -> Report:
    return play({"sample.bpmn": diagram}, "sample.bpmn", Options(**options))


def test_the_complaint_is_played_through_every_node_with_answers_that_its_forms_accept() -> None:
    report = play(files_of(COMPLAINT), "complaint", Options(plays=30, seconds=60))

    assert report.plays == {"completed": 30}, report.reason
    assert report.coverage is not None
    assert report.coverage.never_reached == ()


@pytest.mark.parametrize(
    "condition",
    [
        "amount > 500",
        "500 >= amount",
        'lease.type = "SEC" and not(lease.ended)',
        "urgent or repeated",
        "count(works) > 2",
        'status in ("open", "held")',
        'starts with(reference, "AB")',
        "days in [3..5]",
        "answer != null",
        "a.b > a.c",
        "received < today()",
        'if urgent then kind = "fire" else kind = "flood"',
    ],
)
def test_over_several_plays_every_branch_of_a_condition_is_taken(condition: str) -> None:
    report = played(bpmn(CHOICE.format(condition)), plays=2)

    assert (report.plays, report.coverage.never_reached) == ({"completed": 2}, ()), report.reason


def test_a_condition_that_nothing_can_fulfil_leaves_its_branch_out() -> None:
    report = played(bpmn(CHOICE.format("1 = 2")), plays=3)

    assert report.coverage.never_reached == ("yes", "end_yes")
    assert report.coverage.never_taken == ("f2", "f3")


def test_what_the_diagram_itself_works_out_is_never_overwritten() -> None:
    script = extensions('<zeebe:script expression="=7" resultVariable="amount"/>')
    diagram = bpmn(CHOICE.format("amount > 500").replace("ask", "ask:script"), inside={"ask": script})

    report = played(diagram, plays=3)

    assert report.coverage.never_reached == ("yes", "end_yes")


def test_a_loop_is_left() -> None:
    flows = "start > again:exclusiveGateway > ask > enough? ; enough? -[enough]-> end ; enough? > again"

    report = played(bpmn(flows), plays=2)

    assert (report.plays, report.coverage.never_taken) == ({"completed": 2}, ())


def test_given_answers_are_the_ones_that_count() -> None:
    answers = {"ask": [{"amount": 100}, {"amount": 700}]}
    flows = "start > ask > which? ; which? -[amount > 500]-> yes > end ; which? > ask"

    report = played(bpmn(flows), answers=answers)

    assert report.trail == ("start", "ask", "which_choice", "ask", "which_choice", "yes", "end")


def test_a_given_answer_that_the_form_refuses_is_told_and_nothing_is_answered_instead() -> None:
    form = b'{"type":"default","id":"f","components":[{"type":"number","id":"n","key":"n","label":"How many"}]}'
    asks = extensions('<zeebe:formDefinition formId="f"/>')
    files = category("start > ask > end", inside={"ask": asks}, files={"f.form": form})

    report = play(files, "sample", Options(answers={"ask": {"n": "many"}}))

    assert (report.outcome, report.element, report.user_tasks) == ("waiting", "ask", 0)
    assert "does not accept" in report.reason


def test_time_passes_and_messages_are_sent() -> None:
    catching = {
        "later": "<bpmn:timerEventDefinition><bpmn:timeDuration>P30D</bpmn:timeDuration></bpmn:timerEventDefinition>",
        "reply": '<bpmn:messageEventDefinition messageRef="m"/>',
    }
    flows = "start > later:intermediateCatchEvent > reply:intermediateCatchEvent > end"

    report = played(bpmn(flows, inside=catching, roots='<bpmn:message id="m" name="reply came"/>'))

    assert (report.outcome, report.trail) == ("completed", ("start", "later", "reply", "end")), report.reason


def test_signals_and_conditions_are_let_come() -> None:
    catching = {
        "called": '<bpmn:signalEventDefinition signalRef="s"/>',
        "paid": "<bpmn:conditionalEventDefinition><bpmn:condition>=paid_on != null and amount &gt; 10</bpmn:condition>"
        "</bpmn:conditionalEventDefinition>",
    }
    flows = "start > called:intermediateCatchEvent > paid:intermediateCatchEvent > end"

    report = played(bpmn(flows, inside=catching, roots='<bpmn:signal id="s" name="fire alarm"/>'))

    assert (report.outcome, report.trail) == ("completed", ("start", "called", "paid", "end")), report.reason


def test_a_condition_that_nothing_brings_is_what_the_case_waits_for() -> None:
    never = "<bpmn:conditionalEventDefinition><bpmn:condition>=1 = 2</bpmn:condition></bpmn:conditionalEventDefinition>"

    report = played(bpmn("start > never:intermediateCatchEvent > end", inside={"never": never}))

    assert (report.outcome, report.element) == ("waiting", "never")


def test_a_boundary_timer_is_let_through_once_when_looking_for_what_is_new() -> None:
    diagram = bpmn("start > ask > end ; chase > end_late", boundary=timer("late", on="ask", to="chase", duration="P1D"))

    report = played(diagram, plays=2)

    assert (report.plays, report.coverage.never_reached) == ({"completed": 2}, ())


def test_a_branch_that_waits_for_an_event_on_a_border_is_found_by_trying_once_more() -> None:
    reminder = timer("late", on="ask", to="join_all", duration="P1D", interrupts=False)

    report = played(bpmn("start > ask > join+ > end", boundary=reminder))

    assert (report.outcome, report.trail) == ("completed", ("start", "late", "ask", "join_all", "end")), report.reason


def test_a_loop_of_which_only_an_officer_can_say_when_it_ends_is_ended() -> None:
    report = played(bpmn("start > ask > end", inside={"ask": "<bpmn:standardLoopCharacteristics/>"}), repair=True)

    assert report.outcome == "completed", report.reason
    assert 1 <= report.trail.count("ask") <= 3


def test_a_given_choice_that_is_none_of_the_ways_is_told() -> None:
    diagram = bpmn("start > which? > yes > end ; which? > no > end")

    report = played(diagram, answers={"which_choice": {"choice": "nowhere"}})
    good = played(diagram, answers={"which_choice": {"choice": "f3"}})

    assert (report.outcome, report.element) == ("waiting", "which_choice")
    assert "none of the ways" in report.reason
    assert good.trail == ("start", "which_choice", "no", "end")


def test_a_date_that_nobody_gives_is_brought() -> None:
    report = played(bpmn("start > ask > end", inside={"ask": due("=agreed_on")}))

    assert (report.outcome, report.user_tasks) == ("completed", 1), report.reason


def test_a_collection_that_nobody_gives_has_two_items_whose_parts_are_brought_too() -> None:
    loop = (
        '<bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:extensionElements>'
        '<zeebe:loopCharacteristics inputCollection="=works" inputElement="work"/>'
        "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"
    )

    report = played(bpmn("start > do > end", inside={"do": loop}))

    assert report.trail == ("start", "do", "do", "end")


def test_a_service_that_is_not_known_here_is_answered_or_an_incident() -> None:
    files = category("start > check:service > end", inside={"check": service("check_credit", name="=name")})

    answered, refused = play(files, "sample", Options()), play(files, "sample", Options(services="refuse"))

    assert (answered.outcome, answered.answered) == ("completed", ("check",))
    assert (refused.outcome, refused.element) == ("incident", "check")
    assert "check_credit" in refused.reason


def test_in_a_lone_diagram_a_person_stands_in_for_a_service_that_is_not_known_here() -> None:
    diagram = bpmn("start > check:service > end", inside={"check": service("check_credit", name="=name")})

    answered, refused = played(diagram), played(diagram, services="refuse")

    assert (answered.outcome, answered.user_tasks, answered.answered) == ("completed", 1, ())
    assert (refused.outcome, refused.element) == ("incident", "check")


def test_what_an_unknown_decision_gives_chooses_the_branch() -> None:
    decision = extensions('<zeebe:calledDecision decisionId="band" resultVariable="band"/>')
    flows = 'start > decide:decide > which? ; which? -[band = "A"]-> a > end_a ; which? -[band = "B"]-> b > end_b'

    report = played(bpmn(flows, inside={"decide": decision}), plays=2)

    assert (report.plays, report.coverage.never_reached) == ({"completed": 2}, ())


def test_branches_that_can_never_meet_are_an_incident_that_names_the_join() -> None:
    report = played(bpmn("start > which? ; which? -[a]-> one > join+ ; which? > two > join+ ; join+ > end"))

    assert (report.outcome, report.element) == ("incident", "join_all")
    assert "can never move on" in report.reason


def test_a_runaway_is_an_incident() -> None:
    report = played(bpmn("start > again:exclusiveGateway > a:manualTask > again"), steps=50)
    engine_only = played(bpmn("start > again:exclusiveGateway > b:exclusiveGateway > again"))

    assert (report.outcome, report.element) == ("waiting", "a")
    assert "stopped after 50 steps" in report.reason
    assert engine_only.outcome == "incident"


def test_an_attribute_with_letters_beyond_ascii_in_its_name_keeps_nothing_from_running() -> None:
    diagram = bpmn("start > ask > end").replace(b'id="ask"', 'id="ask" größe="2"'.encode())

    assert played(diagram).outcome == played(diagram, repair=True).outcome == "completed"


REFUSED: Mapping[str, tuple[bytes, str, str]] = {
    "no XML": (b"PK\x03\x04", "refused", "not well-formed"),
    "an entity": (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "refused", "document type"),
    "another file": (b"<project/>", "refused", "not a BPMN 2.0 file"),
    "nothing": (b"", "refused", "sample.bpmn"),
    "a drawing": (
        bpmn("start > end").replace(b'isExecutable="true"', b'isExecutable="false"'),
        "nothing_executable",
        "marked as executable",
    ),
    "a way that leads nowhere": (
        bpmn("start > which? ; which? -[a]-> end ; which? > gone").replace(b'id="gone"', b'id="other"'),
        "refused",
        "which is not in the diagram",
    ),
    "no process": (
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>',
        "nothing_executable",
        "no process",
    ),
}


@pytest.mark.parametrize(("content", "outcome", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_played_is_refused_with_a_sentence(content: bytes, outcome: str, said: str) -> None:
    report = played(content)

    assert report.outcome == outcome
    assert said in report.reason


def test_what_an_officer_decides_is_chosen_so_that_every_way_is_played() -> None:
    flows = "start > big? > repair > end ; big? > some:inclusiveGateway > ask > end ; some > tell > end"
    asks = asking_officer()

    report = played(bpmn(flows, inside={"big_choice": asks, "some": asks}), plays=3)

    assert report.plays == {"completed": 3}, report.reason
    assert report.coverage is not None and report.coverage.never_taken == ()
