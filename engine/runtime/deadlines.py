"""The clocks of a case, as its expressions and to-do items use them.

`due("rule", from)` answers with the extensions and stops that this case was granted. A clock runs as long as an open
to-do item hangs on it: the item's schedule starts it, and completing the last such item meets it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from engine.calendars import Calendar, calendar
from engine.clocks.arithmetic import Deadline, deadline
from engine.clocks.changes import Extended, Stopped
from engine.errors import Invalid, NotPossible, RuleError
from engine.instants import LONDON, london, now, today
from engine.rules import Rule, RuleBook
from engine.service_tasks.base import ClockChange

ClockKey = tuple[str, str]  # rule id, and what it counts from as ISO text


@dataclass(slots=True)
class ClockRow:
    """A clock as stored in `models.work.Clock`; `id` is None until it is saved."""

    rule_id: str
    counted_from: str
    due_at: datetime
    amber_at: datetime | None
    state: str
    explanation: dict[str, Any]
    extensions: list[Any] = field(default_factory=list)
    stops: list[Any] = field(default_factory=list)
    met_at: datetime | None = None
    id: int | None = None
    is_changed: bool = False

    @property
    def key(self) -> ClockKey:
        """Return what tells this clock from the others of its case."""
        return self.rule_id, self.counted_from

    def told(self) -> dict[str, Any]:
        """Return what an event tells of the clock, so that a replay has it as it was."""
        return {
            "rule": self.rule_id,
            "counted_from": self.counted_from,
            "due_at": self.due_at.isoformat(),
            "amber_at": self.amber_at.isoformat() if self.amber_at else None,
            "state": self.state,
        }

    def told_with_reasons(self) -> dict[str, Any]:
        """Return the same with the steps of its calculation, for when the date is new."""
        return {**self.told(), "explanation": self.explanation.get("explanation", [])}


class Deadlines:
    """The clocks of one case during one step; read from the database only when one is asked for."""

    def __init__(
        self, rules: RuleBook, read: Callable[[], list[ClockRow]], *, nation: str = "England and Wales"
    ) -> None:
        self._rules = rules
        self._read = read
        self._calendar: Calendar = calendar(nation)  # type: ignore[arg-type]
        self._rows: dict[ClockKey, ClockRow] | None = None
        self.asked: list[ClockKey] = []  # by due() and amber() since it was last emptied

    @property
    def rows(self) -> dict[ClockKey, ClockRow]:
        """Return the clocks of the case."""
        if self._rows is None:
            self._rows = {row.key: row for row in self._read()}
        return self._rows

    @property
    def changed(self) -> list[ClockRow]:
        """Return the clocks that this step made or changed."""
        return [row for row in (self._rows or {}).values() if row.is_changed]

    def mark(self) -> dict[ClockKey, ClockRow] | None:
        """Return the clocks as they stand, for `back_to`; none when they have not been read."""
        return {key: replace(row) for key, row in self._rows.items()} if self._rows is not None else None

    def back_to(self, rows: dict[ClockKey, ClockRow] | None) -> None:
        """Put the clocks back to where they stood."""
        self._rows = rows

    def functions(self) -> Mapping[str, Callable[..., Any]]:
        """Return the FEEL functions that rules and calendars give."""
        return {
            "due": self.due,
            "amber": self.amber,
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

    def working_days(self, start: Any, end: Any) -> int | None:
        """Return how many working days lie after `start`, up to and including `end`."""
        if start is None or end is None:
            return None
        return self._calendar.working_days_between(_day(start), _day(end))

    def add_working_days(self, start: Any, count: Any) -> date | None:
        """Return the day so many working days after `start`."""
        return None if start is None or count is None else self._calendar.add_working_days(_day(start), int(count))

    def start(self, key: ClockKey) -> ClockRow:
        """Set the clock `key` running, or let it run on when an earlier to-do item had met it."""
        row = self.rows.get(key)
        if row is None:
            found = self._computed(*key, (), ())
            row = ClockRow(key[0], key[1], _known(found), found.amber_at, "running", found.to_json(), is_changed=True)
            self.rows[key] = row
        elif row.state != "running":
            row.state, row.met_at, row.is_changed = "running", None, True
        return row

    def settle(self, running: set[ClockKey], touched: set[ClockKey], at: datetime) -> list[ClockRow]:
        """Meet the clocks that the step's finished items leave without an open item; return those."""
        met = []
        for key in touched - running:
            row = self.rows.get(key)
            if row is not None and row.state == "running":
                row.state = "met" if at <= row.due_at else "breached"
                row.met_at, row.is_changed = at, True
                met.append(row)
        return met

    def extend(self, change: ClockChange, *, by: str) -> ClockRow:
        """Extend the running clock of a rule, as far as the rule allows.

        Raises:
            NotPossible: no such clock runs on this case.
            RuleError: the rule does not allow it.
        """
        row = self.running(change.rule_id)
        rule = self.rule_of(row)
        entry = next(
            (g for g in rule.extensions if change.reason in g.reasons), rule.extensions[0] if rule.extensions else None
        )
        if entry is None:
            raise RuleError(f"The rule “{rule.name}” cannot be extended.", remedy="Answer by the date that it gives.")
        granted = {
            "kind": entry.id,
            "amount": change.working_days,
            "reason": change.reason,
            "granted_on": today().isoformat(),
            "granted_by": by,
        }
        self._recount(row, [*row.extensions, granted])
        return row

    def running(self, rule_id: str) -> ClockRow:
        """Return the clock of a rule that runs on this case."""
        for row in self.rows.values():
            if row.rule_id == rule_id and row.state == "running":
                return row
        raise NotPossible(f"No clock of the rule “{rule_id}” is running on this case.")

    def _recount(self, row: ClockRow, extensions: list[Any]) -> None:
        found = self._computed(row.rule_id, row.counted_from, extensions, row.stops)
        row.extensions, row.due_at, row.amber_at = extensions, _known(found), found.amber_at
        row.explanation, row.is_changed = found.to_json(), True

    def _deadline(self, rule: Any, start: Any) -> "Deadline | ClockRow | None":
        if start is None:
            return None
        if not isinstance(rule, str):
            raise Invalid('due() needs the id of a rule in quotes, such as due("complaint.stage1_response", date).')
        _day(start)  # refuses what is no date
        key = (rule, start.isoformat())
        self.asked.append(key)
        return self.rows.get(key) or self._computed(*key, (), ())

    def rule_of(self, row: ClockRow) -> Rule:
        """Return the version of the rule that a clock runs by."""
        return self._rules.rule(row.rule_id, _parsed(row.counted_from))

    def _computed(self, rule_id: str, counted_from: str, extensions: Any, stops: Any) -> Deadline:
        start = _parsed(counted_from)
        return deadline(
            self._rules.rule(rule_id, start),
            start,
            calendar=self._calendar,
            extensions=[Extended(**{**e, "granted_on": date.fromisoformat(e["granted_on"])}) for e in extensions],
            stops=[
                Stopped(**{**s, "from_at": _parsed(s["from_at"]), "to_at": _parsed(s["to_at"]) if s["to_at"] else None})
                for s in stops
            ],
        )


def _known(found: Deadline) -> datetime:
    if found.due_at is None:
        raise RuleError(f"The rule “{found.rule_id}” gives no date by which something is due.")
    return found.due_at


def _parsed(text: str) -> date | datetime:
    if len(text) <= 10:
        return date.fromisoformat(text)
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=LONDON)


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return london(value).date() if value.tzinfo else value.date()
    if isinstance(value, date):
        return value
    raise Invalid(f"“{value}” is not a date.", remedy="Give a date or a date and time.")
