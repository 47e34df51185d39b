"""Makes a merged letter large: every size grows alike and none stays below 16 point, as large print needs it.

Only the address that the window of an envelope shows, and what stands above it, keep their size: see `windows`.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from docx.document import Document
from docx.opc.oxml import parse_xml
from docx.opc.part import XmlPart
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml import etree

from engine.documents import windows
from engine.documents.sizes import FIXED, USUAL, number, size_in

SMALLEST = 32  # half-points, as Word counts
SIZES = (qn("w:sz"), qn("w:szCs"))
WITH_TEXT = ("styles+xml", "header+xml", "footer+xml", "footnotes+xml", "endnotes+xml", "numbering+xml")
BEHIND_SIZE = frozenset(
    qn(f"w:{name}") for name in "highlight u effect bdr shd fitText vertAlign rtl cs em lang eastAsianLayout".split()
)


def enlarge(document: Document, recipient: Mapping[str, Any]) -> None:
    """Let every text be at least 16 point, what was larger larger in proportion, and lines as high as they need."""
    factor = max(1.0, SMALLEST / size_in(document))
    block = windows.address_of(document, recipient)
    kept = windows.keep(document, block) if block is not None else []
    _say_default(document)
    _enlarge(document.element, factor, kept)
    for part in document.part.package.iter_parts():
        if part is document.part or not part.content_type.endswith(WITH_TEXT):
            continue
        if isinstance(part, XmlPart):
            _enlarge(part.element, factor, kept)
        else:
            root = parse_xml(part.blob)
            _enlarge(root, factor)
            part._blob = etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)


def _enlarge(root: etree._Element, factor: float, kept: Collection[etree._Element] = ()) -> None:
    for element in _but(root, kept):
        _enlarge_one(element, factor)


def _but(root: etree._Element, kept: Collection[etree._Element]) -> Iterator[etree._Element]:
    """Yield all elements of a tree but those that are kept, and what they hold."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if element not in kept:
            yield element
            waiting.extend(element)


def _enlarge_one(node: etree._Element, factor: float) -> None:
    if node.tag in SIZES:
        parent = node.getparent()
        if parent is not None and parent.tag == qn("w:rPr"):
            node.set(qn("w:val"), str(max(SMALLEST, round(number(node, "w:val", USUAL) * factor))))
    elif node.tag == qn("w:spacing") and node.get(qn("w:lineRule")) in FIXED:
        node.set(qn("w:lineRule"), "atLeast")
        node.set(qn("w:line"), str(round(number(node, "w:line", 240) * factor)))
    elif node.tag == qn("w:tab"):
        if node.get(qn("w:val")) in ("left", "start") and node.get(qn("w:pos")):
            node.set(qn("w:pos"), str(round(number(node, "w:pos", 0) * factor)))
    elif node.tag == qn("w:trHeight") and node.get(qn("w:hRule")) == "exact":
        node.set(qn("w:hRule"), "atLeast")


def _say_default(document: Document) -> None:
    """Write down the size that Word takes where nothing says one, so that it grows too."""
    place = document.styles.element
    for tag in ("w:docDefaults", "w:rPrDefault", "w:rPr"):
        found = place.find(qn(tag))
        if found is None:
            found = OxmlElement(tag)
            place.insert(0, found)
        place = found
    for tag in ("w:szCs", "w:sz"):
        if place.find(qn(tag)) is None:
            size = OxmlElement(tag, attrs={qn("w:val"): str(USUAL)})
            behind = [n for n, child in enumerate(place) if child.tag in BEHIND_SIZE or child.tag == qn("w:szCs")]
            place.insert(behind[0] if behind else len(place), size)
