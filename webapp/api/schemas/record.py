"""The shared record: people, homes and other assets, tenures, rent accounts."""

from typing import Any

from marshmallow import fields, validate

from engine.record.kinds import KINDS, Kind
from webapp.api.schemas.base import Amount, Answered, ByField, Filter, Taken, Url, optional, page_of
from webapp.api.schemas.documents import DocumentSchema

CASES = "The cases about it that you may see: open ones first."


class AboutCaseSchema(Answered):
    """A case about a person, home, tenancy or account."""

    reference = fields.String()
    title = fields.String()
    category = fields.String()
    status = fields.String()
    stage = fields.String()
    outcome = fields.String()
    opened_at = fields.AwareDateTime()
    closed_at = fields.AwareDateTime(allow_none=True)
    url = Url("/cases/{reference}", "reference")


_WEEKLY = "Pounds a week, by the charges in force."
# What is shown beside what may be written.
_SHOWN_TOO: dict[str, dict[str, Any]] = {
    "person": {"full_name": fields.String(), "merged_into_id": fields.Integer(allow_none=True)},
    "home": {"one_line": fields.String()},
    "account": {"weekly_rent": Amount(_WEEKLY), "weekly_charges": Amount(_WEEKLY)},
    "member": {"full_name": fields.String(attribute="person.full_name")},
}


def _shown(kind: Kind) -> type[Answered]:
    """Return the schema by which rows of a kind are shown: what may be written of it, its number, and what follows."""
    named: dict[str, Any] = {"__doc__": kind.schema.__doc__, **_SHOWN_TOO.get(kind.key, {})}
    if kind.is_entity:
        named |= {"revision": fields.Integer(dump_only=True), "url": Url(f"/{kind.path}/{{id}}", "id")}
    return type(f"Shown{kind.schema.__name__}", (kind.schema, Answered), named)


SHOWN = {key: _shown(kind) for key, kind in KINDS.items()}
CHANGED = {
    key: type(kind.schema.__name__.replace("Schema", "ChangesSchema"), (kind.schema,), {"__doc__": kind.schema.__doc__})
    for key, kind in KINDS.items()
}
PersonSchema, OrganisationSchema, AssetSchema = SHOWN["person"], SHOWN["organisation"], SHOWN["home"]
TenureSchema, AccountSchema = SHOWN["tenancy"], SHOWN["account"]


class HeldTenureSchema(TenureSchema):  # type: ignore[valid-type,misc]
    """A tenure of a person, with their part in it."""

    role = fields.String()
    is_responsible = fields.Boolean()


class WholePersonSchema(PersonSchema):  # type: ignore[valid-type,misc]
    """A person with how to reach them, what must be seen first, where they live, their cases and documents."""

    merged_into_id = fields.Integer(
        allow_none=True, metadata={"description": "The record that goes on, where this one was merged into it."}
    )
    contact_details = fields.List(fields.Nested(SHOWN["contact_detail"]))
    alerts = fields.List(fields.Nested(SHOWN["alert"]))
    tenures = fields.List(fields.Nested(HeldTenureSchema))
    relations = fields.List(fields.Nested(SHOWN["relation"]))
    consents = fields.List(fields.Nested(SHOWN["consent"]))
    notes = fields.List(fields.Nested(SHOWN["note"]))
    references = fields.List(fields.Nested(SHOWN["reference"]))
    cases = fields.List(fields.Nested(AboutCaseSchema), metadata={"description": CASES})
    documents = fields.List(fields.Nested(DocumentSchema))


class WholeAssetSchema(AssetSchema):  # type: ignore[valid-type,misc]
    """An asset with its alerts, tenures, cases and documents."""

    alerts = fields.List(fields.Nested(SHOWN["alert"]))
    tenures = fields.List(fields.Nested(TenureSchema))
    certificates = fields.List(fields.Nested(SHOWN["certificate"]))
    repairs = fields.List(fields.Nested(SHOWN["repair"]))
    hazards = fields.List(fields.Nested(SHOWN["hazard"]))
    notes = fields.List(fields.Nested(SHOWN["note"]))
    references = fields.List(fields.Nested(SHOWN["reference"]))
    cases = fields.List(fields.Nested(AboutCaseSchema), metadata={"description": CASES})
    documents = fields.List(fields.Nested(DocumentSchema))


