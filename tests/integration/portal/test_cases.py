"""Cases: lists and their export, every page of a case, and what officers do to a case as a whole."""

import csv
import io
import re

import pytest
from sqlalchemy import insert, select, update

from engine import cases
from models.case import Case, CaseEvent
from models.people import Organisation
from models.work import Clock, Incident, UserTask
from tests.environment.databases import on_sqlite_alone
from tests.integration.portal.conftest import Desk, alert, error_links, shown
from tests.pages import Page

PARTS = ("", "/tasks", "/map", "/deadlines", "/documents", "/people", "/details", "/notes", "/timeline")


def rows(page: Page) -> list[str]:
    return [a.text for a in page.tree.xpath("//tbody//th//a[starts-with(@href, '/cases/')]")]


@pytest.mark.parametrize("part", PARTS)
def test_every_part_of_a_case_is_a_well_made_page_with_its_alerts(desk: Desk, part: str) -> None:
    alert(desk.factories, desk.person, "Do not visit alone.")
    desk.acknowledge()

    page = desk.client.page(f"{desk.here}{part}")

    assert page.h1 == "Complaint: Mrs Ada Okafor"
    assert page.main.index("Do not visit alone.") < page.main.index("Complaint: Mrs Ada Okafor")


def test_the_summary_says_what_is_next_by_when_and_what_is_known(desk: Desk) -> None:
    page = desk.acknowledge()

    assert "in 10 working days" in page.main
    assert "You want it put right." in page.main
    assert "Stage 1 response" in page.main


def test_the_way_of_the_case_stands_on_the_map_and_in_words(desk: Desk) -> None:
    desk.accept()

    page = desk.client.page(f"{desk.here}/map")

    diagram = page.tree.xpath("//*[@data-diagram-url]")[0]
    assert diagram.get("data-active") == "acknowledge_complaint"
    assert "check_exclusion" in diagram.get("data-done").split()
    assert "merge_acknowledgement_stage1" in diagram.get("data-next").split()
    assert "Send stage 1 acknowledgement" in page.main
    assert b"<bpmn:definitions" in desk.client.get(diagram.get("data-diagram-url")).data


def test_a_deadline_explains_itself_and_names_its_source(desk: Desk) -> None:
    page = desk.client.page(f"{desk.here}/deadlines")

    assert "5 working days after that is" in page.main
    assert "Housing Ombudsman Complaint Handling Code, paragraph 6.2" in page.main


def test_a_deadline_is_extended_for_a_reason_of_its_rule_and_its_task_follows(desk: Desk) -> None:
    desk.acknowledge()
    before = desk.task("investigate_stage1").due_at
    with desk.factories.transaction() as session:
        clock = session.scalar(select(Clock.id).where(Clock.rule_id == "complaint.stage1_response"))
    address = f"{desk.here}/deadlines/{clock}/extension"
    desk.client.page(address)

    answer = desk.client.submit(address, {"amount": "5", "reason": "complexity|The complaint is complex"})

    assert "The complaint is complex" in desk.client.follow(answer).main
    assert desk.task("investigate_stage1").due_at > before


@on_sqlite_alone
@pytest.mark.parametrize("days", ["", "0", "-1", "nine", "11", "9" * 40])
def test_an_extension_that_the_rule_does_not_allow_is_refused_at_its_field(desk: Desk, days: str) -> None:
    desk.acknowledge()
    with desk.factories.transaction() as session:
        clock = session.scalar(select(Clock.id).where(Clock.rule_id == "complaint.stage1_response"))

    answer = desk.client.submit(
        f"{desk.here}/deadlines/{clock}/extension",
        {"amount": days, "reason": "complexity|The complaint is complex"},
        status=422,
    )

    assert "#amount" in error_links(shown(answer)).values()


def test_a_note_stands_on_the_case_and_nothing_in_it_is_read_as_markup(desk: Desk) -> None:
    answer = desk.client.submit(f"{desk.here}/notes", {"text": "Rang her. <script>alert(1)</script>"})

    page = desk.client.follow(answer)
    assert "Rang her. <script>alert(1)</script>" in page.main
    assert "<script>alert" not in page.text


def test_an_empty_note_says_what_to_do(desk: Desk) -> None:
    answer = desk.client.submit(f"{desk.here}/notes", {"text": "  "}, status=422)

    assert error_links(shown(answer)) == {"Enter the note": "#text"}


