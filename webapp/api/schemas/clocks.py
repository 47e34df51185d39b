"""The deadlines of cases, and what is done to them."""

from marshmallow import fields, validate

from engine.service_tasks.clock_inputs import dated
from webapp.api.schemas.base import Answered, Taken, choice, named_values, optional, text

STATES = ("running", "stopped", "met", "breached", "ended", "cancelled")
REASON = "One of the reasons that the ground names, or another where the ground takes others."
GROUND = "The id of the ground in the rule; else the one that has the reason."


class CitationSchema(Answered):
    """Where the law, code or policy of a rule stands."""

    text = fields.String()
    url = fields.String()


class ClockSchema(Answered):
    """A deadline of a case, with why it is when it is."""

    id = fields.Integer()
    rule = fields.String(attribute="rule_id")
    name = fields.String()
    state = fields.String(validate=validate.OneOf(STATES))
    is_overdue = fields.Boolean(metadata={"description": "It goes on, and its time is up: true the instant that is."})
    counted_from = fields.String(metadata={"description": "A day or an instant, as ISO 8601 text."})
    due_at = fields.AwareDateTime(allow_none=True, metadata={"description": "Null while it stands still."})
    amber_at = fields.AwareDateTime(allow_none=True)
    met_at = fields.AwareDateTime(allow_none=True)
    citation = fields.Nested(CitationSchema)
    why = fields.List(fields.String(), metadata={"description": "The steps of the calculation, in words."})
    explanation = fields.List(
        named_values(""), metadata={"description": "The same as data: event, rule, days not counted, changes, result."}
    )


class ClockListSchema(Answered):
    """The deadlines of a case: those that run first."""

    items = fields.List(fields.Nested(ClockSchema))


class ListedClockSchema(Answered):
    """A deadline that goes on, with its case."""

    id = fields.Integer()
    rule = fields.String(attribute="rule_id")
    name = fields.String()
    state = fields.String(validate=validate.OneOf(("running", "stopped", "overdue")))
    due_at = fields.AwareDateTime(allow_none=True)
    amber_at = fields.AwareDateTime(allow_none=True)
    case = fields.String(attribute="reference")
    category = fields.String()


class CountsSchema(Answered):
    """How many deadlines that go on stand how."""

    overdue = fields.Integer()
    warning = fields.Integer()
    on_target = fields.Integer()
    paused = fields.Integer()


class ClocksOfAllSchema(Answered):
    """The deadlines that stand as was asked, the first 200, and how many there are of each."""

    items = fields.List(fields.Nested(ListedClockSchema))
    counts = fields.Nested(CountsSchema)


class ClockFilter(Taken):
    """Which deadlines are asked for."""

    state = choice(("overdue", "warning", "on_target", "paused"), default="overdue")
    rule = optional(200, "The id of a rule.")


def _dated(value: str) -> None:
    if value:
        dated(value)


def _date(said: str) -> fields.String:
    return fields.String(load_default="", validate=_dated, metadata={"description": said, "maxLength": 40})


class NewClock(Taken):
    """A deadline to be started."""

    rule = text(200, "The id of a rule of the category.")
    counts_from = fields.String(
        required=True, validate=[validate.Length(1, 40), dated], metadata={"description": "A day or an instant."}
    )
    reason = text(2_000)


class NewExtension(Taken):
    """More time for a deadline, as its rule allows."""

    amount = fields.Integer(
        strict=True, validate=validate.Range(1, 1_300), metadata={"description": "In the unit of the ground."}
    )
    working_days = fields.Integer(
        strict=True, validate=validate.Range(1, 260), metadata={"description": "In place of `amount`."}
    )
    ground = optional(80, GROUND)
    reason = text(2_000, REASON)


class NewStop(Taken):
    """A pause of a deadline, or a new start of its whole time, on a ground that its rule names."""

    ground = optional(80, GROUND)
    at = _date("A day or an instant that is not in the future; else today.")
    reason = text(2_000, REASON)


class NewChange(Taken):
    """Since when and why a deadline runs again, or when what it times was done."""

    at = _date("A day or an instant that is not in the future; else now.")
    reason = text(2_000)


class NewWithdrawal(Taken):
    """Why a deadline that was started in error counts no more."""

    reason = text(2_000)
