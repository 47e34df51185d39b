"""Lets a clock that was stopped run again."""

from marshmallow import fields

from engine.service_tasks.base import ServiceTask
from engine.service_tasks.clock_inputs import OfClock, asking, date_or_none


class Inputs(OfClock):
    """Which clock runs again, and since when."""

    at = date_or_none("Since", "a date that is not in the future; else today")
    reason = fields.String(load_default="", metadata={"label": "Reason"})


RESUME_CLOCK = ServiceTask(
    type="resume_clock",
    name="Let a deadline run again",
    description="Ends the stop of a clock, and moves the dates that hang on it.",
    inputs=Inputs,
    run=asking("resume"),
)
