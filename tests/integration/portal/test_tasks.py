"""A task from the list to its end: take it, draft it, answer it, come too late, be late."""

from datetime import timedelta

from sqlalchemy import func, select

from engine import cases, tasks
from engine.instants import frozen_at, now
from models.case import CaseEvent
from models.document import Document
from models.work import UserTask
from tests.factories import Factories
from tests.integration.portal.conftest import Desk, acknowledgement, alert, error_links, shown


def test_the_letter_is_there_the_second_the_task_is_completed(desk: Desk) -> None:
    page = desk.acknowledge()

    letter = page.links()["We have received your complaint (stage 1)"]
    assert "“Define and acknowledge complaint” is done." in page.main
    assert desk.client.page(page.links()["Open the task"]).h1 == "Investigate complaint at stage 1"
    assert "Dear Mrs Okafor" in desk.client.page(letter).main


def test_the_letter_downloads_as_a_file_that_no_page_can_run(desk: Desk) -> None:
    letter = desk.acknowledge().links()["We have received your complaint (stage 1)"]

    file = desk.client.get(f"{letter}/file")

    assert file.data[:2] == b"PK"
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.headers["X-Content-Type-Options"] == "nosniff"


def test_a_missing_answer_comes_back_with_a_sentence_and_with_all_that_was_typed(desk: Desk) -> None:
    desk.accept()
    page = desk.client.page(f"/tasks/{desk.task().id}")

    answer = desk.answer(page, {**acknowledgement(), "outcome_sought": ""}, status=422)

    again = shown(answer)
    assert error_links(again) == {"Answer “What the resident wants to happen”": "#f-outcome_sought"}
    assert again.form("completion")["complaint_definition"] == "You are unhappy with how long the repair has taken."
    assert again.tree.xpath("//title")[0].text.startswith("Error: ")


def test_a_second_click_is_the_same_answer(desk: Desk) -> None:
    page = desk.client.page(f"/tasks/{desk.task().id}")
    first = desk.answer(page, {"exclusion_decision": "complaint"})

    second = desk.answer(page, {"exclusion_decision": "complaint"})

    assert second.headers["Location"] == first.headers["Location"]
    with desk.factories.transaction() as session:
        done = select(func.count()).select_from(CaseEvent).where(CaseEvent.type == "task_completed")
        assert session.scalar(done) == 1


def test_who_comes_second_is_told_who_was_first_and_keeps_what_was_typed(desk: Desk) -> None:
    colleague = desk.factories.client(user=desk.factories.user(name="Tom Ridley", teams=("Complaints officers",)))
    desk.accept()
    page = desk.client.page(f"/tasks/{desk.task().id}")
    theirs = colleague.page(f"/tasks/{desk.task().id}")
    sent = {**theirs.form("completion"), **acknowledgement()}
    colleague.submit(f"/tasks/{desk.task().id}/completion", sent)

    answer = desk.answer(page, {**acknowledgement(), "complaint_definition": "My own words."}, status=409)

    told = shown(answer)
    assert "Tom Ridley completed this task at" in told.main
    assert "My own words." in told.main


def test_a_field_that_changed_meanwhile_is_shown_and_the_answer_can_be_sent_again(desk: Desk) -> None:
    with desk.factories.transaction() as session:
        cases.change_fields(session, desk.case.id, {"adjustments_note": "Ring twice."}, by=desk.by)
    desk.accept()
    page = desk.client.page(f"/tasks/{desk.task().id}")
    with desk.factories.transaction() as session:
        cases.change_fields(session, desk.case.id, {"adjustments_note": "Ring the daughter."}, by=desk.by)
    answers = {**acknowledgement(), "adjustments_note": "Ring twice, then wait."}

    again = shown(desk.answer(page, answers, status=409))

    assert "Now: Ring the daughter." in again.main
    assert again.form("completion")["adjustments_note"] == "Ring twice, then wait."
    desk.client.submit(f"/tasks/{desk.task().id}/completion", again.form("completion"))


def test_a_draft_stands_in_the_form_the_next_day(desk: Desk) -> None:
    desk.accept()
    task = desk.task()
    sent = {**desk.client.page(f"/tasks/{task.id}").form("completion"), "complaint_definition": "Half a sen"}

    desk.client.submit(f"/tasks/{task.id}/draft", sent)

    page = desk.client.page(f"/tasks/{task.id}")
    assert page.form("completion")["complaint_definition"] == "Half a sen"
    assert "This is your draft." in page.main
    assert desk.task().id == task.id


def test_scripts_save_a_draft_without_leaving_the_page(desk: Desk) -> None:
    task = desk.task()
    sent = desk.client.page(f"/tasks/{task.id}").form("completion")

    desk.client.submit(f"/tasks/{task.id}/draft", sent, status=204, headers={"X-Requested-With": "fetch"})


def test_a_task_is_taken_and_given_back(desk: Desk) -> None:
    task = desk.task()
    desk.client.submit(f"/tasks/{task.id}/claim")
    assert "Priya Shah" in desk.client.page(f"/tasks/{task.id}").main

    answer = desk.client.submit(f"/tasks/{task.id}/release")

    assert "The task is back with its team." in desk.client.follow(answer).text
    assert desk.task().assignee_id is None


def test_a_colleague_gets_a_task_with_the_reason_in_the_history(desk: Desk) -> None:
    colleague = desk.factories.user(name="Tom Ridley", teams=("Complaints officers",))
    task = desk.task()
    desk.client.page(f"/tasks/{task.id}/assignment")

    answer = desk.client.submit(f"/tasks/{task.id}/assignment", {"to": colleague.email, "reason": "I am away."})

    page = desk.client.follow(answer)
    assert "“Check whether to accept complaint” is now with Tom Ridley." in page.text
    assert "I am away." in page.main


