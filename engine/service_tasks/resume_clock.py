"""Lets a clock that was stopped run again."""

from marshmallow import fields

from engine.service_tasks.base import Call, ClockChange, Effects, ServiceTask
from engine.service_tasks.clock_inputs import OfClock, date_or_none


class Inputs(OfClock):
    """Which clock runs again, and since when."""

    at = date_or_none("Since", "a date that is not in the future; else today")
    reason = fields.String(load_default="", metadata={"label": "Reason"})


def run(call: Call) -> Effects:
    """Ask for the end of the stop; the time that stood still does not count."""
    inputs = call.inputs
    change = ClockChange("resume", inputs["rule"], inputs["counts_from"], reason=inputs["reason"], at=inputs["at"])
    return Effects(clocks=(change,))


RESUME_CLOCK = ServiceTask(
    type="resume_clock",
    name="Let a deadline run again",
    description="Ends the stop of a clock, and moves the dates that hang on it.",
    inputs=Inputs,
    run=run,
)
