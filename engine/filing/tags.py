"""Tags: words that documents are found by."""

from collections.abc import Iterable

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from engine.errors import Invalid
from models.document import DocumentTag

LONGEST = 40
MOST = 20  # on one document


def read(words: str | Iterable[str]) -> tuple[str, ...]:
    """Return tags as they are kept: small letters, each once; a text is split at its commas. Raises Invalid."""
    parts = words.split(",") if isinstance(words, str) else words
    tags = tuple(dict.fromkeys(tag for part in parts if (tag := " ".join(part.lower().split()))))
    if len(tags) > MOST:
        raise Invalid("There are too many tags.", errors={"tags": f"Use at most {MOST} tags"})
    if long := next((tag for tag in tags if len(tag) > LONGEST), ""):
        raise Invalid(errors={"tags": f"The tag “{long[:20]}…” must be {LONGEST} characters or fewer"})
    return tags


def of(session: Session, document_ids: Iterable[int]) -> dict[int, list[str]]:
    """Return the tags of documents, in the order of the alphabet."""
    found: dict[int, list[str]] = {}
    wanted = select(DocumentTag).where(DocumentTag.document_id.in_(list(document_ids)))
    for row in session.scalars(wanted.order_by(DocumentTag.tag)):
        found.setdefault(row.document_id, []).append(row.tag)
    return found


def set_(session: Session, document_id: int, tags: Iterable[str]) -> None:
    """Give a document these tags and no others."""
    session.execute(delete(DocumentTag).where(DocumentTag.document_id == document_id))
    rows = [{"document_id": document_id, "tag": tag} for tag in tags]
    if rows:
        session.execute(insert(DocumentTag), rows)


def in_use(session: Session, *, most: int = 200) -> list[str]:
    """Return the tags that most documents have, for proposing them."""
    counted = select(DocumentTag.tag).group_by(DocumentTag.tag).order_by(func.count().desc(), DocumentTag.tag)
    return sorted(session.scalars(counted.limit(most)))
