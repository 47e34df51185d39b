"""The limited child process that draws what strangers sent to show it, with the limits of `engine.documents.child`.

Apart from the one that merges letters: PDFium is called by `ctypes`, which that one refuses.
"""

import io
import logging
import warnings
from collections.abc import Mapping
from typing import Any

from engine.documents import child
from engine.documents.child import Job
from engine.documents.refusals import LetterRefused

ALLOWED = ("ctypes.",)


def look(request: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """Tell the size of a picture, and return it without the place where it was taken."""
    from engine.documents import drawing, photographs

    content_type = request["content_type"]
    size = None if content_type == "image/heic" else drawing.size_of(content)
    if request["keeps_place"] or (size and size[0] * size[1] > request["most_pixels"]):
        return {"size": size, "is_changed": False}, b""
    try:
        cleaned = photographs.without_place(content, content_type)
    except photographs.Damaged:
        raise LetterRefused("it is damaged", remedy="", code="damaged") from None
    is_changed = cleaned != content
    return {"size": size, "is_changed": is_changed}, cleaned if is_changed else b""


def photograph(request: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """Draw a photograph anew for a letter, and tell the day on which it was taken."""
    from engine.documents import drawing, photographs

    taken = photographs.taken_on(content)
    made = drawing.for_letter(content, *request["size"])
    return {"taken_on": taken.isoformat() if taken else None}, made


def signature(request: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """Draw a signature anew; one with too many pixels is only measured."""
    from engine.documents import drawing

    size = drawing.size_of(content)
    is_small = size[0] * size[1] <= request["most_pixels"]
    return {"size": size}, drawing.signature(content, *request["size"]) if is_small else b""


def examine(request: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """Refuse a PDF that asks for a password, or starts something when it is opened."""
    from engine.documents import drawing

    return {"fault": drawing.fault_of_pdf(content)}, b""


def thumbnail(request: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """Draw a small picture of a picture or PDF."""
    from engine.documents import drawing, kinds

    is_pdf = request["content_type"] == kinds.PDF
    pages = drawing.page_count(content) if is_pdf else None
    return {"pages": pages}, drawing.thumbnail(content, request["content_type"])


def page(request: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """Draw a page of a PDF."""
    from engine.documents import drawing

    return {}, drawing.page(content, request["number"])


def html(request: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """Write a Word document as clean HTML."""
    from engine.documents import word_pages

    return {}, word_pages.html(content).encode("utf-8", "replace")


def mail(request: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """Read an e-mail; its HTML comes back clean."""
    from engine.documents.mail import reading

    found, page = reading.read(content)
    return found, page.encode("utf-8", "replace")


def load_jobs() -> Mapping[str, Job]:
    """Import what the jobs need, while files can still be opened, and do one of each kind."""
    import docx  # with the others, before the rights are given up
    from PIL import Image
    from pypdf import PdfWriter

    from engine.documents import drawing, kinds, word_pages
    from engine.documents.mail import reading

    for name, content_type in (("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")):
        file = io.BytesIO()
        Image.new("RGB", (2, 2)).save(file, name)
        look({"content_type": content_type, "keeps_place": False, "most_pixels": 4}, file.getvalue())
        drawing.thumbnail(file.getvalue(), content_type)
        photograph({"size": (2, 2)}, file.getvalue())
    signature({"size": (2, 2), "most_pixels": 4}, _black())
    logging.disable()
    warnings.simplefilter("ignore")
    writer, file = PdfWriter(), io.BytesIO()
    writer.add_blank_page(9, 9)
    writer.write(file)
    drawing.thumbnail(file.getvalue(), kinds.PDF)
    drawing.fault_of_pdf(file.getvalue())
    letter = io.BytesIO()
    docx.Document().save(letter)
    word_pages.warm_up(letter.getvalue())
    reading.warm_up()
    return {
        "look": look,
        "photograph": photograph,
        "signature": signature,
        "examine": examine,
        "thumbnail": thumbnail,
        "page": page,
        "html": html,
        "mail": mail,
    }


def _black() -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGBA", (2, 2), (0, 0, 0, 254)).save(file, "PNG")
    return file.getvalue()


if __name__ == "__main__":
    child.main(load_jobs, allowed=ALLOWED)
