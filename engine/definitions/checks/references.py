"""Checks what a diagram names elsewhere: forms, teams, rules, decisions, called processes, other steps."""

from collections.abc import Iterator

from engine.definitions import drawn_reminders
from engine.definitions.checks import names
from engine.definitions.checks.context import Context, fault
from engine.definitions.checks.expressions import calls, constant, places
from engine.definitions.checks.graph import Graph
from engine.definitions.elements import Element
from engine.definitions.faults import Fault
from engine.definitions.xml import line_of
from engine.errors import RuleError
from engine.feel import syntax

TELLABLE = ("assignee", "owner")


def check(drawn: Graph, context: Context) -> Iterator[Fault]:
    """Yield what a diagram names that its category does not have."""
    for node in drawn.nodes.values():
        yield from _form(node, context)
        yield from _groups(node, context)
        yield from _rules(node, context)
        yield from _another_step(node, context)
        yield from _reminders(node)
        yield from _called(node, context)
        yield from _closure_reason(node, context)
    yield from _lanes(drawn, context)


def _form(node: Element, context: Context) -> Iterator[Fault]:
    form_id = constant(node.assignment.form_id)
    if isinstance(form_id, str) and form_id not in context.form_ids:
        remedy = names.did_you_mean(form_id, context.form_ids, "Make the form, or correct its id.")
        message = f"“{node.label}” asks for the form “{form_id}”, which this category does not have."
        yield fault(node, "unknown-form", message, remedy, context.unmapped)
    elif node.is_to_do and not node.assignment.form_id:
        message = f"“{node.label}” has no form, so whoever does it can only say that it is done."
        yield fault(node, "no-form", message, "Link a form to it, if anything is to be recorded.", "info")


def _groups(node: Element, context: Context) -> Iterator[Fault]:
    groups = constant(node.assignment.candidate_groups)
    for team in groups.split(",") if isinstance(groups, str) else ():
        yield from unknown_team(node, team.strip(), context)


def unknown_team(node: Element, team: str, context: Context) -> Iterator[Fault]:
    """Yield the fault of a team that category.toml does not have."""
    if team and team not in context.teams:
        message = f"“{node.label}” is for the team “{team}”, which this category does not have."
        remedy = names.did_you_mean(team, context.teams, "Add the team to the category's settings.")
        yield fault(node, "unknown-team", message, remedy, context.unmapped)


def _lanes(drawn: Graph, context: Context) -> Iterator[Fault]:
    for lane in drawn.diagram.root.iter("{*}lane"):
        name, line = lane.get("name", ""), line_of(lane)
        if lane.find("{*}childLaneSet") is not None:
            continue  # the inner lanes are the teams
        if not name:
            message = "A lane has no name, so its tasks belong to no team."
            yield Fault(lane.get("id", ""), "no-lane-name", "warning", message, "Name it after a team.", line)
        elif name not in context.teams:
            message = f"The lane “{name}” is not a team of this category."
            remedy = names.did_you_mean(name, context.teams, "Add the team to the category's settings.")
            yield Fault(lane.get("id", ""), "unknown-team", context.unmapped, message, remedy, line)


def _rules(node: Element, context: Context) -> Iterator[Fault]:
    for rule_id in filter(None, map(str.strip, node.properties.get("withheldBy", "").split(","))):
        yield from unknown_rule(node, rule_id, context)
    for place in places(node):
        for call in calls(place.text, "clock"):
            rule = call.arguments[0] if call.arguments else None
            if isinstance(rule, syntax.Literal) and isinstance(rule.value, str):
                yield from unknown_rule(node, rule.value, context)
        for call in calls(place.text, "due", "amber"):
            if len(call.arguments) != 2:
                name = call.function.name if isinstance(call.function, syntax.Name) else ""
                message = f"{place.what} of “{node.label}”: {name} takes a rule and the date that it counts from."
                yield fault(node, "wrong-arguments", message, f'Write {name}("rule.id", date).', context.unmapped)
                continue
            rule = call.arguments[0]
            if isinstance(rule, syntax.Literal) and isinstance(rule.value, str):
                yield from unknown_rule(node, rule.value, context)


