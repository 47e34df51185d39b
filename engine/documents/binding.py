"""A bundle: documents bound into one PDF with a title page, contents, numbered pages; runs in the limited child only.

Every page is numbered, the title page being 1, so that the number on a page is the one that a reader of PDFs shows.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from PIL import Image, ImageOps
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from engine.documents import kinds, scrubbing, typesetting
from engine.documents.scrubbing import Unreadable
from engine.documents.typesetting import A4, BRAND, INK, MARGIN, MUTED, STRONG, Sheets

MOST_PAGES = 5_000
PICTURE = 2_000  # pixels, the longer side: what a printer shows of a sheet
PICTURES = ("JPEG", "PNG", "WEBP")
CONTENTS = "Contents"
LEFT_OUT = "What is left out"
LONGEST_LINES = 3  # of a title in the contents
PRODUCER = "Casewright"


@dataclass(slots=True)
class Part:
    """One document of a bundle. `fault` says why it is only named; `redactions` are lines about what was struck out."""

    title: str
    date: str
    facts: list[str]
    content_type: str
    content: bytes
    fault: str = ""
    redactions: list[str] = field(default_factory=list)
    pages: list[PageObject] = field(default_factory=list)
    first: int = 0  # its number in the bundle


@dataclass(slots=True)
class Bound:
    """What a bundle came to."""

    content: bytes
    pages: int
    firsts: list[int]
    faults: list[str]  # by part; "" where it stands whole


@dataclass(frozen=True, slots=True)
class Link:
    """A line of the contents, and the part that it leads to."""

    sheet: int
    box: tuple[float, float, float, float]
    part: int


def bind(head: dict[str, Any], parts: Sequence[Part]) -> Bound:
    """Return these parts as one PDF; `head` has title, purpose, landlord, facts (pairs) and note."""
    for part in parts:
        part.pages = _pages_of(part)
    if sum(len(part.pages) for part in parts) > MOST_PAGES:
        raise Unreadable(f"together they have more than {MOST_PAGES:,} pages")
    left_out = _left_out(parts)
    front, links = _front(head, parts, left_out, len(_contents(parts, 0)[0]))
    writer = PdfWriter()
    for page in (*front, *(page for part in parts for page in part.pages)):
        writer.add_page(page)
        scrubbing.enclose(writer, writer.pages[-1])
    _number(writer)
    _link(writer, links, parts)
    _mark(writer, parts, bool(left_out))
    return Bound(_written(writer, head["title"]), len(writer.pages), [p.first for p in parts], [p.fault for p in parts])


def _pages_of(part: Part) -> list[PageObject]:
    """Return the pages of a part; of one that cannot be shown a sheet that names it."""
    try:
        if part.fault:
            raise Unreadable(part.fault)
        if part.content_type == kinds.PDF:
            pages = scrubbing.seen_pages(part.content)
        elif part.content_type in (kinds.TEXT, kinds.CSV, kinds.EMAIL):
            pages = _read(_of_text(part))
        else:
            pages = _read(_of_picture(part))
        if not pages:
            raise Unreadable("it has no pages")
        return pages
    except (Unreadable, OSError, ValueError, SyntaxError) as fault:
        part.fault = str(fault) if isinstance(fault, Unreadable) else "it cannot be read as a picture"
        return _read(_named(part))
    finally:
        part.content = b""


def _read(content: bytes) -> list[PageObject]:
    return list(PdfReader(io.BytesIO(content)).pages)


def _of_text(part: Part) -> bytes:
    sheets = Sheets(part.title)
    sheets.write(part.title, 13, STRONG, after=2)
    sheets.write(part.date, 9, colour=MUTED, after=6)
    sheets.rule()
    sheets.write(part.content.decode("utf-8", "replace"), 10)
    return sheets.done()


def _of_picture(part: Part) -> bytes:
    with Image.open(io.BytesIO(part.content), formats=PICTURES) as picture:
        picture.draft("RGB", (PICTURE, PICTURE))
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((PICTURE, PICTURE))
        white = Image.new("RGB", upright.size, "white")
        white.paste(upright, mask=upright.getchannel("A") if upright.mode in ("RGBA", "LA") else None)
    file = io.BytesIO()
    white.save(file, "JPEG", quality=85)
    sheets = Sheets(part.title)
    sheets.picture(file.getvalue(), white.size, f"{part.title}. {part.date}")
    return sheets.done()


def _named(part: Part) -> bytes:
    """Return the sheet that stands for a document which cannot be shown."""
    sheets = Sheets(part.title)
    sheets.y -= 120
    sheets.write("This document is not shown here", 11, STRONG, colour=BRAND)
    sheets.rule(BRAND, 1.2)
    sheets.write(part.title, 16, STRONG, after=10)
    for fact in part.facts:
        sheets.write(fact, 10.5, colour=MUTED)
    sheets.y -= 10
    sheets.write(f"It cannot be turned into pages because {part.fault}. Ask for the file itself.")
    return sheets.done()


def _left_out(parts: Sequence[Part]) -> list[tuple[int, str]]:
    """Return what is told of parts that do not show all of a document: position and sentence."""
    told = [(n, f"Not shown, because {part.fault}.") for n, part in enumerate(parts) if part.fault]
    told += [(n, line) for n, part in enumerate(parts) for line in part.redactions]
    return sorted(told, key=lambda one: one[0])


def _front(
    head: dict[str, Any], parts: Sequence[Part], left_out: Sequence[tuple[int, str]], sheets_of_contents: int
) -> tuple[list[PageObject], list[Link]]:
    """Return the sheets before the documents, once it is known how many they are."""
    after = _read(_told(parts, left_out)) if left_out else []
    first = 1 + sheets_of_contents + len(after) + 1
    for part in parts:
        part.first, first = first, first + len(part.pages)
    contents, links = _contents(parts, first - 1)
    return [*_read(_title(head, parts, first - 1)), *contents, *after], links


def _title(head: dict[str, Any], parts: Sequence[Part], pages: int) -> bytes:
    sheets = Sheets(head["title"])
    sheets.write(head["landlord"], 12, STRONG, colour=BRAND)
    sheets.rule(BRAND, 1.5)
    sheets.y -= 150
    sheets.write(head["purpose"], 12, colour=MUTED, after=6)
    sheets.write(head["title"], 26, STRONG, after=26)
    documents = f"{len(parts)}, on {pages} pages with this one"
    for name, value in (*head["facts"], ("Documents", documents)):
        sheets.room(30)
        top = sheets.y
        sheets.write(name, 10.5, colour=MUTED, width=110)
        below, sheets.y = sheets.y, top
        sheets.write(value, 10.5, left=MARGIN + 120, width=A4[0] - 2 * MARGIN - 120)
        sheets.y = min(below, sheets.y) - 2
    sheets.y -= 16
    sheets.write(head["note"], 9.5, colour=MUTED)
    return sheets.done()


def _contents(parts: Sequence[Part], pages: int) -> tuple[list[PageObject], list[Link]]:
    """Return the sheets of contents and the places on them that lead to the documents."""
    sheets, links = Sheets(CONTENTS), []
    right, size = A4[0] - MARGIN, 10.5
    columns = (MARGIN, MARGIN + 30, right - 150, right)

    def head() -> None:
        sheets.write(CONTENTS, 18, STRONG, colour=BRAND, after=8)
        sheets.y -= 12
        for left, word in zip(columns, ("", "Document", "Date"), strict=False):
            sheets.put(word, left, sheets.y, 9, colour=MUTED)
        sheets.put("Page", right, sheets.y, 9, colour=MUTED, to_right=True)
        sheets.rule()

    head()
    for number, part in enumerate(parts):
        width = columns[2] - columns[1] - 12
        lines = list(typesetting.wrapped(part.title, size, width))[:LONGEST_LINES]
        height = len(lines) * size * typesetting.LEADING + 6
        if sheets.y - height < MARGIN + 20:
            sheets.turn()
            head()
        top = sheets.y
        sheets.y -= size * typesetting.LEADING
        sheets.put(str(number + 1), columns[0], sheets.y, size, colour=MUTED)
        sheets.put(part.date, columns[2], sheets.y, size, colour=MUTED)
        sheets.put(str(part.first), right, sheets.y, size, to_right=True)
        for line_number, line in enumerate(lines):
            sheets.put(line, columns[1], sheets.y - line_number * size * typesetting.LEADING, size, colour=INK)
        sheets.y = top - height
        links.append(Link(sheets.number, (MARGIN, sheets.y + 1, right, top - 2), number))
    return _read(sheets.done()), links


def _told(parts: Sequence[Part], left_out: Sequence[tuple[int, str]]) -> bytes:
    sheets = Sheets(LEFT_OUT)
    sheets.write(LEFT_OUT, 18, STRONG, colour=BRAND)
    sheets.rule()
    last = -1
    for number, sentence in left_out:
        if number != last:
            sheets.y -= 4
            sheets.room(40)
            sheets.write(f"{number + 1}. {parts[number].title}", 10.5, STRONG, after=2)
        last = number
        sheets.write(sentence, 10, left=MARGIN + 16, width=A4[0] - 2 * MARGIN - 16, after=2)
    return sheets.done()


def _number(writer: PdfWriter) -> None:
    """Write its number on the foot of every page, upright however the page is turned."""
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica-Bold"),
        }
    )
    kept, last = writer._add_object(font), len(writer.pages)
    for number, page in enumerate(writer.pages, start=1):
        fonts = DictionaryObject({NameObject("/Number"): kept})
        page["/Resources"][NameObject("/Font")] = fonts  # type: ignore[index]
        scrubbing.draw_after(writer, page, _stamp(page, f"{number} / {last}"))


def _stamp(page: PageObject, text: str) -> bytes:
    across, _, matrix = scrubbing.as_seen(page)
    size = min(max(across / 60, 6.0), 24.0)
    width, height = size * (0.556 * len(text) + 0.6), size * 1.5
    left, bottom = across - width - size, size * 0.7
    place = " ".join(f"{value:.2f}" for value in matrix)
    box = f"1 g {left:.2f} {bottom:.2f} {width:.2f} {height:.2f} re f"
    words = f"BT 0 g /Number {size:.2f} Tf {left + size * 0.3:.2f} {bottom + size * 0.4:.2f} Td ({text}) Tj ET"
    return f"q {place} cm {box} {words} Q\n".encode()


def _link(writer: PdfWriter, links: Sequence[Link], parts: Sequence[Part]) -> None:
    """Make the lines of the contents lead to where they say."""
    for link in links:
        page, target = writer.pages[1 + link.sheet], writer.pages[parts[link.part].first - 1]
        annotation = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject("/Link"),
                NameObject("/Rect"): ArrayObject(FloatObject(value) for value in link.box),
                NameObject("/Border"): ArrayObject(NumberObject(0) for _ in range(3)),
                NameObject("/Contents"): TextStringObject(parts[link.part].title),
                NameObject("/Dest"): ArrayObject([target.indirect_reference, NameObject("/Fit")]),
            }
        )
        page.setdefault(NameObject("/Annots"), ArrayObject()).append(writer._add_object(annotation))


def _mark(writer: PdfWriter, parts: Sequence[Part], has_left_out: bool) -> None:
    """Give the bundle its bookmarks."""
    writer.add_outline_item(title="Title", page_number=0)
    writer.add_outline_item(title=CONTENTS, page_number=1)
    if has_left_out:
        writer.add_outline_item(title=LEFT_OUT, page_number=1 + len(_contents(parts, 0)[0]))
    for number, part in enumerate(parts, start=1):
        writer.add_outline_item(title=f"{number}. {part.title}", page_number=part.first - 1)


def _written(writer: PdfWriter, title: str) -> bytes:
    writer.metadata = {"/Title": title, "/Producer": PRODUCER}
    root = writer._root_object
    root[NameObject("/Lang")] = TextStringObject("en-GB")
    root[NameObject("/PageMode")] = NameObject("/UseOutlines")
    root[NameObject("/ViewerPreferences")] = DictionaryObject({NameObject("/DisplayDocTitle"): BooleanObject(True)})
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()
