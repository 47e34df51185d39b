"""The types that a field of the catalogue may have. Each is one kind of form component."""

from collections.abc import Mapping
from dataclasses import dataclass

ENTITIES: Mapping[str, str] = {
    "person": "Person",
    "home": "Home",
    "tenancy": "Tenancy",
    "account": "Account",
    "organisation": "Organisation",
}
"""What fields may belong to beside a category, and what a lookup may name."""

SENSITIVITIES: Mapping[str, str] = {
    "normal": "Normal",
    "personal": "Personal",
    "special_category": "Special category",
}

LIMITS: Mapping[str, str] = {
    "min": "Least",
    "max": "Most",
    "min_length": "Least characters",
    "max_length": "Most characters",
    "decimals": "Decimal places",
    "pattern": "Pattern",
    "pattern_message": "Sentence about the pattern",
    "entity": "Looks up a",
    "several": "Several files",
    "accept": "Kinds of file",
}
"""What values may be limited by, in the order of the CSV's columns."""


@dataclass(frozen=True, slots=True)
class FieldType:
    """A type: what it is called, its type among the fields of forms, its FEEL type, and what limits it knows."""

    key: str
    name: str
    form_type: str
    feel: str
    limits: tuple[str, ...] = ()
    has_options: bool = False
    may_be_searchable: bool = True

    @property
    def searched_by(self) -> str:
        """Return the column of the table of searchable values that holds it."""
        return {"number": "number", "date": "day", "date and time": "day"}.get(self.feel, "text")


_TEXT = ("min_length", "max_length", "pattern", "pattern_message")

TYPES: Mapping[str, FieldType] = {
    one.key: one
    for one in (
        FieldType("text", "Text", "text", "string", _TEXT),
        FieldType("long_text", "Long text", "long_text", "string", _TEXT, may_be_searchable=False),
        FieldType("number", "Number", "number", "number", ("min", "max", "decimals")),
        FieldType("money", "Money", "number", "number", ("min", "max")),
        FieldType("date", "Date", "date", "date", ("min", "max")),
        FieldType("date_time", "Date and time", "datetime", "date and time", ("min", "max")),
        FieldType("yes_no", "Yes or no", "yes_no", "boolean"),
        FieldType("choice", "Choice", "choice", "string", has_options=True),
        FieldType("multiple_choice", "Multiple choice", "multiple_choice", "list", has_options=True),
        FieldType("lookup", "Lookup", "lookup", "string", ("entity",)),
        FieldType("file", "File", "file", "list", ("several", "accept"), may_be_searchable=False),
        FieldType("group", "Repeating group", "list", "list", ("min", "max"), may_be_searchable=False),
    )
}
