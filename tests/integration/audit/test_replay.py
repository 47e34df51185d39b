"""A replay of the events shows, after every step, what the tables showed then."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from engine import cases, filing, incidents, tasks
from engine.clocks import running
from engine.history.erasing import erase_payload
from engine.history.reading import events_of
from engine.history.replaying import replay
from engine.history.state import State
from engine.instants import frozen_at, now
from models.work import Incident
from tests.diagrams import category, service
from tests.factories import TEAMS, Factories
from tests.integration.audit.complaints import ACKNOWLEDGE, LONG, Driven, acknowledge, answer, day, settle, start


@pytest.fixture
def driven(factories: Factories) -> Driven:
    """A complaint that an officer of every team drives."""
    by = factories.actor(factories.user("officer", "administrator", name="Priya Shah", teams=TEAMS))
    return start(factories, by)


def events(driven: Driven) -> list[Any]:
    with driven.factories.transaction() as session:
        return events_of(session, driven.case_id)


def shown(state: State) -> dict[str, Any]:
    """Return what a state shows, in the words of the snapshots."""
    return {
        "case": (state.status, state.stage, state.outcome, state.owner_id, state.version_id),
        "tasks": {
            task.id: (task.element_id, task.name, task.assignee_id, task.team_id, task.due_at, task.amber_at)
            for task in state.open_tasks
        },
        "fields": state.values,
        "clocks": {
            key: (instant(clock.due_at), instant(clock.amber_at), clock.state, clock.met_at, clock.explanation)
            for key, clock in state.clocks.items()
        },
        "documents": [(document.id, document.title, document.sha256) for document in state.documents],
        "incidents": sorted(state.incidents),
        "tokens": sorted(token.element_id for token in state.tokens.values()),
    }


def instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def assert_replayed(driven: Driven) -> None:
    """Compare the replay with every snapshot."""
    told = events(driven)
    assert len(driven.snapshots) > 2
    for snapshot in driven.snapshots:
        state = shown(replay(told, sequence=snapshot.sequence))
        for part, live in snapshot.live.items():
            assert state[part] == live, f"{part} after event {snapshot.sequence}"


def test_a_complaint_settled_at_stage_1_after_an_extension_and_promised_actions(driven: Driven) -> None:
    acknowledge(driven)
    driven.do(
        "investigate_stage1",
        stage1_evidence_considered=["photographs and video"],
        stage1_next_step="extend",
        stage1_extension_days=5,
        stage1_extension_reason="The complaint is complex",
        stage1_extension_explanation=LONG,
        stage1_extension_update_interval="every week",
    )
    actions = [{"what": f"Repair {n}", "owner": "Sam", "due_on": day(20 + n)} for n in range(3)]
    answer(driven, actions=actions, compensation=[{"for_what": "the wait", "amount": 150.5}])
    driven.do("record_reply", resident_reply="satisfied")
    for number in range(3):
        driven.do("complete_action", action_done_on=day(), action_outcome=f"Done {number}")
    settle(driven)

    assert driven.snapshots[-1].live["case"][0] == "closed"
    assert_replayed(driven)


def test_a_complaint_that_goes_overdue_and_whose_resident_does_not_reply(driven: Driven) -> None:
    acknowledge(driven)
    with frozen_at(now() + timedelta(days=12)):
        driven.sweep()  # amber: a reminder
    with frozen_at(now() + timedelta(days=25)):
        driven.sweep()  # overdue: a manager's task beside
        driven.do(
            "review_overdue_stage1",
            stage1_overdue_reason="capacity",
            stage1_overdue_plan="A second investigator helps.",
            stage1_overdue_told_on=day(),
            stage1_overdue_promised_on=day(5),
        )
        answer(driven)
    with frozen_at(now() + timedelta(days=90)):
        driven.sweep()  # no reply in the time given
        settle(driven)

    assert any("review_overdue_stage1" in str(s.live["tasks"]) for s in driven.snapshots)
    assert driven.snapshots[-1].live["case"][0] == "closed"
    assert_replayed(driven)


def test_a_complaint_that_goes_to_stage_2(driven: Driven) -> None:
    acknowledge(driven)
    answer(driven)
    driven.do("record_reply", resident_reply="escalate", escalation_received_on=day(), escalation_channel="email")
    other = driven.factories.actor(driven.factories.user("officer", name="Second Reviewer", teams=TEAMS))
    driven.do(
        "acknowledge_escalation",
        stage2_definition="The boiler, and the answer about it.",
        stage2_outcome_sought="A working boiler.",
        stage2_reviewer=other.name,
        update_interval="every week",
        stage2_acknowledged_on=day(),
    )

    assert driven.snapshots[-1].live["case"][1] == "Stage 2"
    assert_replayed(driven)


def test_a_complaint_that_is_not_accepted(driven: Driven) -> None:
    driven.do(
        "check_exclusion",
        exclusion_decision="excluded",
        exclusion_reason="over_12_months",
        exclusion_explanation=LONG,
        discretion_considered=True,
    )
    driven.do("send_exclusion", exclusion_sent_checked=True)

    assert driven.snapshots[-1].live["documents"]
    assert_replayed(driven)


def test_what_officers_do_beside_the_diagram_and_a_cancellation(driven: Driven) -> None:
    factories, by = driven.factories, driven.by
    colleague = factories.user("officer", name="Sam Reid", teams=TEAMS)
    driven.do("check_exclusion", exclusion_decision="complaint")
    task_id = driven.task("acknowledge_complaint")
    driven.act(tasks.claim, task_id, by=by)
    driven.act(tasks.release, task_id, by=by)
    driven.act(tasks.assign, task_id, to=colleague.email, reason="On leave", by=by)
    driven.act(cases.change_fields, driven.case_id, {"complaint_summary": "Corrected"}, by=by)
    driven.act(cases.add_note, driven.case_id, "Rang the resident.", by=by)
    driven.act(cases.hand_over, driven.case_id, to=colleague.email, by=by)
    driven.act(filing.add_document, driven.case_id, "photo.txt", b"A photograph in words", kind="evidence", by=by)
    added = driven.act(tasks.add, driven.case_id, name="Ring the contractor", to=TEAMS[0], due_at=now(), by=by)
    driven.act(tasks.add, driven.case_id, name="Ask for the gas certificate", by=by)
    driven.act(tasks.complete, added, answers={"note": "He comes on Tuesday"}, by=by)
    driven.act(cases.cancel, driven.case_id, reason="Logged twice", by=by)

    assert driven.snapshots[-1].live["case"][0] == "cancelled"
    assert_replayed(driven)


def test_a_clock_that_an_officer_extends_moves_the_task_and_its_explanation(driven: Driven) -> None:
    acknowledge(driven)
    manager = driven.factories.actor(driven.factories.user("team_manager", "administrator", teams=TEAMS))
    before = replay(events(driven))

    reason = "The complaint is complex"
    clock_id = next(key for key, clock in before.clocks.items() if clock.rule == "complaint.stage1_response")
    driven.act(running.extend, driven.case_id, clock_id, amount=3, reason=reason, by=manager)

    after = replay(events(driven))
    key = next(key for key, clock in after.clocks.items() if clock.rule == "complaint.stage1_response")
    assert after.clocks[key].due_at > before.clocks[key].due_at
    assert after.clocks[key].extensions == [{"amount": 3, "unit": "working days", "reason": reason, "by": manager.name}]
    assert [task.due_at for task in after.open_tasks] == [after.clocks[key].due_at]
    assert_replayed(driven)


def test_a_step_that_fails_and_is_put_right(factories: Factories) -> None:
    by = factories.actor(factories.user("administrator"))
    factories.deploy(
        category(
            "start > tell:service > ask > set:script > end",
            inside={
                "tell": service("notify", to="=told", message="Please look"),
                "set": '<bpmn:extensionElements><zeebe:script expression="=ask_answer + 1" resultVariable="sum" />'
                "</bpmn:extensionElements>",
            },
        )
    )
    with factories.transaction() as session:
        case_id = cases.start(session, "sample", fields={"told": "Nobody Here", "ask_answer": 1}, by=by).id
    driven = Driven(factories, case_id, by)
    assert driven.snapshots[-1].live["incidents"]

    incident_id = _incident(driven)
    driven.act(incidents.retry, incident_id, by=by)
    with driven.factories.transaction() as session:
        from sqlalchemy import update

        from models.case import CaseSection

        session.execute(update(CaseSection).values(fields={"told": by.email, "ask_answer": 1}))
    from engine.runtime.cache import instances

    instances.clear()
    driven.act(incidents.retry, incident_id, by=by)
    told = events(driven)

    assert [event.type for event in told].count("incident_raised") == 2
    assert not replay(told).incidents
    assert [sorted(replay(told, sequence=s.sequence).incidents) for s in driven.snapshots] == [
        s.live["incidents"] for s in driven.snapshots
    ]
    driven.do("ask")
    assert replay(events(driven)).values["sum"] == 2


def _incident(driven: Driven) -> int:
    from sqlalchemy import select

    with driven.factories.transaction() as session:
        return session.scalars(select(Incident.id)).one()


def test_a_replay_at_an_instant_takes_what_had_happened_by_then(driven: Driven) -> None:
    began = now()
    with frozen_at(began + timedelta(days=1)):
        driven.do("check_exclusion", exclusion_decision="complaint")
    with frozen_at(began + timedelta(days=2)):
        name = driven.by.name
        driven.do("acknowledge_complaint", **ACKNOWLEDGE, stage1_investigator=name, acknowledged_on=day())

    told = events(driven)

    assert replay(told, at=began + timedelta(days=1, hours=1)).active == ["acknowledge_amber", "acknowledge_complaint"]
    assert "investigate_stage1" in replay(told, at=began + timedelta(days=3)).active


def test_a_step_says_what_it_changed_before_and_after(driven: Driven) -> None:
    driven.act(cases.change_fields, driven.case_id, {"complaint_summary": "Corrected"}, by=driven.by)

    state = replay(events(driven))

    assert state.step is not None
    assert state.step.event.actor_name == "Priya Shah"
    assert state.step.changes == {
        "complaint_summary": ["The boiler has been broken for three weeks and nobody rings back.", "Corrected"]
    }
    assert state.fields["complaint_summary"].sequence == state.sequence


def test_after_an_erasure_the_tokens_and_tasks_stay_and_the_words_are_gone(driven: Driven) -> None:
    acknowledge(driven)
    before = replay(events(driven))
    completed = [event.sequence for event in events(driven) if event.type in ("task_completed", "case_advanced")]

    with driven.factories.transaction() as session:
        erase_payload(session, driven.case_id, completed, by=driven.by, reason="Article 17")

    after = replay(events(driven))
    assert (after.active, after.finished, after.stage) == (before.active, before.finished, before.stage)
    assert [task.id for task in after.open_tasks] == [task.id for task in before.open_tasks]
    assert "complaint_definition" in after.fields
    assert after.fields["complaint_definition"].is_erased
    assert "complaint_definition" not in after.values
    assert after.erased == completed
