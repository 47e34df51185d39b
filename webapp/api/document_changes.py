"""Documents: adding them, and new versions of them."""

from typing import Any

from flask import request

from engine import case_documents, filing
from engine.documents.receiving import Received
from engine.errors import Invalid
from engine.filing import kinds
from engine.filing.places import Place
from webapp import database, uploads
from webapp.api.idempotency import HEADER
from webapp.auth import actor
from webapp.database import session


def add(given: dict[str, Any], place: Place) -> Any:
    """File the uploaded file at a place, and return the document."""
    kinds.check(session(), given["kind"])
    received = _received(place, title=given["title"], kind=given["kind"])
    document_id = filing.file(session(), received, place, title=given["title"], kind=given["kind"], by=actor())
    return case_documents.file(session(), document_id, by=actor())[0]


def _received(place: Place, *, title: str = "", kind: str = "other") -> Received:
    upload = request.files.get("file")
    if upload is None:
        raise Invalid("There is no file.", errors={"file": "Send one as the part `file` of multipart/form-data"})
    if HEADER not in request.headers:  # what claims the key stays open until the work is done
        database.roll_back()
    try:
        return uploads.receive(upload, place, title=title, kind=kind)
    except Invalid as error:
        raise Invalid(error.message, errors={"file": error.message}, remedy=error.remedy) from error
