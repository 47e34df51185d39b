"""What pages call the fields and values of the record, from the schema of each kind."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from marshmallow import fields

from engine.documents.formats import write_money
from engine.record.fields import OWN
from engine.record.kinds import KINDS
from engine.record.naming import Named
from engine.record.schemas.base import Pounds
from webapp import words

SCHEMAS = {key: kind.schema() for key, kind in KINDS.items()}

LABELS = {
    "address_lines": "Address",
    "agent_id": "Managed by",
    "allocated_by": "System",
    "asset_id": "Home",
    "asset_type": "What it is",
    "built_in": "Built in (year)",
    "contact_hours": "When to ring or call",
    "contact_type": "What it is",
    "contractor_id": "Contractor",
    "document_id": "Document",
    "email": "E-mail address",
    "evicted_on": "Evicted on",
    "from_on": "From",
    "informed_on": "Resident told on",
    "informs_housing_benefit": "Tell housing benefit of changes",
    "is_mutual_exchange": "By mutual exchange",
    "is_preferred": "They prefer this",
    "is_responsible": "Responsible for the tenancy",
    "is_safe": "Safe to use",
    "is_sensitive": "Sensitive",
    "is_sublet": "Sublet",
    "kind": "Kind",
    "may_act": "May act for them",
    "no_letters": "Send no letters",
    "merged_into_id": "Merged into number",
    "other_id": "Person",
    "owner_id": "Owned by",
    "parent_id": "Lies in",
    "person_id": "Person",
    "phone": "Telephone",
    "posted_on": "Date",
    "potential_end_on": "May end on",
    "reported_by_id": "Reported by",
    "required_by_on": "To be done by",
    "role": "Part in it",
    "sub_type": "Which",
    "tenure_id": "Tenancy",
    "tenure_type": "Type",
    "tenure_type_name": "Name of the type",
    "text": "Text",
    "until_on": "Until",
    "uprn": "UPRN",
    "valid_until": "Used until",
}
_OWN = {
    ("person", "is_sensitive"): "Write down each reading of this record",
    ("note", "is_sensitive"): "Sensitive: hide it from those who need not know",
    ("note", "text"): "What should colleagues know?",
    ("contact_detail", "value"): "Number or address",
    ("alert", "text"): "What colleagues must know first",
    ("reference", "value"): "Reference",
    ("relation", "role"): "What they are to the person",
    ("consent", "topic"): "What they agreed to hear of",
    ("consent", "given_on"): "Agreed on",
    ("consent", "how"): "How they said so",
    ("consent", "withdrawn_on"): "Withdrawn on",
    ("home", "ended_on"): "Sold, demolished or handed back on",
    ("person", "ended_on"): "Nothing to do with us since",
    ("repair", "ended_on"): "Cancelled on",
    ("hazard", "ended_on"): "Found to be none on",
    ("certificate", "ended_on"): "Withdrawn on",
    ("notice", "ended_on"): "Withdrawn on",
}


def label_of(kind: str, column: str) -> str:
    """Return what pages call a column of a kind: "Date of birth"."""
    column = column.removeprefix(OWN)
    plain = column.removesuffix("_id").replace("_", " ").capitalize()
    return _OWN.get((kind, column)) or LABELS.get(column, plain)


def in_words(kind: str, column: str, value: Any, names: Mapping[Named, str]) -> str:
    """Return a value, as the row has it or as history keeps it, as pages write it; nothing is an empty text."""
    if value is None or value == "" or value == [] or value == {}:
        return ""
    field = SCHEMAS[kind].fields.get(column)
    about = field.metadata if field is not None else {}
    if "words" in about:
        return str(about["words"].get(value, value))
    if "refers" in about:
        return names.get((about["refers"], value), f"Number {value}")
    match field:
        case fields.Boolean():
            return "yes" if value else "no"
        case Pounds():
            return _money(value)
        case fields.Date():
            return words.day(value if isinstance(value, date) else date.fromisoformat(str(value)))
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{str(name).replace('_', ' ')}: {part}" for name, part in value.items())
    return str(value)


def _money(value: Any) -> str:
    try:
        return write_money(Decimal(str(value)))
    except InvalidOperation:
        return str(value)
