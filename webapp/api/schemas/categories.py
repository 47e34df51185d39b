"""Categories of cases and their deployed versions."""

from marshmallow import fields

from webapp.api.schemas.base import Answered, Taken, Url, optional


class CategorySchema(Answered):
    """A kind of case that can be started."""

    key = fields.String()
    name = fields.String()
    description = fields.String()
    version = fields.Integer(metadata={"description": "The one that new cases run on."})
    url = Url("/categories/{key}", "key")


class CategoryListSchema(Answered):
    """All kinds of case."""

    items = fields.List(fields.Nested(CategorySchema))


class VersionSchema(Answered):
    """A deployed version: never changed."""

    number = fields.Integer()
    content_hash = fields.String()
    deployed_at = fields.AwareDateTime()
    note = fields.String()
    is_current = fields.Boolean()
    open_cases = fields.Integer()


class WholeCategorySchema(CategorySchema):
    """A kind of case with its versions, the latest first."""

    versions = fields.List(fields.Nested(VersionSchema))


class FaultSchema(Answered):
    """Something that the check found, but that keeps nothing from running."""

    file = fields.String()
    element = fields.String(
        metadata={"description": "The id of a node, flow, field, rule or letter; empty for the whole file."}
    )
    code = fields.String()
    severity = fields.String(metadata={"description": "warning or info"})
    message = fields.String()
    remedy = fields.String()
    line = fields.Integer(allow_none=True)


class DeployedSchema(Answered):
    """The version that came of a deployment; the same files again are the version that they already are."""

    category = fields.String()
    number = fields.Integer()
    content_hash = fields.String()
    deployed_at = fields.AwareDateTime()
    note = fields.String()
    faults = fields.List(fields.Nested(FaultSchema))
    url = Url("/categories/{category}", "category")


class NewVersion(Taken):
    """What goes with the files of a version."""

    note = optional(2_000, "What changed, for those who look back.")
