"""Verifies history and keeps when it was last done, for the pages that say so."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from engine.history.findings import Report
from engine.history.verifying import verify
from engine.transactions import Sessions, reading, writing
from models.work import Setting

KEY = "last_verification"


def verify_now(sessions: Sessions, *, on_progress: Callable[[int, int], None] | None = None) -> Report:
    """Verify the history of all cases and write down what came of it."""
    with reading(sessions) as session:
        report = verify(session, on_progress=on_progress)
    facts = {"at": report.started_at.isoformat(), "events": report.events, "findings": len(report.findings)}
    with writing(sessions) as session:
        session.merge(Setting(key=KEY, value=facts))
    return report


def last(session: Session) -> dict[str, Any] | None:
    """Return what came of the last verification: {"at": ISO text, "events", "findings"}; none when there was none."""
    row = session.get(Setting, KEY)
    return dict(row.value) if row is not None else None
