"""Extends a running clock for a reason that its rule allows."""

from marshmallow import fields, validate

from engine.errors import Invalid
from engine.service_tasks.base import Call, ClockChange, Effects, ServiceTask
from engine.service_tasks.clock_inputs import OnGround


class Inputs(OnGround):
    """Which clock, by how much, and why."""

    amount = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=1, max=1_300),
        metadata={"label": "By how much", "help": "in the unit of the ground"},
    )
    working_days = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=1, max=365),
        metadata={"label": "By how many working days", "help": "in place of the amount"},
    )


def run(call: Call) -> Effects:
    """Ask for the extension; the clock's rule decides whether it is lawful."""
    inputs = call.inputs
    amount, days = inputs["amount"], inputs["working_days"]
    if (amount is None) == (days is None):
        raise Invalid(
            f"“{call.element_name}” must be given either an amount or a number of working days.",
            remedy="Fill in one of the two, in the properties of the task.",
        )
    change = ClockChange(
        "extend",
        inputs["rule"],
        inputs["counts_from"],
        ground=inputs["ground"],
        amount=amount or days,
        unit="working days" if days else "",
        reason=inputs["reason"],
    )
    return Effects(clocks=(change,))


EXTEND_CLOCK = ServiceTask(
    type="extend_clock",
    name="Extend a deadline",
    description="Extends a running clock, as far as its rule allows, and moves the dates that hang on it.",
    inputs=Inputs,
    run=run,
)
