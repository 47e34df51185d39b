"""An officer says on a page or over REST that something has happened: one button, a choice, and withdrawn in time."""

from datetime import timedelta

import pytest

from engine.instants import frozen_at, now
from models.work import UserTask
from tests.diagrams import category, timer
from tests.factories import Factories
from tests.integration.engine.conftest import Driver
from tests.integration.portal.test_choices import Office
from tests.integration.runtime.pieces import TOLD, after, boundary
from tests.pages import words

CATCH = "intermediateCatchEvent"
LANE = '<bpmn:lane id="l" name="Repairs"><bpmn:flowNodeRef>wait</bpmn:flowNodeRef></bpmn:lane>'
LANES = f'<bpmn:laneSet id="s">{LANE}</bpmn:laneSet>'


@pytest.fixture
def office(sqlite_factories: Factories) -> Office:
    return Office(sqlite_factories)


def test_the_page_asks_whether_it_has_happened_and_has_one_button(office: Office) -> None:
    office.start(f"start > tenant_replies:{CATCH} > ask > end", tenant_replies=TOLD)
    page = office.client.page(office.task())
    assert page.h1 == "Has it happened: Tenant replies?"
    buttons = [words(button) for button in page.tree.xpath("//main//form//button")]
    assert buttons == ["It has happened"]

    office.client.follow(office.client.submit(f"{office.task()}/completion", page.form("completion")))

    assert office.open() == ["ask"]


def test_events_behind_a_gateway_are_buttons(office: Office) -> None:
    flows = (
        f"start > reply:eventBasedGateway ; reply > agrees:{CATCH} > go > end ; reply > refuses:{CATCH} > stop > end_2"
    )
    office.start(flows, agrees=TOLD, refuses=TOLD)
    page = office.client.page(office.task())
    buttons = {words(b): b.get("value") for b in page.tree.xpath("//button[@name='choice']")}
    assert (page.h1, buttons) == ("What has happened: Reply?", {"Agrees": "agrees", "Refuses": "refuses"})

    sent = {**page.form("completion"), "choice": "refuses"}
    office.client.follow(office.client.submit(f"{office.task()}/completion", sent))

    assert office.open() == ["stop"]


def test_it_is_told_over_rest(sqlite_factories: Factories) -> None:
    driver = Driver(sqlite_factories, category(f"start > wait:{CATCH} > ask > end", inside={"wait": TOLD}), {})
    officer = sqlite_factories.user("officer", "administrator", name="Rest Officer")
    client, headers = sqlite_factories.client(user=officer), sqlite_factories.bearer(officer)
    task = driver.task("wait")
    with sqlite_factories.transaction() as session:
        session.get(UserTask, task.id).assignee_id = officer.id

    answer = client.post(f"/api/v1/tasks/{task.id}/completion", json={"answers": {}}, headers=headers)

    assert answer.status_code == 200, answer.text
    assert driver.open() == ["ask"]


def test_the_question_goes_to_the_team_of_its_lane(sqlite_factories: Factories) -> None:
    team = sqlite_factories.team("Repairs")
    files = category(f"start > wait:{CATCH} > ask > end", inside={"wait": TOLD}, boundary=LANES)

    driver = Driver(sqlite_factories, files, {})

    assert driver.task("wait").team_id == team.id


def test_the_question_is_withdrawn_when_the_wait_ends_otherwise(sqlite_factories: Factories) -> None:
    files = category(
        "start > work > end ; note > end_note ; chase > end_chased",
        boundary=boundary("rings", "work", "note", TOLD, interrupts=False)
        + timer("late", "work", "chase", duration="P1D"),
    )
    driver = Driver(sqlite_factories, files, {})
    driver.do("rings")
    driver.restart()
    assert driver.open() == ["note", "rings", "work"]

    with frozen_at(now() + timedelta(days=2)):
        driver.sweep()

    assert driver.open() == ["chase", "note"]
    assert [row.status for row in driver.rows(UserTask) if row.element_id == "rings"] == ["completed", "cancelled"]


def test_a_case_can_be_told_of_an_event_that_a_timer_stands_beside(sqlite_factories: Factories) -> None:
    flows = f"start > which:eventBasedGateway ; which > a:{CATCH} > got > end ; which > b:{CATCH} > late > end_b"
    driver = Driver(sqlite_factories, category(flows, inside={"a": TOLD, "b": after(5)}), {})
    assert driver.task("a").name == "Has it happened: A?"

    driver.do("a")

    assert driver.open() == ["got"]
    assert driver.timers() == {}
