"""Ends a clock because what it times was done: by an event that is no task, such as a message that came."""

from marshmallow import fields

from engine.service_tasks.base import ServiceTask
from engine.service_tasks.clock_inputs import OfClock, asking, date_or_none


class Inputs(OfClock):
    """Which clock is met, and when that was."""

    at = date_or_none("Done on", "a date that is not in the future; else now")
    reason = fields.String(load_default="", metadata={"label": "Reason"})


MEET_CLOCK = ServiceTask(
    type="meet_clock",
    name="Meet a deadline",
    description="Ends a clock because what it times was done, in time or too late.",
    inputs=Inputs,
    run=asking("meet"),
)
