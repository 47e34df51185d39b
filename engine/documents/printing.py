"""Letters as one PDF for the printer, in the order of their envelopes; runs in the limited child only.

Each is looked at first: that all pages are A4 upright, and that the window of the envelope shows the address and
nothing else. A document that no template of ours wrote gets a sheet with the address before it, where it needs one. The
window is that of a DL envelope (BS EN 13619) over a sheet folded twice.
"""

import io
import re
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field

import pypdfium2
from pypdf import PageObject, PdfReader, PdfWriter

from engine.documents import scrubbing
from engine.documents.scrubbing import Unreadable
from engine.documents.typesetting import A4, BRAND, MUTED, STRONG, Sheets, wrapped

MILLIMETRE = 72 / 25.4
WINDOW = tuple(
    side * MILLIMETRE for side in (20, 110, 40, 80)
)  # left and right; from the top: its upper and lower edge
# Within the window, and within what GOV.UK Notify reads the address from: 24.6 to 120 mm across, 39.5 to 66.3 mm down.
ADDRESS_LEFT, ADDRESS_WIDTH, ADDRESS_TOP, ADDRESS_HEIGHT = (side * MILLIMETRE for side in (25, 83, 40.5, 25))
ADDRESS_SIZE = 11.0  # points
TOLERANCE = 3 * MILLIMETRE
MOST_PAGES = 10_000
PRODUCER = "Casewright"


@dataclass(slots=True)
class Letter:
    """One envelope: its files one behind the other, and what its window may show."""

    name: str
    title: str
    lines: list[str]
    files: list[bytes]
    may_have_sheet: bool = False  # with the address, before it
    pages: list[PageObject] = field(default_factory=list)
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """What a print run came to; `faults` and `pages` by letter, "" and 0 where there is none."""

    content: bytes
    sheets: int
    faults: list[str]
    pages: list[int]


def run(letters: Sequence[Letter], *, duplex: bool, separators: bool, window: bool, leave_out: bool, title: str) -> Run:
    """Return the letters as one PDF; one with a fault is left out where `leave_out` says so, or cannot be printed.

    Raises:
        Unreadable: together they have too many pages.
    """
    writer, counted, sheets = PdfWriter(), [], 0
    for letter in letters:
        _look(letter, window, duplex)
        if not letter.pages or (letter.fault and leave_out):
            counted.append(0)
            continue
        if separators:
            _add(writer, _separator(letter, len(counted) + 1, len(letters)), duplex)
            sheets += 1
        _add(writer, letter.pages, duplex)
        sheets += (len(letter.pages) + 1) // 2 if duplex else len(letter.pages)
        counted.append(len(letter.pages))
        if len(writer.pages) > MOST_PAGES:
            raise Unreadable(f"together they have more than {MOST_PAGES:,} pages")
    if not len(writer.pages):
        return Run(b"", 0, [letter.fault for letter in letters], counted)
    writer.metadata = {"/Title": title, "/Producer": PRODUCER}
    file = io.BytesIO()
    writer.write(file)
    return Run(file.getvalue(), sheets, [letter.fault for letter in letters], counted)


def _look(letter: Letter, window: bool, duplex: bool) -> None:
    """Read the pages of a letter, and say what is wrong with it."""
    try:
        letter.pages = [page for content in letter.files for page in scrubbing.seen_pages(content)]
    except Unreadable as fault:
        letter.pages, letter.fault = [], f"It cannot be printed because {fault}."
        return
    for number, page in enumerate(letter.pages, start=1):
        across, down, _ = scrubbing.as_seen(page)
        if abs(across - A4[0]) > TOLERANCE or abs(down - A4[1]) > TOLERANCE:
            letter.fault = f"Page {number} is not A4 upright."
            return
    if window and letter.pages:
        letter.fault = _through_window(letter)
        if letter.fault and letter.may_have_sheet and letter.lines:
            _address(letter, duplex)


def _through_window(letter: Letter) -> str:
    """Return what is wrong with what the window shows; "" when it is the address alone."""
    shown = _text_in_window(letter.files[0])
    wanted, known = _plain(letter.lines[-1]) if letter.lines else "", _plain("".join((letter.name, *letter.lines)))
    if not wanted or wanted not in _plain(shown):
        return "The address is not in the window of the envelope."
    for line in shown.splitlines():
        if _plain(line) and _plain(line) not in known:
            return f"The window of the envelope shows more than the address: “{line.strip()[:60]}”."
    return ""


def _address(letter: Letter, duplex: bool) -> None:
    """Put a sheet before a letter that shows the address and nothing else; nothing is printed on its back."""
    sheet, lines = Sheets(letter.name), [letter.name, *letter.lines]
    lines = [part for line in lines for part in wrapped(line, ADDRESS_SIZE, ADDRESS_WIDTH)]
    leading = min(ADDRESS_SIZE * 1.25, ADDRESS_HEIGHT / len(lines))
    for number, line in enumerate(lines, start=1):
        sheet.put(line, ADDRESS_LEFT, A4[1] - ADDRESS_TOP - leading * number, min(ADDRESS_SIZE, leading / 1.1))
    blank = [PageObject.create_blank_page(width=A4[0], height=A4[1])] if duplex else []
    letter.pages = [*PdfReader(io.BytesIO(sheet.done())).pages, *blank, *letter.pages]
    letter.fault = ""


def _text_in_window(content: bytes) -> str:
    left, right, upper, lower = WINDOW
    with closing(pypdfium2.PdfDocument(content)) as document, closing(document[0]) as page:
        height = page.get_height()
        with closing(page.get_textpage()) as text:
            return str(text.get_text_bounded(left, height - lower, right, height - upper))


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _add(writer: PdfWriter, pages: Sequence[PageObject], duplex: bool) -> None:
    for page in pages:
        writer.add_page(page)
    if duplex and len(pages) % 2:
        writer.add_blank_page(*A4)


def _separator(letter: Letter, number: int, of: int) -> list[PageObject]:
    sheets = Sheets(letter.name)
    sheets.y -= 200
    sheets.rule(BRAND, 6, after=20)
    sheets.write(f"Letter {number} of {of}", 30, STRONG, after=16)
    sheets.write(letter.name, 18, after=8)
    sheets.write(letter.title, 14, colour=MUTED, after=16)
    sheets.rule(BRAND, 6)
    return list(PdfReader(io.BytesIO(sheets.done())).pages)
