"""Files what came in: on a case and under records, as was proposed or as somebody says; and takes it out again."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engine.cases import Started, Subject
from engine.errors import Invalid
from engine.filing import places
from engine.filing.places import Link, Place
from engine.inbound import filing
from engine.inbound.filing import Filed, Wish
from engine.permissions import ENTITIES
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.jobs import after_commit
from webapp.portal import lists
from webapp.portal.inbound import VERB, item_page

blueprint = Blueprint("inbound_filing", __name__)

OTHER = "other"  # a case that was not proposed
MOST_FILES = 100


@blueprint.post("/incoming/<int:item_id>/filing")
@requires(VERB)
def file(item_id: int) -> ResponseReturnValue:
    """File an item on the case and under the records that are chosen."""
    try:
        filed = filing.file(session(), item_id, _wish(), revision=_revision(), by=actor())
    except Invalid as error:
        database.roll_back()
        return item_page(item_id, dict(error.errors) or {"": str(error)}), 422
    after_commit(filed.job_keys)
    flash(_said(item_id, filed), "success")
    return redirect(url_for("portal.inbound.page"), 303)


@blueprint.post("/incoming/<int:item_id>/unfiling")
@requires(VERB)
def take_out(item_id: int) -> ResponseReturnValue:
    """Take back that an item was filed."""
    reason = request.form.get("unfile_reason", "")
    try:
        filing.take_out(session(), item_id, reason=reason, revision=_revision(), by=actor())
    except Invalid as error:
        database.roll_back()
        return item_page(item_id, {"unfile_reason": error.errors.get("reason", str(error))}), 422
    flash("It is taken out, and waits with you to be filed where it belongs.", "success")
    return redirect(url_for("portal.inbound.one", item_id=item_id), 303)


def file_started(item_id: int, started: Started, subjects: list[Subject]) -> None:
    """File an item on the case that was just started from it, and under those whom that is about."""
    links = tuple((one.entity_type, one.entity_id) for one in subjects if one.entity_type in ENTITIES)
    filed = filing.file(session(), item_id, Wish(Place(started.id, links)), by=actor())
    after_commit(filed.job_keys)


def _wish() -> Wish:
    sent = request.form
    case_id, links = _case(), _links()
    return Wish(
        Place(case_id, links),
        kind=sent.get("kind", ""),
        title=sent.get("title", "").strip(),
        words=sent.get("tags", ""),
        files=[number for text in sent.getlist("file")[:MOST_FILES] if (number := lists.as_number(text)) is not None],
    )


def _case() -> int | None:
    """Return the case that is chosen: one that was proposed, or another by its reference. Raises Invalid."""
    chosen = request.form.get("case", "")
    if chosen.startswith("case:"):
        return lists.as_number(chosen.removeprefix("case:"))
    reference = request.form.get("case_reference", "").strip()
    if chosen == OTHER or (reference and not chosen):
        if not reference:
            raise Invalid(errors={"case_reference": "Enter the reference of the case"})
        return _named(reference, "case_reference").case_id or _no_case(reference)
    return None


def _links() -> tuple[Link, ...]:
    """Return the records that are ticked, and one more by its reference. Raises Invalid."""
    chosen = [places.read_link(text) for text in request.form.getlist("link")]
    reference = request.form.get("link_reference", "").strip()
    if reference:
        chosen += _named(reference, "link_reference").links or [_no_record(reference)]
    return tuple(chosen)


def _named(reference: str, field: str) -> Place:
    try:
        return places.named(session(), reference.upper(), by=actor())
    except Invalid as error:
        raise Invalid(error.message, errors={field: error.errors["to"]}) from error


def _no_case(reference: str) -> int:
    raise Invalid(errors={"case_reference": f"“{reference[:40]}” is no case; enter it under “Another record”"})


def _no_record(reference: str) -> Link:
    raise Invalid(errors={"link_reference": f"“{reference[:40]}” is a case; choose it above"})


def _said(item_id: int, filed: Filed) -> Any:
    where = Markup("on the record")
    if filed.reference:
        href = url_for("portal.case_pages.page", reference=filed.reference)
        where = Markup('on <a href="{}">{}</a>').format(href, filed.reference)
    moved = " The case has gone on by it." if filed.has_moved else ""
    back = Markup(' <a href="{}">Look at it, or take it out again</a>').format(
        url_for("portal.inbound.one", item_id=item_id)
    )
    return Markup("It is filed ") + where + Markup(".") + moved + back


def _revision() -> int | None:
    return lists.as_number(request.form.get("revision", ""))
