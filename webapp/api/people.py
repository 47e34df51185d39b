"""People: find, look at."""

from typing import Any

from sqlalchemy import select

from engine import record_pages
from engine.paging import Order
from engine.permissions import visible_entities
from engine.record.reading import all_parts
from engine.search import names_person
from models.people import Person
from webapp import reads
from webapp.access import requires
from webapp.api.columns import columns
from webapp.api.paging import page, read_entities
from webapp.api.resource import ID, QUERY, Resource
from webapp.api.schemas.record import PersonFilter, PersonPage, WholePersonSchema
from webapp.auth import actor
from webapp.database import session

resource = Resource("people", __name__, "Tenants, household members, applicants.")


@resource.get("/people")
@requires("see people")
@resource.arguments(PersonFilter, location=QUERY)
@resource.response(200, PersonPage)
def find(given: dict[str, Any]) -> Any:
    """Find people by name, reference, telephone number or e-mail address."""
    statement = select(Person).where(visible_entities(actor(), "person"))
    if given["q"].strip():
        statement = statement.where(names_person(session(), given["q"]))
    order = Order(Person.surname, Person.id)
    found = read_entities(statement, order, given, kind="person")
    return page(found, [row.Person for row in found.rows])


@resource.get(f"/people/<{ID}:person_id>")
@requires("see people")
@resource.response(200, WholePersonSchema)
def one(person_id: int) -> Any:
    """Show a person: alerts, how to reach them, where they live, their cases and documents."""
    found = record_pages.person_page(session(), person_id, by=actor())
    reads.person(found.person)
    return {
        **columns(found.person),
        "full_name": found.person.full_name,
        "contact_details": found.contacts,
        "alerts": found.alerts,
        "tenures": [
            columns(one.tenancy) | {"role": resident.member.role, "is_responsible": resident.member.is_responsible}
            for one in found.households
            if (resident := one.of(person_id)) is not None
        ],
        "cases": found.filed.cases,
        "documents": found.filed.documents,
        **all_parts(session(), "person", person_id, by=actor()),
    }
