"""Many tasks at once, and absences."""

from marshmallow import fields, validate

from engine.bulk_tasks import MOST, VERBS
from webapp.api.schemas.base import Answered, Named, Taken, Url, choice, optional, row_id


class NewBulkChange(Taken):
    """What is to be done with many tasks, each in a transaction of its own."""

    verb = choice(VERBS, "What is done with each.", default="reassign")
    tasks = fields.List(
        row_id(), required=True, validate=validate.Length(1, MOST), metadata={"description": "The ids of the tasks."}
    )
    to = optional(200, "For reassign: the name or e-mail address of a member of staff, or the name of a team.")
    team = row_id(
        "For share: the team that you manage, among whose members at work the tasks are shared by how much each has.",
        load_default=None,
        allow_none=True,
    )
    priority = fields.Integer(
        strict=True,
        load_default=None,
        allow_none=True,
        validate=validate.Range(0, 100),
        metadata={"description": "For prioritise: 0 to 100; 50 is usual."},
    )
    reason = optional(2_000, "Stands in the history of each case.")


class ChangedSchema(Answered):
    """A task that was changed."""

    id = fields.Integer()
    name = fields.String()
    case = fields.String()


class RefusedSchema(Answered):
    """A task that was not changed, with why; name and case are null when you may not know of it."""

    id = fields.Integer()
    name = fields.String(allow_none=True)
    case = fields.String(allow_none=True)
    why = fields.String()


class BulkChangeSchema(Answered):
    """What became of each task."""

    id = fields.Integer()
    verb = fields.String()
    told = fields.String(metadata={"description": "What was done, in words."})
    at = fields.AwareDateTime()
    finished_at = fields.AwareDateTime(
        allow_none=True, metadata={"description": "Null while it is under way, or when it was broken off."}
    )
    undone_at = fields.AwareDateTime(allow_none=True)
    done = fields.List(fields.Nested(ChangedSchema))
    refused = fields.List(fields.Nested(RefusedSchema))
    url = Url("/tasks/changes/{id}", "id")


class NewAbsence(Taken):
    """Days on which somebody is away."""

    user = optional(200, "A name or an e-mail address; left out, you.")
    from_on = fields.Date(required=True, metadata={"description": "The first day away."})
    until_on = fields.Date(required=True, metadata={"description": "The last day away."})
    stand_in = optional(200, "A name or an e-mail address; left out, a manager.")
    note = optional(500)


class AbsenceSchema(Answered):
    """Days on which somebody is away, and who does their tasks."""

    id = fields.Integer()
    user = Named()
    from_on = fields.Date()
    until_on = fields.Date()
    stand_in = Named("Null: a manager.")
    note = fields.String()


class AbsencesSchema(Answered):
    """The absences that are not over."""

    items = fields.List(fields.Nested(AbsenceSchema))
