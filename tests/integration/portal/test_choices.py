"""How a case goes on, chosen on a page: by buttons, by boxes, and at an incident; and by whom. Without JavaScript."""

from typing import Any

import pytest
from sqlalchemy import select

from engine import cases
from engine.permissions import Actor
from models.work import UserTask
from tests.diagrams import asking_officer, category, extensions, service
from tests.factories import Factories
from tests.integration.portal.conftest import error_links, shown
from tests.pages import PageClient, words


class Office:
    """An officer at their browser, with one case of a small category."""

    def __init__(self, factories: Factories) -> None:
        self.factories = factories
        self.client: PageClient = factories.client("officer")
        self.by: Actor = factories.actor(self.client.user)  # type: ignore[attr-defined]

    def start(self, flows: str, **inside: str) -> str:
        """Start a case of a drawn process, and return its address."""
        self.factories.deploy(category(flows, inside=inside))
        with self.factories.transaction() as session:
            return f"/cases/{cases.start(session, 'sample', by=self.by).reference}"

    def open(self) -> list[str]:
        """Return where a task is open."""
        with self.factories.transaction() as session:
            return sorted(session.scalars(select(UserTask.element_id).where(UserTask.status == "open")))

    def start_with_four_eyes(self) -> str:
        """Start a case whose second task is not for whoever did the first; return its address."""
        apart = '<zeebe:properties><zeebe:property name="differentFrom" value="ask"/></zeebe:properties>'
        return self.start("start > ask > check > end", check=extensions(apart))

    def task(self) -> str:
        """Return the address of the open task."""
        with self.factories.transaction() as session:
            return f"/tasks/{session.scalars(select(UserTask.id).where(UserTask.status == 'open')).one()}"


@pytest.fixture
def office(sqlite_factories: Factories) -> Office:
    return Office(sqlite_factories)


def test_the_flows_of_a_gateway_are_buttons_and_one_click_takes_the_case_on(office: Office) -> None:
    here = office.start("start > big? > repair > end ; big? > decline > end", big_choice=asking_officer())
    page = office.client.page(office.task())
    buttons = {words(b): b.get("value") for b in page.tree.xpath("//button[@name='choice']")}
    assert (page.h1, buttons) == ("Big choice", {"Repair": "f1", "Decline": "f3"})

    sent = {**page.form("completion"), "choice": buttons["Decline"]}
    told = office.client.follow(office.client.submit(f"{office.task()}/completion", sent))

    assert "“Big choice” is done." in told.main
    assert office.open() == ["decline"]
    assert "Chosen: “Decline”" in office.client.page(f"{here}/timeline").main


def test_several_flows_are_boxes_with_a_draft_and_none_at_all_is_told(office: Office) -> None:
    flows = "start > some:inclusiveGateway > repair > end ; some > decline > end ; some > wait > end"
    office.start(flows, some=asking_officer())
    task = office.task()
    office.client.submit(f"{task}/draft", {"choice": ["f1", "f5"]})
    page = office.client.page(task)
    assert page.tree.xpath("//input[@name='choice'][@checked]/@value") == ["f1", "f5"]

    refused = shown(office.client.submit(f"{task}/completion", {}, status=422))
    assert error_links(refused) == {"Choose at least one of “Repair”, “Decline”, “Wait”": "#choice"}

    office.client.submit(f"{task}/completion", {"choice": ["f1", "f5"]})
    assert office.open() == ["repair", "wait"]


def test_who_comes_second_is_told_what_they_chose_and_who_was_first(office: Office) -> None:
    office.start("start > big? > repair > end ; big? > decline > end", big_choice=asking_officer())
    task = office.task()
    office.client.submit(f"{task}/completion", {"choice": "f1", "_completion_key": "one"})

    late = shown(office.client.submit(f"{task}/completion", {"choice": "f3", "_completion_key": "two"}, status=409))

    assert "completed this task at" in late.main


@pytest.mark.parametrize(("sent", "open_after"), [({"choice": "f3"}, ["decline"]), ({}, []), ({"choice": "x"}, [])])
def test_an_incident_at_a_gateway_offers_its_flows_as_buttons(
    office: Office, sent: dict[str, Any], open_after: list[str]
) -> None:
    here = office.start("start > ask > big? -[a = 1]-> repair ; big? -[a = 2]-> decline")
    office.client.submit(f"{office.task()}/completion")
    page = office.client.page(here)
    action = page.tree.xpath("//form[contains(@action, '/choice')]/@action")[0]
    assert [words(b) for b in page.tree.xpath("//button[@name='choice']")] == ["Repair", "Decline"]

    told = office.client.follow(office.client.submit(action, sent))

    assert office.open() == open_after
    assert ("goes on as you chose" if open_after else "still waits") in told.text


def test_a_manager_skips_a_step_that_failed_for_a_reason_that_the_timeline_shows(office: Office) -> None:
    here = office.start("start > write:service > ask > end", write=service("no_such_service"))
    assert "Skip this step" not in office.client.page(here).main, "an officer has not the right"
    manager = office.factories.client("team_manager")
    page = manager.page(here)
    action = page.tree.xpath("//form[contains(@action, '/skip')]/@action")[0]

    told = manager.follow(manager.submit(action, {"reason": " "}))
    assert "still waits. Enter why the step may be skipped" in told.text
    told = manager.follow(manager.submit(action, {"reason": "Sent by hand on Monday."}))

    assert "was skipped, and the case goes on" in told.text
    assert office.open() == ["ask"]
    assert "Sent by hand on Monday." in manager.page(f"{here}/timeline").main
    office.client.submit(action, {"reason": "Mine"}, status=403)


def test_a_task_that_needs_a_second_pair_of_eyes_says_so_before_anything_is_typed(office: Office) -> None:
    office.start_with_four_eyes()
    office.client.submit(f"{office.task()}/completion", office.client.page(office.task()).form("completion"))
    colleague = office.factories.client(user=office.factories.user("officer", "administrator"))

    page = office.client.page(office.task())

    assert "Somebody else has to do this" in page.main and "“Ask” on this case was yours" in page.main
    assert not page.tree.xpath("//form[contains(@action, '/completion') or contains(@action, '/claim')]")
    office.client.submit(f"{office.task()}/completion", status=403)
    assert "Somebody else has to do this" not in colleague.page(office.task()).main
