"""Documents that were there before and go out: as the letter itself, as they are, or along with a message."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case_documents import on_case
from engine.documents import kinds, packages
from engine.documents.texts import text_of
from engine.errors import Invalid, StepFailed
from engine.filing import pdfs
from engine.filing.receiving import store
from models.document import Document, DocumentVersion

PRINTED = (packages.WORD, kinds.PDF)
NOT_PRINTED = "cannot be a letter: only Word files and PDFs can."


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
    """Return the document of a case with this title or number, the latest of several, in its newest version.

    Raises:
        StepFailed: there is none; `asked` says what it was wanted for: "to send", "to send along".
    """
    is_it = Document.id == int(name) if name.isdecimal() and len(name) < 19 else Document.title == name
    wanted = selected().where(on_case(case_id), is_it).order_by(Document.id.desc()).limit(1)
    row = session.execute(wanted).first()
    if row is None:
        raise StepFailed(
            f"The case has no document “{name}” {asked}.", remedy="Add it to the case, or correct the diagram."
        )
    return Existing(**row._mapping)


def along(session: Session, case_id: int, names: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Return the documents of a case with these titles or numbers, as pairs of document and version."""
    found = (of_case(session, case_id, name, asked="to send along") for name in names)
    return tuple((one.id, one.number) for one in found)


def want_pdf(session: Session, document: Existing) -> None:
    """Have the PDF made of a Word document that has none: as that it goes out."""
    if document.content_type == packages.WORD and document.pdf_state == "":
        pdfs.queue(session, document.id, document.number)
