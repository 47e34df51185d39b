"""Which items somebody may see: all that wait but what belongs to a restricted case, and filed ones with their case."""

from sqlalchemy import ColumnElement, and_, or_, select, true

from engine.permissions import Actor, visible_cases, visible_documents
from models.case import Case
from models.document import Document
from models.inbound import InboundItem

VERB = "file incoming"


def visible_items(by: Actor) -> ColumnElement[bool]:
    """Return the condition on `InboundItem` that keeps what the actor may see, who may file at all."""
    if by.is_platform:
        return true()
    return and_(is_no_secret(visible_cases(by)), or_(InboundItem.state != "filed", _is_seen_where_filed(by)))


def is_no_secret(is_seen: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that an item belongs to no restricted case but such of which `is_seen` holds.

    Restricted cases are few: to know those that are hidden takes less than to look at the case of every item.
    """
    restricted = select(Case.id).where(Case.restricted.is_(True)).correlate(None)
    of = InboundItem.matched_case_id
    # Not “and not seen”: of a case without an owner the database does not know whether that is somebody.
    return or_(of.is_(None), of.not_in(restricted), of.in_(restricted.where(is_seen)))


def _is_seen_where_filed(by: Actor) -> ColumnElement[bool]:
    case = select(Case.id).where(Case.id == InboundItem.case_id, visible_cases(by)).correlate(InboundItem)
    document = select(Document.id).outerjoin(Case, Case.id == Document.case_id).correlate(InboundItem)
    elsewhere = document.where(Document.id == InboundItem.document_id, visible_documents(by))
    return or_(case.exists(), and_(InboundItem.case_id.is_(None), elsewhere.exists()))
