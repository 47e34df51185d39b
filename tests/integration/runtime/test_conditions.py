"""Conditional events: they happen when what they say becomes true, and look only when a field has changed."""

import pytest

from tests.diagrams import category
from tests.integration.runtime.pieces import (
    boundary,
    condition,
    event_subprocess,
)
from tests.integration.runtime.walking import Walker


@pytest.fixture(params=["kept in memory", "restarted before each step"])
def restarts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "restarted before each step")


CATCH = "intermediateCatchEvent"


def test_a_condition_that_holds_already_lets_the_case_pass(restarts: bool) -> None:
    files = category(f"start > wait:{CATCH} > ask > end", inside={"wait": condition("rent > 5")})

    assert Walker(files, restarts=restarts, rent=6).seen.open == ["ask"]
    assert Walker(files, restarts=restarts, rent=5).seen.waiting == ["wait"]


def test_a_condition_is_met_by_an_answer_and_by_a_correction(restarts: bool) -> None:
    files = category(
        f"start > fork+ ; fork+ > ask > end_asked ; fork+ > wait:{CATCH} > go_on > end",
        inside={"wait": condition("rent > 5")},
    )
    answered, corrected = Walker(files, restarts=restarts), Walker(files, restarts=restarts)

    answered.do("ask", rent=6)
    corrected.change(other=1)
    assert corrected.seen.waiting == ["wait"]
    corrected.change(rent=7)

    assert answered.seen.open == ["go_on"]
    assert corrected.seen.open == ["ask", "go_on"]


def test_a_condition_on_the_border_interrupts_its_task_but_not_by_the_answer_to_it(restarts: bool) -> None:
    files = category(
        "start > work > end ; stop_it > end_stopped",
        boundary=boundary("too_much", "work", "stop_it", condition("rent > 5")),
    )
    answered, corrected = Walker(files, restarts=restarts), Walker(files, restarts=restarts)

    assert answered.do("work", rent=9).completed
    assert corrected.change(rent=9).open == ["stop_it"]


def test_a_condition_that_interrupts_nothing_counts_each_time_it_becomes_true(restarts: bool) -> None:
    files = category(
        "start > work > end ; note > end_note",
        boundary=boundary("too_much", "work", "note", condition("rent > 5"), interrupts=False),
    )
    walker = Walker(files, restarts=restarts)

    counts = [walker.change(rent=rent).open.count("note") for rent in (6, 7, 5, 8, 8, 4, 9)]

    assert counts == [1, 1, 1, 2, 2, 2, 3]


def test_a_condition_begins_an_event_sub_process_each_time_it_becomes_true(restarts: bool) -> None:
    files = category("start > work > end", boundary=event_subprocess("much", condition("rent > 5"), interrupts=False))
    walker = Walker(files, restarts=restarts)

    counts = [walker.change(rent=rent).open.count("much_ask") for rent in (6, 7, 5, 8)]

    assert counts == [1, 1, 1, 2]
    for element in ("much_ask", "work", "much_ask"):
        walker.do(element)
    assert walker.seen.completed


def test_a_condition_that_cannot_be_worked_out_is_an_incident_there(restarts: bool) -> None:
    files = category(
        f"start > fork+ ; fork+ > ask > end_asked ; fork+ > wait:{CATCH} > go_on > end",
        inside={"wait": condition("assert(rent, rent != 1) > 5")},
    )
    walker = Walker(files, restarts=restarts)

    walker.change(rent=1)

    assert walker.failed_at == ["wait"]
    assert walker.seen.open == ["ask"]


def test_conditions_are_looked_at_only_when_a_field_has_changed(restarts: bool, monkeypatch) -> None:
    files = category(
        f"start > fork+ ; fork+ > ask > then > end_asked ; fork+ > wait:{CATCH} > go_on > end",
        inside={"wait": condition("rent > 5")},
    )
    walker = Walker(files, restarts=restarts)
    asked: list[str] = []
    monkeypatch.setattr(type(walker.instance), "holds", lambda self, token, text: bool(asked.append(text)))

    walker.do("ask")
    walker.do("then", rent=1)

    assert len(asked) == 1 + restarts, "and once after a restart"
