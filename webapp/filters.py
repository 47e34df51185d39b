"""How pages write days, times, money and deadlines, in the time of the United Kingdom."""

from datetime import date, datetime

from flask import Flask

from engine import law
from engine.documents.formats import clock_time, write_money
from engine.rules.words import span_in_words, times_in_words
from webapp import words
from webapp.database import session


def init_app(app: Flask) -> None:
    """Give templates the filters; `deadline` takes a due date or instant."""
    app.jinja_env.filters.update(
        day=words.weekday,
        date=words.day,
        near_day=words.near_day,
        time=clock_time,
        instant=words.instant,
        iso=iso,
        from_iso=datetime.fromisoformat,
        money=write_money,
        span=span_in_words,
        times=times_in_words,
        until=until,
        deadline=deadline,
    )


def iso(value: date | datetime) -> str:
    """Write 2026-12-03 or 2026-12-03T14:05:00+00:00, for machines: the `datetime` attribute of `time`."""
    return value.isoformat()


def until(due: date | datetime) -> str:
    """Write how far a deadline is: in 3 working days, due today, 1 working day overdue."""
    return words.deadline(due, law.of_late(session()).calendar.statutory)


def deadline(due: date | datetime) -> str:
    """Write in 3 working days (Thursday 3 December)."""
    return f"{until(due)} ({words.near_day(due)})"
