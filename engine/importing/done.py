"""What became of a chunk of lines."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.importing.faults import Fault


@dataclass(slots=True)
class Done:
    """How many lines were added, changed, left alone and refused, and why."""

    added: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0  # lines; one may have several faults
    faults: list[Fault] = field(default_factory=list)

    def refuse(self, faults: Iterable[Fault]) -> None:
        """Count a line as refused for these faults."""
        self.faults += faults
        self.refused += 1
