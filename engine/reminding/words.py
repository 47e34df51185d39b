"""What is said about a task that is due: in a portal's line and in an e-mail. British dates, no names of people."""

from datetime import datetime, time

from engine.documents.formats import WEEKDAYS, clock_time, in_words, uk_day
from engine.instants import london

_DAY_ENDS = time(23, 59)


def sentence(stage: str, name: str, due: datetime) -> str:
    """Return the line that stands in the portal, and in an e-mail about a case that is not restricted."""
    return f"“{name}” {how_it_stands(stage, due)}."


def how_it_stands(stage: str, due: datetime) -> str:
    """Return how a task stands, to follow its name."""
    when = day(due)
    if stage == "escalation":
        return f"is still not done: it was due on {when}"
    if stage == "overdue":
        return f"is overdue: it was due on {when}"
    return f"is due {'soon: ' if stage == 'amber' else ''}on {when}"


def day(instant: datetime) -> str:
    """Return Thursday 3 December 2026; with the time where it is not the end of a day."""
    on = uk_day(instant)
    text = f"{WEEKDAYS[on.weekday()]} {in_words(on)}"
    return text if london(instant).time() >= _DAY_ENDS else f"{text} at {clock_time(instant)}"
