"""Writes to whoever it concerns in the way that each of them prefers and that is safe for them."""

from collections.abc import Collection, Mapping
from typing import Any

from marshmallow import fields, validates_schema

from engine.service_tasks.base import Call, Effects, ServiceTask
from engine.service_tasks.communicating import ONE_OR_THE_OTHER, RESULTS, Sending, document_input, leave, refuse_lacking


def lacks(given: Collection[str]) -> str:
    """Say what is wrong with which inputs are given; "" when nothing is."""
    if "document" in given and "letter" in given:
        return ONE_OR_THE_OTHER
    if "document" in given and "sms" in given:
        return "A document cannot go as a text message: leave the one or the other out."
    if not {"letter", "email", "sms", "document"}.intersection(given):
        return "Name a template for at least one channel, or the document of the case that is sent as it is."
    return ""


class Inputs(Sending):
    """The template of each channel that it may go by, or the document that is sent."""

    letter = fields.String(
        load_default="", metadata={"label": "As a letter", "help": "Name of the .docx", "names": "letter"}
    )
    document = document_input()
    email = fields.String(
        load_default="",
        metadata={
            "label": "As an e-mail",
            "help": "Name of the .email template; with a document, of the e-mail that it is attached to",
            "names": "email",
        },
    )
    sms = fields.String(
        load_default="", metadata={"label": "As a text message", "help": "Name of the .sms template", "names": "sms"}
    )

    @validates_schema
    def _goes_somehow(self, data: Mapping[str, Any], *, partial: Any = None, **_: Any) -> None:
        if not partial:  # else some of it is worked out only when the step begins
            refuse_lacking(lacks, data, "letter")


def run(call: Call) -> Effects:
    """Leave it to be written, each as its recipient prefers."""
    return leave(call, "preferred")


SEND_BY_PREFERENCE = ServiceTask(
    type="send_by_preference",
    name="Write as each prefers",
    description="Sends a letter, an e-mail, a text message or a document, as each recipient prefers and as it is safe.",
    inputs=Inputs,
    run=run,
    is_slow=True,
    results=RESULTS,
    lacks=lacks,
)
