"""Complaints as they stand on an ordinary day: each a story told by really running the engine on earlier days.

A moment is counted in working days before today. All stories advance together, day by day, and every timer that falls
due in between fires when it was due, so that reminders, deadlines and history are what they would have been.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from engine.calendars import calendar
from engine.instants import LONDON
from webapp.demo.people import COMPLAINTS, STAGE_1, STAGE_2

Answers = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Moment:
    """What somebody does on a case: `element` is the task that they answer; "start" and "cancel" are the case itself.

    `ago` counts working days before today. `answers` is given the day on which it happens. `child` is the category of
    the case started by the story's own, where it happens there.
    """

    ago: int
    element: str
    answers: Callable[[date], Answers]
    team: str = COMPLAINTS
    hour: int = 10
    child: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """One case, and whether whoever it is about has an address that a letter could go to."""

    moments: tuple[Moment, ...]
    has_home: bool = True
    claimed: tuple[str, ...] = field(default=())  # tasks that somebody has taken and not yet done
    category: str = "complaint"


def at(moment: Moment, today: date) -> datetime:
    """Return when the moment was, in UK office hours."""
    day = calendar("England and Wales").add_working_days(today + timedelta(days=1), -moment.ago - 1)
    return datetime.combine(day, time(moment.hour, 7 * moment.ago % 60), LONDON)


def stories() -> Iterator[Story]:
    """Yield the complaints, newest first: on target, warning, overdue, at each stage, and over."""
    yield Story((received(0, "The communal door has not closed since Friday.", ["neighbourhood"], hour=8),))
    yield Story((*accepted(2, "Our rent statement shows a payment that is not ours.", ["rent"]),))
    yield Story((*accepted(4, "Three missed appointments for the same leaking tap.", ["repairs"]),))
    yield Story((received(7, "Nobody has answered about the noise from the bin store.", ["neighbourhood"]),))
    yield Story(
        investigating(6, 4, "Mould has come back in both bedrooms after the last treatment.", ["damp_and_mould"]),
        claimed=("investigate_stage1",),
    )
    yield Story(investigating(12, 9, "The new windows let in rain and no one has been back.", ["major_works"]))
    yield Story(investigating(17, 14, "No heating for eleven days in January.", ["heating_and_hot_water"]))
    yield Story(
        (
            *investigating(15, 12, "The lift is out of order every other week.", ["building_safety"]),
            Moment(5, "investigate_stage1", more_time, STAGE_1),
        )
    )
    yield Story(answered(20, "A contractor left the kitchen without a floor for two weeks.", ["repairs"]))
    yield Story(
        (
            *answered(34, "A service charge that nobody can explain.", ["service_charges"]),
            Moment(14, "record_reply", satisfied),
            Moment(12, "record_learning", learning("Resolved at stage 1")),
        )
    )
    yield Story(
        (
            *answered(36, "Abusive neighbours, and two reports without a reply.", ["anti_social_behaviour"]),
            Moment(10, "record_reply", escalates),
            Moment(8, "acknowledge_escalation", stage_2_acknowledged),
        ),
        claimed=("review_stage2",),
    )
    yield Story(
        (
            *answered(60, "The roof repair was promised in spring and again in summer.", ["repairs", "damp_and_mould"]),
            Moment(32, "record_reply", escalates),
            Moment(29, "acknowledge_escalation", stage_2_acknowledged),
            Moment(14, "review_stage2", stage_2_answer, STAGE_2),
            Moment(13, "send_response_stage2", approved("stage2")),
        )
    )
    yield Story(
        (
            received(22, "The fence was replaced two years ago with the wrong one.", ["neighbourhood"]),
            Moment(20, "check_exclusion", excluded),
            Moment(19, "send_exclusion", approved("exclusion")),
        )
    )
    yield Story(
        (
            received(9, "A gutter is blocked and I should like it cleared.", ["repairs"]),
            Moment(8, "check_exclusion", service_request),
            Moment(7, "pass_on_service_request", passed_on),
        )
    )
    yield Story(
        (
            *accepted(11, "Sent twice by mistake.", ["repairs"]),
            Moment(9, "cancel", lambda _: {"reason": "Logged twice"}),
        )
    )
    yield Story(
        (
            *investigating(5, 3, "I was told my late mother's keys were lost.", ["neighbourhood"]),
            Moment(2, "investigate_stage1", stage_1_answer, STAGE_1),  # the answer has no address to go to
        ),
        has_home=False,
    )


def received(ago: int, summary: str, topics: list[str], hour: int = 9) -> Moment:
    """Tell of a complaint that came in."""

    def answers(day: date) -> Answers:
        return {
            "received_on": day.isoformat(),
            "received_channel": ("email", "phone", "website", "letter")[ago % 4],
            "made_by": "resident",
            "complaint_summary": summary,
            "complaint_topics": topics,
            "became_aware_on": (day - timedelta(days=12)).isoformat(),
        }

    return Moment(ago, "start", answers, hour=hour)


def accepted(ago: int, summary: str, topics: list[str]) -> tuple[Moment, ...]:
    """Tell of one that was accepted on the day it came."""
    return received(ago, summary, topics), Moment(ago, "check_exclusion", accept, hour=14)


def investigating(ago: int, acknowledged: int, summary: str, topics: list[str]) -> tuple[Moment, ...]:
    """Tell of one that is being investigated since it was acknowledged."""
    return *accepted(ago, summary, topics), Moment(acknowledged, "acknowledge_complaint", acknowledge, hour=11)


def answered(ago: int, summary: str, topics: list[str]) -> tuple[Moment, ...]:
    """Tell of one that was answered at stage 1, ten working days after it came."""
    return (
        *investigating(ago, ago - 2, summary, topics),
        Moment(ago - 10, "investigate_stage1", stage_1_answer, STAGE_1),
        Moment(ago - 10, "send_response_stage1", approved("stage1"), hour=15),
    )


def accept(day: date) -> Answers:
    """Accept the complaint."""
    return {"exclusion_decision": "complaint"}


def excluded(day: date) -> Answers:
    """Leave out what happened too long ago."""
    return {
        "exclusion_decision": "excluded",
        "exclusion_reason": "over_12_months",
        "exclusion_explanation": "You knew of this more than two years ago, and nothing kept you from telling us.",
        "discretion_considered": True,
    }


def service_request(day: date) -> Answers:
    """Take it for what it is: something to be done, not something that went wrong."""
    return {
        "exclusion_decision": "service_request",
        "service_request_reason": "This is the first time that it was reported, and nothing has gone wrong yet.",
        "resident_agrees_service_request": True,
    }


def passed_on(day: date) -> Answers:
    """Give it to the team that does the work."""
    return {
        "service_team": "repairs",
        "service_request_reference": "R-204417",
        "service_request_passed_on": day.isoformat(),
        "resident_told_of_service_request": True,
    }


def acknowledge(day: date) -> Answers:
    """Define the complaint with the resident and acknowledge it."""
    return {
        "update_interval": "every week",
        "complaint_definition": "You are unhappy with how long this takes and that nobody tells you what happens next.",
        "outcome_sought": "You want it put right, an apology, and somebody you can ring.",
        "stage1_investigator": "Grace Adeyemi",
        "acknowledged_on": day.isoformat(),
    }


def more_time(day: date) -> Answers:
    """Ask for more time, and say why."""
    return {
        "timeline": [
            {"happened_on": day.isoformat(), "event": "Asked the contractor for their report", "source": "E-mail"}
        ],
        "stage1_evidence_considered": ["repair and inspection records"],
        "stage1_next_step": "extend",
        "stage1_extension_days": 5,
        "stage1_extension_reason": "We need information from somebody else",
        "stage1_extension_explanation": "Our contractor has promised the engineer's report for the end of next week.",
        "stage1_extension_update_interval": "every week",
    }


def stage_1_answer(day: date) -> Answers:
    """Decide at stage 1: upheld in part, with an apology, some money and something still to do."""
    return {
        "timeline": [
            {"happened_on": (day - timedelta(days=40)).isoformat(), "event": "First report", "source": "Call note"},
            {
                "happened_on": (day - timedelta(days=21)).isoformat(),
                "event": "Appointment missed",
                "source": "Repairs record",
            },
        ],
        "stage1_evidence_considered": [
            "repair and inspection records",
            "call notes and correspondence",
            "a talk with you",
        ],
        "stage1_next_step": "respond",
        "stage1_decision": "partly_upheld",
        "stage1_findings": "We missed one appointment and did not ring you afterwards. The work itself was done well.",
        "stage1_reasons": "Our records show the appointment and no call. Our policy asks for one within a day.",
        "stage1_apology": True,
        "stage1_apology_for": "the missed appointment and for not ringing you",
        "stage1_remedy": "Your case has a named officer, who rings you every week until it is finished.",
        "compensation": [{"for_what": "One missed appointment", "amount": 25}, {"for_what": "Delay", "amount": 50}],
        "actions": [],
        "stage1_service_failures": ["delay", "poor_communication"],
        "reply_working_days": 20,
    }


def approved(letter: str) -> Callable[[date], Answers]:
    """Read a letter from beginning to end and let it be sent."""
    return lambda _: {f"{letter}_sent_checked": True}


def satisfied(day: date) -> Answers:
    """Hear from a resident who is content."""
    return {"resident_reply": "satisfied", "satisfaction_comment": "Thank you for explaining it."}


def escalates(day: date) -> Answers:
    """Hear from one who is not."""
    return {
        "resident_reply": "escalate",
        "escalation_received_on": day.isoformat(),
        "escalation_channel": "email",
        "escalation_reason": "The work that you promised has not been done.",
    }


def stage_2_acknowledged(day: date) -> Answers:
    """Acknowledge the request for stage 2."""
    return {
        "stage2_definition": "You do not accept our answer, because the work that we promised has not been done.",
        "stage2_outcome_sought": "You want the work done by a date that we keep.",
        "stage2_reviewer": "Samuel Boateng",
        "update_interval": "every week",
        "stage2_acknowledged_on": day.isoformat(),
    }


def stage_2_answer(day: date) -> Answers:
    """Decide at stage 2, with an action that is still open."""
    return {
        "stage2_evidence_considered": ["repair and inspection records", "a visit to your home"],
        "stage2_services_involved": ["repairs"],
        "stage2_next_step": "respond",
        "stage1_handling": "no",
        "stage2_decision": "upheld",
        "stage2_findings": "The repair was promised twice and not booked either time. You had to ring us seven times.",
        "stage2_reasons": "Nobody owned the promise once the first officer had left the team.",
        "stage2_apology": True,
        "stage2_apology_for": "two promises that we did not keep",
        "stage2_remedy": "The roof is booked, and the surveyor rings you the day before.",
        "compensation": [{"for_what": "Delay and distress", "amount": 250}],
        "actions": [
            {
                "what": "Renew the felt over the back bedroom",
                "owner": "Owen Price",
                "due_on": (day + timedelta(days=28)).isoformat(),
            }
        ],
        "stage2_service_failures": ["delay", "complaint_handling"],
    }


def learning(reason: str) -> Callable[[date], Answers]:
    """Write down what was learned, and close."""
    return lambda day: {
        "learning_causes": ["process"],
        "learning": "Missed appointments now ring the officer of the case the same afternoon.",
        "learning_shared_with": ["team"],
        "closure_reason": reason,
    }
