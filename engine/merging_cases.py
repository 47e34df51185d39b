"""Merges two cases that are the same matter: one goes on for both, the other is closed and says where."""

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from engine import ending
from engine.errors import Invalid, NotPossible
from engine.instants import today
from engine.permissions import Actor, require
from engine.recording import record
from engine.relating import both, linked, named
from engine.runtime.header import CaseRow
from models.base import table
from models.case import Case, CaseLink, CaseRelation, Note
from models.document import Document, DocumentLink

CASE, RELATION, NOTE = table(Case), table(CaseRelation), table(Note)
SUBJECT, FILED = table(CaseLink), table(DocumentLink)


def merge(session: Session, case_id: int, into_id: int, *, reason: str, by: Actor) -> None:
    """Close a case as the same matter as another one, which goes on for both.

    The other one gets its subjects, its links and the cases that it started, copies of its notes, and its documents
    beside their own case. The merged case stays as it was, closed, and says where it goes on.

    Raises:
        Invalid: no reason, or a case with itself.
        NotPossible: of different categories, not both open, not equally restricted, or one that another case waits for.
    """
    require(by, "link cases")
    require(by, "close case")
    if not reason.strip():
        raise Invalid("Say why they are the same.", errors={"reason": "Enter why the two are the same"})
    case, kept = both(session, case_id, into_id, by=by)
    _require_mergeable(session, case, kept)
    told = {
        "subjects": _copy_subjects(session, case, kept),
        "notes": _copy_notes(session, case, kept),
        "documents": _refer_to_documents(session, case, kept),
        "links": _move_links(session, case, kept),
        "children": _move_children(session, case, kept),
    }
    session.execute(update(CASE).where(CASE.c.id == case.id).values(merged_into_id=kept.id))
    outcome = f"Merged into {kept.reference}"
    ending.end(
        session, case, "closed", reason=outcome, note=reason.strip(), is_for_category=False, keeps_children=True, by=by
    )
    record(session, kept, "case_merged", {**named(kept, case), "reason": reason.strip(), **told}, by=by)


def _require_mergeable(session: Session, case: CaseRow, kept: CaseRow) -> None:
    if case.category_id != kept.category_id:
        raise NotPossible(f"{case.reference} and {kept.reference} are of different kinds.", remedy="Link them instead.")
    for one in (case, kept):
        if one.status != "open":
            raise NotPossible(f"{one.reference} is {one.status}.", remedy="Link them instead, or reopen it first.")
    if (case.restricted, case.owner_id if case.restricted else None) != (
        kept.restricted,
        kept.owner_id if kept.restricted else None,
    ):
        raise NotPossible("One of them is seen by fewer people than the other.", remedy="Link them instead.")
    waits = session.scalar(select(CASE.c.parent_token_id).where(CASE.c.id == case.id))
    if waits is not None:
        raise NotPossible(
            f"Another case waits for the outcome of {case.reference}.", remedy="Merge the other one into it."
        )


def _copy_subjects(session: Session, case: CaseRow, kept: CaseRow) -> int:
    columns = (SUBJECT.c.entity_type, SUBJECT.c.entity_id, SUBJECT.c.role)
    known = {tuple(row) for row in session.execute(select(*columns).where(SUBJECT.c.case_id == kept.id))}
    rows = session.execute(select(*columns).where(SUBJECT.c.case_id == case.id, SUBJECT.c.until_on.is_(None)))
    new = [dict(row._mapping) for row in rows if tuple(row) not in known]
    if new:
        session.execute(insert(SUBJECT), [{**row, "case_id": kept.id, "from_on": today()} for row in new])
    return len(new)


def _copy_notes(session: Session, case: CaseRow, kept: CaseRow) -> int:
    rows = session.execute(
        select(NOTE.c.text, NOTE.c.written_by_id, NOTE.c.written_at)
        .where(NOTE.c.case_id == case.id)
        .order_by(NOTE.c.id)
    ).all()
    copies = [{**row._mapping, "case_id": kept.id, "text": f"From {case.reference}:\n{row.text}"} for row in rows]
    if copies:
        session.execute(insert(NOTE), copies)
    return len(copies)


def _refer_to_documents(session: Session, case: CaseRow, kept: CaseRow) -> int:
    filed = select(FILED.c.document_id).where(FILED.c.entity_type == "case")
    theirs = session.scalars(
        select(Document.id).where(
            or_(Document.case_id == case.id, Document.id.in_(filed.where(FILED.c.entity_id == case.id)))
        )
    ).all()
    known = set(session.scalars(filed.where(FILED.c.entity_id == kept.id)))
    new = [
        {"document_id": document_id, "entity_type": "case", "entity_id": kept.id}
        for document_id in dict.fromkeys(theirs)
        if document_id not in known
    ]
    if new:
        session.execute(insert(FILED), new)
    return len(new)


def _move_links(session: Session, case: CaseRow, kept: CaseRow) -> int:
    """Give the links of the merged case to the one that goes on, as from today; one between the two ends."""
    in_force = or_(RELATION.c.case_id == case.id, RELATION.c.other_id == case.id), RELATION.c.until_on.is_(None)
    moved = 0
    for row in session.execute(select(RELATION).where(*in_force)).all():
        other = row.other_id if row.case_id == case.id else row.case_id
        if other == kept.id or linked(session, kept.id, other, row.role) is not None:
            continue
        ends = {"case_id": kept.id, "other_id": other}
        if row.case_id != case.id:
            ends = {"case_id": other, "other_id": kept.id}
        same = {name: getattr(row, name) for name in ("role", "from_on", "linked_by_id", "linked_at")}
        session.execute(insert(RELATION), {**ends, **same})
        moved += 1
    session.execute(update(RELATION).where(*in_force).values(until_on=today()))
    return moved


def _move_children(session: Session, case: CaseRow, kept: CaseRow) -> int:
    moved = session.execute(
        update(CASE).where(CASE.c.parent_id == case.id).values(parent_id=kept.id, parent_token_id=None)
    )
    return int(moved.rowcount)  # type: ignore[attr-defined]
