"""Restricted cases: who is in the circle of one, beside its owner, and who may say so."""

from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from engine.errors import Invalid, NotFound, NotPossible
from engine.instants import now
from engine.permissions import Actor, actor_of, circle, may
from engine.recording import record
from engine.runtime.header import CaseRow
from engine.runtime.locking import lock_case
from models.base import table
from models.rights import CaseMember
from models.staff import User
from models.work import Notification, UserTask

MEMBER = table(CaseMember)
VERB = "restrict case"
LONGEST_REASON = 2_000


def restrict(session: Session, case_id: int, *, reason: str, members: list[str], by: Actor) -> None:
    """Make a case one that its circle alone knows of: its owner, whoever does this, and `members` (names or addresses).

    Raises:
        Invalid: no reason, or somebody who is not here or may see no cases.
        NotPossible: it is restricted already.
    """
    case = lock_case(session, case_id, by=by, verb=VERB)
    said = said_why(reason)
    if case.restricted:
        raise NotPossible("This case is restricted already.", remedy="Look at its circle.")
    people = [_person(session, name) for name in members if name.strip()]
    inside = {person.id: person for person in people if person.id != case.owner_id}
    case.restricted = True
    told = {"reason": said, "members": [person.name for person in inside.values()]}
    record(session, case, "case_restricted", told, by=by, restricted=True)
    for person in inside.values():
        _let_in(session, case, person, said, by)
    if by.user_id is not None and by.user_id not in circle(session, case.id, case.owner_id):
        _let_in(session, case, session.get_one(User, by.user_id), said, by)


def lift(session: Session, case_id: int, *, reason: str, by: Actor) -> None:
    """Let everybody whose roles reach the case see it again; the circle ends with it.

    Raises:
        Invalid: no reason.
        NotPossible: it is not restricted, or the actor is only looking through broken glass.
    """
    case = _locked(session, case_id, by)
    said = said_why(reason)
    case.restricted = False
    still = (MEMBER.c.case_id == case.id) & MEMBER.c.ended_at.is_(None)
    session.execute(update(MEMBER).where(still).values(ended_at=now(), ended_by_id=by.user_id))
    record(session, case, "restriction_lifted", {"reason": said}, by=by, restricted=False)


def name_member(session: Session, case_id: int, name: str, *, reason: str, by: Actor) -> None:
    """Take somebody into the circle of a restricted case, by their name or e-mail address.

    Raises:
        Invalid: no reason, or nobody here has that name.
        NotPossible: they are in it already.
    """
    case = _locked(session, case_id, by)
    said, person = said_why(reason), _person(session, name)
    if person.id in circle(session, case.id, case.owner_id):
        raise Invalid(errors={"name": f"{person.name} is in the circle already"})
    record(session, case, "circle_joined", {"user_id": person.id, "name": person.name, "reason": said}, by=by)
    _let_in(session, case, person, said, by)


def end_member(session: Session, case_id: int, member_id: int, *, by: Actor) -> CaseMember:
    """Take somebody out of the circle, or close the glass that they broke; one may leave oneself. Returns their row.

    Raises:
        NotFound: nobody of that number is in it.
    """
    case = lock_case(session, case_id, by=by)
    row = session.get(CaseMember, member_id)
    if row is None or row.case_id != case.id or row.ended_at is not None:
        raise NotFound("Nobody of that number is in the circle.", remedy="Look at the circle again.")
    if row.user_id != by.user_id:
        _require_inside(session, case, by)
        case = lock_case(session, case_id, by=by, verb=VERB)
    row.ended_at, row.ended_by_id = now(), by.user_id
    name = session.get_one(User, row.user_id).name
    record(session, case, "circle_left", {"user_id": row.user_id, "name": name}, by=by)
    return row


def members(session: Session, case_id: int) -> list[Any]:
    """Return (CaseMember, name, named_by) of those in the circle now, beside the owner."""
    names = {row.id: row.name for row in session.execute(select(User.id, User.name))}
    rows = session.scalars(select(CaseMember).where(*_now(case_id)).order_by(CaseMember.id))
    return [(row, names[row.user_id], names.get(row.named_by_id or 0, "")) for row in rows]


def holders(session: Session, case_id: int, *, but: int | None = None) -> list[Any]:
    """Return (id, name, email) of those with open tasks of a case: they lose sight of them unless they are named."""
    has_task = select(UserTask.assignee_id).where(UserTask.case_id == case_id, UserTask.status == "open")
    people = select(User.id, User.name, User.email).where(User.id.in_(has_task), User.id != (but or 0))
    return list(session.execute(people.order_by(User.name)))


def glass_of(session: Session, case_id: int, *, by: Actor) -> CaseMember | None:
    """Return by which breaking of the glass the actor sees a case; none when they are in its circle anyway."""
    mine = session.scalars(select(CaseMember).where(*_now(case_id), CaseMember.user_id == by.user_id)).all()
    return mine[0] if mine and all(row.kind == "break_glass" for row in mine) else None


def tell(session: Session, case: CaseRow, user_ids: frozenset[int], text: str, *, key: str) -> None:
    """Put a warning before people, by e-mail too, where it says no more than that there is one."""
    common = {"case_id": case.id, "user_task_id": None, "kind": "warning", "text": text, "created_at": now()}
    for user_id in sorted(user_ids):
        session.add(Notification(key=f"{key}:{user_id}"[:200], user_id=user_id, mail_at=now(), **common))


def said_why(reason: str) -> str:
    """Return a reason as it is kept. Raises Invalid when there is none."""
    said = reason.strip()
    if not said:
        raise Invalid("Say why.", errors={"reason": "Enter the reason; it stands in the history of the case"})
    return said[:LONGEST_REASON]


def _locked(session: Session, case_id: int, by: Actor) -> CaseRow:
    case = lock_case(session, case_id, by=by, verb=VERB)
    if not case.restricted:
        raise NotPossible("This case is not restricted.", remedy="Restrict it first.")
    _require_inside(session, case, by)
    return case


def _require_inside(session: Session, case: CaseRow, by: Actor) -> None:
    """Refuse whoever is only looking through broken glass: they read, and change nothing about who else does."""
    if case.owner_id != by.user_id and glass_of(session, case.id, by=by) is not None:
        raise NotPossible(
            "You see this case through broken glass: its circle is not yours to change.", remedy="Ask its owner."
        )


def _person(session: Session, name: str) -> User:
    wanted = name.strip().casefold()
    is_called = or_(func.lower(User.email) == wanted, func.lower(User.name) == wanted)
    found = session.scalars(select(User).where(User.is_active, is_called).order_by(User.id)).first()
    who = actor_of(session, found.id) if found is not None else None
    if found is None or who is None:
        raise Invalid(errors={"name": "Choose a member of staff"})
    if not may(who, "see cases"):
        raise Invalid(errors={"name": f"The roles of {found.name} let them see no cases"})
    return found


def _let_in(session: Session, case: CaseRow, person: User, reason: str, by: Actor) -> None:
    row = CaseMember(case_id=case.id, user_id=person.id, kind="member", reason=reason, from_at=now())
    row.named_by_id = by.user_id
    session.add(row)
    session.flush()  # so that the circle that is read next has them
    if person.id != by.user_id:
        text = f"You are in the circle of the restricted case {case.reference} now."
        tell(session, case, frozenset({person.id}), text, key=f"circle:{row.id}")


def _now(case_id: int) -> tuple[Any, ...]:
    lasts = or_(CaseMember.until_at.is_(None), CaseMember.until_at > now())
    return CaseMember.case_id == case_id, CaseMember.ended_at.is_(None), lasts
