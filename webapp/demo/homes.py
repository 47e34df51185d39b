"""Makes homes with their families, tenancies and rent accounts: the same ones for the same number, in any amount."""

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from models.accounts import Charge, RentAccount, Transaction
from models.people import Alert, ContactDetail, Person
from models.places import Asset
from models.tenancies import Tenure, TenureMember
from webapp.demo import words

SEED = 20_240_401
CHUNK = 1_000
WEEKS = 13  # of charges and payments on each account
HOMES_A_STREET = 40

TABLES: tuple[Table, ...] = tuple(
    model.__table__  # type: ignore[misc]
    for model in (Person, ContactDetail, Asset, Alert, Tenure, TenureMember, RentAccount, Charge, Transaction)
)
Rows = dict[str, list[dict[str, Any]]]


def insert_homes(connection: Connection, count: int, *, today: date) -> Iterator[int]:
    """Insert `count` homes and all that belongs to them; yields how many there are so far."""
    maker = Maker(_last_ids(connection), today)
    for first in range(0, count, CHUNK):
        rows: Rows = defaultdict(list)
        for number in range(first, min(first + CHUNK, count)):
            maker.add_home(rows, number)
        for table in TABLES:
            if rows[table.name]:
                connection.execute(insert(table), rows[table.name])
        yield min(first + CHUNK, count)
    _move_sequences(connection)


