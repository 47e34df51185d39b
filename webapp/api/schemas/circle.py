"""What restricted cases take and answer: the circle, its members, breaking the glass."""

from marshmallow import fields, validate

from engine.breaking_glass import MINUTES
from webapp.api.schemas.base import Answered, Taken, text


class CircleMemberSchema(Answered):
    """Somebody in the circle beside the owner."""

    id = fields.Integer()
    user_id = fields.Integer()
    name = fields.String()
    kind = fields.String(validate=validate.OneOf(("member", "break_glass")))
    reason = fields.String()
    since = fields.AwareDateTime()
    until = fields.AwareDateTime(allow_none=True, metadata={"description": "When a broken glass is whole again."})
    named_by = fields.String()


class CircleSchema(Answered):
    """Who may know of a restricted case."""

    restricted = fields.Boolean()
    owner = fields.String()
    members = fields.List(fields.Nested(CircleMemberSchema))


class CircleReason(Taken):
    """Why something is done."""

    reason = text(2_000)


class NewRestriction(CircleReason):
    """Why a case is restricted, and who is in its circle beside its owner and you."""

    members = fields.List(
        fields.String(validate=validate.Length(1, 200)),
        load_default=list,
        validate=validate.Length(max=100),
        metadata={"description": "Names or e-mail addresses."},
    )


class NewCircleMember(CircleReason):
    """Who is taken into the circle, and why."""

    name = text(200, "Name or e-mail address.")


class NewBreaking(CircleReason):
    """Which case must be seen, why, and for how many minutes."""

    case = text(80, "Its reference.")
    minutes = fields.Integer(strict=True, load_default=MINUTES[0], validate=validate.OneOf(MINUTES))


class BrokenSchema(Answered):
    """The case that may be seen now, and until when."""

    case = fields.String()
    until = fields.AwareDateTime()
