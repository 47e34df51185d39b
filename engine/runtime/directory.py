"""Finds teams and members of staff by the names that diagrams use; kept in memory, read again when one is unknown."""

import threading
import time
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.staff import Team, User

KEEP_SECONDS = 30.0


@dataclass(slots=True)
class _Kept:
    read_at: float = -KEEP_SECONDS
    teams: dict[str, int] = field(default_factory=dict)
    users: dict[str, int] = field(default_factory=dict)


_kept = _Kept()
_reading = threading.Lock()


def team_id(session: Session, name: str) -> int | None:
    """Return the team with this name or key; none when there is no such team."""
    return _look_up(session, "teams", name)


def user_id(session: Session, name: str) -> int | None:
    """Return the active member of staff with this e-mail address or name."""
    return _look_up(session, "users", name)


def forget() -> None:
    """Read everything again at the next question; called when an administrator changes teams or staff."""
    _kept.read_at = -KEEP_SECONDS


def _look_up(session: Session, what: str, name: str) -> int | None:
    key = name.strip().casefold()
    if not key:
        return None
    if key not in getattr(_kept, what) or time.monotonic() - _kept.read_at > KEEP_SECONDS:
        _read(session)
    found: int | None = getattr(_kept, what).get(key)
    return found


def _read(session: Session) -> None:
    teams = session.execute(select(Team.id, Team.key, Team.name)).all()
    users = session.execute(select(User.id, User.email, User.name).where(User.is_active)).all()
    with _reading:
        _kept.teams = {text.casefold(): row.id for row in teams for text in (row.key, row.name)}
        _kept.users = {text.casefold(): row.id for row in users for text in (row.name, row.email)}
        _kept.read_at = time.monotonic()
