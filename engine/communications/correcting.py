"""New versions of documents that go out: what waits for a decision goes in the new one, all else stays in its own."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import filing
from engine.communications import settling, words
from engine.communications.existing import PRINTED
from engine.communications.settling import WRITE, visible
from engine.documents import packages
from engine.documents.receiving import Received
from engine.documents.texts import text_of
from engine.errors import Conflict, Invalid
from engine.filing import pdfs
from engine.filing.receiving import store
from engine.permissions import Actor, may, may_on
from models.communication import Communication
from models.document import Document


def awaiting(session: Session, document_id: int, *, by: Actor) -> list[Any]:
    """Return what goes out with a document, waits for a decision, and may be changed by the actor."""
    columns = (Communication.id, Communication.channel, Communication.case_id, Communication.recipient)
    wanted = select(*columns).where(
        Communication.document_id == document_id, Communication.status.in_(words.UNDECIDED), visible(by)
    )
    rows = session.execute(wanted.order_by(Communication.id)).all()
    return [row for row in rows if _may_change(session, row.case_id, by)]


def words_of(received: Received) -> str:
    """Return the words of a file, which may take seconds: not in a transaction. Raises Invalid."""
    with store().open(received.sha256) as stream:
        return text_of(stream.read(), received.checked.content_type).replace("\0", "")


def check(letters: Sequence[Any], received: Received) -> None:
    """Refuse a version that cannot be printed where a letter waits to go out in it. Raises Invalid."""
    letter = next((row for row in letters if row.channel == words.LETTER), None)
    if letter is not None and received.checked.content_type not in PRINTED:
        said = f"The letter to {letter.recipient} goes out in this version: only Word files and PDFs can be printed"
        raise Invalid(errors={"file": said})


def add_version(
    session: Session, document_id: int, received: Received, *, text: str, note: str, revision: int | None, by: Actor
) -> list[Any]:
    """Give a document a new version, which says `text`, and have what waits for a decision go in it. Returns what does.

    Raises:
        Invalid: a letter waits to go out in it, and it cannot be printed.
        Conflict: somebody else changed it since `revision`.
    """
    letters = awaiting(session, document_id, by=by)
    check(letters, received)
    text = text or (words_of(received) if letters else "")  # one may have come to wait meanwhile
    number = _filed(session, document_id, received, note=note, revision=revision, is_sent=bool(letters), by=by)
    for row in letters:
        settling.take_version(session, row.id, version=number, text=text, by=by)
    return letters


def change_letter(
    session: Session, number: int, received: Received, *, text: str, note: str, revision: int | None, by: Actor
) -> None:
    """Have one letter that has not left go in a version of its document that was made for it.

    Raises:
        Conflict: it has left, is no letter, or was changed since `revision`.
    """
    document_id = session.scalar(select(Communication.document_id).where(Communication.id == number, visible(by)))
    if document_id is None:
        raise Conflict("Only a letter has a document.")
    version = _filed(session, document_id, received, note=note, revision=None, is_sent=True, by=by)
    settling.edit_letter(session, number, text=text, version=version, revision=revision, by=by)


def _filed(
    session: Session, document_id: int, received: Received, *, note: str, revision: int | None, is_sent: bool, by: Actor
) -> int:
    """Add the version; a Word file that is sent goes out as its PDF, which a merged one gets anyway."""
    number = filing.add_version(session, document_id, received, note=note, revision=revision, by=by)
    source = session.scalar(select(Document.source).where(Document.id == document_id))
    if is_sent and source != "merged" and received.checked.content_type == packages.WORD:
        pdfs.queue(session, document_id, number)
    return number


def _may_change(session: Session, case_id: int | None, by: Actor) -> bool:
    return may_on(session, by, WRITE, case_id) if case_id is not None else may(by, WRITE)
