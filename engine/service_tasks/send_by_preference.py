"""Writes to whoever it concerns in the way that each of them prefers and that is safe for them."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from engine.service_tasks.base import Call, Effects, ServiceTask
from engine.service_tasks.communicating import Sending, leave


class Inputs(Sending):
    """The template of each channel that it may go by."""

    letter = fields.String(
        load_default="", metadata={"label": "As a letter", "help": "Name of the .docx", "names": "letter"}
    )
    email = fields.String(
        load_default="", metadata={"label": "As an e-mail", "help": "Name of the .email template", "names": "email"}
    )
    sms = fields.String(
        load_default="", metadata={"label": "As a text message", "help": "Name of the .sms template", "names": "sms"}
    )

    @validates_schema
    def _goes_somehow(self, data: Mapping[str, Any], *, partial: Any = None, **_: Any) -> None:
        if partial:
            return  # some of it is worked out only when the step begins
        if not (data["letter"] or data["email"] or data["sms"]):
            raise ValidationError("Name a template for at least one channel.", "letter")


def run(call: Call) -> Effects:
    """Leave it to be written, each as its recipient prefers."""
    return leave(call, "preferred")


SEND_BY_PREFERENCE = ServiceTask(
    type="send_by_preference",
    name="Write as each prefers",
    description="Sends a letter, an e-mail or a text message, as each recipient prefers and as it is safe.",
    inputs=Inputs,
    run=run,
    is_slow=True,
)
