"""Checks what service tasks do to clocks: that the rule has the ground, and that a date is one."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.definitions.checks import names
from engine.definitions.checks.context import Context, fault
from engine.definitions.checks.expressions import constant
from engine.definitions.elements import Element
from engine.definitions.faults import Fault
from engine.errors import RuleError
from engine.rules import Rule
from engine.service_tasks.base import ServiceTask

GROUNDS = {"extend_clock": "extensions", "stop_clock": "stops", "reset_clock": "resets"}
_WORDS = {"extensions": "extended", "stops": "stopped", "resets": "started again"}
_DATES = ("date", "date and time", "Any")


def check(node: Element, task: ServiceTask, given: Mapping[str, str], context: Context) -> Iterator[Fault]:
    """Yield what is wrong with how a service task changes a clock."""
    yield from _dates(node, task, given, context)
    if task.type == "extend_clock" and bool(given.get("amount")) == bool(given.get("working_days")):
        message = f"“{node.label}” must be given either an amount or a number of working days."
        yield fault(node, "missing-input", message, "Fill in one of the two, in the properties of the task.")
    kind = GROUNDS.get(task.type)
    rule_id = constant(given.get("rule", ""))
    if kind and isinstance(rule_id, str) and context.rules is not None:
        try:
            versions = context.rules.versions(rule_id)
        except RuleError:
            return  # told as an unknown rule
        yield from _ground(node, kind, versions, given)


def _ground(node: Element, kind: str, versions: tuple[Rule, ...], given: Mapping[str, str]) -> Iterator[Fault]:
    grounds: list[Any] = [entry for rule in versions for entry in getattr(rule, kind)]
    if not grounds:
        message = f"“{node.label}”: the rule “{versions[-1].name}” cannot be {_WORDS[kind]}."
        yield fault(node, "unknown-ground", message, "Add the ground to the rule, if the law has one.")
        return
    ids = {entry.id for entry in grounds}
    ground, reason = constant(given.get("ground", "")), constant(given.get("reason", ""))
    if isinstance(ground, str) and ground and ground not in ids:
        message = f"“{node.label}”: the rule “{versions[-1].name}” has no ground “{ground}”."
        yield fault(node, "unknown-ground", message, names.did_you_mean(ground, ids, names.one_of(ids, "")))
        return
    meant = [entry for entry in grounds if not ground or entry.id == ground]
    if isinstance(reason, str) and reason and not any(e.other_reasons or reason in e.reasons for e in meant):
        known = [said for entry in meant for said in entry.reasons]
        message = f"“{node.label}”: “{reason}” is no reason that the rule names."
        yield fault(
            node, "unknown-reason", message, names.did_you_mean(reason, known, names.one_of(known, "")), "warning"
        )


def _dates(node: Element, task: ServiceTask, given: Mapping[str, str], context: Context) -> Iterator[Fault]:
    """Tell of a field that is no date where a date is needed."""
    for name, field in task.inputs().fields.items():
        source = given.get(name, "").removeprefix("=").strip()
        kind = context.known.get(source, "Any")
        if field.metadata.get("is_date") and given.get(name, "").startswith("=") and kind not in _DATES:
            label = field.metadata.get("label", name)
            message = f"“{node.label}”: “{label}” is read from “{source}”, which is no date."
            yield fault(node, "wrong-input", message, "Name a field that holds a date.")
