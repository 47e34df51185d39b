"""What may happen to a running clock (extended, stopped, restarted), and whether its rule allows it."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from engine.errors import NotAllowed, RuleError
from engine.rules import Extension, Reset, Rule, Span, Stop
from engine.rules.rule import UNITS
from engine.rules.words import join_words, span_in_words, times_in_words


@dataclass(frozen=True, slots=True)
class Extended:
    """More time was given: `amount` in the unit of the ground `kind`, an id in the rule."""

    kind: str
    amount: int
    reason: str
    granted_on: date
    granted_by: str = ""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The clock stood still from `from_at` to `to_at`, or still does (None)."""

    kind: str
    from_at: date | datetime
    to_at: date | datetime | None
    reason: str
    granted_by: str = ""
    granted_on: date | None = None


@dataclass(frozen=True, slots=True)
class Restarted:
    """The whole time started again at `at`."""

    kind: str
    at: date | datetime
    reason: str
    granted_by: str = ""
    granted_on: date | None = None


G = TypeVar("G", Extension, Stop, Reset)
Change = Extended | Stopped | Restarted
Ground = Extension | Stop | Reset


def ground(rule: Rule, change: Change) -> Ground:
    """Return the ground in `rule` that `change` names. Raises RuleError if the rule has none of that id."""
    if isinstance(change, Extended):
        return extension_ground(rule, change)
    return stop_ground(rule, change) if isinstance(change, Stopped) else reset_ground(rule, change)


def extension_ground(rule: Rule, change: Extended) -> Extension:
    """Return the ground of an extension. Raises RuleError."""
    return _named(rule.extensions, change.kind, rule, "extended")


def stop_ground(rule: Rule, change: Stopped) -> Stop:
    """Return the ground of a stop. Raises RuleError."""
    return _named(rule.stops, change.kind, rule, "stopped")


def reset_ground(rule: Rule, change: Restarted) -> Reset:
    """Return the ground of a new start. Raises RuleError."""
    return _named(rule.resets, change.kind, rule, "restarted")


def _named(grounds: tuple[G, ...], kind: str, rule: Rule, word: str) -> G:
    for entry in grounds:
        if entry.id == kind:
            return entry
    known = join_words([f"“{entry.id}”" for entry in grounds])
    raise RuleError(
        f"Rule “{rule.id}” cannot be {word} on the ground “{kind}”.",
        remedy=f"It can on: {known}." if known else f"It cannot be {word} at all.",
    )


def check_grant(rule: Rule, change: Change, *, teams: Collection[str], earlier: Iterable[Change] = ()) -> None:
    """Refuse a change that the rule does not allow, or that nobody in `teams` may grant, before it is recorded.

    `earlier` are the changes already made to the clock since it last started. Raises NotAllowed or RuleError.
    """
    entry = ground(rule, change)
    if not set(entry.granted_by) & set(teams):
        raise NotAllowed(
            f"“{entry.name}” may be granted by: {join_words(list(entry.granted_by)) or 'nobody'}.",
            remedy="Ask one of them to grant it.",
        )
    if not change.reason.strip():
        raise RuleError(f"“{entry.name}” needs a reason.", remedy="Say why, so that it can be told and checked.")
    if not entry.other_reasons and entry.reasons and change.reason not in entry.reasons:
        raise RuleError(
            f"“{change.reason}” is not a reason for “{entry.name}”.", remedy=f"It has: {'; '.join(entry.reasons)}."
        )
    refuse_beyond_maximum(rule, [*earlier, change])


def refuse_beyond_maximum(rule: Rule, changes: Iterable[Change]) -> None:
    """Raise RuleError if `changes` together are more, or oftener, than the rule allows."""
    times: Counter[str] = Counter()
    amounts: Counter[str] = Counter()
    for change in changes:
        entry = ground(rule, change)
        times[f"{type(entry).__name__} {entry.id}"] += 1
        _refuse_too_often(entry, times[f"{type(entry).__name__} {entry.id}"])
        if isinstance(change, Extended):
            amounts[change.kind] += _at_least_one(change)
            _refuse_too_much(extension_ground(rule, change), amounts[change.kind])


def _refuse_too_often(entry: Ground, times: int) -> None:
    if entry.times and times > entry.times:
        raise RuleError(f"“{entry.name}” may happen {times_in_words(entry.times)}, and this would be number {times}.")


def _at_least_one(change: Extended) -> int:
    if change.amount < 1:
        raise RuleError(f"An extension gives at least 1, and this one gives {change.amount}.")
    return change.amount


def _refuse_too_much(entry: Extension, total: int) -> None:
    most = entry.at_most or UNITS[entry.unit]
    if total > most:
        raise RuleError(
            f"“{entry.name}” gives at most {span_in_words(Span(most, entry.unit))} in all, "
            f"and this would be {span_in_words(Span(total, entry.unit))}.",
            remedy="Give less, or use another ground that the rule names.",
        )
