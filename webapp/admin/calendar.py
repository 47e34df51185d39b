"""The calendar by which deadlines are counted: the nation, our closures, bank holidays that were proclaimed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import following, law
from engine.calendars import NATIONS, bank_holidays
from engine.errors import Conflict, EngineError, Invalid, NotFound
from engine.instants import today
from engine.law import calendar
from engine.permissions import Actor
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session, transaction

blueprint = Blueprint("calendar", __name__)
Sent = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One way to change the calendar: what it would make of it, how it is done, how it is told."""

    proposed: Callable[[Session, Sent], law.Law]
    do: Callable[[Session, Sent, Actor], object]
    told: Callable[[Sent], str]


CHANGES = {
    "closure": Change(
        lambda s, sent: calendar.with_closure(s, **_closure(sent)),
        lambda s, sent, by: calendar.add_closure(s, **_closure(sent), reason=_reason(sent), by=by),
        lambda sent: f"Add the closure “{sent.get('name', '')}”",
    ),
    "holiday": Change(
        lambda s, sent: calendar.with_holiday(s, **_holiday(sent)),
        lambda s, sent, by: calendar.add_holiday(s, **_holiday(sent), reason=_reason(sent), by=by),
        lambda sent: f"Add the bank holiday “{sent.get('name', '')}”",
    ),
    "nation": Change(
        lambda s, sent: calendar.of_nation(s, sent.get("nation", "")),
        lambda s, sent, by: calendar.set_nation(s, sent.get("nation", ""), reason=_reason(sent), by=by),
        lambda sent: f"Count by the bank holidays of {sent.get('nation', '')}",
    ),
    "closure_end": Change(
        lambda s, sent: calendar.without_closure(s, _id(sent)),
        lambda s, sent, by: calendar.end_closure(s, _id(sent), reason=_reason(sent), by=by),
        lambda sent: f"Take the closure “{sent.get('name', '')}” back",
    ),
    "holiday_end": Change(
        lambda s, sent: calendar.without_holiday(s, _id(sent)),
        lambda s, sent, by: calendar.end_holiday(s, _id(sent), reason=_reason(sent), by=by),
        lambda sent: f"Take the bank holiday “{sent.get('name', '')}” back",
    ),
}


@blueprint.get("/calendar")
@requires("change calendar")
def page() -> str:
    """Show what counts and what was changed."""
    return _page({})


@blueprint.post("/calendar/review")
@requires("change calendar")
def review() -> ResponseReturnValue:
    """Show which running clocks a change would move. Nothing is changed."""
    return _review(None)


@blueprint.post("/calendar/changes")
@requires("change calendar")
def change() -> ResponseReturnValue:
    """Change the calendar; running clocks follow."""
    try:
        _asked().do(session(), request.form, actor())
    except (Invalid, Conflict) as error:
        database.roll_back()
        return _review(error)
    flash("The calendar has changed. Running clocks that it moves follow within moments.", "success")
    return redirect(url_for("admin.calendar.page"), 303)


def _review(error: EngineError | None) -> ResponseReturnValue:
    """Look at what a change would do, from a transaction that only reads: many clocks hold nobody up."""
    asked, sent = _asked(), request.form
    database.roll_back()
    try:
        with transaction(read_only=True) as reading:
            preview = following.preview_calendar(reading, asked.proposed(reading, sent))
    except (Invalid, Conflict) as wrong:
        errors = getattr(wrong, "errors", None) or {"": f"{wrong.message} {wrong.remedy}".strip()}
        return _page(errors), 409 if isinstance(wrong, Conflict) else 422
    page = render_template(
        "admin/calendar_review.html",
        heading=asked.told(sent),
        kept={key: value for key, value in sent.items() if key not in ("csrf_token", "reason")},
        reason=sent.get("reason", ""),
        preview=preview,
        errors=getattr(error, "errors", None) or {},
    )
    return page, 422 if error is not None else 200


def _page(errors: dict[str, str]) -> str:
    in_force, this_year = law.current(session()), today().year
    sent = request.form
    return render_template(
        "admin/calendar.html",
        nation=in_force.nation,
        nations=[(nation, nation) for nation in NATIONS],
        closures=calendar.closures(session()),
        holidays=calendar.proclaimed(session()),
        known=[(year, sorted(bank_holidays(in_force.nation, year).items())) for year in (this_year, this_year + 1)],
        changes=calendar.changes(session()),
        sent=sent,
        errors=errors,
        wrong=sent.get("kind", ""),
    )


def _asked() -> Change:
    found = CHANGES.get(request.form.get("kind", ""))
    if found is None:
        raise NotFound("There is no such change of the calendar.")
    return found


def _closure(sent: Sent) -> dict[str, Any]:
    return {"name": sent.get("name", ""), "first_on": _day(sent, "first_on"), "last_on": _day(sent, "last_on")}


def _holiday(sent: Sent) -> dict[str, Any]:
    return {"name": sent.get("name", ""), "nation": sent.get("nation", ""), "on_day": _day(sent, "on_day")}


def _day(sent: Sent, key: str) -> date | None:
    try:
        return date.fromisoformat(sent.get(key, "").strip())
    except ValueError:
        return None


def _id(sent: Sent) -> int:
    text = sent.get("id", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _reason(sent: Sent) -> str:
    return sent.get("reason", "")
