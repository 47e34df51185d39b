"""Sends an e-mail to whoever it concerns: from a template, or with the subject and text that the diagram gives."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from engine.service_tasks.base import Call, Effects, ServiceTask
from engine.service_tasks.communicating import RESULTS, Sending, leave


class Inputs(Sending):
    """Which e-mail."""

    template = fields.String(
        load_default="", metadata={"label": "E-mail", "help": "Name of the .email template", "names": "email"}
    )
    subject = fields.String(
        load_default="", validate=validate.Length(0, 200), metadata={"label": "Subject, without a template"}
    )
    text = fields.String(load_default="", metadata={"label": "Text, without a template", "is_long": True})

    @validates_schema
    def _says_something(self, data: Mapping[str, Any], *, partial: Any = None, **_: Any) -> None:
        if partial:
            return  # some of it is worked out only when the step begins
        if not data["template"] and not (data["subject"] and data["text"]):
            raise ValidationError("Name a template, or give a subject and a text.", "template")


def run(call: Call) -> Effects:
    """Leave it to be written; it is sent once, after the step is committed."""
    return leave(call, "email")


SEND_EMAIL = ServiceTask(
    type="send_email",
    name="Send an e-mail",
    description="Writes an e-mail to each recipient and sends it once, after the step is committed.",
    inputs=Inputs,
    run=run,
    is_slow=True,
    results=RESULTS,
)
