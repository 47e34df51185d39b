"""What every service task that writes to somebody asks: to whom, for what purpose, who approves it, when it goes."""

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from engine.service_tasks.base import Call, Effects

RESULTS = {"document_id": "number", "sent": "boolean"}  # sent: false when somebody decided that it does not go
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


ONE_OR_THE_OTHER = "Give either a template or a document, not both."
LONGEST_NAME = 200


def document_input() -> fields.Raw:
    """Return the input that names a document of the case which is sent as it is."""
    return fields.Raw(
        load_default="",
        validate=_names_one,
        metadata={
            "label": "Or a document of the case, as it is",
            "help": "Its title or number, in place of a template; its newest version is sent",
            "names": "document",
        },
    )


def refuse_lacking(lacks: Callable[[Collection[str]], str], data: Mapping[str, Any], name: str) -> None:
    """Raise ValidationError at the input `name` when something is wrong with which inputs are given."""
    sentence = lacks([key for key, value in data.items() if value])
    if sentence:
        raise ValidationError(sentence, name)


def _names_one(given: Any) -> None:
    if given != "" and not _named(given):
        raise ValidationError("Name one document, by its title or its number.")
    if len(_named(given)) > LONGEST_NAME:
        raise ValidationError(f"A title has at most {LONGEST_NAME} characters.")


def _named(given: Any) -> str:
    """Return how a document is named: by its title, its number, or the one number that a field for files holds."""
    if isinstance(given, list):
        return _named(given[0]) if len(given) == 1 and not isinstance(given[0], list) else ""
    if isinstance(given, Decimal) and given == given.to_integral_value():
        return str(int(given))
    return str(given).strip() if isinstance(given, str | int) and not isinstance(given, bool) else ""


def leave(call: Call, channel: str, **content: str) -> Effects:
    """Leave the writing as a job: merging takes its time, and nobody should wait for it behind a lock."""
    inputs = dict(call.inputs)
    attachments = inputs.pop("attachments")
    listed = attachments if isinstance(attachments, list) else str(attachments or "").split(",")
    wish = {
        **inputs,
        **({"document": _named(inputs["document"])} if "document" in inputs else {}),
        **content,
        "channel": channel,
        "attachments": [str(one).strip() for one in listed if str(one).strip()],
        "enclosures": [name.strip() for name in inputs["enclosures"].split(",") if name.strip()],
    }
    return Effects(job=wish)
