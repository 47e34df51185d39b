"""A running case is moved to another version of its category: what the database holds of it goes with it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import jobs, migrating, tasks
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.history import ocel, xes
from engine.history.reading import events_of
from engine.history.replaying import replay
from engine.history.verifying import check_case
from engine.instants import frozen_at, now
from engine.runtime.arriving import CannotMove
from models.case import Case, CaseEvent, CaseSection
from models.category import CategoryVersion
from models.database import from_json
from models.work import Choice, Clock, MessageSubscription, Timer, UserTask
from tests.diagrams import asking_officer, category, due, extensions, service, timer
from tests.integration.engine.conftest import Drive, Driver
from tests.integration.engine.test_waiting import RULES
from tests.integration.runtime.pieces import ROOTS, boundary, message

REASON = "The procedure has changed."
PLAIN = category("start > ask > then > end")


def move(driver: Driver, files: dict[str, bytes], **mapping: str) -> None:
    """Deploy `files` and move the case to them."""
    driver.factories.deploy(files)
    with driver.factories.transaction() as session:
        migrating.move(session, driver.started.id, to=None, mapping=mapping, reason=REASON, by=driver.by)
    driver.restart()


def told(driver: Driver, type_: str = "case_migrated") -> dict[str, Any]:
    [event] = [event for event in driver.rows(CaseEvent) if event.type == type_]
    return from_json(event.payload)


def sections(driver: Driver) -> dict[str, Any]:
    with driver.factories.transaction() as session:
        rows = session.scalars(select(CaseSection).where(CaseSection.case_id == driver.started.id))
        return {row.key: row.fields for row in rows}


def test_the_open_item_stays_the_same_with_its_holder_draft_and_dates(drive: Drive) -> None:
    driver = drive(category("start > ask > then > end", inside={"ask": due("P3D")}))
    before = driver.task("ask")
    with driver.factories.transaction() as session:
        session.merge(UserTask(id=before.id, assignee_id=driver.by.user_id, draft={"text": "half"}))

    move(driver, category("start > question > then > end", inside={"question": due("P3D")}), ask="question")

    after = driver.task("question")
    assert (after.id, after.name, after.assignee_id, after.draft) == (
        before.id,
        "Question",
        driver.by.user_id,
        {"text": "half"},
    )
    assert (after.due_at, after.revision) == (before.due_at, before.revision)
    driver.do("question")
    assert driver.open() == ["then"]


def test_an_item_whose_schedule_is_another_one_gets_its_dates(drive: Drive) -> None:
    driver = drive(category("start > ask > then > end", inside={"ask": due("P3D")}))

    move(driver, category("start > ask > then > end", inside={"ask": due("P9D")}))

    assert driver.task("ask").due_at - now() > timedelta(days=8)
    with driver.factories.transaction() as session:
        [task] = replay(events_of(session, driver.started.id)).open_tasks
    assert task.due_at == driver.task("ask").due_at.isoformat()


def test_what_is_armed_and_withdrawn_stands_in_the_tables_and_in_the_history(drive: Drive) -> None:
    old = category("start > ask > then > end", boundary=timer("late", "ask", "then", duration="PT8H"))
    new = category("start > ask > then > end", boundary=boundary("paid", "ask", "then", message("m")), roots=ROOTS)
    driver = drive(old)
    assert [row.element_id for row in driver.rows(Timer)] == ["late"]

    move(driver, new)

    assert driver.rows(Timer) == []
    [row] = driver.rows(MessageSubscription)
    assert (row.element_id, row.name, row.correlation_key) == ("paid", "paid", driver.case.reference)
    event = told(driver)
    assert (event["reason"], event["from_version"], event["version"]) == (REASON, 1, 2)
    assert ([name for name, _ in event["withdrawn"]], event["armed"]) == (["late"], ["paid"])


def test_the_replay_shows_each_moment_on_the_version_that_the_case_then_ran(drive: Drive) -> None:
    driver = drive(category("start > first > ask > then > end"))
    driver.do("first")
    move(driver, category("start > begin > question > then > end"), ask="question", first="begin")
    driver.do("question")

    with driver.factories.transaction() as session:
        events = events_of(session, driver.started.id)
        assert check_case(session, driver.started.id) == []
        lines = b"".join(xes.xes(session, "sample")), b"".join(ocel.ocel(session, "sample"))
    moved = next(event.sequence for event in events if event.type == "case_migrated")
    before, after, end = (replay(events, sequence=at) for at in (moved - 1, moved, len(events)))
    assert [state.version_number for state in (before, after, end)] == [1, 2, 2]
    assert [state.active for state in (before, after, end)] == [["ask"], ["question"], ["then"]]
    assert ("first" in before.finished, "begin" in after.finished, "first" in after.finished) == (True, True, False)
    assert [(task.name, task.element_id) for task in after.open_tasks] == [("Question", "question")]
    assert (end.unreadable, after.former_names) == ([], {"first": "First", "ask": "Ask"})
    assert all(b"question" in text and b"Then" in text for text in lines)


def test_a_clock_goes_on_with_its_item_and_is_met_by_it(drive: Drive) -> None:
    rules, text = {"rules.toml": RULES}, '=due("sample.answer", today())'
    flows = category("start > ask > then > end", inside={"ask": due(text)}, files=rules)
    driver = drive(flows)
    [clock] = driver.rows(Clock)

    move(driver, category("start > ask > more > end", inside={"ask": due(text)}, files=rules))

    assert [(row.id, row.state, row.due_at) for row in driver.rows(Clock)] == [(clock.id, "running", clock.due_at)]
    driver.do("ask")
    assert [row.state for row in driver.rows(Clock)] == ["met"]


def test_the_ways_of_a_choice_are_those_of_the_new_version(drive: Drive) -> None:
    def asked(ways: str) -> dict[str, bytes]:
        return category(f"start > which? > a > end {ways}", inside={"which_choice": asking_officer()})

    driver = drive(asked("; which? > b > end"))
    move(driver, asked("; which? > b > end ; which? > c > end"))

    [row] = driver.rows(Choice)
    assert [name for _, name in row.ways] == ["A", "B", "C"]
    driver.do("which_choice", choice=row.ways[2][0])
    assert driver.open() == ["c"]


def test_a_field_that_another_form_asks_for_now_is_found_again(drive: Drive) -> None:
    def forms(of_rent: str) -> dict[str, bytes]:
        field = b'{"type": "number", "key": "rent", "label": "Rent"}'
        other = b'{"type": "textfield", "key": "note", "label": "Note"}'
        return {
            f"{name}.form": b'{"id": "%s", "components": [%s]}' % (name.encode(), field if name == of_rent else other)
            for name in ("one", "two")
        }

    inside = {
        "ask": extensions('<zeebe:formDefinition formId="one"/>'),
        "then": extensions('<zeebe:formDefinition formId="two"/>'),
    }
    flows = "start > ask > then > big? -[rent > 5]-> large > end ; big? > small > end"
    driver = drive(category(flows, inside=inside, files=forms("one")))
    driver.do("ask", rent=9)
    assert sections(driver) == {"one": {"rent": 9}}

    move(driver, category(flows, inside=inside, files=forms("two")))

    assert sections(driver) == {"one": {}, "two": {"rent": 9}}
    driver.do("then", rent=9)
    assert driver.open() == ["large"]


def test_an_incident_is_cured_by_the_version_in_which_the_step_works(drive: Drive) -> None:
    broken = {"write": service("record_note", text="=nothing.at.all + 1")}
    driver = drive(category("start > write:service > ask > end", inside=broken))
    assert [found.element_id for found in driver.incidents()] == ["write"]

    move(driver, category("start > write:service > ask > end", inside={"write": service("record_note", text="Done")}))

    assert (driver.incidents(), driver.open(), driver.case.open_incidents) == ([], ["ask"], 0)


def test_an_incident_that_the_new_version_does_not_cure_stays_open_as_the_same_one(drive: Drive) -> None:
    broken = {"write": service("record_note", text="=nothing.at.all + 1")}
    driver = drive(category("start > write:service > ask > end", inside=broken))
    [before] = driver.incidents()

    move(driver, category("start > write:service > ask > more > end", inside=broken))

    [after] = driver.incidents()
    assert (after.id, after.attempts, driver.case.open_incidents) == (before.id, 2, 1)


def test_a_child_that_is_waited_for_brings_its_outcome_to_the_new_version(drive: Drive) -> None:
    child = category("start > assess > end", key="child")
    call = '<zeebe:properties><zeebe:property name="startsCase" value="child"/></zeebe:properties>'
    inside = {name: extensions(call) for name in ("call", "ask_them")}
    drive(child)
    driver = drive(category("start > call:callActivity > then > end", inside=inside))
    move(driver, category("start > ask_them:callActivity > other > end", inside=inside), call="ask_them")
    with driver.factories.transaction() as session:
        started = session.scalars(select(Case).where(Case.parent_id == driver.started.id)).one()
        task = session.scalars(select(UserTask).where(UserTask.case_id == started.id)).one()
    assert started.parent_element_id == "ask_them"
    with driver.factories.transaction() as session:
        done = tasks.complete(session, task.id, answers={}, by=driver.by)
    jobs.run_all(driver.factories.sessions, done.job_keys)
    assert "other" in driver.open()


def test_who_may_not_and_what_cannot_be_is_refused(drive: Drive) -> None:
    driver = drive(PLAIN)
    driver.factories.deploy(category("start > question > part:subProcess > end", inside={"part": INSIDE}))
    officer = driver.factories.actor(driver.factories.user("officer"))

    def attempt(error: type[Exception], **changes: Any) -> Any:
        given = {"to": None, "mapping": {}, "reason": REASON, "by": driver.by} | changes
        with driver.factories.transaction() as session, pytest.raises(error) as raised:
            migrating.move(session, driver.started.id, **given)
        return raised.value

    attempt(NotAllowed, by=officer)
    attempt(Invalid, reason="  ")
    attempt(NotFound, to=9)
    attempt(Conflict, to=1)
    assert attempt(Invalid, mapping={"ask": "nowhere"}).errors == {"mapping.ask": "Version 2 has no element “nowhere”"}
    assert attempt(Invalid, mapping={"x": "question"}).errors == {"mapping.x": "Version 1 has no element “x”"}
    assert "mapping.ask" in attempt(Invalid, mapping={"ask": "part"}).errors
    refused = attempt(CannotMove)
    assert (refused.message, refused.obstacles[0].element_id) == ("“Ask” is not in version 2.", "ask")
    with driver.factories.transaction() as session:
        assert session.get_one(CategoryVersion, driver.case.version_id).number == 1
    driver.do("ask")
    driver.do("then")
    attempt(Conflict)


INSIDE = (
    '<bpmn:startEvent id="s"/><bpmn:userTask id="inner"/><bpmn:endEvent id="e"/>'
    '<bpmn:sequenceFlow id="s1" sourceRef="s" targetRef="inner"/>'
    '<bpmn:sequenceFlow id="s2" sourceRef="inner" targetRef="e"/>'
)


def test_a_time_that_is_past_when_it_is_armed_fires_in_the_same_step(drive: Drive) -> None:
    driver = drive(PLAIN)
    past = timer("late", "ask", "then", date="2020-01-01T00:00:00Z")
    with frozen_at(now()):
        move(driver, category("start > ask > then > end", boundary=past))
    assert driver.open() == ["then"]


@pytest.mark.parametrize(("number", "key"), [("1", "one"), ("2", "two")])
def test_a_message_is_waited_for_under_the_key_of_the_new_version(drive: Drive, number: str, key: str) -> None:
    def waiting(field: str) -> dict[str, bytes]:
        subscription = extensions(f'<zeebe:subscription correlationKey="=key_{field}"/>')
        return category(
            "start > wait:intermediateCatchEvent > then > end",
            inside={"wait": message("m")},
            roots=f'<bpmn:message id="m" name="paid">{subscription}</bpmn:message>',
        )

    driver = drive(waiting("1"), key_1="one", key_2="two")
    move(driver, {**waiting(number), "other.form": b'{"id": "other", "components": []}'})

    [row] = driver.rows(MessageSubscription)
    assert row.correlation_key == key
