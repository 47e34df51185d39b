"""An analyst changes a rule in a real browser: fills it in, sees what it moves, publishes it; also on a phone."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import faults
from tests.browser.test_studio import PASSWORD, sign_in
from tests.environment.serving import served
from tests.factories import Factories, forget
from tests.integration.law.conftest import Letters, rules


@pytest.fixture
def letters(sqlite_url: str, tmp_path: Path) -> Iterator[Letters]:
    """A case that waits for an answer, on SQLite alone: the browser does not see the difference."""
    forget()
    made = Letters(Factories(sqlite_url, tmp_path))
    made.deploy(rules(5))
    made.factories.user("analyst", "administrator", name="Ann Analyst", password=PASSWORD)
    yield made
    made.factories.close()
    forget()


@pytest.fixture
def site(letters: Letters) -> Iterator[str]:
    with served(letters.factories.app) as address:
        yield address


def test_an_analyst_changes_a_rule_and_publishes_it(site: str, letters: Letters, page: Page, phone: Page) -> None:
    letters.start(date(2026, 12, 18))
    sign_in(page, site, "/studio/rules/sample")
    page.get_by_role("link", name="Answer the letter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Answer the letter")
    assert faults(page) == []

    page.get_by_label("Within", exact=True).fill("10")
    page.get_by_role("button", name="See what it changes").click()
    expect(page.get_by_text("1 running clock of 1 would move")).to_be_visible()
    assert faults(page) == []
    page.get_by_label("Why").fill("The board agreed")
    page.get_by_role("button", name="Publish edition 2").click()

    expect(page.get_by_text("Edition 2 is in force.")).to_be_visible()
    assert letters.text() == rules(10)
    sign_in(phone, site, "/studio/rules/sample")
    for part in ("", "/rule?id=letter.answer", "/editions/2", "/trial?rule=letter.answer&on=2026-12-18"):
        phone.goto(f"{site}/studio/rules/sample{part}")
        assert faults(phone) == []
