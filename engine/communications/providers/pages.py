"""A letter as the pages that go into its envelope: the letter itself and what is enclosed, as one PDF."""

import time

from engine.communications.providers.base import Attachment, Outgoing, Postponed, Refused
from engine.documents import kinds, papers
from engine.documents.converting import to_pdf
from engine.documents.packages import WORD
from engine.errors import Invalid, Unavailable

LARGEST = 5 * 1024 * 1024  # bytes of a letter; what print services take
PLAIN = {"duplex": False, "separators": False, "leave_out": True}
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
    whole = made[0] if len(made) == 1 and not message.is_as_it_is else _joined(message, made)
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


def _joined(message: Outgoing, parts: list[bytes]) -> bytes:
    """Put the parts of a letter together, where strangers' PDFs are read by a process with few rights."""
    is_own, lines = message.is_as_it_is, list(message.address_lines)
    letter = {
        "name": message.name,
        "title": message.subject,
        "lines": lines,
        "files": len(parts),
        "may_have_sheet": is_own,
    }
    options = {**PLAIN, "window": is_own, "title": message.subject}
    try:
        told, whole = papers.run("print", {"letters": [letter], "options": options}, parts)
    except Unavailable as busy:
        raise Postponed(f"{busy.message} {busy.remedy}".strip()) from busy
    except Invalid as invalid:
        raise Refused(f"What is enclosed cannot be joined to the letter: {invalid}") from invalid
    if told["faults"][0]:
        raise Refused(f"What is enclosed cannot be joined to the letter: {told['faults'][0]}")
    return whole
