"""Merges a letter of the category with the case's data and files it on the case and its subject."""

from marshmallow import Schema, fields, validate

from engine.service_tasks.base import Call, Effects, ServiceTask


class Inputs(Schema):
    """What the diagram says about the letter."""

    template = fields.String(
        required=True, metadata={"label": "Letter", "help": "Name of the .docx, without .docx", "names": "letter"}
    )
    title = fields.String(load_default="", metadata={"label": "Title of the document; its template's name unless said"})
    subject = fields.String(
        load_default="person",
        validate=validate.OneOf(["person", "home", "tenancy", "account", "organisation", "case"]),
        metadata={"label": "Filed under, beside the case"},
    )


def run(call: Call) -> Effects:
    """Leave the merge as a job: it may take a second, and nobody should wait for it behind a lock."""
    inputs = call.inputs
    title = inputs["title"] or inputs["template"].replace("_", " ").capitalize()
    return Effects(job={"template": inputs["template"], "title": title, "subject": inputs["subject"]})


MERGE_DOCUMENT = ServiceTask(
    type="merge_document",
    name="Merge a letter",
    description="Merges a letter template with the case and files it on the case and the person, home or tenancy.",
    inputs=Inputs,
    run=run,
    is_slow=True,
    results={"document_id": "number"},
)
