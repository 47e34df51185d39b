"""Makes tenancies and the people on them: tenants, partners, children, those who speak for somebody, and notes."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from webapp.demo import words
from webapp.demo.rows import Rows

ADULTS_AND_CHILDREN = (((1, 0), (1, 1), (2, 0), (2, 1), (2, 2), (2, 3)), (34, 14, 20, 12, 13, 7))


def add_tenure(
    rows: Rows,
    chance: random.Random,
    home_id: int,
    reference: str,
    started: date,
    ended: date | None = None,
    end_reason: str = "",
) -> int:
    """Add a tenancy of a home, and return its number."""
    code, name, _ = chance.choices(words.TENURE_TYPES, [weight for _, _, weight in words.TENURE_TYPES])[0]
    return rows.add(
        "tenure",
        {
            "reference": reference,
            "tenure_type": code,
            "tenure_type_name": name,
            "asset_id": home_id,
            "started_on": started,
            "ended_on": ended,
            "end_reason": end_reason,
            "revision": 1,
        },
    )


def add_family(
    rows: Rows, chance: random.Random, tenure_id: int, number: int, started: date, today: date, *, agency_id: int
) -> int:
    """Add those who live in a home, and return the tenant's number."""
    surname = chance.choice(words.SURNAMES)
    adults, children = chance.choices(*ADULTS_AND_CHILDREN)[0]
    people = []
    for place in range(adults + children):
        age = chance.randrange(24, 88) if place < adults else chance.randrange(1, 18)
        born = today - timedelta(days=age * 365 + chance.randrange(365))
        people.append(_add_person(rows, chance, f"P{number + 1:06d}-{place + 1}", surname, born, number, age >= 18))
        role = "tenant" if place == 0 else "joint tenant" if place == 1 and adults == 2 else "household member"
        from_on = max(started, born)  # who was born there lives there since then
        _add_member(rows, tenure_id, people[-1], role, from_on, None, is_responsible=place < adults)
    if adults == 2:
        _add_relation(rows, people[0], "partner", other_id=people[1])
    elif chance.random() < 0.05:
        _add_relation(rows, people[0], "support_worker", organisation_id=agency_id, may_act=True)
    if chance.random() < 0.15:
        _add_note(rows, chance, people[0], today)
    return people[0]


def add_former_tenant(
    rows: Rows, chance: random.Random, tenure_id: int, number: int, started: date, ended: date
) -> None:
    """Add who had a tenancy that ended, and has moved away or died."""
    surname, age = chance.choice(words.SURNAMES), chance.randrange(25, 90)
    born = started - timedelta(days=age * 365 + chance.randrange(365))
    has_died = age > 70 and chance.random() < 0.5
    person_id = _add_person(
        rows,
        chance,
        f"P{number + 1:06d}-0",
        surname,
        born,
        number,
        False,
        died=ended if has_died else None,
        ended=ended,
    )
    _add_member(rows, tenure_id, person_id, "tenant", started, ended, is_responsible=True)


def add_alert(rows: Rows, person_id: int | None, asset_id: int | None, code: str, sentence: str) -> None:
    """Add a warning about a person or a place."""
    rows.add("alert", {"person_id": person_id, "asset_id": asset_id, "code": code, "text": sentence})


def _add_person(
    rows: Rows,
    chance: random.Random,
    reference: str,
    surname: str,
    born: date,
    number: int,
    is_reachable: bool,
    *,
    died: date | None = None,
    ended: date | None = None,
) -> int:
    kind = chance.choice(("Mr", "Ms"))
    first_name = chance.choice(words.FIRST_NAMES[kind])
    is_child = reference[-1] > "1" and not is_reachable
    person_id = rows.add(
        "person",
        {
            "reference": reference,
            "title": "" if is_child else chance.choice(words.TITLES[kind]),
            "first_name": first_name,
            "middle_name": "",
            "surname": surname,
            "preferred_name": "",
            "date_of_birth": born,
            "date_of_death": died,
            "gender": {"Mr": "male", "Ms": "female"}[kind],
            "language": chance.choice(words.LANGUAGES) if chance.random() < 0.09 else "English",
            "communication_needs": chance.choice(words.NEEDS) if chance.random() < 0.07 else "",
            "ended_on": ended,
            "revision": 1,
        },
    )
    if is_reachable:
        _add_contact_details(rows, chance, person_id, f"{first_name}.{surname}{number + 1}")
    return person_id


def _add_contact_details(rows: Rows, chance: random.Random, person_id: int, mailbox: str) -> None:
    is_unsafe_at_home = chance.random() < 0.012
    mobile, landline = f"07700 900{chance.randrange(1000):03d}", f"01632 960{chance.randrange(1000):03d}"
    mail = f"{mailbox.lower().replace(chr(39), '')}@post.example"
    for kind, sub_type, value, likelihood in (
        ("phone", "mobile", mobile, 1.0),
        ("email", "home", mail, 0.8),
        ("phone", "home", landline, 0.3),
    ):
        if chance.random() < likelihood:
            columns: dict[str, Any] = {"person_id": person_id, "contact_type": kind, "sub_type": sub_type}
            columns |= {"value": value, "is_preferred": sub_type == "mobile"}
            rows.add("contact_detail", columns | {"is_safe": not (is_unsafe_at_home and sub_type == "home")})
    if is_unsafe_at_home:
        add_alert(rows, person_id, None, *words.PERSON_ALERTS[1])
    elif chance.random() < 0.04:
        add_alert(rows, person_id, None, *chance.choice(words.PERSON_ALERTS))


def _add_member(
    rows: Rows, tenure_id: int, person_id: int, role: str, from_on: date, until_on: date | None, *, is_responsible: bool
) -> None:
    columns = {"tenure_id": tenure_id, "person_id": person_id, "is_responsible": is_responsible, "role": role}
    rows.add("tenure_member", columns | {"from_on": from_on, "until_on": until_on})


def _add_relation(
    rows: Rows,
    person_id: int,
    role: str,
    *,
    other_id: int | None = None,
    organisation_id: int | None = None,
    may_act: bool = False,
) -> None:
    columns = {"person_id": person_id, "other_id": other_id, "organisation_id": organisation_id}
    rows.add("person_relation", columns | {"role": role, "may_act": may_act})


def _add_note(rows: Rows, chance: random.Random, person_id: int, today: date) -> None:
    day = today - timedelta(days=chance.randrange(3, 400))
    written = datetime(day.year, day.month, day.day, chance.randrange(9, 17), chance.randrange(60), tzinfo=UTC)
    columns = {"entity_type": "person", "entity_id": person_id, "text": chance.choice(words.NOTES)}
    rows.add("record_note", columns | {"written_by_name": chance.choice(words.WRITERS), "written_at": written})
