"""Which documents a member of staff may see."""

from sqlalchemy import ColumnElement, and_, bindparam, literal_column, or_, select, true

from engine.permissions.actor import Actor
from engine.permissions.cases import Sight, bound_to, cases_in, sight
from engine.permissions.reaching import Bound
from engine.permissions.record import SEE, links_in
from models.document import Document, DocumentLink


def visible_documents(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on `Document`, its `Case` joined where it has one, that keeps what the actor may see."""
    return documents_in(sight(actor), sight(actor, SEE), bound_to(actor))


def documents_in(cases: Sight, record: Sight, bound: Bound = bindparam) -> ColumnElement[bool]:
    """Return the same condition with its values named as `known_by` gives them.

    It keeps what lies on cases that may be seen, and of what lies on none that which is filed under somebody or
    something of the record that may be seen. One that is not filed anywhere yet is seen by whoever uploaded it alone;
    whoever works for another organisation sees no others that lie on no case.
    """
    if cases.is_platform:
        return true()
    is_theirs = Document.created_by_id == bound("by_id")
    is_shown = _is_filed(links_in(DocumentLink, record, bound))
    alone = and_(Document.case_id.is_(None), or_(is_shown, and_(is_theirs, ~_is_filed())))
    return or_(alone, and_(Document.case_id.is_not(None), cases_in(cases, bound)))


def _is_filed(*where: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return whether a document is filed somewhere.

    The offset has PostgreSQL look that up for each document that it comes to; it would gather all that are filed.
    """
    links = select(DocumentLink.id).where(DocumentLink.document_id == Document.id, *where)
    return links.correlate(Document).offset(literal_column("0")).exists()
