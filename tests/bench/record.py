"""A landlord's whole record at any scale, for search: people, homes, tenancies, cases, letters with their text.

At scale 1: 200,000 people, 60,000 homes, 100,000 cases, 500,000 documents and 100,000 notes.
"""

import random
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import accumulate, islice
from typing import Any

from sqlalchemy import Engine, Table, insert, text

from engine.instants import now
from models.accounts import RentAccount
from models.base import table
from models.case import Case, Note
from models.category import Category, CategoryVersion
from models.document import Document, DocumentVersion
from models.people import ContactDetail, Person
from models.places import Asset
from models.search import postgresql
from models.search.indexes import TEXT
from models.staff import User
from models.tenancies import Tenure, TenureMember
from webapp.demo import words

PEOPLE, HOMES, CASES, DOCUMENTS, NOTES = 200_000, 60_000, 100_000, 500_000, 100_000
BATCH = 5_000
SURNAMES, STREETS = 25_000, 2_500

Row = dict[str, Any]
_SYLLABLES = (
    "ba be bo bra cha cor da del dun e fa fen ga gre ha hol i ja ka kil la lan lo ma mar mc mo na nor o pa pen qui ra "
    "ros sa sha ston ta ten tor u va ver wa wel win ya zi field ham ley man ner rick son ton wood worth"
).split()
_PROSE = (
    "repair boiler leak damp mould kitchen bathroom window door lift stairs garden fence noise neighbour visit "
    "appointment surveyor contractor rent arrears payment agreement notice tenancy transfer exchange adaptation ramp "
    "complaint answer decision review evidence photograph report letter gas electricity certificate alarm roof gutter "
    "we have looked at what you told us and this is our answer you can ask for it again within twenty working days "
    "please ring if anything is not clear the officer will call on before after because of your home street"
).split()


class Names:
    """Names and streets in the proportions of life: a few very common ones, many that are rare."""

    def __init__(self, chosen: random.Random) -> None:
        self._chosen = chosen
        rare = ("".join(chosen.choices(_SYLLABLES, k=chosen.randint(2, 4))).capitalize() for _ in range(SURNAMES))
        self.surnames = ["Smith", "Jones", "Patel", *words.SURNAMES, *rare]
        self._weights = list(accumulate(1 / (place + 8) for place in range(len(self.surnames))))
        self.first_names = [name for names in words.FIRST_NAMES.values() for name in names]
        kinds = ("Street", "Road", "Avenue", "Close", "Lane", "Walk", "Court", "Gardens")
        self.streets = sorted({f"{chosen.choice(self.surnames)} {chosen.choice(kinds)}" for _ in range(STREETS)})

    def surname(self) -> str:
        return self._chosen.choices(self.surnames, cum_weights=self._weights)[0]

    def first_name(self) -> str:
        return self._chosen.choice(self.first_names)


def furnish(engine: Engine, scale: float, *, seed: int = 1) -> Names:
    """Fill an empty database; the same rows for the same scale and seed."""
    chosen = random.Random(seed)
    names = Names(chosen)
    people, homes, cases, documents, notes = (
        max(50, int(number * scale)) for number in (PEOPLE, HOMES, CASES, DOCUMENTS, NOTES)
    )
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA cache_size = -400000")  # what one transaction writes is much
        if engine.dialect.name == "postgresql":  # made again below, at once instead of row by row
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text(f"DROP INDEX {TEXT.name}"))
        _insert(connection, User, [_officer()])
        _insert(connection, Category, [{"id": 1, "key": "complaint", "name": "Complaint", "reference_prefix": "CMP"}])
        _insert(connection, CategoryVersion, [_version()])
        _insert(connection, Person, (_person(n, names) for n in range(1, people + 1)))
        _insert(connection, ContactDetail, (_contact(n) for n in range(1, people + 1)))
        _insert(connection, Asset, (_home(n, names, chosen) for n in range(1, homes + 1)))
        _insert(connection, Tenure, (_tenure(n) for n in range(1, homes + 1)))
        _insert(connection, TenureMember, (_member(n, homes) for n in range(1, people + 1)))
        _insert(
            connection, RentAccount, ({"id": n, "reference": f"A{n:07d}", "tenure_id": n} for n in range(1, homes + 1))
        )
        _insert(connection, Case, (_case(n, names, chosen) for n in range(1, cases + 1)))
        _insert(connection, Document, (_document(n, cases, chosen) for n in range(1, documents + 1)))
        _insert(connection, DocumentVersion, (_text(n, names, chosen) for n in range(1, documents + 1)))
        _insert(connection, Note, (_note(n, cases, chosen) for n in range(1, notes + 1)))
        if engine.dialect.name == "postgresql":
            postgresql.create(connection)
        connection.execute(text("ANALYZE"))
    return names


