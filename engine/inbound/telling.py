"""Tells staff of what came in for a case: its owner, and who stands in; where there is nobody, its circle."""

from collections.abc import Iterable

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine import absences
from engine.instants import now
from engine.permissions import book, circle
from engine.reminders.delivery import COLUMNS, Preference
from engine.runtime.header import CaseRow
from models.base import table
from models.staff import User
from models.telling import NotificationPreference
from models.work import Notification

NOTICE = table(Notification)
_PEOPLE = select(User.id, *(getattr(NotificationPreference, name) for name in COLUMNS)).outerjoin(
    NotificationPreference, NotificationPreference.user_id == User.id
)


def tell_owner(session: Session, case: CaseRow, text: str, *, key: str, but: int | None = None) -> list[int]:
    """Put a reminder before the owner of a case and who stands in for them; return whom that told.

    Of a restricted case only its circle is told: the whole of it when the case has no owner. `but` is who knows.
    """
    wanted: set[int | None] = {case.owner_id} if case.owner_id is not None else set()
    if case.restricted:
        inside = circle(session, case.id, case.owner_id)
        wanted = wanted or set(inside)
    elif case.owner_id is not None:
        stand_in = absences.stand_in(session, case.owner_id, now())
        wanted |= {stand_in.user_id} if stand_in is not None else set()
    return _tell(session, case.id, (user_id for user_id in wanted if user_id not in (None, but)), text, key)


def tell_administrators(session: Session, case_id: int, text: str, *, key: str) -> list[int]:
    """Tell administrators that nobody could be told; that is no secret of its case."""
    roles = book(session).granting("administer")
    people = session.execute(select(User.id, User.roles).where(User.is_active, User.organisation_id.is_(None)))
    wanted = [user_id for user_id, theirs in people if roles & {str(role) for role in theirs}]
    return _tell(session, case_id, wanted, text, key, kind="unheard")


def _tell(
    session: Session, case_id: int, user_ids: Iterable[int | None], text: str, key: str, *, kind: str = "reminder"
) -> list[int]:
    at = now()
    people = session.execute(_PEOPLE.where(User.is_active, User.id.in_(list(user_ids))).order_by(User.id)).all()
    rows = [
        {
            "key": f"inbound:{key}:{user.id}"[:200],
            "user_id": user.id,
            "case_id": case_id,
            "user_task_id": None,
            "kind": kind,
            "text": text,
            "created_at": at,
            "mail_at": Preference.of(user).mail_at(kind, at),
            "outbox_key": None,
        }
        for user in people
    ]
    if rows:
        session.execute(insert(NOTICE), rows)
    return [user.id for user in people]
