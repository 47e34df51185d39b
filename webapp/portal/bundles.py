"""Bundles: which documents, in which order, for what purpose; how far one is; the document that it became."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import bundles
from engine.bundles import Candidate
from engine.bundles.purposes import PURPOSES, Purpose
from engine.errors import Invalid
from engine.filing import places
from engine.filing.places import Place
from engine.permissions import require
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.portal import lists
from webapp.portal.case_pages import header
from webapp.portal.record_addresses import PLURALS, address_of

blueprint = Blueprint("bundles", __name__)

Errors = dict[str, str]


@dataclass(frozen=True, slots=True)
class Of:
    """What a bundle is made of: a case, or a person, home, tenancy, account or organisation."""

    place: Place
    name: str
    back: str  # to its documents
    here: str  # where bundles of it are made


@blueprint.get("/cases/<reference>/bundle")
@requires("add document")
def of_case(reference: str) -> str:
    """Show the documents of a case, with those ticked that the purpose begins with."""
    return _page(_case(reference), {})


@blueprint.post("/cases/<reference>/bundles")
@requires("add document")
def make_of_case(reference: str) -> ResponseReturnValue:
    """Have a bundle made of what is ticked, or show it in another order."""
    return _make(_case(reference))


@blueprint.get("/people/<int:entity_id>/bundle", defaults={"kind": "person"})
@blueprint.get("/homes/<int:entity_id>/bundle", defaults={"kind": "home"})
@blueprint.get("/tenancies/<int:entity_id>/bundle", defaults={"kind": "tenancy"})
@blueprint.get("/accounts/<int:entity_id>/bundle", defaults={"kind": "account"})
@blueprint.get("/organisations/<int:entity_id>/bundle", defaults={"kind": "organisation"})
@requires("add document")
def of_record(kind: str, entity_id: int) -> str:
    """Show the documents of a record, with those ticked that the purpose begins with."""
    return _page(_record(kind, entity_id), {})


@blueprint.post("/people/<int:entity_id>/bundles", defaults={"kind": "person"})
@blueprint.post("/homes/<int:entity_id>/bundles", defaults={"kind": "home"})
@blueprint.post("/tenancies/<int:entity_id>/bundles", defaults={"kind": "tenancy"})
@blueprint.post("/accounts/<int:entity_id>/bundles", defaults={"kind": "account"})
@blueprint.post("/organisations/<int:entity_id>/bundles", defaults={"kind": "organisation"})
@requires("add document")
def make_of_record(kind: str, entity_id: int) -> ResponseReturnValue:
    """Have a bundle made of what is ticked, or show it in another order."""
    return _make(_record(kind, entity_id))


@blueprint.get("/bundles/<int:bundle_id>")
@requires("add document")
def progress(bundle_id: int) -> str:
    """Show how far a bundle is, to whoever asked for it."""
    found = bundles.find(session(), bundle_id, by=actor())
    return render_template("portal/bundles/progress.html", found=found, purpose=PURPOSES[found.purpose])


def _case(reference: str) -> Of:
    case = header(reference)
    back = url_for("portal.document_lists.of_case", reference=reference)
    return Of(Place(case.id), f"{case.title} ({case.reference})", back, f"/cases/{reference}/bundle")


def _record(kind: str, entity_id: int) -> Of:
    require(actor(), "see people")
    link = (kind, entity_id)
    name = places.title_of(session(), link, by=actor())
    return Of(Place(links=(link,)), name, address_of(link), f"/{PLURALS[kind]}/{entity_id}/bundle")


def _make(of: Of) -> ResponseReturnValue:
    sent = request.form
    if "move" in sent:
        return _page(of, {})
    try:
        bundle_id = bundles.ask(
            session(),
            of.place,
            purpose=sent.get("purpose", ""),
            title=sent.get("title", ""),
            document_ids=_ticked(),
            by=actor(),
        )
    except Invalid as error:
        database.roll_back()
        return _page(of, error.errors or {"": str(error)}), 422
    return redirect(url_for("portal.bundles.progress", bundle_id=bundle_id), 303)


def _page(of: Of, errors: Errors) -> str:
    purpose = _purpose()
    found = bundles.candidates(session(), of.place, purpose, by=actor())
    return render_template(
        "portal/bundles/make.html",
        of=of,
        purposes=PURPOSES.values(),
        purpose=purpose,
        candidates=_ordered(found),
        ticked=_shown_ticked(found),
        title=request.form.get("title", f"{purpose.name}: {of.name}"[:200]),
        errors=errors,
    )


def _purpose() -> Purpose:
    asked = request.form.get("purpose") or request.args.get("purpose", "")
    return PURPOSES.get(asked) or next(iter(PURPOSES.values()))


def _ticked() -> list[int]:
    """Return what is ticked, in the order that the page had."""
    sent = request.form if request.method == "POST" else request.args
    return [int(text) for text in sent.getlist("document") if lists.as_number(text) is not None]


def _shown_ticked(found: list[Candidate]) -> set[int]:
    if request.method == "POST" or request.args.getlist("document"):
        return set(_ticked())
    return {one.file.id for one in found if one.is_ticked}


def _ordered(found: list[Candidate]) -> list[Candidate]:
    """Return the documents in the order that was sent, with the one moved that is to be moved; new ones last."""
    order = [int(text) for text in request.form.getlist("order") if lists.as_number(text) is not None]
    way, _, text = request.form.get("move", "").partition(":")
    number = lists.as_number(text)
    if number in order and way in ("up", "down"):
        at = order.index(number)
        to = max(0, at - 1) if way == "up" else at + 1
        order.insert(to, order.pop(at))
    place: dict[Any, int] = {document_id: at for at, document_id in enumerate(order)}
    return sorted(found, key=lambda one: place.get(one.file.id, len(order)))
