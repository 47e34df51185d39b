"""Search over the shared record, cases, documents and notes: the box in the header of each page.

Of one kind, it is narrowed by a searchable field of the catalogue, with words or without.
"""

from dataclasses import dataclass, field

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import case_list, field_search, search
from engine.errors import Invalid, NotFound
from engine.fields import CATEGORY, ENTITIES, FieldDef
from engine.fields.searching import WAYS
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


@dataclass(slots=True)
class ByField:
    """The fields that may be asked of what is looked for, what is asked of one, and what is wrong with that."""

    fields: list[FieldDef] = field(default_factory=list)
    key: str = ""
    way: str = "is"
    value: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def query(self) -> dict[str, str]:
        """Return the question as an address says it."""
        return {"field": self.key, "way": self.way, "value": self.value} if self.key else {}


@blueprint.get("/search")
@requires("see cases")
def page() -> ResponseReturnValue:
    """Show what the words in the box name; a reference that names one thing leads to it at once."""
    text, wanted = _text(), _wanted()
    by_field = _by_field(wanted)
    if by_field.key:
        return _narrowed(text, wanted, by_field)
    if wanted.kind:
        return _page(text, wanted, *_of_kind(text, wanted), by_field)
    found = search.find(session(), text, by=actor(), wanted=wanted, size=OF_EACH_KIND)
    if found.opens and wanted == search.ANYTHING:
        line = search.lines(session(), [found.opens], found.question, by=actor())[0]
        return redirect(address(line), 303)
    hits = [hit for group in found.groups for hit in group.hits]
    return _page(text, wanted, hits, {group.kind for group in found.groups if group.next}, "", by_field)


@blueprint.get("/search/suggestions")
@requires("see cases")
def suggestions() -> ResponseReturnValue:
    """Show, while somebody types, what their words name so far."""
    text = _text()
    found = search.find(session(), text, by=actor(), size=WHILE_TYPING)
    hits = [hit for group in found.groups for hit in group.hits]
    lines = search.lines(session(), hits, found.question, by=actor())
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
        case "account":
            return url_for("places.account", account_id=row_id)
        case "organisation":
            return url_for("people.organisation", organisation_id=row_id)
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


def _narrowed(text: str, wanted: Wanted, asked: ByField) -> ResponseReturnValue:
    """Show what has the value that is asked for; what is wrong with the question stands beside it."""
    hits: list[Hit] = []
    after = ""
    try:
        question = field_search.sought(
            session(), _owner(wanted), asked.key, way=asked.way, text=asked.value, by=actor()
        )
        cursor = request.args.get("after", "")
        hits, after = field_search.page(session(), question, by=actor(), text=text, wanted=wanted, cursor=cursor)
    except Invalid as error:
        asked.errors = error.errors or {"value": error.message}
    except NotFound as error:
        asked.errors = {"field": error.message}
    answer = _page(text, wanted, hits, set(), after, asked)
    return answer, 422 if asked.errors else 200


def _by_field(wanted: Wanted) -> ByField:
    owner = _owner(wanted)
    given = [request.args.get(name, "")[:300].replace("\0", "").strip() for name in ("field", "way", "value")]
    key, way, value = given if owner else ("", "", "")
    return ByField(field_search.searchable(session(), owner, by=actor()) if owner else [], key, way or "is", value)


def _owner(wanted: Wanted) -> str:
    """Return whose fields may be asked: those of a kind of the record, or of a category of cases; "" of none."""
    if wanted.kind == "case" and wanted.category:
        return f"{CATEGORY}{wanted.category}"
    return wanted.kind if wanted.kind in ENTITIES else ""


def _page(text: str, wanted: Wanted, hits: list[Hit], has_more: set[str], after: str, by_field: ByField) -> str:
    lines = search.lines(session(), hits, search.read(text), by=actor())
    by_kind = {kind: [line for line in lines if line.kind == kind] for kind in search.KINDS}
    return render_template(
        "portal/search.html",
        search_text=text,
        wanted=wanted,
        kinds=search.KINDS,
        found={kind: some for kind, some in by_kind.items() if some},
        has_more=has_more,
        by_field=by_field,
        ways=list(WAYS.items()),
        next=_here(wanted, text, **by_field.query, after=after) if after else "",
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
