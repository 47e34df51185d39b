"""A diagram that was brought in: its tree, everything that was changed on the way, and the forms that came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine.definitions.changes import Change
from engine.definitions.dialects.naming import PLAIN
from engine.definitions.faults import Fault
from engine.definitions.importing import writing


@dataclass(frozen=True, slots=True)
class Known:
    """What surrounds a diagram: the ids that it may name. Of a lone file that is what the file itself brings."""

    forms: frozenset[str] = frozenset()
    decisions: frozenset[str] = frozenset()
    processes: frozenset[str] = frozenset()
    fields: frozenset[str] | None = None  # of the forms; none when nobody knows which there are
    process_id: str = ""  # what cases run; "" lets the file say so


@dataclass(frozen=True, slots=True)
class Imported:
    """What `bring_in` and `repair` give. The tree is this object's own: it is not changed by a later repair."""

    source: str
    content: bytes  # as it came
    root: etree._Element
    dialect: str = PLAIN  # as it came
    changes: tuple[Change, ...] = ()
    faults: tuple[Fault, ...] = ()
    forms: Mapping[str, bytes] = field(default_factory=dict)  # form id to form-js JSON

    @property
    def is_changed(self) -> bool:
        """Say whether the file that is written differs from the one that came."""
        return bool(self.changes)

    def as_bytes(self) -> bytes:
        """Return the native file: the very bytes that came when nothing had to be changed."""
        return writing.written(self.root) if self.is_changed else self.content


def mark(change: Change) -> str:
    """Return by which word an analyst accepts a proposed repair: the same in every run over the same file."""
    return f"{change.code}:{change.element}"
