"""Makes a redacted copy: prepared in one transaction, worked outside any, filed in another; the original stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from engine import case_documents
from engine.documents import kinds, packages, redacting
from engine.documents.receiving import Received
from engine.documents.redacting import Box, Place
from engine.documents.uploads import CheckedFile
from engine.errors import Invalid, NotPossible
from engine.filing import adding, places
from engine.filing.adding import LONGEST_TITLE
from engine.filing.receiving import renditions, store
from engine.instants import now
from engine.permissions import Actor, require
from engine.redactions.reading import lines
from models.bundle import Redaction

MOST_MARKS = 2_000
MOST_PHRASES = 100
MOST_PAGES = 200
LONGEST_REASON = 200
LONGEST_PHRASE = 200
# What is offered; any other reason may be written.
REASONS = (
    "Somebody else's personal data",
    "It would put somebody at risk",
    "Legal advice",
    "In commercial confidence",
    "Not about what was asked for",
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A place to be struck out, and why."""

    page: int
    box: Box
    reason: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words to be struck out wherever they stand, and why."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Original:
    """The document that is to be copied, with its PDF; read, and no transaction is open for it any more."""

    id: int
    number: int
    title: str
    kind: str
    case_id: int | None
    links: tuple[tuple[str, int], ...]
    content: bytes


@dataclass(frozen=True, slots=True)
class Copy:
    """A redacted copy that is in the store and filed nowhere yet."""

    original: Original
    title: str
    marks: list[Mark]
    sha256: str
    size: int


def original(session: Session, document_id: int, *, by: Actor) -> Original:
    """Return a document with the PDF in which things are struck out.

    Raises:
        NotFound: no such document, or none that the actor may know of.
        NotPossible: it is no PDF, and there is none beside it, or it is too long.
    """
    require(by, "add document")
    file = case_documents.file(session, document_id, by=by)[0]
    if file.content_type != kinds.PDF and file.pdf is None:
        is_word = file.content_type == packages.WORD
        remedy = "Have its PDF made first." if is_word else "Print it as a PDF, and add that."
        raise NotPossible(f"“{file.title}” is no PDF.", remedy=remedy)
    if (file.pages or 0) > MOST_PAGES:
        raise NotPossible(f"“{file.title}” has more than {MOST_PAGES} pages.", remedy="Split it, and add the parts.")
    with renditions().open(file.pdf) if file.pdf else store().open(file.sha256) as stream:
        content = stream.read()
    links = places.links_of(session, document_id, by=by)
    return Original(file.id, file.number, file.title, file.kind, file.case_id, links, content)


def check(marks: Sequence[Mark], phrases: Sequence[Phrase], title: str) -> None:
    """Raise Invalid for what cannot be struck out: nothing, too much, without a reason, a title that tells it."""
    errors: dict[str, str] = {}
    if not marks and not phrases:
        errors["words"] = "Enter the words to strike out, or mark places on the pages"
    if len(marks) > MOST_MARKS or len(phrases) > MOST_PHRASES:
        errors["words"] = f"Mark at most {MOST_MARKS:,} places, and enter at most {MOST_PHRASES} words or phrases"
    if any(len(one.text) > LONGEST_PHRASE for one in phrases):
        errors["words"] = f"A phrase must be {LONGEST_PHRASE} characters or fewer"
    if any(not _is_box(one.box) for one in marks):
        errors["marks"] = "A place lies outside its page"
    reasons = [*(one.reason.strip() for one in marks), *(one.reason.strip() for one in phrases)]
    if any(not reason or len(reason) > LONGEST_REASON for reason in reasons):
        errors["reason"] = f"Enter why it is struck out, in at most {LONGEST_REASON} characters"
    if not title.strip() or len(title) > LONGEST_TITLE:
        errors["title"] = f"Enter a title of at most {LONGEST_TITLE} characters"
    elif told := next((one.text for one in phrases if one.text.strip().casefold() in title.casefold()), ""):
        errors["title"] = f"The title says “{told}”, which is to be struck out. Give the copy another"
    if errors:
        raise Invalid("The copy cannot be made.", errors=errors)


def work(source: Original, marks: Sequence[Mark], phrases: Sequence[Phrase], *, title: str) -> Copy:
    """Make the copy and keep its bytes; nothing is filed yet. Raises Invalid."""
    title = " ".join(title.split())
    check(marks, phrases, title)
    drawn = [Place(one.page, one.box) for one in marks]
    try:
        content, found = redacting.struck_out(source.content, drawn, [one.text for one in phrases], title=title)
    except Invalid as error:
        raise Invalid(error.message, errors={"words": error.message}, remedy=error.remedy) from error
    struck = [*marks, *(_of_phrase(one, phrases) for one in found if one.phrase is not None)]
    return Copy(source, title, struck, store().put(content), len(content))


def file(session: Session, copy: Copy, *, by: Actor) -> int:
    """File the copy where its original is, with an event, and return its id.

    Raises NotFound when the original may not be seen any more.
    """
    source = copy.original
    case_documents.file(session, source.id, number=source.number, by=by)
    document_id = adding.file_made(
        session,
        Received(CheckedFile(kinds.PDF, f"{copy.title[:110]}.pdf", "pdf"), copy.sha256, copy.size, False),
        places.Place(source.case_id, source.links),
        title=copy.title,
        kind=source.kind,
        source="redacted",
        event="document_redacted",
        told={
            "original_id": source.id,
            "original_title": source.title,
            "original_number": source.number,
            "struck_out": lines([_as_data(mark) for mark in copy.marks]),
        },
        by=by,
    )
    row = {
        "document_id": document_id,
        "original_id": source.id,
        "original_number": source.number,
        "marks": [_as_data(mark) for mark in copy.marks],
        "created_at": now(),
        "created_by_id": by.user_id,
    }
    session.execute(insert(Redaction), row)
    return document_id


def _of_phrase(place: Place, phrases: Sequence[Phrase]) -> Mark:
    return Mark(place.page, place.box, phrases[place.phrase or 0].reason.strip())


def _as_data(mark: Mark) -> dict[str, Any]:
    return {"page": mark.page, "box": [round(side, 4) for side in mark.box], "reason": mark.reason}


def _is_box(box: Box) -> bool:
    left, top, right, bottom = box
    return 0 <= left < right <= 1 and 0 <= top < bottom <= 1
