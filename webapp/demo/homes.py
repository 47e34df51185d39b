"""Makes homes with their families, tenancies, rent and upkeep: the same ones for the same number, in any amount."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from webapp.demo import families, rents, upkeep, words
from webapp.demo.rows import Rows

SEED = 20_240_401
CHUNK = 500
HOMES_A_STREET = 40
HOMES_A_BLOCK = 10


@dataclass(frozen=True, slots=True)
class Home:
    """A home that was made, for whatever belongs to it."""

    id: int
    number: int
    is_flat: bool
    heating: str


def insert_homes(connection: Connection, count: int, *, today: date) -> Iterator[int]:
    """Insert `count` homes and all that belongs to them; yields how many there are so far."""
    rows = Rows(connection)
    maker = _Maker(rows, today, upkeep.add_partners(rows))
    for first in range(0, count, CHUNK):
        for number in range(first, min(first + CHUNK, count)):
            maker.add_home(number)
        rows.insert()
        yield min(first + CHUNK, count)
    rows.move_sequences()


class _Maker:
    """Makes one home after another; streets and blocks are made when their first home is."""

    def __init__(self, rows: Rows, today: date, partners: upkeep.Partners) -> None:
        self._rows = rows
        self._today = today
        self._partners = partners
        self._street_id = self._block_id = 0

    def add_home(self, number: int) -> None:
        """Add home `number` with those who live there now and did before, unless it stands empty."""
        chance = random.Random(SEED + number)  # noqa: S311 (made-up people, no secret)
        street, place = divmod(number, HOMES_A_STREET)
        if place == 0:
            self._street_id = self._add_place(street_name(street), f"S{street + 1:05d}", "site", street)
        home = self._add_unit(chance, number, street, place)
        is_empty = chance.random() < 0.03
        started = self._today - timedelta(days=chance.randrange(60, 365 * 22))
        if chance.random() < 0.25:
            self._add_former(chance, home, started)
        tenant_id = None
        if not is_empty:
            tenure_id = families.add_tenure(self._rows, chance, home.id, f"T{number + 1:06d}", started)
            tenant_id = families.add_family(
                self._rows, chance, tenure_id, number, started, self._today, agency_id=self._partners.agency
            )
            rents.add_account(self._rows, chance, tenure_id, number, self._today)
        upkeep.add(self._rows, chance, home, tenant_id, self._partners.contractors, self._today)

    def _add_unit(self, chance: random.Random, number: int, street: int, place: int) -> Home:
        name = street_name(street)
        is_flat = name.endswith("Court")
        parent_id = self._street_id
        if is_flat:
            if place % HOMES_A_BLOCK == 0:
                block = place // HOMES_A_BLOCK
                reference, letter = f"B{street + 1:05d}-{block + 1}", chr(ord("A") + block)
                self._block_id = self._add_place(f"Block {letter}, {name}", reference, "block", street)
            parent_id = self._block_id
        heating = "gas boiler" if street % 4 else "district heating"
        home_id = self._add_place(
            f"Flat {place + 1}, {name}" if is_flat else f"{place + 1} {name}",
            f"H{number + 1:06d}",
            "unit",
            street,
            parent_id=parent_id,
            uprn=f"9{number + 1:011d}",
            bedrooms=chance.choices((1, 2, 3, 4, 5), (22, 34, 32, 10, 2))[0],
            heating=heating,
        )
        if chance.random() < 0.06:
            code, sentence = chance.choice(words.LOCATION_ALERTS)
            families.add_alert(self._rows, None, home_id, code, sentence)
        return Home(home_id, number, is_flat, heating)

    def _add_former(self, chance: random.Random, home: Home, until: date) -> None:
        """Add a tenancy that ended some weeks before the present one began."""
        ended = until - timedelta(days=chance.randrange(14, 70))
        started = ended - timedelta(days=chance.randrange(200, 3_650))
        reference = f"T{home.number + 1:06d}-0"
        tenure_id = families.add_tenure(
            self._rows, chance, home.id, reference, started, ended, chance.choice(words.END_REASONS)
        )
        families.add_former_tenant(self._rows, chance, tenure_id, home.number, started, ended)

    def _add_place(
        self,
        first_line: str,
        reference: str,
        asset_type: str,
        street: int,
        *,
        parent_id: int | None = None,
        uprn: str = "",
        bedrooms: int | None = None,
        heating: str = "",
    ) -> int:
        postcode = postcode_of(street)
        return self._rows.add(
            "asset",
            {
                "reference": reference,
                "asset_type": asset_type,
                "parent_id": parent_id,
                "uprn": uprn,
                "address_lines": [first_line, words.TOWN],
                "postcode": postcode,
                "one_line": f"{first_line}, {words.TOWN}, {postcode}",
                "area": words.TOWN,
                "patch": words.PATCHES[street % len(words.PATCHES)],
                "bedrooms": bedrooms,
                "built_in": 1948 + street * 7 % 70,
                "characteristics": {"heating": heating} if heating else {},
                "revision": 1,
            },
        )


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
