"""Writes to the shared record: the person, home, tenancy or account that the case is about."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from engine.service_tasks.base import Call, Effects, RecordWrite, ServiceTask

ENTITIES = ("person", "home", "tenancy", "account", "organisation")
ACTIONS = ("change", "add", "end")


class Inputs(Schema):
    """What is written, and to what."""

    entity = fields.String(
        required=True,
        validate=validate.OneOf(ENTITIES, error=f"This must be one of: {', '.join(ENTITIES)}."),
        metadata={
            "label": "What is changed",
            "help": f"{', '.join(ENTITIES)}: the one that the case is about.",
        },
    )
    action = fields.String(
        load_default="change",
        validate=validate.OneOf(ACTIONS, error=f"This must be one of: {', '.join(ACTIONS)}."),
        metadata={"label": "What is done", "help": "change, add (a part, such as an alert or a notice) or end."},
    )
    part = fields.String(
        load_default="",
        metadata={
            "label": "Kind of part to add",
            "help": "For add: alert, certificate, hazard, notice, note, …",
        },
    )
    values = fields.Dict(
        keys=fields.String(),
        load_default=dict,
        metadata={"label": "Values", "help": 'A FEEL context, such as {type: "possession", served_on: served_on}.'},
    )
    on = fields.String(load_default="", metadata={"label": "Last day", "help": "For end: a date; today when left out."})
    reason = fields.String(load_default="", metadata={"label": "Reason", "help": "Stands in the record's history."})

    @validates_schema
    def _fits_together(self, given: dict[str, Any], **about: Any) -> None:
        if given["action"] == "add" and not given["part"]:
            raise ValidationError("Say what kind of part is added, such as alert.", "part")
        if given["action"] != "end" and not given["values"]:
            raise ValidationError("Give at least one value.", "values")


def run(call: Call) -> Effects:
    """Ask for the write; the runtime finds what the case is about, and checks the values as pages do."""
    given = call.inputs
    return Effects(
        record=RecordWrite(
            given["entity"],
            given["values"],
            part=given["part"],
            ends=given["action"] == "end",
            on=given["on"],
            reason=given["reason"] or call.element_name,
        )
    )


UPDATE_RECORD = ServiceTask(
    type="update_record",
    name="Update the record",
    description="Changes the person, home, tenancy or account that the case is about, or adds to it.",
    inputs=Inputs,
    run=run,
)
