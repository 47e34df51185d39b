"""Rules that count a period which only the case knows, such as the rent period of a tenancy."""

import json
from datetime import UTC, datetime

import pytest

from engine import following, rules
from engine.instants import frozen_at
from models.work import Clock
from tests.diagrams import category, due
from tests.environment.databases import on_sqlite_alone
from tests.integration.engine.conftest import Drive, Driver
from tests.integration.engine.test_clocks import correct, told

RULES = b"""
[[rule]]
id = "sample.notice"
name = "Notice"
class = "local standard"
counts_from = "served"
counts_from_words = "the notice was served"
within = { longer_of = [{ amount = 4, unit = "weeks" }, { period = "rent_period" }] }
[rule.citation]
text = "Our own standard"
url = "https://landlord.example/standards"
"""
FORM = json.dumps(
    {
        "type": "default",
        "id": "notice",
        "components": [
            {"type": "datetime", "subtype": "date", "key": "served_on", "dateLabel": "Served on", "id": "c1"},
            {"type": "textfield", "key": "rent_period", "label": "Rent period", "id": "c2"},
        ],
    }
).encode()
FILES = category(
    "start > ask > end",
    inside={"ask": due('=due("sample.notice", date(served_on))')},
    files={"rules.toml": RULES, "notice.form": FORM},
)
SERVED = {"served_on": "2026-11-02"}


@pytest.fixture
def monthly(drive: Drive) -> Driver:
    with frozen_at(datetime(2026, 11, 3, 9, tzinfo=UTC)):
        yield drive(FILES, **SERVED, rent_period="P1M")


@pytest.mark.parametrize(
    ("period", "due_on"),
    [("P1M", "2026-12-02"), ("P1W", "2026-11-30"), ("P4W", "2026-11-30"), ("P45D", "2026-12-17")],
)
def test_the_longer_of_the_law_and_the_tenancy_holds(drive: Drive, period: str, due_on: str) -> None:
    with frozen_at(datetime(2026, 11, 3, 9, tzinfo=UTC)):
        driver = drive(FILES, **SERVED, rent_period=period)

        [clock] = driver.rows(Clock)
        assert clock.due_at.date().isoformat() == due_on
        assert driver.task("ask").due_at == clock.due_at


def test_a_corrected_period_moves_the_clock_and_its_task(monthly: Driver) -> None:
    correct(monthly, rent_period="P3M")

    [clock] = monthly.rows(Clock)
    assert clock.due_at.date().isoformat() == "2027-02-02"
    assert monthly.task("ask").due_at == clock.due_at
    assert told(monthly, "clock_recounted")["why"] == "“Rent period” was corrected"


def test_a_change_of_law_is_tried_with_the_period_that_the_clock_has(monthly: Driver) -> None:
    longer = rules.load(RULES.decode().replace("amount = 4", "amount = 6"), source="rules.toml")

    with monthly.factories.transaction() as session:
        preview = following.preview_rules(session, "sample", longer, content_digest="another")

    assert (preview.looked_at, preview.moved, preview.stuck) == (1, 1, 0)


@on_sqlite_alone
@pytest.mark.parametrize("period", ["", "P1M3D", "PT4H", "monthly"])
def test_a_period_that_is_none_is_told_at_the_task(drive: Drive, period: str) -> None:
    with frozen_at(datetime(2026, 11, 3, 9, tzinfo=UTC)):
        driver = drive(FILES, **SERVED, rent_period=period)

        [incident] = driver.incidents()
    assert "rent period" in f"{incident.message} {incident.remedy}".lower()
