"""Lets a running clock stand still on a ground that its rule names, until `resume_clock` lets it run again."""

from engine.service_tasks.base import Call, ClockChange, Effects, ServiceTask
from engine.service_tasks.clock_inputs import OnGround, date_or_none


class Inputs(OnGround):
    """Which clock stands still, since when and why."""

    at = date_or_none("Since", "a date that is not in the future; else today")


def run(call: Call) -> Effects:
    """Ask for the stop; the clock's rule decides whether it is lawful, and for how long."""
    inputs = call.inputs
    named = {name: inputs[name] for name in ("ground", "reason", "at")}
    return Effects(clocks=(ClockChange("stop", inputs["rule"], inputs["counts_from"], **named),))


STOP_CLOCK = ServiceTask(
    type="stop_clock",
    name="Pause a deadline",
    description="Stops a running clock on a ground that its rule names; what hangs on it has no date until it runs.",
    inputs=Inputs,
    run=run,
)
