"""What people do with an item before it is filed: take it, give it back, forward it, set it aside, destroy it."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.errors import Conflict, Invalid, NotFound, NotPossible
from engine.filing.receiving import renditions, store
from engine.inbound.events import write
from engine.inbound.seeing import VERB, visible_items
from engine.instants import now
from engine.permissions import Actor, require
from models.base import table
from models.document import DocumentVersion
from models.inbound import InboundItem, InboundPart
from models.staff import Team, User

ITEM, PART = table(InboundItem), table(InboundPart)
LONGEST_REASON = 500
LOOK_AGAIN = "Look at it again."


def lock(session: Session, item_id: int, *, revision: int | None = None, by: Actor) -> Any:
    """Return the row of an item, locked until the transaction ends.

    Raises:
        NotFound: there is none, or none that the actor may know of.
        Conflict: somebody else changed it since `revision`.
    """
    require(by, VERB)
    is_seen = select(InboundItem.id).where(InboundItem.id == item_id, visible_items(by))
    row = session.execute(select(ITEM).where(ITEM.c.id.in_(is_seen)).with_for_update()).first()
    if row is None:
        raise NotFound("There is nothing here that came in, or nothing that you may see.", remedy="Look at the list.")
    if revision is not None and revision != row.revision:
        raise Conflict("Somebody else has done something with it meanwhile.", remedy=LOOK_AGAIN)
    return row


def require_free(session: Session, row: Any, *, by: Actor) -> None:
    """Raise Conflict unless an item waits, and nobody else has taken it."""
    if row.state != "new":
        raise Conflict(f"It is {_WORDS[row.state]} already.", remedy=LOOK_AGAIN)
    if row.claimed_by_id not in (None, by.user_id):
        name = session.scalar(select(User.name).where(User.id == row.claimed_by_id))
        raise Conflict(f"{name} is filing it.", remedy="Take it over first, if they cannot.")


def change(session: Session, row: Any, **columns: Any) -> None:
    """Write columns of an item in hand, and count the change."""
    session.execute(update(ITEM).where(ITEM.c.id == row.id).values(revision=row.revision + 1, **columns))


def claim(session: Session, item_id: int, *, takes_over: bool = False, by: Actor) -> None:
    """Take an item, so that nobody else files it meanwhile; one's own again changes nothing.

    Raises:
        Conflict: it does not wait any more, or somebody else has it and is not taken over from.
    """
    row = lock(session, item_id, by=by)
    if row.state != "new" or not takes_over:
        require_free(session, row, by=by)
    if row.claimed_by_id == by.user_id:
        return
    change(session, row, claimed_by_id=by.user_id, claimed_at=now())
    write(session, item_id, "taken_over" if row.claimed_by_id else "claimed", by=by)


def release(session: Session, item_id: int, *, by: Actor) -> None:
    """Give an item back. Raises Conflict: somebody else has it, or it does not wait any more."""
    row = lock(session, item_id, by=by)
    require_free(session, row, by=by)
    if row.claimed_by_id is not None:
        change(session, row, claimed_by_id=None, claimed_at=None)
        write(session, item_id, "released", by=by)


def forward(
    session: Session, item_id: int, team_id: int | None, *, note: str = "", revision: int | None = None, by: Actor
) -> None:
    """Give an item to a team, or with none back to everybody; whoever had it has it no more.

    Raises:
        Invalid: there is no such team, or the note is too long.
    """
    row = lock(session, item_id, revision=revision, by=by)
    require_free(session, row, by=by)
    team = session.get(Team, team_id) if team_id is not None else None
    if team_id is not None and team is None:
        raise Invalid("It cannot be forwarded.", errors={"team": "Choose a team from the list"})
    if len(note) > LONGEST_REASON:
        raise Invalid(errors={"note": f"The note must be {LONGEST_REASON} characters or fewer"})
    change(session, row, team_id=team_id, claimed_by_id=None, claimed_at=None)
    to = f"To {team.name}" if team is not None else "To everybody"
    write(session, item_id, "forwarded", ": ".join(filter(None, (to, note.strip()))), by=by)


def set_aside(session: Session, item_id: int, *, reason: str, revision: int | None = None, by: Actor) -> None:
    """Put an item away that nobody need file. Raises Invalid: no reason."""
    row = lock(session, item_id, revision=revision, by=by)
    if row.state != "unread":
        require_free(session, row, by=by)
    put_aside(session, row, reason_of(reason, "Enter why nobody need file it"), by=by)


def put_aside(session: Session, row: Any, reason: str, *, by: Actor) -> None:
    """Put an item in hand away."""
    change(session, row, state="set_aside", reason=reason, decided_by_id=by.user_id, decided_at=now())
    write(session, row.id, "set_aside", reason, by=by)


def take_back(session: Session, item_id: int, *, reason: str = "", revision: int | None = None, by: Actor) -> None:
    """Take back that an item was set aside: it waits again.

    Raises:
        NotPossible: it is not set aside, or there is nothing of it that could be filed.
    """
    row = lock(session, item_id, revision=revision, by=by)
    if row.state != "set_aside" or not has_files(session, item_id):
        raise NotPossible("Only what is set aside can be taken back.", remedy=LOOK_AGAIN)
    change(session, row, state="new", reason="", decided_by_id=None, decided_at=None)
    write(session, item_id, "taken_back", reason.strip()[:LONGEST_REASON], by=by)


def destroy(session: Session, item_id: int, *, reason: str, revision: int | None = None, by: Actor) -> list[str]:
    """Destroy what an item says and its files, for good; that it came, from whom and why it went is kept.

    Returns the digests of the files, which go after the commit (`forget_bytes`).

    Raises:
        Invalid: no reason.
        Conflict: it waits and is somebody's, or it is filed.
    """
    row = lock(session, item_id, revision=revision, by=by)
    reason = reason_of(reason, "Enter why it is destroyed")
    if row.state not in ("set_aside", "unread"):
        require_free(session, row, by=by)
    parts = session.execute(select(PART).where(PART.c.item_id == item_id)).all()
    gone = {"sha256": None, "html": None, "thumbnail": None, "text": "", "state": "destroyed"}
    session.execute(update(PART).where(PART.c.item_id == item_id).values(**gone))
    kept = {"state": "destroyed", "reason": reason, "text": "", "subject": "", "details": {}}
    change(session, row, **kept, decided_by_id=by.user_id, decided_at=now())
    write(session, item_id, "destroyed", reason, by=by)
    return [digest for part in parts for digest in (part.sha256, part.thumbnail, part.html) if digest]


def forget_bytes(session: Session, digests: list[str]) -> None:
    """Destroy the bytes of what was destroyed; what a document, another item or a signature has too is left."""
    models = (DocumentVersion, InboundPart)
    columns: list[Any] = [getattr(model, name) for model in models for name in ("sha256", "thumbnail", "html")]
    columns.append(User.signature)
    needed = {one for column in columns for one in session.scalars(select(column).where(column.in_(digests)))}
    for sha256 in set(digests) - needed:
        store().remove(sha256)
        renditions().remove(sha256)


def has_files(session: Session, item_id: int) -> bool:
    """Say whether there is anything of an item that could be filed."""
    kept = select(PART.c.id).where(PART.c.item_id == item_id, PART.c.sha256.is_not(None))
    return session.scalar(kept.limit(1)) is not None


def reason_of(text: str, asked: str) -> str:
    """Return a reason as it is kept. Raises Invalid, with the sentence `asked` where there is none."""
    reason = text.strip()
    if not reason or len(reason) > LONGEST_REASON:
        sentence = asked if not reason else f"The reason must be {LONGEST_REASON} characters or fewer"
        raise Invalid("A reason is needed.", errors={"reason": sentence})
    return reason


_WORDS = {
    "filed": "filed",
    "set_aside": "set aside",
    "destroyed": "destroyed",
    "unread": "among what could not be read",
}
