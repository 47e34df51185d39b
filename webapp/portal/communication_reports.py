"""Communications in numbers: volumes, cost, what failed and why, and how long it takes; as a page and as a file."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine.communications import reporting, words
from engine.communications.reporting import Report
from engine.errors import Invalid
from engine.instants import today
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.spreadsheets import spreadsheet

blueprint = Blueprint("communication_reports", __name__)

COLUMNS = (
    "Month", "Channel", "Template", "Written", "Sent", "Delivered", "Not delivered", "Stopped", "Cancelled", "Parts",
    "Cost",
)  # fmt: skip
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Bars(NamedTuple):
    """What the drawing of the months is measured by."""

    most: int


@blueprint.get("/communications/reports")
@requires("see cases")
def page() -> ResponseReturnValue:
    """Show how many there were, what they cost, what failed, and how long they took."""
    since, until = _days()
    try:
        found, errors = reporting.report(session(), since, until, by=actor()), {}
    except Invalid as error:
        found, errors = None, error.errors
    answer = render_template(
        "portal/communications/report.html",
        report=found,
        bars=Bars(max((sum(counts.values()) for _, counts in found.by_month()), default=0) or 1) if found else None,
        since=since,
        until=until,
        channels=words.CHANNELS,
        in_words=_in_words,
        errors=errors,
    )
    return answer, 422 if errors else 200


@blueprint.get("/communications/reports.<any(csv,xlsx):ending>")
@requires("see cases")
def export(ending: str) -> ResponseReturnValue:
    """Send the volumes as a file: a line for each month, channel and template."""
    found: Report = reporting.report(session(), *_days(), by=actor())
    return spreadsheet("communications-in-numbers", COLUMNS, map(_cells, found.volumes))


def _days() -> tuple[date, date]:
    last = _day("until") or today()
    return _day("since") or (last - timedelta(days=334)).replace(day=1), last


def _day(name: str) -> date | None:
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return found if 1990 <= found.year <= 2200 else None


def _in_words(span: timedelta) -> str:
    """Return a time in the largest unit that says it well."""
    for unit, word in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if span >= unit:
            number = round(span / unit, 1)
            text = f"{number:g}"
            return f"{text} {word}{'' if text == '1' else 's'}"
    return "a minute"


def _cells(one: reporting.Volume) -> tuple[Any, ...]:
    return (
        f"{one.month:%Y-%m}", words.CHANNELS[one.channel], one.template, one.written, one.sent, one.delivered,
        one.failed, one.stopped, one.cancelled, one.parts, one.cost,
    )  # fmt: skip
