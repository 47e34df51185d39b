"""A document in hand: its case locked first, as every step does, then its own row."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.errors import Conflict, NotFound, NotPossible
from engine.filing import places
from engine.filing.places import Link
from engine.permissions import Actor, visible_documents
from engine.runtime.header import CaseRow
from engine.runtime.locking import lock_case
from models.base import table
from models.case import Case
from models.document import Document

DOCUMENT = table(Document)
NOT_FOUND = "There is no such document, or none that you may see."


@dataclass(slots=True)
class Locked:
    """The row of a document, its case, and what it is filed under that may be seen, until the transaction ends."""

    row: Any
    case: CaseRow | None
    links: tuple[Link, ...]

    @property
    def id(self) -> int:
        """Return the document's id."""
        return int(self.row.id)

    @property
    def version(self) -> int:
        """Return the number of its newest version."""
        return int(self.row.version)

    def require_running(self) -> None:
        """Raise NotPossible when the document has ended."""
        if self.row.ended_at is not None:
            raise NotPossible(f"“{self.row.title}” has ended.", remedy="Take it back first.")

    def change(self, session: Session, **columns: Any) -> None:
        """Write columns and count the change."""
        values = {**columns, "revision": self.row.revision + 1}
        session.execute(update(DOCUMENT).where(DOCUMENT.c.id == self.id).values(**values))


def lock(session: Session, document_id: int, *, revision: int | None = None, by: Actor) -> Locked:
    """Lock a document, after its case.

    Raises:
        NotFound: no such document, or none that the actor may know of.
        Conflict: it was changed since `revision`.
    """
    before = session.execute(select(DOCUMENT.c.case_id).where(DOCUMENT.c.id == document_id)).first()
    if before is None:
        raise NotFound(NOT_FOUND)
    case = _case(session, before.case_id, by)
    row = session.execute(select(DOCUMENT).where(DOCUMENT.c.id == document_id).with_for_update()).one()
    if row.case_id != before.case_id or (revision is not None and revision != row.revision):
        raise Conflict(f"Somebody else has changed “{row.title}”.", remedy="Look at it again, then change it.")
    if case is None:
        on_none = select(Document.id).outerjoin(Case, Case.id == Document.case_id).where(Document.id == document_id)
        if session.scalar(on_none.where(visible_documents(by))) is None:
            raise NotFound(NOT_FOUND)
    return Locked(row, case, places.links_of(session, document_id, by=by))


def _case(session: Session, case_id: int | None, by: Actor) -> CaseRow | None:
    try:
        return lock_case(session, case_id, by=by) if case_id is not None else None
    except NotFound as fault:
        raise NotFound(NOT_FOUND) from fault
