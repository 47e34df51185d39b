"""Who is away, and who stands in: new tasks go to the stand-in, and what is open already can be done by them.

The days are those of the United Kingdom, the first and the last among them. Somebody whose stand-in is away too is
stood in for by that one's stand-in. A chain that comes round, or ends with nobody, ends with a manager of theirs.
"""

import threading
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, false, select
from sqlalchemy.orm import Session

from engine.errors import Invalid, NotAllowed, NotFound
from engine.instants import LONDON, now, today
from engine.permissions import Actor, actor_of, may
from models.aliases import alias_of
from models.prepared import Prepared
from models.staff import Absence, Membership, User

KEEP_SECONDS = 30.0
LONGEST_NOTE = 500

_STAND_IN = alias_of(User)
_NOT_OVER = Prepared(
    select(Absence.user_id, Absence.from_on, Absence.until_on, _STAND_IN.id.label("stand_in_id"))
    .outerjoin(_STAND_IN, (_STAND_IN.id == Absence.stand_in_id) & _STAND_IN.is_active)
    .where(Absence.ended_at.is_(None), Absence.until_on >= bindparam("since"))
    .order_by(Absence.id)
)


@dataclass(frozen=True, slots=True)
class StandIn:
    """Who does the tasks of somebody who is away. `user_id` is None when nobody could be found."""

    user_id: int | None
    absent_id: int
    until_on: date
    is_manager: bool = False  # the chain of stand-ins came round, or named nobody


@dataclass(frozen=True, slots=True)
class _Away:
    user_id: int
    from_on: date
    until_on: date
    stand_in_id: int | None


@dataclass(slots=True)
class _Kept:
    read_at: float = -KEEP_SECONDS
    rows: tuple[_Away, ...] = field(default_factory=tuple)


_kept = _Kept()
_reading = threading.Lock()


def stand_in(session: Session, user_id: int, at: datetime) -> StandIn | None:
    """Return who stands in for a member of staff at an instant; None when they are not away.

    Absences are kept in memory for half a minute: a step that assigns a task asks the database nothing.
    """
    return _resolve(session, _kept_rows(session), user_id, _day(at))


def absent_for(session: Session, user_id: int, at: datetime) -> frozenset[int]:
    """Return the members of staff for whom a user stands in at an instant, as the database knows it now."""
    rows, day = _read(session), _day(at)
    found = (_resolve(session, rows, absent, day) for absent in sorted(_away_on(rows, day)))
    return frozenset(one.absent_id for one in found if one is not None and one.user_id == user_id)


def away(session: Session, user_ids: Collection[int], at: datetime) -> dict[int, date]:
    """Return those of some members of staff who are away at an instant, each with the last day of it."""
    on_day = _away_on(_read(session), _day(at))
    return {user_id: on_day[user_id].until_on for user_id in user_ids if user_id in on_day}


def forget() -> None:
    """Read the absences again at the next question; called when one is entered or taken back."""
    _kept.read_at = -KEEP_SECONDS


def enter(
    session: Session,
    user_id: int,
    *,
    from_on: date,
    until_on: date,
    stand_in_id: int | None = None,
    note: str = "",
    by: Actor,
) -> Absence:
    """Write down that a member of staff is away: themselves, a manager of theirs, or an administrator.

    Raises:
        Invalid: one sentence for each field.
        NotAllowed: none of those three.
    """
    _require_entitled(session, user_id, by)
    errors = _faults(session, user_id, from_on, until_on, stand_in_id)
    if errors:
        raise Invalid("The absence cannot be entered.", errors=errors)
    absence = Absence(
        user_id=user_id,
        from_on=from_on,
        until_on=until_on,
        stand_in_id=stand_in_id,
        note=note.strip()[:LONGEST_NOTE],
        entered_by_id=by.user_id,
        entered_at=now(),
    )
    session.add(absence)
    session.flush()  # its id is wanted, and the warning below reads it
    forget()
    return absence


def comes_round(session: Session, absence: Absence) -> bool:
    """Say whether nobody can be found by going from stand-in to stand-in on some day of an absence."""
    rows = _read(session, since=absence.from_on)
    days = {absence.from_on} | {row.from_on for row in rows if absence.from_on <= row.from_on <= absence.until_on}
    found = (_resolve(session, rows, absence.user_id, day) for day in days)
    return any(one is not None and (one.is_manager or one.user_id is None) for one in found)


def end(session: Session, absence_id: int, *, by: Actor) -> None:
    """Take back an absence, or end one that has begun: from now on tasks come to the person again.

    Raises:
        NotFound: none that the actor may take back.
    """
    absence = session.get(Absence, absence_id)
    if absence is None or absence.ended_at is not None:
        raise NotFound("There is no such absence.")
    _require_entitled(session, absence.user_id, by)
    absence.ended_at = now()
    forget()


