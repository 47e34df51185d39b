"""Breaking the glass: to see a restricted case in an emergency, for a reason, for a time, with notice to its circle."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Invalid, NotAllowed, NotFound, NotPossible
from engine.instants import london, now
from engine.permissions import PLATFORM, Actor, circle, require
from engine.recording import record
from engine.restricting import LONGEST_REASON, tell
from engine.runtime.locking import lock_case
from engine.staff_history import write_down
from models.case import Case
from models.rights import CaseMember

VERB = "break glass"
MINUTES = (15, 60, 240, 480)
SHORTEST_REASON = 10


@dataclass(frozen=True, slots=True)
class Broken:
    """What came of it: the case, and until when it is seen."""

    reference: str
    until_at: datetime


def break_glass(session: Session, reference: str, *, reason: str, minutes: int, by: Actor) -> Broken:
    """Let the actor see a restricted case for some minutes. Its owner and circle are told, and its history says so.

    Raises:
        Invalid: a reason that says nothing, or a time that is not offered.
        NotFound: no restricted case has this reference.
        NotPossible: the actor sees it anyway.
    """
    require(by, VERB)
    if by.organisation_id is not None:
        raise NotAllowed("Who works for another organisation sees what it is linked to, and nothing else.")
    errors = _faults(reason, minutes)
    if errors:
        raise Invalid("The glass stays whole.", errors=errors)
    case_id = session.scalar(select(Case.id).where(Case.reference == reference.strip(), Case.restricted.is_(True)))
    if case_id is None:
        raise NotFound(f"No restricted case has the reference “{reference.strip()[:40]}”.", remedy="Check it.")
    case = lock_case(session, case_id, by=PLATFORM)
    inside = circle(session, case.id, case.owner_id)
    if by.user_id in inside:
        raise NotPossible("You can see this case already.", remedy="Open it.")
    until_at, said = now() + timedelta(minutes=minutes), reason.strip()[:LONGEST_REASON]
    row = CaseMember(case_id=case.id, user_id=by.user_id or 0, kind="break_glass", reason=said, from_at=now())
    row.until_at, row.named_by_id = until_at, by.user_id
    session.add(row)
    session.flush()  # its number is in the key of the notice
    record(session, case, "glass_broken", {"reason": said, "until": until_at.isoformat()}, by=by)
    text = f"{by.name} broke the glass of the restricted case {case.reference} until {_clock(until_at)}: {said}"
    tell(session, case, inside, text[:2_000], key=f"glass:{row.id}")
    return Broken(case.reference, until_at)


def note_try(session: Session, reference: str, *, by: Actor) -> None:
    """Write down that somebody named a reference at which there was no glass to break: guessing leaves a trace."""
    write_down(session, "glass_tried", ("user", by.user_id, by.name), after={"reference": reference[:80]}, by=by)


def _faults(reason: str, minutes: int) -> dict[str, str]:
    errors = {}
    if len(reason.strip()) < SHORTEST_REASON:
        errors["reason"] = "Say what the emergency is, in a few words: its owner reads it"
    if minutes not in MINUTES:
        errors["minutes"] = "Choose for how long"
    return errors


def _clock(at: datetime) -> str:
    local = london(at)
    return f"{local:%H:%M} on {local.day} {local:%B}"
