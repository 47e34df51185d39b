"""Sends a text message to whoever it concerns: from a template, or with the text that the diagram gives."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from engine.service_tasks.base import Call, Effects, ServiceTask
from engine.service_tasks.communicating import RESULTS, Sending, leave


class Inputs(Sending):
    """Which text message."""

    template = fields.String(
        load_default="", metadata={"label": "Text message", "help": "Name of the .sms template", "names": "sms"}
    )
    text = fields.String(
        load_default="",
        validate=validate.Length(0, 918),
        metadata={"label": "Text, without a template", "is_long": True},
    )

    @validates_schema
    def _says_something(self, data: Mapping[str, Any], *, partial: Any = None, **_: Any) -> None:
        if partial:
            return  # some of it is worked out only when the step begins
        if not data["template"] and not data["text"]:
            raise ValidationError("Name a template, or give a text.", "template")


def run(call: Call) -> Effects:
    """Leave it to be written; it is sent once, in the hours in which the person may be reached."""
    return leave(call, "sms")


SEND_SMS = ServiceTask(
    type="send_sms",
    name="Send a text message",
    description="Writes a text message to each recipient and sends it once, when they may be reached.",
    inputs=Inputs,
    run=run,
    is_slow=True,
    results=RESULTS,
)
