"""What hangs on any entity: notes, and what other systems call it."""

from marshmallow import fields

from engine.record.schemas.base import LONGEST_NOTE, RecordSchema, day, plain, yes_no


class RecordNoteSchema(RecordSchema):
    """What a member of staff wrote down."""

    text = plain(LONGEST_NOTE, required=True)
    is_sensitive = yes_no()
    ended_on = day()
    written_by_name = fields.String(dump_only=True)
    written_at = fields.AwareDateTime(dump_only=True)


class ExternalReferenceSchema(RecordSchema):
    """What another system calls an entity."""

    allocated_by = plain(80, required=True, standard="HACT: Reference.AllocatedBy")
    value = plain(80, required=True, standard="HACT: Reference.ID")
    description = plain(500, standard="HACT: Reference.Description")
    ended_on = day()
