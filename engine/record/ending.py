"""What may not end while something that still runs needs it."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from engine.errors import NotPossible
from engine.instants import today
from engine.record.kinds import Kind
from models.places import Asset
from models.tenancies import Tenure, TenureMember


def runs() -> Any:
    """Return the condition on `Tenure` for those that run today."""
    return or_(Tenure.ended_on.is_(None), Tenure.ended_on >= today())


def refuse_while_used(session: Session, kind: Kind, row_id: int) -> None:
    """Raise NotPossible where ending a row would leave a running tenancy, home or account in the air."""
    asked = _NEEDED_BY.get(kind.key)
    if asked is None:
        return
    statement, sentence = asked
    reference = session.scalar(statement(row_id).limit(1))
    if reference is not None:
        raise NotPossible(sentence.format(reference), remedy="End that first.")


def _of_person(row_id: int) -> Select[Any]:
    is_on = TenureMember.tenure_id == Tenure.id
    still = (TenureMember.person_id == row_id, TenureMember.is_responsible, TenureMember.until_on.is_(None))
    return select(Tenure.reference).join(TenureMember, is_on).where(*still, runs())


def _of_home(row_id: int) -> Select[Any]:
    inside = select(Asset.reference).where(Asset.parent_id == row_id, Asset.ended_on.is_(None))
    let = select(Tenure.reference).where(Tenure.asset_id == row_id, runs())
    return select(let.union_all(inside).subquery().c.reference)


_NEEDED_BY: dict[str, tuple[Callable[[int], Select[Any]], str]] = {
    "person": (_of_person, "They are responsible for the tenancy {}, which still runs."),
    "home": (_of_home, "{} is still here, and runs."),
}
