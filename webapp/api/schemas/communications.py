"""What the interface takes and answers of letters, e-mails and text messages."""

from marshmallow import fields, validate

from engine.communications.words import CHANNELS, PURPOSES, STATUSES, TOPICS
from webapp.api.schemas.base import Answered, Filter, Taken, Url, optional, page_of, row_id, text


class CommunicationSchema(Answered):
    """A letter, e-mail or text message with what became of it."""

    id = fields.Integer()
    direction = fields.String(metadata={"description": "out (to somebody) or in."})
    channel = fields.String(metadata={"description": "letter, email or sms."})
    status = fields.String(metadata={"description": f"One of: {', '.join(STATUSES)}."})
    recipient = fields.String()
    address = fields.String()
    subject = fields.String()
    reason = fields.String(metadata={"description": "Why it is stopped, failed or cancelled."})
    template = fields.String()
    template_version = fields.String()
    created_at = fields.AwareDateTime()
    by = fields.String(metadata={"description": "Who wrote it."})
    send_at = fields.AwareDateTime(allow_none=True)
    sent_at = fields.AwareDateTime(allow_none=True)
    settled_at = fields.AwareDateTime(allow_none=True)
    case = fields.String(attribute="reference", metadata={"description": "Empty without a case."})
    person_id = fields.Integer(allow_none=True)
    organisation_id = fields.Integer(allow_none=True)
    document_id = fields.Integer(allow_none=True, metadata={"description": "The letter itself."})
    document_version = fields.Integer(
        allow_none=True, metadata={"description": "In which it goes; null in what older releases wrote."}
    )
    batch_id = fields.Integer(allow_none=True)
    url = Url("/communications/{id}", "id")


class WholeCommunicationSchema(CommunicationSchema):
    """The same with what it says, and what speaks against it today."""

    text = fields.String()
    html = fields.String()
    purpose = fields.String()
    override = fields.String(metadata={"description": "Why it goes although it was stopped."})
    breaches = fields.List(fields.String(), metadata={"description": "Why it is not safe, of what has not left."})
    attachments = fields.List(fields.Integer(), metadata={"description": "Numbers of documents that go with it."})
    in_reply_to_id = fields.Integer(allow_none=True)
    revision = fields.Integer()


def _numbered(told: str) -> fields.Integer:
    return fields.Integer(load_default=None, validate=validate.Range(1, 2**63 - 1), metadata={"description": told})


def _concerning(told: str) -> fields.Integer:
    return _numbered(f"{told} One of these at most.")


class CommunicationFilter(Filter):
    """Which communications are asked for."""

    q = optional(200, "Words in what was said, its subject, or whom it went to.")
    case = optional(40, "The reference of a case.")
    person = _concerning("What went to a person, or came from them.")
    organisation = _concerning("What went to an organisation, or came from it.")
    home = _concerning("What a home's cases and documents say, and its residents were told while they lived there.")
    tenancy = _concerning("The same of a tenancy.")
    account = _concerning("The same of a rent account.")
    channel = fields.String(load_default="", validate=validate.OneOf(["", *CHANNELS]))
    status = fields.String(load_default="", validate=validate.OneOf(["", *STATUSES]))
    direction = fields.String(load_default="", validate=validate.OneOf(["", "in", "out"]))
    since = fields.Date(load_default=None, metadata={"description": "First day, of the United Kingdom."})
    until = fields.Date(load_default=None, metadata={"description": "Last day, included."})
    batch = _numbered("What was written as part of a batch.")


class NewCommunication(Taken):
    """A message that is written by hand: on a case, or to a person without one."""

    case = optional(40, "The reference of a case; else `person`.")
    person = fields.Integer(load_default=None, validate=validate.Range(1, 2**63 - 1))
    channel = fields.String(required=True, validate=validate.OneOf(list(CHANNELS)))
    to = fields.List(
        fields.Integer(validate=validate.Range(1, 2**63 - 1)),
        required=True,
        validate=validate.Length(1, 50),
        metadata={"description": "Numbers of people whom the case is about; each gets a message of their own."},
    )
    document_id = fields.Integer(
        load_default=None,
        validate=validate.Range(1, 2**63 - 1),
        metadata={"description": "A document of the case or person that is sent as it is, as a letter or attached."},
    )
    document_version = fields.Integer(
        load_default=None,
        validate=validate.Range(1, 2**31 - 1),
        metadata={"description": "Of that document, as it was looked at; refused where there is a newer one."},
    )
    template = optional(120, "Kind and name of a template, such as letter:warning.")
    subject = optional(200)
    text = optional(20_000)
    attachments = fields.List(
        fields.Integer(validate=validate.Range(1, 2**63 - 1)), load_default=list, validate=validate.Length(max=50)
    )
    purpose = fields.String(load_default="service", validate=validate.OneOf(list(PURPOSES)))
    topic = fields.String(load_default="", validate=validate.OneOf(["", *TOPICS]))
    send_at = optional(40, "An instant or a day; at once without one.")
    approval = optional(120, "The team that approves it first.")
    override = optional(500, "Why it may go although it is not safe, by who may let messages go.")


class WrittenSchema(Answered):
    """The messages that were written."""

    items = fields.List(fields.Nested(CommunicationSchema))
    undecided = fields.Integer(metadata={"description": "How many of them somebody decides on first."})


class NewEdit(Taken):
    """What an e-mail or text message is to say instead, before it leaves."""

    subject = optional(200, "Of an e-mail.")
    text = text(20_000)


class EditSchema(Answered):
    """What a message said before somebody changed it."""

    subject = fields.String()
    text = fields.String()
    at = fields.AwareDateTime(metadata={"description": "When it was changed."})
    by = fields.String()


class EditsSchema(Answered):
    """What a message said before, the latest first."""

    items = fields.List(fields.Nested(EditSchema))


class NewReply(Taken):
    """An answer to a message that came in: to whom it came from, where it is filed, under its subject."""

    channel = fields.String(
        load_default="",
        validate=validate.OneOf(["", *CHANNELS]),
        metadata={"description": "As the message came, unless said."},
    )
    template = optional(120, "Kind and name of a template, such as email:thanks.")
    subject = optional(200, "Unless said, Re: and that of the message.")
    text = optional(20_000)
    attachments = fields.List(row_id(), load_default=list, validate=validate.Length(max=50))
    send_at = optional(40, "An instant or a day; at once without one.")
    approval = optional(120, "The team that approves it first.")
    override = optional(500, "Why it may go although it is not safe, by who may let messages go.")


class RepliesSchema(Answered):
    """The messages that answer one."""

    items = fields.List(fields.Nested(CommunicationSchema))


class NewReason(Taken):
    """Why it is done."""

    reason = text(500)


CommunicationPage = page_of(CommunicationSchema)
