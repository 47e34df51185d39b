"""A good row of each kind of the shared record, and a good request for each operation that writes one."""

import secrets
from typing import Any

from engine.record import changing
from engine.record.changing import Why
from engine.record.kinds import ENTITIES, Kind, parts_of
from models.tenancies import Tenure

DAY = "2026-01-05"


class Rows:
    """A row of each entity, to which parts are given."""

    def __init__(self, session: Any, actor: Any, tenure: Tenure) -> None:
        self._session, self._why = session, Why(actor, "A test")
        self.ids: dict[str, int] = {"tenancy": tenure.id}
        for key in ("person", "organisation", "home"):
            self.ids[key] = self.add(key)
        self.ids["account"] = self.add("account")

    def good(self, key: str) -> dict[str, Any]:
        """Return values that a row of a kind may have."""
        made: dict[str, dict[str, Any]] = {
            "person": {"first_name": "Grace", "surname": "Hopper"},
            "organisation": {"kind": "contractor", "name": "Roofs"},
            "home": {"type": "unit", "address_lines": ["1 Heron Walk"], "postcode": "ZZ99 3QT"},
            "tenancy": {"type": "SEC", "asset_id": self.ids.get("home"), "started_on": DAY},
            "account": {"tenure_id": self.ids["tenancy"], "billing_frequency": "weekly"},
            "contact_detail": {"type": "email", "value": "ada@resident.example"},
            "alert": {"code": "10", "text": "Two to visit"},
            "relation": {"organisation_id": self.ids.get("organisation"), "role": "advocate"},
            "consent": {"topic": "surveys", "given_on": DAY},
            "certificate": {"type": "gas_safety", "issued_on": DAY, "expires_on": "2027-01-04"},
            "repair": {"reported_on": DAY, "description": "A leak", "priority": "urgent"},
            "hazard": {"type": "damp_and_mould", "severity": "significant", "reported_on": DAY},
            "member": {"person_id": self.ids.get("person"), "role": "joint tenant"},
            "notice": {"type": "possession", "served_on": DAY},
            "charge": {"type": "rent", "amount": "112.40", "from_on": DAY},
            "agreement": {"started_on": DAY, "amount": "5.00"},
            "transaction": {"posted_on": DAY, "kind": "payment", "amount": "-20.00"},
            "note": {"text": "Rang, no answer"},
            "reference": {"allocated_by": "Old system", "value": secrets.token_hex(4)},
        }
        return made[key]

    def add(self, key: str, owner: tuple[str, int] | None = None) -> int:
        """Add a good row, and return its number."""
        row = changing.create(self._session, key, self.good(key), owner=owner, why=self._why)
        row_id: int = row.id
        return row_id

    def new_part(self, owner: Kind, kind: Kind) -> int:
        """Add a good part of an entity."""
        return self.add(kind.key, (owner.key, self.ids[owner.key]))


def requests(factories: Any, actor: Any, tenure: Tenure) -> dict[str, dict[str, Any]]:
    """Return a good request for each operation that writes the record: its gaps and body."""
    with factories.transaction() as session:
        rows, found = Rows(session, actor, tenure), {}
        for kind in ENTITIES:
            found |= _of_entity(rows, kind)
            for part in parts_of(kind.key):
                found |= _of_part(rows, kind, part)
    return found


def _of_entity(rows: Rows, kind: Kind) -> dict[str, dict[str, Any]]:
    one = {"row_id": rows.ids[kind.key]}
    again = rows.good(kind.key)
    return {
        f"record_create_{kind.key}": {"json": again},
        f"record_change_{kind.key}": {"gaps": one, "json": again, "headers": {"If-Match": "*"}},
        f"record_end_{kind.key}": {"gaps": {"row_id": rows.add(kind.key)}, "json": {"reason": "Over"}},
        f"record_changes_of_{kind.key}": {"gaps": one, "query": {"limit": 2}},
    }


def _of_part(rows: Rows, owner: Kind, kind: Kind) -> dict[str, dict[str, Any]]:
    one, name = {"row_id": rows.ids[owner.key]}, f"{owner.key}_{kind.key}"
    found: dict[str, dict[str, Any]] = {f"record_add_{name}": {"gaps": one, "json": rows.good(kind.key)}}
    if not kind.is_ledger:
        changed = one | {"part_id": rows.new_part(owner, kind)}
        ended = one | {"part_id": rows.new_part(owner, kind)}
        found[f"record_change_{name}"] = {"gaps": changed, "json": rows.good(kind.key)}
        found[f"record_end_{name}"] = {"gaps": ended, "json": {"reason": "Over"}}
    return found
