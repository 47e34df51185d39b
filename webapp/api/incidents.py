"""Incidents: what failed, trying it again, and skipping it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from engine import incidents
from engine.choices import offers
from engine.errors import NotFound
from engine.paging import Order, read_page
from engine.permissions import visible_cases
from models.case import Case
from models.work import Incident
from webapp.access import requires
from webapp.api.idempotency import idempotent
from webapp.api.paging import page
from webapp.api.resource import ID, QUERY, Resource
from webapp.api.schemas.work import IncidentFilter, IncidentPage, IncidentSchema, NewChoice, NewSkip
from webapp.auth import actor
from webapp.database import session
from webapp.jobs import after_commit

resource = Resource("incidents", __name__, "Steps that failed; their cases wait until somebody retries them.")

_COLUMNS = (
    "id", "token_id", "element_id", "element_name", "message", "remedy", "created_at", "attempts", "resolved_at",
)  # fmt: skip


@resource.get("/incidents")
@requires("see incidents")
@resource.arguments(IncidentFilter, location=QUERY)
@resource.response(200, IncidentPage)
def find(given: dict[str, Any]) -> Any:
    """List incidents, the latest first."""
    statement = _lines()
    if given["status"] != "any":
        is_open = Incident.resolved_at.is_(None)
        statement = statement.where(is_open if given["status"] == "open" else ~is_open)
    if given["case"]:
        statement = statement.where(Case.reference == given["case"])
    order = Order(Incident.id, Incident.id, read=int, is_descending=True)
    found = read_page(session(), statement, order, cursor=given["cursor"], size=given["limit"])
    return page(found, _with_choices(found.rows))


@resource.get(f"/incidents/<{ID}:incident_id>")
@requires("see incidents")
@resource.response(200, IncidentSchema)
def one(incident_id: int) -> Any:
    """Show an incident."""
    return _visible(incident_id)


@resource.post(f"/incidents/<{ID}:incident_id>/retry")
@requires("retry incident")
@idempotent
@resource.response(202, IncidentSchema)
def retry(incident_id: int) -> Any:
    """Let the step that failed try again; look at the incident afterwards to see whether it went well."""
    _visible(incident_id)
    after_commit(incidents.retry(session(), incident_id, by=actor()))
    return _visible(incident_id)


@resource.post(f"/incidents/<{ID}:incident_id>/skip")
@requires("skip incident")
@idempotent
@resource.arguments(NewSkip)
@resource.response(202, IncidentSchema)
def skip(given: dict[str, Any], incident_id: int) -> Any:
    """Let the case go on as if the step that failed had been done; the reason stands in the history.

    Refused with 409 when only a person can answer or choose there, or when the incident is settled.
    """
    _visible(incident_id)
    after_commit(incidents.skip(session(), incident_id, reason=given["reason"], by=actor()))
    return _visible(incident_id)


@resource.post(f"/incidents/<{ID}:incident_id>/choice")
@requires("retry incident")
@idempotent
@resource.arguments(NewChoice)
@resource.response(202, IncidentSchema)
def choose(given: dict[str, Any], incident_id: int) -> Any:
    """Choose the way on from a gateway at which no condition holds, and which has no default.

    Refused with 422 when no such way leads on from it, and with 409 when the incident is of another kind or settled.
    """
    _visible(incident_id)
    after_commit(incidents.choose(session(), incident_id, ways=given["choice"], by=actor()))
    return _visible(incident_id)


def _visible(incident_id: int) -> Any:
    found = session().execute(_lines().where(Incident.id == incident_id)).all()
    if not found:
        raise NotFound("There is no such incident, or none that you may see.")
    return _with_choices(found)[0]


def _with_choices(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Return incidents with what may be chosen at each that is open."""
    found = offers(session(), [row.token_id for row in rows if row.resolved_at is None])
    return [{**row._mapping, "choice": found.get(row.token_id)} for row in rows]


def _lines() -> Any:
    columns = (getattr(Incident, name) for name in _COLUMNS)
    return select(*columns, Case.reference).join(Case, Case.id == Incident.case_id).where(visible_cases(actor()))
