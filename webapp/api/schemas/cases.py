"""Cases, their events, notes and what is done to them."""

from marshmallow import INCLUDE, Schema, fields, validate

from engine.case_list import SORTS, STATUSES
from engine.definitions.category import SUBJECTS
from engine.related_cases import ROLES
from webapp.api.schemas.base import (
    Answered,
    Filter,
    Named,
    Taken,
    Url,
    choice,
    named_values,
    optional,
    page_of,
    row_id,
    text,
)

FIELDS = (
    "Values by field name, as the case keeps them: days and instants as ISO 8601 text, numbers with all their digits."
)
LINKS = SUBJECTS


class CaseSchema(Answered):
    """A case as a list shows it."""

    id = fields.Integer()
    reference = fields.String()
    title = fields.String()
    category = fields.String(attribute="category_key", metadata={"description": "The key of its category."})
    category_name = fields.String(attribute="category")
    status = fields.String(validate=validate.OneOf(STATUSES))
    stage = fields.String()
    outcome = fields.String()
    restricted = fields.Boolean()
    owner = Named("The member of staff who owns the case.")
    open_incidents = fields.Integer()
    opened_at = fields.AwareDateTime()
    closed_at = fields.AwareDateTime(allow_none=True)
    url = Url("/cases/{reference}", "reference")


class SubjectSchema(Answered):
    """What a case is about, or who takes part in it."""

    type = fields.String(attribute="entity_type")
    id = fields.Integer(attribute="entity_id")
    role = fields.String()


class WholeCaseSchema(CaseSchema):
    """A case with its field values and what it is about."""

    version = fields.Integer(attribute="version_number", metadata={"description": "Of its category, which it runs on."})
    revision = fields.Integer(metadata={"description": "For If-Match; also the ETag."})
    subjects = fields.List(fields.Nested(SubjectSchema))
    fields_ = named_values(FIELDS, attribute="fields", data_key="fields")


class CaseFilter(Filter):
    """Which cases are asked for."""

    q = optional(200, "Words of the reference or the title.")
    category = optional(80, "The key of a category.")
    status = choice((*STATUSES, "any"), default="any")
    stage = optional(200)
    owner = choice(("me", "any"), default="any")
    team = fields.Integer(
        load_default=None, validate=validate.Range(1, 2**63 - 1), metadata={"description": "Has an open task."}
    )
    overdue = fields.Boolean(load_default=False, metadata={"description": "Only with an open task that is overdue."})
    incident = fields.Boolean(load_default=False, metadata={"description": "Only with an incident that is open."})
    sort = choice(SORTS, default="opened")
    order = choice(("ascending", "descending"), default="descending")


class NewSubject(Taken):
    """Something that a new case is to be about."""

    type = fields.String(required=True, validate=validate.OneOf(LINKS))
    id = row_id(required=True)
    role = text(80, least=1, required=False, load_default="subject")


class NewCase(Taken):
    """A case to be started."""

    category = text(80, "The key of a category.")
    subjects = fields.List(fields.Nested(NewSubject), load_default=list, validate=validate.Length(max=50))
    fields_ = named_values("Answers to the start form of the category.", data_key="fields", load_default=dict)


class Corrections(Schema):
    """New values by field name; fields that are not named stay as they are."""

    class Meta:
        unknown = INCLUDE


class EventSchema(Answered):
    """Something that happened in a case."""

    sequence = fields.Integer()
    at = fields.AwareDateTime()
    type = fields.String()
    actor = Named("Who did it; null for the platform itself.")
    payload = named_values("What it was about; null when an approved erasure emptied it.", allow_none=True)


class EventFilter(Filter):
    """In which order the events are asked for."""

    order = choice(("ascending", "descending"), default="ascending")


class NewNote(Taken):
    """A note to be written on a case."""

    text = text(20_000)


class NoteSchema(Answered):
    """A note on a case."""

    id = fields.Integer()
    text = fields.String()
    written_at = fields.AwareDateTime()
    written_by = Named()


class NewEnding(Taken):
    """Why a case is closed or cancelled."""

    reason = text(200, "One of the reasons that the category names.")
    note = optional(5_000)


class NewCancellation(NewEnding):
    """Why a case is cancelled, and whether the cases that it started go with it."""

    with_children = fields.Boolean(
        load_default=False,
        metadata={"description": "Also the open cases that it started and does not wait for."},
    )


class LinkSchema(Answered):
    """A case that belongs to another one: its parent or child, or one linked by hand."""

    id = fields.Integer(attribute="link_id", allow_none=True, metadata={"description": "Of a link made by hand."})
    relation = fields.String(validate=validate.OneOf(("parent", "child", "link", "merged", "merged_into")))
    role = fields.String(attribute="role_key", metadata={"description": f"Of a link: one of {', '.join(ROLES)}."})
    since = fields.String(attribute="linked_on", metadata={"description": "Of a link: its first day."})
    case = fields.Nested(CaseSchema, metadata={"description": "How the other case stands."})
    waits_for = fields.String()
    due_at = fields.AwareDateTime(allow_none=True, metadata={"description": "Its nearest deadline or task."})


class LinkListSchema(Answered):
    """The cases that belong to a case."""

    items = fields.List(fields.Nested(LinkSchema))


class NewLink(Taken):
    """A link to another case."""

    reference = text(80, "Of the other case.")
    role = choice(tuple(ROLES), default="related")
    reason = optional(2_000)


class NewChild(NewCase):
    """A case to be started under another one."""


class NewMerger(Taken):
    """Into which case this one is merged, and why."""

    into = text(80, "The reference of the case that goes on for both.")
    reason = text(2_000)


class NewReopening(Taken):
    """Why a case is reopened, and where it goes on."""

    reason = text(2_000)
    at = fields.List(
        fields.String(validate=validate.Length(1, 200)),
        load_default=list,
        validate=validate.Length(max=20),
        metadata={"description": "Ids of the steps that are done again; none: where it stood."},
    )


CasePage = page_of(CaseSchema)
EventPage = page_of(EventSchema)
