"""The rules of one file: the version for a date, and what is doubtful about them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from itertools import pairwise
from typing import Literal

from engine.errors import RuleError
from engine.instants import london
from engine.rules.rule import Extension, Reset, Rule, Stop

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is doubtful about a rule, and what to do; an `error` keeps the file from being deployed."""

    rule_id: str
    code: str
    severity: Severity
    message: str
    remedy: str


class RuleBook:
    """All versions of all rules of one source."""

    def __init__(self, rules: Iterable[Rule], *, source: str) -> None:
        """Keep the versions of each rule by the day from which they are in force."""
        self.source = source
        self._versions: dict[str, list[Rule]] = {}
        for rule in sorted(rules, key=_starts_on):
            self._versions.setdefault(rule.id, []).append(rule)

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the ids of the rules, in alphabetical order."""
        return tuple(sorted(self._versions))

    def __contains__(self, rule_id: object) -> bool:
        """Say whether there is a rule of this id."""
        return rule_id in self._versions

    def versions(self, rule_id: str) -> tuple[Rule, ...]:
        """Return every version of a rule, oldest first. Raises RuleError for an unknown id, naming the nearest."""
        if rule_id not in self._versions:
            close = get_close_matches(rule_id, self.ids, n=1, cutoff=0.4)
            raise RuleError(
                f"There is no rule “{rule_id}” in {self.source}.",
                remedy=f"Did you mean “{close[0]}”?" if close else f"It has: {', '.join(self.ids)}.",
            )
        return tuple(self._versions[rule_id])

    def rule(self, rule_id: str, on: date | datetime) -> Rule:
        """Return the version in force for an event of the day `on` (an instant counts by its London date).

        Raises RuleError for an unknown id, and for a day on which no version, or more than one, is in force.
        """
        day = london(on).date() if isinstance(on, datetime) else on
        found = [rule for rule in self.versions(rule_id) if rule.is_in_force(day)]
        if len(found) != 1:
            raise RuleError(
                f"{'No' if not found else 'More than one'} version of rule “{rule_id}” is in force for an event of "
                f"{day.isoformat()}; there is {' and '.join(_in_force(rule) for rule in self.versions(rule_id))}.",
                remedy=f"Correct the date of the event, or the days in force in {self.source}.",
            )
        return found[0]

    def check(self) -> list[Problem]:
        """Return gaps and overlaps between versions, and what a rule should say and does not."""
        problems = [problem for rule_id in self.ids for problem in _check_versions(self._versions[rule_id])]
        return problems + [p for rule_id in self.ids for rule in self._versions[rule_id] for p in _check_rule(rule)]


def _starts_on(rule: Rule) -> date:
    return rule.in_force_from or date.min


def _in_force(rule: Rule) -> str:
    start = rule.in_force_from.isoformat() if rule.in_force_from else "the beginning"
    return f"one from {start} to {rule.in_force_to.isoformat()}" if rule.in_force_to else f"one from {start} on"


def _check_versions(versions: list[Rule]) -> Iterable[Problem]:
    for earlier, later in pairwise(versions):
        ends_on = earlier.in_force_to or date.max
        if ends_on >= _starts_on(later):
            both = f"{_in_force(earlier)} and {_in_force(later)}"
            message = f"Two versions are in force on {_starts_on(later).isoformat()}: {both}."
            remedy = "Give the earlier version an in_force_to on the day before the later one starts."
            yield Problem(later.id, "overlap", "error", message, remedy)
        elif ends_on + timedelta(days=1) < _starts_on(later):
            message = f"No version is in force after {ends_on.isoformat()} and before {_starts_on(later).isoformat()}."
            yield Problem(later.id, "gap", "warning", message, "Move one of the two days, or add the version between.")


def _check_rule(rule: Rule) -> Iterable[Problem]:
    official = rule.kind in ("law", "regulator", "court protocol")
    if not rule.citation:
        message = f"The version of {rule.version} cites nothing, so nobody can check it."
        severity: Severity = "error" if official else "warning"
        yield Problem(rule.id, "no_citation", severity, message, "Add a citation with text and url.")
    elif official and not rule.citation.url:
        message = f"The citation of version {rule.version} has no link."
        yield Problem(rule.id, "no_link", "warning", message, "Add its url.")
    changes: list[Extension | Stop | Reset] = [*rule.extensions, *rule.stops, *rule.resets]
    for entry in changes:
        yield from _check_change(rule, entry)


def _check_change(rule: Rule, entry: Extension | Stop | Reset) -> Iterable[Problem]:
    if not entry.granted_by:
        message = f"“{entry.name}” does not say who may grant it, so nobody may."
        yield Problem(rule.id, "nobody_may_grant", "error", message, "Add granted_by with the names of teams.")
    if not entry.reasons:
        message = f"“{entry.name}” has no list of reasons."
        yield Problem(rule.id, "no_reasons", "warning", message, "Add the reasons that the source allows.")
    if not entry.letter:
        message = f"“{entry.name}” names no letter that tells the person concerned."
        yield Problem(rule.id, "no_letter", "warning", message, "Add letter, the name of a template, if one is due.")
