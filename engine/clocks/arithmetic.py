"""When the time that a rule gives is up, with every step that leads there.

Pure functions over data: no database, no present moment. Days are London days; instants are UTC.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.calendars import Calendar
from engine.clocks.changes import (
    Extended,
    Restarted,
    Stopped,
    extension_ground,
    refuse_beyond_maximum,
    reset_ground,
    stop_ground,
)
from engine.clocks.counting import Counting, Days, Hours, Passed
from engine.errors import RuleError
from engine.instants import london
from engine.rules import Limit, Rule, Span, Stop

Step = dict[str, Any]  # one step of an explanation: JSON-able, its kind under "step"


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a step is due, and why.

    `due_at` is the last moment that is in time: 23:59:59.999999 in London on the last day, or the exact moment for clock
    hours; None while the clock stands still without a known end, and for a rule that only sets a floor.
    `amber_at` is the first moment of the amber day (or the exact moment). `not_before_at` is the first lawful moment.
    All are UTC. `explanation` is a list of steps for `engine.clocks.explanation`.
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
            "due_at": _iso(self.due_at),
            "amber_at": _iso(self.amber_at),
            "not_before_at": _iso(self.not_before_at),
            "stands_still": self.stands_still,
            "explanation": self.explanation,
        }


@dataclass(slots=True)
class _Run:
    """One run of a clock: its rule, how time is counted, from where, and what happened since."""

    rule: Rule
    count: Counting
    start: Any
    extensions: list[Extended]
    stops: list[Stopped]
    periods: Mapping[str, Span]
    steps: list[Step]


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

    Extensions in the unit of the limit add to it; in another unit they run from its end. `periods` gives the spans that
    only the case knows (a rule's `{period = "tenancy_period"}`). Local closures in `calendar` count only if the rule says so.
    Raises RuleError for a change that the rule does not allow, Invalid for a moment that cannot be counted from.
    """
    run = _begin(rule, counted_from, calendar, list(extensions), list(stops), list(resets), periods or {})
    floor = _limit_end(rule.not_before, run, run.steps, what="not_before")[0] if rule.not_before else None
    due, stands_still = _time_up(rule.within, run, run.steps) if rule.within else (None, False)
    amber = _amber(run, due)
    result = Deadline(
        rule_id=rule.id,
        rule_version=rule.version,
        due_at=None if due is None else run.count.end(due),
        amber_at=None if amber is None else run.count.beginning(amber),
        not_before_at=None if floor is None else run.count.beginning(floor),
        stands_still=stands_still,
        explanation=run.steps,
    )
    run.steps.append(_result(result))
    return result


def _begin(
    rule: Rule,
    counted_from: date | datetime,
    calendar: Calendar,
    extensions: list[Extended],
    stops: list[Stopped],
    resets: list[Restarted],
    periods: Mapping[str, Span],
) -> _Run:
    """Return the run since the last reset, with the steps that say what is counted from when by which rule."""
    days = calendar if rule.closures_count else calendar.statutory
    count: Counting = Hours() if rule.in_clock_hours else Days(days)
    start = count.point(counted_from)
    steps = [_event(rule, start), _rule(rule, days)]
    refuse_beyond_maximum(rule, resets)
    for reset in sorted(resets, key=lambda reset: count.point(reset.at)):
        start = max(start, count.point(reset.at))
        steps.append(_reset(rule, reset, start))
    if resets:
        since = london(start).date() if isinstance(start, datetime) else start
        extensions = [extension for extension in extensions if extension.granted_on >= since]
        stops = [stop for stop in stops if stop.to_at is None or count.point(stop.to_at) > start]
    refuse_beyond_maximum(rule, [*extensions, *stops])
    return _Run(rule, count, start, extensions, stops, periods, steps)


def _reset(rule: Rule, reset: Restarted, start: date) -> Step:
    name = reset_ground(rule, reset).name
    return {
        "step": "reset",
        "name": name,
        "from": start.isoformat(),
        "reason": reset.reason,
        "granted_by": reset.granted_by,
    }


