"""What names one row: references, UPRN, postcode, telephone number, e-mail. Written as a key, and indexed as such.

A key is in capitals, without spaces, hyphens, slashes and brackets, a telephone number without +44: "zz99 3qt" and
"ZZ993QT" are one key, "+44 (0)7700 900184" and "07700900184" another.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Index, Text, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from models.accounts import RentAccount
from models.case import Case
from models.people import ContactDetail, Organisation, Person
from models.places import Asset
from models.record import ExternalReference
from models.tenancies import Tenure

REPLACED = ((" ", ""), ("-", ""), ("/", ""), ("(", ""), (")", ""), ("+440", "0"), ("+44", "0"))
LONGEST = 100  # characters of a key that count: more, and an index of PostgreSQL might refuse a row
AFTER_ALL = "\U0010ffff"  # sorts behind every letter that a key can have


class KeyOf(FunctionElement[str]):
    """A column as a key, compared letter by letter whatever the database's language."""

    name = "key_of"
    inherit_cache = True
    type = Text()


@compiles(KeyOf, "sqlite")
def _key_on_sqlite(element: KeyOf, compiler: Any, **options: Any) -> str:
    value = f"substr({compiler.process(element.clauses, **options)}, 1, {LONGEST})"
    for before, after in REPLACED:
        value = f"replace({value}, '{before}', '{after}')"
    return f"upper({value})"


@compiles(KeyOf)
def _key(element: KeyOf, compiler: Any, **options: Any) -> str:
    return f'({_key_on_sqlite(element, compiler, **options)}) COLLATE "C"'


def key_of(text: str) -> str:
    """Return a text as a key."""
    for before, after in REPLACED:
        text = text.replace(before, after)
    return text.upper()


@dataclass(frozen=True, slots=True)
class KeySource:
    """A column whose values name rows of a kind. `opens` says that one alone is meant: a reference, not a postcode."""

    kind: str
    column: Any
    names: Any  # the column with the number of the row that is named
    word: str = "Reference"
    opens: bool = True
    kind_column: Any = None  # where the row itself says of which kind it is


KEY_SOURCES = (
    KeySource("case", Case.reference, Case.id),
    KeySource("person", Person.reference, func.coalesce(Person.merged_into_id, Person.id)),
    KeySource("organisation", Organisation.reference, Organisation.id),
    KeySource("home", Asset.reference, Asset.id),
    KeySource("home", Asset.uprn, Asset.id, "UPRN"),
    KeySource("tenancy", Tenure.reference, Tenure.id),
    KeySource("account", RentAccount.reference, RentAccount.id),
    KeySource("", ExternalReference.value, ExternalReference.entity_id, kind_column=ExternalReference.entity_type),
    KeySource("home", Tenure.reference, Tenure.asset_id, "Tenancy", opens=False),
    KeySource("home", Asset.postcode, Asset.id, "Postcode", opens=False),
    KeySource("person", ContactDetail.value, ContactDetail.person_id, "Reached at", opens=False),
    KeySource("organisation", ContactDetail.value, ContactDetail.organisation_id, "Reached at", opens=False),
    KeySource("organisation", Organisation.phone, Organisation.id, "Reached at", opens=False),
    KeySource("organisation", Organisation.email, Organisation.id, "Reached at", opens=False),
)

for _column in dict.fromkeys(source.column for source in KEY_SOURCES):
    Index(f"key_{_column.class_.__tablename__}_{_column.key}", KeyOf(_column))
