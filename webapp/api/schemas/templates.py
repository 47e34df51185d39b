"""Templates that every category may use, their versions, and which letters use a field."""

from marshmallow import fields, validate

from engine.templates import KINDS
from webapp.api.schemas.base import Answered, Taken, Url, choice, optional, text

STATES = "in_force, coming (published from a later day), over (another has taken its place) or unpublished"


class TemplateSchema(Answered):
    """A shared template; a category's own template of the same kind and name comes first."""

    kind = fields.String(metadata={"description": ", ".join(KINDS)})
    name = fields.String(attribute="key")
    title = fields.String()
    description = fields.String()
    revision = fields.Integer()
    in_force = fields.Integer(allow_none=True, metadata={"description": "The version in force today; null: none."})
    latest = fields.Integer(metadata={"description": "The version that was saved last, published or not."})
    ended_on = fields.Date(allow_none=True, metadata={"description": "The first day on which it is there no more."})
    end_reason = fields.String()
    url = Url("/templates/{kind}/{key}", "kind", "key")


class TemplateListSchema(Answered):
    """The shared templates, by kind and title."""

    items = fields.List(fields.Nested(TemplateSchema))


class TemplateVersionSchema(Answered):
    """What a template said: its content never changes."""

    kind = fields.String()
    name = fields.String()
    number = fields.Integer()
    state = fields.String(metadata={"description": STATES})
    sha256 = fields.String()
    size = fields.Integer(metadata={"description": "Bytes."})
    note = fields.String()
    origin = fields.String(metadata={"description": "saved, deployed or shipped"})
    saved_at = fields.AwareDateTime()
    saved_by = fields.String(attribute="saved_by_name")
    effective_from = fields.Date(allow_none=True)
    effective_until = fields.Date(allow_none=True, metadata={"description": "The last day; null: until another comes."})
    published_at = fields.AwareDateTime(allow_none=True)
    published_by = fields.String(attribute="published_by_name")
    url = Url("/templates/{kind}/{name}/versions/{number}", "kind", "name", "number")
    content_url = Url("/templates/{kind}/{name}/versions/{number}/content", "kind", "name", "number")


class WholeTemplateSchema(TemplateSchema):
    """A template with its versions, the latest first."""

    versions = fields.List(fields.Nested(TemplateVersionSchema))


class TemplateProblemSchema(Answered):
    """Something wrong with a template; an error keeps it from being published, a doubt does not."""

    severity = fields.String(metadata={"description": "error or doubt"})
    code = fields.String()
    message = fields.String()
    remedy = fields.String()
    place = fields.String(
        metadata={"description": "letter, header, footer, notes, properties, subject, text, or a block by name"}
    )
    paragraph = fields.String()
    line = fields.Integer(allow_none=True, metadata={"description": "Of an e-mail's or text message's file, from 1."})


class LetterSchema(Answered):
    """A template that is in use: a category's letter, or a shared one."""

    category = fields.String(metadata={"description": "The key of its category; empty for a shared one."})
    kind = fields.String()
    name = fields.String(attribute="key")
    title = fields.String()


class WholeTemplateVersionSchema(TemplateVersionSchema):
    """A version with the fields that it uses, what is wrong with it, and which letters include it by name."""

    fields_used = fields.List(fields.String())
    problems = fields.List(fields.Nested(TemplateProblemSchema))
    included_by = fields.List(fields.Nested(LetterSchema))


class UseSchema(LetterSchema):
    """A letter that uses a field, and the names by which it does."""

    fields_used = fields.List(fields.String())


class UseListSchema(Answered):
    """The letters that use a field."""

    items = fields.List(fields.Nested(UseSchema))


class TemplateFilter(Taken):
    """Which templates are asked for."""

    kind = choice(("", *KINDS), "Only those of a kind.")
    q = optional(100, "Only those with these words in name, title or description.")


class FieldAsked(Taken):
    """Which field is asked about."""

    field = text(200, "A field such as person.full_name, or a part of its name such as arrears.")


class NewTemplateVersion(Taken):
    """What goes with the file of a version; title and description are those of a template that is not there yet."""

    title = optional(200, "What it is called in lists; made of its name when left out.")
    description = optional(2_000, "When to use it.")
    note = optional(500, "What is new in it.")


class NewTemplatePublication(Taken):
    """From which day a version is in force."""

    effective_from = fields.Date(load_default=None, metadata={"description": "The first day; left out: today."})
    effective_until = fields.Date(
        load_default=None, metadata={"description": "The last day; left out: until another version is in force."}
    )
    note = optional(500, "What is new in it; left out, what was said when it was saved.")


class TemplateDescription(Taken):
    """What a template is called in lists."""

    title = text(200, required=False)
    description = fields.String(validate=validate.Length(0, 2_000))


class NewTemplateEnding(Taken):
    """From which day a template is in force no more, and why."""

    on = fields.Date(load_default=None, metadata={"description": "Left out: today."})
    reason = text(500)
