"""What came in by e-mail and post, and what is done with it."""

from marshmallow import fields, validate

from engine.inbound.queue import CHANNELS, VIEWS
from webapp.api.schemas.base import Answered, Filter, Named, Taken, Url, choice, optional, page_of, row_id, text
from webapp.api.schemas.documents import ABOUT

REASON = "Stands in its history."


class InboundSchema(Answered):
    """Something that came in."""

    id = fields.Integer()
    channel = fields.String(metadata={"description": "email or post."})
    kind = fields.String(metadata={"description": "message, automatic (no person wrote it), bounce or scan."})
    state = fields.String(metadata={"description": "new, filed, set_aside, destroyed or unread."})
    reason = fields.String(metadata={"description": "Why it is set aside, was destroyed or could not be read."})
    received_at = fields.AwareDateTime()
    sent_at = fields.AwareDateTime(allow_none=True, metadata={"description": "As the message says."})
    sender_name = fields.String(metadata={"description": "As the message says: anybody can write that."})
    sender = fields.String(metadata={"description": "The address, as the message says."})
    subject = fields.String()
    size = fields.Integer(metadata={"description": "Bytes."})
    claimed_by = Named("Who files it.")
    team = Named("To which it was forwarded.")
    case = fields.String(attribute="reference", allow_none=True, metadata={"description": "On which it is filed."})
    revision = fields.Integer()
    url = Url("/inbound/{id}", "id")


class InboundFileSchema(Answered):
    """A file of something that came in."""

    position = fields.Integer()
    kind = fields.String(metadata={"description": "message, attachment, inline (a picture in the text) or scan."})
    file_name = fields.String()
    content_type = fields.String()
    size = fields.Integer()
    sha256 = fields.String(allow_none=True)
    state = fields.String(metadata={"description": "waiting (to be read), ready, refused or destroyed."})
    reason = fields.String(metadata={"description": "Why it was refused."})
    pages = fields.Integer(allow_none=True)
    document_id = fields.Integer(allow_none=True, metadata={"description": "The document that it became."})


class InboundEventSchema(Answered):
    """What was done to something that came in."""

    at = fields.AwareDateTime()
    action = fields.String()
    text = fields.String()
    by = fields.String(attribute="by_name")


class WholeInboundSchema(InboundSchema):
    """The same with what it says."""

    text = fields.String()
    to = fields.List(fields.String())
    cc = fields.List(fields.String())
    authentication = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "What a mail server said of the sender (spf, dkim, dmarc): a hint, and no proof."},
    )
    files = fields.List(fields.Nested(InboundFileSchema))
    events = fields.List(fields.Nested(InboundEventSchema))


class ProposedSchema(Answered):
    """Where it could belong, and why."""

    about = fields.String(attribute="value", metadata={"description": "case:7, person:12 and so on."})
    name = fields.String()
    reference = fields.String()
    reasons = fields.List(fields.String())
    is_chosen = fields.Boolean(metadata={"description": "It is as good as certain."})


class ProposalSchema(Answered):
    """Where it could belong, the likeliest first."""

    cases = fields.List(fields.Nested(ProposedSchema))
    records = fields.List(fields.Nested(ProposedSchema))


class InboundFilter(Filter):
    """Which of what came in is asked for."""

    view = choice(tuple(VIEWS), default="new")
    channel = choice(("", *CHANNELS))
    team = row_id("Forwarded to this team.", load_default=None)
    q = optional(200, "Words of the subject, the sender or the text.")


class ProposalFilter(Taken):
    """What is looked for beside what it says."""

    find = optional(200, "Words that a case or record is found by.")


class NewInboundClaim(Taken):
    """Whether it is taken from whoever has it."""

    take_over = fields.Boolean(load_default=False)


class NewInboundFiling(Taken):
    """Where and as what it is filed."""

    case = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 80))
    about = fields.List(text(40), load_default=list, validate=validate.Length(max=20), metadata={"description": ABOUT})
    kind = optional(80, "One of /document-kinds.")
    title = optional(200, "Of the message, or of the first file of a scan; its subject or name when left out.")
    tags = optional(500, "Words with commas between.")
    files = fields.List(
        fields.Integer(strict=True, validate=validate.Range(0, 1_000)),
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=100),
        metadata={"description": "Positions of the files that go with it; all but pictures in the text when left out."},
    )


class InboundFiledSchema(Answered):
    """What filing it did."""

    documents = fields.List(fields.Integer())
    case = fields.String(attribute="reference")
    has_moved = fields.Boolean(metadata={"description": "The case waited for it, and has gone on."})


class NewInboundReason(Taken):
    """Why something is done with it."""

    reason = text(500, REASON)


class NewInboundReturn(Taken):
    """Why it waits again."""

    reason = optional(500, REASON)


class NewInboundForwarding(Taken):
    """To which team it goes."""

    team = row_id("Null gives it back to everybody.", load_default=None, allow_none=True)
    note = optional(500, REASON)


InboundPage = page_of(InboundSchema)
