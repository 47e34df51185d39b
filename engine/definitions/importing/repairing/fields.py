"""Fields that conditions read and no form asks for: asked on a generated form, where the case begins."""

import re
from collections.abc import Iterator
from functools import partial

from engine import feel
from engine.definitions.checks import names
from engine.definitions.checks.expressions import bound_around, places
from engine.definitions.elements import COUNTS, Element
from engine.definitions.importing import generating
from engine.definitions.importing.generating import Kind
from engine.definitions.importing.repairing.drawing import Drawing, Repair
from engine.definitions.importing.repairing.people import asks
from engine.errors import ExpressionError

MOST = 60  # fields on one generated form


def find(drawing: Drawing) -> Iterator[Repair]:
    """Ask at the first step that has no form of its own for the fields that are read and nowhere written."""
    if drawing.known.fields is None:
        return  # of a lone file nobody knows which fields the case has
    missing = _missing(drawing)
    step = _first_step(drawing)
    if not missing or step is None:
        return
    shown = ", ".join(list(missing)[:6]) + (f" and {len(missing) - 6} more" if len(missing) > 6 else "")
    message = f"Conditions read what no form asks for ({shown}): “{step.label}” now asks for it."
    yield Repair(step.id, "unknown-name", message, partial(_ask, drawing, step, missing), "", ", ".join(missing))


def _missing(drawing: Drawing) -> dict[str, Kind]:
    """Return the names that expressions read and the case does not know, with the kind that their use suggests."""
    known = {path.partition(".")[0] for path in names.known((), drawing.nodes, None)} | set(COUNTS)
    known |= drawing.known.fields or frozenset()
    found: dict[str, Kind] = {}
    for node in drawing.nodes:
        bound = bound_around(node, drawing.drawn) | set(names.bound_at(node))
        for place in places(node):
            for name in sorted(_names(place.text) - known - bound):
                if generating.is_key(name) and len(found) < MOST and found.get(name, "text") == "text":
                    found[name] = kind_in(place.text, name)
    return found


def _names(text: str) -> frozenset[str]:
    try:
        return feel.compile(text).names
    except ExpressionError:
        return frozenset()


def kind_in(text: str, name: str) -> Kind:
    """Return the kind of field that an expression compares `name` with, or that it stands alone as yes or no."""
    word = rf"(?<![\w.]){re.escape(name)}(?![\w.(])"
    compared = r"\s*(?:[<>]=?|!?=)\s*"
    if re.search(rf"{word}{compared}-?\d|-?\d{compared}{word}|{word}\s*[-+*/]", text):
        return "number"
    if re.search(rf"{word}{compared}(?:date|today)\b", text):
        return "date"
    before, after = r"(?:not\s*\(|\band\b|\bor\b|^)\s*\(?", r"\s*(?:\)|\band\b|\bor\b|$)"
    if re.search(rf"{word}{compared}(?:true|false)\b|{before}{word}{after}", text):
        return "yes_no"
    return "text"


def _first_step(drawing: Drawing) -> Element | None:
    """Return the plain start event of the process, else its first task, whose form is ours to make."""
    main = [n for n in drawing.nodes if n.process_id == drawing.known.process_id]
    starts = [n for n in main if n.kind == "startEvent" and drawing.drawn.scope_of[n.id] == n.process_id]
    open_to_us = [n for n in (*starts, *(n for n in main if n.is_to_do)) if _may_ask(n, drawing)]
    return open_to_us[0] if open_to_us else None


def _may_ask(node: Element, drawing: Drawing) -> bool:
    return not node.assignment.form_id or node.assignment.form_id in drawing.forms


def _ask(drawing: Drawing, step: Element, missing: dict[str, Kind]) -> None:
    asks(drawing, step.id, missing, step.assignment.form_id)
