"""Puts pictures into a letter where its template printed them; runs in the limited child only.

While a template runs, a picture is printed as a mark of two signs that neither data nor XML has use for; once the part
is a tree again, each mark becomes a drawing, as large as its place allows.
"""

import copy
import io
import re
from collections.abc import Mapping
from typing import Any

from docx.document import Document
from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError
from docx.opc.part import Part
from docx.oxml.ns import qn
from docx.oxml.shape import CT_Inline
from docx.parts.story import StoryPart
from docx.shared import Emu
from lxml import etree

from engine.documents import formats
from engine.documents.contexts import MARK_ENDS, MARK_OPENS
from engine.documents.formats import Unwritable
from engine.documents.picture import Picture
from engine.documents.refusals import LetterRefused

MOST = 200  # in one letter
MARK = re.compile(f"{MARK_OPENS}([0-9]+){MARK_ENDS}")
FIRST_IDENTITY = 40_000  # of drawings in headers and footers; in the letter docxtpl numbers them
UNREADABLE = (InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError)
EMU_PER_MM, EMU_PER_TWIP = 36_000, 635
EMU_PER_DOT = 9_525  # at 96 to the inch: what has few dots is not blown up
CELL_MARGINS = 216  # twips, left and right together, as Word has them

# Of the letter under way; a child does one job at a time.
_printed: list[Picture] = []
_contents: dict[str, bytes] = {}


def begin(pictures: Mapping[str, bytes] | None = None) -> None:
    """Forget the letter before; `pictures` are the contents of those in the data, by name."""
    _printed.clear()
    _contents.clear()
    _contents.update(pictures or {})


def printed(value: Any) -> str:
    """Return what `{{ value }}` prints in a letter: of a picture its mark, of one that is none nothing."""
    if not isinstance(value, Picture):
        return formats.printed(value)
    if not value:
        return ""
    if len(_printed) == MOST:
        raise Unwritable(f"it prints more than {MOST} pictures")
    _printed.append(value)
    return f"{MARK_OPENS}{len(_printed) - 1}{MARK_ENDS}"


def has_any(xml: str) -> bool:
    """Say whether a picture was printed into a part."""
    return MARK_OPENS in xml


def place(tree: etree._Element, part: Part, document: Document, *, template_name: str) -> None:
    """Exchange the marks in the tree of a part for drawings. Raises LetterRefused where none can stand."""
    for text in list(tree.iter(qn("w:t"))):
        if text.text and MARK_OPENS in text.text:
            _exchange(text, part, document, template_name)
    if MARK_OPENS in etree.tostring(tree, encoding="unicode"):
        raise _nowhere(template_name)


def refuse(template_name: str) -> None:
    """Refuse pictures in a part that cannot hold any."""
    raise _nowhere(template_name)


def _exchange(text: etree._Element, part: Part, document: Document, template_name: str) -> None:
    """Split a run at its marks: text, drawing, text, each in a run of its own with the same looks."""
    run = text.getparent()
    if run is None or run.tag != qn("w:r") or not isinstance(part, StoryPart):
        raise _nowhere(template_name)
    looks = run.find(qn("w:rPr"))
    pieces = MARK.split(text.text or "")
    behind = list(text.itersiblings())
    text.text = pieces[0]
    _keep_spaces(text)
    here = run
    for number, words in zip(pieces[1::2], pieces[2::2], strict=True):
        drawing = etree.SubElement(_run_behind(here, looks), qn("w:drawing"))
        drawing.append(_inline(int(number), part, _room(text, document), template_name))
        here = drawing.getparent()  # type: ignore[assignment]  # it was put there
        if words:
            here = _run_behind(here, looks)
            rest = etree.SubElement(here, qn("w:t"))
            rest.text = words
            _keep_spaces(rest)
    if behind:
        _run_behind(here, looks).extend(behind)
    _let_it_show(run)


def _run_behind(run: etree._Element, looks: etree._Element | None) -> etree._Element:
    made = etree.Element(qn("w:r"))
    if looks is not None:
        made.append(copy.deepcopy(looks))
    run.addnext(made)
    return made


def _keep_spaces(text: etree._Element) -> None:
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _inline(number: int, part: StoryPart, room: int, template_name: str) -> etree._Element:
    if number >= len(_printed):
        raise _nowhere(template_name)
    picture = _printed[number]
    try:
        relation, image = part.get_or_add_image(io.BytesIO(picture.content or _contents.get(picture.name, b"")))
    except UNREADABLE as fault:
        raise LetterRefused(
            f'The letter "{template_name}" cannot be merged: “{picture.words}” is no picture that Word shows.',
            remedy="Save the picture as JPEG or PNG, and upload it again.",
            code="picture",
        ) from fault
    size = _size(image.px_width, image.px_height, picture, room)
    inline = CT_Inline.new_pic_inline(FIRST_IDENTITY + number, relation, "picture", *size)
    inline.docPr.set("descr", picture.words)
    return inline


def _size(across: int, down: int, picture: Picture, room: int) -> tuple[Emu, Emu]:
    """Return how wide and high a picture is drawn, in EMU: as large as its limits, its place and its dots allow."""
    widest = min(room, picture.width * EMU_PER_MM) if picture.width is not None else room
    factor = min(widest / max(across, 1), picture.height * EMU_PER_MM / max(down, 1), EMU_PER_DOT)
    return Emu(max(1, int(across * factor))), Emu(max(1, int(down * factor)))


def _room(text: etree._Element, document: Document) -> int:
    """Return how wide a picture may be where a text stands, in EMU: the cell of a table, else the narrowest page."""
    cell = next(text.iterancestors(qn("w:tc")), None)
    width = cell.find(f"{qn('w:tcPr')}/{qn('w:tcW')}") if cell is not None else None
    if width is not None and width.get(qn("w:type"), "dxa") == "dxa" and width.get(qn("w:w"), "").isdecimal():
        twips = int(width.get(qn("w:w"), "0")) - CELL_MARGINS
        if twips > 0:
            return twips * EMU_PER_TWIP
    return min((_text_width(section) for section in document.sections), default=160 * EMU_PER_MM)


def _text_width(section: Any) -> int:
    page, left, right = section.page_width, section.left_margin, section.right_margin
    width = (page or 210 * EMU_PER_MM) - (left or 0) - (right or 0)
    columns = section._sectPr.find(qn("w:cols"))
    number = columns.get(qn("w:num"), "1") if columns is not None else "1"
    return max(EMU_PER_MM, int(width) // (int(number) if number.isdecimal() and number != "0" else 1))


def _let_it_show(run: etree._Element) -> None:
    """Let lines of a fixed height grow with the picture, which Word would cut off."""
    paragraph = next(run.iterancestors(qn("w:p")), None)
    spacing = paragraph.find(f"{qn('w:pPr')}/{qn('w:spacing')}") if paragraph is not None else None
    if spacing is not None and spacing.get(qn("w:lineRule")) == "exact":
        spacing.set(qn("w:lineRule"), "atLeast")


def _nowhere(template_name: str) -> LetterRefused:
    return LetterRefused(
        f'The letter "{template_name}" cannot be merged: a picture is printed where none can stand.',
        remedy="Print pictures in the text of the letter, its headers or its footers, not in notes or other pictures.",
        code="picture",
    )
