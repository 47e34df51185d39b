"""Steps that a rule forbids while a fact is true of the case: withheld, with an override where the rule names one."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from engine import incidents, tasks
from engine.errors import NotAllowed, NotPossible
from engine.instants import frozen_at
from tests.diagrams import category, due, service
from tests.integration.engine.conftest import Drive, Driver
from tests.integration.engine.test_clocks import correct, told

RULES = """
[[rule]]
id = "sample.notice"
name = "Serve the notice"
class = "law"
counts_from = "decided"
counts_from_words = "it was decided"
within = {{ amount = 5, unit = "working days" }}
[rule.citation]
text = "Debt Respite Scheme Regulations 2020"
url = "https://www.legislation.gov.uk/uksi/2020/1311"
[[rule.suppression]]
while = "breathing_space"
words = "a breathing space protects the tenant"
{override}
"""
FORM = b"""{"type": "default", "id": "facts", "components": [
    {"type": "checkbox", "key": "breathing_space", "label": "Breathing space", "id": "c1"}]}"""


def files(override: str = "", **inside: str) -> dict[str, bytes]:
    notice = due('=due("sample.notice", date(decided_on))')
    rest = {"rules.toml": RULES.format(override=override).encode(), "facts.form": FORM}
    return category("start > ask > serve > end", inside={"serve": notice, **inside}, files=rest)


@pytest.fixture(autouse=True)
def _tuesday() -> Iterator[None]:
    with frozen_at(datetime(2026, 11, 3, 9, tzinfo=UTC)):
        yield


def protected(drive: Drive, override: str = "") -> Driver:
    """Return a case that waits for its notice, and the breathing space that forbids it."""
    driver = drive(files(override), decided_on="2026-11-02")
    driver.do("ask")
    correct(driver, breathing_space=True)
    return driver


def test_a_task_is_withheld_while_its_rule_forbids_it_and_done_when_that_is_over(drive: Drive) -> None:
    driver = protected(drive)

    with pytest.raises(NotPossible, match="“Serve the notice” must not be done while a breathing space protects"):
        driver.do("serve")
    assert driver.open() == ["serve"]

    correct(driver, breathing_space=False)
    driver.do("serve")
    assert driver.case.status == "closed"


def test_nobody_overrides_what_the_rule_lets_nobody_override(drive: Drive) -> None:
    driver = protected(drive)

    with pytest.raises(NotAllowed, match="may be overridden by: nobody"), driver.factories.transaction() as session:
        tasks.complete(session, driver.task("serve").id, answers={}, override_reason="I know better", by=driver.by)


def test_the_team_that_the_rule_names_overrides_it_with_a_reason_that_stands_in_the_history(
    drive: Drive, factories
) -> None:
    driver = protected(drive, 'override_by = ["Lawyers"]')
    lawyer = factories.actor(factories.user("officer", "administrator", teams=("Lawyers",)))
    task_id = driver.task("serve").id

    with pytest.raises(NotAllowed, match="overridden by: Lawyers"), factories.transaction() as session:
        tasks.complete(session, task_id, answers={}, override_reason="It is urgent", by=driver.by)
    with pytest.raises(NotPossible, match="Lawyers may override"), factories.transaction() as session:
        tasks.complete(session, task_id, answers={}, override_reason=" ", by=lawyer)
    with factories.transaction() as session:
        tasks.complete(session, task_id, answers={}, override_reason="The court allowed it", by=lawyer)

    done = told(driver, "task_completed")
    assert done["override_reason"] == "The court allowed it"
    assert done["overrode"] == ["“Serve the notice” must not be done while a breathing space protects the tenant."]


def test_a_service_step_that_names_the_rule_is_withheld_as_an_incident_and_retried(drive: Drive) -> None:
    held = '<zeebe:properties><zeebe:property name="withheldBy" value="sample.notice"/></zeebe:properties>'
    note = service("record_note", text="Served").replace(
        "</bpmn:extensionElements>", f"{held}</bpmn:extensionElements>"
    )
    rest = {"rules.toml": RULES.format(override="").encode(), "facts.form": FORM}
    driver = drive(
        category("start > ask > serve:service > end", inside={"serve": note}, files=rest), breathing_space=True
    )

    driver.do("ask")

    [incident] = driver.incidents()
    assert "must not be done while" in incident.message
    assert "note_added" not in driver.events()
    correct(driver, breathing_space=False)
    with driver.factories.transaction() as session:
        incidents.retry(session, incident.id, by=driver.by)
    assert "note_added" in driver.events()
