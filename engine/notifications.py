"""What may be done with reminders and warnings in the portal: put them away."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.instants import now
from engine.permissions import Actor
from models.work import Notification


def dismiss(session: Session, notification_id: int, *, by: Actor) -> None:
    """Put away one of the actor's reminders.

    Raises:
        NotFound: not theirs, or none.
    """
    mine = update(Notification).where(Notification.id == notification_id, Notification.user_id == by.user_id)
    if not session.execute(mine.values(read_at=now())).rowcount:  # type: ignore[attr-defined]
        raise NotFound("There is no such reminder.", remedy="Look at your home page.")


def dismiss_all(session: Session, *, by: Actor) -> None:
    """Put away all of the actor's reminders."""
    unread = update(Notification).where(Notification.user_id == by.user_id, Notification.read_at.is_(None))
    session.execute(unread.values(read_at=now()))
