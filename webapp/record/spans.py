"""How pages write ages, how long something lasted, and when it runs out."""

from datetime import date

from engine.documents.formats import MONTHS
from engine.instants import today

DAYS_A_YEAR, DAYS_A_MONTH = 365.2425, 30.44


def age(born_on: date, on: date | None = None) -> int:
    """Return how many years old somebody is on a day (today)."""
    day = on or today()
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def lasted(start: date, end: date | None = None) -> str:
    """Write how long it is from one day to another (today): 7 years, 5 months, 3 weeks, 2 days, less than a day."""
    days = ((end or today()) - start).days
    for unit, length, least in (("year", DAYS_A_YEAR, 1), ("month", DAYS_A_MONTH, 2), ("week", 7, 2), ("day", 1, 1)):
        count = int(days // length)
        if count >= least:
            return f"{count} {unit}{'s' if count != 1 else ''}"
    return "less than a day"


def runs_out(on: date) -> str:
    """Write when something runs out: ran out 3 weeks ago, runs out today, runs out in 12 days."""
    if on == today():
        return "runs out today"
    return f"ran out {lasted(on)} ago" if on < today() else f"runs out in {lasted(today(), on)}"


def short_day(on: date) -> str:
    """Write 3 Dec 2026, for columns."""
    return f"{on.day} {MONTHS[on.month - 1][:3]} {on.year}"


def has_passed(on: date) -> bool:
    """Say whether a day lies before today."""
    return on < today()
