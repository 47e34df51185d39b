"""Homes and other places, their certificates, repairs and hazards."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import fields, validate

from engine.record.codes import ASSET_TYPES, CERTIFICATES, HAZARDS, PRIORITIES, SEVERITIES
from engine.record.schemas.base import (
    RecordSchema,
    address_lines,
    choice,
    day,
    degrees,
    in_order,
    plain,
    refers,
    whole,
)

MOST_CHARACTERISTICS = 100


class AssetSchema(RecordSchema):
    """A site, block, property or unit."""

    reference = plain(80, standard="HACT: Reference.ID; Hackney: assetId")
    asset_type = choice(ASSET_TYPES, required=True, standard="Hackney: assetType", data_key="type")
    parent_id = refers("home", standard="Hackney: parentAssetIds")
    uprn = plain(12, standard="Hackney: uprn")
    address_lines = address_lines()
    postcode = plain(80, standard="Hackney: postCode")
    latitude = degrees(90)
    longitude = degrees(180)
    area = plain(80, standard="Hackney: areaId")
    patch = plain(80, standard="Hackney: patchId")
    bedrooms = whole(0, 200, standard="Hackney: numberOfBedrooms")
    built_in = whole(1066, 2200, standard="Hackney: yearConstructed")
    characteristics = fields.Dict(
        keys=plain(80, required=True),
        values=fields.Raw(allow_none=True),
        validate=validate.Length(0, MOST_CHARACTERISTICS, error=f"There are at most {MOST_CHARACTERISTICS} of them."),
        error_messages={"invalid": "This must be an object of names and values.", "null": "Send an empty object."},
        metadata={"x-standard": "Hackney: assetCharacteristics"},
    )
    owner_id = refers("organisation", standard="Hackney: owner")
    agent_id = refers("organisation", standard="Hackney: agent")
    ended_on = day()

    def faults(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong with a place that has no address, or lies within itself."""
        found: dict[str, str] = {}
        if values.get("uprn") and not str(values["uprn"]).isdecimal():
            found["uprn"] = "A UPRN has digits only, twelve at most."
        if not values.get("address_lines"):
            found["address_lines"] = "Give at least one line."
        if values.get("parent_id") is not None and values.get("parent_id") == values.get("id"):
            found["parent_id"] = "Nothing lies within itself."
        for name, value in dict(values.get("characteristics") or {}).items():
            if not isinstance(value, str | int | Decimal | bool | None) or len(str(value)) > 500:
                found[f"characteristics.{name}"] = "This must be a short text, a number or yes or no."
        return found

    def derived(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the address on one line, for lists and search."""
        parts = [*(str(line) for line in values.get("address_lines") or ()), str(values.get("postcode") or "")]
        return {"one_line": ", ".join(part for part in parts if part)}


class CertificateSchema(RecordSchema):
    """A proof that a place was checked."""

    kind = choice(CERTIFICATES, required=True, data_key="type")
    number = plain(80)
    issued_on = day(required=True)
    expires_on = day()
    result = plain()
    issued_by = plain()
    document_id = refers("document")
    ended_on = day()

    def faults(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong with days out of order."""
        return in_order(values, "issued_on", "expires_on")


class RepairSchema(RecordSchema):
    """A repair or work order."""

    reference = plain(80, standard="HACT: WorkOrder.Reference.ID")
    reported_on = day(required=True, standard="HACT: DateReported")
    reported_by_id = refers("person")
    description = plain(5_000, required=True, standard="HACT: DescriptionOfWork")
    location = plain(standard="HACT: LocationOfRepair")
    trade = plain(80, standard="HACT: WorkElement.Trade")
    priority = choice(PRIORITIES, required=True, standard="HACT: Priority.PriorityCode")
    contractor_id = refers("organisation")
    required_by_on = day(standard="HACT: Priority.RequiredCompletionDateTime")
    appointment_on = day(standard="HACT: RefinedAppointmentWindow")
    completed_on = day()
    ended_on = day()

    def faults(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong with days before the report."""
        return {
            name: sentence
            for later in ("required_by_on", "appointment_on", "completed_on", "ended_on")
            for name, sentence in in_order(values, "reported_on", later).items()
        }


class HazardSchema(RecordSchema):
    """A hazard at a home, with the days that the law asks about."""

    kind = choice(HAZARDS, required=True, standard="MHCLG: hazard_type", data_key="type")
    severity = choice(SEVERITIES, required=True)
    location = plain()
    description = plain(5_000)
    reported_on = day(required=True, standard="MHCLG: hazard_report")
    reported_by_id = refers("person")
    investigated_on = day(standard="MHCLG: investigation")
    summary_sent_on = day()
    made_safe_on = day()
    completed_on = day()
    ended_on = day()

    def faults(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong with days before the report, or in the future."""
        found: dict[str, str] = {}
        for later in ("investigated_on", "summary_sent_on", "made_safe_on", "completed_on", "ended_on"):
            found |= in_order(values, "reported_on", later)
        return found
