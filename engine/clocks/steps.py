"""The steps of an explanation: JSON-able tables, each with its kind under "step". `explanation` puts them into words.

Points are written as days (2026-12-18) or, for clock hours, as instants in UTC.
"""

from datetime import date, datetime
from typing import Any

from engine.calendars import Calendar
from engine.clocks.changes import Extended, Restarted, Stopped
from engine.clocks.counting import Passed
from engine.rules import Extension, Reset, Rule, Span, Stop

Step = dict[str, Any]


def event(rule: Rule, start: date) -> Step:
    """From which event, and when it happened."""
    return {"step": "event", "event": rule.counts_from, "words": rule.counts_from_words, "from": start.isoformat()}


def version(rule: Rule, calendar: Calendar) -> Step:
    """By which version of which rule, with its citation and the calendar."""
    citation = rule.citation
    return {
        "step": "rule",
        "id": rule.id,
        "name": rule.name,
        "class": rule.kind,
        "version": rule.version,
        "in_force_from": iso(rule.in_force_from),
        "in_force_to": iso(rule.in_force_to),
        "calendar": calendar.nation,
        "citation": {"text": citation.text, "url": citation.url} if citation else None,
    }


def restarted(reset: Restarted, ground: Reset, start: date) -> Step:
    """The time started again."""
    return {
        "step": "reset",
        "name": ground.name,
        "from": start.isoformat(),
        "reason": reset.reason,
        "granted_by": reset.granted_by,
        "granted_on": iso(reset.granted_on),
    }


def counted(rule: Rule, span: Span, start: date, end: date, passed: Passed) -> Step:
    """How long, which days were not counted, and where that ends; `others` are the limbs that did not hold."""
    return {
        "step": "counted",
        **length(span),
        "from": start.isoformat(),
        "to": end.isoformat(),
        "direction": rule.direction,
        "day_of_event": rule.day_of_event,
        "not_counted": days(passed),
        "others": [],
    }


def extended(extension: Extended, ground: Extension, before: date, end: date, passed: Passed) -> Step:
    """More time was given."""
    return {
        "step": "extension",
        "name": ground.name,
        **length(Span(extension.amount, ground.unit)),
        "from": before.isoformat(),
        "to": end.isoformat(),
        "reason": extension.reason,
        "granted_on": extension.granted_on.isoformat(),
        "granted_by": extension.granted_by,
        "not_counted": days(passed),
    }


def stopped(stop: Stopped, ground: Stop, until: date | None, before: date, end: date | None, lost: str) -> Step:
    """The clock stood still: from when to when, how much did not count (`lost`, may be ""), and the end after it."""
    return {
        "step": "stop",
        "name": ground.name,
        "from": stop.from_at.isoformat(),
        "to": iso(until),
        "open": stop.to_at is None,
        "pauses": ground.pauses,
        "minimum_left": length(ground.minimum_left) if ground.minimum_left else None,
        "reason": stop.reason,
        "granted_by": stop.granted_by,
        "granted_on": iso(stop.granted_on),
        "lost": lost,
        "from_due": before.isoformat(),
        "to_due": iso(end),
    }


def rolled(end: date, to: date, passed: Passed) -> Step:
    """The last day was no working day, and moved."""
    return {"step": "roll", "from": end.isoformat(), "to": to.isoformat(), "not_counted": days(passed)}


def result(
    due_at: datetime | None, amber_at: datetime | None, not_before_at: datetime | None, *, by_the_hour: bool
) -> Step:
    """What came out."""
    return {
        "step": "result",
        "due_at": iso(due_at),
        "amber_at": iso(amber_at),
        "not_before_at": iso(not_before_at),
        "by_the_hour": by_the_hour,
    }


def length(span: Span) -> Step:
    """An amount and its unit."""
    return {"amount": span.amount, "unit": span.unit}


def days(passed: Passed) -> list[Step]:
    """Days that did not count, each with the reason."""
    return [{"on": day.isoformat(), "why": why} for day, why in passed]


def iso(moment: date | None) -> str | None:
    """A day or an instant as ISO 8601 text."""
    return moment.isoformat() if moment else None
