"""The shared record: people, homes and other assets, tenures, rent accounts."""

from marshmallow import fields, validate

from webapp.api.schemas.base import Amount, Answered, Filter, Url, optional, page_of
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


class ContactSchema(Answered):
    """How a person can be reached."""

    type = fields.String(attribute="contact_type")
    sub_type = fields.String()
    value = fields.String()
    is_preferred = fields.Boolean()
    is_safe = fields.Boolean()


class AlertSchema(Answered):
    """A warning that staff must see first."""

    code = fields.String()
    text = fields.String()
    review_on = fields.Date(allow_none=True)


class PersonSchema(Answered):
    """A tenant, household member, applicant or other person."""

    id = fields.Integer()
    reference = fields.String()
    title = fields.String()
    first_name = fields.String()
    middle_name = fields.String()
    surname = fields.String()
    preferred_name = fields.String()
    full_name = fields.String()
    date_of_birth = fields.Date(allow_none=True)
    language = fields.String()
    communication_needs = fields.String()
    revision = fields.Integer()
    url = Url("/people/{id}", "id")


class AssetSchema(Answered):
    """A site, block, property or unit."""

    id = fields.Integer()
    reference = fields.String()
    type = fields.String(attribute="asset_type")
    parent_id = fields.Integer(allow_none=True)
    uprn = fields.String()
    address_lines = fields.List(fields.String())
    postcode = fields.String()
    one_line = fields.String()
    patch = fields.String()
    bedrooms = fields.Integer(allow_none=True)
    revision = fields.Integer()
    url = Url("/assets/{id}", "id")


class TenureSchema(Answered):
    """A tenancy, licence or lease of a home."""

    id = fields.Integer()
    reference = fields.String()
    type = fields.String(attribute="tenure_type")
    type_name = fields.String(attribute="tenure_type_name")
    asset_id = fields.Integer()
    started_on = fields.Date()
    ended_on = fields.Date(allow_none=True)
    revision = fields.Integer()
    url = Url("/tenures/{id}", "id")


class AccountSchema(Answered):
    """A rent account."""

    id = fields.Integer()
    reference = fields.String()
    tenure_id = fields.Integer()
    weekly_rent = Amount("Pounds a week.")
    service_charge = Amount("Pounds a week.")
    url = Url("/accounts/{id}", "id")


class TransactionSchema(Answered):
    """A charge (positive) or payment (negative)."""

    posted_on = fields.Date()
    kind = fields.String()
    amount = Amount("Pounds.")
    description = fields.String()


class HeldTenureSchema(TenureSchema):
    """A tenure of a person, with their part in it."""

    role = fields.String()
    is_responsible = fields.Boolean()


class MemberSchema(Answered):
    """A person on a tenure."""

    person_id = fields.Integer()
    full_name = fields.String()
    role = fields.String()
    is_responsible = fields.Boolean()
    from_on = fields.Date(allow_none=True)
    until_on = fields.Date(allow_none=True)


class WholePersonSchema(PersonSchema):
    """A person with how to reach them, what must be seen first, where they live, their cases and documents."""

    contact_details = fields.List(fields.Nested(ContactSchema))
    alerts = fields.List(fields.Nested(AlertSchema))
    tenures = fields.List(fields.Nested(HeldTenureSchema))
    cases = fields.List(fields.Nested(AboutCaseSchema), metadata={"description": CASES})
    documents = fields.List(fields.Nested(DocumentSchema))


class WholeAssetSchema(AssetSchema):
    """An asset with its alerts, tenures, cases and documents."""

    alerts = fields.List(fields.Nested(AlertSchema))
    tenures = fields.List(fields.Nested(TenureSchema))
    cases = fields.List(fields.Nested(AboutCaseSchema), metadata={"description": CASES})
    documents = fields.List(fields.Nested(DocumentSchema))


class WholeTenureSchema(TenureSchema):
    """A tenure with its home, members, account, cases and documents."""

    asset = fields.Nested(AssetSchema)
    members = fields.List(fields.Nested(MemberSchema))
    account = fields.Nested(AccountSchema, allow_none=True)
    cases = fields.List(fields.Nested(AboutCaseSchema), metadata={"description": CASES})
    documents = fields.List(fields.Nested(DocumentSchema))


class WholeAccountSchema(AccountSchema):
    """A rent account with its balance, latest transactions, cases and documents."""

    balance = Amount("Pounds; positive is owed by the tenant.")
    transactions = fields.List(fields.Nested(TransactionSchema), metadata={"description": "The latest 50."})
    cases = fields.List(fields.Nested(AboutCaseSchema), metadata={"description": CASES})
    documents = fields.List(fields.Nested(DocumentSchema))


class PersonFilter(Filter):
    """Which people are asked for."""

    q = optional(200, "A name, reference, telephone number or e-mail address.")


class AssetFilter(Filter):
    """Which assets are asked for."""

    q = optional(200, "An address, postcode, reference, UPRN, or the reference of a tenure there.")
    type = optional(80, "site, block, property or unit")


class TenureFilter(Filter):
    """Which tenures are asked for."""

    q = optional(200, "The beginning of a reference.")
    person = fields.Integer(load_default=None, validate=validate.Range(1, 2**63 - 1))
    asset = fields.Integer(load_default=None, validate=validate.Range(1, 2**63 - 1))


class AccountFilter(Filter):
    """Which accounts are asked for."""

    q = optional(200, "The beginning of a reference.")
    tenure = fields.Integer(load_default=None, validate=validate.Range(1, 2**63 - 1))


PersonPage, AssetPage, TenurePage, AccountPage = map(page_of, (PersonSchema, AssetSchema, TenureSchema, AccountSchema))
