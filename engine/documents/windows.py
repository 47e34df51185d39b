"""The address that the window of an envelope shows: it keeps its size and place when its letter is made large.

Known by the name and the postcode of the recipient, in a cell of a table or in paragraphs of its own near the top of a
letter. What stands above it keeps its size too, so that it stays where it is; what stands beside it moves below.
"""

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docx.document import Document
from docx.opc.part import XmlPart
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from engine.documents.sizes import lines_in, size_in

MOST_BLOCKS, MOST_LINES = 15, 12  # of a letter, that are looked at; of an address
BEHIND_SPACING = (
    "ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl "
    "divId cnfStyle rPr sectPr pPrChange"
)


@dataclass(frozen=True, slots=True)
class Block:
    """Where an address stands: its own paragraphs, in a cell of a row or directly in the letter, and what is above."""

    lines: tuple[Any, ...]
    above: tuple[Any, ...]
    cell: Any = None


@dataclass(frozen=True, slots=True)
class Known:
    """What an address may say, without signs and spaces."""

    name: str
    postcode: str
    whole: str

    def is_in(self, texts: Iterable[str]) -> bool:
        """Say whether texts are the whole address and nothing else."""
        plain = [text for text in map(_plain, texts) if text]
        is_whole = any(self.name in text for text in plain) and any(text.endswith(self.postcode) for text in plain)
        return is_whole and all(text in self.whole or text.removeprefix("co") in self.whole for text in plain)


def address_of(document: Document, recipient: Mapping[str, Any]) -> Block | None:
    """Return where the address of the recipient stands; none where it is not near the top."""
    known = _known(recipient)
    if known is None:
        return None
    blocks = list(document.element.body)[:MOST_BLOCKS]
    for number, block in enumerate(blocks):
        above = tuple(blocks[:number])
        if block.tag == qn("w:tbl"):
            cell = next((one for one in block.iter(qn("w:tc")) if known.is_in(_texts(one))), None)
            if cell is not None:
                rows = tuple(_parent(cell).itersiblings(qn("w:tr"), preceding=True))
                return Block(tuple(cell.iter(qn("w:p"))), (*above, *rows), cell)
        elif found := _paragraphs(blocks, number, known):
            return Block(found, above[: len(above) + 1 - len(found)])
    return None


def keep(document: Document, block: Block) -> list[Any]:
    """Write down the sizes of an address and of what is above it, and return what must not be made large."""
    header = _first_header(document)
    kept = [*block.above, *block.lines, *([header] if header is not None else [])]
    if block.cell is not None:
        _move_neighbours_below(block.cell)
        kept.append(_parent(block.cell))
    for root in kept:
        for paragraph in root.iter(qn("w:p")):
            _pin(document, paragraph)
    return kept


def _known(recipient: Mapping[str, Any]) -> Known | None:
    address = recipient.get("address")
    name, postcode = recipient.get("name"), address.get("postcode") if isinstance(address, dict) else ""
    if not isinstance(address, dict) or not _plain(name) or not _plain(postcode):
        return None
    lines = address.get("lines")
    parts = [name, recipient.get("care_of"), *(lines if isinstance(lines, list) else []), postcode]
    return Known(_plain(name), _plain(postcode), "".join(map(_plain, parts)))


def _paragraphs(blocks: Sequence[Any], last: int, known: Known) -> tuple[Any, ...]:
    """Return the paragraphs of an address that ends at one; none where it does not."""
    for first in range(last, max(-1, last - MOST_LINES), -1):
        if blocks[first].tag != qn("w:p"):
            return ()
        if known.is_in(_text(one) for one in blocks[first : last + 1]):
            return tuple(blocks[first : last + 1])
    return ()


def _first_header(document: Document) -> Any | None:
    """Return the header of the first page as it was merged; python-docx itself still has the template's."""
    section = document.sections[0]
    kind = "first" if section.different_first_page_header_footer else "default"
    for reference in section._sectPr.findall(qn("w:headerReference")):
        if reference.get(qn("w:type")) == kind:
            part = document.part.rels[reference.get(qn("r:id"))].target_part
            return part.element if isinstance(part, XmlPart) else None
    return None


