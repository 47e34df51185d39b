"""Contractors and partner agencies that work on a case: whoever works for one sees the case while it is linked."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.errors import Conflict, Invalid, NotFound
from engine.instants import today
from engine.permissions import Actor
from engine.recording import record
from engine.restricting import said_why
from engine.runtime.locking import lock_case
from models.case import CaseLink
from models.people import Organisation

VERB = "link partner"
KIND = "organisation"
ROLE = "partner"


def partners(session: Session, case_id: int) -> list[Any]:
    """Return (link, name, kind) of the organisations that are linked to a case today, by name."""
    lasts = or_(CaseLink.until_on.is_(None), CaseLink.until_on >= today())
    statement = (
        select(CaseLink, Organisation.name, Organisation.kind)
        .join(Organisation, Organisation.id == CaseLink.entity_id)
        .where(CaseLink.case_id == case_id, CaseLink.entity_type == KIND, lasts)
    )
    return list(session.execute(statement.order_by(Organisation.name)))


def choices(session: Session) -> list[Any]:
    """Return (id, name) of the organisations that may be linked, by name."""
    others = select(Organisation.id, Organisation.name).where(Organisation.kind != "landlord")
    return list(session.execute(others.where(Organisation.ended_on.is_(None)).order_by(Organisation.name)))


def link(session: Session, case_id: int, organisation_id: int, *, reason: str, by: Actor) -> None:
    """Let those who work for an organisation see a case, and do what of it they are given.

    Raises:
        Invalid: no reason, or no such organisation.
        Conflict: it is linked already.
    """
    case = lock_case(session, case_id, by=by, verb=VERB)
    said, names = said_why(reason), {row.id: row.name for row in choices(session)}
    if organisation_id not in names:
        raise Invalid(errors={"organisation": "Choose a contractor or a partner agency"})
    found = session.scalar(select(CaseLink).where(*_of(case_id, organisation_id)))
    if found is not None and (found.until_on is None or found.until_on >= today()):
        raise Conflict(f"{names[organisation_id]} is linked already.")
    row = found or CaseLink(case_id=case_id, entity_type=KIND, entity_id=organisation_id, role=ROLE)
    row.from_on, row.until_on = today(), None
    session.add(row)
    payload = {"organisation_id": organisation_id, "name": names[organisation_id], "reason": said}
    record(session, case, "partner_linked", payload, by=by)


def unlink(session: Session, case_id: int, link_id: int, *, by: Actor) -> None:
    """Have an organisation work on a case no more: from now on, its people do not see it.

    Raises:
        NotFound: no such link.
    """
    case = lock_case(session, case_id, by=by, verb=VERB)
    found = next((row for row in partners(session, case_id) if row.CaseLink.id == link_id), None)
    if found is None:
        raise NotFound("No such organisation works on this case.", remedy="Look at the page again.")
    session.delete(found.CaseLink)
    session.flush()  # so that the page that follows in the same transaction reads it
    payload = {"organisation_id": found.CaseLink.entity_id, "name": found.name}
    record(session, case, "partner_unlinked", payload, by=by)


def _of(case_id: int, organisation_id: int) -> tuple[Any, ...]:
    whose = CaseLink.case_id == case_id, CaseLink.entity_type == KIND, CaseLink.entity_id == organisation_id
    return *whose, CaseLink.role == ROLE