def _event(rule: Rule, start: date | datetime) -> Step:
    return {"step": "event", "event": rule.counts_from, "words": rule.counts_from_words, "from": start.isoformat()}


def _rule(rule: Rule, days: Calendar) -> Step:
    citation = rule.citation
    return {
        "step": "rule",
        "id": rule.id,
        "name": rule.name,
        "class": rule.kind,
        "version": rule.version,
        "in_force_from": _iso(rule.in_force_from),
        "in_force_to": _iso(rule.in_force_to),
        "calendar": days.nation,
        "citation": {"text": citation.text, "url": citation.url} if citation else None,
    }


def _time_up(limit: Limit, run: _Run, steps: list[Step]) -> tuple[Any, bool]:
    """Return the last point of `limit` after all that happened (None: not known yet), and whether the clock stands still."""
    end, span = _limit_end(limit, run, steps, what="within")
    end, unit = _extend(end, span, run, steps)
    end, stands_still = _stand_still(end, unit, run, steps)
    return (None if end is None else _roll(end, run, steps)), stands_still


def _limit_end(limit: Limit, run: _Run, steps: list[Step], *, what: str) -> tuple[Any, Span]:
    """Return the last point of the limb that holds, and that limb."""
    spans = [_span(limb, run) for limb in limit.limbs]
    ends = [_count_from_event(run, span) for span in spans]
    held = (max if limit.choose == "longer" else min)(range(len(ends)), key=lambda n: ends[n])
    others = [_span_step(span, to=end) for n, (span, end) in enumerate(zip(spans, ends, strict=True)) if n != held]
    steps.append(
        {
            "step": "counted",
            "what": what,
            **_span_step(spans[held], to=ends[held]),
            "from": run.start.isoformat(),
            "direction": run.rule.direction,
            "day_of_event": run.rule.day_of_event,
            "not_counted": _passed(_passed_from_event(run, ends[held], spans[held].unit)),
            "choose": limit.choose if others else "",
            "others": others,
        }
    )
    return ends[held], spans[held]


def _span(limb: Span | str, run: _Run) -> Span:
    if isinstance(limb, Span):
        return limb
    if limb not in run.periods:
        raise RuleError(
            f"Rule “{run.rule.id}” needs to know the period “{limb}” of this case.",
            remedy=f"Record {limb.replace('_', ' ')}.",
        )
    return run.periods[limb]


def _count_from_event(run: _Run, span: Span) -> Any:
    """Count `span` from the event; where the event's day is the first day, the end comes a day sooner."""
    back = run.rule.direction == "before"
    if not run.rule.day_of_event:
        return run.count.move(run.start, span, back=back)
    if span.unit == "working days":
        return run.count.move(run.count.before(run.start), span)
    return run.count.before(run.count.move(run.start, span))


def _passed_from_event(run: _Run, end: Any, unit: str) -> Passed:
    start = run.count.before(run.start) if run.rule.day_of_event else run.start
    return run.count.passed_over(start, end, unit)


def _extend(end: Any, span: Span, run: _Run, steps: list[Step]) -> tuple[Any, str]:
    """Return the last point with all extensions, and the unit in which the last of the time is counted."""
    added: Span | None = None  # None while the time still runs from the event itself
    base = run.start
    for extension in run.extensions:
        entry, before = extension_ground(run.rule, extension), end
        if entry.unit == span.unit:
            span = Span(span.amount + extension.amount, span.unit)
        else:
            base, span = end, Span(extension.amount, entry.unit)
            added = span
        end = _count_from_event(run, span) if added is None else run.count.move(base, span)
        steps.append(_extension(extension, Span(extension.amount, entry.unit), entry.name, before, end, run))
    return end, span.unit


def _extension(extension: Extended, span: Span, name: str, before: Any, end: Any, run: _Run) -> Step:
    return {
        "step": "extension",
        "name": name,
        **_span_step(span, to=end),
        "from": before.isoformat(),
        "reason": extension.reason,
        "granted_on": extension.granted_on.isoformat(),
        "granted_by": extension.granted_by,
        "not_counted": _passed(run.count.passed_over(before, end, span.unit)),
    }


