"""Makes a merged letter large: every size grows alike and none stays below 16 point, as large print needs it."""

from docx.document import Document
from docx.opc.oxml import parse_xml
from docx.opc.part import XmlPart
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml import etree

SMALLEST = 32  # half-points, as Word counts
USUAL = 20  # what Word takes where nothing says a size
SIZES = (qn("w:sz"), qn("w:szCs"))
WITH_TEXT = ("styles+xml", "header+xml", "footer+xml", "footnotes+xml", "endnotes+xml", "numbering+xml")
BEHIND_SIZE = frozenset(
    qn(f"w:{name}") for name in "highlight u effect bdr shd fitText vertAlign rtl cs em lang eastAsianLayout".split()
)


def enlarge(document: Document) -> None:
    """Let every text be at least 16 point, what was larger larger in proportion, and lines as high as they need."""
    factor = max(1.0, SMALLEST / _body_size(document))
    _say_default(document)
    _enlarge(document.element, factor)
    for part in document.part.package.iter_parts():
        if part is document.part or not part.content_type.endswith(WITH_TEXT):
            continue
        if isinstance(part, XmlPart):
            _enlarge(part.element, factor)
        else:
            root = parse_xml(part.blob)
            _enlarge(root, factor)
            part._blob = etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)


def _enlarge(root: etree._Element, factor: float) -> None:
    for node in root.iter(*SIZES):
        parent = node.getparent()
        if parent is not None and parent.tag == qn("w:rPr"):
            node.set(qn("w:val"), str(max(SMALLEST, round(_number(node, "w:val", USUAL) * factor))))
    for node in root.iter(qn("w:spacing")):
        if node.get(qn("w:lineRule")) in ("exact", "atLeast"):
            node.set(qn("w:lineRule"), "atLeast")
            node.set(qn("w:line"), str(round(_number(node, "w:line", 240) * factor)))
    for node in root.iter(qn("w:tab")):
        if node.get(qn("w:val")) in ("left", "start") and node.get(qn("w:pos")):
            node.set(qn("w:pos"), str(round(_number(node, "w:pos", 0) * factor)))
    for node in root.iter(qn("w:trHeight")):
        if node.get(qn("w:hRule")) == "exact":
            node.set(qn("w:hRule"), "atLeast")


def _body_size(document: Document) -> int:
    """Return the size of plain text: that of the default paragraph style, of what it is based on, or Word's own."""
    styles = document.styles.element
    by_id = {style.get(qn("w:styleId")): style for style in styles.findall(qn("w:style"))}
    style = next((one for one in by_id.values() if _is_default(one)), None)
    for _ in by_id:  # at most: styles may be based on one another in a circle
        size = style.find(f"{qn('w:rPr')}/{qn('w:sz')}") if style is not None else None
        if size is not None:
            return _number(size, "w:val", USUAL)
        based = style.find(qn("w:basedOn")) if style is not None else None
        style = by_id.get(based.get(qn("w:val"))) if based is not None else None
    size = styles.find("/".join(map(qn, ("w:docDefaults", "w:rPrDefault", "w:rPr", "w:sz"))))
    return _number(size, "w:val", USUAL) if size is not None else USUAL


def _is_default(style: etree._Element) -> bool:
    return style.get(qn("w:type")) == "paragraph" and style.get(qn("w:default")) in ("1", "true", "on")


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


def _number(node: etree._Element, attribute: str, otherwise: int) -> int:
    try:
        return max(1, int(float(node.get(qn(attribute), ""))))
    except (ValueError, OverflowError):
        return otherwise
