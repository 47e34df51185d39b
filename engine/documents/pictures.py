"""Pictures and PDFs from outside: looked at before they are kept, drawn small for lists and page by page to read."""

from dataclasses import dataclass

from engine.documents import kinds, limited, viewing
from engine.documents.refusals import PackageRefused
from engine.errors import Invalid

MOST_PIXELS = 120_000_000  # more takes half a gigabyte to show; telephones make up to 108 million
LOOKED_AT = frozenset({"image/jpeg", "image/png", "image/webp", "image/heic"})
DRAWN = frozenset({kinds.PDF, "image/jpeg", "image/png", "image/webp"})
PRINT_AGAIN = "Open it where that is safe, print it as a PDF, and upload that."
UNLOCKED = "Take the password off, or print it as a PDF, and upload that."
NOT_AS_IS = "Take the picture again, or save it again with a program for pictures, and upload that."


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture as JPEG; `pages` is how many the whole document has, where it has any."""

    content: bytes
    pages: int | None = None


def cleaned(content: bytes, content_type: str, *, keeps_place: bool) -> bytes:
    """Return a picture without the place where it was taken, unless that is to be kept; the same bytes if it has none.

    Raises PackageRefused for one that is larger than anybody can look at, or damaged.
    """
    request = {
        "job": "look",
        "content_type": content_type,
        "keeps_place": keeps_place,
        "most_pixels": MOST_PIXELS,
    }
    try:
        answer, changed = viewing.run(request, content)
    except (limited.Breach, limited.Failed) as fault:
        raise PackageRefused("it cannot be read as a picture", remedy=NOT_AS_IS, code="damaged") from fault
    if "refused" in answer:
        raise PackageRefused(answer["refused"]["message"], remedy=NOT_AS_IS, code="damaged")
    told = answer["done"]
    if told["size"] and told["size"][0] * told["size"][1] > MOST_PIXELS:
        across, down = told["size"]
        reason = f"it has {across:,} × {down:,} points; at most {MOST_PIXELS // 1_000_000} million are accepted"
        raise PackageRefused(reason, remedy="Make it smaller and upload that.", code="too_large")
    return changed if told["is_changed"] else content


def check_pdf(content: bytes) -> None:
    """Raise PackageRefused for a PDF that asks for a password, or starts something when it is opened."""
    try:
        fault = viewing.run({"job": "examine"}, content)[0]["done"]["fault"]
    except (limited.Breach, limited.Failed) as problem:
        raise PackageRefused("it takes too long to read", remedy=PRINT_AGAIN, code="damaged") from problem
    if fault == "encrypted":
        raise PackageRefused("it is protected by a password", remedy=UNLOCKED, code="encrypted")
    if fault == "active":
        raise PackageRefused("it starts something when it is opened", remedy=PRINT_AGAIN, code="active")


def thumbnail(content: bytes, content_type: str) -> Drawing:
    """Return a small picture of a picture or of a PDF's first page. Raises Invalid when it cannot be drawn."""
    return _drawn({"job": "thumbnail", "content_type": content_type}, content)


def page(content: bytes, number: int) -> Drawing:
    """Return a page of a PDF, the first being 1. Raises Invalid when it cannot be drawn."""
    return _drawn({"job": "page", "number": number}, content)


def _drawn(request: dict[str, object], content: bytes) -> Drawing:
    try:
        answer, drawn = viewing.run(request, content)
    except (limited.Breach, limited.Failed) as fault:
        raise Invalid("This cannot be shown as a picture.", remedy="Download it to look at it.") from fault
    return Drawing(drawn, answer["done"].get("pages"))
