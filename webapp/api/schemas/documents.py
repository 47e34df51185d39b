"""Documents: letters that were merged, files that were uploaded or received."""

from marshmallow import fields, validate

from engine.permissions import ENTITIES
from webapp.api.schemas.base import Answered, Filter, Taken, Url, optional, page_of, row_id, text

ABOUT = "What it is filed under, such as person:12; one of " + ", ".join(ENTITIES) + "."


BOX = "Left, top, right and bottom as parts of the page as it is looked at, from 0 to 1."


class DocumentSchema(Answered):
    """The newest version of a document."""

    id = fields.Integer()
    title = fields.String()
    kind = fields.String()
    source = fields.String(metadata={"description": "merged, uploaded or received"})
    case = fields.String(attribute="reference", allow_none=True)
    created_at = fields.AwareDateTime()
    created_by = fields.String(attribute="by")
    revision = fields.Integer()
    ended_at = fields.AwareDateTime(allow_none=True)
    version = fields.Integer(attribute="number")
    file_name = fields.String()
    content_type = fields.String()
    size = fields.Integer(metadata={"description": "Bytes."})
    sha256 = fields.String()
    state = fields.String(metadata={"description": "waiting until its words are read and it is drawn, then ready"})
    pages = fields.Integer(allow_none=True)
    pdf_state = fields.String(
        metadata={"description": "Of the PDF beside a Word document: waiting, ready, missing (no LibreOffice), failed."}
    )
    place_removed = fields.Boolean(metadata={"description": "The place where a photograph was taken was taken out."})
    url = Url("/documents/{id}", "id")
    content_url = Url("/documents/{id}/content", "id")


class TaggedDocumentSchema(DocumentSchema):
    """The same, with the words that it is found by."""

    tags = fields.List(fields.String())


class DocumentVersionSchema(Answered):
    """One state of a document."""

    number = fields.Integer()
    file_name = fields.String()
    content_type = fields.String()
    size = fields.Integer()
    sha256 = fields.String()
    created_at = fields.AwareDateTime()
    created_by = fields.String(attribute="by")
    note = fields.String()


class RedactionSchema(Answered):
    """A place that was struck out of a document."""

    page = fields.Integer()
    box = fields.List(fields.Float(), metadata={"description": BOX})
    reason = fields.String()


class WholeDocumentSchema(TaggedDocumentSchema):
    """All that is known of a document."""

    about = fields.List(fields.String(), metadata={"description": ABOUT})
    versions = fields.List(fields.Nested(DocumentVersionSchema))
    end_reason = fields.String()
    superseded_by = fields.Integer(allow_none=True)
    redacted_from = fields.Integer(allow_none=True, metadata={"description": "The document that this is a copy of."})
    redactions = fields.List(fields.Nested(RedactionSchema), metadata={"description": "What was struck out of it."})


class DocumentFilter(Filter):
    """Which documents are asked for."""

    case = optional(80, "The reference of a case.")
    about = optional(40, ABOUT)
    kind = optional(80, "One of /document-kinds.")
    tag = optional(40)
    q = optional(200, "Words of the title, file name or tags; of one case or record also of the documents' text.")
    since = fields.Date(load_default=None, metadata={"description": "The first day on which it was added."})
    until = fields.Date(load_default=None, metadata={"description": "The last day on which it was added."})
    ended = fields.Boolean(load_default=False, metadata={"description": "Those that have ended, too."})


class NewDocument(Taken):
    """What goes with an uploaded file."""

    title = optional(200, "The file's name when left out.")
    kind = fields.String(load_default="other", validate=validate.Length(max=80))
    tags = optional(500, "Words with commas between.")
    keep_place = fields.Boolean(load_default=False)


class NewDocumentSomewhere(NewDocument):
    """The same, with where it is filed."""

    case = optional(80, "The reference of a case.")
    about = optional(500, ABOUT + " Several with commas between.")


class NewDocumentVersion(Taken):
    """What goes with a new version."""

    note = optional(500, "What changed.")
    keep_place = fields.Boolean(load_default=False)


class DocumentChange(Taken):
    """What is to be different; what is left out stays."""

    title = text(200, required=False)
    kind = text(80, required=False)
    tags = fields.List(text(40), validate=validate.Length(max=20))


class NewDocumentPlace(Taken):
    """Where a document is filed from now on."""

    case = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 80))
    about = fields.List(text(40), load_default=list, validate=validate.Length(max=20), metadata={"description": ABOUT})
    reason = text(500)


class NewDocumentEnding(Taken):
    """Why a document is not needed any more."""

    reason = text(500)
    superseded_by = row_id("The document instead of it.", load_default=None, allow_none=True)


class NewDocumentReturn(Taken):
    """Why a document is needed again."""

    reason = text(500)


class NewMark(Taken):
    """A place to be struck out."""

    page = fields.Integer(strict=True, required=True, validate=validate.Range(1, 200))
    box = fields.List(
        fields.Float(validate=validate.Range(0, 1)),
        required=True,
        validate=validate.Length(equal=4),
        metadata={"description": BOX},
    )
    reason = text(200)


class NewPhrase(Taken):
    """Words to be struck out wherever they stand."""

    reason = text(200)
    text = text(200)


class NewRedaction(Taken):
    """What is to be struck out of a copy."""

    title = optional(200, "Of the copy; that of the original with “(redacted)” when left out.")
    marks = fields.List(fields.Nested(NewMark), load_default=list, validate=validate.Length(max=2000))
    words = fields.List(fields.Nested(NewPhrase), load_default=list, validate=validate.Length(max=100))


class DocumentKindSchema(Answered):
    """A kind that documents are filed as."""

    key = fields.String()
    name = fields.String()


class DocumentKindsSchema(Answered):
    """The kinds that documents can be filed as, in their order."""

    items = fields.List(fields.Nested(DocumentKindSchema))


DocumentPage = page_of(TaggedDocumentSchema)
