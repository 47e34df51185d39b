"""Verifies history and keeps when it was last done, for the pages that say so."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from engine.history.findings import Report
from engine.history.verifying import verify
from engine.transactions import Sessions, reading, writing
from models.work import Setting

KEY = "last_verification"
MOST_KEPT = 200


def verify_now(sessions: Sessions, *, on_progress: Callable[[int, int], None] | None = None) -> Report:
    """Verify the history of all cases and write down what came of it."""
    with reading(sessions) as session:
        report = verify(session, on_progress=on_progress)
    facts = _facts(report)
    with writing(sessions) as session:
        session.merge(Setting(key=KEY, value=facts))
    return report


def last(session: Session) -> dict[str, Any] | None:
    """Return what came of the last verification; none when there was none.

    {"at": datetime text, "events", "cases", "erased", "anchors", "newest_anchor", "seconds", "notes", "findings": how
    many, "found": the first of them as [reference, sequence or None, sentence]}
    """
    row = session.get(Setting, KEY)
    return dict(row.value) if row is not None else None


def _facts(report: Report) -> dict[str, Any]:
    names = ("events", "cases", "erased", "anchors", "newest_anchor", "notes")
    return {
        "at": report.started_at.isoformat(),
        "seconds": round(report.seconds, 2),
        "findings": len(report.findings),
        "found": [[one.reference, one.sequence, one.sentence] for one in report.findings[:MOST_KEPT]],
        **{name: getattr(report, name) for name in names},
    }
