"""Lists of documents: everywhere, of a case, or of one record; by kind, tag, words, who added them and when."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, or_
from sqlalchemy.orm import Session

from engine.case_documents import File, files, on_case, under
from engine.filing import tags
from engine.instants import LONDON
from engine.paging import Order, Page, read_page
from engine.permissions import Actor, visible_documents
from models.document import Document, DocumentTag, DocumentVersion

MOST_WORDS = 8
MOST_EXPORTED = 20_000
NEWEST_FIRST = Order(Document.id, Document.id, read=int, is_descending=True)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list asks for; what is empty is not asked.

    `text` is looked for in titles, file names and tags, and where the list is of one case or record in the words of
    the documents too. Days are of the United Kingdom, both ends included.
    """

    case_id: int | None = None
    about: tuple[str, int] | None = None
    kind: str = ""
    tag: str = ""
    text: str = ""
    since: date | None = None
    until: date | None = None
    with_ended: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A document of a list, with its tags."""

    file: File
    tags: list[str]


def find(session: Session, wanted: Wanted, *, by: Actor, cursor: str = "", size: int = 50) -> tuple[Page, list[Line]]:
    """Return a page of the documents that the actor may see, the latest first."""
    page = read_page(session, _statement(wanted, by), NEWEST_FIRST, cursor=cursor, size=size)
    return page, _lines(session, page.rows)


def everything(session: Session, wanted: Wanted, *, by: Actor) -> list[Line]:
    """Return all documents of a list, for a file of it."""
    found = _statement(wanted, by).order_by(Document.id.desc()).limit(MOST_EXPORTED)
    return _lines(session, session.execute(found).all())


def these(session: Session, document_ids: list[int], *, by: Actor) -> list[File]:
    """Return of these documents those that the actor may see."""
    rows = session.execute(files().where(Document.id.in_(document_ids), visible_documents(by)).order_by(Document.id))
    return [File(**row._mapping) for row in rows]


def _statement(wanted: Wanted, by: Actor) -> Any:
    found = files().where(visible_documents(by), *_conditions(wanted))
    for word in wanted.text.split()[:MOST_WORDS]:
        found = found.where(_has(word, in_words=wanted.case_id is not None or wanted.about is not None))
    return found


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    asked: list[tuple[Any, Any]] = [
        (not wanted.with_ended, Document.ended_at.is_(None)),
        (wanted.case_id is not None, on_case(wanted.case_id or 0)),
        (wanted.about is not None, under(*(wanted.about or ("", 0)))),
        (wanted.kind, Document.kind == wanted.kind),
        (wanted.tag, _tagged(DocumentTag.tag == wanted.tag.lower())),
        (wanted.since, Document.created_at >= _begin(wanted.since)),
        (wanted.until, Document.created_at < _begin(wanted.until, days=1)),
    ]
    return [condition for is_asked, condition in asked if is_asked]


def _has(word: str, *, in_words: bool) -> ColumnElement[bool]:
    columns = [Document.title, DocumentVersion.file_name, *([DocumentVersion.text] if in_words else [])]
    return or_(
        *(column.icontains(word, autoescape=True) for column in columns),
        _tagged(DocumentTag.tag.icontains(word, autoescape=True)),
    )


def _tagged(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(DocumentTag.document_id == Document.id, condition).correlate(Document)


def _begin(day: date | None, *, days: int = 0) -> datetime:
    last = date.max - timedelta(days=2)
    return datetime.combine(min(max(day or date.min, date(1900, 1, 1)), last) + timedelta(days=days), time(), LONDON)


def _lines(session: Session, rows: Any) -> list[Line]:
    names = File.__slots__
    found = [File(**{name: getattr(row, name) for name in names}) for row in rows]
    tagged = tags.of(session, [one.id for one in found])
    return [Line(one, tagged.get(one.id, [])) for one in found]
