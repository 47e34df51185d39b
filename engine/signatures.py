"""The signatures that officers' letters carry: each officer gives, changes and takes back their own."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.documents import redrawing
from engine.errors import NotFound
from engine.filing.receiving import store
from engine.inbound import handling
from engine.permissions import Actor, require
from engine.staff_history import write_down
from models.staff import User

SIGN = "do task"


def drawn(name: str, content: bytes, *, by: Actor) -> bytes:
    """Return an uploaded signature as letters carry it. It may take seconds. Raises UploadRefused."""
    require(by, SIGN)
    return redrawing.signature(name, content)


def keep(session: Session, picture: bytes, *, by: Actor) -> list[str]:
    """Let the actor's letters carry from now on what `drawn` made. Returns digests as `take_back` does."""
    return _change(session, store().put(picture), by)


def take_back(session: Session, *, by: Actor) -> list[str]:
    """Let the actor's letters carry no signature any more; those that were written keep theirs.

    Returns the digest of the picture that is not needed now: its bytes go after the commit (`forget_bytes`).
    """
    return _change(session, None, by)


def forget_bytes(session: Session, digests: list[str]) -> None:
    """Destroy former signatures; what somebody else signs with, or a document has, is left."""
    handling.forget_bytes(session, digests)


def current(session: Session, user_id: int | None) -> str | None:
    """Return the digest of an officer's signature; none where they gave none."""
    return session.scalar(select(User.signature).where(User.id == user_id)) if user_id is not None else None


def content(session: Session, *, by: Actor) -> bytes:
    """Return the actor's own signature, PNG. Raises NotFound."""
    digest = current(session, by.user_id)
    if digest is None:
        raise NotFound("You have given no signature.")
    with store().open(digest) as file:
        return file.read()


def _change(session: Session, digest: str | None, by: Actor) -> list[str]:
    require(by, SIGN)
    user = session.scalar(select(User).where(User.id == by.user_id).with_for_update())
    if user is None:
        raise NotFound("Your account does not exist any more.")
    before, user.signature = user.signature, digest
    told = [{"signature": (each or "none")[:12]} for each in (before, digest)]
    write_down(session, "signature_changed", ("user", user.id, user.name), before=told[0], after=told[1], by=by)
    return [before] if before is not None and before != digest else []
