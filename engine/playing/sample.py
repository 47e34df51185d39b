"""What surrounds a case that is played: a resident, a home, an officer, as a landlord's record would have them."""

from datetime import date
from typing import Any

from engine.instants import london, now, today

_LINES = ["12 Sample Street", "Sampleton"]
_ADDRESS = {"lines": _LINES, "postcode": "SA1 1AA", "one_line": "12 Sample Street, Sampleton, SA1 1AA"}
_OFFICER = {"name": "Sam Sample", "job_title": "Housing officer", "email": "sam@example.org", "phone": "", "team": ""}
_RECORD: dict[str, Any] = {
    "case": {
        "reference": "SAMPLE-000001", "category": "sample", "category_name": "Sample", "status": "open", "stage": "",
        "title": "Sample", "opened_on": date(2026, 12, 3), "owner": {"name": "Sam Sample", "email": "sam@example.org"},
    },
    "person": {
        "reference": "P-000001", "title": "Ms", "first_name": "Ann", "surname": "Sample", "full_name": "Ann Sample",
        "salutation": "Ms Sample", "date_of_birth": date(1980, 5, 17), "email": "ann@example.org",
        "phone": "020 7946 0000", "language": "English", "communication_needs": "", "address": _ADDRESS,
    },
    "home": {"reference": "H-000001", "uprn": "100000000001", "address": _ADDRESS, "bedrooms": 2, "patch": "North"},
    "tenancy": {
        "reference": "T-000001", "type": "SEC", "type_name": "Secure tenancy", "started_on": date(2015, 4, 6),
        "ended_on": None, "members": [{"name": "Ann Sample", "role": "tenant", "age": 46}],
    },
    "account": {"reference": "A-000001", "weekly_rent": 112, "weekly_charges": 0, "balance": 0},
    "officer": _OFFICER,
    "organisation": {
        "name": "Sample Homes", "address": _ADDRESS, "phone": "020 7946 0000", "email": "hello@example.org",
        "website": "https://example.org", "registered_number": "0000", "complaints_email": "complaints@example.org",
    },
    "recipient": {
        "name": "Ann Sample", "salutation": "Ms Sample", "care_of": None, "address": _ADDRESS,
        "email": "ann@example.org", "phone": "020 7946 0000", "language": "English", "translation_line": None,
        "communication_needs": "", "needs_large_print": False, "roles": [],
    },
    "clocks": {},
}  # fmt: skip


def surroundings(name: str) -> Any:
    """Return what a reserved name stands for in a case that is played."""
    if name == "today":
        return today()
    if name == "now":
        return london(now())
    return _RECORD["person"] if name == "subject" else _RECORD.get(name)
