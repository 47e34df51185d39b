"""What can be changed about a person of the shared record: how to reach them."""

from datetime import timedelta

from sqlalchemy.orm import Session

from engine.errors import Invalid, NotFound
from engine.instants import today
from engine.permissions import Actor, require
from models.people import ContactDetail, Person

CONTACT_TYPES = {"phone": "Telephone", "email": "E-mail", "address": "Address to write to"}
LONGEST = 500


def add_contact(
    session: Session,
    person_id: int,
    *,
    contact_type: str,
    value: str,
    is_preferred: bool = False,
    is_safe: bool = True,
    by: Actor,
) -> None:
    """Add a way to reach a person. An address is one line, its parts parted by commas, the postcode last.

    Raises:
        NotFound: no such person.
        Invalid: no known type, or a value that is none of that type.
    """
    require(by, "change people")
    person = session.get(Person, person_id, with_for_update=True, populate_existing=True)
    if person is None:
        raise NotFound("There is no such person.")
    value = ", ".join(part.strip(" ,") for part in value.splitlines() if part.strip(" ,"))
    errors = _faults(contact_type, value)
    if errors:
        raise Invalid("This way to reach them cannot be kept.", errors=errors)
    session.add(
        ContactDetail(
            person_id=person_id,
            contact_type=contact_type,
            sub_type="correspondence" if contact_type == "address" else "",
            value=value,
            is_preferred=is_preferred,
            is_safe=is_safe,
        )
    )
    person.revision += 1
    session.flush()  # so that the page that follows in the same transaction reads it


def end_contact(session: Session, person_id: int, contact_id: int, *, by: Actor) -> None:
    """Stop using a way to reach a person; it stays in the record with the day on which it ended.

    Raises:
        NotFound: that person has no such way.
    """
    require(by, "change people")
    person = session.get(Person, person_id, with_for_update=True, populate_existing=True)
    detail = session.get(ContactDetail, contact_id)
    if person is None or detail is None or detail.person_id != person_id:
        raise NotFound("There is no such way to reach this person.", remedy="Look at their page again.")
    detail.valid_until = today() - timedelta(days=1)
    person.revision += 1
    session.flush()  # as above


def _faults(contact_type: str, value: str) -> dict[str, str]:
    if contact_type not in CONTACT_TYPES:
        return {"contact_type": "Choose what it is"}
    if not value:
        return {"value": "Enter the number or address"}
    if len(value) > LONGEST:
        return {"value": f"It must be {LONGEST} characters or fewer"}
    if contact_type == "email" and ("@" not in value or " " in value):
        return {"value": "Enter an e-mail address, like name@example.com"}
    if contact_type == "phone" and sum(letter.isdigit() for letter in value) < 6:
        return {"value": "Enter a telephone number, like 01632 960 001"}
    if contact_type == "address" and "," not in value:
        return {"value": "Enter the address with its postcode, on several lines or with commas"}
    return {}
