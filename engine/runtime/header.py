"""The header of a case, as whoever steps on it or reads it knows it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.history.events import Head
from engine.runtime.clock_row import ClockRow
from models.base import table
from models.prepared import Prepared
from models.work import Clock

CLOCK = table(Clock)
CLOCK_COLUMNS = (
    "id", "rule_id", "counted_from", "due_at", "amber_at", "state", "explanation", "extensions", "stops", "met_at",
    "resets", "source", "started_by_id", "law_revision",
)  # fmt: skip

_READ_CLOCKS = Prepared(
    select(*(CLOCK.c[name] for name in CLOCK_COLUMNS))
    .where(CLOCK.c.case_id == bindparam("case_id"))
    .order_by(CLOCK.c.id)
)


@dataclass(slots=True)
class CaseRow:
    """The header of a case as its step knows it; `changes` are the columns to write besides those of every step."""

    id: int
    reference: str
    category_id: int
    version_id: int
    title: str
    status: str
    stage: str
    owner_id: int | None
    restricted: bool
    opened_at: datetime
    revision: int
    step_id: str
    event_count: int
    event_mac: str
    open_incidents: int
    parent_id: int | None = None
    law: str | None = None  # the mark of the rules and the calendar in force; none when it was not read with the case
    catalogue: str | None = None  # the mark of its category's fields; none where it has no fields beside its forms'
    changes: dict[str, Any] = field(default_factory=dict)

    @property
    def head(self) -> Head:
        """Return the end of the case's chain of events."""
        return Head(self.event_count, self.event_mac)


CASE_COLUMNS = tuple(name for name in CaseRow.__slots__ if name not in ("changes", "law", "catalogue"))


def read_clocks(session: Session, case_id: int) -> list[ClockRow]:
    """Return the clocks of a case."""
    rows = _READ_CLOCKS.rows(session.connection(), {"case_id": case_id})
    return [ClockRow(**row._asdict()) for row in rows]
