"""Who read what of sensitive records, and when: restricted cases, and people whose record says that reading is kept."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import and_, case, insert, null, or_, select
from sqlalchemy.orm import Session

from engine.instants import now
from engine.paging import Order, Page, read_page
from engine.permissions import Actor, require, visible_cases
from models.base import table
from models.case import Case
from models.people import Person
from models.staff import User
from models.work import ReadLog

LOG = table(ReadLog)
VERB = "see read log"
LONGEST_WHAT = 200
Record = tuple[str, int]  # case or person, and its number


def write(session: Session, records: Iterable[Record], *, what: str, by: Actor) -> None:
    """Write down that the actor read `what` (the address of a page or an operation) of these records."""
    rows = [
        {"user_id": by.user_id, "entity_type": kind, "entity_id": number, "what": what[:LONGEST_WHAT], "at": now()}
        for kind, number in sorted(set(records))
    ]
    if rows and by.user_id is not None:
        session.execute(insert(LOG), rows)


def entries(session: Session, *, by: Actor, who: int | None = None, cursor: str = "", size: int = 50) -> Page:
    """Return a page of what was read, the latest first: ReadLog, name, reference, subject.

    Of a case that the actor may not know of neither reference nor address is told: `reference` is none, `what` empty.
    """
    require(by, VERB)
    of_case = and_(LOG.c.entity_type == "case", Case.id == LOG.c.entity_id)
    of_person = and_(LOG.c.entity_type == "person", Person.id == LOG.c.entity_id)
    is_shown = or_(LOG.c.entity_type != "case", visible_cases(by))
    statement = (
        select(
            LOG.c.id, LOG.c.at, LOG.c.entity_type, LOG.c.user_id, User.name,
            case((is_shown, LOG.c.what), else_="").label("what"),
            case((is_shown, LOG.c.entity_id), else_=null()).label("entity_id"),
            case((LOG.c.entity_type == "person", Person.reference), (is_shown, Case.reference), else_=null()).label(
                "reference"
            ),
        )
        .join(User, User.id == LOG.c.user_id)
        .outerjoin(Case, of_case)
        .outerjoin(Person, of_person)
    )  # fmt: skip
    if who is not None:
        statement = statement.where(LOG.c.user_id == who)
    latest_first = Order(LOG.c.id, LOG.c.id, read=int, is_descending=True)
    return read_page(session, statement, latest_first, cursor=cursor, size=size)


def readers(session: Session, record: Record, *, most: int = 50) -> list[Any]:
    """Return (at, what, name) of the latest readings of one record, which the caller has seen may be told."""
    kind, number = record
    statement = (
        select(LOG.c.at, LOG.c.what, User.name)
        .join(User, User.id == LOG.c.user_id)
        .where(LOG.c.entity_type == kind, LOG.c.entity_id == number)
        .order_by(LOG.c.id.desc())
        .limit(most)
    )
    return list(session.execute(statement))
