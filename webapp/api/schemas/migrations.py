"""Running cases moved to another version of their category."""

from marshmallow import fields, validate

from engine.migration_results import OUTCOMES
from webapp.api.schemas.base import Answered, Filter, Taken, choice, optional, page_of, text

MOST_CASES = 10_000


def _version(description: str) -> fields.Integer:
    told = {"description": description}
    return fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, 2**31 - 1), metadata=told)


def _mapping() -> fields.Dict:
    name = fields.String(validate=validate.Length(1, 200))
    said = "Old element id to new, for elements that have another id in the new version."
    return fields.Dict(keys=name, values=name, load_default=dict, metadata={"description": said})


class NewMigration(Taken):
    """Which running cases go to which version, and why."""

    to = _version("The number of the version that they go to; the newest when left out.")
    from_versions = fields.List(
        fields.Integer(validate=validate.Range(1, 2**31 - 1)),
        data_key="from",
        load_default=list,
        validate=validate.Length(max=1_000),
        metadata={"description": "The numbers of versions that they come from; all others when left out."},
    )
    mapping = _mapping()
    cases = fields.List(
        fields.String(validate=validate.Length(1, 80)),
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, MOST_CASES),
        metadata={"description": "References of cases; all that run on these versions when left out."},
    )
    reason = optional(2_000, "Stands in the history of each case. Needed unless it is a dry run.")
    dry_run = fields.Boolean(load_default=False, metadata={"description": "Tell what would happen, and do nothing."})


class NewCaseMigration(Taken):
    """To which version a case goes, and why."""

    to = _version("The number of the version; the newest when left out.")
    mapping = _mapping()
    reason = text(2_000, "Stands in the history of the case.")


class KeptSchema(Answered):
    """Why cases could not move, or would not: the element, a sentence and what to do."""

    element = fields.String(allow_none=True)
    element_name = fields.String(allow_none=True)
    reason = fields.String()
    remedy = fields.String()
    count = fields.Integer(metadata={"description": "Of the cases that this keeps."})
    cases = fields.List(fields.String(), metadata={"description": "Their references, the first hundred."})


class MigrationWarningSchema(Answered):
    """What is to be known of cases that move."""

    message = fields.String()
    count = fields.Integer()


class MigrationSchema(Answered):
    """A migration, or with `dry_run` what it would be: how many cases move, and why the others do not."""

    id = fields.Integer(allow_none=True, metadata={"description": "None of a dry run."})
    category = fields.String()
    dry_run = fields.Boolean()
    from_versions = fields.List(fields.Integer(), data_key="from")
    to = fields.Integer()
    mapping = fields.Dict(keys=fields.String(), values=fields.String())
    reason = fields.String()
    total = fields.Integer()
    waiting = fields.Integer(metadata={"description": "Of whom it is not settled yet."})
    moved = fields.Integer(metadata={"description": "In a dry run, of those that would move."})
    kept = fields.Integer(metadata={"description": "Could not move, were over meanwhile, or failed."})
    is_over = fields.Boolean(metadata={"description": "Every case has been seen to."})
    reasons = fields.List(fields.Nested(KeptSchema))
    warnings = fields.List(fields.Nested(MigrationWarningSchema))
    asked_at = fields.AwareDateTime(allow_none=True)
    asked_by = fields.String(allow_none=True)
    url = fields.String(allow_none=True, metadata={"format": "uri-reference", "description": "None of a dry run."})


class MigratedCaseSchema(Answered):
    """A case of a migration, and what became of it."""

    case = fields.String(metadata={"description": "Its reference; not of a restricted case."})
    from_version = fields.Integer(data_key="from")
    outcome = fields.String(metadata={"description": "waiting, moved, refused, passed over or failed."})
    element = fields.String()
    element_name = fields.String()
    reason = fields.String()
    remedy = fields.String()
    settled_at = fields.AwareDateTime(allow_none=True)


class MigratedCaseFilter(Filter):
    """Which cases of a migration are asked for."""

    outcome = choice(("", *OUTCOMES))


MigratedCasePage = page_of(MigratedCaseSchema)