def _move_neighbours_below(cell: Any) -> None:
    """Give what stands beside an address a table of its own below, and leave its cells empty."""
    row = _parent(cell)
    table = _parent(row)
    beside = [one for one in row.iterchildren(qn("w:tc")) if one is not cell]
    if not any(_plain(_text(one)) for one in beside):
        return
    widths = [_width(one) for one in row.iterchildren(qn("w:tc"))]
    scale = sum(widths) / max(1, sum(_width(one) for one in beside))
    moved = [_moved(one, round(_width(one) * scale)) for one in beside]
    below = OxmlElement("w:tbl")
    properties = table.find(qn("w:tblPr"))
    if properties is not None:
        below.append(copy.deepcopy(properties))
    grid, line = OxmlElement("w:tblGrid"), OxmlElement("w:tr")
    grid.extend(OxmlElement("w:gridCol", attrs={qn("w:w"): str(round(_width(one) * scale))}) for one in beside)
    line.extend(moved)
    below.extend((grid, line))
    for one in (_gap(), below, _gap()):  # the last first
        table.addnext(one)
    for one in beside:
        _empty(one)


def _moved(cell: Any, width: int) -> Any:
    found = copy.deepcopy(cell)
    for node in found.iter(qn("w:tcW")):
        node.set(qn("w:w"), str(width))
    return found


def _width(cell: Any) -> int:
    node = next(cell.iter(qn("w:tcW")), None)
    text = node.get(qn("w:w"), "") if node is not None else ""
    return int(text) if text.isdecimal() and int(text) else 1_000


def _gap() -> Any:
    """Return a line between two tables, which else would be one."""
    paragraph, properties = OxmlElement("w:p"), OxmlElement("w:pPr")
    properties.append(OxmlElement("w:spacing", attrs={qn("w:before"): "0", qn("w:after"): "120"}))
    paragraph.append(properties)
    return paragraph


def _empty(cell: Any) -> None:
    for child in list(cell):
        if child.tag != qn("w:tcPr"):
            cell.remove(child)
    cell.append(OxmlElement("w:p"))


def _pin(document: Document, paragraph: Any) -> None:
    """Write the size and the height of lines that a paragraph has by its styles onto itself."""
    properties = paragraph.find(qn("w:pPr"))
    if properties is None:
        properties = OxmlElement("w:pPr")
        paragraph.insert(0, properties)
    style = properties.find(qn("w:pStyle"))
    style_id = style.get(qn("w:val"), "") if style is not None else ""
    _pin_lines(properties, lines_in(document, style_id))
    usual = str(size_in(document, style_id))
    for owner in [properties, *paragraph.iter(qn("w:r"))]:
        marks = owner.find(qn("w:rPr"))
        marks = _marks(owner) if marks is None else marks
        for tag in ("w:sz", "w:szCs"):
            if marks.find(qn(tag)) is None:
                marks.append(OxmlElement(tag, attrs={qn("w:val"): usual}))


def _pin_lines(properties: Any, lines: Mapping[str, str]) -> None:
    spacing = properties.find(qn("w:spacing"))
    if not lines or (spacing is not None and spacing.get(qn("w:line"))):
        return
    if spacing is None:
        spacing = OxmlElement("w:spacing")
        behind = {qn(f"w:{name}") for name in BEHIND_SPACING.split()}
        place = next((n for n, child in enumerate(properties) if child.tag in behind), len(properties))
        properties.insert(place, spacing)
    for name, value in lines.items():
        spacing.set(name, value)


def _marks(owner: Any) -> Any:
    """Give a run, or the mark of a paragraph, properties of its own where the schema has them."""
    marks = OxmlElement("w:rPr")
    last = [n for n, child in enumerate(owner) if child.tag in (qn("w:sectPr"), qn("w:pPrChange"))]
    owner.insert(0 if owner.tag == qn("w:r") else (last[0] if last else len(owner)), marks)
    return marks


def _parent(element: Any) -> Any:
    return element.getparent()


def _texts(cell: Any) -> list[str]:
    return [_text(paragraph) for paragraph in cell.iter(qn("w:p"))]


def _text(element: Any) -> str:
    return "".join(node.text or "" for node in element.iter(qn("w:t")))


def _plain(text: Any) -> str:
    return re.sub(r"[\W_]+", "", text).casefold() if isinstance(text, str) else ""
