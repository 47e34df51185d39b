"""What the interface takes and answers of messages to many."""

from marshmallow import fields, validate

from engine.communications.batch_wishes import WHOM
from engine.communications.batches import MOST
from engine.communications.words import CHANNELS, PREFERRED, PURPOSES, TOPICS
from webapp.api.schemas.base import Answered, Filter, Taken, Url, optional, page_of, row_id, text


def _numbers(told: str) -> fields.List:
    return fields.List(row_id(), load_default=list, validate=validate.Length(max=MOST), metadata={"description": told})


class NewBatch(Taken):
    """One letter, e-mail or text message to many: of each joint tenancy, each tenant gets one."""

    title = text(200)
    channel = fields.String(required=True, validate=validate.OneOf([*CHANNELS, PREFERRED]))
    cases = fields.List(
        fields.String(validate=validate.Length(1, 40)),
        load_default=list,
        validate=validate.Length(max=MOST),
        metadata={"description": "References of cases."},
    )
    people = _numbers("Numbers of people.")
    homes = _numbers("Homes whose tenants are meant; of a block or site, those of all that lies in it.")
    tenancies = _numbers("Tenancies whose tenants are meant.")
    accounts = _numbers("Rent accounts whose tenants are meant.")
    patch = optional(80, "A patch, whose tenants are all meant.")
    to = fields.String(
        load_default="subject", validate=validate.OneOf(list(WHOM)), metadata={"description": "Who of each case."}
    )
    template = optional(200, "Kind and name of a template, such as letter:warning.")
    subject = optional(200)
    text = optional(20_000)
    purpose = fields.String(load_default="service", validate=validate.OneOf(list(PURPOSES)))
    topic = fields.String(load_default="", validate=validate.OneOf(["", *TOPICS]))


class BatchErrorSchema(Answered):
    """A case or person that could not be written to, and why."""

    kind = fields.String(metadata={"description": "case or person."})
    id = fields.Integer()
    name = fields.String(metadata={"description": "The reference of the case, or the name of the person."})
    reason = fields.String()


class BatchSchema(Answered):
    """A message to many, how far it is, and what has become of its messages."""

    id = fields.Integer()
    title = fields.String()
    channel = fields.String()
    template = fields.String()
    purpose = fields.String()
    status = fields.String(metadata={"description": "composing, ready, dispatched or withdrawn."})
    total = fields.Integer(metadata={"description": "Cases and people."})
    done = fields.Integer(metadata={"description": "Of which written, or found to be impossible."})
    messages = fields.Dict(
        keys=fields.String(), values=fields.Integer(), metadata={"description": "How many there are, by status."}
    )
    errors = fields.List(fields.Nested(BatchErrorSchema))
    created_at = fields.AwareDateTime()
    dispatched_at = fields.AwareDateTime(allow_none=True)
    revision = fields.Integer()
    url = Url("/message-batches/{id}", "id")


class BatchFilter(Filter):
    """Which page of the list."""


BatchPage = page_of(BatchSchema)
