"""The replay of a case: its diagram, tasks, fields, deadlines and letters as they stood at any event."""

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import case_page
from engine.case_page import Header
from engine.definitions.category import Definition
from engine.definitions.deploying import load
from engine.errors import NotFound
from engine.fields.hiding import events_without
from engine.history.reading import events_of
from engine.history.replaying import replay
from engine.history.state import HistoryEvent, State
from engine.history.verifying import check_case
from webapp import reads
from webapp.access import requires
from webapp.audit import drawing
from webapp.audit.moments import Moment, sequence_at
from webapp.auth import actor
from webapp.database import session
from webapp.security_headers import allow_inline_styles

blueprint = Blueprint("replays", __name__)


@blueprint.get("/cases/<reference>")
@requires("replay case")
def page(reference: str) -> ResponseReturnValue:
    """Show a case as it stood after the event `?at=`, the last one unless asked; every moment has its address."""
    allow_inline_styles()  # bpmn-js writes some
    case, definition, events, state = read(reference)
    moment = Moment(case, definition, events, state)
    last = events[-1].sequence
    return render_template(
        "audit/replay.html",
        case=case,
        moment=moment,
        state=state,
        definition=definition,
        last=last,
        at=state.sequence,
        here=url_for("audit.replays.page", reference=case.reference),
        elements=drawing.first_times(events),
        findings=check_case(session(), case.id),
        is_same_diagram=state.content_hash in ("", definition.digest),
        tab="replay",
    )


@blueprint.get("/cases/<reference>/replay.json")
@requires("replay case")
def as_json(reference: str) -> ResponseReturnValue:
    """Send the same for programs: the state, and what the diagram shows."""
    case, definition, events, state = read(reference)
    moment = Moment(case, definition, events, state)
    facts: dict[str, Any] = {
        "case": case.reference,
        "last": events[-1].sequence,
        "event": {
            "sequence": state.sequence,
            "at": moment.line.at.isoformat(),
            "type": moment.line.type,
            "by": moment.line.by,
            "sentence": moment.line.sentence,
        },
        "state": state.to_json(),
        "diagram": moment.marks,
    }
    return facts


@blueprint.get("/cases/<reference>/diagram.bpmn")
@requires("replay case")
def diagram(reference: str) -> ResponseReturnValue:
    """Send the diagram that the case ran on at the moment `?at=`, whatever has been deployed since."""
    _, definition, _, _ = read(reference)
    return Response(definition.diagram_xml, content_type="application/xml; charset=utf-8")


def read(reference: str) -> tuple[Header, Definition, list[HistoryEvent], State]:
    """Return a case, the version that it ran on then, its events, and its state at the moment that is asked for.

    Raises:
        NotFound: no such case, none that the actor may see, or one whose whole history is gone.
    """
    case = case_page.header(session(), reference, by=actor())
    reads.case(case)
    events = events_of(session(), case.id)
    if not events:
        raise NotFound(
            f"The whole history of {case.reference} is missing.",
            remedy="Verify all history, and tell your data officer.",
        )
    sequence = sequence_at(events, request.args.get("at", ""))
    then = replay(events, sequence=sequence).version_id or case.version_id
    definition = load(session(), then, catalogue=case.catalogue)
    shown = events_without(events, definition.hidden_from(actor()))
    return case, definition, shown, replay(shown, sequence=sequence)
