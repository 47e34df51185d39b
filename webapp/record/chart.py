"""Thirteen weeks of an account as a drawing: what was charged and what was paid, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.record.statements import Week

HEIGHT, STEP, BAR = 96, 40, 14  # of the drawing's own units


@dataclass(frozen=True, slots=True)
class Bars:
    """One week: where its two bars stand, and how high they are."""

    starts_on: date
    left: int
    charged: int
    paid: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The drawing: its size, its bars, and what its highest stands for, in pounds."""

    width: int
    height: int
    bar: int
    highest: Decimal
    bars: list[Bars]


def chart_of(weeks: Sequence[Week]) -> Chart:
    """Return the bars of weeks; what was taken back (less than nothing) has none."""
    highest = max((max(week.charged, week.paid) for week in weeks), default=Decimal(0))
    scale = HEIGHT / highest if highest > 0 else Decimal(0)
    bars = [
        Bars(week.starts_on, number * STEP, _high(week.charged, scale), _high(week.paid, scale))
        for number, week in enumerate(weeks)
    ]
    return Chart(len(bars) * STEP, HEIGHT, BAR, highest, bars)


def _high(amount: Decimal, scale: Decimal) -> int:
    return int(amount * scale) if amount > 0 else 0
