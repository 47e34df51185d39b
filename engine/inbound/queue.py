"""What came in, as those who file it see it: lists, counts, and one item with its files and its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from engine.errors import Invalid, NotFound
from engine.inbound import events
from engine.inbound.seeing import VERB, is_no_secret, visible_items
from engine.paging import Order, Page, read_page
from engine.permissions import Actor, Sight, cases_in, known_by, may, require, sight, visible_cases
from models.aliases import alias_of
from models.case import Case
from models.inbound import InboundItem, InboundPart
from models.prepared import Prepared
from models.staff import Team, User

VIEWS = {
    "new": "New",
    "mine": "Mine",
    "filed": "Filed",
    "set_aside": "Set aside",
    "unread": "Could not be read",
}
CHANNELS = {"email": "E-mail", "post": "Post"}
KINDS = {"message": "Message", "automatic": "Automatic answer", "bounce": "Not delivered", "scan": "Scan"}
STATES = {
    "new": "New",
    "filed": "Filed",
    "set_aside": "Set aside",
    "destroyed": "Destroyed",
    "unread": "Could not be read",
}
NEWEST_FIRST = Order(InboundItem.id, InboundItem.id, int, is_descending=True)
OLDEST_FIRST = Order(InboundItem.id, InboundItem.id, int)
MOST_COUNTED = 100
MOST_WORDS = 6

_HOLDER, _JUDGE = alias_of(User), alias_of(User)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list asks for; what is empty is not asked."""

    view: str = "new"
    channel: str = ""
    team_id: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """One item with all that is known of it."""

    row: Any
    parts: Sequence[Any]
    events: Sequence[Any]


def find(session: Session, wanted: Wanted, *, by: Actor, cursor: str = "", size: int = 50) -> Page:
    """Return a page of a list: what waits with the oldest first, the rest with the newest.

    Raises:
        Invalid: there is no such view or channel.
    """
    require(by, VERB)
    if wanted.view not in VIEWS or wanted.channel not in ("", *CHANNELS):
        raise Invalid("There is no such list.", remedy=f"There are: {', '.join(VIEWS)}; by {', '.join(CHANNELS)}.")
    order = OLDEST_FIRST if wanted.view in ("new", "mine") else NEWEST_FIRST
    return read_page(session, _lines(by).where(*_conditions(wanted, by)), order, cursor=cursor, size=size)


def counts(session: Session, *, by: Actor) -> dict[str, int]:
    """Return how many there are in the views that call for somebody; at most MOST_COUNTED of each."""
    require(by, VERB)
    return {view: _count(session, view, by) for view in ("new", "mine", "unread")}


def waiting(session: Session, *, by: Actor) -> int:
    """Return how many wait that the actor could file, at most MOST_COUNTED; none for who may not."""
    if not may(by, VERB):
        return 0
    return int(_waiting(sight(by)).row(session.connection(), known_by(by)).number)


@lru_cache
def _waiting(seen: Sight) -> Prepared:
    some = select(InboundItem.id).where(InboundItem.state == "new", is_no_secret(cases_in(seen))).limit(MOST_COUNTED)
    return Prepared(select(func.count().label("number")).select_from(some.subquery()))


def one(session: Session, item_id: int, *, by: Actor) -> Opened:
    """Return one item. Raises NotFound: there is none, or none that the actor may know of."""
    require(by, VERB)
    row = session.execute(_lines(by).where(InboundItem.id == item_id, visible_items(by))).first()
    if row is None:
        raise NotFound("There is nothing here that came in, or nothing that you may see.", remedy="Look at the list.")
    return Opened(row, parts_of(session, item_id), events.of(session, item_id))


def parts_of(session: Session, item_id: int) -> list[Any]:
    """Return the files of an item, in their order."""
    return list(
        session.scalars(select(InboundPart).where(InboundPart.item_id == item_id).order_by(InboundPart.position))
    )


def part(session: Session, item_id: int, position: int, *, by: Actor) -> Any:
    """Return a file of an item whose bytes are there. Raises NotFound."""
    require(by, VERB)
    found = session.scalars(
        select(InboundPart)
        .join(InboundItem, InboundItem.id == InboundPart.item_id)
        .where(InboundPart.item_id == item_id, InboundPart.position == position, InboundPart.sha256.is_not(None))
        .where(visible_items(by))
    ).first()
    if found is None:
        raise NotFound("There is no such file, or it was not kept.", remedy="Look at what came in again.")
    return found


def _lines(by: Actor) -> Any:
    shown = and_(Case.id == InboundItem.case_id, visible_cases(by))
    files = select(func.count()).where(InboundPart.item_id == InboundItem.id, InboundPart.kind != "message")
    return (
        select(
            *InboundItem.__table__.c,
            _HOLDER.name.label("holder"),
            _JUDGE.name.label("judge"),
            Team.name.label("team"),
            Case.reference,
            Case.title.label("case_title"),
            files.correlate(InboundItem).scalar_subquery().label("files"),
        )
        .select_from(InboundItem)
        .outerjoin(_HOLDER, _HOLDER.id == InboundItem.claimed_by_id)
        .outerjoin(_JUDGE, _JUDGE.id == InboundItem.decided_by_id)
        .outerjoin(Team, Team.id == InboundItem.team_id)
        .outerjoin(Case, shown)
    )


def _conditions(wanted: Wanted, by: Actor) -> list[ColumnElement[bool]]:
    asked = [visible_items(by), _in_view(wanted.view, by)]
    if wanted.channel:
        asked.append(InboundItem.channel == wanted.channel)
    if wanted.team_id is not None:
        asked.append(InboundItem.team_id == wanted.team_id)
    columns = (InboundItem.subject, InboundItem.sender, InboundItem.sender_name, InboundItem.text)
    for word in wanted.text.split()[:MOST_WORDS]:
        asked.append(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return asked


def _in_view(view: str, by: Actor) -> ColumnElement[bool]:
    if view == "set_aside":
        return InboundItem.state.in_(("set_aside", "destroyed"))
    if view != "mine":
        return InboundItem.state == view
    for_mine = and_(InboundItem.claimed_by_id.is_(None), InboundItem.team_id.in_(sorted(by.team_ids)))
    return and_(InboundItem.state == "new", or_(InboundItem.claimed_by_id == by.user_id, for_mine))


def _count(session: Session, view: str, by: Actor) -> int:
    some = select(InboundItem.id).where(_in_view(view, by), visible_items(by)).limit(MOST_COUNTED)
    return int(session.scalar(select(func.count()).select_from(some.subquery())) or 0)
