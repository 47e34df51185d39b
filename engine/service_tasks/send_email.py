"""Sends a plain e-mail after the commit."""

from marshmallow import Schema, fields, validate

from engine.service_tasks.base import Call, Effects, Email, ServiceTask


class Inputs(Schema):
    """To whom, and what."""

    to = fields.Email(required=True, metadata={"label": "E-mail address"})
    subject = fields.String(required=True, validate=validate.Length(1, 200), metadata={"label": "Subject"})
    text = fields.String(required=True, metadata={"label": "Text", "is_long": True})


def run(call: Call) -> Effects:
    """Queue the e-mail; the outbox sends it once."""
    return Effects(emails=(Email(call.inputs["to"], call.inputs["subject"], call.inputs["text"]),))


SEND_EMAIL = ServiceTask(
    type="send_email",
    name="Send an e-mail",
    description="Sends an e-mail, once, after the step is committed.",
    inputs=Inputs,
    run=run,
)
