"""What people agreed to hear of, beside what they must be told."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.instants import today
from models.communication import Consent


def consents_of(session: Session, person_ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """Return the topics that each of these people agreed to hear of and has not withdrawn from."""
    if not person_ids:
        return {}
    goes_on = or_(Consent.withdrawn_on.is_(None), Consent.withdrawn_on > today())
    rows = session.execute(
        select(Consent.person_id, Consent.topic).where(
            Consent.person_id.in_(person_ids), Consent.given_on <= today(), goes_on
        )
    )
    found: dict[int, frozenset[str]] = {}
    for person_id, topic in rows:
        found[person_id] = found.get(person_id, frozenset()) | {topic}
    return found
