"""A legal time limit as data: what it counts, from when, who may change it, and which text says so."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal

Unit = Literal["clock hours", "working days", "calendar days", "weeks", "months"]
Kind = Literal["law", "regulator", "court protocol", "guidance", "local standard"]

# The most that one span may be, by unit: enough for any limit in law, too little to stall the counting.
UNITS: dict[str, int] = {
    "clock hours": 8_784,
    "working days": 1_300,
    "calendar days": 3_660,
    "weeks": 520,
    "months": 1_200,
}
KINDS = ("law", "regulator", "court protocol", "guidance", "local standard")


@dataclass(frozen=True, slots=True)
class Span:
    """So many of a unit: 10 working days."""

    amount: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Limit:
    """One span, or several of which the longer (or the shorter) holds.

    A limb may be the key of a period that only the case knows ("tenancy_period"); `deadline` is then given its span.
    """

    limbs: tuple[Span | str, ...]
    choose: Literal["longer", "shorter"] = "longer"


@dataclass(frozen=True, slots=True)
class Citation:
    """The text that sets the limit, in words that a letter may quote, and where to read it."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Extension:
    """One lawful ground for more time; `at_most` is the most it may add in all (None: the source sets no maximum)."""

    id: str
    name: str
    unit: Unit
    at_most: int | None
    times: int | None
    reasons: tuple[str, ...]
    other_reasons: bool  # whether a reason outside the list may be written
    letter: str
    granted_by: tuple[str, ...]
    citation: Citation | None


@dataclass(frozen=True, slots=True)
class Stop:
    """One lawful ground on which the clock stands still.

    The days after the stop began, up to and including the day it ended, do not count; with `first_day_counts` false,
    the day on which it began does not count either. `at_most` limits each stop (None: no maximum in the source).
    `pauses` false leaves the clock running, and only `minimum_left` applies: a time that runs out during the stop
    or soon after it ends no earlier than `minimum_left` after the stop.
    """

    id: str
    name: str
    at_most: Span | None
    times: int | None
    first_day_counts: bool
    pauses: bool
    minimum_left: Span | None
    reasons: tuple[str, ...]
    other_reasons: bool  # whether a reason outside the list may be written
    letter: str
    granted_by: tuple[str, ...]
    citation: Citation | None


@dataclass(frozen=True, slots=True)
class Reset:
    """One lawful ground on which the whole time starts again."""

    id: str
    name: str
    times: int | None
    reasons: tuple[str, ...]
    other_reasons: bool  # whether a reason outside the list may be written
    letter: str
    granted_by: tuple[str, ...]
    citation: Citation | None


@dataclass(frozen=True, slots=True)
class Suppression:
    """A state of things (`while_`, the key of a fact) in which the step that this rule times must not be taken."""

    while_: str
    words: str
    citation: Citation | None
    override_by: tuple[str, ...] = ()  # names of the teams who may take the step all the same, with a reason


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of one legal time limit.

    `within` is the last moment (a ceiling), `not_before` the first (a floor); a rule has one or both.
    In force from `in_force_from` (None: for events of any date) to `in_force_to` (None: still), both days included.
    `day_of_event` 0: the day of the event is not counted; 1: it is the first day.
    """

    id: str
    name: str
    kind: Kind
    counts_from: str
    counts_from_words: str
    direction: Literal["after", "before"]
    within: Limit | None
    not_before: Limit | None
    amber_after: Span | None
    amber_before_due: Span | None
    day_of_event: Literal[0, 1]
    rolls_to: Literal["", "next working day", "previous working day"]
    closures_count: bool
    holidays_of: Literal["", "any nation"]  # "": bank holidays of the organisation's nation alone
    in_force_from: date | None
    in_force_to: date | None
    citation: Citation | None
    extensions: tuple[Extension, ...] = ()
    stops: tuple[Stop, ...] = ()
    resets: tuple[Reset, ...] = ()
    suppressions: tuple[Suppression, ...] = ()

    @property
    def version(self) -> str:
        """Return the name of this version: the day from which it is in force, or "any date"."""
        return self.in_force_from.isoformat() if self.in_force_from else "any date"

    @property
    def in_clock_hours(self) -> bool:
        """Say whether the time runs by the hour, through nights and holidays, and not by days."""
        limits = [limit for limit in (self.within, self.not_before) if limit]
        return any(isinstance(limb, Span) and limb.unit == "clock hours" for limit in limits for limb in limit.limbs)

    @property
    def grounds(self) -> "tuple[Extension | Stop | Reset, ...]":
        """Return every ground on which the time may change: extensions, stops, resets."""
        return (*self.extensions, *self.stops, *self.resets)

    @property
    def periods(self) -> tuple[str, ...]:
        """Return the periods that only the case knows, each the name of one of its fields, such as a rent period."""
        limits = [limit for limit in (self.within, self.not_before) if limit]
        return tuple(dict.fromkeys(limb for limit in limits for limb in limit.limbs if isinstance(limb, str)))

    def forbidden_while(self, facts: Collection[str]) -> list[Suppression]:
        """Return why the step must not be taken now: each suppression whose fact is among those true of the case."""
        return [entry for entry in self.suppressions if entry.while_ in facts]

    def is_in_force(self, on: date) -> bool:
        """Say whether this version governs an event of the day `on`."""
        return (self.in_force_from or date.min) <= on <= (self.in_force_to or date.max)
