"""The names that surround every case, and those that the catalogue of fields adds, as paths with their FEEL types."""

from collections.abc import Iterable, Mapping

from engine.fields.catalogue import Catalogue
from engine.forms import Field

# What surrounds every case (`engine.runtime.surroundings` gives the values), with the FEEL type of each entry.
SURROUNDINGS: Mapping[str, str] = {
    "case.reference": "string",
    "case.category": "string",
    "case.category_name": "string",
    "case.status": "string",
    "case.stage": "string",
    "case.title": "string",
    "case.opened_on": "date",
    "case.owner.name": "string",
    "case.owner.email": "string",
    "person.reference": "string",
    "person.title": "string",
    "person.first_name": "string",
    "person.surname": "string",
    "person.full_name": "string",
    "person.salutation": "string",
    "person.date_of_birth": "date",
    "person.email": "string",
    "person.phone": "string",
    "person.language": "string",
    "person.communication_needs": "Any",
    "person.address.lines": "list",
    "person.address.postcode": "string",
    "person.address.one_line": "string",
    "person.fields": "Any",
    "home.reference": "string",
    "home.uprn": "string",
    "home.address.lines": "list",
    "home.address.postcode": "string",
    "home.address.one_line": "string",
    "home.bedrooms": "number",
    "home.patch": "string",
    "home.fields": "Any",
    "tenancy.reference": "string",
    "tenancy.type": "string",
    "tenancy.type_name": "string",
    "tenancy.started_on": "date",
    "tenancy.ended_on": "date",
    "tenancy.members": "list",
    "tenancy.fields": "Any",
    "account.reference": "string",
    "account.weekly_rent": "number",
    "account.weekly_charges": "number",
    "account.balance": "number",
    "account.fields": "Any",
    "officer.name": "string",
    "officer.job_title": "string",
    "officer.email": "string",
    "officer.phone": "string",
    "officer.team": "string",
    "organisation.name": "string",
    "organisation.fields": "Any",
    "organisation.address.lines": "list",
    "organisation.address.postcode": "string",
    "organisation.address.one_line": "string",
    "organisation.phone": "string",
    "organisation.email": "string",
    "organisation.website": "string",
    "organisation.registered_number": "string",
    "organisation.complaints_email": "string",
    "recipient.name": "string",
    "recipient.salutation": "string",
    "recipient.care_of": "string",
    "recipient.address.lines": "list",
    "recipient.address.postcode": "string",
    "recipient.address.one_line": "string",
    "recipient.email": "string",
    "recipient.phone": "string",
    "recipient.language": "string",
    "recipient.translation_line": "string",
    "recipient.communication_needs": "string",
    "recipient.needs_large_print": "boolean",
    "recipient.roles": "list",
    "subject": "Any",
    "teams": "Any",
    "today": "date",
    "now": "date and time",
    "loop": "Any",
}

# What letters know beside: pictures, and what is in the entries of lists that surround every case.
IN_LETTERS: Mapping[str, str] = {
    "officer.signature": "picture",
    "photographs": "list",
    "photographs.picture": "picture",
    "photographs.title": "string",
    "photographs.kind": "string",
    "photographs.taken_on": "date",
    "photographs.added_on": "date",
    "tenancy.members.name": "string",
    "tenancy.members.role": "string",
    "tenancy.members.age": "number",
}

CLOCK: Mapping[str, str] = {
    "due_at": "date and time",
    "due_on": "date",
    "amber_at": "date and time",
    "rule": "string",
    "name": "string",
    "state": "string",
    "counted_from_on": "date",
    "not_before_on": "date",
    "is_overdue": "boolean",
    "met_at": "date and time",
    "extended_by": "number",
    "extension_reason": "string",
    "stopped_on": "date",
    "stop_reason": "string",
    "resumed_on": "date",
    "citation": "string",
    "citation_link": "string",
}

_KINDS = {
    "text": "string",
    "long_text": "string",
    "number": "number",
    "date": "date",
    "time": "time",
    "datetime": "date and time",
    "yes_no": "boolean",
    "multiple_choice": "list",
    "file": "list",
    "list": "list",
}


def of_catalogue(catalogue: Catalogue, *, within: str = "") -> dict[str, str]:
    """Return the names that a catalogue gives expressions, with their FEEL types; `within` is the entity's word."""
    start = f"{within}.fields." if within else ""
    return {f"{start}{path.replace('[]', '')}": kind_of(one) for path, one in catalogue.fields.items()}


def in_lists(fields: Iterable[Field], *, within: str = "") -> dict[str, str]:
    """Return the fields of the entries of lists with the kind that each has, as a loop in a letter meets them."""
    start, found = f"{within}.fields." if within else "", dict[str, str]()
    for field in fields:
        if "[]" in field.key:
            path, kind = start + field.key.replace("[]", ""), _KINDS.get(field.type, "Any")
            found[path] = kind if found.get(path, kind) == kind else "Any"
    return found


def kind_of(field: Field) -> str:
    """Return the FEEL type of a field's value; "Any" for a choice, whose values may be of any kind."""
    if "[]" in field.key:
        return "Any"  # written without an index, the values of all rows
    return _KINDS.get(field.type, "Any")
