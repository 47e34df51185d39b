"""Search over the shared record, cases, documents and notes."""

from dataclasses import asdict
from typing import Any

from engine import search
from engine.search import Line, Wanted
from webapp.access import requires
from webapp.api.resource import QUERY, Resource
from webapp.api.schemas.base import PREFIX
from webapp.api.schemas.search import AnswerPage, SearchFilter
from webapp.auth import actor
from webapp.database import session

resource = Resource("search", __name__, "What a text names, of everything that you may see.")

# A note has no address of its own: it is read where it stands.
_PATHS = {
    "person": "/people/{0.id}",
    "home": "/assets/{0.id}",
    "organisation": "/organisations/{0.id}",
    "tenancy": "/tenures/{0.id}",
    "account": "/accounts/{0.id}",
    "case": "/cases/{0.reference}",
    "document": "/documents/{0.id}",
    "note": "/cases/{0.case_reference}",
}


@resource.get("/search")
@requires("see cases")
@resource.arguments(SearchFilter, location=QUERY)
@resource.response(200, AnswerPage)
def find(given: dict[str, Any]) -> Any:
    """Find what a text names: references first, then what begins so, what holds all words, what is spelt alike."""
    wanted = Wanted(given["kind"], given["status"], given["category"], given["patch"])
    hits, after = search.page(
        session(), given["q"], by=actor(), wanted=wanted, cursor=given["cursor"], size=given["limit"]
    )
    lines = search.lines(session(), hits, search.read(given["q"]), by=actor())
    return {"items": [_answer(line) for line in lines], "next": after or None, "previous": None}


def _answer(line: Line) -> dict[str, Any]:
    parts = [{"text": text, "is_asked_for": is_asked_for} for text, is_asked_for in line.snippet]
    return {**asdict(line), "title": line.text, "snippet": parts, "url": _url(line)}


def _url(line: Line) -> str:
    if line.kind == "record_note":
        kind, row_id = line.about
        return f"{PREFIX}{_PATHS[kind].format(Line(kind, row_id, []))}"
    return f"{PREFIX}{_PATHS[line.kind].format(line)}"