def entered(session: Session, *, user_ids: Collection[int], since: date | None = None) -> list[Row[Any]]:
    """Return the absences of some members of staff that are not over by `since` (today), the nearest first.

    Each row: id, user_id, name, from_on, until_on, stand_in_id, stand_in, note.
    """
    statement = (
        select(
            Absence.id, Absence.user_id, User.name, Absence.from_on, Absence.until_on, Absence.stand_in_id,
            _STAND_IN.name.label("stand_in"), Absence.note,
        )
        .join(User, User.id == Absence.user_id)
        .outerjoin(_STAND_IN, _STAND_IN.id == Absence.stand_in_id)
        .where(Absence.user_id.in_(sorted(user_ids)), Absence.until_on >= (since or today()))
        .where(Absence.ended_at.is_(None))
    )  # fmt: skip
    return list(session.execute(statement.order_by(Absence.from_on, User.name, Absence.id)))


def may_enter_for(session: Session, *, by: Actor) -> list[Row[Any]]:
    """Return (id, name) of those, besides themselves, whose absences the actor may enter."""
    people = select(User.id, User.name).where(User.is_active, User.id != by.user_id)
    if not _may_enter_for_all(by):
        managed = select(Membership.user_id).where(Membership.team_id.in_(sorted(by.managed_team_ids)))
        people = people.where(User.id.in_(managed) if by.managed_team_ids else false())
    return list(session.execute(people.order_by(User.name, User.id)))


def _require_entitled(session: Session, user_id: int, by: Actor) -> None:
    if user_id == by.user_id or _may_enter_for_all(by):
        return
    if user_id not in {person.id for person in may_enter_for(session, by=by)}:
        raise NotAllowed(
            "You can enter your own absence, and that of somebody in a team that you manage.",
            remedy="Ask their manager.",
        )


def _may_enter_for_all(by: Actor) -> bool:
    return may(by, "manage any team")


def _faults(session: Session, user_id: int, from_on: date, until_on: date, stand_in_id: int | None) -> dict[str, str]:
    errors = {}
    if until_on < from_on:
        errors["until"] = "The last day must not be before the first"
    elif until_on < today():
        errors["until"] = "The last day must be today or later"
    if stand_in_id == user_id:
        errors["stand_in"] = "Choose somebody else: nobody stands in for themselves"
    elif stand_in_id is not None and not _may_stand_in(session, stand_in_id):
        errors["stand_in"] = "Choose a colleague who does tasks"
    if not errors and _overlaps(session, user_id, from_on, until_on):
        errors["from"] = "Another absence has some of these days already: take it back first"
    return errors


def _may_stand_in(session: Session, user_id: int) -> bool:
    actor = actor_of(session, user_id)
    return actor is not None and may(actor, "do task")


def _overlaps(session: Session, user_id: int, from_on: date, until_on: date) -> bool:
    same_days = select(Absence.id).where(
        Absence.user_id == user_id,
        Absence.ended_at.is_(None),
        Absence.from_on <= until_on,
        Absence.until_on >= from_on,
    )
    return session.scalar(same_days.limit(1)) is not None


def _resolve(session: Session, rows: Iterable[_Away], user_id: int, day: date) -> StandIn | None:
    on_day = _away_on(rows, day)
    first = on_day.get(user_id)
    if first is None:
        return None
    asked, who = {user_id}, first.stand_in_id
    while who is not None and who in on_day:
        if who in asked:
            who = None
            break
        asked.add(who)
        who = on_day[who].stand_in_id
    if who is not None:
        return StandIn(who, user_id, first.until_on)
    return StandIn(_manager(session, user_id, on_day), user_id, first.until_on, is_manager=True)


def _manager(session: Session, user_id: int, on_day: Mapping[int, _Away]) -> int | None:
    """Return a manager of a team of somebody, who is at work themselves."""
    teams = select(Membership.team_id).where(Membership.user_id == user_id)
    managers = (
        select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.team_id.in_(teams), Membership.is_manager, Membership.user_id != user_id, User.is_active)
        .order_by(Membership.team_id, Membership.user_id)
    )
    return next((found for found in session.scalars(managers) if found not in on_day), None)


def _away_on(rows: Iterable[_Away], day: date) -> dict[int, _Away]:
    return {row.user_id: row for row in rows if row.from_on <= day <= row.until_on}


def _kept_rows(session: Session) -> tuple[_Away, ...]:
    if time.monotonic() - _kept.read_at > KEEP_SECONDS:
        rows = _read(session)
        with _reading:
            _kept.rows, _kept.read_at = rows, time.monotonic()
    return _kept.rows


def _read(session: Session, *, since: date | None = None) -> tuple[_Away, ...]:
    """Return the absences that are not over; a stand-in whose account is closed is none."""
    return tuple(_Away(*row) for row in _NOT_OVER.rows(session.connection(), {"since": since or today()}))


def _day(at: datetime) -> date:
    return at.astimezone(LONDON).date()
