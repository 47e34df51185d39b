"""Checks every FEEL expression of a diagram: that it can be read, and that it names what the case knows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine import feel, service_tasks
from engine.definitions.checks import names
from engine.definitions.checks.context import Context, fault
from engine.definitions.checks.graph import Graph
from engine.definitions.elements import Element
from engine.definitions.faults import Fault
from engine.errors import ExpressionError
from engine.feel import syntax
from engine.feel.reach import walk

CODES = {"name": "unknown-name", "function": "unknown-function", "arguments": "wrong-arguments"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression stands: what it is for in words, its text, and whether the loop's item is known there."""

    what: str
    text: str
    element: str  # the id of the node or flow
    within_loop: bool = True
    reads_child: bool = False  # names the fields of a case of another category, which nobody knows here
    is_output: bool = False  # reads what the service task of its element gives back


def check(drawn: Graph, context: Context) -> Iterator[Fault]:
    """Yield what is wrong with the expressions of a diagram."""
    for node in drawn.nodes.values():
        outer = bound_around(node, drawn)
        for place in places(node):
            bound = outer | (set(names.bound_at(node)) if place.within_loop else set())
            yield from _expression(place, node, bound, context)
        yield from _targets(node)


def bound_around(node: Element, drawn: Graph) -> set[str]:
    """Return the local names of the sub-processes that a node stands in."""
    found: set[str] = set()
    scope = drawn.scope_of[node.id]
    while scope in drawn.nodes:
        found.update(names.bound_at(drawn.nodes[scope]))
        scope = drawn.scope_of[scope]
    return found


def places(node: Element) -> Iterator[Place]:
    """Yield every expression of a node: those that are always FEEL, and texts that begin with “=”."""
    for what, text, within in _always(node):
        if text:
            yield Place(what, text.removeprefix("=").strip(), node.id, within, within and bool(node.starts_case))
    for target, source in ((target, source) for source, target in node.service.outputs if source.startswith("=")):
        what, text = f"The output “{target}”", source[1:].strip()
        yield Place(what, text, node.id, reads_child=bool(node.starts_case), is_output=True)
    for what, text in _perhaps(node):
        if text.startswith("="):
            yield Place(what, text[1:].strip(), node.id)
    for flow in node.outgoing:
        if flow.condition:
            way = f"the way “{flow.name}”" if flow.name else "a way"
            yield Place(f"The condition of {way} out", flow.condition.removeprefix("=").strip(), flow.id)


def _always(node: Element) -> Iterator[tuple[str, str, bool]]:
    for trigger in () if node.is_told else node.triggers:
        if trigger.timer is not None and trigger.timer.text.startswith("="):
            yield "The time", trigger.timer.text, True
        yield "The condition", trigger.condition, True
    if node.message is not None:
        yield "The correlation key of the message", node.message.correlation_key, True
    if node.loop is not None:
        yield "The collection of the loop", node.loop.collection, False
        yield "The number of rounds", node.loop.cardinality, False
        yield "The condition that ends the loop", node.loop.completion_condition, True
        yield "What each round gives", node.loop.output_element, True
    if node.repeat is not None:
        yield "The condition of the loop", node.repeat.condition, True
    if node.ad_hoc is not None:
        yield "The completion condition", node.ad_hoc.condition, True
    yield "The activation condition", node.activation, True
    yield "The script", node.service.script, True


def _perhaps(node: Element) -> Iterator[tuple[str, str]]:
    asked = node.assignment
    yield "The assignee", asked.assignee
    yield "The candidate groups", asked.candidate_groups
    yield "The candidate users", asked.candidate_users
    yield "The due date", asked.due_date
    yield "The follow-up date", asked.follow_up_date
    yield "The priority", asked.priority
    yield "The form's id", asked.form_id
    yield "The called process", node.service.called_process
    yield from ((f"The header “{key}”", text) for key, text in node.service.headers.items())
    yield from ((f"The input “{target}”", source) for source, target in node.service.inputs)
    yield from ((f"The property “{name}”", text) for name, text in node.properties.items())


def _expression(place: Place, node: Element, bound: set[str], context: Context) -> Iterator[Fault]:
    try:
        expression = feel.compile(place.text)
    except ExpressionError as error:
        yield _fault(place, node, context, *_unreadable(place, error))
        return
    # Of a lone file, nobody knows which fields the case has.
    task = service_tasks.BY_TYPE.get(node.service.type) if place.is_output else None
    given_back = task.results if task is not None else {}
    is_open = context.is_lone or place.reads_child
    known = _known(expression, bound, given_back, is_open=is_open, context=context)
    for problem in feel.check(expression, known, functions=feel.HOST):
        where = f" (line {problem.line}, column {problem.column} of “{_shown(place.text)}”)"
        code = CODES.get(problem.code, "wrong-expression")
        message = f"{place.what} of “{node.label}”: {problem.sentence.rstrip('.')}{where}."
        yield _fault(place, node, context, code, message, remedy_of(code))


def _known(
    expression: feel.Expression, bound: set[str], given_back: Mapping[str, str], *, is_open: bool, context: Context
) -> Mapping[str, str]:
    local = {**dict.fromkeys(bound, "Any"), **given_back}
    return {**(dict.fromkeys(expression.names, "Any") if is_open else context.known), **local}


def _unreadable(place: Place, error: ExpressionError) -> tuple[str, str, str]:
    if "${" in place.text or "#{" in place.text:
        message = f"{place.what} is written in the language of Camunda 7: “{_shown(place.text)}”."
        return "not-feel", message, "Write it in FEEL, such as =amount > 500."
    message = f"{place.what} cannot be read. {error.message} It says “{_shown(place.text)}”."
    return "expression", message, error.remedy or "Correct the expression."


def _fault(place: Place, node: Element, context: Context, code: str, message: str, remedy: str) -> Fault:
    return Fault(place.element, code, context.unmapped, message, remedy, node.line or None)


def remedy_of(code: str) -> str:
    """Return what to do about a problem of an expression."""
    if code == "unknown-name":
        return "Name a field of one of the forms, or what an earlier step writes."
    return "Correct the expression."


def _targets(node: Element) -> Iterator[Fault]:
    """Tell of outputs that would be written under a name that no field may have."""
    for name in names.written_by(node):
        if name in names.RESERVED or not names.is_name(name):
            why = "already means something on every case" if name in names.RESERVED else "cannot be the name of a field"
            message = f"“{node.label}” writes to “{name}”, which {why}."
            yield fault(node, "reserved-name", message, "Choose another name, of lower-case words joined by _.")


def constant(text: str) -> object:
    """Return the value of a text that needs no case: what has no “=”, or is a constant behind it; None otherwise."""
    if not text.startswith("="):
        return text or None
    try:
        tree = feel.compile(text[1:].strip()).tree
    except ExpressionError:
        return None
    return tree.value if isinstance(tree, syntax.Literal) else None


def calls(text: str, *functions: str) -> Iterator[syntax.Call]:
    """Yield the calls of some functions in an expression that can be read."""
    try:
        tree = feel.compile(text).tree
    except ExpressionError:
        return
    for node in walk(tree):
        if isinstance(node, syntax.Call) and isinstance(node.function, syntax.Name) and node.function.name in functions:
            yield node


def _shown(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else f"{line[:79]}…"
