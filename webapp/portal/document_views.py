"""A document as it looks within a page: its pages as pictures, a Word file as the browser draws it, or its words."""

from dataclasses import dataclass
from typing import Any

from flask import url_for

from engine import case_documents
from engine.case_documents import File
from engine.documents import converting, kinds
from engine.documents.packages import WORD
from engine.permissions import may
from webapp.auth import actor
from webapp.database import session
from webapp.security_headers import allow_inline_styles

MOST_PAGES = 30  # shown in the page; whoever reads on downloads the file
SHOWN = ("image/jpeg", "image/png", "image/webp")


@dataclass(frozen=True, slots=True)
class View:
    """One version of a document, and where its parts are."""

    file: File
    text: str
    address: dict[str, str]
    asked: dict[str, Any]  # the version, where it is not just the newest
    is_newest: bool
    install: str  # how an administrator has PDFs made, where nothing makes them

    @property
    def pages(self) -> int:
        """Return how many pages are shown as pictures."""
        return min(pages_of(self.file), MOST_PAGES)

    def page_at(self, page: int) -> str:
        """Return where a page is, from 1."""
        return url_for("portal.documents.drawn", document_id=self.file.id, page_number=page, **self.asked)

    @property
    def is_word(self) -> bool:
        """Say whether it is a Word file."""
        return self.file.content_type == WORD

    @property
    def is_letter(self) -> bool:
        """Say whether the browser draws it: a letter of ours without a PDF."""
        return self.is_word and self.file.source == "merged" and not self.file.pdf

    @property
    def is_picture(self) -> bool:
        """Say whether it is a picture that browsers show."""
        return self.file.content_type in SHOWN


def view(document_id: int, *, number: int | None = None) -> View:
    """Return a document, in this version or the newest, for who may see it. Raises NotFound."""
    file, text = case_documents.file(session(), document_id, number=number, by=actor())
    asked: dict[str, Any] = {"version": number} if number is not None else {}
    parts = ("download", "pdf", "thumbnail", "preview")
    address = {name: url_for(f"portal.documents.{name}", document_id=file.id, **asked) for name in parts}
    is_newest = number is None or case_documents.versions(session(), document_id)[0].number == file.number
    found = View(
        file, text.strip(), address, asked, is_newest, converting.INSTALL if may(actor(), "administer") else ""
    )
    if found.is_letter:
        allow_inline_styles()  # the letter's own styles are written by docx-preview
    return found


def pages_of(file: File) -> int:
    """Return how many pages can be drawn: of a PDF, or of the one that stands beside a Word document."""
    return (file.pages or 0) if file.content_type == kinds.PDF or file.pdf else 0
