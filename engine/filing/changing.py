"""Changes a document: its title, kind and tags; where it is filed; its end and its return. Each is written down."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Invalid, NotPossible
from engine.filing import kinds, places, tags, telling
from engine.filing.adding import LONGEST_TITLE
from engine.filing.locking import Locked, lock
from engine.filing.places import Place
from engine.instants import now
from engine.permissions import Actor, require, visible_documents
from engine.runtime.locking import lock_case
from models.case import Case
from models.document import Document

LONGEST_REASON = 500


def change(
    session: Session,
    document_id: int,
    *,
    title: str | None = None,
    kind: str | None = None,
    words: str | Iterable[str] | None = None,
    revision: int | None = None,
    by: Actor,
) -> None:
    """Give a document another title, kind or tags; what is None stays as it is.

    Raises:
        Invalid: no title, an unknown kind, or a tag that is too long.
        Conflict: somebody else changed it since `revision`.
    """
    require(by, "change document")
    locked = lock(session, document_id, revision=revision, by=by)
    changes = dict(_changes(session, locked, title, kind, words))
    if not changes:
        return
    if "tags" in changes:
        tags.set_(session, document_id, changes["tags"][1])
    locked.change(session, **{name: after for name, (_, after) in changes.items() if name != "tags"})
    told = {name: {"before": before, "after": after} for name, (before, after) in changes.items()}
    telling.tell_of(session, "document_changed", locked, {"changes": told}, by=by)


def move(session: Session, document_id: int, to: Place, *, reason: str, revision: int | None = None, by: Actor) -> None:
    """File a document on another case, and under these people, homes, tenancies, accounts or organisations alone.

    Raises:
        Invalid: no reason, nowhere, or a place that does not exist.
        Conflict: somebody else changed it since `revision`.
    """
    require(by, "change document")
    reason = _reason(reason, "Enter why it is filed elsewhere")
    if to.is_nowhere:
        raise Invalid("A document is filed somewhere.", errors={"to": "Enter a case, or what it is to be filed under"})
    links = places.check_links(session, to.links, by=by)
    _lock_both(session, document_id, to.case_id, by)
    locked = lock(session, document_id, revision=revision, by=by)
    gone, new = [one for one in locked.links if one not in links], [one for one in links if one not in locked.links]
    if to.case_id == locked.row.case_id and not gone and not new:
        raise Invalid("Nothing was changed.", errors={"to": "It is filed there already"})
    places.remove_links(session, document_id, gone)
    places.add_links(session, document_id, new)
    locked.change(session, case_id=to.case_id)
    _tell_of_move(session, locked, to.case_id, {"reason": reason, "from": gone, "to": new}, by)


def end(
    session: Session,
    document_id: int,
    *,
    reason: str,
    superseded_by: int | None = None,
    revision: int | None = None,
    by: Actor,
) -> None:
    """End a document for a reason: lists leave it out, it is never deleted. `superseded_by` is the one instead of it.

    Raises:
        Invalid: no reason, or a document instead of it that is not there.
        NotPossible: it has ended already.
    """
    require(by, "change document")
    reason = _reason(reason, "Enter why it is not needed any more")
    locked = lock(session, document_id, revision=revision, by=by)
    locked.require_running()
    instead = _instead(session, locked, superseded_by, by) if superseded_by is not None else {}
    ending = {"ended_at": now(), "ended_by_id": by.user_id, "end_reason": reason, "superseded_by_id": superseded_by}
    locked.change(session, **ending)
    telling.tell_of(session, "document_ended", locked, {"reason": reason, **instead}, by=by)


def reinstate(session: Session, document_id: int, *, reason: str, revision: int | None = None, by: Actor) -> None:
    """Take back that a document has ended. Raises Invalid (no reason) or NotPossible (it has not ended)."""
    require(by, "change document")
    reason = _reason(reason, "Enter why it is needed again")
    locked = lock(session, document_id, revision=revision, by=by)
    if locked.row.ended_at is None:
        raise NotPossible(f"“{locked.row.title}” has not ended.")
    locked.change(session, ended_at=None, ended_by_id=None, end_reason="", superseded_by_id=None)
    telling.tell_of(session, "document_reinstated", locked, {"reason": reason}, by=by)


def _changes(
    session: Session, locked: Locked, title: str | None, kind: str | None, words: str | Iterable[str] | None
) -> Iterable[tuple[str, tuple[Any, Any]]]:
    if title is not None and title.strip() != locked.row.title:
        if not title.strip() or len(title.strip()) > LONGEST_TITLE:
            sentence = f"Enter a title of at most {LONGEST_TITLE} characters"
            raise Invalid("A document has a title.", errors={"title": sentence})
        yield "title", (locked.row.title, title.strip())
    if kind is not None and kind != locked.row.kind:
        kinds.check(session, kind)
        yield "kind", (locked.row.kind, kind)
    if words is not None:
        before, after = tags.of(session, [locked.id]).get(locked.id, []), sorted(tags.read(words))
        if before != after:
            yield "tags", (before, after)


def _lock_both(session: Session, document_id: int, to: int | None, by: Actor) -> None:
    """Lock the case that a document leaves and the one that it comes to in one order, so that no two wait in a ring."""
    now_on = session.scalar(select(Document.case_id).where(Document.id == document_id))
    for case_id in sorted({one for one in (now_on, to) if one is not None}):
        lock_case(session, case_id, by=by)


def _tell_of_move(session: Session, locked: Locked, to: int | None, told: dict[str, Any], by: Actor) -> None:
    """Tell the places that it leaves or stays at, and those that it comes to."""
    new, own = told["to"], {"document_id": locked.id, "title": locked.row.title, "kind": locked.row.kind}
    if to == locked.row.case_id:
        links = [*locked.links, *new]
        telling.tell(session, "document_moved", {**own, **told}, case=locked.case, links=links, by=by)
        return
    came = lock_case(session, to, by=by) if to is not None else None
    leaves = {**own, **told, **_named(session, to), "direction": "out"}
    comes = {**own, **told, **_named(session, locked.row.case_id), "direction": "in"}
    telling.tell(session, "document_moved", leaves, case=locked.case, links=locked.links, by=by)
    telling.tell(session, "document_moved", comes, case=came, links=new, by=by)


def _named(session: Session, case_id: int | None) -> dict[str, Any]:
    if case_id is None:
        return {}
    return {"case_id": case_id, "reference": session.scalar(select(Case.reference).where(Case.id == case_id))}


def _instead(session: Session, locked: Locked, instead_id: int, by: Actor) -> dict[str, Any]:
    found = session.execute(
        select(Document.id, Document.title)
        .outerjoin(Case, Case.id == Document.case_id)
        .where(Document.id == instead_id, Document.id != locked.id, Document.ended_at.is_(None), visible_documents(by))
    ).first()
    if found is None:
        sentence = "There is no such document, or it has ended"
        raise Invalid("The other document cannot be found.", errors={"superseded_by": sentence})
    return {"superseded_by": found.id, "superseded_by_title": found.title}


def _reason(reason: str, sentence: str) -> str:
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        asked = sentence if not reason else f"The reason must be {LONGEST_REASON} characters or fewer"
        raise Invalid("A reason is needed.", errors={"reason": asked})
    return reason
