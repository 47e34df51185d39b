"""What an officer may do to the clocks of a case: start, extend, stop, let run again, start anew, meet, withdraw.

What is due before is done first, the rule decides what is lawful and whose teams may grant it, and each change is an
event with before and after. Where the rule names a letter for a change, it is merged and put before the officer.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from engine.clocks.changes import Extended, Restarted, Stopped, check_grant
from engine.errors import Conflict, Invalid, NotAllowed, NotPossible
from engine.instants import now
from engine.permissions import Actor, may_on, require
from engine.runtime import changing_clocks, offering
from engine.runtime.clock_row import ClockRow, extended, restarted, stopped, written
from engine.runtime.locking import lock_case
from engine.runtime.opening import live_items
from engine.runtime.saving import save
from engine.runtime.step import Step, open_step
from engine.service_tasks.base import ClockChange

MOST_CHARACTERS = 2_000
_Granted = Extended | Stopped | Restarted
_AS_GRANTED: dict[str, Callable[[dict[str, Any]], _Granted]] = {
    "extend": extended,
    "stop": stopped,
    "reset": restarted,
}


def start(session: Session, case_id: int, rule_id: str, *, counts_from: str, reason: str, by: Actor) -> tuple[str, ...]:
    """Start a clock by a rule of the case's category, counting from an ISO date or date and time.

    Returns the keys of jobs to run after the commit.

    Raises:
        Conflict: a clock of this rule counts from that date already.
        RuleError: no such rule, or none in force for that date.
        Invalid: no reason, no date, or one that is still to come.
    """
    require(by, "change clock")
    change = ClockChange("start", rule_id, counts_from, reason=_reason(reason))
    step = _opened(session, case_id, by)
    earlier = step.deadlines.rows.get((rule_id, written(counts_from)))
    if earlier is not None:
        raise Conflict(
            f"A clock of “{earlier.name}” counts from {earlier.counted_from[:10]} already.",
            remedy="Look at the case's deadlines; start one from another date.",
        )
    changing_clocks.apply(step, change, by=by)
    return _saved(step)


def extend(
    session: Session,
    case_id: int,
    clock_id: int,
    *,
    amount: int,
    unit: str = "",
    reason: str,
    ground: str = "",
    by: Actor,
) -> tuple[str, ...]:
    """Give a clock more time, in the unit of the ground; tasks and timers that hang on it move with it.

    `unit` says in what the amount was given, where only one will do.

    Raises:
        NotAllowed: the rule lets somebody else grant it.
        RuleError: more than the rule allows, or for another reason.
        NotPossible: the clock does not go on.
    """
    require(by, "extend clock")
    change = ClockChange("extend", "", ground=ground, amount=amount, unit=unit, reason=_reason(reason))
    return _granted(session, case_id, clock_id, change, by, "extend clock")


def stop(
    session: Session, case_id: int, clock_id: int, *, reason: str, ground: str = "", at: str = "", by: Actor
) -> tuple[str, ...]:
    """Let a clock stand still since an ISO date (none: today), on a ground that its rule names. Raises as `extend`."""
    require(by, "change clock")
    change = ClockChange("stop", "", ground=ground, reason=_reason(reason), at=at)
    return _granted(session, case_id, clock_id, change, by)


def reset(
    session: Session, case_id: int, clock_id: int, *, reason: str, ground: str = "", at: str = "", by: Actor
) -> tuple[str, ...]:
    """Let the whole time of a clock start again at an ISO date (none: today). Raises as `extend`."""
    require(by, "change clock")
    change = ClockChange("reset", "", ground=ground, reason=_reason(reason), at=at)
    return _granted(session, case_id, clock_id, change, by)


def resume(session: Session, case_id: int, clock_id: int, *, reason: str, at: str = "", by: Actor) -> tuple[str, ...]:
    """Let a clock that stands still run again since an ISO date (none: today)."""
    require(by, "change clock")
    return _changed(session, case_id, clock_id, ClockChange("resume", "", reason=_reason(reason), at=at), by)


def meet(session: Session, case_id: int, clock_id: int, *, reason: str, at: str = "", by: Actor) -> tuple[str, ...]:
    """Say that what a clock times was done, on an ISO date or at an instant (none: now); in time or late."""
    require(by, "change clock")
    return _changed(session, case_id, clock_id, ClockChange("meet", "", reason=_reason(reason), at=at), by)


def cancel(session: Session, case_id: int, clock_id: int, *, reason: str, by: Actor) -> tuple[str, ...]:
    """Withdraw a clock that was started in error: it counts no more, and stays to be seen.

    Raises:
        NotAllowed: neither the officer who started it nor a manager.
        NotPossible: a task hangs on it.
    """
    require(by, "change clock")
    step = _opened(session, case_id, by)
    row = _clock(step, clock_id)
    if row.started_by_id != by.user_id and not may_on(session, by, "cancel clock", case_id):
        raise NotAllowed(
            "Only whoever started this deadline, or a manager, can withdraw it.", remedy="Ask your team's manager."
        )
    changing_clocks.apply_to(step, row, ClockChange("cancel", "", reason=_reason(reason)), by=by)
    return _saved(step)


def _granted(
    session: Session, case_id: int, clock_id: int, change: ClockChange, by: Actor, verb: str = "change clock"
) -> tuple[str, ...]:
    """Do what somebody must be allowed by the rule to grant, and offer the letter that tells it."""
    step = _opened(session, case_id, by, verb)
    row = _clock(step, clock_id)
    rule = step.deadlines.rule_of(row)
    ground = changing_clocks.ground_of(rule, change)
    check_grant(rule, _as_granted(change, ground.id), teams=by.team_names)
    changing_clocks.apply_to(step, row, change, by=by)
    if offering.has_letter(step, ground.letter):
        offering.offer_letter(step, ground.letter, about=rule.name)
    return _saved(step)


def _as_granted(change: ClockChange, kind: str) -> _Granted:
    at = change.at or now().isoformat()
    dates: dict[str, Any] = {"from_at": at, "to_at": None, "at": at, "granted_on": now().date().isoformat()}
    return _AS_GRANTED[change.action]({"kind": kind, "reason": change.reason, "amount": change.amount, **dates})


def _changed(session: Session, case_id: int, clock_id: int, change: ClockChange, by: Actor) -> tuple[str, ...]:
    step = _opened(session, case_id, by)
    changing_clocks.apply_to(step, _clock(step, clock_id), change, by=by)
    return _saved(step)


def _opened(session: Session, case_id: int, by: Actor, verb: str = "change clock") -> Step:
    case = lock_case(session, case_id, by=by, verb=verb)
    if case.status != "open":
        raise NotPossible(f"The case {case.reference} is {case.status}; its deadlines are over.")
    step = open_step(session, case, actor=by, at=now())
    step.fire_due_timers()
    return step


def _clock(step: Step, clock_id: int) -> ClockRow:
    row = next((row for row in step.deadlines.all if row.id == clock_id), None)
    if row is None or not row.goes_on or _is_overtaken(step, row):
        raise NotPossible("No such deadline is running on this case.", remedy="Look at the case's deadlines.")
    return row


def _is_overtaken(step: Step, row: ClockRow) -> bool:
    """Say whether what was due first has taken away every task that hung on a clock: it ends with this step."""
    clocks = step.instance.kept.clocks
    hanging = {token_id for token_id, keys in clocks.items() if list(row.key) in keys}
    return bool(hanging) and not hanging & live_items(step)


def _saved(step: Step) -> tuple[str, ...]:
    step.run()
    save(step)
    return step.job_keys


def _reason(text: str) -> str:
    text = text.strip()
    if not text:
        raise Invalid("Say why.", errors={"reason": "Enter the reason"})
    if len(text) > MOST_CHARACTERS:
        raise Invalid(
            "The reason is too long.", errors={"reason": f"The reason must be {MOST_CHARACTERS:,} characters or fewer"}
        )
    return text