def test_reassigning_to_nobody_says_what_to_do(desk: Desk) -> None:
    answer = desk.client.submit(f"/tasks/{desk.task().id}/assignment", {"to": ""}, status=422)

    assert error_links(shown(answer)) == {"Choose a member of staff": "#to"}


def test_a_late_answer_needs_a_reason_and_the_history_keeps_it(desk: Desk) -> None:
    task = desk.task()
    with frozen_at(now() + timedelta(days=20)):
        client = desk.factories.client(user=desk.factories.user(name="Tom Ridley", teams=("Complaints officers",)))
        page = client.page(f"/tasks/{task.id}")
        sent = {**page.form("completion"), "exclusion_decision": "complaint"}
        refused = shown(client.submit(f"/tasks/{task.id}/completion", sent, status=422))
        assert "Say why this is late" in refused.main

        sent = {**refused.form("completion"), "_late_reason": "The resident was in hospital."}
        done = client.follow(client.submit(f"/tasks/{task.id}/completion", sent))

    assert "After its time: The resident was in hospital." in done.main


def test_somebody_elses_task_can_be_read_and_not_answered(desk: Desk) -> None:
    stranger = desk.factories.client(user=desk.factories.user(name="Una Vale", teams=("Stage 2 reviewers",)))
    task = desk.task()

    page = stranger.page(f"/tasks/{task.id}")

    assert "This task is with Complaints officers" in page.main
    assert not page.tree.xpath("//form[contains(@action, 'completion')]")
    stranger.submit(f"/tasks/{task.id}/completion", {"exclusion_decision": "complaint"}, status=403)


def test_an_alert_stands_before_the_heading_of_a_task(desk: Desk) -> None:
    alert(desk.factories, desk.person, "Uses oxygen at home.")

    page = desk.client.page(f"/tasks/{desk.task().id}")

    assert page.main.index("Uses oxygen at home.") < page.main.index("Check whether to accept complaint")


def test_an_added_task_is_marked_as_done_with_a_note(desk: Desk) -> None:
    with desk.factories.transaction() as session:
        task_id = tasks.add(session, desk.case.id, name="Ring the contractor", by=desk.by)
    page = desk.client.page(f"/tasks/{task_id}")

    answer = desk.answer(page, {"_note": "They come on Friday."})

    assert "They come on Friday." in desk.client.follow(answer).main


def test_a_row_is_added_and_fields_are_refreshed_without_an_answer(desk: Desk) -> None:
    desk.acknowledge()
    task = desk.task("investigate_stage1")
    sent = {**desk.client.page(f"/tasks/{task.id}").form("completion"), "_command": "add:timeline"}

    page = shown(desk.client.submit(f"/tasks/{task.id}/completion", sent, status=200))
    part = desk.client.submit(f"/tasks/{task.id}/completion", sent, status=200, headers={"X-Form-Part": "1"})

    assert "timeline-0-event" in page.form("completion")
    assert "timeline-0-event" in part.text
    assert "<html" not in part.text


def test_a_file_sent_with_an_answer_is_a_document_of_the_case(desk: Desk) -> None:
    from io import BytesIO

    desk.acknowledge()
    task = desk.task("investigate_stage1")
    sent = {**desk.client.page(f"/tasks/{task.id}").form("completion"), "stage1_next_step": "respond"}
    files = {"stage1_evidence_files": (BytesIO(b"The inspection found mould."), "inspection.txt")}
    name = next(iter(_file_names(desk, task)))

    desk.client.submit(
        f"/tasks/{task.id}/completion",
        {**sent, name: files["stage1_evidence_files"], **_stage1_answers()},
        content_type="multipart/form-data",
    )

    with desk.factories.transaction() as session:
        found = session.scalar(select(Document).where(Document.title == "inspection"))
        assert found.case_id == desk.case.id


def _file_names(desk: Desk, task: UserTask) -> list[str]:
    page = desk.client.page(f"/tasks/{task.id}")
    return page.tree.xpath("//input[@type='file']/@name")


def _stage1_answers() -> dict[str, object]:
    return {
        "timeline-0-event": "First report",
        "timeline-0-source": "Call note",
        "timeline-0-happened_on-day": "1",
        "timeline-0-happened_on-month": "10",
        "timeline-0-happened_on-year": "2026",
        "stage1_evidence_considered": ["repair and inspection records"],
        "stage1_decision": "upheld",
        "stage1_findings": "We missed an appointment.",
        "stage1_reasons": "Our records show it.",
        "stage1_service_failures": ["delay"],
        "reply_working_days": "20",
        "stage1_remedy": "A named officer.",
        "compensation": "",
        "actions": "",
    }


def test_a_task_of_a_case_that_may_not_be_known_does_not_exist(desk: Desk, factories: Factories) -> None:
    from sqlalchemy import update

    from models.case import Case

    with factories.transaction() as session:
        session.execute(update(Case).values(restricted=True))
    stranger = factories.client(user=factories.user(name="Una Vale", teams=("Complaints officers",)))

    stranger.page(f"/tasks/{desk.task().id}", status=404)
    stranger.page(desk.here, status=404)
    assert desk.case.reference not in stranger.page("/").text
    assert desk.case.reference not in stranger.page("/cases").text
    assert "Nothing was found" in stranger.page(f"/search?q={desk.case.reference}").main
