"""The demo clock: one row says how far the time shown is from the real one; running servers follow it."""

import re
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from engine.errors import Invalid, NotPossible
from engine.transactions import Sessions, reading
from models.work import Setting

CLOCK, DEMO = "demo_clock", "demo"
LONGEST = timedelta(days=3660)

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_AMOUNT = re.compile(r"([+-])([0-9]{1,5})([mhdw])")


def read(sessions: Sessions) -> timedelta:
    """Return how far the clock is moved; not at all outside demo data."""
    with reading(sessions) as session:
        return offset(session)


def offset(session: Session) -> timedelta:
    """Return the same in a transaction that is open."""
    row = session.get(Setting, CLOCK, populate_existing=True)
    seconds: Any = row.value.get("seconds", 0) if row is not None else 0
    return timedelta(seconds=int(seconds))


def move(session: Session, amount: str) -> timedelta:
    """Move the clock by `amount` ("+5d", "-1h") from where it shows now, or back to the real time ("reset").

    Raises:
        NotPossible: the database holds no demo data: there the time is the real one.
        Invalid: the amount cannot be read, or leads further than ten years.
    """
    if session.get(Setting, DEMO) is None:
        raise NotPossible(
            "The clock can only be moved in demo data, and this database holds none.",
            remedy="Load some into an empty database: casewright demo load",
        )
    moved = timedelta() if amount == "reset" else offset(session) + _amount(amount)
    if abs(moved) > LONGEST:
        raise Invalid("The clock would be more than ten years off.", remedy="Move it less, or reset it.")
    session.merge(Setting(key=CLOCK, value={"seconds": int(moved.total_seconds())}))
    return moved


def is_demo(session: Session) -> bool:
    """Say whether the database holds demo data."""
    return session.get(Setting, DEMO) is not None


def _amount(text: str) -> timedelta:
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        raise Invalid(f"“{text}” is not an amount of time.", remedy="Write +5d, -1h, +30m, +2w or reset.")
    sign, number, unit = found.groups()
    return timedelta(**{_UNITS[unit]: int(number) * (1 if sign == "+" else -1)})
