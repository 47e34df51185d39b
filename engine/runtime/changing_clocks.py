"""Changes the clocks of a case, for its diagram or for an officer: each change is an event with before and after."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.clocks.changes import extension_ground, reset_ground, stop_ground
from engine.clocks.counting import LAST_MOMENT
from engine.clocks.timing import instant
from engine.errors import Invalid, NotPossible, RuleError
from engine.instants import LONDON, now, today
from engine.permissions import Actor
from engine.rules import Extension, Reset, Rule, Stop
from engine.runtime import recounting
from engine.runtime.clock_row import ClockRow, extended, moment, restarted, stopped, written
from engine.service_tasks.base import ClockChange

if TYPE_CHECKING:
    from engine.runtime.step import Step

Ground = Extension | Stop | Reset


def apply(step: "Step", change: ClockChange, *, by: Actor) -> ClockRow:
    """Do what a change asks; the rule of the clock decides whether it is lawful.

    Raises:
        NotPossible: no such clock goes on, or it does not stand as the change supposes.
        RuleError: the rule does not allow it.
    """
    if change.action == "start":
        return _start(step, change, by)
    row = step.deadlines.running(change.rule_id, change.counted_from)
    apply_to(step, row, change, by=by)
    return row


def apply_to(step: "Step", row: ClockRow, change: ClockChange, *, by: Actor) -> None:
    """Do what a change asks to one clock. Raises as `apply` does."""
    _DO[change.action](step, row, change, by)


def ground_of(rule: Rule, change: ClockChange) -> Ground:
    """Return the ground that a change names by its id, else the one that has its reason, else the first.

    Raises:
        RuleError: the rule has no such ground, or none at all.
    """
    grounds: tuple[Ground, ...] = _GROUNDS[change.action](rule)
    if not grounds:
        raise RuleError(
            f"The rule “{rule.name}” cannot be {_DONE[change.action]}.", remedy="Keep to the date it gives."
        )
    if not change.ground:
        return next((entry for entry in grounds if change.reason in entry.reasons), grounds[0])
    found = next((entry for entry in grounds if entry.id == change.ground), None)
    if found is None:
        known = ", ".join(f"“{entry.id}”" for entry in grounds)
        raise RuleError(
            f"The rule “{rule.name}” cannot be {_DONE[change.action]} on the ground “{change.ground}”.",
            remedy=f"It can on: {known}.",
        )
    return found


def _start(step: "Step", change: ClockChange, by: Actor) -> ClockRow:
    key = (change.rule_id, written(change.counted_from))
    _refuse_later_than_now(change.counted_from, "A clock counts from what has happened")
    row = step.deadlines.start(key, source=change.source, by_id=None if change.source else by.user_id)
    row.reason = change.reason
    if list(key) not in [entry[:2] for entry in step.instance.kept.started]:
        step.instance.kept.started.append([*key, change.source])
    recounting.moved(step, row)
    return row


def _extend(step: "Step", row: ClockRow, change: ClockChange, by: Actor) -> None:
    rule = step.deadlines.rule_of(row)
    entry = {**_grant(change, by, ground_of(rule, change)), "amount": change.amount}
    ground = extension_ground(rule, extended(entry))
    if change.unit and change.unit != ground.unit:
        raise RuleError(
            f"“{ground.name}” is counted in {ground.unit}, not in {change.unit}.", remedy="Give the amount in its unit."
        )
    _change(step, row, change, "clock_extended", {"amount": change.amount, "unit": ground.unit}, extensions=entry)


def _stop(step: "Step", row: ClockRow, change: ClockChange, by: Actor) -> None:
    rule = step.deadlines.rule_of(row)
    if row.open_stop:
        raise NotPossible(f"The clock of “{rule.name}” is stopped already.", remedy="Let it run again first.")
    at = change.at or _now_for(rule)
    _refuse_later_than_now(at, "A clock cannot be stopped in advance")
    _refuse_before_start(row, at)
    entry = {**_grant(change, by, ground_of(rule, change)), "from_at": at, "to_at": None}
    stop_ground(rule, stopped(entry))
    _change(step, row, change, "clock_stopped", {"from_at": at}, stops=entry)


def _resume(step: "Step", row: ClockRow, change: ClockChange, by: Actor) -> None:
    rule, stop = step.deadlines.rule_of(row), row.open_stop
    if stop is None:
        raise NotPossible(f"The clock of “{rule.name}” is not stopped.", remedy="Look at the case's deadlines.")
    at = change.at or _now_for(rule)
    _refuse_later_than_now(at, "A clock cannot be let run in advance")
    if instant(moment(at)) < instant(moment(stop["from_at"])):
        raise RuleError("A clock cannot run again before it stopped.", remedy="Give a later date.")
    ended = {**stop, "to_at": at, "resumed_by": by.name, "resumed_on": today().isoformat()}
    row.stops = [ended if entry is stop else entry for entry in row.stops]
    _change(step, row, change, "clock_resumed", {"to_at": at, "ground": stop["kind"]})


def _reset(step: "Step", row: ClockRow, change: ClockChange, by: Actor) -> None:
    rule = step.deadlines.rule_of(row)
    at = change.at or _now_for(rule)
    _refuse_later_than_now(at, "A time cannot start again in advance")
    _refuse_before_start(row, at)
    entry = {**_grant(change, by, ground_of(rule, change)), "at": at}
    reset_ground(rule, restarted(entry))
    _change(step, row, change, "clock_reset", {"at": at}, resets=entry)


def _meet(step: "Step", row: ClockRow, change: ClockChange, by: Actor) -> None:
    at = _moment_of(change.at, step.at) if change.at else step.at
    _refuse_later_than_now(change.at, "A clock cannot be met in advance")
    step.deadlines.meet(row, at)
    recounting.forget_started(step, row.key)
    step.note_event("clock_met", {**row.told(), "met_at": at.isoformat(), "reason": change.reason})


def _cancel(step: "Step", row: ClockRow, change: ClockChange, by: Actor) -> None:
    if any(list(row.key) in keys for keys in step.instance.kept.clocks.values()):
        raise NotPossible(
            "A task hangs on this clock, so it cannot be cancelled.",
            remedy="Correct the date that it counts from, or complete the task.",
        )
    recounting.drop(step, row, reason=change.reason)


def _change(
    step: "Step", row: ClockRow, change: ClockChange, event: str, told: dict[str, Any], **added: dict[str, Any]
) -> None:
    """Add to what was granted to a clock, work it out again, and tell it; refused where the rule does not allow it."""
    before, held = row.dates(), {name: getattr(row, name) for name in added}
    for name, entry in added.items():
        setattr(row, name, [*held[name], entry])
        told = {"ground": entry["kind"], **told}
    try:
        step.deadlines.count(row)
    except Exception:
        for name, entries in held.items():
            setattr(row, name, entries)
        raise
    recounting.moved(step, row)
    step.note_event(event, {**row.told_with_reasons(), "before": before, **told, "reason": change.reason})


def _grant(change: ClockChange, by: Actor, ground: Ground) -> dict[str, Any]:
    granted = {"granted_on": today().isoformat(), "granted_by": by.name}
    return {"kind": ground.id, "reason": change.reason, **granted}


def _now_for(rule: Rule) -> str:
    return now().isoformat() if rule.in_clock_hours else today().isoformat()


def _moment_of(text: str, at: datetime) -> datetime:
    """Return the instant that was meant: of a day that is past its end, of today the present moment."""
    found = moment(text)
    if isinstance(found, datetime):
        return found
    return at if found >= today() else datetime.combine(found, LAST_MOMENT, LONDON)


def _refuse_later_than_now(text: str, what: str) -> None:
    if not text:
        return
    try:
        found = moment(text)
    except ValueError:
        raise Invalid(f"“{text[:40]}” is not a date.", remedy="Give a date, such as 2026-12-03.") from None
    is_later = found > now() if isinstance(found, datetime) else found > today()
    if is_later:
        raise Invalid(f"{what}, and {text[:10]} is still to come.", remedy="Give a date that is not in the future.")


def _refuse_before_start(row: ClockRow, at: str) -> None:
    if instant(moment(at)) < instant(moment(row.counted_from)) and at[:10] != row.counted_from[:10]:
        raise RuleError(
            f"The clock counts from {row.counted_from[:10]}, and {at[:10]} is before that.", remedy="Give a later date."
        )


_GROUNDS: dict[str, Callable[[Rule], Any]] = {
    "extend": lambda rule: rule.extensions,
    "stop": lambda rule: rule.stops,
    "reset": lambda rule: rule.resets,
}
_DONE = {"extend": "extended", "stop": "stopped", "reset": "started again"}
_DO: dict[str, Callable[["Step", ClockRow, ClockChange, Actor], None]] = {
    "extend": _extend,
    "stop": _stop,
    "resume": _resume,
    "reset": _reset,
    "meet": _meet,
    "cancel": _cancel,
}
