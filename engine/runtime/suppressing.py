"""Withholds a step whose rule forbids it for the time being: no notice while a breathing space protects the tenant.

A step is timed by the rules that its schedule asks, and by those that its property `withheldBy` names. The fact that
forbids it is a field of the case that is true. Where the rule lets a team override it, they may with a reason.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from SpiffWorkflow.task import Task

from engine.definitions.elements import Element
from engine.errors import NotAllowed, NotPossible, RuleError, StepFailed
from engine.instants import today
from engine.permissions import Actor
from engine.rules import Rule, Suppression
from engine.rules.words import join_words
from engine.runtime.clock_row import ClockKey, moment

if TYPE_CHECKING:
    from engine.runtime.step import Step

PROPERTY = "withheldBy"  # rules, separated by commas
FindRule = Callable[[str, date | datetime], Rule]


@dataclass(frozen=True, slots=True)
class Withheld:
    """Why a step must not be taken now, and by which teams that may be overridden."""

    rule: str
    entry: Suppression

    @property
    def sentence(self) -> str:
        """Return what is forbidden, and why."""
        return f"“{self.rule}” must not be done while {self.entry.words}."

    @property
    def override_by(self) -> tuple[str, ...]:
        """Return the teams who may take the step all the same."""
        return self.entry.override_by


def withheld(
    keys: Iterable[ClockKey], element: Element, *, rule: FindRule, is_true: Callable[[str], bool]
) -> list[Withheld]:
    """Return what forbids a step that these clocks time and that its property names; most steps nothing does."""
    wanted: list[tuple[str, date | datetime]] = [(rule_id, moment(start)) for rule_id, start in keys]
    named = element.properties.get(PROPERTY, "")
    wanted += [(rule_id.strip(), today()) for rule_id in named.split(",") if rule_id.strip()]
    found: dict[tuple[str, str], Withheld] = {}
    for rule_id, on in wanted:
        with suppress(RuleError):  # a rule that is in force no more forbids nothing
            timing = rule(rule_id, on)
            for entry in timing.suppressions:
                if is_true(entry.while_):
                    found[timing.name, entry.while_] = Withheld(timing.name, entry)
    return list(found.values())


def require_lawful(step: "Step", token: Task, element: Element, *, reason: str, by: Actor) -> list[str]:
    """Refuse a step that its rule forbids now, unless it is overridden with a reason; return what was overridden.

    Raises:
        NotPossible: it is forbidden, and no reason is given to do it all the same.
        NotAllowed: the rule lets nobody of the actor's teams override it.
    """
    found = _of_token(step, token, element)
    for one in found:
        teams = join_words(list(one.override_by))
        if not reason.strip():
            remedy = f"{teams} may override this with a reason." if teams else "Do it when that is over."
            raise NotPossible(one.sentence, remedy=remedy)
        if not set(one.override_by) & set(by.team_names):
            raise NotAllowed(f"{one.sentence} That may be overridden by: {teams or 'nobody'}.")
    return [one.sentence for one in found]


def refuse_service(step: "Step", token: Task, element: Element) -> None:
    """Withhold a service step that its rule forbids now: it becomes an incident, to be retried when that is over."""
    if PROPERTY in element.properties:
        for one in _of_token(step, token, element):
            raise StepFailed(one.sentence, remedy="Retry it when that is over.")


def _of_token(step: "Step", token: Task, element: Element) -> list[Withheld]:
    keys = [(rule, start) for rule, start in step.instance.kept.clocks.get(token.id.hex, ())]
    if not keys and PROPERTY not in element.properties:
        return []
    is_true = step.instance.document.get
    return withheld(keys, element, rule=step.deadlines.rule_on, is_true=lambda key: is_true(key) is True)
