"""The auditor's pages over HTTP: each moment has its address, and says what stood there."""

import hashlib
import hmac
import time
from datetime import timedelta
from typing import Any

import pytest

from engine import cases, configuration
from engine.history.events import TYPES
from engine.history.reading import events_of
from engine.instants import frozen_at, now
from models.database import from_json
from tests.environment.databases import on_sqlite_alone
from tests.factories import ROOT, TEAMS, Factories
from tests.integration.audit.complaints import Driven, acknowledge, start
from tests.integration.audit.conftest import Intruder
from tests.pages import PageClient


@pytest.fixture
def driven(factories: Factories) -> Driven:
    """A complaint at stage 1, driven by Priya Shah."""
    driven = start(factories, factories.actor(factories.user("administrator", name="Priya Shah", teams=TEAMS)))
    acknowledge(driven)
    return driven


@pytest.fixture
def auditor(factories: Factories) -> PageClient:
    """A browser in which an auditor is signed in."""
    return factories.client("auditor", teams=())


def address(driven: Driven, at: Any = "", part: str = "") -> str:
    with driven.factories.transaction() as session:
        from models.case import Case

        reference = session.get_one(Case, driven.case_id).reference
    return f"/audit/cases/{reference}{part}" + (f"?at={at}" if at else "")


def told(driven: Driven) -> list[Any]:
    with driven.factories.transaction() as session:
        return events_of(session, driven.case_id)


def first(driven: Driven, type_: str) -> int:
    return next(event.sequence for event in told(driven) if event.type == type_)


def test_an_auditor_finds_a_case_and_opens_its_replay(driven: Driven, auditor: PageClient) -> None:
    page = auditor.page("/audit?q=okafor")

    links = page.links()

    assert links["Complaint: Mrs Ada Okafor"] == address(driven)
    assert auditor.page(links["Complaint: Mrs Ada Okafor"]).h1 == "Complaint: Mrs Ada Okafor"


def test_a_search_that_finds_nothing_says_what_to_do(driven: Driven, auditor: PageClient) -> None:
    assert "No case fits" in auditor.page("/audit?q=nobody").main


def test_a_moment_shows_the_event_its_fields_and_the_tasks_of_then(driven: Driven, auditor: PageClient) -> None:
    completed = first(driven, "task_completed")

    main = auditor.page(address(driven, completed)).main

    assert "Completed “Check whether to accept complaint”" in main
    assert "Priya Shah" in main
    assert f"Event {completed} of {len(told(driven))}" in main


def test_a_field_that_was_corrected_shows_before_and_after(driven: Driven, auditor: PageClient) -> None:
    driven.act(cases.change_fields, driven.case_id, {"complaint_summary": "Corrected words"}, by=driven.by)

    page = auditor.page(address(driven))

    before = page.tree.xpath("//*[contains(@class, 'is-before')]")
    after = page.tree.xpath("//*[contains(@class, 'is-after')]")
    assert "The boiler has been broken" in before[0].text_content()
    assert after[0].text_content() == "After: Corrected words"


def test_stepping_is_by_links_that_need_no_script(driven: Driven, auditor: PageClient) -> None:
    last = len(told(driven))
    page = auditor.page(address(driven))

    for step in range(last - 1, 0, -1):
        page = auditor.page(page.tree.xpath("//a[@rel='prev']/@href")[0])
        assert f"Event {step} of {last}" in page.main

    assert page.tree.xpath("//a[@rel='prev']/@aria-disabled") == ["true"]


@on_sqlite_alone
@pytest.mark.parametrize("at", ["0", "-1", "99999999", "99999999999999", "x", "1e3", "２", "2026-13-45"])
def test_an_address_that_names_no_event_shows_one_that_is_there(at: str, driven: Driven, auditor: PageClient) -> None:
    assert auditor.get(address(driven, at)).status_code == 200


