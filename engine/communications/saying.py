"""Finds communications by words: in what was said, its subject, and whom it went to, by the index that search keeps."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, false, func, literal, literal_column, select
from sqlalchemy.orm import Session

from engine.search import Question, read
from engine.search.matching import asked, fits, fts5, is_sqlite, matches, prepare
from engine.search.snippets import Parts, snippet
from models.aliases import alias_of
from models.communication import Communication
from models.search.indexes import COMMUNICATION, LONGEST_TEXT

_OTHER = alias_of(Communication)
Days = tuple[datetime | None, datetime | None]  # from, and before


def says(
    session: Session, text: str, *, narrower: Sequence[ColumnElement[bool]], days: Days, is_narrow: bool
) -> ColumnElement[bool]:
    """Return the condition on `Communication` that every word of a text stands there, however it is inflected.

    Any text will do; one without words finds nothing. `narrower` are the other conditions of the list, `days` those of
    them about time, and `is_narrow` says that they leave hundreds of messages at most: then each of these is asked.
    Else the index tells all that hold the words, on SQLite those of the days alone.
    """
    question = read(text).whole  # SQLite would gather all words that begin so before it tells the first row
    if question.is_empty:
        return false()
    if is_sqlite(session):
        return _of_each(question) if is_narrow else _of_days(question, days)
    prepare(session)
    fitting = fits(session, COMMUNICATION, Communication.id, question.words)
    # The offset keeps PostgreSQL from walking through all messages by number until enough of them hold the words.
    return Communication.id.in_(select(Communication.id).where(fitting, *narrower).correlate(None).offset(0))


def snippets(session: Session, ids: Collection[int], text: str) -> dict[int, Parts]:
    """Return of each message the piece where the words stand that were asked for, the words marked."""
    question = read(text)
    if question.is_empty or not ids:
        return {}
    said = func.substr(Communication.text, 1, LONGEST_TEXT)
    rows = session.execute(select(Communication.id, said).where(Communication.id.in_(list(ids))))
    return {number: snippet(whole, question) for number, whole in rows}


def _of_each(question: Question) -> ColumnElement[bool]:
    found = fts5(COMMUNICATION)
    its: ColumnElement[bool] = (
        _rows(found, question).where(found.c.rowid == Communication.id).correlate(Communication).exists()
    )
    return its


def _of_days(question: Question, days: Days) -> ColumnElement[bool]:
    """Return the condition with the numbers of the days as bounds: FTS5 knows of numbers, and not of days."""
    found, (since, before) = fts5(COMMUNICATION), days
    rows, number = _rows(found, question), _OTHER.id + literal_column("0")  # else SQLite walks by number to find them
    inside = [_OTHER.created_at >= since] if since is not None else []
    inside += [_OTHER.created_at < before] if before is not None else []
    if inside:
        first, last = (select(bound(number)).where(*inside).scalar_subquery() for bound in (func.min, func.max))
        rows = rows.where(found.c.rowid >= first, found.c.rowid <= last)
    return Communication.id.in_(rows)


def _rows(found: Any, question: Question) -> Any:
    said = literal(asked(COMMUNICATION, question.words, on_sqlite=True))
    return select(found.c.rowid).where(matches(COMMUNICATION, found, said))
