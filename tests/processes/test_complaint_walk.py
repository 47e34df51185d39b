"""Every path of the complaint, walked through the portal: pages filled in and sent, letters opened and read."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, select, update

from engine import filing, messages
from engine.communications import settling
from engine.filing.receiving import receive
from engine.instants import frozen_at, london
from engine.permissions import PLATFORM
from models.document import Document
from models.people import ContactDetail, Person
from models.work import Notification
from tests.factories import Factories
from tests.processes.walking import Walk
from tests.word_files import word_file

START = datetime(2026, 9, 7, 9, 30, tzinfo=UTC)  # a Monday without a bank holiday near
REASON = "The records show that nobody rang back, which our own policy asks for within two days."
visited: dict[str, set[str]] = {}  # path to the elements that it went through, for the test at the end

ACKNOWLEDGED = {
    "complaint_definition": "The boiler was not repaired for three weeks and calls were not returned.",
    "outcome_sought": "A working boiler, an apology and somebody to ring.",
    "update_interval": "every week",
    "stage1_investigator": "Grace Adeyemi",
}
DECISION = {
    "stage1_next_step": "respond",
    "stage1_decision": "upheld",
    "stage1_findings": REASON,
    "stage1_reasons": REASON,
    "stage1_evidence_considered": ["call notes and correspondence"],
    "stage1_apology": True,
    "stage1_apology_for": "leaving you without heating and without an answer",
    "reply_working_days": "10",
}
FINAL = {
    "stage2_next_step": "respond",
    "stage2_decision": "partly_upheld",
    "stage2_findings": REASON,
    "stage2_reasons": REASON,
    "stage2_evidence_considered": ["call notes and correspondence"],
    "stage1_handling": "yes",
}
ESCALATES = {
    "resident_reply": "escalate",
    "escalation_channel": "phone",
    "escalation_reason": "It is still not repaired.",
}


@pytest.fixture
def walk(sqlite_factories: Factories, request: pytest.FixtureRequest) -> Iterator[Walk]:
    walked = Walk(sqlite_factories, START)
    yield walked
    visited[request.node.name] = walked.visited()


def accepted(walk: Walk) -> None:
    walk.do("check_exclusion", exclusion_decision="complaint")
    walk.do("acknowledge_complaint", acknowledged_on="2026-09-07", **ACKNOWLEDGED)


def answered(walk: Walk, **more: object) -> None:
    accepted(walk)
    walk.do("investigate_stage1", **{**DECISION, **more})
    walk.do("send_response_stage1", stage1_sent_checked=True)


def excluded(walk: Walk) -> None:
    walk.do(
        "check_exclusion",
        exclusion_decision="excluded",
        exclusion_reason="over_12_months",
        exclusion_explanation="It is about works that were finished in 2019.",
        discretion_considered=True,
    )


def to_approve(walk: Walk, stage: str) -> None:
    """Go on until the response of a stage is to be approved."""
    if stage == "stage1":
        accepted(walk)
        walk.do("investigate_stage1", **DECISION)
        return
    answered(walk)
    walk.do("record_reply", escalation_received_on="2026-09-07", **ESCALATES)
    reviewed(walk)


def unsafe(walk: Walk) -> None:
    """Have no letter reach the resident safely, and nothing else at all."""
    with walk.factories.transaction() as session:
        session.execute(delete(ContactDetail))
        session.execute(update(Person).values(no_letters=True))


def correct(walk: Walk, title: str) -> None:
    """Upload a letter again, as an officer does who has corrected it."""
    by, received = walk.factories.actor(walk.first), receive("answer.docx", word_file("Dear Mrs Okafor, as corrected."))
    with walk.factories.transaction() as session:
        number = session.scalars(select(Document.id).where(Document.title == title)).one()
        filing.add_version(session, number, received, by=by)


def final_response(walk: Walk) -> None:
    reviewed(walk)
    walk.do("send_response_stage2", stage2_sent_checked=True)


def reviewed(walk: Walk) -> None:
    walk.do(
        "acknowledge_escalation",
        stage2_definition="The repair is still outstanding and the answer did not say when it would be done.",
        stage2_outcome_sought="A date for the repair.",
        stage2_reviewer="Samuel Boateng",
        update_interval="every week",
        stage2_acknowledged_on="2026-09-07",
    )
    walk.do("review_stage2", by=walk.second, **FINAL)


def learned(walk: Walk, closure_reason: str) -> None:
    walk.do(
        "record_learning",
        learning_causes=["process"],
        learning="Ring back within two days.",
        closure_reason=closure_reason,
    )


def test_a_request_for_service_is_passed_on(walk: Walk) -> None:
    walk.do(
        "check_exclusion",
        exclusion_decision="service_request",
        service_request_reason="This is the first report of the fault.",
        resident_agrees_service_request=True,
    )
    walk.do(
        "pass_on_service_request",
        service_team="repairs",
        service_request_passed_on="2026-09-07",
        resident_told_of_service_request=True,
    )

    assert (walk.case.status, walk.case.outcome) == ("closed", "Passed on as a service request")
    assert walk.letters() == {}


def test_an_excluded_complaint_is_answered_with_the_right_to_go_to_the_ombudsman(walk: Walk) -> None:
    excluded(walk)

    [letter] = walk.letters().values()

    assert "Housing Ombudsman" in letter
    assert "works that were finished in 2019" in letter
    walk.do("send_exclusion", exclusion_sent_checked=True)
    assert walk.case.outcome == "Not accepted: excluded by our policy"
    assert [one.subject for one in walk.messages()] == ["Why we cannot look at your complaint"]
    assert walk.fields()["exclusion_sent_on"] == "2026-09-07"


def test_a_resident_who_is_satisfied_with_the_first_answer(walk: Walk) -> None:
    answered(walk)
    letters = walk.letters()

    assert "Dear Mrs Okafor" in letters["We have received your complaint (stage 1)"]
    assert "21 September 2026" in letters["We have received your complaint (stage 1)"]
    answer = letters["Our answer to your complaint (stage 1)"]
    assert REASON in answer
    assert "stage 2" in answer.lower()

    walk.do("record_reply", resident_reply="satisfied")
    learned(walk, "Resolved at stage 1")

    assert (walk.case.status, walk.case.outcome) == ("closed", "Resolved at stage 1")


def test_an_approved_response_is_sent_in_its_corrected_version_and_ends_its_time_on_that_day(walk: Walk) -> None:
    accepted(walk)
    walk.do("investigate_stage1", **DECISION)
    correct(walk, "Our answer to your complaint (stage 1)")
    assert walk.clock("complaint.stage1_response").state == "running"
    walk.now = datetime(2026, 9, 9, 15, tzinfo=UTC)

    walk.do("send_response_stage1", stage1_sent_checked=True)

    message = walk.messages()[-1]
    assert (message.status, message.purpose, message.document_version) == ("waiting", "statutory", 2)
    assert message.subject == "Our answer to your complaint (stage 1)"
    assert walk.fields()["stage1_responded_on"] == "2026-09-09"
    clock = walk.clock("complaint.stage1_response")
    assert (clock.state, london(clock.met_at).date()) == ("met", date(2026, 9, 9))
    assert walk.open() == ["record_reply"]


@pytest.mark.parametrize("stage", ["stage1", "stage2"])
def test_a_response_that_is_not_safe_to_send_waits_for_a_person_and_its_time_runs_on(walk: Walk, stage: str) -> None:
    to_approve(walk, stage)
    unsafe(walk)

    walk.do(f"send_response_{stage}", **{f"{stage}_sent_checked": True})
    (message,) = [one for one in walk.messages() if one.status == "stopped"]
    assert "is to get no letters" in message.reason and walk.open() == [""]  # the item in which somebody decides
    assert walk.clock(f"complaint.{stage}_response").state == "running"
    walk.now = datetime(2026, 9, 10, 9, tzinfo=UTC)
    walk.decide(settling.cancel, message.id, reason="She asked us to bring it")

    assert walk.open() == [f"give_response_{stage}"]
    walk.do(f"give_response_{stage}", **{f"{stage}_responded_on": "2026-09-09", f"{stage}_sent_by": "by_hand"})
    clock = walk.clock(f"complaint.{stage}_response")
    assert (clock.state, london(clock.met_at).date()) == ("met", date(2026, 9, 9))
    assert walk.fields()[f"{stage}_responded_on"] == "2026-09-09"


def test_a_response_that_somebody_lets_go_counts_from_the_day_on_which_it_went(walk: Walk) -> None:
    to_approve(walk, "stage1")
    unsafe(walk)
    walk.do("send_response_stage1", stage1_sent_checked=True)
    walk.now = datetime(2026, 9, 11, 9, tzinfo=UTC)

    walk.decide(settling.let_go, walk.messages()[-1].id, reason="She reads it at her sister's")

    assert walk.messages()[-1].status == "waiting" and walk.open() == ["record_reply"]
    assert walk.fields()["stage1_responded_on"] == "2026-09-11"
    assert london(walk.clock("complaint.stage1_response").met_at).date() == date(2026, 9, 11)


def test_an_exclusion_letter_that_cannot_be_sent_is_given_another_way(walk: Walk) -> None:
    unsafe(walk)
    excluded(walk)
    walk.do("send_exclusion", exclusion_sent_checked=True)
    walk.decide(settling.cancel, walk.messages()[-1].id, reason="She fetches it")

    walk.do("give_exclusion", exclusion_sent_on="2026-09-07", exclusion_sent_by="by_hand")

    assert walk.case.outcome == "Not accepted: excluded by our policy"


def test_more_time_moves_the_date_and_tells_the_resident_why(walk: Walk) -> None:
    accepted(walk)
    due = walk.task("investigate_stage1").due_at
    walk.do(
        "investigate_stage1",
        stage1_next_step="extend",
        stage1_extension_days="5",
        stage1_evidence_considered=["photographs and video"],
        stage1_extension_reason="The complaint is complex",
        stage1_extension_explanation="We have asked the contractor for the records.",
        stage1_extension_update_interval="every week",
    )

    later = walk.task("investigate_stage1").due_at
    letter = walk.letters()["We need more time to answer your complaint (stage 1)"]

    assert (due.date(), later.date()) == (date(2026, 9, 21), date(2026, 9, 28))
    assert "28 September 2026" in letter
    assert "Ombudsman" in letter
    walk.do("investigate_stage1", **DECISION)
    assert walk.open() == ["send_response_stage1"]


def test_no_reply_closes_the_case_after_the_time_that_was_stated(walk: Walk) -> None:
    answered(walk)

    walk.wait_until(datetime(2026, 9, 23, 9, tzinfo=UTC))

    assert walk.open() == ["record_learning"]
    learned(walk, "No reply after stage 1")
    assert walk.case.status == "closed"


def test_stage_two_is_reviewed_by_somebody_else_with_actions_and_the_ombudsman(walk: Walk) -> None:
    actions = [
        {"what": "Replace the boiler", "owner": "Al Reid", "due_on": date(2026, 10, 1)},
        {"what": "Ring weekly", "owner": "Priya Shah", "due_on": date(2026, 10, 8)},
    ]
    accepted(walk)
    page = walk.do("investigate_stage1", actions=actions, **DECISION)
    assert page is not None
    walk.do("send_response_stage1", stage1_sent_checked=True)
    walk.do("record_reply", escalation_received_on="2026-09-07", **ESCALATES)
    walk.do(
        "acknowledge_escalation",
        stage2_definition="The repair is still outstanding and nobody said when it would be done.",
        stage2_outcome_sought="A date.",
        stage2_reviewer="Samuel Boateng",
        update_interval="every week",
        stage2_acknowledged_on="2026-09-07",
    )

    assert "Somebody else has to do this" in walk.opened("review_stage2").main
    walk.do("review_stage2", by=walk.second, **FINAL)

    letter = walk.letters()["Our final response to your complaint (stage 2)"]
    assert "0300 111 3000" in letter
    assert "Replace the boiler" in letter
    walk.do("send_response_stage2", stage2_sent_checked=True)
    for _ in actions:
        walk.do("complete_action", action_done_on="2026-09-07", action_outcome="It has been done and checked.")
    learned(walk, "Resolved at stage 2")
    ombudsman(walk, orders_made="yes")
    walk.do(
        "comply_with_orders",
        orders_complied_on="2026-09-07",
        compliance_evidence=_file(),
        compliance_note="Paid in full.",
    )
    assert (walk.case.status, walk.case.outcome) == ("closed", "Determined by the Ombudsman")


def test_an_escalation_by_message_and_no_orders(walk: Walk) -> None:
    answered(walk)
    with frozen_at(walk.now), walk.factories.transaction() as session:
        messages.publish(
            session, "complaint_escalated", walk.case.reference, {"escalation_reason": "By e-mail"}, by=PLATFORM
        )

    final_response(walk)
    learned(walk, "Resolved at stage 2")
    ombudsman(walk, orders_made="no")

    assert walk.case.status == "closed"


def test_the_ombudsman_time_runs_out(walk: Walk) -> None:
    answered(walk)
    walk.do("record_reply", escalation_received_on="2026-09-07", **ESCALATES)
    final_response(walk)
    learned(walk, "Resolved at stage 2")

    walk.wait_until(datetime(2027, 9, 8, 9, tzinfo=UTC))

    assert walk.case.status == "closed"


def test_every_amber_date_reminds_and_every_missed_date_goes_to_a_manager(walk: Walk) -> None:
    walk.do("check_exclusion", exclusion_decision="complaint")
    walk.wait_until(datetime(2026, 9, 11, 9, tzinfo=UTC))
    walk.do("acknowledge_complaint", acknowledged_on="2026-09-11", **ACKNOWLEDGED)
    walk.wait_until(datetime(2026, 9, 24, 9, tzinfo=UTC))
    walk.wait_until(datetime(2026, 9, 28, 9, tzinfo=UTC))
    assert walk.open() == ["investigate_stage1", "review_overdue_stage1"]
    overdue(walk, "stage1")
    late = {**DECISION, "_late_reason": "The contractor's records came late."}
    walk.do("investigate_stage1", **late)
    walk.do(
        "send_response_stage1",
        stage1_sent_checked=True,
        _late_reason="The contractor's records came late.",
    )
    walk.do("record_reply", escalation_received_on="2026-09-28", **ESCALATES)
    walk.wait_until(datetime(2026, 10, 2, 9, tzinfo=UTC))
    walk.do(
        "acknowledge_escalation",
        stage2_definition="The repair is still outstanding after the first answer.",
        stage2_outcome_sought="A date.",
        stage2_reviewer="Samuel Boateng",
        update_interval="every week",
        stage2_acknowledged_on="2026-10-02",
    )
    walk.wait_until(datetime(2026, 10, 29, 9, tzinfo=UTC))
    walk.wait_until(datetime(2026, 11, 2, 9, tzinfo=UTC))
    assert walk.open() == ["review_overdue_stage2", "review_stage2"]
    overdue(walk, "stage2")
    walk.do(
        "review_stage2",
        by=walk.second,
        stage2_next_step="extend",
        stage2_extension_days="10",
        stage2_evidence_considered=["photographs and video"],
        stage2_extension_reason="The complaint is complex",
        stage2_extension_explanation="A surveyor must see the home.",
        stage2_extension_update_interval="every week",
        _late_reason="A surveyor must see the home.",
    )
    assert "We need more time to review your complaint (stage 2)" in walk.letters()
    with walk.factories.transaction() as session:
        told = {notice.text for notice in session.query(Notification)}
    assert len(told) >= 4


def test_the_paths_go_through_every_element_of_the_diagram(walk: Walk) -> None:
    if len(visited) < 9:
        pytest.skip("only some of the walks were run: run the whole file")

    assert walk.elements() == set().union(*visited.values())


def overdue(walk: Walk, stage: str) -> None:
    walk.do(
        f"review_overdue_{stage}",
        **{
            f"{stage}_overdue_reason": "evidence_outstanding",
            f"{stage}_overdue_plan": "The investigator answers within two days.",
            f"{stage}_overdue_told_on": walk.now.date().isoformat(),
            f"{stage}_overdue_promised_on": walk.now.date().isoformat(),
        },
    )


def ombudsman(walk: Walk, *, orders_made: str) -> None:
    walk.do(
        "record_ombudsman_request",
        ombudsman_reference="202612345",
        ombudsman_wrote_on="2026-09-07",
        evidence_due_on="2026-09-28",
        evidence_requested="All records of the boiler repair.",
    )
    walk.do("send_evidence", evidence_sent=["complaint_file"], evidence_bundle=_file(), evidence_sent_on="2026-09-07")
    orders = {"orders": [{"what": "Pay £100", "due_on": date(2026, 10, 7)}], "orders_due_on": "2026-10-07"}
    walk.do(
        "record_determination",
        determined_on="2026-09-07",
        determination="service_failure",
        orders_made=orders_made,
        closure_reason="Determined by the Ombudsman",
        **(orders if orders_made == "yes" else {}),
    )


def _file() -> tuple[object, str]:
    from io import BytesIO

    return BytesIO(b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"), "evidence.pdf"
