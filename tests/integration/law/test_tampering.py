"""What the law was cannot be rewritten, neither through the platform nor by whoever has the database."""

from datetime import date

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from engine.law import calendar
from engine.permissions import PLATFORM
from tests.factories import Factories
from tests.integration.law.conftest import Letters, rules

ATTACKS = (
    "UPDATE rule_edition SET content = replace(content, '5', '50')",
    "UPDATE rule_edition SET published_by_name = 'Somebody else'",
    "DELETE FROM rule_edition",
    "UPDATE law_change SET state = '{}'",
    "UPDATE law_change SET reason = 'A better one'",
    "DELETE FROM law_change",
    "UPDATE closed_days SET first_on = '2026-01-02'",
    "UPDATE closed_days SET ended_at = NULL, ended_by_name = NULL",
    "UPDATE closed_days SET end_reason = 'A better one'",
    "DELETE FROM closed_days",
    "UPDATE bank_holiday SET on_day = '2026-01-02'",
    "DELETE FROM bank_holiday",
)
TABLES = ("rule_edition", "law_change", "closed_days", "bank_holiday")


@pytest.fixture
def in_force(letters: Letters, factories: Factories) -> Engine:
    """Rules that were published, a closure that was taken back, a bank holiday that was proclaimed."""
    letters.deploy(rules(5))
    shut = {"name": "Office move", "first_on": date(2026, 12, 7), "last_on": date(2026, 12, 7)}
    with factories.transaction() as session:
        closure = calendar.add_closure(session, **shut, reason="We move", by=PLATFORM)
        calendar.end_closure(session, closure, reason="We stay", by=PLATFORM)
        calendar.add_holiday(
            session, nation="Scotland", on_day=date(2026, 12, 9), name="Jubilee", reason="Proclaimed", by=PLATFORM
        )
    return factories.engine


def test_what_the_law_was_is_not_rewritten(in_force: Engine) -> None:
    emptied = [f"TRUNCATE {name} CASCADE" for name in TABLES] if in_force.dialect.name == "postgresql" else []

    for attack in (*ATTACKS, *emptied):
        with pytest.raises(DBAPIError, match="append-only"), in_force.begin() as connection:
            connection.execute(text(attack))
