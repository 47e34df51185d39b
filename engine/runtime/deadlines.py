"""The clocks of a case, as its expressions and to-do items use them.

`due("rule", from)` answers with the extensions and stops that this case was granted. A clock that a to-do item's
schedule starts runs as long as an open item hangs on it, and completing the last such item meets it. One that a
service task or an officer starts runs until it is met by name, or by an item that comes to hang on it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from engine.calendars import Calendar
from engine.clocks import timing
from engine.clocks.arithmetic import Deadline, days_of, deadline
from engine.errors import Invalid, NotPossible, RuleError
from engine.instants import london, now, today
from engine.law import CaseRules, name_edition
from engine.rules import Rule, Span
from engine.runtime.clock_row import ClockKey, ClockRow, moment


class Deadlines:
    """The clocks of one case during one step; read from the database only when one is asked for."""

    def __init__(
        self, rules: CaseRules, read: Callable[[], list[ClockRow]], *, field: Callable[[str], Any] = lambda name: None
    ) -> None:
        """Keep where the clocks are read from; `field` gives a value of the case, where there is one to ask."""
        self._rules = rules
        self._read = read
        self._field = field
        self._rows: list[ClockRow] | None = None
        self._held: frozenset[ClockKey] = frozenset()  # the clocks of the token whose dates are worked out again
        self.asked: list[ClockKey] = []  # by due() and amber() since it was last emptied

    @property
    def all(self) -> list[ClockRow]:
        """Return the clocks of the case, those too that were cancelled, the oldest first."""
        if self._rows is None:
            self._rows = self._read()
        return self._rows

    @property
    def rows(self) -> dict[ClockKey, ClockRow]:
        """Return the clocks of the case by what tells them apart; one that was started in error is none of them."""
        return {row.key: row for row in self.all if row.state != "cancelled"}

    @property
    def changed(self) -> list[ClockRow]:
        """Return the clocks that this step made or changed."""
        return [row for row in self._rows or () if row.is_changed]

    def mark(self) -> list[ClockRow] | None:
        """Return the clocks as they stand, for `back_to`; none when they have not been read."""
        return [replace(row) for row in self._rows] if self._rows is not None else None

    def back_to(self, rows: list[ClockRow] | None) -> None:
        """Put the clocks back to where they stood."""
        self._rows = rows

    def functions(self) -> Mapping[str, Callable[..., Any]]:
        """Return the FEEL functions that rules and calendars give."""
        return {
            "due": self.due,
            "amber": self.amber,
            "clock": self.clock,
            "working days": self.working_days,
            "add working days": self.add_working_days,
            "today": today,
            "now": lambda: london(now()),
        }

    def due(self, rule: Any, start: Any) -> datetime | None:
        """Return when the time of a rule is up on this case."""
        found = self._deadline(rule, start)
        return london(found.due_at) if found and found.due_at else None

    def amber(self, rule: Any, start: Any) -> datetime | None:
        """Return when the time of a rule comes near on this case."""
        found = self._deadline(rule, start)
        return london(found.amber_at or found.due_at) if found and found.due_at else None

    def clock(self, rule: Any, start: Any = None) -> dict[str, Any] | None:
        """Return the clock of a rule that counts from `start`; without it, one that goes on, else the last.

        None where no such clock was started.
        """
        found = [row for row in self.rows.values() if row.rule_id == rule]
        if start is not None:
            found = [row for row in found if row.counted_from == start.isoformat()]
        if not found:
            return None
        row = next((row for row in found if row.goes_on), found[-1])
        self.asked.append(row.key)
        return as_value(row)

    def working_days(self, start: Any, end: Any) -> int | None:
        """Return how many working days lie after `start`, up to and including `end`."""
        if start is None or end is None:
            return None
        return self._working_days.working_days_between(_day(start), _day(end))

    def add_working_days(self, start: Any, count: Any) -> date | None:
        """Return the day so many working days after `start`."""
        if start is None or count is None:
            return None
        return self._working_days.add_working_days(_day(start), int(count))

    @contextmanager
    def hanging_on(self, keys: Iterable[ClockKey]) -> Iterator[None]:
        """Let due() and amber() find these clocks by their rule alone, while a token's dates are worked out again.

        What they count from is settled: `due("rule", today)` asked for the clock that began then, not for one of today.
        """
        self._held = frozenset(keys)
        try:
            yield
        finally:
            self._held = frozenset()

    def stands_still(self, keys: Iterable[ClockKey]) -> bool:
        """Say whether one of these clocks is stopped with no known end: what hangs on it has no date for now."""
        rows = self.rows
        return any(key in rows and rows[key].goes_on and rows[key].due_at is None for key in keys)

    def start(self, key: ClockKey, *, source: str = "", by_id: int | None = None) -> ClockRow:
        """Set the clock `key` running, or let it run on when an earlier to-do item had met it.

        `source` is the FEEL text that gave its date, `by_id` the officer who started it, where one of them did.
        """
        row = self.rows.get(key)
        if row is None:
            row = ClockRow(*key, None, None, "running", {}, source=source, started_by_id=by_id)
            self.count(row)
            self.all.append(row)
        elif not row.goes_on:
            row.state, row.met_at, row.is_changed, row.runs_again = "running", None, True, True
        return row

    def settle(self, running: set[ClockKey], touched: set[ClockKey], at: datetime) -> list[ClockRow]:
        """Meet the clocks that the step's finished items leave without an open item; return those."""
        rows = self.rows
        found = [rows[key] for key in touched - running if key in rows and rows[key].goes_on]
        for row in found:
            self.meet(row, at)
        return found

    def meet(self, row: ClockRow, at: datetime) -> None:
        """End a clock at the moment at which what it timed was done: in time, or too late."""
        row.state = "met" if row.due_at is None or at <= row.due_at else "breached"
        row.met_at, row.is_changed = at, True

    def count(self, row: ClockRow) -> None:
        """Work out a clock with the rules and the calendar of now."""
        row.take(self._computed(row), periods=self._periods(self.rule_of(row), row))
        row.law_revision = self._rules.revision

    def leave(self, row: ClockRow) -> None:
        """Let a clock that cannot follow the rules and the calendar of now keep its dates, and ask it no more."""
        row.law_revision, row.is_changed = self._rules.revision, True

    def running(self, rule_id: str, counted_from: str = "") -> ClockRow:
        """Return the clock of a rule that goes on; of several, the one that counts from a date, or that is due first.

        Raises:
            NotPossible: none goes on.
        """
        found = [row for row in self.all if row.rule_id == rule_id and row.goes_on]
        found = [row for row in found if row.counted_from.startswith(counted_from)]
        if not found:
            since = f" from {counted_from}" if counted_from else ""
            raise NotPossible(f"No clock of the rule “{rule_id}”{since} is running on this case.")
        return min(found, key=lambda row: (row.due_at is None, row.due_at, row.counted_from))

    def days_of(self, clocks: Iterable[ClockRow]) -> Calendar:
        """Return the calendar by which reminders of a task count that hangs on these clocks: that of their rule.

        Of several it is the first that counts our closures; without any clock those count for nothing.
        """
        with suppress(RuleError):  # a rule that is in force no more keeps its clocks' dates, and counts no further days
            found = next((rule for rule in map(self.rule_of, clocks) if rule.closures_count), None)
            return days_of(found, self._rules.calendar) if found is not None else self._working_days
        return self._working_days

    def rule_on(self, rule_id: str, on: date | datetime) -> Rule:
        """Return the version of a rule for an event of the day `on`. Raises RuleError."""
        return self._rules.rule(rule_id, on)

    def rule_of(self, row: ClockRow) -> Rule:
        """Return the version of the rule that a clock runs by."""
        return self._rules.rule(row.rule_id, moment(row.counted_from))

    def _deadline(self, rule: Any, start: Any) -> "Deadline | ClockRow | None":
        if start is None:
            return None
        if not isinstance(rule, str):
            raise Invalid('due() needs the id of a rule in quotes, such as due("complaint.stage1_response", date).')
        _day(start)  # refuses what is no date
        key = self._meant((rule, start.isoformat()))
        self.asked.append(key)
        return self.rows.get(key) or self._computed(ClockRow(*key, None, None, "running", {}))

    def _meant(self, asked: ClockKey) -> ClockKey:
        held = [key for key in self._held if key[0] == asked[0]]
        return asked if asked in held or len(held) != 1 else held[0]

    def _computed(self, row: ClockRow) -> Deadline:
        start = moment(row.counted_from)
        rule, edition = self._rules.found(row.rule_id, start)
        spans = {name: period(value, name) for name, value in self._periods(rule, row).items()}
        found = deadline(rule, start, calendar=self._rules.calendar, periods=spans, **row.granted())
        name_edition(found.explanation, edition)
        return found

    def _periods(self, rule: Rule, row: ClockRow) -> dict[str, str]:
        """Return the periods that a rule asks of the case, as its fields have them or as the clock last had them."""
        last = row.explanation.get("periods", {})
        known = {name: self._field(name) or last.get(name) for name in rule.periods}
        return {name: str(value) for name, value in known.items() if value}

    @property
    def _working_days(self) -> Calendar:
        """Return the calendar without the organisation's own closures, which are its rules' affair."""
        return self._rules.calendar.statutory