def test_the_moment_can_be_asked_for_by_the_time(driven: Driven, auditor: PageClient) -> None:
    with frozen_at(now() + timedelta(days=3)):
        driven.act(cases.add_note, driven.case_id, "Three days later", by=driven.by)
    before = (now() + timedelta(days=1)).isoformat().replace("+", "%2B")

    facts = auditor.get(address(driven, before, "/replay.json")).json

    assert facts["event"]["sequence"] == facts["last"] - 1


def test_the_json_has_the_state_and_the_drawing(driven: Driven, auditor: PageClient) -> None:
    facts = auditor.get(address(driven, "", "/replay.json")).json

    assert facts["diagram"]["active"] == ["investigate_stage1"]
    assert set(facts["diagram"]["watching"]) == {"response_stage1_amber", "response_stage1_overdue"}
    assert {"log", "decide", "accepted", "acknowledged"} <= set(facts["diagram"]["flows"])
    assert "service_request" not in facts["diagram"]["flows"]
    assert [task["name"] for task in facts["state"]["tasks"]] == ["Investigate complaint at stage 1"]
    assert facts["state"]["fields"]["complaint_definition"]["value"] == "The boiler was not repaired."


def test_why_a_date_is_explained_as_it_was_then(driven: Driven, auditor: PageClient) -> None:
    page = auditor.page(address(driven))

    why = " ".join(page.tree.xpath("//details[contains(@class, 'cw-why')]")[0].text_content().split())

    assert why.startswith("Why this date?")
    assert "Source: " in why


def test_deadlines_are_on_target_or_overdue_as_of_then_and_not_as_of_now(driven: Driven, factories: Factories) -> None:
    at = len(told(driven))

    with frozen_at(now() + timedelta(days=60)):
        page = factories.client("auditor", teams=()).page(address(driven, at))

    then = page.tree.xpath("//*[@id='tasks-then']/ancestor::section")[0].text_content()
    assert "On target" in then
    assert "Overdue" not in then


def test_a_letter_can_be_opened_from_the_moment_it_was_written(driven: Driven, auditor: PageClient) -> None:
    page = auditor.page(address(driven, first(driven, "document_merged")))

    letter = page.links()["We have received your complaint (stage 1)"]

    assert auditor.get(letter).status_code == 200


def test_the_diagram_is_the_one_that_the_case_was_started_on(driven: Driven, auditor: PageClient) -> None:
    from engine.definitions.deploying import files_of

    files = files_of(ROOT / "processes" / "complaint")
    files["complaint.bpmn"] = files["complaint.bpmn"].replace(b"Check whether to accept complaint", b"Look at it first")
    driven.factories.deploy(files)

    drawn = auditor.get(address(driven, "", "/diagram.bpmn")).text

    assert "Check whether to accept complaint" in drawn
    assert "version 1" in auditor.page(address(driven)).main


def test_a_diagram_that_was_changed_in_the_database_is_told(
    driven: Driven, auditor: PageClient, database_url: str
) -> None:
    from engine.definitions import deploying

    intruder = Intruder(database_url)
    intruder.run(
        "UPDATE definition_file SET content = :content WHERE path = 'record_learning.form'",
        content=b'{"components": [], "type": "default", "id": "record_learning"}',
    )
    intruder.leave()
    deploying.forget()

    page = auditor.page(address(driven))

    assert "This is not the diagram that the case ran on" in page.main


def test_an_altered_event_is_told_on_every_page_of_the_case(
    driven: Driven, auditor: PageClient, database_url: str
) -> None:
    intruder = Intruder(database_url)
    intruder.run("UPDATE case_event SET actor_name = 'Somebody Else' WHERE sequence = 3")
    intruder.leave()

    for part in ("", "/events"):
        main = auditor.page(address(driven, part=part)).main
        assert "The history of this case was altered after it was written" in main
        assert "Event 3 of CMP-000001" in main