def _stand_still(end: Any, unit: str, run: _Run, steps: list[Step]) -> tuple[Any, bool]:
    """Return the last point with all stops (None while one has no known end), and whether a stop is still open."""
    counted_to, still_open = run.start, False
    for stop in sorted(run.stops, key=lambda stop: run.count.point(stop.from_at)):
        entry = stop_ground(run.rule, stop)
        begins, until = run.count.point(stop.from_at), _stop_end(stop, entry, run.count)
        step = _stop(stop, entry, until, end)
        steps.append(step)
        if begins > end:
            continue  # the time was up already; the step says so
        still_open = still_open or stop.to_at is None
        if until is None:
            step["to_due"] = None
            return None, True
        if entry.pauses:
            since = max(counted_to, begins if entry.first_day_counts else run.count.before(begins))
            counted_to = max(since, until)
            end, step["lost"] = run.count.resume(end, since, counted_to, unit)
        if entry.minimum_left:
            end = max(end, run.count.move(until, entry.minimum_left))
        step["to_due"] = end.isoformat()
    return end, still_open


def _stop_end(stop: Stopped, entry: Stop, count: Counting) -> Any:
    """Return the point at which a stop ended or must end by its maximum; None if neither is known."""
    begins, ended = count.point(stop.from_at), None if stop.to_at is None else count.point(stop.to_at)
    if ended is not None and ended < begins:
        raise RuleError(f"“{entry.name}” ends on {ended.isoformat()}, before it begins on {begins.isoformat()}.")
    if not entry.at_most:
        return ended
    longest = count.move(begins, entry.at_most)
    return longest if ended is None else min(ended, longest)


def _stop(stop: Stopped, entry: Stop, until: Any, end: Any) -> Step:
    return {
        "step": "stop",
        "name": entry.name,
        "from": stop.from_at.isoformat(),
        "to": None if until is None else until.isoformat(),
        "open": stop.to_at is None,
        "pauses": entry.pauses,
        "minimum_left": _span_step(entry.minimum_left) if entry.minimum_left else None,
        "reason": stop.reason,
        "granted_by": stop.granted_by,
        "lost": "",
        "from_due": end.isoformat(),
        "to_due": end.isoformat(),
    }


def _roll(end: Any, run: _Run, steps: list[Step]) -> Any:
    """Move the last day to a working day, where the rule says so."""
    if not run.rule.rolls_to or not isinstance(run.count, Days):
        return end
    back = run.rule.rolls_to == "previous working day"
    rolled, calendar = run.count.calendar.roll(end, back=back), run.count.calendar
    if rolled != end:
        steps.append(
            {
                "step": "roll",
                "from": end.isoformat(),
                "to": rolled.isoformat(),
                "not_counted": _passed(calendar.closed_days(min(end, rolled), max(end, rolled))),
            }
        )
    return rolled


def _amber(run: _Run, due: Any) -> Any:
    """Return the amber point: counted like the time itself, or back from its end; never after it."""
    rule = run.rule
    if rule.amber_after:
        amber, _ = _time_up(Limit((rule.amber_after,)), run, [])
    elif rule.amber_before_due and due is not None:
        amber = run.count.move(due, rule.amber_before_due, back=True)
    else:
        return None
    return amber if due is None or amber is None else min(amber, due)


def _result(result: Deadline) -> Step:
    return {
        "step": "result",
        "due_at": _iso(result.due_at),
        "amber_at": _iso(result.amber_at),
        "not_before_at": _iso(result.not_before_at),
        "stands_still": result.stands_still,
    }


def _span_step(span: Span, *, to: date | None = None) -> Step:
    step: Step = {"amount": span.amount, "unit": span.unit}
    return step | {"to": to.isoformat()} if to else step


def _passed(passed: Passed) -> list[dict[str, str]]:
    return [{"on": day.isoformat(), "why": why} for day, why in passed]


def _iso(moment: date | None) -> str | None:
    return moment.isoformat() if moment else None
