"""How large the text of a Word file is, by its styles, in half-points as Word counts."""

from collections.abc import Iterator

from docx.document import Document
from docx.oxml.ns import qn
from lxml import etree

USUAL = 20  # what Word takes where nothing says a size
FIXED = ("exact", "atLeast")  # rules by which a line has a height of its own


def size_in(document: Document, style_id: str = "") -> int:
    """Return the size of text in a paragraph style, or of plain text: its own, what it is based on, or Word's."""
    for style in _styles(document, style_id):
        size = style.find(f"{qn('w:rPr')}/{qn('w:sz')}")
        if size is not None:
            return number(size, "w:val", USUAL)
    size = document.styles.element.find("/".join(map(qn, ("w:docDefaults", "w:rPrDefault", "w:rPr", "w:sz"))))
    return number(size, "w:val", USUAL) if size is not None else USUAL


def lines_in(document: Document, style_id: str = "") -> dict[str, str]:
    """Return the height of lines in a paragraph style as attributes; none where it follows from the text."""
    for style in _styles(document, style_id):
        spacing = style.find(f"{qn('w:pPr')}/{qn('w:spacing')}")
        if spacing is not None and spacing.get(qn("w:line")):
            names = (qn("w:line"), qn("w:lineRule"))
            return {name: spacing.get(name, "") for name in names} if spacing.get(qn("w:lineRule")) in FIXED else {}
    return {}


def number(node: etree._Element, attribute: str, otherwise: int) -> int:
    """Return a size that an attribute says, at least 1; `otherwise` where it says none."""
    try:
        return max(1, int(float(node.get(qn(attribute), ""))))
    except (ValueError, OverflowError):
        return otherwise


def _styles(document: Document, style_id: str) -> Iterator[etree._Element]:
    """Yield a style, the plain one where there is none, and those that it is based on."""
    by_id = {style.get(qn("w:styleId")): style for style in document.styles.element.findall(qn("w:style"))}
    style = by_id.get(style_id) if style_id in by_id else next(filter(_is_default, by_id.values()), None)
    for _ in by_id:  # at most: styles may be based on one another in a circle
        if style is None:
            return
        yield style
        based = style.find(qn("w:basedOn"))
        style = by_id.get(based.get(qn("w:val"))) if based is not None else None


def _is_default(style: etree._Element) -> bool:
    return style.get(qn("w:type")) == "paragraph" and style.get(qn("w:default")) in ("1", "true", "on")
