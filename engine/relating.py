"""Links cases by hand: link two, detach them, start one that belongs to another."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from engine.children import told_of
from engine.errors import Conflict, Invalid, NotFound
from engine.instants import now, today
from engine.permissions import Actor, require
from engine.recording import record
from engine.related_cases import ROLES
from engine.runtime.header import CaseRow
from engine.runtime.locking import lock_case
from engine.starting import Parent, Started, Subject, begin, require_seen
from models.base import table
from models.case import CaseRelation

RELATION = table(CaseRelation)


def link(session: Session, case_id: int, other_id: int, *, role: str = "related", reason: str = "", by: Actor) -> int:
    """Link a case to another one and return the link's id; each of them says so in its history.

    Raises:
        Conflict: they are linked so already.
        Invalid: a case to itself, or a role that does not exist.
        NotFound: a case that the actor may not know of.
    """
    require(by, "link cases")
    if role not in ROLES:
        raise Invalid("There is no such link.", errors={"role": f"Choose one of: {', '.join(ROLES)}"})
    case, other = both(session, case_id, other_id, by=by)
    if linked(session, case.id, other.id, role) is not None:
        raise Conflict(f"{case.reference} and {other.reference} are linked so already.")
    row = {"case_id": case.id, "other_id": other.id, "role": role, "from_on": today(), "linked_at": now()}
    row |= {"linked_by_id": by.user_id}
    link_id: int = session.execute(insert(RELATION).returning(RELATION.c.id), row).scalar_one()
    for one, two in ((case, other), (other, case)):
        record(session, one, "case_linked", {**named(one, two), "role": role, "reason": reason.strip()}, by=by)
    return link_id


def detach(session: Session, case_id: int, link_id: int, *, reason: str = "", by: Actor) -> None:
    """End a link of a case from today on; that it was there stays known.

    Raises:
        NotFound: the case has no such link in force.
    """
    require(by, "link cases")
    found = session.execute(
        select(RELATION.c.case_id, RELATION.c.other_id, RELATION.c.role).where(
            RELATION.c.id == link_id,
            RELATION.c.until_on.is_(None),
            or_(RELATION.c.case_id == case_id, RELATION.c.other_id == case_id),
        )
    ).first()
    if found is None:
        raise NotFound("The case has no such link.", remedy="Look at its related cases.")
    case, other = both(session, found.case_id, found.other_id, by=by)
    session.execute(
        update(RELATION).where(RELATION.c.id == link_id).values(until_on=today(), detached_by_id=by.user_id)
    )
    for one, two in ((case, other), (other, case)):
        payload = {**named(one, two), "role": found.role, "reason": reason.strip()}
        record(session, one, "case_detached", payload, by=by)


def start_under(
    session: Session,
    case_id: int,
    category_key: str,
    *,
    subjects: Sequence[Subject] = (),
    fields: Mapping[str, Any] | None = None,
    by: Actor,
    start_key: str | None = None,
) -> Started:
    """Start a case that belongs to another one and is the actor's; see `engine.cases.start`.

    The other case waits for nothing; its history tells of the start and of the end.
    """
    require(by, "start case")
    require_seen(session, subjects, by=by)
    case = lock_case(session, case_id, by=by)
    parent = Parent(case.id, case.reference, owner_id=by.user_id, restricted=case.restricted)
    started = begin(session, category_key, subjects=subjects, fields=fields, by=by, start_key=start_key, parent=parent)
    if started.is_new:
        record(session, case, "child_started", told_of(session, started.id), by=by)
    return started


def both(session: Session, first_id: int, second_id: int, *, by: Actor) -> tuple[CaseRow, CaseRow]:
    """Return two cases, locked in the order of their ids, so that two officers never wait for each other."""
    if first_id == second_id:
        raise Invalid("A case cannot be linked to itself.", errors={"reference": "Name another case"})
    in_order = sorted((first_id, second_id))
    locked = {case_id: lock_case(session, case_id, by=by, verb="link cases") for case_id in in_order}
    return locked[first_id], locked[second_id]


def named(case: CaseRow, other: CaseRow) -> dict[str, Any]:
    """Return how the history of a case names another one: not at all when fewer may see that."""
    hides = other.restricted and not (case.restricted and case.owner_id == other.owner_id)
    return {"case_id": other.id, "reference": "" if hides else other.reference}


def linked(session: Session, first: int, second: int, role: str) -> int | None:
    """Return the link of this role that is in force between two cases, whichever it was made from."""
    ends = ((RELATION.c.case_id == first) & (RELATION.c.other_id == second)) | (
        (RELATION.c.case_id == second) & (RELATION.c.other_id == first)
    )
    return session.execute(
        select(RELATION.c.id).where(ends, RELATION.c.role == role, RELATION.c.until_on.is_(None))
    ).scalar()
