"""Search: what is asked for, and what was found."""

from marshmallow import fields, validate

from engine.search import KINDS
from webapp.api.schemas.base import Answered, Filter, choice, optional, page_of


class PieceSchema(Answered):
    """A piece of a text, and whether it is one of the words that were asked for."""

    text = fields.String()
    is_asked_for = fields.Boolean()


class AnswerSchema(Answered):
    """Something that was found."""

    kind = fields.String(validate=validate.OneOf(list(KINDS)))
    id = fields.Integer()
    reference = fields.String()
    title = fields.String()
    detail = fields.String(metadata={"description": "A person's home, a home's people, the category of a case."})
    status = fields.String(metadata={"description": "open, closed, cancelled; running, ended; or nothing."})
    stage = fields.String()
    has_alert = fields.Boolean()
    why = fields.String(metadata={"description": "By what it was found, where its title does not say so."})
    snippet = fields.List(fields.Nested(PieceSchema), metadata={"description": "Of the text of a document or note."})
    case_reference = fields.String(metadata={"description": "Of the case that a document or note lies on."})
    url = fields.String(metadata={"format": "uri-reference"})


class SearchFilter(Filter):
    """What is asked for."""

    q = optional(200, "A name, address, postcode, UPRN, telephone number, e-mail address, reference, or words.")
    kind = choice(["", *KINDS], "The one kind of answer that is wanted.")
    status = choice(["", "open", "closed"], "Of cases, tenancies and accounts, and what lies on such cases.")
    category = optional(80, "The key of a category: its cases, and what lies on them.")
    patch = optional(80, "What is there: homes, their people, tenancies and accounts, cases about them.")


AnswerPage = page_of(AnswerSchema)
