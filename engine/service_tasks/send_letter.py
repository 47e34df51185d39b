"""Writes a letter to whoever it concerns and posts it: one to each, filed at once."""

from marshmallow import fields

from engine.service_tasks.base import Call, Effects, ServiceTask
from engine.service_tasks.communicating import Sending, leave


class Inputs(Sending):
    """Which letter."""

    template = fields.String(
        required=True, metadata={"label": "Letter", "help": "Name of the .docx, without .docx", "names": "letter"}
    )


def run(call: Call) -> Effects:
    """Leave it to be merged."""
    return leave(call, "letter")


SEND_LETTER = ServiceTask(
    type="send_letter",
    name="Send a letter",
    description="Merges a letter for each recipient, files it, and posts it once it is approved.",
    inputs=Inputs,
    run=run,
    is_slow=True,
)
