"""Documents that were there before and go out: as the letter itself, as they are, or along with a message."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case_documents import on_case, under
from engine.communications.wishes import Place, Wish
from engine.communications.words import LETTER
from engine.documents import kinds, packages
from engine.documents.texts import text_of
from engine.errors import Invalid, StepFailed
from engine.filing import pdfs
from engine.filing.receiving import store
from engine.permissions import Actor, visible_documents
from models.case import Case
from models.document import Document, DocumentVersion

PRINTED = (packages.WORD, kinds.PDF)
NOT_PRINTED = "cannot be a letter: only Word files and PDFs can."
NEWER = "“{title}” has a new version, {number}, since you looked at it"


@dataclass(frozen=True, slots=True)
class Existing:
    """A document in the version that goes out."""

    id: int
    number: int
    title: str
    content_type: str
    sha256: str
    text: str
    pdf_state: str

    @property
    def what(self) -> str:
        """Return what stands for it in the key of a message, in place of a template's name."""
        return f"document:{self.id}:{self.number}"

    @property
    def is_printable(self) -> bool:
        """Say whether it can be the pages of a letter."""
        return self.content_type in PRINTED

    def read(self) -> "Existing":
        """Return it with its words, where they were not read yet. It may take seconds: not in a transaction."""
        if self.text or not self.is_printable:
            return self
        with store().open(self.sha256) as stream:
            content = stream.read()
        try:
            return replace(self, text=text_of(content, self.content_type).replace("\0", ""))
        except Invalid:  # words that cannot be read keep nobody from reading the pages
            return self


def selected() -> Any:
    """Return the statement that reads documents in their newest versions, as `Existing` takes them."""
    columns = (
        Document.id, DocumentVersion.number, Document.title, DocumentVersion.content_type, DocumentVersion.sha256,
        DocumentVersion.text, DocumentVersion.pdf_state,
    )  # fmt: skip
    is_newest = (DocumentVersion.document_id == Document.id) & (DocumentVersion.number == Document.version)
    return select(*columns).join(DocumentVersion, is_newest).where(Document.ended_at.is_(None))


def of_case(session: Session, case_id: int, name: str, *, asked: str) -> Existing:
    """Return the document of a case, or of one that it started, with this title or number: of several the latest.

    One of the case itself comes first. It is in its newest version.

    Raises:
        StepFailed: there is none; `asked` says what it was wanted for: "to send", "to send along".
    """
    is_it = Document.id == int(name) if name.isdecimal() and len(name) < 19 else Document.title == name
    latest = selected().where(is_it).order_by(Document.id.desc()).limit(1)
    of_child = Document.case_id.in_(select(Case.id).where(Case.parent_id == case_id))
    row = session.execute(latest.where(on_case(case_id))).first() or session.execute(latest.where(of_child)).first()
    if row is None:
        raise StepFailed(
            f"The case has no document “{name}” {asked}.", remedy="Add it to the case, or correct the diagram."
        )
    return Existing(**row._mapping)


def along(session: Session, case_id: int, names: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Return the documents of a case with these titles or numbers, as pairs of document and version."""
    found = (of_case(session, case_id, name, asked="to send along") for name in names)
    return tuple((one.id, one.number) for one in found)


def of_place(session: Session, place: Place, ids: Collection[int], *, by: Actor) -> dict[int, Existing]:
    """Return those of these documents that are on the case or filed under the person, and that the actor may see."""
    here = on_case(place.case_id) if place.case_id is not None else under("person", place.person_id or 0)
    wanted = selected().outerjoin(Case, Case.id == Document.case_id)
    rows = session.execute(wanted.where(here, visible_documents(by), Document.id.in_(ids)))
    return {row.id: Existing(**row._mapping) for row in rows}


def along_by_hand(session: Session, wish: Wish, *, by: Actor) -> tuple[tuple[int, int], ...]:
    """Return the documents that were chosen to go along, as pairs of document and newest version. Raises Invalid."""
    found = of_place(session, wish.place, wish.attachments, by=by) if wish.attachments else {}
    if missing := [number for number in wish.attachments if number not in found]:
        raise Invalid(errors={"attachments": f"The document {missing[0]} is not among those that can go along"})
    return tuple((number, found[number].number) for number in dict.fromkeys(wish.attachments))


def wished(session: Session, wish: Wish, *, by: Actor) -> Existing | None:
    """Return the document that is to be sent as it is; none where none is.

    Raises:
        Invalid: it is not here, can be no letter, or has a newer version than the one that was looked at.
    """
    if wish.document_id is None:
        return None
    found = of_place(session, wish.place, [wish.document_id], by=by).get(wish.document_id)
    if found is None:
        raise Invalid(errors={"document_id": f"The document {wish.document_id} is not among those that can be sent"})
    if wish.channel == LETTER and not found.is_printable:
        raise Invalid(errors={"document_id": f"“{found.title}” {NOT_PRINTED.rstrip('.')}. Send it by e-mail"})
    if wish.document_version not in (None, found.number):
        raise Invalid(errors={"document_id": NEWER.format(title=found.title, number=found.number)})
    return found


def want_pdf(session: Session, document: Existing) -> None:
    """Have the PDF made of a Word document that has none: as that it goes out."""
    if document.content_type == packages.WORD and document.pdf_state == "":
        pdfs.queue(session, document.id, document.number)
