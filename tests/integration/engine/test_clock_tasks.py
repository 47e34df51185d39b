"""Clocks that a diagram starts, pauses and meets, and that follow what the case says."""

from datetime import UTC, datetime, timedelta

from engine.clocks import running
from engine.instants import frozen_at
from models.work import Clock
from tests.diagrams import category, due, service
from tests.integration.engine.conftest import Drive
from tests.integration.engine.test_clock_changes import ANSWER_BY, MONDAY, RULES, Clocks
from tests.integration.engine.test_clocks import FORM, correct, told


def test_a_diagram_starts_pauses_and_meets_a_clock_that_no_task_hangs_on(drive: Drive) -> None:
    files = category(
        "start > begin:service > ask > pause:service > wait > on:service > work > done:service > last > end",
        inside={
            "begin": service("start_clock", rule="sample.answer", counts_from="=date(received_on)"),
            "pause": service("stop_clock", rule="sample.answer", ground="clarify", reason="We asked what is meant"),
            "on": service("resume_clock", rule="sample.answer"),
            "done": service("meet_clock", rule="sample.answer", reason="It was answered"),
        },
        files={"rules.toml": RULES, "dates.form": FORM},
    )
    with frozen_at(datetime(2026, 11, 3, 9, tzinfo=UTC)):
        driver = drive(files, received_on="2026-11-02")
        clocks = Clocks(driver, driver.by)
        assert (clocks.one().state, clocks.one().due_at.day) == ("running", 9)
        driver.do("ask")
        assert clocks.one().state == "stopped"
    with frozen_at(MONDAY + timedelta(days=3)):
        driver.restart()
        driver.do("wait")
        assert (clocks.one().state, clocks.one().due_at.day) == ("running", 11)
        driver.do("work")
        assert clocks.one().state == "met"
        driver.do("last")
    assert driver.case.status == "closed"


def test_a_clock_that_a_diagram_started_follows_the_field_that_it_counts_from(drive: Drive) -> None:
    begin = service("start_clock", rule="sample.answer", counts_from="=date(received_on)")
    files = category(
        "start > begin:service > ask > end", inside={"begin": begin}, files={"rules.toml": RULES, "dates.form": FORM}
    )
    with frozen_at(datetime(2026, 11, 5, 9, tzinfo=UTC)):
        driver = drive(files, received_on="2026-11-02")
        driver.restart()
        correct(driver, received_on="2026-11-04")

        [clock] = driver.rows(Clock)
        assert (clock.counted_from, clock.due_at.day) == ("2026-11-04", 11)
        driver.do("ask")
    [clock] = driver.rows(Clock)
    assert clock.state == "ended"  # nobody met it, and the case is over


def test_an_expression_asks_how_a_clock_stands(drive: Drive) -> None:
    flows = (
        'start > begin:service > ask > late? -[clock("sample.answer").is_overdue]-> chase > end ; late? > thank > end_2'
    )
    begin = service("start_clock", rule="sample.answer", counts_from="=date(received_on)")
    files = category(flows, inside={"begin": begin}, files={"rules.toml": RULES})
    with frozen_at(datetime(2026, 11, 3, 9, tzinfo=UTC)):
        in_time, late = drive(files, received_on="2026-11-02"), drive(files, received_on="2026-11-02")
        in_time.do("ask")
    with frozen_at(datetime(2026, 11, 10, 9, tzinfo=UTC)):
        late.do("ask")

    assert (in_time.open(), late.open()) == (["thank"], ["chase"])


def test_a_change_that_is_not_lawful_is_an_incident_and_can_be_retried(drive: Drive) -> None:
    pause = service("stop_clock", rule="sample.keep", reason="We asked what is meant")
    files = category("start > pause:service > ask > end", inside={"pause": pause}, files={"rules.toml": RULES})

    driver = drive(files, received_on="2026-11-02")

    [incident] = driver.incidents()
    assert "No clock of the rule “sample.keep” is running" in incident.message


def test_an_answer_that_corrects_the_date_moves_the_clock_before_it_is_met(drive: Drive) -> None:
    asking = due(ANSWER_BY).replace(
        "<bpmn:extensionElements>", '<bpmn:extensionElements><zeebe:formDefinition formId="dates"/>'
    )
    files = {"rules.toml": RULES, "dates.form": FORM}
    with frozen_at(datetime(2026, 11, 10, 9, tzinfo=UTC)):
        driver = drive(category("start > ask > end", inside={"ask": asking}, files=files), received_on="2026-11-02")
        driver.do("ask", received_on="2026-11-04")

    [clock] = driver.rows(Clock)
    assert (clock.counted_from, clock.state) == ("2026-11-04", "met")  # by the date before it was late
    events = driver.events()
    assert events.index("task_completed") < events.index("clock_recounted") < events.index("clock_met")


def test_a_clock_that_counts_from_the_day_its_task_opened_is_extended_from_that_day(drive: Drive) -> None:
    files = {"rules.toml": RULES}
    with frozen_at(MONDAY):
        driver = drive(category("start > ask > end", inside={"ask": due('=due("sample.answer", today)')}, files=files))
        by = driver.factories.actor(driver.factories.user("team_manager", teams=("Managers",)))
    with frozen_at(MONDAY + timedelta(days=2)):
        clocks = Clocks(driver, by)
        clocks.do(running.extend, clocks.one().id, amount=2, reason="It is complex")

    [clock] = driver.rows(Clock)
    assert (clock.counted_from, clock.due_at.day) == ("2026-11-02", 11)
    assert driver.task("ask").due_at == clock.due_at


def test_a_correction_that_makes_another_rule_hold_ends_the_clock_of_the_former_rule(drive: Drive) -> None:
    either = '=due(if is_urgent = true then "sample.answer" else "sample.keep", date(received_on))'
    form = FORM.replace(
        b'"components": [', b'"components": [{"type": "checkbox", "key": "is_urgent", "label": "Urgent", "id": "c2"}, '
    )
    files = {"rules.toml": RULES, "dates.form": form}
    with frozen_at(datetime(2026, 11, 3, 9, tzinfo=UTC)):
        driver = drive(
            category("start > ask > end", inside={"ask": due(either)}, files=files), received_on="2026-11-02"
        )
        correct(driver, is_urgent=True)

        assert driver.clocks() == {"sample.keep": "cancelled", "sample.answer": "running"}
        assert driver.task("ask").due_at.day == 9
        assert told(driver, "clock_cancelled")["reason"] == "“Urgent” was corrected"
        driver.do("ask")
    assert driver.clocks() == {"sample.keep": "cancelled", "sample.answer": "met"}
