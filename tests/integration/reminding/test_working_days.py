"""The working days of reminders: of the rule that gave a task its date, with our closures only where it says so."""

from datetime import date

import pytest

from engine.instants import frozen_at
from engine.law import calendar
from engine.permissions import PLATFORM
from tests.diagrams import category, due
from tests.environment.databases import on_sqlite_alone
from tests.integration.engine.test_clock_changes import ANSWER_BY, RULES
from tests.integration.engine.test_clocks import FORM
from tests.integration.reminding.conftest import Office, moment

RECEIVED, OPENED = "2026-11-02", "2026-11-03T09:00"  # a Monday: to be answered by the end of Monday 9 November
TUESDAY_AFTER = date(2026, 11, 10)
ESCALATION = (
    '\n[reminders]\nat_amber = false\noverdue = []\n[[reminders.escalation]]\nafter = "1 working day"\nto = "owner"\n'
)


def answering(*, closures_count: bool) -> dict[str, bytes]:
    """Return a category whose task is due by a rule, which counts our closures or not."""
    rules = RULES.replace(b"[rule.citation]", b"closures_count = true\n[rule.citation]", int(closures_count))
    made = category(
        "start > ask > end", inside={"ask": due(ANSWER_BY)}, files={"rules.toml": rules, "dates.form": FORM}
    )
    made["category.toml"] += ESCALATION.encode()
    return made


def close(office: Office, at: str = OPENED) -> int:
    """Be shut on the Tuesday after the task's date."""
    with office.factories.transaction() as session, frozen_at(moment(at)):
        return calendar.add_closure(
            session, name="Office move", first_on=TUESDAY_AFTER, last_on=TUESDAY_AFTER, reason="We move", by=PLATFORM
        )


@pytest.mark.parametrize(("closures_count", "told_on"), [(True, "2026-11-12"), (False, "2026-11-11")])
@pytest.mark.parametrize("is_known", [True, False], ids=["known before", "told later"])
def test_a_closure_counts_for_reminders_where_it_counts_for_the_date(
    office: Office, closures_count: bool, told_on: str, is_known: bool
) -> None:
    if is_known:
        close(office)
    driver = office.open(answering(closures_count=closures_count), moment(OPENED), received_on=RECEIVED)
    if not is_known:
        close(office, "2026-11-09T12:00")

    office.sweep("2026-11-11T07:59")
    office.sweep(f"{told_on}T07:59")
    assert office.told() == []
    office.sweep(f"{told_on}T08:00")
    office.sweep("2026-11-20T08:00")

    assert office.told() == [(driver.by.name, "escalation")]


@on_sqlite_alone
def test_what_a_closure_put_off_is_told_once_when_the_closure_was_taken_back(office: Office) -> None:
    closure = close(office)
    driver = office.open(answering(closures_count=True), moment(OPENED), received_on=RECEIVED)
    with office.factories.transaction() as session, frozen_at(moment("2026-11-09T12:00")):
        calendar.end_closure(session, closure, reason="We stay", by=PLATFORM)

    office.sweep("2026-11-12T08:00")
    office.sweep("2026-11-13T08:00")

    assert office.told() == [(driver.by.name, "escalation")]


@on_sqlite_alone
def test_a_task_without_a_rule_counts_no_closure(office: Office) -> None:
    close(office)
    made = category("start > ask > end", inside={"ask": due("2026-11-09")})
    made["category.toml"] += ESCALATION.encode()
    driver = office.open(made, moment(OPENED))

    office.sweep("2026-11-11T08:00")

    assert office.told() == [(driver.by.name, "escalation")]
