"""Small pictures of documents, and pages of PDFs as pictures; runs in the limited child only."""

import io
from contextlib import closing
from typing import Any

import pypdfium2
from PIL import Image, ImageOps, ImageStat
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from engine.documents import kinds

THUMBNAIL = 240  # pixels, the longer side
PAGE_WIDTH = 1100  # pixels
LONGEST_PAGE = 2200  # pixels: a plan or a till receipt is shown narrower
QUALITY = 80
STARTING = frozenset({"/Launch", "/JavaScript", "/ImportData", "/SubmitForm", "/RichMediaExecute"})
MOST_STEPS = 20
LARGEST_SHEET = 3000  # pixels of a sheet on which somebody signed, before it is cut
DARKEST_PAPER = 170  # of 255; what is darker is ink
PAPER = 0.93  # of the light of most of a sheet; what has as much is paper too
PICTURES = ("JPEG", "PNG", "WEBP")

Image.MAX_IMAGE_PIXELS = None  # the size is looked at before (`engine.documents.pictures`), and memory is limited


def size_of(content: bytes) -> tuple[int, int]:
    """Return the width and height that a picture says it has; nothing is unpacked."""
    with Image.open(io.BytesIO(content), formats=PICTURES) as picture:
        return picture.size


def thumbnail(content: bytes, content_type: str) -> bytes:
    """Return a picture, or the first page of a PDF, as a small JPEG on white."""
    if content_type == kinds.PDF:
        with closing(pypdfium2.PdfDocument(content)) as document:
            return _written(_page(document, 0, THUMBNAIL, THUMBNAIL))
    with Image.open(io.BytesIO(content), formats=PICTURES) as picture:
        picture.draft("RGB", (THUMBNAIL * 2, THUMBNAIL * 2))
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((THUMBNAIL, THUMBNAIL))
        return _written(upright)


def for_letter(content: bytes, width: int, height: int) -> bytes:
    """Return a photograph as a new JPEG of at most so many pixels, upright, with nothing in it but the picture."""
    with Image.open(io.BytesIO(content), formats=PICTURES) as picture:
        picture.draft("RGB", (width, height))
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((width, height))
        return _written(upright)


def signature(content: bytes, width: int, height: int) -> bytes:
    """Return a signature as a new PNG of at most so many pixels, upright, without the paper around it.

    b"" where nothing is written.
    """
    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as picture:
        picture.draft("RGB", (LARGEST_SHEET, LARGEST_SHEET))
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((LARGEST_SHEET, LARGEST_SHEET))
        upright = upright.convert("RGBA")
    ink = _on_white(upright).convert("L").point(lambda grey: 255 if grey < DARKEST_PAPER else 0)
    box = ink.getbbox()
    if box is None:
        return b""
    written = _on_white_paper(upright).crop(box)
    written.thumbnail((width, height))
    if written.getchannel("A").getextrema() == (255, 255):  # nothing is seen through
        written = written.convert("RGB")
    file = io.BytesIO()
    written.save(file, "PNG", optimize=True)
    return file.getvalue()


def _on_white_paper(sheet: Image.Image) -> Image.Image:
    """Return a sheet whose paper is white: light makes it grey or yellow, and letters would show its edges."""
    red, green, blue, seen = sheet.split()
    paper = ImageStat.Stat(Image.merge("RGB", (red, green, blue))).median
    if min(paper) < DARKEST_PAPER:
        return sheet
    bands = [
        band.point(lambda light, white=white: min(255, round(light * 255 / (white * PAPER))))
        for band, white in zip((red, green, blue), paper, strict=True)
    ]
    return Image.merge("RGBA", (*bands, seen))


def fault_of_pdf(content: bytes) -> str:
    """Return why a PDF cannot be kept: "encrypted", "active" or ""; one that cannot be read at all is harmless."""
    try:
        pypdfium2.PdfDocument(content).close()
    except pypdfium2.PdfiumError as fault:
        if fault.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            return "encrypted"
    try:
        return "active" if _starts_something(PdfReader(io.BytesIO(content))) else ""
    except (PyPdfError, KeyError, ValueError, TypeError, AttributeError, RecursionError):
        return ""


def _starts_something(reader: PdfReader) -> bool:
    """Say whether a PDF runs a program or a script as soon as it is opened (ISO 32000, 12.6)."""
    root: Any = reader.trailer["/Root"]
    occasions = [root.get("/OpenAction"), *dict(root.get("/AA") or {}).values()]
    for occasion in occasions:
        action, steps = occasion and occasion.get_object(), 0
        while isinstance(action, dict) and steps < MOST_STEPS:
            if action.get("/S") in STARTING:
                return True
            following = action.get("/Next")
            action, steps = following and following.get_object(), steps + 1
            if isinstance(action, list):
                action = action[0].get_object() if action else None
    return False


def page_count(content: bytes) -> int:
    """Return how many pages a PDF has."""
    with closing(pypdfium2.PdfDocument(content)) as document:
        return len(document)


def page(content: bytes, number: int) -> bytes:
    """Return a page of a PDF, the first being 1, as a JPEG to read. Raises IndexError."""
    with closing(pypdfium2.PdfDocument(content)) as document:
        return _written(_page(document, number - 1, PAGE_WIDTH, LONGEST_PAGE))


def _page(document: pypdfium2.PdfDocument, index: int, width: int, height: int) -> Image.Image:
    if not 0 <= index < len(document):
        raise IndexError(index)
    with closing(document[index]) as found:
        across, down = found.get_size()
        scale = min(width / max(across, 1), height / max(down, 1))
        with closing(found.render(scale=scale, may_draw_forms=False)) as drawn:
            picture: Image.Image = drawn.to_pil().copy()
            return picture


def _written(picture: Image.Image) -> bytes:
    """Return a JPEG of a picture, what is transparent in it being white."""
    if picture.mode not in ("RGB", "L"):
        picture = _on_white(picture)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=QUALITY, optimize=True)
    return file.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    coloured = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", coloured.size, "white"), coloured).convert("RGB")
