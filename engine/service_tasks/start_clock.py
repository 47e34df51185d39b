"""Sets a clock running that no to-do item starts: from any date that the case knows, beside any other clock."""

from marshmallow import fields, validate

from engine.service_tasks.base import Call, ClockChange, Effects, ServiceTask
from engine.service_tasks.clock_inputs import OfClock, dated


class Inputs(OfClock):
    """By which rule, from when."""

    counts_from = fields.String(
        required=True,
        validate=validate.And(validate.Length(min=1), dated),
        metadata={"label": "Counts from", "help": "a field, such as =aware_on; the clock follows it", "is_date": True},
    )
    reason = fields.String(load_default="", metadata={"label": "Reason"})


def run(call: Call) -> Effects:
    """Ask for the clock; it follows the field that it counts from when somebody corrects it."""
    inputs, text = call.inputs, call.texts.get("counts_from", "")
    source = text if text.startswith("=") else ""
    return Effects(
        clocks=(ClockChange("start", inputs["rule"], inputs["counts_from"], reason=inputs["reason"], source=source),)
    )


START_CLOCK = ServiceTask(
    type="start_clock",
    name="Start a deadline",
    description="Sets a clock running by a rule from a date of the case. It runs until it is met or the case ends.",
    inputs=Inputs,
    run=run,
)
