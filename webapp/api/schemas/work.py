"""Messages and incidents."""

from typing import Any

from marshmallow import ValidationError, fields

from webapp.api.schemas.base import (
    Answered,
    Filter,
    OfferSchema,
    Taken,
    Url,
    choice,
    named_values,
    optional,
    page_of,
    text,
)


class NewMessage(Taken):
    """A message to whichever case waits for it."""

    name = text(200, "The message's name in the diagram.")
    correlation_key = text(200, "What the case waits under; its reference where the diagram does not say.")
    variables = named_values("What the message brings.", load_default=dict)


class MessageSchema(Answered):
    """What became of a message."""

    id = fields.Integer(attribute="message_id")
    is_delivered = fields.Boolean(metadata={"description": "A case has taken it. If not, it is kept for a week."})
    is_repeat = fields.Boolean(metadata={"description": "It had been sent by the same request before."})
    begun = fields.String(allow_none=True, metadata={"description": "The reference of the case that it began."})


class NewSignal(Taken):
    """A signal to every case that waits for it."""

    name = text(200, "The signal's name in the diagram.")
    variables = named_values("What the signal brings.", load_default=dict)


class SignalSchema(Answered):
    """What became of a signal."""

    case_count = fields.Integer(metadata={"description": "How many cases it is on its way to."})
    begun = fields.List(fields.String(), metadata={"description": "The references of the cases that it began."})


class IncidentSchema(Answered):
    """A step that failed; its case waits there until somebody retries it."""

    id = fields.Integer()
    case = fields.String(attribute="reference")
    element = fields.String(attribute="element_id")
    element_name = fields.String()
    message = fields.String()
    remedy = fields.String()
    created_at = fields.AwareDateTime()
    attempts = fields.Integer()
    resolved_at = fields.AwareDateTime(allow_none=True)
    choice = fields.Nested(
        OfferSchema,
        allow_none=True,
        metadata={"description": "The ways on from a gateway that could not choose: POST one to `choice`."},
    )
    url = Url("/incidents/{id}", "id")


class WaysField(fields.Field[list[str]]):
    """The id of a way, or a list of ids."""

    def __init__(self, *, required: bool = False) -> None:
        one: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 200}
        several = {"type": "array", "items": one, "minItems": 1, "maxItems": 200}
        said = "The id of a way, or a list of ids where many may be chosen."
        super().__init__(required=required, metadata={"description": said, "anyOf": [one, several]})

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[str]:
        ids = value if isinstance(value, list) else [value]
        if not 1 <= len(ids) <= 200 or not all(isinstance(given, str) and 1 <= len(given) <= 200 for given in ids):
            raise ValidationError("Give the id of a way, or a list of ids.")
        return ids


class NewChoice(Taken):
    """The way on from a gateway that could not choose."""

    choice = WaysField(required=True)


class NewSkip(Taken):
    """Why a step that failed may be skipped."""

    reason = text(2_000, "Stands in the history of the case.")


class IncidentFilter(Filter):
    """Which incidents are asked for."""

    status = choice(("open", "resolved", "any"), default="open")
    case = optional(80, "The reference of a case.")


class DeadLetterSchema(Answered):
    """Work that was given up; nothing of it is lost until somebody discards it."""

    id = fields.Integer()
    kind = fields.String(metadata={"description": "job, message, timer or start."})
    work = fields.String(metadata={"description": "What was to be done, in words."})
    case = fields.String(
        attribute="reference",
        allow_none=True,
        metadata={"description": "Null without one, or where you may not see it."},
    )
    error = fields.String(metadata={"description": "Why the last attempt failed."})
    attempts = fields.Integer()
    given_up_at = fields.AwareDateTime(attribute="at")
    url = Url("/dead-letters/{id}", "id")


class DeadLetterFilter(Filter):
    """Which dead letters are asked for."""

    kind = choice(("", "job", "message", "timer", "start"), default="")
    case = optional(80, "The reference of a case.")


class NewDiscard(Taken):
    """Why work may be discarded."""

    reason = text(500, "Stands in the history of the case.")


IncidentPage = page_of(IncidentSchema)
DeadLetterPage = page_of(DeadLetterSchema)