class Maker:
    """Fills rows for one home after another; ids are counted here, so that everything goes in in bulk."""

    def __init__(self, last_ids: dict[str, int], today: date) -> None:
        self._ids = dict(last_ids)
        self._today = today
        self._street_id = 0

    def add_home(self, rows: Rows, number: int) -> None:
        """Add home `number` with its tenancy, unless it stands empty."""
        chance = random.Random(SEED + number)  # noqa: S311 (made-up people, no secret)
        if number % HOMES_A_STREET == 0:
            self._street_id = self._add_street(rows, number)
        home_id = self._add_asset(rows, chance, number)
        if chance.random() < 0.03:
            return  # empty: being let
        started = self._today - timedelta(days=chance.randrange(60, 365 * 22))
        tenure_id = self._add_tenure(rows, chance, home_id, number, started)
        self._add_family(rows, chance, tenure_id, number, started)
        self._add_account(rows, chance, tenure_id, number)

    def _next(self, table: str) -> int:
        self._ids[table] += 1
        return self._ids[table]

    def _add(self, rows: Rows, table: str, **columns: Any) -> int:
        row_id = self._next(table)
        rows[table].append({"id": row_id, **columns})
        return row_id

    def _add_street(self, rows: Rows, number: int) -> int:
        street = number // HOMES_A_STREET
        return self._add_place(rows, street_name(street), f"S{street + 1:05d}", "site", None, street, None, "")

    def _add_asset(self, rows: Rows, chance: random.Random, number: int) -> int:
        street, place = divmod(number, HOMES_A_STREET)
        name = street_name(street)
        is_flat = name.endswith("Court")
        first_line = f"Flat {place + 1}, {name}" if is_flat else f"{place + 1} {name}"
        bedrooms = chance.choices((1, 2, 3, 4, 5), (22, 34, 32, 10, 2))[0]
        home_id = self._add_place(
            rows, first_line, f"H{number + 1:06d}", "unit", self._street_id, street, bedrooms, f"9{number + 1:011d}"
        )
        if chance.random() < 0.06:
            code, sentence = chance.choice(words.LOCATION_ALERTS)
            self._add_alert(rows, None, home_id, code, sentence)
        return home_id

    def _add_place(
        self,
        rows: Rows,
        first_line: str,
        reference: str,
        asset_type: str,
        parent_id: int | None,
        street: int,
        bedrooms: int | None,
        uprn: str,
    ) -> int:
        postcode = postcode_of(street)
        return self._add(
            rows,
            "asset",
            reference=reference,
            asset_type=asset_type,
            parent_id=parent_id,
            uprn=uprn,
            address_lines=[first_line, words.TOWN],
            postcode=postcode,
            one_line=f"{first_line}, {words.TOWN}, {postcode}",
            patch=words.PATCHES[street % len(words.PATCHES)],
            bedrooms=bedrooms,
            characteristics={} if bedrooms is None else {"heating": "gas boiler" if street % 4 else "district heating"},
            revision=1,
        )

    def _add_tenure(self, rows: Rows, chance: random.Random, home_id: int, number: int, started: date) -> int:
        kinds, weights = words.TENURE_TYPES, [weight for _, _, weight in words.TENURE_TYPES]
        code, name, _ = chance.choices(kinds, weights)[0]
        return self._add(
            rows,
            "tenure",
            reference=f"T{number + 1:06d}",
            tenure_type=code,
            tenure_type_name=name,
            asset_id=home_id,
            started_on=started,
            ended_on=None,
            revision=1,
        )

    def _add_family(self, rows: Rows, chance: random.Random, tenure_id: int, number: int, started: date) -> None:
        surname = chance.choice(words.SURNAMES)
        adults, children = chance.choices(((1, 0), (1, 1), (2, 0), (2, 1), (2, 2), (2, 3)), (34, 14, 20, 12, 13, 7))[0]
        for place in range(adults + children):
            age = chance.randrange(24, 88) if place < adults else chance.randrange(1, 18)
            person_id = self._add_person(rows, chance, number, place, surname, age)
            role = "tenant" if place == 0 else "joint tenant" if place < adults and place == 1 else "household member"
            self._add(
                rows,
                "tenure_member",
                tenure_id=tenure_id,
                person_id=person_id,
                is_responsible=place < adults,
                role=role,
                from_on=started,
                until_on=None,
            )

    def _add_person(self, rows: Rows, chance: random.Random, number: int, place: int, surname: str, age: int) -> int:
        kind = chance.choice(("Mr", "Ms"))
        first_name = chance.choice(words.FIRST_NAMES[kind])
        is_adult = age >= 18
        person_id = self._add(
            rows,
            "person",
            reference=f"P{number + 1:06d}-{place + 1}",
            title=chance.choice(words.TITLES[kind]) if is_adult else "",
            first_name=first_name,
            middle_name="",
            surname=surname,
            preferred_name="",
            date_of_birth=self._today - timedelta(days=age * 365 + chance.randrange(365)),
            date_of_death=None,
            language=chance.choice(words.LANGUAGES) if chance.random() < 0.09 else "English",
            communication_needs=chance.choice(words.NEEDS) if chance.random() < 0.07 else "",
            revision=1,
        )
        if is_adult:
            self._add_contact_details(rows, chance, person_id, f"{first_name}.{surname}{number + 1}")
        return person_id

    def _add_contact_details(self, rows: Rows, chance: random.Random, person_id: int, mailbox: str) -> None:
        is_unsafe_at_home = chance.random() < 0.012
        mobile, landline = f"07700 900{chance.randrange(1000):03d}", f"01632 960{chance.randrange(1000):03d}"
        mail = f"{mailbox.lower().replace(chr(39), '')}@post.example"
        for kind, sub_type, value, likelihood in (
            ("phone", "mobile", mobile, 1.0),
            ("email", "home", mail, 0.8),
            ("phone", "home", landline, 0.3),
        ):
            if chance.random() < likelihood:
                self._add(
                    rows,
                    "contact_detail",
                    person_id=person_id,
                    contact_type=kind,
                    sub_type=sub_type,
                    value=value,
                    is_preferred=sub_type == "mobile",
                    is_safe=not (is_unsafe_at_home and sub_type == "home"),
                    valid_until=None,
                )
        if is_unsafe_at_home:
            self._add_alert(rows, person_id, None, *words.PERSON_ALERTS[1])
        elif chance.random() < 0.04:
            self._add_alert(rows, person_id, None, *chance.choice(words.PERSON_ALERTS))

    def _add_alert(self, rows: Rows, person_id: int | None, asset_id: int | None, code: str, sentence: str) -> None:
        review_on = self._today + timedelta(days=180)
        ids = {"person_id": person_id, "asset_id": asset_id}
        self._add(rows, "alert", **ids, code=code, text=sentence, review_on=review_on, ended_on=None)

    def _add_account(self, rows: Rows, chance: random.Random, tenure_id: int, number: int) -> None:
        rent = Decimal(chance.randrange(8_900, 16_500)) / 100
        service = Decimal(chance.choice((0, 0, 412, 865, 1240))) / 100
        account_id = self._add(
            rows,
            "rent_account",
            reference=f"A{number + 1:06d}",
            tenure_id=tenure_id,
            billing_frequency="weekly",
            revision=1,
        )
        since = self._today.replace(month=4, day=1)
        since = since if since <= self._today else since.replace(year=since.year - 1)
        self._add_charge(rows, account_id, "rent", rent, since)
        if service:
            self._add_charge(rows, account_id, "service", service, since)
        pays = chance.choices((1.0, 0.9, 0.6, 0.0), (70, 17, 10, 3))[0]  # the share of the weeks that are paid
        monday = self._today - timedelta(days=self._today.weekday())
        for week in range(WEEKS, 0, -1):
            due_on = monday - timedelta(weeks=week - 1)
            self._add_posting(rows, account_id, due_on, "rent", rent + service, "Rent and charges")
            if chance.random() < pays and due_on + timedelta(days=4) <= self._today:
                self._add_posting(rows, account_id, due_on + timedelta(days=4), "payment", -(rent + service), "Payment")

    def _add_charge(self, rows: Rows, account_id: int, kind: str, amount: Decimal, from_on: date) -> None:
        columns = {"kind": kind, "amount": amount, "frequency": "weekly", "from_on": from_on}
        self._add(rows, "charge", account_id=account_id, **columns)

    def _add_posting(
        self, rows: Rows, account_id: int, posted_on: date, kind: str, amount: Decimal, description: str
    ) -> None:
        columns = {"posted_on": posted_on, "kind": kind, "amount": amount, "description": description}
        self._add(rows, "rent_transaction", account_id=account_id, **columns)


def street_name(street: int) -> str:
    """Return the name of a street; each pair of words once, then with a number."""
    first, last = words.STREET_FIRST, words.STREET_LAST
    again, place = divmod(street, len(first) * len(last))
    turn, word = divmod(place, len(first))
    name = f"{first[word]} {last[(word + turn) % len(last)]}"
    return f"{name} {again + 1}" if again else name


def postcode_of(street: int) -> str:
    """Return a postcode in the area ZZ, which does not exist."""
    district, rest = divmod(street, 10 * 20 * 20)
    sector, rest = divmod(rest, 20 * 20)
    letters = "ABDEFGHJLNPQRSTUWXYZ"  # those that end a postcode
    return f"ZZ{99 - district} {sector}{letters[rest // 20]}{letters[rest % 20]}"


def _last_ids(connection: Connection) -> dict[str, int]:
    return {table.name: connection.scalar(select(func.max(table.c.id))) or 0 for table in TABLES}


def _move_sequences(connection: Connection) -> None:
    """Let PostgreSQL number further rows from where we stopped; SQLite looks for itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in TABLES:
        sequence = func.pg_get_serial_sequence(table.name, "id")
        connection.execute(select(func.setval(sequence, select(func.max(table.c.id) + 1).scalar_subquery(), False)))