@pytest.mark.parametrize("payload", ["{", "[]", '"x"', '{"changes": 3, "moves": [[]]}', '{"opened": [{"id": "x"}]}'])
def test_an_event_put_out_of_shape_still_has_its_page(
    payload: str, driven: Driven, auditor: PageClient, database_url: str
) -> None:
    sequence = first(driven, "case_advanced")
    intruder = Intruder(database_url)
    intruder.run(
        "UPDATE case_event SET payload = :payload WHERE sequence = :sequence", payload=payload, sequence=sequence
    )
    intruder.leave()

    for at in (sequence, len(told(driven))):
        assert "was altered" in auditor.page(address(driven, at)).main


def test_the_table_of_seals_has_every_event(driven: Driven, auditor: PageClient) -> None:
    page = auditor.page(address(driven, part="/events"))

    assert len(page.tree.xpath("//tbody/tr")) == len(told(driven))
    assert page.main.count("Fits") >= len(told(driven))


def test_the_download_can_be_checked_with_the_key_and_nothing_else(driven: Driven, auditor: PageClient) -> None:
    facts = from_json(auditor.get(address(driven, part="/history.json")).data)
    ring, previous = configuration.current().keyring, ""

    import json

    for event in facts["events"]:
        digest = hashlib.sha256(f"{event['salt']}:{event['payload']}".encode()).hexdigest()
        header = [
            facts["case_id"],
            event["sequence"],
            event["at"],
            event["type"],
            event["actor_id"],
            event["actor_name"],
            digest,
        ]
        text = f"{previous}|{json.dumps(header, ensure_ascii=False, separators=(',', ':'))}"
        previous = hmac.new(ring.keys[event["key_id"]], text.encode(), "sha256").hexdigest()
        assert (event["digest"], event["mac"]) == (digest, previous)
    assert facts["verification"]["whole"] is True
    assert len(facts["events"]) == len(told(driven))


def test_a_verification_runs_beside_the_page_and_its_result_is_kept(
    driven: Driven, auditor: PageClient, database_url: str
) -> None:
    assert "History has not been verified yet" in auditor.page("/audit").main
    assert "History is whole" in verified(auditor)
    intruder = Intruder(database_url)
    intruder.run("UPDATE case_event SET actor_name = 'Somebody Else' WHERE sequence = 3")
    intruder.leave()

    main = verified(auditor)

    assert "1 alteration of history found" in main
    assert "Event 3 of CMP-000001" in main


def verified(auditor: PageClient) -> str:
    auditor.submit("/audit/verification", status=303)
    for _ in range(400):
        page = auditor.page("/audit/verification")
        if not page.tree.xpath("//progress"):
            return page.main
        time.sleep(0.05)
    raise AssertionError("the verification did not end")


def test_who_may_replay_and_who_may_verify(driven: Driven, factories: Factories) -> None:
    officer, manager = factories.client("officer"), factories.client("team_manager")

    assert officer.get(address(driven)).status_code == 403
    assert officer.get("/audit").status_code == 403
    assert manager.get(address(driven)).status_code == 200
    assert manager.get("/audit/verification").status_code == 403
    assert manager.submit("/audit/verification", status=403).status_code == 403


def test_a_restricted_case_is_hidden_from_those_who_may_not_see_it(driven: Driven, auditor: PageClient) -> None:
    from sqlalchemy import update

    from models.case import Case

    with driven.factories.transaction() as session:
        session.execute(update(Case).values(restricted=True))

    for part in ("", "/events", "/replay.json", "/diagram.bpmn", "/history.json"):
        assert auditor.get(address(driven, part=part)).status_code == 404
    assert "Okafor" not in auditor.page("/audit").main


def test_every_type_of_event_has_its_sentence_and_its_sign() -> None:
    from webapp.audit.sentences import SENTENCES, SIGNS

    assert set(SENTENCES) == set(SIGNS) == set(TYPES)
