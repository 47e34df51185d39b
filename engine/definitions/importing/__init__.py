"""Brings in diagrams that people really draw: read, translated, normalised and, where it is asked for, repaired.

    imported = importing.bring_in(content, source="hire.bpmn")
    imported.root, imported.changes, imported.faults, imported.forms
    proposed = importing.repair(imported, known)          # every repair that can be made
    wanted = importing.repair(imported, known, accepted={importing.mark(change) for change in …})
    importing.stand_in(imported)                           # only what is not known here: no defect is cured
    drawn = importing.lay_out(wanted)                      # what has no place in the drawing gets one
    drawn.as_bytes(), drawn.forms                          # a native zeebe file, and the forms made for it

`bring_in` keeps the meaning: it recovers mildly broken XML (`recovering`), translates other modellers' dialects
(`engine.definitions.dialects`) and normalises (`normalising`: ids, references, definitions, pools, lanes). `repair`
changes what the diagram says (`repairing`): it stands in for what is not known here (services, forms, decisions,
called processes, conditions: `UNMAPPED`) and cures defects. Everything that is done is told as a `Change`.
Opens strangers' files in this process: call it in the limited child, or on files that were checked there.
"""

from collections.abc import Container
from dataclasses import replace

from engine.definitions import dialects
from engine.definitions.dialects.naming import dialect_of
from engine.definitions.importing import layout, recovering, repairing
from engine.definitions.importing.imported import Imported, Known, mark
from engine.definitions.importing.normalising import normalise
from engine.definitions.importing.repairing import UNMAPPED

__all__ = ["UNMAPPED", "Imported", "Known", "bring_in", "lay_out", "mark", "repair", "stand_in"]


def bring_in(content: bytes, *, source: str) -> Imported:
    """Return a diagram as it can be understood here, with everything that was changed on the way.

    Raises:
        NotADiagram: it cannot be read at all, is no BPMN 2.0, or declares a document type.
    """
    root, recovered = recovering.parse(content, source=source)
    dialect = dialect_of(root)
    normalised = normalise(root)  # first, so that everything that is told of has an id
    translation = dialects.translate(root)
    changes = (*recovered, *normalised, *translation.changes)
    return Imported(source, content, root, dialect, changes, tuple(translation.faults), dict(translation.forms))


def repair(imported: Imported, known: Known | None = None, accepted: Container[str] | None = None) -> Imported:
    """Return a copy in which what keeps the diagram from running is repaired; the changes tell each repair.

    `known` is what the diagram may name beside what it holds itself. With `accepted`, only the repairs with these marks
    are made (see `mark`); without, all of them.
    """
    return repairing.repair(imported, known or Known(forms=frozenset(imported.forms)), accepted)


def stand_in(imported: Imported, known: Known | None = None) -> Imported:
    """Return a copy in which people and choices stand in for what is not known here; defects stay."""
    return repair(imported, known, _Unmapped())


class _Unmapped:
    """The marks of the repairs that only stand in for something."""

    def __contains__(self, mark: object) -> bool:
        return str(mark).partition(":")[0] in UNMAPPED


def lay_out(imported: Imported, *, is_repaired: bool = False) -> Imported:
    """Draw, in place, what has no shape or edge yet; of a repaired diagram also the flows that were changed."""
    changes = layout.complete(imported.root, is_repaired=is_repaired)
    return replace(imported, changes=(*imported.changes, *changes))
