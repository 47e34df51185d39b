"""Lets the whole time of a clock start again, on a ground that its rule names."""

from engine.service_tasks.base import Call, ClockChange, Effects, ServiceTask
from engine.service_tasks.clock_inputs import OnGround, date_or_none


class Inputs(OnGround):
    """Which clock starts again, when and why."""

    at = date_or_none("From", "a date that is not in the future; else today")


def run(call: Call) -> Effects:
    """Ask for the new start; what was granted before it counts no more."""
    inputs = call.inputs
    named = {name: inputs[name] for name in ("ground", "reason", "at")}
    return Effects(clocks=(ClockChange("reset", inputs["rule"], inputs["counts_from"], **named),))


RESET_CLOCK = ServiceTask(
    type="reset_clock",
    name="Start a deadline again",
    description="Lets the whole time of a clock start again, as far as its rule allows.",
    inputs=Inputs,
    run=run,
)