def _insert(connection: Any, model: Any, rows: Iterable[Row]) -> None:
    into: Table = table(model)
    for batch in _batches(iter(rows)):
        connection.execute(insert(into).returning(into.c.id), batch)  # so that a statement brings many rows


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _officer() -> Row:
    user = {"id": 1, "email": "ann@bench.example", "name": "Ann", "password_hash": "!"}
    return user | {"roles": ["officer"], "created_at": now()}


def _version() -> Row:
    return {"id": 1, "category_id": 1, "number": 1, "content_hash": "0" * 64, "deployed_at": now()}


def _person(number: int, names: Names) -> Row:
    return {"id": number, "reference": f"P{number:07d}", "first_name": names.first_name(), "surname": names.surname()}


def _contact(number: int) -> Row:
    value = (
        f"07700 {900_000 + number % 1000:06d}{number // 1000:03d}" if number % 2 else f"resident.{number}@mail.example"
    )
    return {"person_id": number, "contact_type": "phone" if number % 2 else "email", "value": value}


def _home(number: int, names: Names, chosen: random.Random) -> Row:
    street = names.streets[number % len(names.streets)]
    house = number // len(names.streets) + 1
    flat = f"Flat {chosen.randint(1, 20)}, " if number % 3 == 0 else ""
    postcode = f"ZZ{number % 90 + 1} {number // 90 % 10}{chr(65 + number % 23)}{chr(65 + number % 19)}"
    return {
        "id": number, "reference": f"H{number:07d}", "asset_type": "unit", "uprn": f"9{number:011d}",
        "address_lines": [street], "postcode": postcode, "one_line": f"{flat}{house} {street}, Brightwater, {postcode}",
        "patch": f"Patch {number % 40}",
    }  # fmt: skip


def _tenure(number: int) -> Row:
    kind = {"tenure_type": "SEC", "tenure_type_name": "Secure tenancy", "started_on": date(2019, 4, 1)}
    return kind | {"id": number, "reference": f"T{number:07d}", "asset_id": number}


def _member(number: int, homes: int) -> Row:
    return {
        "tenure_id": (number - 1) % homes + 1,
        "person_id": number,
        "is_responsible": number <= homes,
        "role": "tenant",
    }


def _case(number: int, names: Names, chosen: random.Random) -> Row:
    about = f"{names.first_name()} {names.surname()}"
    return {
        "id": number, "reference": f"CMP-{number:06d}", "category_id": 1, "version_id": 1, "step_id": "x",
        "title": f"Complaint: {about}, {chosen.choice(_PROSE)}", "status": "open" if number % 10 == 0 else "closed",
        "restricted": number % 200 == 0, "opened_at": now(),
    }  # fmt: skip


def _document(number: int, cases: int, chosen: random.Random) -> Row:
    title = f"Letter about {chosen.choice(_PROSE)} {chosen.choice(_PROSE)}"
    at = {"kind": "letter", "source": "merged", "created_at": now()}
    return at | {"id": number, "case_id": (number - 1) % cases + 1, "title": title}


def _text(number: int, names: Names, chosen: random.Random) -> Row:
    said = " ".join(chosen.choices(_PROSE, k=90))
    about = f"Dear {names.first_name()} {names.surname()}, {chosen.choice(names.surnames)} wrote to us. {said}."
    file = {
        "number": 1,
        "sha256": "0" * 64,
        "size": len(about),
        "content_type": "text/plain",
        "file_name": "letter.txt",
    }
    return file | {"document_id": number, "text": about, "created_at": now()}


def _note(number: int, cases: int, chosen: random.Random) -> Row:
    said = " ".join(chosen.choices(_PROSE, k=20))
    return {"case_id": (number - 1) % cases + 1, "text": said, "written_by_id": 1, "written_at": now()}
