"""Messages and incidents."""

from marshmallow import fields

from webapp.api.schemas.base import Answered, Filter, Taken, Url, choice, named_values, optional, page_of, text


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


class NewSignal(Taken):
    """A signal to every case that waits for it."""

    name = text(200, "The signal's name in the diagram.")
    variables = named_values("What the signal brings.", load_default=dict)


class SignalSchema(Answered):
    """What became of a signal."""

    case_count = fields.Integer(metadata={"description": "How many cases it is on its way to."})


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
    url = Url("/incidents/{id}", "id")


class IncidentFilter(Filter):
    """Which incidents are asked for."""

    status = choice(("open", "resolved", "any"), default="open")
    case = optional(80, "The reference of a case.")


IncidentPage = page_of(IncidentSchema)
