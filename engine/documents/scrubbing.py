"""Pages of a stranger's PDF as they are seen, and nothing else of it; runs in the limited child only.

Notes, stamps and filled-in fields are drawn into the page. Scripts, attachments, actions, links, hidden layers, notes
about who wrote it with what, and structure that repeats the words are left behind.
"""

import io
from contextlib import closing
from typing import Any

import pypdfium2
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject, NameObject, RectangleObject, StreamObject
from pypdfium2 import raw

from engine.documents import layers

KEPT = frozenset(
    {"/Type", "/Parent", "/Contents", "/Resources", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Group"}
)
DROPPED = (
    "/AF", "/PieceInfo", "/Metadata", "/AA", "/A", "/OPI", "/Alternates", "/StructParent", "/StructParents",
    "/LastModified", "/OC", "/Ref", "/Measure", "/PtData",
)  # fmt: skip
WITHOUT_SECURITY = 3  # FPDF_REMOVE_SECURITY: of a PDF that opens without a password
DEEPEST = 60


class Unreadable(Exception):
    """This PDF cannot be read; the message ends the sentence "… because"."""


def seen_pages(content: bytes) -> list[PageObject]:
    """Return the pages of a PDF with what is seen in them alone. Raises Unreadable."""
    try:
        reader = PdfReader(io.BytesIO(_drawn_in(content)))
        hidden = layers.hidden_layers(reader)
        pages = []
        for page in reader.pages:
            layers.take_out(page, reader, hidden)
            for name in [name for name in page if name not in KEPT]:
                del page[name]
            _drop(page.get("/Resources"), set(), 0)
            pages.append(page)
        return pages
    except (PyPdfError, KeyError, ValueError, TypeError, AttributeError, RecursionError) as fault:
        raise Unreadable("it is damaged") from fault


def _drawn_in(content: bytes) -> bytes:
    """Return the PDF, written anew by PDFium, with notes and fields drawn into its pages."""
    try:
        with closing(pypdfium2.PdfDocument(content)) as document:
            if document.get_formtype():
                document.init_forms()
            for number in range(len(document)):
                with closing(document[number]) as page:
                    if raw.FPDFPage_GetAnnotCount(page) and not raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY):
                        raise Unreadable("its notes cannot be drawn")
            file = io.BytesIO()
            document.save(file, flags=WITHOUT_SECURITY)
            return file.getvalue()
    except pypdfium2.PdfiumError as fault:
        is_locked = fault.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD
        raise Unreadable("it is protected by a password" if is_locked else "it is damaged") from fault


def _drop(found: Any, done: set[int], depth: int) -> None:
    """Take out of resources, and of all that they lead to, what is not needed to show them."""
    value = found.get_object() if found is not None else None
    if id(value) in done or depth > DEEPEST:
        return
    done.add(id(value))
    if isinstance(value, DictionaryObject):
        for name in DROPPED:
            if name in value:
                del value[name]
        for one in list(value.values()):
            _drop(one, done, depth + 1)
    elif isinstance(value, list):
        for one in value:
            _drop(one, done, depth + 1)


def visible_box(page: PageObject) -> tuple[float, float, float, float]:
    """Return left, bottom, right and top of what is shown of a page, in its own units, before it is turned."""
    whole, cut = RectangleObject(page.mediabox), RectangleObject(page.cropbox)
    left, bottom = max(whole.left, cut.left), max(whole.bottom, cut.bottom)
    right, top = min(whole.right, cut.right), min(whole.top, cut.top)
    if right - left < 1 or top - bottom < 1:
        return float(whole.left), float(whole.bottom), float(whole.right), float(whole.top)
    return float(left), float(bottom), float(right), float(top)


def as_seen(page: PageObject) -> tuple[float, float, tuple[float, ...]]:
    """Return the width and height of a page as it is looked at, and the matrix that draws upright on it."""
    left, bottom, right, top = visible_box(page)
    across, down = right - left, top - bottom
    turned = (page.rotation // 90) % 4
    matrices = (
        (1, 0, 0, 1, left, bottom),
        (0, 1, -1, 0, right, bottom),
        (-1, 0, 0, -1, right, top),
        (0, -1, 1, 0, left, top),
    )
    return (down, across, matrices[turned]) if turned % 2 else (across, down, matrices[turned])


def enclose(writer: PdfWriter, page: PageObject) -> None:
    """Put all that a page of `writer` draws into one form: whatever its drawing leaves switched on ends with that."""
    contents = page.get_contents()
    drawing = StreamObject()
    drawing.set_data(contents.get_data() if contents is not None else b"")
    form = drawing.flate_encode()
    form[NameObject("/Type")] = NameObject("/XObject")
    form[NameObject("/Subtype")] = NameObject("/Form")
    form[NameObject("/BBox")] = RectangleObject(page.mediabox)
    form[NameObject("/Resources")] = page.raw_get("/Resources") if "/Resources" in page else DictionaryObject()
    if "/Group" in page:
        form[NameObject("/Group")] = page.raw_get("/Group")
        del page["/Group"]
    forms = DictionaryObject({NameObject("/Page"): writer._add_object(form)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): forms})
    draw_after(writer, page, b"q /Page Do Q\n", alone=True)


def draw_after(writer: PdfWriter, page: PageObject, operations: bytes, *, alone: bool = False) -> None:
    """Add drawing to a page that was enclosed; `alone` replaces what it had."""
    drawn: Any = StreamObject() if alone else page["/Contents"]
    stream = StreamObject()
    stream.set_data(drawn.get_data() + operations)
    page[NameObject("/Contents")] = writer._add_object(stream)
