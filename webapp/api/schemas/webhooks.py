"""Subscriptions of other systems, and what was sent to them."""

from marshmallow import fields, validate

from engine.webhooks.addresses import LONGEST_URL
from engine.webhooks.deliveries import STATES
from engine.webhooks.subscriptions import LONGEST_NAME, LONGEST_REASON
from models.webhook_topics import TOPICS
from webapp.api.schemas.base import Answered, Filter, Taken, Url, choice, optional, page_of, text

_TOPIC = fields.String(validate=validate.OneOf(TOPICS))


class WebhookSchema(Answered):
    """A subscription: who is told of what, with whose rights."""

    id = fields.Integer()
    name = fields.String()
    address = fields.String(metadata={"description": "Where messages are posted."})
    acts_as = fields.String(metadata={"description": "E-mail address of the account that it acts as."})
    topics = fields.List(fields.String())
    paused_at = fields.AwareDateTime(allow_none=True)
    pause_reason = fields.String()
    failing_since = fields.AwareDateTime(allow_none=True, metadata={"description": "Null: it takes what it is sent."})
    created_at = fields.AwareDateTime()
    revision = fields.Integer()
    url = Url("/webhooks/{id}", "id")


class WebhookListSchema(Answered):
    """All subscriptions."""

    items = fields.List(fields.Nested(WebhookSchema))


class NewWebhook(Taken):
    """A subscription to add."""

    name = text(LONGEST_NAME)
    address = text(LONGEST_URL, "An https address of the public internet, or of a network that the settings name.")
    acts_as = text(200, "E-mail address of the account whose rights it has.")
    topics = fields.List(_TOPIC, required=True, validate=validate.Length(1, len(TOPICS)))


class WebhookChange(Taken):
    """What changes of a subscription; what is not sent stays."""

    name = text(LONGEST_NAME, required=False)
    address = text(LONGEST_URL, required=False)
    acts_as = text(200, required=False)
    topics = fields.List(_TOPIC, validate=validate.Length(1, len(TOPICS)))


class NewPause(Taken):
    """Why nothing is to be sent."""

    reason = optional(LONGEST_REASON)


class NewSecret(Taken):
    """A secret to replace the one in use."""

    overlap_hours = fields.Integer(
        load_default=24,
        validate=validate.Range(0, 168),
        metadata={"description": "For how long messages are signed with those before as well; 0: not at all."},
    )


class SecretSchema(Answered):
    """A secret, shown this once: `whsec_` and 32 bytes in base64, as Standard Webhooks has it."""

    secret = fields.String()


class AttemptSchema(Answered):
    """One attempt to deliver a message."""

    at = fields.AwareDateTime()
    headers = fields.Dict(keys=fields.String(), values=fields.String())
    body = fields.String()
    seconds = fields.Float()
    status = fields.Integer(allow_none=True, metadata={"description": "Of HTTP; null when there was no answer."})
    answer = fields.String(metadata={"description": "Its first bytes."})
    error = fields.String(metadata={"description": "Empty when the message was taken."})


class DeliverySchema(Answered):
    """A message and what became of it."""

    id = fields.Integer()
    topic = fields.String()
    state = fields.String(metadata={"description": ", ".join(STATES)})
    case = fields.String(allow_none=True, metadata={"description": "Null: of no case, or of one that you may not see."})
    attempts = fields.Integer()
    next_at = fields.AwareDateTime(metadata={"description": "Of the next attempt; of what is over, when it was."})
    error = fields.String()


class WholeDeliverySchema(DeliverySchema):
    """A message with its attempts, the last first; without them where it is about what you may not see."""

    log = fields.List(fields.Nested(AttemptSchema))


class DeliveryFilter(Filter):
    """Which messages of a subscription."""

    state = choice(["", *STATES])
    topic = choice(["", *TOPICS])


DeliveryPage = page_of(DeliverySchema)
