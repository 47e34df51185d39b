"""The events of a case with their seals, each checked as the page is shown, and all of it as a file."""

from typing import Any

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from engine import configuration
from engine.history.verifying import check_case, verify
from engine.instants import now
from models.case import CaseEvent
from models.database import to_json
from webapp.access import requires
from webapp.audit.moments import Moment
from webapp.audit.replays import read
from webapp.auth import actor
from webapp.database import session

blueprint = Blueprint("seals", __name__)

HOW_TO_CHECK = (
    "digest is the SHA-256 of salt + ':' + payload, in UTF-8. mac is the HMAC-SHA-256, with the key that key_id names, "
    "of the mac before + '|' + the JSON list [case_id, sequence, at, type, actor_id, actor_name, digest] without "
    "spaces; at is in UTC with six digits of a second and +00:00. An event whose payload and salt are null was erased; "
    "a later event payload_erased approves it."
)


@blueprint.get("/cases/<reference>/events")
@requires("replay case")
def page(reference: str) -> str:
    """Show every event with its seal and whether it fits."""
    case, definition, events, state = read(reference)
    findings = check_case(session(), case.id)
    moment = Moment(case, definition, events, state)
    return render_template(
        "audit/events.html",
        case=case,
        moment=moment,
        events=events,
        lines={line.sequence: line for line in moment.lines},
        findings=findings,
        faults={finding.sequence: finding.sentence for finding in findings},
        tab="events",
    )


@blueprint.get("/cases/<reference>/history.json")
@requires("replay case")
def download(reference: str) -> ResponseReturnValue:
    """Send the history of a case as it is stored, with its seals, its verification, and how to check both."""
    case, _, _, _ = read(reference)
    report = verify(session(), case_id=case.id)
    rows = session().scalars(select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.sequence))
    facts = {
        "case": case.reference,
        "case_id": case.id,
        "exported_at": now().isoformat(),
        "exported_by": actor().name,
        "keys": sorted(configuration.current().keyring.keys),
        "how_to_check": HOW_TO_CHECK,
        "verification": report.to_json(),
        "events": [_event(row) for row in rows],
    }
    return Response(
        to_json(facts),
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{case.reference} history.json"'},
    )


def _event(row: CaseEvent) -> dict[str, Any]:
    names = ("sequence", "type", "actor_id", "actor_name", "payload", "salt", "digest", "key_id", "mac")
    at = row.at.isoformat(timespec="microseconds")
    return {"at": at, **{name: getattr(row, name) for name in names}}
