"""When the time that a rule gives is up, with every step that leads there.

Pure functions over data: no database, no present moment. Days are London days; instants are UTC.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from engine.calendars import Calendar
from engine.clocks import steps
from engine.clocks.changes import (
    Extended,
    Restarted,
    Stopped,
    extension_ground,
    refuse_beyond_maximum,
    reset_ground,
    stop_ground,
)
from engine.clocks.counting import Counting, Days, Hours
from engine.clocks.steps import Step
from engine.errors import RuleError
from engine.instants import london
from engine.rules import Limit, Rule, Span, Stop


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a step is due, and why; all instants are UTC.

    `due_at` is the last moment that is in time: 23:59:59.999999 in London on the last day, or the exact moment for
    clock hours. It is None while the clock stands still with no known end, and for a rule that only sets a floor.
    `amber_at` is the first moment of the amber day, or the exact moment. `not_before_at` is the first lawful moment.
    `stands_still`: a stop is open now. `explanation` is a list of steps (`engine.clocks.steps`).
    """

    rule_id: str
    rule_version: str
    due_at: datetime | None
    amber_at: datetime | None
    not_before_at: datetime | None
    stands_still: bool
    explanation: list[Step]

    @property
    def due_on(self) -> date | None:
        """Return the London day of `due_at`."""
        return london(self.due_at).date() if self.due_at else None

    def to_json(self) -> dict[str, Any]:
        """Return the deadline with its instants as ISO 8601 text in UTC."""
        return {
            "rule_id": self.rule_id,
            "rule_version": self.rule_version,
            "due_at": steps.iso(self.due_at),
            "amber_at": steps.iso(self.amber_at),
            "not_before_at": steps.iso(self.not_before_at),
            "stands_still": self.stands_still,
            "explanation": self.explanation,
        }


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a clock since it last started; points are dates or UTC instants, as `count` has them."""

    rule: Rule
    count: Counting
    start: Any
    extensions: list[Extended]
    stops: list[Stopped]
    periods: Mapping[str, Span]
    told: list[Step] | None  # the explanation so far; None where nobody asks for one


def deadline(
    rule: Rule,
    counted_from: date | datetime,
    *,
    calendar: Calendar,
    extensions: Iterable[Extended] = (),
    stops: Iterable[Stopped] = (),
    resets: Iterable[Restarted] = (),
    periods: Mapping[str, Span] | None = None,
) -> Deadline:
    """Work out when the time of `rule`, counted from an event of `counted_from`, is up.

    Extensions in the unit of the limit add to it; in another unit they run from its end. `periods` gives the spans
    that only the case knows (`{period = "tenancy_period"}`). Local closures in `calendar` count only if the rule says
    so. Raises RuleError for a change that the rule does not allow, Invalid for what cannot be counted from.
    """
    told: list[Step] = []
    days = days_of(rule, calendar)
    count: Counting = Hours() if rule.in_clock_hours else Days(days)
    start = count.point(counted_from)
    told += [steps.event(rule, start), steps.version(rule, days)]
    run = _restart(Run(rule, count, start, list(extensions), list(stops), periods or {}, told), list(resets))
    if run.extensions or run.stops:
        refuse_beyond_maximum(rule, [*run.extensions, *run.stops])
    return _finish(run)


def days_of(rule: Rule, calendar: Calendar) -> Calendar:
    """Return the calendar whose days a rule counts: with our closures, or all nations' holidays, if it says so."""
    days = calendar if rule.closures_count else calendar.statutory
    return days.of_any_nation if rule.holidays_of else days


def _restart(run: Run, resets: list[Restarted]) -> Run:
    """Return the run from the last reset on, without what was granted before it."""
    if not resets:
        return run
    refuse_beyond_maximum(run.rule, resets)
    start = run.start
    for reset in sorted(resets, key=lambda reset: run.count.point(reset.at)):
        start = max(start, run.count.point(reset.at))
        _tell(run, steps.restarted(reset, reset_ground(run.rule, reset), start))
    since = london(start).date() if isinstance(start, datetime) else start
    extensions = [extension for extension in run.extensions if extension.granted_on >= since]
    stops = [stop for stop in run.stops if stop.to_at is None or run.count.point(stop.to_at) > start]
    return replace(run, start=start, extensions=extensions, stops=stops)


def _finish(run: Run) -> Deadline:
    rule, count = run.rule, run.count
    floor = _limit_end(run, rule.not_before)[0] if rule.not_before else None
    due, stands_still = _time_up(run, rule.within) if rule.within else (None, False)
    amber = _amber(run, due)
    due_at = None if due is None else count.end(due)
    amber_at = None if amber is None else count.beginning(amber)
    not_before_at = None if floor is None else count.beginning(floor)
    _tell(run, steps.result(due_at, amber_at, not_before_at, by_the_hour=rule.in_clock_hours))
    return Deadline(rule.id, rule.version, due_at, amber_at, not_before_at, stands_still, run.told or [])


def _time_up(run: Run, limit: Limit) -> tuple[Any, bool]:
    """Return the last point of `limit` after all that happened (None: not known yet), and whether a stop is open."""
    end, span = _limit_end(run, limit)
    end, unit = _extend(run, end, span)
    end, stands_still = _stand_still(run, end, unit)
    return (None if end is None else _roll(run, end)), stands_still


