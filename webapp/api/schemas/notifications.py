"""What members of staff are told, and how they want to be told."""

from marshmallow import fields, validate

from engine.reminders.delivery import KINDS, TEAM_WAYS, WAYS
from webapp.api.schemas.base import Answered, Filter, Taken, Url, choice, optional, page_of

HOUR = validate.Range(0, 23)


class NotificationSchema(Answered):
    """A reminder, warning or escalation that you were given."""

    id = fields.Integer()
    kind = fields.String(validate=validate.OneOf((*KINDS, "unheard")))
    text = fields.String()
    case = fields.String(attribute="reference")
    task_id = fields.Integer(attribute="user_task_id", allow_none=True)
    created_at = fields.AwareDateTime()
    read_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When you put it away."})
    url = Url("/notifications/{id}", "id")


class NotificationFilter(Filter):
    """Which notifications are asked for."""

    status = choice(("unread", "any"), "unread: not put away yet.", default="unread")
    kind = choice((*KINDS, "unheard", ""), "Only those of this kind.")
    case = optional(80, "The reference of a case.")


class EscalatedSchema(Answered):
    """An open task that was escalated to you and not acknowledged."""

    id = fields.Integer()
    name = fields.String()
    case = fields.String(attribute="reference")
    due_at = fields.AwareDateTime(allow_none=True)
    assignee = fields.String(allow_none=True, metadata={"description": "The name of whoever has it."})
    team = fields.String(allow_none=True)
    url = Url("/tasks/{id}", "id")


class EscalatedListSchema(Answered):
    """Every such task, the longest overdue first; a hundred at most."""

    items = fields.List(fields.Nested(EscalatedSchema))


class PreferenceSchema(Answered):
    """How you are told: `at once` by e-mail too, in one `digest` a day, or in the `portal` alone."""

    reminder = fields.String(validate=validate.OneOf(WAYS))
    warning = fields.String(validate=validate.OneOf(WAYS))
    escalation = fields.String(validate=validate.OneOf(WAYS))
    team = fields.String(validate=validate.OneOf(TEAM_WAYS), metadata={"description": "Of tasks that nobody has."})
    digest_hour = fields.Integer(validate=HOUR, metadata={"description": "In the United Kingdom."})
    quiet_from = fields.Integer(allow_none=True, validate=HOUR, metadata={"description": "No e-mail from this hour …"})
    quiet_to = fields.Integer(allow_none=True, validate=HOUR, metadata={"description": "… to this one."})
    at_weekends = fields.Boolean(metadata={"description": "Whether e-mail comes at weekends."})


class NewPreference(Taken):
    """What is to change; what is left out stays."""

    reminder = fields.String(validate=validate.OneOf(WAYS))
    warning = fields.String(validate=validate.OneOf(WAYS))
    escalation = fields.String(validate=validate.OneOf(WAYS))
    team = fields.String(validate=validate.OneOf(TEAM_WAYS))
    digest_hour = fields.Integer(strict=True, validate=HOUR)
    quiet_from = fields.Integer(strict=True, allow_none=True, validate=HOUR)
    quiet_to = fields.Integer(strict=True, allow_none=True, validate=HOUR)
    at_weekends = fields.Boolean()


NotificationPage = page_of(NotificationSchema)
