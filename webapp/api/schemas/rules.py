"""Rules, their editions, and the calendar by which they are counted."""

from marshmallow import fields, validate

from engine.calendars import NATIONS
from engine.rules.reading import LARGEST_FILE
from webapp.api.schemas.base import Answered, Taken, Url, text


class SourceSchema(Answered):
    """A source of rules: a category, or the common book."""

    key = fields.String()
    name = fields.String()
    edition = fields.Integer(allow_none=True, metadata={"description": "The one in force; null without rules."})
    url = Url("/rules/{key}", "key")


class SourceListSchema(Answered):
    """All sources of rules."""

    items = fields.List(fields.Nested(SourceSchema))


class RuleSchema(Answered):
    """One version of a rule, in words."""

    id = fields.String()
    name = fields.String()
    kind = fields.String(metadata={"description": "law, regulator, court protocol, guidance or local standard"})
    words = fields.String()
    counts_from = fields.String(metadata={"description": "The event that it counts from."})
    in_force_from = fields.Date(allow_none=True, metadata={"description": "Null: for events of any date."})
    in_force_to = fields.Date(allow_none=True, metadata={"description": "Null: still."})
    citation = fields.String()
    link = fields.String()


class WholeSourceSchema(SourceSchema):
    """A source with its rules in force."""

    rules = fields.List(fields.Nested(RuleSchema))


class EditionSchema(Answered):
    """A published text of a source: never changed."""

    source = fields.String()
    number = fields.Integer()
    origin = fields.String(metadata={"description": "deployed, published or shipped"})
    reason = fields.String()
    published_at = fields.AwareDateTime()
    published_by = fields.String()
    sha256 = fields.String()
    is_in_force = fields.Boolean()
    url = Url("/rules/{source}/editions/{number}", "source", "number")


class EditionListSchema(Answered):
    """What was published of a source, the latest first."""

    items = fields.List(fields.Nested(EditionSchema))


class WholeEditionSchema(EditionSchema):
    """An edition with its text."""

    content = fields.String()


class RuleText(Taken):
    """A text of rules (TOML)."""

    content = text(LARGEST_FILE, "The whole rules.toml.")


class NewEdition(RuleText):
    """A text of rules to put in force."""

    reason = text(500, "Why. It stands with the edition, and in the history of every case that it moves.")
    follows = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(0, 2**31 - 1),
        metadata={"description": "The edition that it was made from; when another is in force, it is refused (409)."},
    )


class RuleProblemSchema(Answered):
    """What is doubtful about a rule; an error keeps it from being published."""

    rule = fields.String()
    code = fields.String()
    severity = fields.String()
    message = fields.String()
    remedy = fields.String()


class RuleChangeSchema(Answered):
    """A rule that would be another: the sentences that differ."""

    rule_id = fields.String()
    version = fields.String()
    kind = fields.String(metadata={"description": "added, removed or changed"})
    removed = fields.List(fields.String())
    added = fields.List(fields.String())


class MoveSchema(Answered):
    """A running clock that would move; `problem` says why it cannot, and keeps its date."""

    reference = fields.String()
    rule_id = fields.String()
    counted_from = fields.String()
    before = fields.AwareDateTime(allow_none=True)
    after = fields.AwareDateTime(allow_none=True)
    problem = fields.String()
    url = Url("/cases/{reference}", "reference")


class RulePreviewSchema(Answered):
    """What a text would change: in words, in running clocks (the first of them), and what is doubtful."""

    problems = fields.List(fields.Nested(RuleProblemSchema))
    changes = fields.List(fields.Nested(RuleChangeSchema))
    looked_at = fields.Integer(metadata={"description": "Running clocks of the rules that differ."})
    moved = fields.Integer()
    late = fields.Integer(metadata={"description": "Of those, how many would be overdue at once."})
    stuck = fields.Integer(metadata={"description": "How many could not follow."})
    first = fields.List(fields.Nested(MoveSchema))


class ClosureSchema(Answered):
    """Days on which the organisation is shut; they count only for rules that say so."""

    id = fields.Integer()
    name = fields.String()
    first_on = fields.Date()
    last_on = fields.Date()
    reason = fields.String()
    counts = fields.Boolean(metadata={"description": "False when it was taken back."})


class BankHolidaySchema(Answered):
    """A bank holiday that was proclaimed and is in no list yet; it counts in law."""

    id = fields.Integer()
    name = fields.String()
    nation = fields.String()
    on_day = fields.Date()
    reason = fields.String()
    counts = fields.Boolean(metadata={"description": "False when it was taken back."})


class CalendarSchema(Answered):
    """The calendar by which deadlines are counted."""

    nation = fields.String()
    revision = fields.Integer(metadata={"description": "Of rules and calendar: it grows with each change."})
    closures = fields.List(fields.Nested(ClosureSchema))
    bank_holidays = fields.List(fields.Nested(BankHolidaySchema))


class NewClosure(Taken):
    """A closure to add."""

    name = text(100)
    first_on = fields.Date(required=True)
    last_on = fields.Date(required=True)
    reason = text(500)


class NewBankHoliday(Taken):
    """A bank holiday to add."""

    name = text(100)
    nation = fields.String(required=True, validate=validate.OneOf(list(NATIONS)))
    on_day = fields.Date(required=True)
    reason = text(500)


class NewEnd(Taken):
    """Why something is taken back."""

    reason = text(500)


class MadeSchema(Answered):
    """What was added."""

    id = fields.Integer()
