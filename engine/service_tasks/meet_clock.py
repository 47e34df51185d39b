"""Ends a clock because what it times was done: by an event that is no task, such as a message that came."""

from marshmallow import fields

from engine.service_tasks.base import Call, ClockChange, Effects, ServiceTask
from engine.service_tasks.clock_inputs import OfClock, date_or_none


class Inputs(OfClock):
    """Which clock is met, and when that was."""

    at = date_or_none("Done on", "a date that is not in the future; else now")
    reason = fields.String(load_default="", metadata={"label": "Reason"})


def run(call: Call) -> Effects:
    """Say that it was done; whether that was in time follows from the clock."""
    inputs = call.inputs
    change = ClockChange("meet", inputs["rule"], inputs["counts_from"], reason=inputs["reason"], at=inputs["at"])
    return Effects(clocks=(change,))


MEET_CLOCK = ServiceTask(
    type="meet_clock",
    name="Meet a deadline",
    description="Ends a clock because what it times was done, in time or too late.",
    inputs=Inputs,
    run=run,
)
