"""Makes what keeps homes safe: contractors, certificates with their expiry, repairs and hazards."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from webapp.demo import words
from webapp.demo.rows import Rows

if TYPE_CHECKING:
    from webapp.demo.homes import Home

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Partners:
    """The organisations that work with the landlord, by their numbers."""

    agency: int  # supports tenants
    contractors: list[int]


def add_partners(rows: Rows) -> Partners:
    """Add the organisations that work with the landlord."""
    agency, contractors = 0, []
    for place, (kind, name) in enumerate(words.ORGANISATIONS, start=2):
        mailbox = f"jobs@{name.split()[0].lower()}.example"
        columns = {"reference": f"O{place:06d}", "kind": kind, "name": name, "phone": f"01632 960{place:03d}"}
        organisation_id = rows.add("organisation", columns | {"email": mailbox, "revision": 1})
        if kind == "agency":
            agency = organisation_id
        if kind == "contractor":
            contractors.append(organisation_id)
    return Partners(agency, contractors)


def add(
    rows: Rows, chance: random.Random, home: "Home", tenant_id: int | None, contractors: list[int], today: date
) -> None:
    """Add the certificates, repairs and hazards of a home."""
    _add_certificates(rows, chance, home, today)
    for _ in range(chance.choices((0, 1, 2, 3, 5), (34, 30, 20, 11, 5))[0]):
        _add_repair(rows, chance, home.id, tenant_id, contractors, today)
    if chance.random() < 0.03:
        _add_hazard(rows, chance, home.id, tenant_id, today)


def _add_certificates(rows: Rows, chance: random.Random, home: "Home", today: date) -> None:
    """Add what the law wants of each home: gas each year, electricity in five years, energy in ten."""
    wanted = [("electrical", 5), ("energy", 10), ("smoke_alarm", 1)]
    if home.heating == "gas boiler":
        wanted.append(("gas_safety", 1))
    for kind, years in wanted:
        age = timedelta(days=chance.randrange(int(years * 365 * 1.01)))  # one in a hundred has run out
        result = chance.choice("CCCDDE") if kind == "energy" else "Satisfactory"
        columns = {"asset_id": home.id, "kind": kind, "number": f"{kind[:2].upper()}{home.number + 1:06d}"}
        days = {"issued_on": today - age, "expires_on": today - age + years * YEAR}
        rows.add("certificate", columns | days | {"result": result, "issued_by": words.ORGANISATIONS[1][1]})


def _add_repair(
    rows: Rows, chance: random.Random, home_id: int, tenant_id: int | None, contractors: list[int], today: date
) -> None:
    priority, days = chance.choices((("emergency", 1), ("urgent", 7), ("routine", 28)), (12, 28, 60))[0]
    reported = today - timedelta(days=int(500 * chance.random() ** 3))  # most of what one sees is recent
    taken = chance.randrange(0, int(days * 1.15) + 1)
    completed = reported + timedelta(days=taken)
    trade, location, description = chance.choice(words.REPAIRS)
    columns: dict[str, Any] = {"asset_id": home_id, "reported_on": reported, "reported_by_id": tenant_id}
    columns |= {"description": description, "location": location, "trade": trade, "priority": priority}
    columns |= {"contractor_id": chance.choice(contractors), "required_by_on": reported + timedelta(days=days)}
    columns |= {"reference": f"R{rows.next_id('repair'):06d}"}
    rows.add("repair", columns | {"completed_on": completed if completed <= today else None})


def _add_hazard(rows: Rows, chance: random.Random, home_id: int, tenant_id: int | None, today: date) -> None:
    reported = today - timedelta(days=chance.randrange(1, 120))
    looked_at, safe = reported + timedelta(days=chance.randrange(1, 10)), reported + timedelta(days=14)
    columns: dict[str, Any] = {"asset_id": home_id, "kind": "damp_and_mould", "severity": "significant"}
    columns |= {"location": "Bedroom", "description": "Mould on the outer wall and around the window."}
    columns |= {"reported_on": reported, "reported_by_id": tenant_id}
    days = {
        "investigated_on": looked_at if looked_at <= today else None,
        "made_safe_on": safe if safe <= today else None,
    }
    rows.add("hazard", columns | days)
