"""What a measure is, and how measures are told apart from what they are held against."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure. `ratio` is value ÷ reference; `limit` bounds the ratio where there is one, else the value itself."""

    name: str
    value: float
    unit: str
    reference: float | None = None
    against: str = ""  # what the reference is: raw SpiffWorkflow, the naive design, the first tasks
    limit: float | None = None

    @property
    def ratio(self) -> float | None:
        """Return value ÷ reference."""
        return self.value / self.reference if self.reference else None

    @property
    def holds(self) -> bool:
        """Say whether the limit is kept; without a limit there is nothing to break."""
        figure = self.value if self.ratio is None else self.ratio
        return self.limit is None or figure <= self.limit

    def to_json(self) -> dict[str, Any]:
        """Return the measure as scripts read it."""
        return {
            "name": self.name,
            "value": round(self.value, 3),
            "unit": self.unit,
            "reference": None if self.reference is None else round(self.reference, 4),
            "against": self.against,
            "ratio": None if self.ratio is None else round(self.ratio, 3),
            "limit": self.limit,
            "holds": self.holds,
        }


Measures = Iterator[Measure]


def print_each(measures: Measures) -> None:
    """Print measures as they are known, a line each, for whoever runs one part of the benchmark alone."""
    for one in measures:
        ratio = "" if one.ratio is None else f"  {one.ratio:.4f} × {one.against} ({one.reference:.1f})"
        limit = "" if one.limit is None else f"  at most {one.limit:g}: {'holds' if one.holds else 'BROKEN'}"
        sys.stdout.write(f"{one.name}: {one.value:.1f} {one.unit}{ratio}{limit}\n")
        sys.stdout.flush()
