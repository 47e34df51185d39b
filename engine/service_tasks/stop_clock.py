"""Lets a running clock stand still on a ground that its rule names, until `resume_clock` lets it run again."""

from engine.service_tasks.base import ServiceTask
from engine.service_tasks.clock_inputs import OnGround, asking, date_or_none


class Inputs(OnGround):
    """Which clock stands still, since when and why."""

    at = date_or_none("Since", "a date that is not in the future; else today")


STOP_CLOCK = ServiceTask(
    type="stop_clock",
    name="Pause a deadline",
    description="Stops a running clock on a ground that its rule names; what hangs on it has no date until it runs.",
    inputs=Inputs,
    run=asking("stop"),
)
