"""Finds communications: what was said to whom, on what, by which channel and when, and in which words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from engine.communications.concerning import concerning, midnight
from engine.communications.saying import says, snippets
from engine.communications.settling import visible
from engine.communications.showing import Line, selected
from engine.instants import now
from engine.paging import Order, Page, read_page
from engine.permissions import Actor
from engine.search.snippets import Parts
from models.case import Case
from models.communication import Communication

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
    def is_narrow(self) -> bool:
        """Say whether it asks about one case or one entity of the record, which has hundreds of them at most."""
        return bool(self.case_id or self.about or self.reference)

    @property
    def looks_back(self) -> bool:
        """Say whether only what was said lately is looked through, as nothing narrows it."""
        return bool(self.text.strip()) and not (self.is_narrow or self.since or self.batch_id)

    @property
    def begin(self) -> datetime | None:
        """Return the instant from which on it asks."""
        if self.since is not None:
            return midnight(self.since)
        return now() - LOOKED_BACK if self.looks_back else None

    @property
    def end(self) -> datetime | None:
        """Return the instant before which it asks."""
        return midnight(self.until, days=1) if self.until is not None else None


def find(session: Session, wanted: Wanted, *, by: Actor, cursor: str = "", size: int = 50) -> tuple[Page, list[Line]]:
    """Return a page of the communications that the actor may see, the latest first.

    Raises:
        Invalid: the cursor is none of this list.
    """
    page = read_page(session, _statement(session, wanted, by), NEWEST_FIRST, cursor=cursor, size=size)
    return page, [_line(row) for row in page.rows]


def pieces(session: Session, wanted: Wanted, lines: Sequence[Line]) -> dict[int, Parts]:
    """Return the piece of each message where the words stand that were asked for, by its number, the words marked.

    Of a restricted case, or of somebody whose record is sensitive, there is none: to read of them is written down.
    """
    ids = [line.id for line in lines if not (line.is_restricted or line.is_sensitive)]
    return snippets(session, ids, wanted.text) if wanted.text.strip() else {}


def everything(session: Session, wanted: Wanted, *, by: Actor) -> list[tuple[Line, str]]:
    """Return all of a list with what each says, for a file of it."""
    found = _statement(session, wanted, by).add_columns(Communication.text).order_by(Communication.id.desc())
    return [(_line(row), row.text) for row in session.execute(found.limit(MOST_EXPORTED))]


def latest(session: Session, wanted: Wanted, *, by: Actor, most: int = 20) -> list[Line]:
    """Return the latest of a list, for a panel."""
    rows = session.execute(_statement(session, wanted, by).order_by(Communication.id.desc()).limit(most))
    return [_line(row) for row in rows]


def _statement(session: Session, wanted: Wanted, by: Actor) -> Any:
    asked = _conditions(session, wanted)
    if wanted.text.strip():
        is_narrow, days = wanted.is_narrow, (wanted.begin, wanted.end)
        asked.append(says(session, wanted.text, narrower=asked, days=days, is_narrow=is_narrow))
    return selected().where(visible(by), *asked)


def _conditions(session: Session, wanted: Wanted) -> list[ColumnElement[bool]]:
    asked: list[tuple[Any, Any]] = [
        (wanted.case_id is not None, Communication.case_id == wanted.case_id),
        (wanted.about is not None, wanted.about is not None and concerning(session, *wanted.about)),
        (wanted.reference, Communication.case_id == _numbered(wanted.reference)),
        (wanted.channel, Communication.channel == wanted.channel),
        (wanted.status, Communication.status == wanted.status),
        (wanted.direction, Communication.direction == wanted.direction),
        (wanted.template, Communication.template == wanted.template),
        (wanted.batch_id is not None, Communication.batch_id == wanted.batch_id),
        (wanted.begin, Communication.created_at >= (wanted.begin or now())),
        (wanted.end, Communication.created_at < (wanted.end or now())),
    ]
    return [condition for is_asked, condition in asked if is_asked]


def _numbered(reference: str) -> Any:
    return select(Case.id).where(Case.reference == reference.strip().upper()).scalar_subquery()


def _line(row: Any) -> Line:
    return Line(**{name: getattr(row, name) for name in Line.__dataclass_fields__})
