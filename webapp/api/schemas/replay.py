"""A case as it stood at one moment, told by its events alone."""

from marshmallow import fields, validate

from webapp.api.schemas.base import Answered, Taken, instant, named_values


class Moment(Taken):
    """The moment that is looked back at: an instant, or an event; the end when neither is given."""

    at = instant("An instant.")
    sequence = fields.Integer(
        load_default=None,
        validate=validate.Range(1, 2**31 - 1),
        metadata={"description": "The number of an event: the case as it stood after it."},
    )


class TokenThenSchema(Answered):
    """A token on the diagram."""

    element = fields.String(attribute="element_id")
    came_from = fields.String()
    sequence = fields.Integer(metadata={"description": "Of the event by which it came there."})


class TaskThenSchema(Answered):
    """A to-do item that was open, done or withdrawn."""

    id = fields.Integer()
    name = fields.String()
    element = fields.String(attribute="element_id")
    status = fields.String()
    assignee_id = fields.Integer(allow_none=True)
    team_id = fields.Integer(allow_none=True)
    due_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    opened_at = fields.AwareDateTime()
    sequence = fields.Integer(metadata={"description": "Of the event that last changed it."})


class ClockThenSchema(Answered):
    """A deadline."""

    rule = fields.String()
    counted_from = fields.String()
    due_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    amber_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    state = fields.String()
    met_at = fields.AwareDateTime(allow_none=True)
    sequence = fields.Integer()


class DocumentThenSchema(Answered):
    """A document that had been filed, with the digest of its bytes."""

    id = fields.Integer()
    title = fields.String()
    kind = fields.String()
    sha256 = fields.String()
    template = fields.String()
    at = fields.AwareDateTime()
    sequence = fields.Integer()
    has_ended = fields.Boolean()


class NoteThenSchema(Answered):
    """A note; its text is null when an approved erasure took it."""

    text = fields.String(allow_none=True)
    by = fields.String()
    at = fields.AwareDateTime()
    sequence = fields.Integer()


class IncidentThenSchema(Answered):
    """What had failed and was not put right yet."""

    element = fields.String(attribute="element_id")
    message = fields.String()
    remedy = fields.String()
    sequence = fields.Integer()


class ReplaySchema(Answered):
    """A case as it stood after one of its events."""

    reference = fields.String()
    sequence = fields.Integer(metadata={"description": "Of the last event that had happened."})
    at = fields.AwareDateTime(metadata={"description": "When that event happened."})
    category = fields.String()
    version = fields.Integer(attribute="version_number")
    status = fields.String()
    stage = fields.String()
    outcome = fields.String()
    owner_id = fields.Integer(allow_none=True)
    tokens = fields.List(fields.Nested(TokenThenSchema))
    finished = fields.List(fields.String(), metadata={"description": "The elements that had been left."})
    tasks = fields.List(fields.Nested(TaskThenSchema))
    fields_ = named_values("Values by name, without those that were erased.", attribute="values", data_key="fields")
    clocks = fields.List(fields.Nested(ClockThenSchema))
    documents = fields.List(fields.Nested(DocumentThenSchema))
    notes = fields.List(fields.Nested(NoteThenSchema))
    incidents = fields.List(fields.Nested(IncidentThenSchema))
    erased = fields.List(fields.Integer(), metadata={"description": "Events whose content an approved erasure took."})
    unreadable = fields.List(fields.Integer(), metadata={"description": "Events that somebody altered past reading."})
