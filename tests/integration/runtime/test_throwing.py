"""An activity ends with an error of the business: as its service says, or as the diagram does."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from engine.runtime import services
from engine.service_tasks.base import Effects
from tests.diagrams import category, extensions, service
from tests.integration.runtime.pieces import ROOTS, boundary, error, event_subprocess, steps
from tests.integration.runtime.walking import Walker


@pytest.fixture(params=["kept in memory", "restarted before each step"])
def restarts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "restarted before each step")


THROWS = '<zeebe:property name="throwsError" value="=if amount &gt; 100 then &quot;E1&quot; else null"/>'
TOO_MUCH = f"<zeebe:properties>{THROWS}</zeebe:properties>"
PAYS = extensions(f'<zeebe:script expression="=1" resultVariable="tried"/>{TOO_MUCH}')


def paying(inside: str, kind: str = "script") -> dict[str, bytes]:
    borders = boundary("failed", "pay", "repair", error("no_money")) + boundary("odd", "pay", "wrong", error("other"))
    flows = f"start > pay:{kind} > after > end ; repair > end_repaired ; wrong > end_wrong"
    return category(flows, inside={"pay": inside}, boundary=borders, roots=ROOTS)


@pytest.mark.parametrize(("amount", "opened"), [(50, ["after"]), (500, ["repair"])])
def test_a_step_ends_with_the_error_that_its_property_names(amount: int, opened: list[str], restarts: bool) -> None:
    walker = Walker(paying(PAYS), restarts=restarts, amount=amount)

    assert walker.seen.open == opened
    assert walker.instance.document.get("tried") == 1, "what it did is kept"
    assert walker.do(opened[0]).completed


def test_an_answer_of_a_person_may_end_a_task_with_an_error(restarts: bool) -> None:
    walker = Walker(paying(extensions(TOO_MUCH), kind="user"), restarts=restarts)

    assert walker.do("pay", amount=500).open == ["repair"]


def test_an_error_that_nobody_catches_is_an_incident_and_goes_on_when_the_field_is_put_right(restarts: bool) -> None:
    walker = Walker(category("start > pay:script > after > end", inside={"pay": PAYS}), restarts=restarts, amount=500)
    assert (walker.failed_at, walker.failures) == (["pay"], ["Nobody catches the error “E1”."])

    walker.change(amount=5)
    walker.retry()

    assert walker.seen.open == ["after"]


def test_an_error_of_a_step_is_caught_beside_it_or_further_out(restarts: bool) -> None:
    inner = steps("sub", "ask pay:scriptTask", inside={"pay": PAYS})
    beside = category(
        "start > sub:subProcess > end",
        inside={"sub": inner + event_subprocess("saving", error("no_money"))},
        roots=ROOTS,
    )
    outside = category(
        "start > sub:subProcess > end ; repair > end_repaired",
        inside={"sub": inner},
        boundary=boundary("failed", "sub", "repair", error()),
        roots=ROOTS,
    )

    assert Walker(beside, restarts=restarts, amount=500).do("ask").open == ["saving_ask"]
    assert Walker(outside, restarts=restarts, amount=500).do("ask").open == ["repair"]


def test_one_instance_of_a_loop_that_fails_ends_the_loop(restarts: bool) -> None:
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>"
        '<zeebe:loopCharacteristics inputCollection="=[1, 2, 3]" inputElement="n"/></bpmn:extensionElements>'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    walker = Walker(paying(extensions(TOO_MUCH) + loop, kind="user"), restarts=restarts)
    assert walker.do("pay", amount=5).open == ["pay", "pay"]

    assert walker.do("pay", amount=500).open == ["repair"]


def test_a_service_says_that_it_has_failed(monkeypatch: pytest.MonkeyPatch, restarts: bool) -> None:
    def effects(*_: Any) -> Effects:
        return Effects(fields={"tried": 1}, error="E1")

    _answering(monkeypatch, effects)
    walker = Walker(paying(service("record_note", text="x"), kind="service"), restarts=restarts)

    assert walker.seen.open == ["repair"]
    assert walker.instance.document.get("tried") == 1


def _answering(monkeypatch: pytest.MonkeyPatch, effects: Callable[..., Effects]) -> None:
    task = services.service_tasks.BY_TYPE["record_note"]
    monkeypatch.setitem(services.service_tasks.BY_TYPE, "record_note", replace(task, run=effects))


def test_an_error_event_interrupts_even_where_it_is_drawn_not_to(restarts: bool) -> None:
    files = category(
        "start > pay:script > after > end ; repair > end_repaired",
        inside={"pay": PAYS},
        boundary=boundary("failed", "pay", "repair", error(), interrupts=False),
        roots=ROOTS,
    )

    assert Walker(files, restarts=restarts, amount=500).do("repair").completed
