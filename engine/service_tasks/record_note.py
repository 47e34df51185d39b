"""Writes a note on the case."""

from marshmallow import Schema, fields, validate

from engine.service_tasks.base import Call, Effects, ServiceTask


class Inputs(Schema):
    """What the note says."""

    text = fields.String(
        required=True, validate=validate.Length(min=1), metadata={"label": "Text of the note", "is_long": True}
    )


def run(call: Call) -> Effects:
    """Write the note."""
    return Effects(note=call.inputs["text"])


RECORD_NOTE = ServiceTask(
    type="record_note",
    name="Write a note",
    description="Writes a note on the case.",
    inputs=Inputs,
    run=run,
)