class WholeTenureSchema(TenureSchema):  # type: ignore[valid-type,misc]
    """A tenure with its home, members, account, cases and documents."""

    asset = fields.Nested(AssetSchema)
    members = fields.List(fields.Nested(SHOWN["member"]))
    account = fields.Nested(AccountSchema, allow_none=True)
    notices = fields.List(fields.Nested(SHOWN["notice"]))
    notes = fields.List(fields.Nested(SHOWN["note"]))
    references = fields.List(fields.Nested(SHOWN["reference"]))
    cases = fields.List(fields.Nested(AboutCaseSchema), metadata={"description": CASES})
    documents = fields.List(fields.Nested(DocumentSchema))


class WholeAccountSchema(AccountSchema):  # type: ignore[valid-type,misc]
    """A rent account with its balance, latest transactions, cases and documents."""

    balance = Amount("Pounds; positive is owed by the tenant.")
    transactions = fields.List(fields.Nested(SHOWN["transaction"]), metadata={"description": "The latest 50."})
    charges = fields.List(fields.Nested(SHOWN["charge"]))
    agreements = fields.List(fields.Nested(SHOWN["agreement"]))
    notes = fields.List(fields.Nested(SHOWN["note"]))
    references = fields.List(fields.Nested(SHOWN["reference"]))
    cases = fields.List(fields.Nested(AboutCaseSchema), metadata={"description": CASES})
    documents = fields.List(fields.Nested(DocumentSchema))


class WholeOrganisationSchema(OrganisationSchema):  # type: ignore[valid-type,misc]
    """An organisation with how to reach it, its cases and documents."""

    contact_details = fields.List(fields.Nested(SHOWN["contact_detail"]))
    notes = fields.List(fields.Nested(SHOWN["note"]))
    references = fields.List(fields.Nested(SHOWN["reference"]))
    cases = fields.List(fields.Nested(AboutCaseSchema), metadata={"description": CASES})
    documents = fields.List(fields.Nested(DocumentSchema))


class ChangeSchema(Answered):
    """One change to an entity of the record or to a part of it."""

    id = fields.Integer()
    revision = fields.Integer()
    part = fields.String(metadata={"description": "The kind of part, empty for the entity itself."})
    part_id = fields.Integer(allow_none=True)
    action = fields.String()
    changes = fields.Raw(allow_none=True, metadata={"description": "Field to its value before and after."})
    reason = fields.String()
    at = fields.AwareDateTime()
    actor_name = fields.String()


class Ending(Taken):
    """When and why something ends."""

    on = fields.Date(load_default=None, metadata={"description": "The last day; today when left out."})
    reason = fields.String(required=True, validate=validate.Length(1, 2000))


class NewPerson(Taken):
    """Whether somebody who is likely in the record already is added all the same."""

    allow_duplicate = fields.Boolean(
        load_default=False, metadata={"description": "Add the person although somebody is likely the same."}
    )


class ChangeFilter(Filter):
    """Which page of the changes is asked for."""


class OrganisationFilter(ByField):
    """Which organisations are asked for."""

    q = optional(200, "The beginning of a name or reference.")
    kind = optional(80, "landlord, contractor, agency, …")


class PersonFilter(ByField):
    """Which people are asked for."""

    q = optional(200, "A name, reference, telephone number or e-mail address.")


class AssetFilter(ByField):
    """Which assets are asked for."""

    q = optional(200, "An address, postcode, reference, UPRN, or the reference of a tenure there.")
    type = optional(80, "site, block, property or unit")


class TenureFilter(ByField):
    """Which tenures are asked for."""

    q = optional(200, "A reference, who is on it, or the address.")
    person = fields.Integer(load_default=None, validate=validate.Range(1, 2**63 - 1))
    asset = fields.Integer(load_default=None, validate=validate.Range(1, 2**63 - 1))


class AccountFilter(ByField):
    """Which accounts are asked for."""

    q = optional(200, "A reference, who is on it, or the address.")
    tenure = fields.Integer(load_default=None, validate=validate.Range(1, 2**63 - 1))


PersonPage, AssetPage, TenurePage, AccountPage = map(page_of, (PersonSchema, AssetSchema, TenureSchema, AccountSchema))
OrganisationPage, ChangePage = page_of(OrganisationSchema), page_of(ChangeSchema)
