"""A letter as the pages that go into its envelope: the letter itself and what is enclosed, as one PDF."""

import io
import time

from engine.communications.providers.base import Attachment, Outgoing, Postponed, Refused
from engine.documents import kinds
from engine.documents.converting import to_pdf
from engine.documents.packages import WORD
from engine.errors import Invalid, Unavailable

LARGEST = 5 * 1024 * 1024  # bytes of a letter; what print services take
SECONDS = 30.0  # after which a letter is not sent in this attempt, which another node might believe dead


def pdf_of(message: Outgoing) -> bytes:
    """Return a letter with all that goes with it.

    Raises:
        Refused: a part of it can be no page of a letter, or it is too large.
        Postponed: there is no LibreOffice now, or it took so long that it goes with the next attempt.
    """
    began = time.monotonic()
    parts = [part for part in (message.letter, *message.attachments) if part is not None]
    if not parts:
        raise Refused("It has no pages: the letter itself is missing.")
    made = [_pdf(part) for part in parts]
    if time.monotonic() - began > SECONDS:
        raise Postponed("Its PDF took so long to make that it goes with the next attempt.")
    whole = made[0] if len(made) == 1 else _joined(made)
    if len(whole) > LARGEST:
        raise Refused(f"It is too large for a letter: {len(whole) // 1024:,} KB of at most {LARGEST // 1024:,} KB.")
    return whole


def _pdf(part: Attachment) -> bytes:
    if part.pdf is not None:
        return part.pdf.read_bytes()
    if part.content_type == kinds.PDF:
        return part.path.read_bytes()
    if part.content_type != WORD:
        raise Refused(f"“{part.name}” can be no page of a letter: only Word files and PDFs can.")
    try:
        return to_pdf([part.path.read_bytes()])[0]
    except Unavailable as missing:
        raise Postponed(f"{missing.message} {missing.remedy}".strip()) from missing
    except Invalid as invalid:
        raise Refused(f"“{part.name}” cannot be made into a PDF: {' '.join(invalid.errors.values())}") from invalid


def _joined(parts: list[bytes]) -> bytes:
    from pypdf import PdfReader, PdfWriter  # here: it takes long to import
    from pypdf.errors import PyPdfError

    writer = PdfWriter()
    try:
        for part in parts:
            writer.append(PdfReader(io.BytesIO(part)), import_outline=False)
        whole = io.BytesIO()
        writer.write(whole)
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise Refused(f"What is enclosed cannot be joined to the letter: {error}") from error
    return whole.getvalue()
