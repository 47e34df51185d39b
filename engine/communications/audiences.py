"""Whom “write to these” means: cases and people as they were ticked, and the tenants of homes and of accounts."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from engine.instants import today
from engine.permissions import Actor, visible_entities
from models.accounts import RentAccount
from models.aliases import alias_of
from models.people import Person
from models.places import Asset
from models.tenancies import Tenure, TenureMember
from models.work import UserTask

IN_PARTS = 500
_BLOCK, _SITE = alias_of(Asset), alias_of(Asset)


@dataclass(frozen=True, slots=True)
class Ticked:
    """What was chosen in lists, by number; `patch` is everybody in a patch. Of a block or site: all that lies in it."""

    cases: tuple[int, ...] = ()
    people: tuple[int, ...] = ()
    homes: tuple[int, ...] = ()
    tenancies: tuple[int, ...] = ()
    accounts: tuple[int, ...] = ()
    tasks: tuple[int, ...] = ()  # whose cases are meant
    patch: str = ""


def meant(session: Session, ticked: Ticked, *, by: Actor) -> tuple[list[int], list[int]]:
    """Return the cases and the people that are meant, each once; each tenant of a joint tenancy is one."""
    cases = [*ticked.cases, *in_parts(session, select(UserTask.case_id), UserTask.id, ticked.tasks)]
    tenants = [*_of(session, Tenure.id, ticked.tenancies, by), *_of(session, RentAccount.id, ticked.accounts, by)]
    tenants += [*_of(session, Asset.id, ticked.homes, by), *_of_blocks(session, ticked.homes, by)]
    if ticked.patch:
        tenants += session.scalars(_tenants(by).where(Asset.patch == ticked.patch))
    return list(dict.fromkeys(cases)), list(dict.fromkeys([*ticked.people, *tenants]))


def _of(session: Session, column: Any, ids: Collection[int], by: Actor) -> list[int]:
    return in_parts(session, _tenants(by), column, ids)


def _of_blocks(session: Session, ids: Collection[int], by: Actor) -> list[int]:
    """Return the tenants of what lies in these blocks, and in the blocks of these sites."""
    wanted = _tenants(by).join(_BLOCK, _BLOCK.id == Asset.parent_id).outerjoin(_SITE, _SITE.id == _BLOCK.parent_id)
    found: list[int] = []
    for part in _parts(ids):
        inside: ColumnElement[bool] = or_(_BLOCK.id.in_(part), _SITE.id.in_(part))
        found += session.scalars(wanted.where(inside))
    return found


def _tenants(by: Actor) -> Any:
    """Return the statement for who is responsible for a tenancy that runs, as far as the actor may see it and them."""
    day = today()
    return (
        select(TenureMember.person_id)
        .join(Tenure, Tenure.id == TenureMember.tenure_id)
        .join(Asset, Asset.id == Tenure.asset_id)
        .join(Person, Person.id == TenureMember.person_id)
        .outerjoin(RentAccount, RentAccount.tenure_id == Tenure.id)
        .where(
            TenureMember.is_responsible,
            or_(TenureMember.until_on.is_(None), TenureMember.until_on >= day),
            or_(Tenure.ended_on.is_(None), Tenure.ended_on >= day),
            visible_entities(by, "tenancy"),
            visible_entities(by, "person"),
        )
        .order_by(TenureMember.id)
    )


def in_parts(session: Session, wanted: Any, column: Any, ids: Collection[int]) -> list[int]:
    """Return what a statement finds where a column is one of these numbers, however many: asked in parts."""
    return [row for part in _parts(ids) for row in session.scalars(wanted.where(column.in_(part)))]


def _parts(ids: Collection[int]) -> list[list[int]]:
    listed = list(dict.fromkeys(ids))
    return [listed[start : start + IN_PARTS] for start in range(0, len(listed), IN_PARTS)]
