"""Tenancies, who is on them, the notices served, and the accounts on which their rent is charged."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.record.codes import (
    AGREEMENT_OUTCOMES,
    CHARGES,
    FREQUENCIES,
    MEMBERS,
    NOTICES,
    TENURES,
    TRANSACTIONS,
)
from engine.record.schemas.base import RecordSchema, choice, day, in_order, money, plain, refers, yes_no


class TenureSchema(RecordSchema):
    """A tenancy, licence or lease of a home."""

    reference = plain(80, standard="Hackney: paymentReference")
    tenure_type = plain(80, required=True, standard="Hackney: tenureType.code", data_key="type")
    tenure_type_name = plain(standard="Hackney: tenureType.description", data_key="type_name")
    asset_id = refers("home", required=True, standard="Hackney: tenuredAsset.id")
    started_on = day(required=True, standard="Hackney: startOfTenureDate")
    ended_on = day(standard="Hackney: endOfTenureDate")
    end_reason = plain()
    potential_end_on = day(standard="Hackney: potentialEndDate")
    evicted_on = day(standard="Hackney: evictionDate")
    succeeded_on = day(standard="Hackney: successionDate")
    is_mutual_exchange = yes_no(standard="Hackney: isMutualExchange")
    is_sublet = yes_no(standard="Hackney: isSublet")
    informs_housing_benefit = yes_no(standard="Hackney: informHousingBenefitsForChanges")

    def faults(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong with days before the start."""
        found: dict[str, str] = {}
        for later in ("ended_on", "potential_end_on", "evicted_on", "succeeded_on"):
            found |= in_order(values, "started_on", later)
        return found

    def derived(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the name of the type where none was given."""
        code = str(values.get("tenure_type") or "")
        return {"tenure_type_name": values.get("tenure_type_name") or TENURES.get(code, code)}


class MemberSchema(RecordSchema):
    """A person on a tenancy."""

    person_id = refers("person", required=True, standard="Hackney: householdMembers.id")
    is_responsible = yes_no(standard="Hackney: householdMembers.isResponsible")
    role = choice(MEMBERS, required=True, standard="Hackney: householdMembers.personTenureType")
    from_on = day()
    until_on = day()

    def faults(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong with days out of order."""
        return in_order(values, "from_on", "until_on")


class NoticeSchema(RecordSchema):
    """A notice served on a tenancy."""

    kind = choice(NOTICES, required=True, standard="Hackney: notices.type", data_key="type")
    ground = plain(2_000)
    served_on = day(required=True, standard="Hackney: notices.servedDate")
    effective_on = day(standard="Hackney: notices.effectiveDate")
    expires_on = day(standard="Hackney: notices.expiryDate")
    ended_on = day(standard="Hackney: notices.endDate")
    note = plain(2_000)

    def faults(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong with days out of order."""
        return in_order(values, "served_on", "effective_on", "expires_on")


class AccountSchema(RecordSchema):
    """A rent account. What is charged and paid are rows of their own."""

    reference = plain(80, standard="Hackney: paymentReference")
    tenure_id = refers("tenancy", required=True)
    billing_frequency = choice(FREQUENCIES, standard="Hackney: charges.billingFrequency")
    ended_on = day()


class ChargeSchema(RecordSchema):
    """What is charged at regular intervals while it is in force."""

    kind = choice(CHARGES, required=True, data_key="type")
    amount = money(required=True, least=Decimal(0), standard="Hackney: charges.rent, serviceCharge, otherCharges")
    frequency = choice(FREQUENCIES)
    from_on = day(required=True)
    until_on = day()

    def faults(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong with days out of order."""
        return in_order(values, "from_on", "until_on")


class TransactionSchema(RecordSchema):
    """A charge (positive) or payment (negative)."""

    posted_on = day(required=True)
    kind = choice(TRANSACTIONS, required=True)
    amount = money(required=True)
    description = plain(500)
    source_reference = plain(80, allow_none=True)

    def derived(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return no source for an empty one: only what was given is unique."""
        return {"source_reference": values.get("source_reference") or None}


class AgreementSchema(RecordSchema):
    """A promise to pay arrears by instalments."""

    started_on = day(required=True)
    amount = money(required=True, least=Decimal("0.01"))
    frequency = choice(FREQUENCIES)
    agreed_by = plain()
    ended_on = day()
    outcome = choice(AGREEMENT_OUTCOMES, blank=True)
    note = plain(2_000)

    def faults(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong with days out of order."""
        return in_order(values, "started_on", "ended_on")