def unknown_rule(node: Element, rule_id: str, context: Context) -> Iterator[Fault]:
    """Yield the fault of a rule that rules.toml does not have."""
    ids = context.rules.ids if context.rules is not None else ()
    if rule_id in ids or rule_id in context.common:
        return
    remedy = "Add the rule to rules.toml."
    if context.rules is not None and ids:
        try:
            context.rules.versions(rule_id)
        except RuleError as error:
            remedy = error.remedy
    message = f"“{node.label}” counts by the rule “{rule_id}”, which neither this category has nor the common rules."
    yield fault(node, "unknown-rule", message, remedy, context.unmapped)


def _reminders(node: Element) -> Iterator[Fault]:
    said = node.properties.get(drawn_reminders.PROPERTY, "")
    if said not in ("", drawn_reminders.NONE, drawn_reminders.ALL):
        message = f"“{node.label}” has the property reminders = “{said}”, which turns nothing on or off."
        yield fault(node, "wrong-reminder", message, "Write none, or all for those too that the diagram draws.")


def _another_step(node: Element, context: Context) -> Iterator[Fault]:
    other = node.properties.get("differentFrom", "")
    if not other:
        return
    tasks = {element.id for element in context.elements.values() if element.is_to_do}
    if other not in tasks:
        message = f"“{node.label}” must be done by somebody else than “{other}”, which is not a task of the diagram."
        yield fault(node, "unknown-step", message, names.did_you_mean(other, tasks, "Name the id of a task."))
    elif other == node.id:
        message = f"“{node.label}” must be done by somebody else than itself."
        yield fault(node, "unknown-step", message, "Name the id of another task.")


def _called(node: Element, context: Context) -> Iterator[Fault]:
    if node.starts_case:
        yield from _started_case(node)
    elif node.kind == "callActivity":
        called = node.service.called_process
        if not called:
            message = f"“{node.label}” does not say which process it calls."
            yield fault(node, "no-called-process", message, "Name one.", context.unmapped)
        elif not called.startswith("=") and called not in context.process_ids:
            message = f"“{node.label}” calls the process “{called}”, which this category does not have."
            remedy = names.did_you_mean(called, context.process_ids, "Add its diagram, or draw the steps here.")
            yield fault(node, "unknown-process", message, remedy, context.unmapped)
        elif node.service.is_closed:
            message = f"“{node.label}” passes only what it maps; here the called process knows every field of the case."
            yield fault(node, "shares-fields", message, "Start a case of its own if it must not.", "info")
    decision = node.service.decision_id
    if decision and constant(decision) is not None and decision not in context.decisions:
        message = f"“{node.label}” asks the decision “{decision}”, which this category does not have."
        remedy = names.did_you_mean(decision, context.decisions, "Add its .dmn file, or correct the id.")
        yield fault(node, "unknown-decision", message, remedy, context.unmapped)


def _started_case(node: Element) -> Iterator[Fault]:
    key = constant(node.starts_case)
    if isinstance(key, str) and not names.is_name(key):
        message = f"“{node.label}” starts a case of the category “{key}”, which cannot be the key of one."
        yield fault(node, "wrong-category", message, "Write its key, such as valuation, in the property startsCase.")


def _closure_reason(node: Element, context: Context) -> Iterator[Fault]:
    reason = constant(node.properties.get("closureReason", ""))
    if context.settings is None or not isinstance(reason, str) or reason in context.settings.closure_reasons:
        return
    message = f"“{node.label}” closes the case as “{reason}”, which is not among the category's closure reasons."
    remedy = names.did_you_mean(reason, context.settings.closure_reasons, "Add it to the category's settings.")
    yield fault(node, "unknown-reason", message, remedy, "warning")
