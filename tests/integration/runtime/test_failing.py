"""A step that fails leaves nothing half done, and can be tried again whatever it was that failed."""

from collections.abc import Callable
from typing import Any

import pytest

from engine import incidents, messages, tasks
from engine.errors import StepFailed
from engine.permissions import PLATFORM
from engine.runtime import services
from engine.service_tasks.base import Effects, Notice
from models.case import Note
from models.work import Incident, Notification, UserTask
from tests.diagrams import category, extensions, service
from tests.factories import Factories
from tests.integration.engine.conftest import Driver
from tests.integration.runtime.walking import Walker

Drive = Callable[..., Driver]


@pytest.fixture
def drive(sqlite_factories: Factories) -> Drive:
    """Start a case, and drive it: nothing here depends on the kind of database."""
    return lambda files, **fields: Driver(sqlite_factories, files, fields)


def retry(driver: Driver) -> None:
    [incident] = driver.incidents()
    with driver.factories.transaction() as session:
        incidents.retry(session, incident.id, by=driver.by)


def test_a_service_that_fails_half_way_has_done_nothing_and_does_all_once_when_retried(
    drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = ["owner", "Nobody At All"]

    def effects(*_: Any) -> Effects:
        notices = tuple(Notice(to, "The boiler is cold.") for to in told)
        return Effects(fields={"counted": 1}, note="Told them.", notices=notices)

    task = services.service_tasks.BY_TYPE["record_note"]
    monkeypatch.setitem(services.service_tasks.BY_TYPE, "record_note", _running(task, effects))
    driver = drive(category("start > tell:service > end", inside={"tell": service("record_note", text="x")}))
    assert (driver.rows(Note), driver.rows(Notification)) == ([], [])
    assert "counted" not in str(driver.rows(Incident)[0].message)

    told[1] = "owner"
    told.pop()
    retry(driver)

    assert [note.text for note in driver.rows(Note)] == ["Told them."]
    assert len(driver.rows(Notification)) == 1
    assert driver.case.status == "closed"


def test_a_fault_in_a_service_task_is_an_incident_and_the_answer_is_kept(
    drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Effects:
        raise KeyError("a slip of ours")

    task = services.service_tasks.BY_TYPE["record_note"]
    monkeypatch.setitem(services.service_tasks.BY_TYPE, "record_note", _running(task, broken))
    driver = drive(category("start > ask > tell:service > end", inside={"tell": service("record_note", text="x")}))

    driver.do("ask", rent=5)

    assert [incident.message for incident in driver.incidents()] == ["It failed for a technical reason (KeyError)."]
    monkeypatch.undo()
    retry(driver)
    assert driver.case.status == "closed"


def test_an_answer_whose_output_cannot_be_written_goes_on_when_it_is_retried(drive: Drive) -> None:
    outputs = extensions(
        '<zeebe:ioMapping><zeebe:output source="=if ok then 1 else [1..2]" target="given"/></zeebe:ioMapping>'
    )
    driver = drive(
        category("start > fork+ ; fork+ > ask > join+ ; fork+ > mend > join+ ; join+ > end", inside={"ask": outputs})
    )
    driver.do("ask")
    assert [incident.element_id for incident in driver.incidents()] == ["ask"]
    driver.restart()

    driver.do("mend", ok=True)
    retry(driver)

    assert driver.case.status == "closed"
    assert [task.status for task in driver.rows(UserTask)] == ["completed", "completed"]


def test_a_loop_whose_list_was_no_list_is_done_when_it_is_retried(drive: Drive) -> None:
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>"
        '<zeebe:loopCharacteristics inputCollection="=works" inputElement="work"/>'
        "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"
    )
    driver = drive(
        category("start > fork+ ; fork+ > each > join+ ; fork+ > mend > join+ ; join+ > end", inside={"each": loop}),
        works="roof",
    )
    driver.restart()

    driver.do("mend", works=["roof", "door"])
    retry(driver)

    assert driver.open() == ["each", "each"]
    assert driver.incidents() == []


def test_a_message_goes_to_the_branch_that_waits_under_its_key(drive: Drive) -> None:
    flows = (
        "start > fork+ ; fork+ > a:intermediateCatchEvent > first > end ; "
        "fork+ > b:intermediateCatchEvent > second > end_second"
    )
    roots = "".join(
        f'<bpmn:message id="m{n}" name="paid"><bpmn:extensionElements><zeebe:subscription correlationKey="=bill_{n}"/>'
        "</bpmn:extensionElements></bpmn:message>"
        for n in (1, 2)
    )
    waits = '<bpmn:messageEventDefinition messageRef="m{}"/>'
    driver = drive(
        category(flows, inside={"a": waits.format(1), "b": waits.format(2)}, roots=roots), bill_1="B1", bill_2="B2"
    )
    driver.restart()

    with driver.factories.transaction() as session:
        messages.publish(session, "paid", "B2", {}, by=PLATFORM)

    assert driver.open() == ["second"]


def test_a_message_without_a_key_is_not_waited_for_by_every_case_at_once(drive: Drive) -> None:
    roots = (
        '<bpmn:message id="m" name="paid"><bpmn:extensionElements><zeebe:subscription correlationKey="=bill"/>'
        "</bpmn:extensionElements></bpmn:message>"
    )
    waits = '<bpmn:messageEventDefinition messageRef="m"/>'
    flows = "start > fork+ ; fork+ > a:intermediateCatchEvent > join+ ; fork+ > mend > join+ ; join+ > end"
    driver = drive(category(flows, inside={"a": waits}, roots=roots))
    assert [incident.element_id for incident in driver.incidents()] == ["a"]

    driver.do("mend", bill="B1")
    retry(driver)
    with driver.factories.transaction() as session:
        messages.publish(session, "paid", "B1", {}, by=PLATFORM)

    assert driver.case.status == "closed"


def test_a_step_that_is_rolled_back_leaves_no_field_in_memory(drive: Drive) -> None:
    driver = drive(category("start > ask > big? ; big? -[rent > 100]-> dear > end ; big? > cheap > end"))

    with pytest.raises(StepFailed):
        _answer_and_lose_the_connection(driver)

    driver.do("ask", other=1)
    assert driver.open() == ["cheap"]


def _answer_and_lose_the_connection(driver: Driver) -> None:
    task_id = driver.task("ask").id
    with driver.factories.transaction() as session:
        tasks.complete(session, task_id, answers={"rent": 500}, by=driver.by)
        raise StepFailed("The connection was lost.")


def _running(task: Any, effects: Callable[..., Effects]) -> Any:
    from dataclasses import replace

    return replace(task, run=effects)


def test_what_the_library_cannot_do_with_a_strange_diagram_is_an_incident_and_no_error_of_the_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def break_down(self: object, my_task: object) -> None:
        raise KeyError("what nobody expected")

    walker = Walker(category("start > ask > end"))
    monkeypatch.setattr(type(walker.tokens("ask")[0].task_spec), "_on_complete", break_down)

    walker.do("ask")

    assert walker.failed_at == ["ask"]
    assert "for a technical reason (KeyError)" in walker.failures[0]


def test_data_that_a_drawing_tells_of_keeps_nothing_from_running() -> None:
    data = (
        '<bpmn:ioSpecification><bpmn:dataInput id="in1" name="letter"/><bpmn:dataOutput id="out1" name="answer"/>'
        "<bpmn:inputSet><bpmn:dataInputRefs>in1</bpmn:dataInputRefs></bpmn:inputSet><bpmn:outputSet>"
        "<bpmn:dataOutputRefs>out1</bpmn:dataOutputRefs></bpmn:outputSet></bpmn:ioSpecification>"
    )
    files = category("start > ask > end", inside={"ask": data}, roots='<bpmn:dataStore id="d" name="Archive"/>')

    assert Walker(files).do("ask").completed
