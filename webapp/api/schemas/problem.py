"""What went wrong, as RFC 9457 has it."""

from marshmallow import Schema, fields


class CandidateSchema(Schema):
    """Somebody in the record who is likely the person that was to be added."""

    id = fields.Integer(required=True)
    reference = fields.String(required=True)
    name = fields.String(required=True)
    reasons = fields.List(fields.String(), required=True)


class ProblemSchema(Schema):
    """A request that could not be done: what was expected, what was found, and what to do about it."""

    type = fields.String(required=True, metadata={"format": "uri-reference"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    request_id = fields.String(required=True, metadata={"description": "The same as in our log."})
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "One sentence for each field at fault, by its path: `subjects[0].id`."},
    )
    candidates = fields.List(
        fields.Nested(CandidateSchema),
        metadata={"description": "Who is likely the same, where a person was not added."},
    )
