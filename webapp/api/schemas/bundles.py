"""Bundles: documents bound into one PDF."""

from marshmallow import fields, validate

from engine.bundles.asking import MOST
from engine.bundles.purposes import PURPOSES
from webapp.api.schemas.base import Answered, Taken, Url, optional, row_id, text
from webapp.api.schemas.documents import ABOUT


class NewBundle(Taken):
    """What a bundle is to be made of; a case or what it is about must be named."""

    case = optional(80, "The reference of a case.")
    about = optional(40, ABOUT)
    purpose = fields.String(required=True, validate=validate.OneOf(list(PURPOSES)))
    title = text(200, "As it stands on the first page.")
    documents = fields.List(
        row_id("A document."),
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, MOST),
        metadata={"description": "In their order; left out, those that the purpose begins with, the oldest first."},
    )


class BundleSchema(Answered):
    """How far a bundle is."""

    id = fields.Integer()
    purpose = fields.String()
    title = fields.String()
    status = fields.String(metadata={"description": "waiting, ready or failed"})
    done = fields.Integer(metadata={"description": "Documents that are ready to be bound."})
    total = fields.Integer()
    fault = fields.String(metadata={"description": "Why nothing came of it."})
    document = fields.Integer(attribute="document_id", allow_none=True, metadata={"description": "That it became."})
    created_at = fields.AwareDateTime()
    url = Url("/bundles/{id}", "id")
