"""Strikes words and places out of a PDF for good; runs in the limited child only.

A page with a mark becomes a picture of itself with black in it, and the words that are left are laid over it unseen,
so that it can still be searched. Other pages stay as they are, with nothing but what they draw.
"""

import io
from collections.abc import Sequence
from contextlib import closing

import pypdfium2
from PIL import Image, ImageDraw
from pypdf import PageObject, PdfReader, PdfWriter

from engine.documents import page_words, pruning, scrubbing, unseen
from engine.documents.binding import PRODUCER
from engine.documents.page_words import Box, Mark
from engine.documents.scrubbing import Unreadable

DOTS_AN_INCH = 200
LONGEST_SIDE = 4_000  # pixels: of a plan
STILL_THERE = "a word that was to be struck out is still there"


Found = tuple[int, Mark]  # the position of the phrase that stands there, -1 of a place that was drawn


def struck_out(content: bytes, marks: Sequence[Mark], phrases: Sequence[str], title: str) -> tuple[bytes, list[Found]]:
    """Return a copy of a PDF without what is marked and without `phrases`, and all marks.

    Raises Unreadable: it cannot be read, a phrase is nowhere in it, or something would be left.
    """
    seen = scrubbing.seen_pages(content)
    clean = _written(seen, title)
    with closing(pypdfium2.PdfDocument(clean)) as document:
        told = [*((-1, mark) for mark in marks), *page_words.found(document, phrases)]
        every = [mark for _, mark in told]
        if missing := [phrase for which, phrase in enumerate(phrases) if which not in {n for n, _ in told}]:
            raise Unreadable(f"“{missing[0]}” stands nowhere in it, or in a picture")
        if any(not 1 <= mark.page <= len(document) for mark in every):
            raise Unreadable("it has no such page")
        writer = PdfWriter()
        font = unseen.Font(writer)
        for number, page in enumerate(seen, start=1):
            boxes = [mark.box for mark in every if mark.page == number]
            if boxes or _is_cut(page):
                _add_picture(writer, font, document, number, boxes)
            else:
                pruning.prune_page(page)
                writer.add_page(page)
    made = _finished(writer, title)
    _check(made, every, phrases)
    return made, told


def find(content: bytes, phrases: Sequence[str]) -> tuple[int, list[Found], list[int]]:
    """Return how many pages a PDF has, where these phrases stand in it, and which pages have no words at all."""
    clean = _written(scrubbing.seen_pages(content), "")
    with closing(pypdfium2.PdfDocument(clean)) as document:
        pages = len(document)
        silent = [n for n in range(1, pages + 1) if not any(one.box for one in page_words.signs(document, n))]
        return pages, list(page_words.found(document, phrases)), silent


def _is_cut(page: PageObject) -> bool:
    """Say whether a page hides some of itself beyond its edges."""
    left, bottom, right, top = scrubbing.visible_box(page)
    whole = page.mediabox
    cut = (left - whole.left, bottom - whole.bottom, whole.right - right, whole.top - top)
    return any(float(one) > 1 for one in cut)


def _add_picture(
    writer: PdfWriter, font: unseen.Font, document: pypdfium2.PdfDocument, number: int, boxes: Sequence[Box]
) -> None:
    """Add a page as a picture with black places in it, and its other words unseen."""
    with closing(document[number - 1]) as page:
        across, down = page.get_size()
        scale = min(DOTS_AN_INCH / 72, LONGEST_SIDE / max(across, down, 1))
        with closing(page.render(scale=scale, may_draw_forms=False)) as drawn:
            picture: Image.Image = drawn.to_pil().convert("RGB")
    brush = ImageDraw.Draw(picture)
    for left, top, right, bottom in boxes:
        size = picture.size
        brush.rectangle((left * size[0], top * size[1], right * size[0], bottom * size[1]), fill="black")
    words = list(page_words.words(page_words.signs(document, number), boxes))
    unseen.add_page(writer, font, (across, down), picture, words)


def _written(pages: Sequence[PageObject], title: str) -> bytes:
    writer = PdfWriter()
    for page in pages:
        writer.add_page(page)
    return _finished(writer, title)


def _finished(writer: PdfWriter, title: str) -> bytes:
    writer.metadata = {"/Title": title, "/Producer": PRODUCER}
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def _check(made: bytes, marks: Sequence[Mark], phrases: Sequence[str]) -> None:
    """Look once more, with both libraries, whether anything of what was struck out is left."""
    with closing(pypdfium2.PdfDocument(made)) as document:
        if any(page_words.found(document, phrases)):
            raise Unreadable(STILL_THERE)
        for number in {mark.page for mark in marks}:
            boxes = [mark.box for mark in marks if mark.page == number]
            letters = (sign for sign in page_words.signs(document, number) if sign.text.strip())
            if any(sign.box and _inside(sign.box, boxes) for sign in letters):
                raise Unreadable(f"something under a mark on page {number} is still there")
    for page in PdfReader(io.BytesIO(made)).pages if phrases else ():
        text = page_words.plain_text(page.extract_text())
        if any(any(page_words.starts(text, plain)) for phrase in phrases if (plain := page_words.plain_text(phrase))):
            raise Unreadable(STILL_THERE)


def _inside(box: Box, boxes: Sequence[Box]) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return any(left < x < right and top < y < bottom for left, top, right, bottom in boxes)
