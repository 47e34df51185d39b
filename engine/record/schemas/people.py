"""People, organisations, how to reach them, what must be known first, and who is what to whom."""

import re
from collections.abc import Mapping
from typing import Any

from engine.instants import today
from engine.record.codes import CONSENTS, CONTACT_TYPES, ORGANISATIONS, RELATIONS
from engine.record.schemas.base import (
    LONGEST_NOTE,
    RecordSchema,
    address_lines,
    choice,
    day,
    in_order,
    plain,
    refers,
    yes_no,
)

LONGEST_CONTACT = 500
_INSURANCE = re.compile(r"[A-Z]{2}\d{6}[A-D]?")


class PersonSchema(RecordSchema):
    """A tenant, household member, applicant or other person."""

    reference = plain(80, standard="HACT: Reference.ID")
    title = plain(40, standard="Hackney: title")
    first_name = plain(required=True, standard="Hackney: firstName")
    middle_name = plain(standard="Hackney: middleName")
    surname = plain(required=True, standard="Hackney: surname")
    preferred_name = plain(standard="Hackney: preferredFirstName")
    date_of_birth = day(standard="Hackney: dateOfBirth")
    date_of_death = day(standard="Hackney: dateOfDeath")
    gender = plain(80)
    national_insurance_number = plain(80)
    language = plain(80, standard="HACT: language")
    communication_needs = plain(LONGEST_NOTE, standard="HACT: communication needs")
    contact_hours = plain(500)
    no_letters = yes_no()
    is_sensitive = yes_no()
    ended_on = day()

    def faults(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong with days that contradict each other, or a number that is none."""
        found = in_order(values, "date_of_birth", "date_of_death")
        for name in ("date_of_birth", "date_of_death"):
            if values.get(name) is not None and values[name] > today():
                found[name] = "It cannot be in the future."
        number = str(values.get("national_insurance_number") or "").replace(" ", "").upper()
        if number and not _INSURANCE.fullmatch(number):
            found["national_insurance_number"] = "This must look like QQ 12 34 56 C."
        return found


class OrganisationSchema(RecordSchema):
    """The landlord itself, a contractor, a council or a partner agency."""

    reference = plain(80, standard="HACT: Reference.ID")
    kind = choice(ORGANISATIONS, required=True, standard="HACT: RoleCode")
    name = plain(required=True)
    address_lines = address_lines()
    postcode = plain(80)
    phone = plain(80)
    email = plain()
    website = plain()
    registered_number = plain(80)
    complaints_email = plain()
    ended_on = day()


class ContactDetailSchema(RecordSchema):
    """A telephone number, e-mail address or correspondence address."""

    contact_type = choice(CONTACT_TYPES, required=True, standard="Hackney: contactType", data_key="type")
    sub_type = plain(80, standard="Hackney: subType")
    value = plain(LONGEST_CONTACT, required=True, standard="Hackney: value")
    is_preferred = yes_no()
    is_safe = yes_no()
    note = plain(500)
    valid_until = day(standard="Hackney: recordValidUntil")

    def faults(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong with a value that is none of its type."""
        value = str(values.get("value") or "")
        match values.get("contact_type"):
            case "email" if "@" not in value or " " in value:
                return {"value": "Enter an e-mail address, like name@example.com"}
            case "phone" if sum(letter.isdigit() for letter in value) < 6:
                return {"value": "Enter a telephone number, like 01632 960 001"}
            case "address" if "," not in value:
                return {"value": "Enter the address with its postcode, on several lines or with commas"}
        return {}


class AlertSchema(RecordSchema):
    """A warning about a person or a place that staff must see first."""

    code = plain(80, required=True, standard="HACT: PersonAlertTypeCode, LocationAlertTypeCode")
    text = plain(2_000, required=True)
    source = plain(standard="Data Futurists: source_type")
    informed_on = day(standard="Data Futurists: informed_resident")
    from_on = day()
    review_on = day(standard="Data Futurists: review_date")
    ended_on = day()

    def faults(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong with days out of order."""
        return in_order(values, "from_on", "ended_on")


class ConsentSchema(RecordSchema):
    """That a person agreed to hear of something that they need not be told, until they say otherwise."""

    topic = choice(CONSENTS, required=True)
    given_on = day(required=True)
    how = plain(200)
    withdrawn_on = day()

    def faults(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong with days out of order."""
        return in_order(values, "given_on", "withdrawn_on")


class RelationSchema(RecordSchema):
    """What another person or an organisation is to a person."""

    other_id = refers("person")
    organisation_id = refers("organisation")
    role = choice(RELATIONS, required=True)
    may_act = yes_no()
    note = plain(2_000)
    from_on = day()
    until_on = day()

    def faults(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong: exactly one of a person and an organisation, not the same person, days in order."""
        found = in_order(values, "from_on", "until_on")
        if (values.get("other_id") is None) == (values.get("organisation_id") is None):
            found["other_id"] = "Name either a person or an organisation."
        if values.get("other_id") is not None and values.get("other_id") == values.get("person_id"):
            found["other_id"] = "Nobody is a relation of themselves."
        return found
