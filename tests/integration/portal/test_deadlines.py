"""The deadlines of a case in the browser and over REST: started, paused, let run again, met, withdrawn; and of all."""

from datetime import UTC, datetime
from typing import Any

import pytest

from engine import cases
from engine.instants import frozen_at
from models.work import Clock
from tests.diagrams import category, due
from tests.environment.databases import on_sqlite_alone
from tests.factories import Factories
from tests.integration.api.conftest import Program
from tests.integration.engine.test_clock_changes import ANSWER_BY, RULES
from tests.integration.engine.test_clocks import FORM
from tests.integration.engine.test_suppressing import FORM as FACTS
from tests.integration.engine.test_suppressing import RULES as FORBIDDING
from tests.pages import PageClient

TUESDAY = datetime(2026, 11, 3, 9, tzinfo=UTC)


class Office:
    """A manager at work on one case that is to be answered."""

    def __init__(self, factories: Factories, files: dict[str, bytes], **fields: Any) -> None:
        self.factories = factories
        self.user = factories.user("team_manager", teams=("Managers",))
        factories.deploy(files)
        with factories.transaction() as session:
            self.case = cases.start(session, "sample", fields=fields, by=factories.actor(self.user))
        self.client: PageClient = self.sign_in()
        self.here = f"/cases/{self.case.reference}/deadlines"

    def sign_in(self) -> PageClient:
        """Return a browser of the manager who has just signed in."""
        return self.factories.client(user=self.user)

    def clock(self) -> Clock:
        """Return the latest clock."""
        with self.factories.transaction() as session:
            return session.query(Clock).order_by(Clock.id.desc()).first()


@pytest.fixture
def office(factories: Factories):
    """A case received on Monday 2 November 2026, seen on Tuesday."""
    files = {"rules.toml": RULES, "dates.form": FORM}
    with frozen_at(TUESDAY):
        yield Office(
            factories,
            category("start > ask > end", inside={"ask": due(ANSWER_BY)}, files=files),
            received_on="2026-11-02",
        )


def test_a_deadline_is_paused_and_runs_again_from_its_page(office: Office) -> None:
    office.client.page(office.here)
    address = f"{office.here}/{office.clock().id}"
    office.client.page(f"{address}/stop")
    office.client.submit(f"{address}/stop", {"reason": "clarify|We asked what is meant"})
    paused = office.client.page(office.here)

    assert "Paused" in paused.main
    assert "No date until it runs again" in paused.main
    office.client.page(f"{address}/resumption")
    with frozen_at(datetime(2026, 11, 5, 9, tzinfo=UTC)):
        later = office.sign_in()
        later.submit(f"{address}/resumption", {"reason": "They answered"})
        page = later.page(office.here)
        timeline = later.page(f"/cases/{office.case.reference}/timeline")

    assert office.clock().due_at.day == 11
    assert "granted on 3 November 2026 by" in page.main
    assert "Deadline paused: Answer" in timeline.main
    assert "They answered" in timeline.main


@on_sqlite_alone
@pytest.mark.parametrize(
    ("action", "sent", "field"),
    [
        ("stop", {}, "reason"),
        ("stop", {"reason": "clarify|Whatever"}, "at"),
        (
            "stop",
            {"reason": "clarify|We asked what is meant", "at-day": "31", "at-month": "2", "at-year": "2026"},
            "at",
        ),
        ("extension", {"reason": "more|It is complex", "amount": "six"}, "amount"),
        ("extension", {"reason": "more|It is complex", "amount": "6"}, "amount"),
        ("completion", {"reason": ""}, "reason"),
        ("completion", {"reason": "Done", "at-day": "1", "at-month": "1", "at-year": "2027"}, "at"),
    ],
)
def test_what_is_not_lawful_is_refused_at_its_field(
    office: Office, action: str, sent: dict[str, str], field: str
) -> None:
    answer = office.client.submit(f"{office.here}/{office.clock().id}/{action}", sent, status=422)

    assert f'href="#{field}"' in answer.text
    assert office.clock().state == "running"


def test_a_deadline_that_an_officer_starts_is_met_or_withdrawn(office: Office) -> None:
    office.client.page(f"{office.here}/new")
    when = {"counts_from-day": "30", "counts_from-month": "10", "counts_from-year": "2026"}
    office.client.submit(office.here, {"rule": "sample.keep", "reason": "", **when}, status=422)
    office.client.submit(office.here, {"rule": "sample.keep", "reason": "The file is wanted", **when})
    first = office.clock()

    office.client.page(f"{office.here}/{first.id}/withdrawal")
    office.client.submit(f"{office.here}/{first.id}/withdrawal", {"reason": "The wrong case"})

    assert office.clock().state == "cancelled"
    office.client.page(f"{office.here}/{first.id}/stop", status=404)
    office.client.page(f"{office.here}/{first.id}/nonsense", status=404)
    office.client.submit(office.here, {"rule": "sample.keep", "reason": "The right case", **when})
    office.client.submit(f"{office.here}/{office.clock().id}/completion", {"reason": "It was given back"})
    assert office.clock().state == "met"
    assert "Met in time" in office.client.page(office.here).main


