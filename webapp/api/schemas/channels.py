"""What the interface answers of channels."""

from marshmallow import fields

from webapp.api.schemas.base import Answered, Url


class LookSchema(Answered):
    """What a look at a channel found."""

    at = fields.AwareDateTime()
    by = fields.String(metadata={"description": "Who asked."})
    host = fields.String(metadata={"description": "The machine that looked."})
    seconds = fields.Float()
    fault = fields.String(metadata={"description": "What is wrong; empty where it works."})


class ChannelSchema(Answered):
    """A channel with its provider and what is on it; `done` and `failed` are of the last 24 hours."""

    key = fields.String(metadata={"description": "email, sms, letter, staff, mailbox, folder or pdf."})
    name = fields.String()
    is_set_up = fields.Boolean()
    provider = fields.String(metadata={"description": "Empty where none is set up."})
    place = fields.String(metadata={"description": "Where it is, without user or password."})
    missing = fields.String(metadata={"description": "What to set, where it is not set up."})
    waiting = fields.Integer()
    oldest_at = fields.AwareDateTime(allow_none=True, metadata={"description": "Since when the oldest waits."})
    done = fields.Integer(metadata={"description": "Sent; of what comes in, received; of PDFs, made."})
    failed = fields.Integer()
    trouble = fields.String(metadata={"description": "What went wrong last with something that waits."})
    read_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When it was last read to the end."})
    test_to = fields.String(metadata={"description": "Where a test message of the caller's goes; empty for nowhere."})
    last_look = fields.Nested(LookSchema, allow_none=True)


class ChannelsSchema(Answered):
    """The channels."""

    items = fields.List(fields.Nested(ChannelSchema))
    fence = fields.String(metadata={"description": "What keeps messages from leaving; empty where nothing does."})


class TestMessageSchema(Answered):
    """A test message and what became of it."""

    id = fields.Integer()
    channel = fields.String()
    address = fields.String()
    status = fields.String()
    reason = fields.String()
    next_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When it is tried next, while it waits."})
    url = Url("/communications/{id}", "id")
