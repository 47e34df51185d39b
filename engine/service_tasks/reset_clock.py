"""Lets the whole time of a clock start again, on a ground that its rule names."""

from engine.service_tasks.base import ServiceTask
from engine.service_tasks.clock_inputs import OnGround, asking, date_or_none


class Inputs(OnGround):
    """Which clock starts again, when and why."""

    at = date_or_none("From", "a date that is not in the future; else today")


RESET_CLOCK = ServiceTask(
    type="reset_clock",
    name="Start a deadline again",
    description="Lets the whole time of a clock start again, as far as its rule allows.",
    inputs=Inputs,
    run=asking("reset"),
)
