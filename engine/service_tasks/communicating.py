"""What every service task that writes to somebody asks: to whom, for what purpose, who approves it, when it goes."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from engine.service_tasks.base import Call, Effects

REPEATS = ("each_time", "once", "after_days")


class Sending(Schema):
    """How something is sent; each service task adds what is sent."""

    to = fields.String(
        load_default="subject",
        validate=validate.Length(1, 500),
        metadata={
            "label": "To whom",
            "help": "subject, tenants (each separately), everybody, a role such as complainant, or an address; "
            "several with commas between",
        },
    )
    purpose = fields.String(
        load_default="service",
        validate=validate.OneOf(["statutory", "service", "consent"]),
        metadata={"label": "Why it is sent", "help": "statutory: the law requires it; consent: only to who agreed"},
    )
    topic = fields.String(
        load_default="",
        validate=validate.OneOf(["", "surveys", "news", "involvement"]),
        metadata={"label": "What they agreed to hear of", "help": "for consent: surveys, news or involvement"},
    )
    approval = fields.String(
        load_default="", metadata={"label": "Team that approves it first", "help": "empty: it goes by itself"}
    )
    send_at = fields.String(
        load_default="", metadata={"label": "When it goes", "help": "A day or an instant; empty: at once"}
    )
    repeat = fields.String(
        load_default="each_time",
        validate=validate.OneOf(REPEATS),
        metadata={"label": "Again, when the step is done again", "help": "each_time, once (a case) or after_days"},
    )
    repeat_days = fields.Integer(
        load_default=0, validate=validate.Range(0, 3660), metadata={"label": "Days until it may go again"}
    )
    cancel_when = fields.String(
        load_default="",
        metadata={"label": "Cancelled when", "help": "FEEL, asked just before it goes, such as paid_on != null"},
    )
    attachments = fields.Raw(
        load_default=list,
        metadata={"label": "Documents of the case that go with it", "help": "Titles or numbers, as a list or a text"},
    )
    enclosures = fields.String(
        load_default="", metadata={"label": "Letters enclosed", "help": "Names of templates, with commas between"}
    )
    title = fields.String(load_default="", metadata={"label": "Title in the history; its template's name unless said"})
    file_under = fields.String(
        load_default="person",
        validate=validate.OneOf(["person", "home", "tenancy", "account", "organisation", "case"]),
        metadata={"label": "Filed under, beside the case"},
    )

    @validates_schema
    def _fits(self, data: Mapping[str, Any], *, partial: Any = None, **_: Any) -> None:
        if partial:
            return  # some of it is worked out only when the step begins
        if data["repeat"] == "after_days" and not data["repeat_days"]:
            raise ValidationError("Say after how many days it may go again.", "repeat_days")
        if data["cancel_when"].strip() in ("true", "false"):
            raise ValidationError("It was worked out when the step began: leave its “=” out.", "cancel_when")


def leave(call: Call, channel: str, **content: str) -> Effects:
    """Leave the writing as a job: merging takes its time, and nobody should wait for it behind a lock."""
    inputs = dict(call.inputs)
    attachments = inputs.pop("attachments")
    listed = attachments if isinstance(attachments, list) else str(attachments or "").split(",")
    wish = {
        **inputs,
        **content,
        "channel": channel,
        "attachments": [str(one).strip() for one in listed if str(one).strip()],
        "enclosures": [name.strip() for name in inputs["enclosures"].split(",") if name.strip()],
    }
    return Effects(job=wish)
