"""Lists of letters, e-mails and text messages: all of them, those of a case, of a person, of a home; and their file."""

from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.communications import finding, words
from engine.communications.finding import Wanted
from engine.communications.showing import Line
from engine.filing import places
from engine.permissions import may
from webapp import reads
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.portal import lists
from webapp.portal.case_pages import header, shared
from webapp.portal.record_addresses import PLURALS
from webapp.spreadsheets import moment_cell, spreadsheet

blueprint = Blueprint("correspondence", __name__)

COLUMNS = (
    "Number", "Written", "Channel", "Direction", "Person", "Address", "Subject", "Status", "Reason", "Template",
    "Version", "By", "Case", "Sent", "Settled", "Text",
)  # fmt: skip
FILTERS = ("q", "case", "channel", "status", "direction", "since", "until")


@blueprint.get("/communications")
@requires("see cases")
def page() -> str:
    """Show what was said to people and by them, the latest first; words, days, channel and status narrow the list."""
    return render_template("portal/communications/all.html", **_list(_narrowed()))


@blueprint.get("/communications.<any(csv,xlsx):ending>")
@requires("see cases")
def export(ending: str) -> ResponseReturnValue:
    """Send the whole list as CSV or XLSX; no cell of it can be taken for a formula."""
    found = finding.everything(session(), _narrowed(), by=actor())
    return spreadsheet("communications", COLUMNS, (_cells(line, text) for line, text in found))


@blueprint.get("/cases/<reference>/communications")
@requires("see cases")
def of_case(reference: str) -> str:
    """Show what was said on a case."""
    case = header(reference)
    wanted = _narrowed(case_id=case.id)
    return render_template(
        "portal/communications/of_case.html", **shared(case, "communications"), **_list(wanted, f"case={reference}")
    )


@blueprint.get("/people/<int:entity_id>/communications", defaults={"kind": "person"})
@blueprint.get("/homes/<int:entity_id>/communications", defaults={"kind": "home"})
@blueprint.get("/tenancies/<int:entity_id>/communications", defaults={"kind": "tenancy"})
@blueprint.get("/accounts/<int:entity_id>/communications", defaults={"kind": "account"})
@blueprint.get("/organisations/<int:entity_id>/communications", defaults={"kind": "organisation"})
@requires("see people")
def of_record(kind: str, entity_id: int) -> str:
    """Show what was said to a person or organisation, or about a home, tenancy or account."""
    name = places.title_of(session(), (kind, entity_id), by=actor())
    wanted = _narrowed(about=(kind, entity_id))
    back = f"/{PLURALS[kind]}/{entity_id}"
    return render_template(
        "portal/communications/of_record.html",
        name=name,
        kind=kind,
        back=back,
        new=f"{back}/communications/new" if kind == "person" and may(actor(), "write to people") else "",
        **_list(wanted, f"about={kind}:{entity_id}"),
    )


def _list(wanted: Wanted, scope: str = "") -> dict[str, Any]:
    found, lines = finding.find(session(), wanted, by=actor(), cursor=request.args.get("at", ""))
    query = request.query_string.decode()
    return {
        "wanted": wanted,
        "found": found,
        "messages": lines,
        "pieces": finding.pieces(session(), wanted, lines),
        "here": request.path,
        "channels": words.CHANNELS,
        "statuses": words.STATUSES,
        "is_filtered": any(request.args.get(name) for name in FILTERS),
        "address": lists.address,
        "export_url": url_for("portal.correspondence.export", ending="csv")
        + "?"
        + "&".join(filter(None, (query, scope))),
    }


def _narrowed(*, case_id: int | None = None, about: tuple[str, int] | None = None) -> Wanted:
    """Return what the address asks for; days that are none are not asked."""
    asked = request.args.get("about", "")
    if about is None and asked:
        about = places.read_link(asked)
    if about is not None:
        places.title_of(session(), about, by=actor())  # for those who may see them
    return Wanted(
        text=request.args.get("q", "").replace("\0", "")[:200],
        case_id=case_id,
        about=about,
        reference=request.args.get("case", "").replace("\0", "")[:40] if case_id is None else "",
        channel=lists.choice("channel", words.CHANNELS),
        status=lists.choice("status", words.STATUSES),
        direction=lists.choice("direction", ("in", "out")),
        batch_id=lists.number("batch"),
        since=_day("since"),
        until=_day("until"),
    )


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _cells(line: Line, text: str) -> tuple[Any, ...]:
    reads.message(line)
    return (
        line.id, moment_cell(line.created_at), line.channel_word, "from" if line.direction == "in" else "to",
        line.recipient, line.address, line.subject, line.status_word, line.reason, line.template,
        line.template_version, line.by, line.reference, moment_cell(line.sent_at), moment_cell(line.settled_at), text,
    )  # fmt: skip
