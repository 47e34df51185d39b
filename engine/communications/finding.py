"""Finds communications: what was said to whom, on what, by which channel and when, and in which words."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session

from engine.communications.concerning import concerning, midnight
from engine.communications.settling import visible
from engine.communications.showing import Line, selected
from engine.instants import now
from engine.paging import Order, Page, read_page
from engine.permissions import Actor
from models.case import Case
from models.communication import Communication

MOST_WORDS = 8
MOST_EXPORTED = 20_000
LOOKED_BACK = timedelta(days=366)  # for words, where nothing else narrows what is looked through
NEWEST_FIRST = Order(Communication.id, Communication.id, read=int, is_descending=True)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list asks for; what is empty is not asked. Days are of the United Kingdom, both ends included.

    `text` is looked for in what was said, its subject, and whom it went to. `about` is a person, organisation, home,
    tenancy or account; see `concerning`.
    """

    text: str = ""
    case_id: int | None = None
    about: tuple[str, int] | None = None
    reference: str = ""  # of a case
    channel: str = ""
    status: str = ""
    direction: str = ""
    template: str = ""
    since: date | None = None
    until: date | None = None
    batch_id: int | None = None

    @property
    def looks_back(self) -> bool:
        """Say whether only what was said lately is looked through, as nothing narrows it."""
        is_narrow = self.case_id or self.about or self.reference or self.since or self.batch_id
        return bool(self.text.strip()) and not is_narrow


def find(session: Session, wanted: Wanted, *, by: Actor, cursor: str = "", size: int = 50) -> tuple[Page, list[Line]]:
    """Return a page of the communications that the actor may see, the latest first.

    Raises:
        Invalid: the cursor is none of this list.
    """
    page = read_page(session, _statement(session, wanted, by), NEWEST_FIRST, cursor=cursor, size=size)
    return page, [_line(row) for row in page.rows]


def everything(session: Session, wanted: Wanted, *, by: Actor) -> list[tuple[Line, str]]:
    """Return all of a list with what each says, for a file of it."""
    found = _statement(session, wanted, by).add_columns(Communication.text).order_by(Communication.id.desc())
    return [(_line(row), row.text) for row in session.execute(found.limit(MOST_EXPORTED))]


def latest(session: Session, wanted: Wanted, *, by: Actor, most: int = 20) -> list[Line]:
    """Return the latest of a list, for a panel."""
    rows = session.execute(_statement(session, wanted, by).order_by(Communication.id.desc()).limit(most))
    return [_line(row) for row in rows]


def _statement(session: Session, wanted: Wanted, by: Actor) -> Any:
    found = selected().where(visible(by), *_conditions(session, wanted))
    for word in wanted.text.split()[:MOST_WORDS]:
        columns = (Communication.subject, Communication.recipient, Communication.address, Communication.text)
        found = found.where(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return found


def _conditions(session: Session, wanted: Wanted) -> list[ColumnElement[bool]]:
    asked: list[tuple[Any, Any]] = [
        (wanted.case_id is not None, Communication.case_id == wanted.case_id),
        (wanted.about is not None, wanted.about is not None and concerning(session, *wanted.about)),
        (wanted.reference, Case.reference == wanted.reference.strip().upper()),
        (wanted.channel, Communication.channel == wanted.channel),
        (wanted.status, Communication.status == wanted.status),
        (wanted.direction, Communication.direction == wanted.direction),
        (wanted.template, Communication.template == wanted.template),
        (wanted.batch_id is not None, Communication.batch_id == wanted.batch_id),
        (wanted.since, Communication.created_at >= midnight(wanted.since or date.min)),
        (wanted.until, Communication.created_at < midnight(wanted.until or date.min, days=1)),
        (wanted.looks_back, Communication.created_at >= now() - LOOKED_BACK),
    ]
    return [condition for is_asked, condition in asked if is_asked]


def _line(row: Any) -> Line:
    return Line(**{name: getattr(row, name) for name in Line.__dataclass_fields__})
