"""Which people, homes, tenancies, accounts and organisations a grant reaches: by patches, and by open cases.

A patch is homes; with them go their tenancies and accounts, and whoever lives there now. A case is about something;
with that goes its household: the home, the tenancies that run, their accounts, and who lives together. Each condition
is one list of ids found by index, so that a database may begin with whichever list is the shorter.
"""

from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, bindparam, exists, false, func, or_, select, true, union_all
from sqlalchemy.orm import Session

from engine.errors import NotAllowed
from engine.permissions.actor import Actor, may, require
from engine.permissions.cases import Sight, bound_to, cases_in, known_by, sight
from engine.permissions.grants import NOWHERE, Reach
from engine.permissions.reaching import Bound, lasts, living_in_patches, patches_of_staff, patches_of_teams, runs
from models.accounts import RentAccount
from models.base import BigId, table
from models.case import Case, CaseLink
from models.people import Organisation, Person
from models.places import Asset
from models.prepared import Prepared
from models.record import RecordChange
from models.tenancies import Tenure, TenureMember

ENTITIES: dict[str, Any] = {
    "person": Person,
    "home": Asset,
    "tenancy": Tenure,
    "account": RentAccount,
    "organisation": Organisation,
}
SEE = "see people"
KEPT = 256
LARGEST = 2**63 - 1  # number of a row that a database can be asked for
ASSET, TENURE, LIVES, ACCOUNT = table(Asset), table(Tenure), table(TenureMember), table(RentAccount)
LINK, CHANGE = table(CaseLink), table(RecordChange)


def sees_all(actor: Actor) -> bool:
    """Say whether the actor sees the whole record, so that nothing need be asked."""
    return _settled(sight(actor, SEE)) is not None and may(actor, SEE)


def visible_entities(actor: Actor, kind: str) -> ColumnElement[bool]:
    """Return the condition on the table of a kind of entity that keeps what the actor may see, with its values."""
    return entities_in(kind, sight(actor, SEE), bound_to(actor))


def entities_in(kind: str, sight: Sight, bound: Bound = bindparam) -> ColumnElement[bool]:
    """Return the condition with its values named as `known_by` gives them.

    Whoever sees a part of the record sees all organisations, and the blocks and estates that their homes lie in.
    """
    model: Any = ENTITIES[kind]
    return _seen(kind, model.id, sight, bound)


def visible_links(actor: Actor, link: Any) -> ColumnElement[bool]:
    """Return the condition on rows that name an entity by type and number which keeps those the actor may see."""
    return links_in(link, sight(actor, SEE), bound_to(actor))


def links_in(link: Any, sight: Sight, bound: Bound = bindparam) -> ColumnElement[bool]:
    """Return the same condition on rows of `link`, a table or model, with its values named as `known_by` gives them."""
    settled = _settled(sight)
    if settled is not None:
        return settled
    reached = _Reached(sight.reach, bound)
    return or_(*((link.entity_type == kind) & _among(kind, link.entity_id, reached) for kind in ENTITIES))


def may_see_entity(session: Session, actor: Actor, kind: str, entity_id: int) -> bool:
    """Say whether there is an entity with this number that the actor may see: both are asked in one statement.

    A person who was merged into another is where that one is.
    """
    seen = _one_seen(kind, sight(actor, SEE))
    return (
        entity_id <= LARGEST and seen.row(session.connection(), {"entity_id": entity_id, **known_by(actor)}) is not None
    )


def may_on_entity(session: Session, actor: Actor, verb: str, kind: str, entity_id: int) -> bool:
    """Say whether the actor may use `verb` on an entity that they see. Organisations and blocks are everybody's."""
    if not may(actor, verb):
        return False
    found = sight(actor, verb)
    settled = _settled(found)
    if settled is not None:
        return found.is_platform or found.reach.everything
    within = _one_reached(kind, found.reach)
    return within.row(session.connection(), {"entity_id": entity_id, **known_by(actor)}) is not None


def require_on_entity(session: Session, actor: Actor, verb: str, kind: str, entity_id: int) -> None:
    """Raise NotAllowed unless the actor may use `verb` on an entity."""
    require(actor, verb)
    if not may_on_entity(session, actor, verb, kind, entity_id):
        raise NotAllowed(
            f"Your roles do not let you {verb} here: they reach other homes and people than this.",
            remedy="Ask your administrator if you need this for your work.",
        )


@lru_cache(maxsize=KEPT)
def _one_seen(kind: str, sight: Sight) -> Prepared:
    """Return the statement for an entity with a number: to make it takes longer than to run it."""
    return Prepared(_one(kind).where(_seen(kind, _stands_for(kind), sight, bindparam)))


@lru_cache(maxsize=KEPT)
def _one_reached(kind: str, reach: Reach) -> Prepared:
    lists = list(_Reached(reach, bindparam).lists(kind))
    return Prepared(_one(kind).where(_stands_for(kind).in_(union_all(*lists)) if lists else false()))


def _one(kind: str) -> Select[Any]:
    model: Any = ENTITIES[kind]
    return select(model.id).where(model.id == bindparam("entity_id", type_=BigId))


def _settled(sight: Sight) -> ColumnElement[bool] | None:
    """Return what holds of every entity alike; none where it must be asked of each."""
    if sight.is_platform:
        return true()
    if sight.is_external or sight.reach == NOWHERE:
        return false()
    return true() if sight.reach.everything else None


