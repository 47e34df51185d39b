"""What a verification of history found, in sentences that an auditor can read out."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from engine.instants import london


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was written. `sequence` is None when it concerns a case or an anchor as a whole.

    `kind` is altered, erased, missing, added, twice, unlinked, unknown_key, head, tail, case or anchor.
    """

    kind: str
    sentence: str
    case_id: int | None = None
    reference: str = ""
    sequence: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self)


@dataclass(slots=True)
class Report:
    """The outcome of a verification. `findings` are alterations; `notes` say what could not be looked at."""

    started_at: datetime
    cases: int = 0
    events: int = 0
    erased: int = 0  # payloads removed by an approved erasure
    anchors: int = 0  # files that were compared
    newest_anchor: str = ""  # ISO day
    seconds: float = 0.0
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Say whether nothing was found."""
        return not self.findings

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON: {"whole", "cases", "events", …, "findings": [{"kind", "sentence", …}], "notes": []}."""
        return {
            "whole": self.is_whole,
            "started_at": self.started_at.isoformat(),
            "seconds": round(self.seconds, 3),
            "cases": self.cases,
            "events": self.events,
            "erased": self.erased,
            "anchors": self.anchors,
            "newest_anchor": self.newest_anchor,
            "findings": [finding.to_json() for finding in self.findings],
            "notes": self.notes,
        }


def event_in_words(reference: str, sequence: object, type_: str, at: str) -> str:
    """Write Event 7 of CMP-000012 (task_completed, 3 December 2026 10:14), the time in London; `at` is ISO text."""
    return f"Event {sequence} of {reference} ({type_}, {instant_in_words(at)})"


def instant_in_words(text: str) -> str:
    """Write 3 December 2026 10:14 in the time of London; a text that is no time (any more) is written as it stands."""
    try:
        shown = london(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return f"the time “{text}”"
    return f"{shown.day} {shown:%B %Y %H:%M}"


def day_in_words(text: str) -> str:
    """Write 3 December 2026 for an ISO day."""
    try:
        day = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.day} {day:%B %Y}"


def count_in_words(count: int, noun: str) -> str:
    """Write 1 event, 2 events, 1,000 events."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