def test_a_task_is_added_for_a_team_with_a_date(desk: Desk) -> None:
    desk.client.page(f"{desk.here}/tasks/new")
    sent = {"name": "Ring the contractor", "to": "Stage 1 investigators"}
    date = {"due-day": "3", "due-month": "12", "due-year": "2099"}

    answer = desk.client.submit(f"{desk.here}/tasks", sent | date)

    page = desk.client.follow(answer)
    assert "Ring the contractor" in page.links()
    with desk.factories.transaction() as session:
        due = session.scalar(select(UserTask.due_at).where(UserTask.name == "Ring the contractor"))
    assert due.date().isoformat() == "2099-12-03"


def test_an_added_task_without_a_name_or_with_an_impossible_date_keeps_what_was_typed(desk: Desk) -> None:
    sent = {"name": "Ring", "instructions": "Ask for Joe", "due-day": "31", "due-month": "2", "due-year": "2027"}

    page = shown(desk.client.submit(f"{desk.here}/tasks", sent, status=422))

    assert error_links(page) == {"Enter a date that exists, such as 3 12 2026": "#due"}
    assert page.form("/tasks")["instructions"] == "Ask for Joe"
    nameless = shown(desk.client.submit(f"{desk.here}/tasks", {"name": " "}, status=422))
    assert "#name" in error_links(nameless).values()


def test_the_case_is_handed_over(desk: Desk) -> None:
    colleague = desk.factories.user(name="Tom Ridley")
    desk.client.page(f"{desk.here}/owner")

    answer = desk.client.submit(f"{desk.here}/owner", {"to": colleague.email})

    assert "Tom Ridley owns this case now." in desk.client.follow(answer).text


@pytest.mark.parametrize(
    ("verb", "reason", "word"),
    [("closure", "Resolved at stage 1", "closed"), ("cancellation", "Logged twice", "cancelled")],
)
def test_a_case_is_ended_with_a_reason_and_what_waits_is_withdrawn(
    desk: Desk, verb: str, reason: str, word: str
) -> None:
    asked = desk.client.page(f"{desk.here}/{verb}")
    assert "Check whether to accept complaint" in asked.main
    refused = shown(desk.client.submit(f"{desk.here}/{verb}", {"note": "For now."}, status=422))
    assert error_links(refused) == {f"Choose why the case is {word}": "#reason"}

    answer = desk.client.submit(f"{desk.here}/{verb}", {"reason": reason, "note": "Agreed by telephone."})

    page = desk.client.follow(answer)
    assert reason in page.main
    assert "Agreed by telephone." in page.main
    assert desk.task() is None
    desk.client.submit(f"{desk.here}/{verb}", {"reason": reason}, status=409)


def test_a_failed_step_says_so_and_goes_on_when_it_is_tried_again(desk: Desk) -> None:
    def call_landlord(kind: str) -> None:
        with desk.factories.transaction() as session:
            session.execute(update(Organisation).values(kind=kind))

    call_landlord("contractor")  # the letter begins with its name, and cannot be written
    page = desk.acknowledge()
    assert "“Send stage 1 acknowledgement” failed" in page.main
    call_landlord("landlord")
    with desk.factories.transaction() as session:
        incident = session.scalar(select(Incident.id))

    answer = desk.client.submit(f"/incidents/{incident}/retry")

    page = desk.client.follow(answer)
    assert "We have received your complaint (stage 1)" in page.links()
    assert " failed" not in desk.client.page(f"{desk.here}/tasks").main


def test_details_are_corrected_and_the_old_value_stays_in_the_history(desk: Desk) -> None:
    page = desk.client.page(f"{desk.here}/details")
    form = desk.client.page(page.links()["Correct"])
    sent = {**form.form("/details/"), "complaint_summary": "The boiler is broken, and now the tap."}

    desk.client.submit(f"{desk.here}/details/log_complaint", sent)

    assert "and now the tap." in desk.client.page(f"{desk.here}/details").main
    history = desk.client.page(f"{desk.here}/timeline").main
    assert "The boiler has been broken for three weeks and nobody rings back. → The boiler is broken" in history


