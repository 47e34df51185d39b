"""Extends a running clock for a reason that its rule allows."""

from marshmallow import Schema, fields, validate

from engine.service_tasks.base import Call, ClockChange, Effects, ServiceTask


class Inputs(Schema):
    """Which clock, by how much, and why."""

    rule = fields.String(
        required=True, metadata={"label": "Rule", "help": "such as complaint.stage1_response", "names": "rule"}
    )
    working_days = fields.Integer(
        required=True, validate=validate.Range(min=1, max=365), metadata={"label": "By how many working days"}
    )
    reason = fields.String(required=True, validate=validate.Length(min=1), metadata={"label": "Reason"})


def run(call: Call) -> Effects:
    """Ask for the extension; the clock's rule decides whether it is lawful."""
    inputs = call.inputs
    return Effects(clocks=(ClockChange("extend", inputs["rule"], inputs["working_days"], inputs["reason"]),))


EXTEND_CLOCK = ServiceTask(
    type="extend_clock",
    name="Extend a deadline",
    description="Extends a running clock, as far as its rule allows, and moves the dates that hang on it.",
    inputs=Inputs,
    run=run,
)
