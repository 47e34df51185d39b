"""The calendar by which deadlines are counted: closures, and bank holidays that were proclaimed."""

from typing import Any

from engine import law
from engine.law import calendar
from webapp.access import requires
from webapp.api.idempotency import idempotent
from webapp.api.resource import ID, Resource
from webapp.api.schemas.rules import CalendarSchema, MadeSchema, NewBankHoliday, NewClosure, NewEnd
from webapp.auth import actor
from webapp.database import session

resource = Resource("calendar", __name__, "Closures, and bank holidays that were proclaimed.")


@resource.get("/calendar")
@requires("see categories")
@resource.response(200, CalendarSchema)
def show() -> Any:
    """Show the nation whose bank holidays count, the closures and the proclaimed bank holidays, the latest first."""
    found = law.current(session())
    return {
        "nation": found.nation,
        "revision": found.revision,
        "closures": [_told(row, "first_on", "last_on") for row in calendar.closures(session())],
        "bank_holidays": [_told(row, "nation", "on_day") for row in calendar.proclaimed(session())],
    }


@resource.post("/calendar/closures")
@requires("change calendar")
@idempotent
@resource.arguments(NewClosure)
@resource.response(201, MadeSchema)
def add_closure(given: dict[str, Any]) -> Any:
    """Add days on which the organisation is shut. Running clocks follow, where their rule says so."""
    return {"id": calendar.add_closure(session(), **given, by=actor())}


@resource.post(f"/calendar/closures/<{ID}:closure_id>/end")
@requires("change calendar")
@idempotent
@resource.arguments(NewEnd)
@resource.response(204)
def end_closure(given: dict[str, Any], closure_id: int) -> None:
    """Take a closure back, as if it had never been. Running clocks follow."""
    calendar.end_closure(session(), closure_id, reason=given["reason"], by=actor())


@resource.post("/calendar/bank-holidays")
@requires("change calendar")
@idempotent
@resource.arguments(NewBankHoliday)
@resource.response(201, MadeSchema)
def add_bank_holiday(given: dict[str, Any]) -> Any:
    """Add a bank holiday that was proclaimed. Running clocks of its nation follow."""
    return {"id": calendar.add_holiday(session(), **given, by=actor())}


@resource.post(f"/calendar/bank-holidays/<{ID}:bank_holiday_id>/end")
@requires("change calendar")
@idempotent
@resource.arguments(NewEnd)
@resource.response(204)
def end_bank_holiday(given: dict[str, Any], bank_holiday_id: int) -> None:
    """Take a proclaimed bank holiday back. Running clocks follow."""
    calendar.end_holiday(session(), bank_holiday_id, reason=given["reason"], by=actor())


def _told(row: Any, *columns: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("id", "name", "reason", *columns)} | {"counts": row.ended_at is None}
