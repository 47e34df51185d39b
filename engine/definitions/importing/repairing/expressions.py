"""Repairs of expressions that cannot be read: they are kept in words, and the step goes on without them."""

from collections.abc import Iterator
from functools import partial

from engine import feel
from engine.definitions.importing.repairing.drawing import Drawing, Repair
from engine.definitions.importing.tree import Node, bpmn, document, drop_attributes, label, remove
from engine.definitions.xml import ZEEBE, local_name
from engine.errors import ExpressionError

# Read at other places, with repairs of their own.
ELSEWHERE = ("script", "calledDecision", "formDefinition")
WITHOUT_MEANING_ALONE = ("input", "output", "header", "property")
LOOPS = ("loopCardinality", "completionCondition")
IN_WORDS = {
    "assignee": "the assignee", "candidateGroups": "the candidate groups", "candidateUsers": "the candidate users",
    "dueDate": "the due date", "followUpDate": "the follow-up date", "priority": "the priority",
    "input": "an input", "output": "an output", "inputCollection": "the collection of the loop",
    "correlationKey": "the correlation key", "loopCardinality": "the number of rounds",
    "completionCondition": "the condition that ends the loop", "outputElement": "what each round gives",
}  # fmt: skip


def can_be_read(text: str) -> bool:
    """Say whether a text is FEEL."""
    try:
        feel.compile(text.removeprefix("=").strip())
    except ExpressionError:
        return False
    return True


def find(drawing: Drawing) -> Iterator[Repair]:
    """Take out what cannot be read of steps, loops and messages, and keep its text as documentation."""
    for node_id, written in drawing.drawn.written.items():
        for extension in _zeebe(written):
            yield from _attributes(node_id, written, extension)
        for part in (p for marker in written if "LoopCharacteristics" in local_name(marker) for p in marker):
            text = (part.text or "").strip()
            if local_name(part) in LOOPS and text and not can_be_read(text):
                yield _repair(node_id, written, local_name(part), text, partial(remove, part))
    for message in drawing.root.iterchildren(bpmn("message")):
        for extension in _zeebe(message):
            yield from _attributes("", message, extension)


def _zeebe(written: Node) -> list[Node]:
    around = list(written.iterchildren(bpmn("extensionElements")))
    around += [e for c in written if "LoopCharacteristics" in local_name(c) for e in c.iter(bpmn("extensionElements"))]
    return [node for each in around for node in each.iter() if isinstance(node.tag, str) and ZEEBE in node.tag]


def _attributes(node_id: str, written: Node, extension: Node) -> Iterator[Repair]:
    name = local_name(extension)
    if name in ELSEWHERE:
        return
    for attribute, value in extension.attrib.items():
        text = str(value)
        if text.startswith("=") and not can_be_read(text):
            alone = name in WITHOUT_MEANING_ALONE
            make = partial(remove, extension) if alone else partial(drop_attributes, extension, str(attribute))
            yield _repair(node_id, written, name if alone else str(attribute), text, make)


def _repair(node_id: str, written: Node, what: str, text: str, make: object) -> Repair:
    said = IN_WORDS.get(what, f"“{what}”")

    def do() -> None:
        assert callable(make)
        make()
        document(written, f"As drawn, {said} was: {text.removeprefix('=').strip()}")

    message = f"“{label(written)}”: {said} cannot be read, so it is kept in words only."
    return Repair(node_id, "expression", message, do, text, "")
