"""Sends a letter to whoever it concerns and posts it: one to each from a template, or a document as it is."""

from collections.abc import Collection, Mapping
from typing import Any

from marshmallow import fields, validates_schema

from engine.service_tasks.base import Call, Effects, ServiceTask
from engine.service_tasks.communicating import ONE_OR_THE_OTHER, RESULTS, Sending, document_input, leave, refuse_lacking


def lacks(given: Collection[str]) -> str:
    """Say what is wrong with which inputs are given; "" when nothing is."""
    if "template" in given and "document" in given:
        return ONE_OR_THE_OTHER
    if "template" not in given and "document" not in given:
        return "Name the letter that is written, or the document of the case that is sent as it is."
    return ""


class Inputs(Sending):
    """Which letter."""

    template = fields.String(
        load_default="", metadata={"label": "Letter", "help": "Name of the .docx, without .docx", "names": "letter"}
    )
    document = document_input()

    @validates_schema
    def _is_something(self, data: Mapping[str, Any], *, partial: Any = None, **_: Any) -> None:
        if not partial:  # else some of it is worked out only when the step begins
            refuse_lacking(lacks, data, "template")


def run(call: Call) -> Effects:
    """Leave it to be merged, or read."""
    return leave(call, "letter")


SEND_LETTER = ServiceTask(
    type="send_letter",
    name="Send a letter",
    description="Merges a letter for each recipient, or takes a document, and posts it once it is approved.",
    inputs=Inputs,
    run=run,
    is_slow=True,
    results=RESULTS,
    lacks=lacks,
)
