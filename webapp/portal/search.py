"""Search over the shared record, cases, documents and notes: the box in the header of each page."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import case_list, search
from engine.search import Hit, Line, Wanted
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session

blueprint = Blueprint("search", __name__)

OF_EACH_KIND, ON_A_PAGE, WHILE_TYPING = 6, 50, 4
STATUSES = {"open": "Open", "closed": "Closed"}
ICONS = {
    "person": "person", "home": "homes", "organisation": "people", "case": "cases", "tenancy": "homes",
    "account": "reports", "document": "file", "note": "note", "record_note": "note",
}  # fmt: skip


@blueprint.get("/search")
@requires("see cases")
def page() -> ResponseReturnValue:
    """Show what the words in the box name; a reference that names one thing leads to it at once."""
    text, wanted = _text(), _wanted()
    if wanted.kind:
        return _page(text, wanted, *_of_kind(text, wanted))
    found = search.find(session(), text, by=actor(), wanted=wanted, size=OF_EACH_KIND)
    if found.opens and wanted == search.ANYTHING:
        line = search.lines(session(), [found.opens], found.question)[0]
        return redirect(address(line), 303)
    hits = [hit for group in found.groups for hit in group.hits]
    return _page(text, wanted, hits, {group.kind for group in found.groups if group.next}, "")


@blueprint.get("/search/suggestions")
@requires("see cases")
def suggestions() -> ResponseReturnValue:
    """Show, while somebody types, what their words name so far."""
    text = _text()
    found = search.find(session(), text, by=actor(), size=WHILE_TYPING)
    hits = [hit for group in found.groups for hit in group.hits]
    lines = search.lines(session(), hits, found.question)
    return render_template("portal/_suggestions.html", text=text, lines=lines, icons=ICONS, address=address)


def address(line: Line) -> str:
    """Return the page of an answer."""
    kind, row_id = line.about if line.kind == "record_note" else (line.kind, line.id)
    match kind:
        case "person":
            return url_for("people.page", person_id=row_id)
        case "home":
            return url_for("places.home", home_id=row_id)
        case "tenancy":
            return url_for("places.tenancy", tenancy_id=row_id)
        case "account" | "organisation":
            return url_for("portal.document_lists.of_record", kind=kind, entity_id=row_id)
        case "document":
            return url_for("portal.documents.page", document_id=row_id)
        case "note":
            return url_for("portal.case_pages.timeline", reference=line.case_reference)
    return url_for("portal.case_pages.page", reference=line.reference)


def _of_kind(text: str, wanted: Wanted) -> tuple[list[Hit], set[str], str]:
    hits, after = search.page(
        session(), text, by=actor(), wanted=wanted, cursor=request.args.get("after", ""), size=ON_A_PAGE
    )
    return hits, set(), after


def _page(text: str, wanted: Wanted, hits: list[Hit], has_more: set[str], after: str) -> str:
    lines = search.lines(session(), hits, search.read(text))
    by_kind = {kind: [line for line in lines if line.kind == kind] for kind in search.KINDS}
    return render_template(
        "portal/search.html",
        search_text=text,
        wanted=wanted,
        kinds=search.KINDS,
        found={kind: some for kind, some in by_kind.items() if some},
        has_more=has_more,
        next=_here(wanted, text, after=after) if after else "",
        only=lambda kind: _here(wanted, text, kind=kind),
        statuses=STATUSES,
        categories=case_list.categories(session()),
        patches=search.patches(session()),
        icons=ICONS,
        address=address,
    )


def _text() -> str:
    return request.args.get("q", "").replace("\0", " ").strip()[:200]


def _wanted() -> Wanted:
    given = {
        name: request.args.get(name, "")[:80].replace("\0", "") for name in ("kind", "status", "category", "patch")
    }
    for name, allowed in (("kind", search.KINDS), ("status", STATUSES)):
        given[name] = given[name] if given[name] in allowed else ""
    return Wanted(given["kind"], given["status"], given["category"], given["patch"])


def _here(wanted: Wanted, text: str, **changed: str) -> str:
    names = ("kind", "status", "category", "patch")
    given = {name: getattr(wanted, name) for name in names if getattr(wanted, name)}
    return url_for("portal.search.page", **{"q": text} | given | changed)
