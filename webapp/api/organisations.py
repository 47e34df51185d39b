"""Organisations: find, look at."""

from typing import Any

from sqlalchemy import select

from engine.case_documents import documents_of
from engine.paging import Order
from engine.record.changing import found_entity
from engine.record.reading import all_parts, parts
from engine.record_pages import cases_about
from engine.search import names_organisation
from models.people import Organisation
from webapp.access import requires
from webapp.api.columns import columns
from webapp.api.paging import page, read_entities
from webapp.api.resource import ID, QUERY, Resource
from webapp.api.schemas.record import OrganisationFilter, OrganisationPage, WholeOrganisationSchema
from webapp.auth import actor
from webapp.database import session

resource = Resource("organisations", __name__, "The landlord itself, contractors, councils and partner agencies.")


@resource.get("/organisations")
@requires("see people")
@resource.arguments(OrganisationFilter, location=QUERY)
@resource.response(200, OrganisationPage)
def find(given: dict[str, Any]) -> Any:
    """List organisations by name, reference or kind."""
    statement = select(Organisation)
    if given["q"].strip():
        statement = statement.where(names_organisation(session(), given["q"]))
    if given["kind"]:
        statement = statement.where(Organisation.kind == given["kind"])
    order = Order(Organisation.name, Organisation.id)
    found = read_entities(statement, order, given, kind="organisation")
    return page(found, [row.Organisation for row in found.rows])


@resource.get(f"/organisations/<{ID}:organisation_id>")
@requires("see people")
@resource.response(200, WholeOrganisationSchema)
def one(organisation_id: int) -> Any:
    """Show an organisation: how to reach it, its cases and documents."""
    entity = ("organisation", organisation_id)
    found = found_entity(session(), *entity, by=actor())
    return {
        **columns(found),
        "contact_details": parts(session(), "contact_detail", *entity),
        "cases": cases_about(session(), *entity, by=actor()),
        "documents": documents_of(session(), *entity, by=actor()),
        **all_parts(session(), *entity, by=actor()),
    }
