"""What can be repaired in a diagram so that it runs, one family a file.

To add one: write a module beside these whose function yields `Repair`s, and put it in the list. A repair changes what
the diagram says, so it is made only where it is asked for, and always told.
"""

import copy
from collections.abc import Callable, Container, Iterator
from dataclasses import replace

from engine.definitions.changes import Change
from engine.definitions.importing.imported import Imported, Known, mark
from engine.definitions.importing.repairing import (
    boundaries,
    connections,
    expressions,
    fields,
    gateways,
    loops,
    meaningless,
    reaching,
    running,
    services,
    waiting,
)
from engine.definitions.importing.repairing.drawing import Drawing, Repair

# In the order in which they are made: later ones look at what earlier ones have put right.
FAMILIES: tuple[Callable[[Drawing], Iterator[Repair]], ...] = (
    running.find,
    connections.find,
    boundaries.find,
    services.find,
    expressions.find,
    meaningless.find,
    waiting.find,
    gateways.find,
    loops.find,
    reaching.find,
    loops.rounds,
    gateways.joins,
    fields.find,
)
# What only stands in for something that is not known here; all others cure a defect of the drawing.
UNMAPPED = frozenset(
    """
    unknown-service no-service unknown-decision unknown-process no-called-process unknown-form expression no-condition
    """.split()
)
MOST_PASSES = 4  # what one repair brings to light, the next pass finds


def repair(imported: Imported, known: Known, accepted: Container[str] | None) -> Imported:
    """Return a repaired copy of `imported`; see `importing.repair`."""
    drawing = Drawing(imported.source, copy.deepcopy(imported.root), known, dict(imported.forms))
    changes: list[Change] = []
    for _ in range(MOST_PASSES):
        made = [change for family in FAMILIES for change in _made(family, drawing, accepted)]
        changes += made
        if not made:
            break
    return replace(
        imported, root=drawing.root, forms=drawing.forms, changes=(*imported.changes, *dict.fromkeys(changes))
    )


def _made(
    family: Callable[[Drawing], Iterator[Repair]], drawing: Drawing, accepted: Container[str] | None
) -> list[Change]:
    """Make the repairs of a family that are accepted and return what they changed."""
    found = [r for r in family(drawing) if accepted is None or mark(r.change) in accepted]
    for each in found:
        each.make()
    if found:
        drawing.forget()
    return [each.change for each in found]
