"""An analyst moves running cases in a real browser, and an auditor sees each moment on the diagram of its version."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine import cases, tasks
from engine.definitions import checking
from engine.permissions import PLATFORM
from tests.browser.accessibility import faults_everywhere
from tests.diagrams import category, timer
from tests.environment.serving import served
from tests.factories import Factories, forget

PASSWORD = "otter lamp granite"
OLD = category("start > read_the_letter > visit_home > then > end")
NEW = category(
    "start > read_the_letter > inspect_home > write_report > then > end",
    boundary=timer("late", "inspect_home", "then", duration="P5D"),
)


@pytest.fixture
def factories(sqlite_url: str, tmp_path: Path) -> Iterator[Factories]:
    """The factories, on SQLite alone: the browser does not see the difference."""
    forget()
    made = Factories(sqlite_url, tmp_path)
    yield made
    made.close()
    forget()


@pytest.fixture
def site(factories: Factories) -> Iterator[str]:
    """The site with three cases on version 1, two of them at a step that version 2 calls another name."""
    officer = factories.actor(factories.user("officer", "administrator"))
    factories.user("analyst", "administrator", name="Ann Analyst", password=PASSWORD)
    factories.deploy(checking.native_files(OLD))
    for number in range(3):
        with factories.transaction() as session:
            started = cases.start(session, "sample", fields={}, by=PLATFORM)
        if number:
            with factories.transaction() as session:
                [task] = tasks_of(session, started.id)
                tasks.complete(session, task, answers={}, by=officer)
    factories.deploy(checking.native_files(NEW))
    with served(factories.app) as address:
        yield address


def tasks_of(session: object, case_id: int) -> list[int]:
    from sqlalchemy import select

    from models.work import UserTask

    return list(session.scalars(select(UserTask.id).where(UserTask.case_id == case_id)))  # type: ignore[attr-defined]


def test_an_analyst_moves_cases_and_the_replay_follows(
    site: str, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    page = open_page()
    page.goto(f"{site}/sign-in?next=/studio/sample")
    page.get_by_label("E-mail address").fill("ann.analyst@landlord.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Move running cases").click()

    expect(page.get_by_text("1 of 3 cases can move to version 2.")).to_be_visible()
    expect(page.locator(".cw-pin", has_text="Problem of 2").first).to_be_visible()
    assert faults_everywhere(page) == []
    page.get_by_label("Cases at “Visit home” go to").select_option("inspect_home")
    page.get_by_role("button", name="Look again").click()
    expect(page.get_by_text("All 3 cases can move to version 2.")).to_be_visible()
    page.get_by_label("Why are these cases moved?").fill("Homes are inspected now.")
    page.get_by_role("button", name="Move the cases to version 2").click()

    expect(page.get_by_text("3 of 3 moved.")).to_be_visible()
    assert faults_everywhere(page) == []
    page.locator("table").get_by_role("link").last.click()
    expect(page.get_by_text("Inspect home").first).to_be_visible()
    reference = page.url.rsplit("/", 1)[-1]
    page.goto(f"{site}/audit/cases/{reference}?at=1")
    old = page.locator(".djs-container [data-element-id='visit_home']")
    new = page.locator(".djs-container [data-element-id='inspect_home']")
    expect(old.first).to_be_attached()
    page.get_by_role("link", name="Last").click()
    expect(new.first).to_be_attached()
    expect(old).to_have_count(0)
