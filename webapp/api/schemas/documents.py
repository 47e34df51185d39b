"""Documents: letters that were merged, files that were uploaded or received."""

from marshmallow import fields, validate

from webapp.api.schemas.base import Answered, Filter, Taken, Url, optional, page_of


class DocumentSchema(Answered):
    """The newest version of a document."""

    id = fields.Integer()
    title = fields.String()
    kind = fields.String()
    source = fields.String(metadata={"description": "merged, uploaded or received"})
    case = fields.String(attribute="reference", allow_none=True)
    created_at = fields.AwareDateTime()
    created_by = fields.String(attribute="by")
    version = fields.Integer(attribute="number")
    file_name = fields.String()
    content_type = fields.String()
    size = fields.Integer(metadata={"description": "Bytes."})
    sha256 = fields.String()
    url = Url("/documents/{id}", "id")
    content_url = Url("/documents/{id}/content", "id")


class DocumentFilter(Filter):
    """Which documents are asked for."""

    case = optional(80, "The reference of a case.")
    kind = optional(80)
    q = optional(200, "Words of the title or the file name.")


class NewDocument(Taken):
    """What goes with an uploaded file."""

    title = optional(200, "The file's name when left out.")
    kind = fields.String(load_default="other", validate=validate.Length(max=80))


DocumentPage = page_of(DocumentSchema)
