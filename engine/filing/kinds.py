"""The kinds that documents are filed as: a list that administrators keep."""

import re
from collections.abc import Sequence

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from engine.errors import Conflict, Invalid, NotFound
from engine.instants import now
from engine.permissions import Actor, require
from models.document import Document, DocumentKind
from models.work import AdministrativeAction

LONGEST_NAME = 80
# What merges, forms, uploads, bundles and what comes in by itself are filed as.
NEEDED = frozenset({"letter", "evidence", "photograph", "received", "bundle", "other"})


def offered(session: Session) -> dict[str, str]:
    """Return the kinds that a document can be filed as: key to name, in their order."""
    rows = session.execute(
        select(DocumentKind.key, DocumentKind.name)
        .where(DocumentKind.ended_at.is_(None))
        .order_by(DocumentKind.position, DocumentKind.name)
    )
    return {row.key: row.name for row in rows}


def names(session: Session) -> dict[str, str]:
    """Return the name of every kind, also of those that have ended."""
    rows = session.execute(select(DocumentKind.key, DocumentKind.name).order_by(DocumentKind.position))
    return {row.key: row.name for row in rows}


def check(session: Session, key: str) -> None:
    """Raise Invalid unless documents can be filed as this kind."""
    if key not in offered(session):
        raise Invalid("There is no such kind of document.", errors={"kind": "Choose a kind from the list"})


def everything(session: Session) -> Sequence[tuple[DocumentKind, int]]:
    """Return every kind with the number of its documents."""
    count = select(func.count()).where(Document.kind == DocumentKind.key).scalar_subquery()
    ordered = (DocumentKind.ended_at.is_not(None), DocumentKind.position, DocumentKind.name)
    return [(row[0], int(row[1])) for row in session.execute(select(DocumentKind, count).order_by(*ordered))]


def add(session: Session, name: str, *, by: Actor) -> str:
    """Add a kind and return its key, which is made of its name. Raises Invalid."""
    require(by, "administer")
    name = _checked(session, name)
    key = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:70] or "kind"
    taken = set(session.scalars(select(DocumentKind.key)))
    unique = next(one for one in (key, *(f"{key}_{n}" for n in range(2, 1000))) if one not in taken)
    last = session.scalar(select(func.max(DocumentKind.position))) or 0
    session.execute(insert(DocumentKind), {"key": unique, "name": name, "position": last + 1})
    _write_down(session, "kind of document added", name, by)
    return unique


def rename(session: Session, kind_id: int, name: str, *, revision: int, by: Actor) -> None:
    """Give a kind another name. Raises Invalid, NotFound or Conflict."""
    require(by, "administer")
    kind, name = _found(session, kind_id), _checked(session, name, but=kind_id)
    _change(session, kind, revision, name=name)
    _write_down(session, "kind of document renamed", f"{kind.name} → {name}", by)


def end(session: Session, kind_id: int, *, revision: int, by: Actor) -> None:
    """Offer a kind no more; its documents keep it. Raises Invalid, NotFound or Conflict."""
    require(by, "administer")
    kind = _found(session, kind_id)
    if kind.key in NEEDED:
        raise Invalid(f"“{kind.name}” cannot be ended: the platform itself files documents so.", remedy="Rename it.")
    _change(session, kind, revision, ended_at=now())
    _write_down(session, "kind of document ended", kind.name, by)


def reinstate(session: Session, kind_id: int, *, revision: int, by: Actor) -> None:
    """Offer a kind again that had ended."""
    require(by, "administer")
    kind = _found(session, kind_id)
    _change(session, kind, revision, ended_at=None)
    _write_down(session, "kind of document offered again", kind.name, by)


def _checked(session: Session, name: str, *, but: int | None = None) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(errors={"name": f"Enter a name of at most {LONGEST_NAME} characters"})
    same = select(DocumentKind.id).where(func.lower(DocumentKind.name) == name.lower(), DocumentKind.id != (but or 0))
    if session.scalar(same) is not None:
        raise Invalid(errors={"name": f"There is a kind “{name}” already"})
    return name


def _found(session: Session, kind_id: int) -> DocumentKind:
    kind = session.get(DocumentKind, kind_id)
    if kind is None:
        raise NotFound("There is no such kind of document.")
    return kind


def _change(session: Session, kind: DocumentKind, revision: int, **columns: object) -> None:
    its = (DocumentKind.id == kind.id, DocumentKind.revision == revision)
    changed = session.execute(update(DocumentKind).where(*its).values(revision=revision + 1, **columns))
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(f"Somebody else has changed “{kind.name}”.", remedy="Look at it again, then change it.")


def _write_down(session: Session, action: str, subject: str, by: Actor) -> None:
    row = {"at": now(), "user_id": by.user_id, "action": action, "subject": subject[:200], "reason": ""}
    session.execute(insert(AdministrativeAction), row)