def _limit_end(run: Run, limit: Limit) -> tuple[Any, Span]:
    """Return the last point of the limb that holds, and that limb."""
    spans = [_span(run, limb) for limb in limit.limbs]
    ends = [_from_event(run, span) for span in spans]
    held = ends.index((max if limit.choose == "longer" else min)(ends)) if len(ends) > 1 else 0
    if run.told is not None:
        start = run.count.before(run.start) if run.rule.day_of_event else run.start
        passed = run.count.passed_over(start, ends[held], spans[held].unit)
        step = steps.counted(run.rule, spans[held], run.start, ends[held], passed)
        step["others"] = [
            {**steps.length(span), "to": end.isoformat(), "held": limit.choose}
            for n, (span, end) in enumerate(zip(spans, ends, strict=True))
            if n != held
        ]
        step["what"] = "not_before" if limit is run.rule.not_before else "within"
        run.told.append(step)
    return ends[held], spans[held]


def _span(run: Run, limb: Span | str) -> Span:
    if isinstance(limb, Span):
        return limb
    if limb not in run.periods:
        message = f"Rule “{run.rule.id}” needs the period “{limb}” of this case, which is not known."
        raise RuleError(message, remedy=f"Record the {limb.replace('_', ' ')}.")
    return run.periods[limb]


def _from_event(run: Run, span: Span) -> Any:
    """Count `span` from the event; where the event's own day is the first day, the end comes a day sooner."""
    if not run.rule.day_of_event:
        return run.count.move(run.start, span, back=run.rule.direction == "before")
    if span.unit == "working days":
        return run.count.move(run.count.before(run.start), span)
    return run.count.before(run.count.move(run.start, span))


def _extend(run: Run, end: Any, span: Span) -> tuple[Any, str]:
    """Return the last point with all extensions, and the unit in which the last of the time is counted.

    Lengths in one unit are added up before they are counted: 1 + 2 months from 31 January is 30 April.
    """
    base = None  # None while all of it runs from the event
    for extension in run.extensions:
        ground, before = extension_ground(run.rule, extension), end
        same_unit = ground.unit == span.unit
        base = base if same_unit else end
        span = Span(extension.amount + (span.amount if same_unit else 0), ground.unit)
        end = _from_event(run, span) if base is None else run.count.move(base, span)
        if run.told is not None:
            passed = run.count.passed_over(before, end, ground.unit)
            run.told.append(steps.extended(extension, ground, before, end, passed))
    return end, span.unit


def _stand_still(run: Run, end: Any, unit: str) -> tuple[Any, bool]:
    """Return the last point with all stops (None while one has no known end), and whether one is open.

    Stops that overlap are not counted twice; one that begins when the time is already up changes nothing.
    """
    counted_to, stands_still = run.start, False
    for stop in sorted(run.stops, key=lambda stop: run.count.point(stop.from_at)):
        ground, before, lost = stop_ground(run.rule, stop), end, ""
        begins, until = run.count.point(stop.from_at), _stop_end(run, stop, ground)
        if begins <= end:
            stands_still = stands_still or stop.to_at is None
            since = max(counted_to, begins if ground.first_day_counts else run.count.before(begins))
            if until is None:
                end = None
            elif ground.pauses and until > since:
                end, lost = run.count.resume(end, since, until, unit)
                counted_to = until
            if end is not None and ground.minimum_left:
                end = max(end, run.count.move(until, ground.minimum_left))
        _tell(run, steps.stopped(stop, ground, until, before, end, lost))
        if end is None:
            break
    return end, stands_still


def _stop_end(run: Run, stop: Stopped, ground: Stop) -> Any:
    """Return the point at which a stop ended, or at which its maximum ends it; None if neither is known."""
    begins = run.count.point(stop.from_at)
    ended = None if stop.to_at is None else run.count.point(stop.to_at)
    if ended is not None and ended < begins:
        message = f"“{ground.name}” ends at {ended.isoformat()}, before it begins at {begins.isoformat()}."
        raise RuleError(message, remedy="Correct the two dates.")
    if not ground.at_most:
        return ended
    longest = run.count.move(begins, ground.at_most)
    return longest if ended is None else min(ended, longest)


def _roll(run: Run, end: Any) -> Any:
    """Move the last day to a working day, where the rule says so."""
    if not run.rule.rolls_to or not isinstance(run.count, Days):
        return end
    calendar = run.count.calendar
    to = calendar.roll(end, back=run.rule.rolls_to == "previous working day")
    if to != end:
        _tell(run, steps.rolled(end, to, calendar.closed_days(min(end, to), max(end, to))))
    return to


def _amber(run: Run, due: Any) -> Any:
    """Return the amber point: counted like the time itself, or back from its end; never after it."""
    amber = None
    if run.rule.amber_after:
        amber = _time_up(replace(run, told=None), Limit((run.rule.amber_after,)))[0]
    elif run.rule.amber_before_due and due is not None:
        amber = run.count.move(due, run.rule.amber_before_due, back=True)
    return amber if due is None or amber is None else min(amber, due)


def _tell(run: Run, step: Step) -> None:
    if run.told is not None:
        run.told.append(step)
