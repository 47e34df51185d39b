"""Starts a case of another category beside this one, and goes on without waiting for its outcome."""

from marshmallow import Schema, fields, validate

from engine.service_tasks.base import Call, Effects, ServiceTask


class Inputs(Schema):
    """Which case is started, what it is about, and whose it is."""

    category = fields.String(
        required=True, validate=validate.Length(1, 80), metadata={"label": "Category", "help": "Its key"}
    )
    subjects = fields.Raw(
        load_default="",
        metadata={
            "label": "What it is about",
            "help": "person, home, tenancy, account, a role in this case, or references; else what this case is about",
        },
    )
    answers = fields.Dict(
        keys=fields.String(),
        load_default=None,
        allow_none=True,
        metadata={"label": "Answers to its start form", "help": "a context, such as ={received_on: today}"},
    )
    owner = fields.String(
        load_default="owner",
        metadata={"label": "Whose it is", "help": "owner (of this case), a member of staff, or a team: its manager"},
    )


def run(call: Call) -> Effects:
    """Leave the start as a job: it is a case of its own. The element goes on when it has been started."""
    inputs = call.inputs
    named = {name: inputs[name] for name in ("category", "subjects", "owner")}
    return Effects(job={**named, "fields": inputs["answers"] or {}})


START_CASE = ServiceTask(
    type="start_case",
    name="Start a case",
    description="Starts a case of another category, linked to this one, and does not wait for its outcome.",
    inputs=Inputs,
    run=run,
    is_slow=True,
)