def test_a_correction_does_not_undo_what_somebody_else_corrected(desk: Desk) -> None:
    form = desk.client.page(f"{desk.here}/details/log_complaint")
    with desk.factories.transaction() as session:
        cases.change_fields(session, desk.case.id, {"complaint_summary": "As she said it."}, by=desk.by)

    answer = desk.client.submit(
        f"{desk.here}/details/log_complaint", {**form.form("/details/"), "complaint_summary": "Mine"}, status=409
    )

    assert "changed while you had this page open" in shown(answer).main


def test_the_timeline_goes_back_to_the_first_event(desk: Desk) -> None:
    for number in range(45):
        desk.client.submit(f"{desk.here}/notes", {"text": f"Note {number}"})

    page = desk.client.page(f"{desk.here}/timeline")
    earlier = desk.client.page(page.links()["Earlier"])

    assert "Note 44" in page.main
    assert "The case began" not in page.main
    assert "The case began, on version 1" in earlier.main


def test_an_erased_event_still_stands_in_the_timeline(desk: Desk) -> None:
    with desk.factories.transaction() as session:
        session.execute(update(CaseEvent).values(payload=None, salt=None))

    assert "The details were erased, as approved" in desk.client.page(f"{desk.here}/timeline").main


def many_cases(desk: Desk, number: int) -> None:
    with desk.factories.transaction() as session:
        first = session.scalar(select(Case))
        columns = {c.name: getattr(first, c.name) for c in Case.__table__.columns if c.name not in ("id", "start_key")}
        made = [columns | {"reference": f"CMP-1{n:05}", "title": f"Complaint {n:03}"} for n in range(number)]
        session.execute(insert(Case), made)


def test_lists_of_cases_page_by_key_forwards_and_back(desk: Desk) -> None:
    many_cases(desk, 120)
    pages = [desk.client.page("/cases?sort=title&order=asc")]
    while following := pages[-1].tree.xpath("//a[@rel='next']/@href"):
        pages.append(desk.client.page(following[0]))

    titles = [title for page in pages for title in rows(page)]

    assert titles == [f"Complaint {n:03}" for n in range(120)] + ["Complaint: Mrs Ada Okafor"]
    assert rows(desk.client.page(pages[-1].tree.xpath("//a[@rel='prev']/@href")[0])) == rows(pages[-2])


@pytest.mark.parametrize("sort", ["opened", "case", "title", "stage", "due"])
def test_every_order_shows_every_case_once(desk: Desk, sort: str) -> None:
    many_cases(desk, 70)
    found: list[str] = []
    address: str | None = f"/cases?sort={sort}"
    while address:
        page = desk.client.page(address)
        found += rows(page)
        address = next(iter(page.tree.xpath("//a[@rel='next']/@href")), None)

    assert len(found) == len(set(found)) == 71


def test_filters_keep_what_fits_and_say_when_nothing_does(desk: Desk) -> None:
    many_cases(desk, 3)
    team = desk.factories.team("Complaints officers").id

    assert rows(desk.client.page("/cases?q=okafor")) == ["Complaint: Mrs Ada Okafor"]
    assert rows(desk.client.page(f"/cases?team={team}")) == ["Complaint: Mrs Ada Okafor"]
    assert len(rows(desk.client.page("/cases?owner=me&stage=Received&category=complaint"))) == 4
    assert rows(desk.client.page("/cases?overdue=1")) == []
    assert "No case fits" in desk.client.page("/cases?q=%25_").main


def test_the_export_has_every_case_and_no_formula(desk: Desk) -> None:
    with desk.factories.transaction() as session:
        session.execute(update(Case).values(title="=HYPERLINK(1)", outcome="@SUM(1)", stage="+1", reference="-1+1"))

    answer = desk.client.get("/cases.csv")

    lines = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert lines[0][:3] == ["Reference", "Title", "Category"]
    assert lines[1][:6] == ["'-1+1", "'=HYPERLINK(1)", "Complaint", "open", "'+1", "'@SUM(1)"]
    assert re.fullmatch(r'attachment; filename="cases-\d{4}-\d\d-\d\d\.csv"', answer.headers["Content-Disposition"])


def test_an_auditor_reads_a_case_and_is_offered_nothing_to_change(desk: Desk) -> None:
    auditor = desk.factories.client("auditor", teams=())

    page = auditor.page(desk.here)

    assert "Add a note" not in page.links()
    assert "Replay" in page.links()
    auditor.submit(f"{desk.here}/notes", {"text": "Hello"}, status=403)
    auditor.submit(f"{desk.here}/closure", {"reason": "Resolved at stage 1"}, status=403)