def test_an_overdue_deadline_is_seen_counted_and_filtered_the_instant_its_time_is_up(office: Office) -> None:
    program = Program(office.factories, office.user)
    with frozen_at(datetime(2026, 11, 9, 23, 59, 59, 999_999, tzinfo=UTC)):
        before = program.get("/clocks")
    with frozen_at(datetime(2026, 11, 10, tzinfo=UTC)):
        after, other = program.get("/clocks"), program.get("/clocks?rule=sample.keep")
        [clock] = program.get(f"/cases/{office.case.reference}/clocks")["items"]
        page = office.sign_in().page("/deadlines")

    assert (before["items"], before["counts"]["overdue"], before["counts"]["warning"]) == ([], 0, 1)
    assert [line["case"] for line in after["items"]] == [office.case.reference]
    assert (after["counts"]["overdue"], other["counts"]["overdue"], other["items"]) == (1, 0, [])
    assert (clock["is_overdue"], clock["state"]) == (True, "running")  # nothing was written
    assert "Answer" in page.main
    assert office.clock().state == "running"


def test_a_program_changes_clocks_and_reads_why(office: Office) -> None:
    program = Program(office.factories, office.user)
    clocks = f"/cases/{office.case.reference}/clocks"
    started = program.post(clocks, {"rule": "sample.keep", "counts_from": "2026-10-30", "reason": "Wanted"}, status=201)
    longer = program.post(f"{clocks}/{started['id']}/extension", {"amount": 1, "reason": "It is wanted"}, status=201)
    wrong = program.post(
        f"{clocks}/{started['id']}/extension", {"working_days": 1, "reason": "It is wanted"}, status=422
    )
    stopped = program.post(f"{clocks}/sample.answer/stop", {"reason": "We asked what is meant"}, status=201)
    runs = program.post(f"{clocks}/sample.answer/resumption", {"reason": "They answered"}, status=201)
    anew = program.post(f"{clocks}/sample.answer/reset", {"reason": "It was changed altogether"}, status=201)
    met = program.post(f"{clocks}/{started['id']}/completion", {"reason": "Given back"}, status=201)
    program.post(f"{clocks}/{started['id']}/withdrawal", {"reason": "Again"}, status=404)

    assert (started["due_at"][:10], longer["due_at"][:10]) == ("2026-12-30", "2027-01-30")
    assert "counted in months" in wrong["detail"]
    assert (stopped["state"], stopped["due_at"], runs["due_at"][:10]) == ("stopped", None, "2026-11-09")
    assert (anew["due_at"][:10], met["state"]) == ("2026-11-10", "met")
    assert [step["step"] for step in anew["explanation"]] == ["event", "rule", "reset", "counted", "result"]


def test_a_task_that_its_rule_forbids_is_withheld_on_its_page_and_overridden_by_the_team_named(
    factories: Factories,
) -> None:
    notice = due('=due("sample.notice", date(decided_on))')
    rules = FORBIDDING.format(override='override_by = ["Managers"]').encode()
    files = category("start > serve > end", inside={"serve": notice}, files={"rules.toml": rules, "facts.form": FACTS})
    with frozen_at(TUESDAY):
        office = Office(factories, files, decided_on="2026-11-02", breathing_space=True)
        other = factories.client(user=factories.user("officer", "administrator", teams=("Repairs",)))
        [task] = Program(factories, office.user).get(f"/cases/{office.case.reference}/tasks")["items"]
        address = f"/tasks/{task['id']}"

        withheld, mine = other.page(address), office.client.page(address)
        other.submit(f"{address}/completion", {}, status=422)
        refused = office.client.submit(f"{address}/completion", {}, status=422)
        deadlines = office.client.page(office.here)

        assert "This must not be done now" in withheld.main
        assert "Withheld for now" in withheld.main
        assert "Mark as done" not in withheld.main
        assert "Why is it done all the same?" in mine.main
        assert "a breathing space protects the tenant" in refused.text
        assert "It must not be done while a breathing space protects the tenant" in deadlines.main
        office.client.submit(f"{address}/completion", {"_override_reason": "The court allowed it"})
        assert "The court allowed it" in office.client.page(f"/cases/{office.case.reference}/timeline").main


def test_a_pause_that_lasted_as_long_as_it_may_hides_no_overdue_deadline(factories: Factories) -> None:
    limit = b'at_most = { amount = 5, unit = "calendar days" }\n'
    rules = RULES.replace(b'reasons = ["We asked', limit + b'reasons = ["We asked')
    files = {"rules.toml": rules, "dates.form": FORM}
    with frozen_at(TUESDAY):
        asking = category("start > ask > end", inside={"ask": due(ANSWER_BY)}, files=files)
        office = Office(factories, asking, received_on="2026-11-02")
        office.client.submit(f"{office.here}/{office.clock().id}/stop", {"reason": "clarify|We asked what is meant"})
        assert "Paused" in office.client.page(office.here).main
    with frozen_at(datetime(2026, 12, 1, 9, tzinfo=UTC)):
        [line] = Program(factories, office.user).get("/clocks")["items"]
        page = office.sign_in().page(office.here)

    assert line["state"] == "overdue"
    assert "Overdue" in page.main
    assert "Let it run again" in page.main
