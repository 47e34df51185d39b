"""What was given up is seen, tried again or discarded for a reason: on the pages and over REST, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import jobs, merging, start_triggers, timers
from engine.errors import NotPossible
from engine.instants import frozen_at, now
from models.case import Case, CaseEvent
from models.work import AdministrativeAction, Job, OutboxMessage, Setback
from tests.diagrams import category, service, timer
from tests.environment.databases import on_sqlite_alone
from tests.factories import Factories
from tests.integration.engine.conftest import Driver, letter
from tests.integration.engine.test_start_triggers import at, started_by

assert letter  # a fixture
PAGE = "/admin/dead-letters"


class Broken:
    """Does nothing but refuse."""

    def __call__(self, *_: Any, **__: Any) -> Any:
        raise NotPossible("Nobody can do this.")


@pytest.fixture
def office(factories: Factories) -> "Office":
    return Office(factories)


class Office:
    """An administrator, and what was given up."""

    def __init__(self, factories: Factories) -> None:
        self.factories = factories
        self.client = factories.client("administrator")
        self.headers = factories.bearer(self.client.user)

    def news(self, monkeypatch: pytest.MonkeyPatch, count: int = 1) -> Driver:
        """Give up news for another case."""
        driver = Driver(self.factories, category("start > ask > end"), {})
        common = {"kind": "deliver_message", "token_id": "", "element_id": "", "payload": {}, "status": "waiting"}
        with self.factories.transaction() as session:
            for number in range(count):
                session.add(
                    Job(key=f"{driver.started.id}:n{number}", case_id=driver.started.id, run_at=now(), **common)
                )
        with monkeypatch.context() as broken:
            broken.setitem(jobs.NEWS, "deliver_message", Broken())
            driver.run_jobs()
        return driver

    def message(self, case_id: int | None = None) -> None:
        """Give up a message."""
        payload = {"to": "resident@example.org", "subject": "Your repair", "text": "x"}
        values = {"status": "failed", "attempts": 7, "next_at": now(), "error": "550 no such user", "payload": payload}
        with self.factories.transaction() as session:
            session.add(OutboxMessage(key="m", channel="email", case_id=case_id, **values))

    def rows(self, model: Any) -> list[Any]:
        with self.factories.transaction() as session:
            return list(session.scalars(select(model).order_by(model.id)))

    def listed(self, **query: str) -> list[dict[str, Any]]:
        answer = self.client.get("/api/v1/dead-letters", headers=self.headers, query_string=query)
        assert answer.status_code == 200, answer.text
        return answer.json["items"]

    def send(self, verb: str, number: int, *, status: int = 204, **body: str) -> Any:
        answer = self.client.post(f"/api/v1/dead-letters/{number}/{verb}", headers=self.headers, json=body)
        assert answer.status_code == status, answer.text
        return answer


def test_they_are_listed_with_why_and_for_whom(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = office.news(monkeypatch)
    office.message(driver.started.id)

    page = office.client.page(PAGE)
    assert "Deliver message" in page.main and "Nobody can do this." in page.main
    assert "E-mail to resident@example.org: Your repair" in page.main and "550 no such user" in page.main
    assert driver.started.reference in page.main
    assert "2" in office.client.page("/admin").main

    assert [item["kind"] for item in office.listed()] == ["message", "job"]
    assert [item["kind"] for item in office.listed(kind="job")] == ["job"]
    assert office.listed(case="OTHER-1") == []
    assert [item["case"] for item in office.listed(case=driver.started.reference)] == [driver.started.reference] * 2
    assert "Deliver message" not in office.client.page(f"{PAGE}?kind=message").main


def test_what_is_ticked_is_tried_again_and_its_case_says_so(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    driver, told = office.news(monkeypatch, count=2), []
    monkeypatch.setitem(jobs.NEWS, "deliver_message", lambda session, job, by: told.append(job.key))
    first, second = (item["id"] for item in office.listed())

    office.client.submit(f"{PAGE}/retry", {"letter": [str(second)]})
    assert len(told) == 1
    office.send("retry", first)

    assert len(told) == 2
    assert office.rows(Job) == []
    assert driver.events()[-2:] == ["work_retried", "work_retried"]
    assert [action.action for action in office.rows(AdministrativeAction)] == ["dead letter retried"] * 2


@on_sqlite_alone
def test_what_fails_again_is_listed_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.news(monkeypatch)
    monkeypatch.setitem(jobs.NEWS, "deliver_message", Broken())

    office.client.submit(f"{PAGE}/retry", {"all": "1"})

    assert [item["attempts"] for item in office.listed()] == [1]


@on_sqlite_alone
def test_nothing_is_discarded_without_a_reason(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.news(monkeypatch)
    [item] = office.listed()

    answer = office.client.submit(f"{PAGE}/discard", {"letter": [str(item["id"])], "reason": " "}, status=422)
    assert "Enter why it is not needed any more" in answer.text
    assert "Tick what is to be tried again" in office.client.submit(f"{PAGE}/retry", {}, status=422).text
    office.send("discard", item["id"], status=422, reason=" ")
    office.send("discard", item["id"], status=422)

    assert office.listed() == [item]


def test_what_is_discarded_is_gone_for_a_reason_that_stands_in_the_case(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = office.news(monkeypatch, count=2)
    office.message(driver.started.id)
    newest, *_ = office.listed()
    office.send("discard", newest["id"], reason="She has moved away")
    office.send("discard", newest["id"], status=404, reason="Twice")

    office.client.submit(f"{PAGE}/discard", {"all": "1", "kind": "job", "reason": "The other case is closed"})

    assert office.listed() == []
    assert office.rows(Job) == []
    assert [message.status for message in office.rows(OutboxMessage)] == ["discarded"]
    told = [event.payload for event in driver.rows(CaseEvent) if event.type == "work_discarded"]
    assert [payload.count("The other case is closed") for payload in told] == [0, 1, 1]
    assert "She has moved away" in office.client.page(PAGE).main
    assert "The other case is closed" in office.client.page(f"/cases/{driver.started.reference}/timeline").main


def test_a_token_that_waits_for_work_that_is_discarded_gets_an_incident(
    office: Office, letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    merge = service("merge_document", template="answer", subject="case")
    files = category(
        "start > merge:service > end", inside={"merge": merge}, files={"letters/answer.docx": letter("Dear tenant")}
    )
    with monkeypatch.context() as broken:
        broken.setattr(merging, "merge", Broken())
        broken.setattr(jobs, "_fail", Broken())  # the case cannot be opened
        driver = Driver(office.factories, files, {})
    [item] = office.listed()

    office.send("discard", item["id"], reason="Sent by hand")

    assert [incident.message for incident in driver.incidents()] == ["This was discarded: Sent by hand"]
    assert office.rows(Job) == []


@on_sqlite_alone
def test_timers_that_were_given_up_fire_when_they_are_tried_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = timer("late", on="ask", to="chase", duration="PT1H")
    driver = Driver(office.factories, category("start > ask > end ; chase > end_chased", boundary=late), {})
    with frozen_at(now() + timedelta(hours=2)):
        with monkeypatch.context() as broken:
            broken.setattr(timers, "open_step", Broken())
            driver.sweep()
        [item] = office.listed()
        assert (item["kind"], driver.sweep()) == ("timer", 0)

        office.send("retry", item["id"])

        assert driver.sweep() == 1
    assert driver.open() == ["chase"]


@on_sqlite_alone
def test_timers_that_are_discarded_are_not_tried_by_themselves_and_later_ones_are(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = timer("late", on="ask", to="chase", duration="PT1H")
    files = category("start > ask > wait > end ; chase > end_chased", boundary=late)
    driver = Driver(office.factories, files, {})
    with frozen_at(now() + timedelta(hours=2)):
        with monkeypatch.context() as broken:
            broken.setattr(timers, "open_step", Broken())
            driver.sweep()
        [item] = office.listed()

        office.send("discard", item["id"], reason="Rung her instead")

        assert driver.sweep() == 0
        assert (office.listed(), office.rows(Setback)) == ([], [])


def test_a_start_that_was_given_up_is_begun_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.definitions import deploying

    began, by = now(), office.factories.actor(office.client.user)
    with frozen_at(began):
        with office.factories.transaction() as session:
            deploying.store(session, started_by(at("timeDuration", "PT2H")), by=by)
        timers.begin_cases(office.factories.sessions)
    with monkeypatch.context() as broken, frozen_at(began + timedelta(hours=3)):
        broken.setattr(start_triggers, "begin", Broken())
        timers.begin_cases(office.factories.sessions)
    [item] = office.listed()
    assert item["work"] == "Start of a case of sample by the timer “duration PT2H”"
    with monkeypatch.context() as broken:
        broken.setattr(start_triggers, "begin", Broken())
        assert "Nobody can do this." in office.send("retry", item["id"], status=409).text
        office.client.submit(f"{PAGE}/retry", {"letter": [str(item["id"])]})
        assert "Nobody can do this." in office.client.page(PAGE).text
    assert office.listed() == [item]

    office.send("retry", item["id"])
    office.send("retry", item["id"], status=404)

    assert (len(office.rows(Case)), office.listed()) == (1, [])


def test_a_restricted_case_is_not_named_and_its_work_is_done_all_the_same(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = office.news(monkeypatch)
    office.message(driver.started.id)
    owner = office.factories.user("officer")
    with office.factories.transaction() as session:
        case = session.get(Case, driver.started.id)
        case.restricted, case.owner_id = True, owner.id

    assert [(item["case"], item["work"]) for item in office.listed()] == [(None, "E-mail"), (None, "Deliver message")]
    page = office.client.page(PAGE).main
    assert driver.started.reference not in page and "resident@example.org" not in page
    assert office.listed(case=driver.started.reference) == []

    office.send("discard", office.listed()[1]["id"], reason="Not needed")

    assert [action.subject for action in office.rows(AdministrativeAction)] == ["deliver message"]


@on_sqlite_alone
@pytest.mark.parametrize("number", ["0", "3", "7", "999999999999999999", "99999999999999999999999"])
def test_a_number_that_is_none_finds_nothing(office: Office, number: str) -> None:
    for verb in ("retry", "discard"):
        answer = office.client.post(
            f"/api/v1/dead-letters/{number}/{verb}", headers=office.headers, json={"reason": "x"}
        )
        assert answer.status_code == 404
    assert office.client.get(f"/api/v1/dead-letters/{number}", headers=office.headers).status_code == 404


@on_sqlite_alone
def test_only_administrators_see_them(factories: Factories) -> None:
    manager = factories.client("team_manager", "officer", "analyst", "auditor")
    headers = factories.bearer(manager.user)

    assert manager.get(PAGE).status_code == 403
    assert manager.submit(f"{PAGE}/retry", {"all": "1"}, status=403)
    assert manager.submit(f"{PAGE}/discard", {"all": "1", "reason": "x"}, status=403)
    assert manager.get("/api/v1/dead-letters", headers=headers).status_code == 403
    assert manager.post("/api/v1/dead-letters/4/discard", headers=headers, json={"reason": "x"}).status_code == 403
