"""Bundles: documents of a case or record bound into one PDF, with contents and numbered pages."""

from typing import Any

from engine import bundles
from engine.errors import Invalid
from engine.filing.places import Place, read_link, title_of
from engine.permissions import require
from webapp.access import requires
from webapp.api.cases import header_of
from webapp.api.idempotency import idempotent
from webapp.api.resource import ID, Resource
from webapp.api.schemas.bundles import BundleSchema, NewBundle
from webapp.auth import actor
from webapp.database import session

resource = Resource("bundles", __name__, "Documents bound into one PDF for a court, the Ombudsman or a data subject.")


@resource.post("/bundles")
@requires("add document")
@idempotent
@resource.arguments(NewBundle)
@resource.response(202, BundleSchema)
def make(given: dict[str, Any]) -> Any:
    """Have a bundle made. Ask for it again until its status is ready; then `document` is the PDF."""
    bundle_id = bundles.ask(
        session(),
        _place(given["case"], given["about"]),
        purpose=given["purpose"],
        title=given["title"],
        document_ids=given["documents"],
        by=actor(),
    )
    return bundles.find(session(), bundle_id, by=actor())


@resource.get(f"/bundles/<{ID}:bundle_id>")
@requires("add document")
@resource.response(200, BundleSchema)
def one(bundle_id: int) -> Any:
    """Tell whoever asked for a bundle how far it is."""
    return bundles.find(session(), bundle_id, by=actor())


def _place(case: str, about: str) -> Place:
    if bool(case) == bool(about):
        raise Invalid("A bundle is of one case, or of one record.", errors={"case": "Name a case, or what it is about"})
    if case:
        return Place(header_of(case).id)
    require(actor(), "see people")
    link = read_link(about)
    title_of(session(), link, by=actor())
    return Place(links=(link,))
