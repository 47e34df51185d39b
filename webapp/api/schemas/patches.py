"""What patches take and answer."""

from marshmallow import fields, validate

from engine.patches import MOST_NAMED
from webapp.api.schemas.base import Answered, NamedSchema, Taken


class PatchSchema(Answered):
    """A patch, with who looks after it."""

    name = fields.String()
    homes = fields.Integer(metadata={"description": "How many homes that can be let are in it."})
    staff = fields.List(fields.Nested(NamedSchema))
    teams = fields.List(fields.Nested(NamedSchema))


class PatchesSchema(Answered):
    """All patches, by name."""

    items = fields.List(fields.Nested(PatchSchema))


class LookedAfter(Taken):
    """Who is to look after a patch."""

    staff = fields.List(fields.Integer(strict=True), load_default=list, validate=validate.Length(max=1_000))
    teams = fields.List(fields.Integer(strict=True), load_default=list, validate=validate.Length(max=1_000))


class Places(Taken):
    """What is to be put into a patch."""

    references = fields.List(
        fields.String(validate=validate.Length(1, 80)), required=True, validate=validate.Length(1, MOST_NAMED)
    )


class MovedSchema(Answered):
    """How many places were in another patch, or in none, before."""

    moved = fields.Integer()
