"""Whom a letter goes to that names nobody else: the person of the case, in the way that they prefer."""

from datetime import date
from typing import Any

import pytest

from engine import reading
from engine.permissions import PLATFORM
from models.people import ContactDetail, Person
from tests.factories import Factories


@pytest.fixture
def recipient(sqlite_factories: Factories) -> Any:
    """Give the recipient of a complaint of somebody who is kept like this."""

    def made(details: list[dict[str, Any]], **person: Any) -> dict[str, Any]:
        complainant = sqlite_factories.person()
        sqlite_factories.tenancy(complainant)
        with sqlite_factories.transaction() as session:
            for name, value in person.items():
                setattr(session.get_one(Person, complainant.id), name, value)
            session.add_all(ContactDetail(person_id=complainant.id, **detail) for detail in details)
        started = sqlite_factories.complaint(by=sqlite_factories.officer(), person=complainant)
        with sqlite_factories.transaction() as session:
            return reading.open_case(session, started.id, by=PLATFORM).merge_context()["recipient"]

    return made


def address(value: str, **more: Any) -> dict[str, Any]:
    return {"contact_type": "address", "value": value, **more}


def test_whoever_gave_no_address_is_written_to_at_home(recipient: Any) -> None:
    found = recipient([])

    assert found["address"]["lines"] and found["care_of"] is None
    assert found["needs_large_print"] is False and found["translation_line"] is None


def test_the_preferred_safe_address_in_force_comes_first(recipient: Any) -> None:
    found = recipient(
        [
            address("1 Old Lane, Exbridge, ZX1 1AA", valid_until=date(2020, 1, 1)),
            address("2 Unsafe Lane, Exbridge, ZX1 1AA", is_safe=False, is_preferred=True),
            address("3 Other Lane, Exbridge, ZX1 1AA"),
            address("c/o Ben Hale, 4 Right Lane, Exbridge, ZX1 1AA", is_preferred=True),
        ]
    )

    assert found["address"]["one_line"] == "4 Right Lane, Exbridge, ZX1 1AA"
    assert found["care_of"] == "Ben Hale"


def test_language_and_print_are_those_of_the_person(recipient: Any) -> None:
    found = recipient([], language="Polish", communication_needs="Large print")

    assert found["needs_large_print"] is True
    assert found["translation_line"].startswith("Jeśli")
    assert found["salutation"] == "Mrs Okafor"
