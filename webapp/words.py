"""How pages write days, instants and deadlines."""

from datetime import date, datetime

from engine.calendars import Calendar
from engine.documents.formats import WEEKDAYS, clock_time, in_words, uk_day
from engine.instants import today


def day(value: date) -> str:
    """Write 3 December 2026; of an instant, the day it was in the United Kingdom."""
    return in_words(uk_day(value))


def weekday(value: date) -> str:
    """Write Thursday 3 December 2026."""
    on = uk_day(value)
    return f"{WEEKDAYS[on.weekday()]} {in_words(on)}"


def near_day(value: date) -> str:
    """Write Thursday 3 December, and the year only when it is another than this one."""
    on = uk_day(value)
    written = weekday(on)
    return written.removesuffix(f" {on.year}") if on.year == today().year else written


def instant(value: datetime) -> str:
    """Write 3 December 2026 at 2:05pm, UK time."""
    return f"{day(value)} at {clock_time(value)}"


def deadline(due: date, calendar: Calendar) -> str:
    """Write how far a deadline is from today in working days: in 3 working days, due today, 1 working day overdue."""
    due_on, now_on = uk_day(due), today()
    if due_on == now_on:
        return "due today"
    if due_on < now_on:
        days = calendar.working_days_between(due_on, now_on)
        return f"{_working_days(days)} overdue" if days else "overdue since the weekend"
    days = calendar.working_days_between(now_on, due_on)
    return f"in {_working_days(days)}" if days else "before the next working day"


def _working_days(count: int) -> str:
    return "1 working day" if count == 1 else f"{count} working days"
