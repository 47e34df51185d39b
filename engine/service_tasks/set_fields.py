"""Gives fields of the case their values."""

from marshmallow import INCLUDE, Schema

from engine.service_tasks.base import Call, Effects, ServiceTask


class Inputs(Schema):
    """Every input is a field: its name, and the value that it gets."""

    class Meta:
        """Take whatever fields the diagram names."""

        unknown = INCLUDE


def run(call: Call) -> Effects:
    """Write the inputs to the case document."""
    return Effects(fields=dict(call.inputs))


SET_FIELDS = ServiceTask(
    type="set_fields",
    name="Set fields",
    description="Gives fields of the case values that FEEL expressions compute.",
    inputs=Inputs,
    run=run,
)
