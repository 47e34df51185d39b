"""Reminds or warns a member of staff in the portal and by e-mail."""

from marshmallow import Schema, fields, validate

from engine.service_tasks.base import Call, Effects, Notice, ServiceTask


class Inputs(Schema):
    """Whom to tell what."""

    to = fields.String(
        load_default="assignee",
        metadata={
            "label": "Who is told",
            "help": "assignee, owner, the name of a team, or an e-mail address",
            "names": "recipient",
        },
    )
    message = fields.String(required=True, metadata={"label": "What they are told", "is_long": True})
    kind = fields.String(
        load_default="reminder",
        validate=validate.OneOf(["reminder", "warning", "escalation"]),
        metadata={"label": "How urgent it is"},
    )


def run(call: Call) -> Effects:
    """Tell them once; a repeat of the same step tells nobody twice."""
    return Effects(notices=(Notice(call.inputs["to"], call.inputs["message"], call.inputs["kind"]),))


NOTIFY = ServiceTask(
    type="notify",
    name="Remind or warn staff",
    description="Shows a reminder in the portal and sends it by e-mail.",
    inputs=Inputs,
    run=run,
)
