"""Letters that the house prints, and the batches that they are put together in."""

from marshmallow import fields, validate

from engine.communications.print_batches import MOST
from webapp.api.schemas.base import Answered, Taken, Url, row_id


class NewPrintBatch(Taken):
    """Which letters are put together, and how they are printed."""

    letters = fields.List(
        row_id("A letter that waits to be printed."),
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, MOST),
        metadata={"description": "Left out, all that wait, the oldest first."},
    )
    duplex = fields.Boolean(load_default=True, metadata={"description": "Each letter begins on a sheet of its own."})
    separators = fields.Boolean(load_default=False, metadata={"description": "A sheet between the letters."})
    window = fields.Boolean(load_default=True, metadata={"description": "Look through the window of the envelope."})
    leave_out = fields.Boolean(load_default=True, metadata={"description": "Leave letters with a fault out."})


class LetterToPrint(Answered):
    """A letter that waits to be printed."""

    id = fields.Integer()
    subject = fields.String()
    recipient = fields.String()
    address = fields.String()
    case = fields.String(attribute="reference", metadata={"description": "Its reference; empty where it has none."})
    created_at = fields.AwareDateTime()


class LettersToPrint(Answered):
    """Letters that wait to be printed and are in no batch."""

    items = fields.List(fields.Nested(LetterToPrint))
    total = fields.Integer(metadata={"description": f"Of which at most {MOST} are listed."})


class FaultOfLetter(Answered):
    """What is wrong with a letter."""

    letter = fields.Integer()
    fault = fields.String()


class PrintBatchSchema(Answered):
    """A batch of letters for the printer."""

    id = fields.Integer()
    status = fields.String(metadata={"description": "making, ready, failed, posted or withdrawn"})
    reason = fields.String(metadata={"description": "Why it could not be made."})
    letters = fields.Integer()
    done = fields.Integer(metadata={"description": "Letters that are ready to be put together."})
    sheets = fields.Integer(allow_none=True)
    faults = fields.List(fields.Nested(FaultOfLetter))
    created_at = fields.AwareDateTime()
    posted_at = fields.AwareDateTime(allow_none=True)
    url = Url("/print-batches/{id}", "id")


class PrintBatches(Answered):
    """The newest batches."""

    items = fields.List(fields.Nested(PrintBatchSchema))