def _seen(kind: str, column: Any, sight: Sight, bound: Bound) -> ColumnElement[bool]:
    settled = _settled(sight)
    return settled if settled is not None else _among(kind, column, _Reached(sight.reach, bound))


def _among(kind: str, column: Any, reached: "_Reached") -> ColumnElement[bool]:
    if kind == "organisation":
        return true()
    lists = [*reached.lists(kind), *(reached.around() if kind == "home" else ())]
    return column.in_(union_all(*lists)) if lists else false()


def _stands_for(kind: str) -> Any:
    model: Any = ENTITIES[kind]
    return func.coalesce(Person.merged_into_id, Person.id) if kind == "person" else model.id


_Lists = Iterator[Select[Any]]


class _Reached:
    """The lists of ids that one condition is made of, with what several of them need, worked out once.

    That stands before the statement, since nested it is deeper than SQLite reads; without a name of its own, since a
    statement may have several such conditions.
    """

    def __init__(self, reach: Reach, bound: Bound) -> None:
        self._bound, self._reach = bound, reach
        self._by_patch, self._by_case = reach.patches or reach.teams, reach.teams or reach.own

    def lists(self, kind: str) -> _Lists:
        """Yield the lists of one kind of entity; none where no grant reaches any of it."""
        match kind:
            case "person":
                yield from self._people()
            case "home":
                yield from self._homes()
            case "tenancy":
                yield from self._of_tenancies()
            case "account":
                for tenancies in self._of_tenancies():
                    yield select(ACCOUNT.c.id).where(ACCOUNT.c.tenure_id.in_(tenancies))

    def around(self) -> _Lists:
        """Yield the blocks that homes of patches lie in, and the estates that those lie in."""
        if self._by_patch:
            block = ASSET.alias()
            yield select(ASSET.c.parent_id).where(self._is_placed)
            yield select(block.c.parent_id).join(ASSET, ASSET.c.parent_id == block.c.id).where(self._is_placed)

    def _homes(self) -> _Lists:
        if self._by_patch:
            yield select(ASSET.c.id).where(self._is_placed)
        if self._by_case:
            yield self._about("home")
            yield select(TENURE.c.asset_id).where(TENURE.c.id.in_(select(self._tenancies.c.id)))

    def _of_tenancies(self) -> _Lists:
        if self._by_patch:
            yield select(TENURE.c.id).join(ASSET, ASSET.c.id == TENURE.c.asset_id).where(self._is_placed)
        if self._by_case:
            yield select(self._tenancies.c.id)

    def _people(self) -> _Lists:
        if self._by_patch:
            yield living_in_patches(self._patches, self._bound)
        if self._by_case:
            there = select(LIVES.c.person_id).join(TENURE, TENURE.c.id == LIVES.c.tenure_id)
            yield self._about("person")
            yield there.where(LIVES.c.tenure_id.in_(select(self._tenancies.c.id)), *self._now)
        if self._by_patch or self._by_case:
            yield _added(self._bound)

    @cached_property
    def _now(self) -> tuple[ColumnElement[bool], ...]:
        return lasts(self._bound), runs(self._bound)

    @property
    def _is_placed(self) -> ColumnElement[bool]:
        return ASSET.c.patch.in_(self._patches)

    @cached_property
    def _patches(self) -> Select[Any]:
        asked = [patches_of_staff(self._bound)] if self._reach.patches else []
        asked += [patches_of_teams(self._bound)] if self._reach.teams else []
        return select(union_all(*asked).cte().c.patch)

    @cached_property
    def _links(self) -> CTE:
        """What the open cases are about that are one's own, or of one's teams, and that one may see."""
        theirs = cases_in(Sight(Reach(teams=self._reach.teams, own=self._reach.own)), self._bound)
        cases = select(Case.id).where(Case.status == "open", theirs).cte()
        links = select(LINK.c.entity_type, LINK.c.entity_id).where(LINK.c.case_id.in_(select(cases.c.id)))
        return links.where(LINK.c.until_on.is_(None)).cte()

    def _about(self, kind: str) -> Select[Any]:
        return select(self._links.c.entity_id).where(self._links.c.entity_type == kind)

    @cached_property
    def _tenancies(self) -> CTE:
        """The tenancies that those cases are about, by themselves or by account, home or person."""
        by_themselves = select(self._links.c.entity_id.label("id")).where(self._links.c.entity_type == "tenancy")
        by_accounts = select(ACCOUNT.c.tenure_id).where(ACCOUNT.c.id.in_(self._about("account")))
        by_homes = select(TENURE.c.id).where(TENURE.c.asset_id.in_(self._about("home")), runs(self._bound))
        by_people = select(LIVES.c.tenure_id).join(TENURE, TENURE.c.id == LIVES.c.tenure_id)
        by_people = by_people.where(LIVES.c.person_id.in_(self._about("person")), *self._now)
        return union_all(by_themselves, by_accounts, by_homes, by_people).cte()


def _added(bound: Bound) -> Select[Any]:
    """Return the ids of the people whom somebody added and who are on no tenancy yet: they are in nobody's patch."""
    is_on_one = exists().where(LIVES.c.person_id == CHANGE.c.entity_id).correlate(CHANGE)
    added = (CHANGE.c.entity_type == "person", CHANGE.c.part == "", CHANGE.c.action == "created")
    return select(CHANGE.c.entity_id).where(CHANGE.c.actor_id == bound("by_id"), *added, ~is_on_one)
