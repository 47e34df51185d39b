"""Which documents a member of staff may see."""

from sqlalchemy import ColumnElement, and_, exists, or_

from engine.permissions.actor import Actor
from engine.permissions.cases import visible_cases
from models.document import Document, DocumentLink


def visible_documents(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on `Document`, with its `Case` joined where it has one, that keeps what may be seen.

    That is what lies on cases that the actor may see, and what lies on none. One that is not filed anywhere yet is
    seen by whoever uploaded it alone; whoever works for another organisation sees no others that lie on no case.
    """
    is_theirs = Document.created_by_id == actor.user_id
    is_filed = exists().where(DocumentLink.document_id == Document.id).correlate(Document)
    alone = and_(
        Document.case_id.is_(None), is_theirs if actor.organisation_id is not None else or_(is_filed, is_theirs)
    )
    return or_(alone, and_(Document.case_id.is_not(None), visible_cases(actor)))