def period(text: str, name: str) -> Span:
    """Return the span that a field gives as an ISO 8601 duration of whole months, weeks or days: P1M, P4W, P10D.

    Raises:
        Invalid: anything else.
    """
    found = None
    with suppress(Invalid):  # told below, with the name of the field
        found = timing.span(text)
    if found is None or found.seconds or not found.is_positive or (found.months and found.days):
        raise Invalid(
            f"The {name.replace('_', ' ')} “{text}” is no period that a rule can count.",
            remedy="Give whole months, weeks or days, such as P1M or P4W.",
        )
    if found.months:
        return Span(found.months, "months")
    return Span(found.days // 7, "weeks") if found.days % 7 == 0 else Span(found.days, "calendar days")


def as_value(row: ClockRow) -> dict[str, Any]:
    """Return a clock as expressions and letters know it; instants and days are London's."""
    extension, stop = (entries[-1] if entries else None for entries in (row.extensions, row.stops))
    floor = row.explanation.get("not_before_at")
    citation = row.citation
    return {
        "rule": row.rule_id,
        "name": row.name,
        "state": row.state,
        "due_at": _london(row.due_at),
        "due_on": row.due_at and london(row.due_at).date(),
        "amber_at": _london(row.amber_at),
        "not_before_on": floor and london(datetime.fromisoformat(floor)).date(),
        "counted_from_on": _day(moment(row.counted_from)),
        "is_overdue": row.goes_on and row.due_at is not None and row.due_at < now(),
        "met_at": _london(row.met_at) if row.state in ("met", "breached") else None,
        "extended_by": extension["amount"] if extension else None,
        "extension_reason": extension["reason"] if extension else None,
        "stopped_on": stop and _day(moment(stop["from_at"])),
        "stop_reason": stop["reason"] if stop else None,
        "resumed_on": stop and stop["to_at"] and _day(moment(stop["to_at"])),
        "citation": citation.get("text") or "",
        "citation_link": citation.get("url") or "",
    }


def _london(instant: datetime | None) -> datetime | None:
    return london(instant) if instant else None


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return london(value).date() if value.tzinfo else value.date()
    if isinstance(value, date):
        return value
    raise Invalid(f"“{value}” is not a date.", remedy="Give a date or a date and time.")
