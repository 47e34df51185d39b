"""What came in by e-mail and post: the list of those who file it, and the page of one item."""

from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy import select

from engine.filing import kinds as filing_kinds
from engine.inbound import handling, proposing, queue, sources
from engine.inbound.queue import Opened, Wanted
from engine.permissions import may
from models.staff import Team
from webapp import reads
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.portal import lists

blueprint = Blueprint("inbound", __name__)

VERB = "file incoming"
SIZE = 50
MOST_PAGES = 30  # of a scan, shown in the page; whoever reads on saves the file
FILTERS = ("channel", "team", "q")
# What the history of an item says of each action.
ACTIONS = {
    "came": "Came in",
    "claimed": "Taken",
    "taken_over": "Taken over",
    "released": "Given back",
    "forwarded": "Forwarded",
    "set_aside": "Set aside",
    "taken_back": "Taken back",
    "destroyed": "Destroyed",
    "filed": "Filed",
    "taken_out": "Taken out",
    "bounced": "Looked at",
}


@blueprint.get("/incoming")
@requires(VERB)
def page() -> str:
    """Show one view of what came in (`view`), narrowed by way, team and words."""
    wanted = _wanted()
    found = queue.find(session(), wanted, by=actor(), cursor=request.args.get("at", ""), size=SIZE)
    return render_template(
        "portal/inbound/list.html",
        wanted=wanted,
        found=found,
        counts=queue.counts(session(), by=actor()),
        views=queue.VIEWS,
        kinds=queue.KINDS,
        channels=queue.CHANNELS,
        teams=teams(),
        failing=sources.failing(session()),
        is_filtered=any(request.args.get(name, "").strip() for name in FILTERS),
        address=lists.address,
    )


@blueprint.get("/incoming/<int:item_id>")
@requires(VERB)
def one(item_id: int) -> str:
    """Show what came in, with what may be done with it."""
    return item_page(item_id, {})


def item_page(item_id: int, errors: dict[str, str]) -> str:
    """Return the page of an item, with what is wrong with what was sent."""
    opened = queue.one(session(), item_id, by=actor())
    reads.item(opened.row)
    return render_template("portal/inbound/item.html", **_shown(opened), errors=errors, sent=request.form)


def teams() -> list[tuple[int, str]]:
    """Return the teams to which something can be forwarded."""
    return [(row.id, row.name) for row in session().execute(select(Team.id, Team.name).order_by(Team.name))]


def _shown(opened: Opened) -> dict[str, Any]:
    row = opened.row
    kept = [part for part in opened.parts if part.sha256]
    return {
        "item": row,
        "message": next((part for part in kept if part.kind == "message"), None),
        "files": [part for part in opened.parts if part.kind != "message"],
        "files_filed": [part for part in opened.parts if part.document_id is not None],
        "events": opened.events,
        "actions": ACTIONS,
        "states": queue.STATES,
        "kinds": queue.KINDS,
        "teams": teams(),
        "is_mine": row.claimed_by_id == actor().user_id,
        "is_anothers": row.claimed_by_id not in (None, actor().user_id),
        "can_be_taken_back": row.state == "set_aside" and handling.has_files(session(), row.id),
        "most_pages": MOST_PAGES,
        **_for_filing(opened),
    }


def _for_filing(opened: Opened) -> dict[str, Any]:
    """Return what the form needs by which an item is filed: where it could belong, and why."""
    if opened.row.state != "new" or opened.row.claimed_by_id not in (None, actor().user_id):
        return {"proposal": None}
    find = request.args.get("find", "").strip()[:200]
    return {
        "proposal": proposing.propose(session(), opened.row, opened.parts, find=find, by=actor()),
        "find": find,
        "document_kinds": filing_kinds.offered(session()),
        "may_start": may(actor(), "start case"),
    }


def _wanted() -> Wanted:
    asked = request.args
    return Wanted(
        view=lists.choice("view", queue.VIEWS, "new") or "new",
        channel=lists.choice("channel", queue.CHANNELS),
        team_id=lists.number("team"),
        text=asked.get("q", "").strip()[:200],
    )
