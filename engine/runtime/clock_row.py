"""A clock of a case as a step knows it, and what events tell of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from engine.clocks.arithmetic import Deadline
from engine.clocks.changes import Extended, Restarted, Stopped
from engine.instants import LONDON

ClockKey = tuple[str, str]  # rule id, and what it counts from as ISO text
GOES_ON = ("running", "stopped")  # the states of a clock that may still be met or missed


@dataclass(slots=True)
class ClockRow:
    """A clock as stored in `models.work.Clock`; `id` is None until it is saved.

    It keeps its id when the date from which it counts is corrected. `source` is the FEEL text that gave that date;
    empty where a to-do item's schedule did, or where somebody typed it.
    """

    rule_id: str
    counted_from: str
    due_at: datetime | None
    amber_at: datetime | None
    state: str
    explanation: dict[str, Any]
    extensions: list[Any] = field(default_factory=list)
    stops: list[Any] = field(default_factory=list)
    resets: list[Any] = field(default_factory=list)
    source: str = ""
    started_by_id: int | None = None
    met_at: datetime | None = None
    law_revision: int = 0  # of rules and calendar, by which it was last worked out
    id: int | None = None
    is_changed: bool = False
    reason: str = ""  # for which it was started by hand
    runs_again: bool = False  # it had been met, and another to-do item hangs on it

    @property
    def key(self) -> ClockKey:
        """Return what tells this clock from the others of its case that count."""
        return self.rule_id, self.counted_from

    @property
    def goes_on(self) -> bool:
        """Say whether it may still be met or missed."""
        return self.state in GOES_ON

    @property
    def open_stop(self) -> dict[str, Any] | None:
        """Return the stop that nobody has ended; none where there is none."""
        return next((stop for stop in self.stops if stop["to_at"] is None), None)

    @property
    def name(self) -> str:
        """Return what the rule calls it."""
        return str(self._rule_step.get("name") or self.rule_id)

    @property
    def citation(self) -> dict[str, Any]:
        """Return where its law stands: text and url."""
        return dict(self._rule_step.get("citation") or {})

    @property
    def _rule_step(self) -> dict[str, Any]:
        return next((step for step in self.explanation.get("explanation", ()) if step["step"] == "rule"), {})

    def dates(self) -> dict[str, Any]:
        """Return from what it counts and what that gives: what an event tells as before and after."""
        return {"counted_from": self.counted_from, "due_at": _iso(self.due_at), "amber_at": _iso(self.amber_at)}

    def told(self) -> dict[str, Any]:
        """Return what an event tells of the clock, so that a replay has it as it was."""
        told = {"rule": self.rule_id, "clock": self.id, **self.dates(), "state": self.state}
        return told | ({"reason": self.reason} if self.reason else {})

    def told_with_reasons(self) -> dict[str, Any]:
        """Return the same with the steps of its calculation, for when the date is new."""
        return {**self.told(), "explanation": self.explanation.get("explanation", [])}

    def take(self, found: Deadline, *, periods: Mapping[str, str]) -> None:
        """Take over what was worked out anew, with the periods of the case that went into it."""
        self.due_at, self.amber_at, self.explanation = found.due_at, found.amber_at, found.to_json()
        if periods:
            self.explanation["periods"] = dict(periods)
        if self.goes_on:
            self.state = "stopped" if self.open_stop else "running"
        self.is_changed = True

    def granted(self) -> dict[str, Any]:
        """Return what was granted to it, as `engine.clocks.arithmetic.deadline` takes it."""
        return {
            "extensions": [extended(entry) for entry in self.extensions],
            "stops": [stopped(entry) for entry in self.stops],
            "resets": [restarted(entry) for entry in self.resets],
        }


def extended(entry: dict[str, Any]) -> Extended:
    """Return an extension as it is stored."""
    on = date.fromisoformat(entry["granted_on"])
    return Extended(entry["kind"], int(entry["amount"]), entry["reason"], on, entry.get("granted_by", ""))


def stopped(entry: dict[str, Any]) -> Stopped:
    """Return a stop as it is stored."""
    to = moment(entry["to_at"]) if entry["to_at"] else None
    return Stopped(entry["kind"], moment(entry["from_at"]), to, entry["reason"], *_grant(entry))


def restarted(entry: dict[str, Any]) -> Restarted:
    """Return a new start as it is stored."""
    return Restarted(entry["kind"], moment(entry["at"]), entry["reason"], *_grant(entry))


def written(text: str) -> str:
    """Return a day or an instant as a clock is known by it, however it was written: 20261203 is 2026-12-03.

    What is neither stays as it is, to be refused with its own words.
    """
    try:
        return moment(text).isoformat()
    except ValueError:
        return text


def moment(text: str) -> date | datetime:
    """Return the day or the instant that a stored text means; an instant without a zone is London's."""
    if len(text) <= 10:
        return date.fromisoformat(text)
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=LONDON)


def _grant(entry: dict[str, Any]) -> tuple[str, date | None]:
    on = entry.get("granted_on")
    return entry.get("granted_by", ""), date.fromisoformat(on) if on else None


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
