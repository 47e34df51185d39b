"""Carries paragraphs, tables and pictures from one Word document into another, as pasting does.

Styles are matched by their names, so that what is carried looks like the letter around it; one that the letter does not
have comes along. A list begins anew each time that it is carried. Pictures and links keep their targets.
"""

import copy
from itertools import chain, count

from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.oxml import parse_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import nsmap, qn
from docx.parts.numbering import NumberingPart
from lxml import etree

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
WP_IDENTITY = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
STYLED = {qn("w:pStyle"): "paragraph", qn("w:rStyle"): "character", qn("w:tblStyle"): "table"}
# Names within one document that mean nothing in another, and what Word leaves behind while somebody types.
LEFT_OUT = tuple(
    qn(f"w:{name}")
    for name in (
        "bookmarkStart bookmarkEnd proofErr permStart permEnd sectPr lastRenderedPageBreak "
        "commentRangeStart commentRangeEnd commentReference"
    ).split()
)
NOTES = (qn("w:footnoteReference"), qn("w:endnoteReference"))
EMPTY_NUMBERING = f'<w:numbering xmlns:w="{nsmap["w"]}"/>'.encode()
FIRST_IDENTITY = 20_000  # of drawings; above what documents count up to


class CannotCarry(Exception):
    """Something cannot be carried; the message ends the sentence "The block … cannot be included: it has"."""


class Luggage:
    """What was carried into one document so far."""

    def __init__(self, target: Document) -> None:
        """Carry into `target`."""
        self.target = target
        self._identities = count(FIRST_IDENTITY)

    def carry(self, source: Document, part: Part) -> list[etree._Element]:
        """Return the content of `source`'s body made fit to stand in `part`, a part of the target.

        Raises:
            CannotCarry: it has something that only its own document can hold.
        """
        elements = [copy.deepcopy(child) for child in source.element.body if child.tag != qn("w:sectPr")]
        numbers, styles = _Numbers(source, self.target), _Styles(source, self.target)
        for root in elements:
            for node in list(root.iter()):
                if not isinstance(node.tag, str):
                    continue
                if node.tag in NOTES:
                    raise CannotCarry("a footnote, which belongs to the pages of one letter")
                if node.tag in LEFT_OUT:
                    _take_out(node)
                elif node.tag in STYLED:
                    styles.match(node, STYLED[node.tag], numbers)
                elif node.tag == qn("w:numId"):
                    numbers.match(node)
                elif node.tag == WP_IDENTITY:
                    node.set("id", str(next(self._identities)))
                _relate(node, source.part, part)
        return elements


class _Styles:
    """The styles of one document by the names that they have in another."""

    def __init__(self, source: Document, target: Document) -> None:
        self.source: etree._Element = source.styles.element
        self.target: etree._Element = target.styles.element
        self.of_source = {style.get(qn("w:styleId")): style for style in self.source.findall(qn("w:style"))}
        self.by_name: dict[tuple[str, str], str] = {
            _named(style): style.get(qn("w:styleId"), "") for style in self.target.findall(qn("w:style"))
        }

    def match(self, node: etree._Element, kind: str, numbers: "_Numbers") -> None:
        """Let a reference name the target's style; without a style of that id Word takes its default, and so do we."""
        found = self.of_source.get(node.get(qn("w:val")))
        if found is None or found.get(qn("w:type"), "paragraph") != kind:
            _take_out(node)
        else:
            node.set(qn("w:val"), self.in_target(found, numbers))

    def in_target(self, style: etree._Element, numbers: "_Numbers") -> str:
        """Return the id of the style of the same name in the target, copied there if it has none."""
        name = _named(style)
        if name not in self.by_name:
            self.by_name[name] = self._free_id(style.get(qn("w:styleId"), "Style"))
            made = copy.deepcopy(style)
            made.set(qn("w:styleId"), self.by_name[name])
            made.attrib.pop(qn("w:default"), "")
            for tag in ("w:basedOn", "w:link", "w:next"):
                for node in made.findall(qn(tag)):
                    other = self.of_source.get(node.get(qn("w:val")))
                    if other is None:
                        made.remove(node)
                    else:
                        node.set(qn("w:val"), self.in_target(other, numbers))
            for node in made.iter(qn("w:numId")):
                numbers.match(node)
            self.target.append(made)
        return self.by_name[name]

    def _free_id(self, wanted: str) -> str:
        taken = {style.get(qn("w:styleId")) for style in self.target.findall(qn("w:style"))} | {*self.by_name.values()}
        return next(name for name in chain([wanted], (f"{wanted}{n}" for n in count(2))) if name not in taken)


class _Numbers:
    """The lists of one document, each made anew in another for one inclusion."""

    def __init__(self, source: Document, target: Document) -> None:
        self.document = target
        found = _numbering(source)
        self.source: etree._Element | None = found.element if found is not None else None
        self.made: dict[str, str] = {}

    def match(self, node: etree._Element) -> None:
        """Let a reference name a list in the target; one to no list is taken out, 0 says that there is none."""
        number = node.get(qn("w:val"), "")
        if number == "0":
            return
        if number not in self.made:
            made = self._copy(number)
            if made is None:
                _take_out(node.getparent())
                return
            self.made[number] = made
        node.set(qn("w:val"), self.made[number])

    def _copy(self, number: str) -> str | None:
        if self.source is None:
            return None
        listed = _by_id(self.source, "w:num", "w:numId", number)
        plan = self._plan(listed)
        if listed is None or plan is None:
            return None
        target = _numbering_of(self.document).element
        plan_id, number_id = _next_id(target, "w:abstractNum", "w:abstractNumId"), _next_id(target, "w:num", "w:numId")
        plan, listed = copy.deepcopy(plan), copy.deepcopy(listed)
        plan.set(qn("w:abstractNumId"), plan_id)
        for tag in ("w:nsid", "w:tmpl", "w:styleLink", "w:numStyleLink"):  # by which Word would join it to another list
            for node in plan.findall(qn(tag)):
                plan.remove(node)
        for node in list(plan.iter(qn("w:lvlPicBulletId"), qn("w:pStyle"))):
            _take_out(node)
        listed.set(qn("w:numId"), number_id)
        listed.find(qn("w:abstractNumId")).set(qn("w:val"), plan_id)  # type: ignore[union-attr]  # `_plan` found it
        others = target.findall(qn("w:num"))
        target.insert(target.index(others[0]) if others else len(target), plan)
        target.insert(target.index(others[-1]) + 1 if others else len(target), listed)
        return number_id

    def _plan(self, listed: etree._Element | None) -> etree._Element | None:
        """Return how a list is numbered; a list of a style says it elsewhere."""
        named = listed.find(qn("w:abstractNumId")) if listed is not None else None
        if named is None or self.source is None:
            return None
        plan = _by_id(self.source, "w:abstractNum", "w:abstractNumId", named.get(qn("w:val"), ""))
        link = plan.find(qn("w:numStyleLink")) if plan is not None else None
        if link is None:
            return plan
        for other in self.source.findall(qn("w:abstractNum")):
            mark = other.find(qn("w:styleLink"))
            if mark is not None and mark.get(qn("w:val")) == link.get(qn("w:val")):
                return other
        return None


def _relate(node: etree._Element, source: Part, part: Part) -> None:
    """Give a node's references to pictures and links the same targets in the part that it now stands in."""
    for name, value in list(node.attrib.items()):
        if not str(name).startswith(R) or not value:
            continue
        relation = source.rels.get(str(value))
        if relation is None:
            del node.attrib[name]
        elif relation.reltype == RELATIONSHIP_TYPE.HYPERLINK and relation.is_external:
            node.set(name, part.relate_to(relation.target_ref, relation.reltype, is_external=True))
        elif relation.reltype == RELATIONSHIP_TYPE.IMAGE and not relation.is_external:
            picture = _picture(part, relation.target_part)
            node.set(name, part.relate_to(picture, relation.reltype))
        else:
            kind = relation.reltype.rsplit("/", 1)[-1]
            raise CannotCarry(f"something that only its own document can hold ({kind}); a picture or a table can be")


def _picture(part: Part, picture: Part) -> Part:
    """Return the same picture in the package of `part`, which keeps it once."""
    package = part.package
    assert package is not None
    known: Part
    for known in package.iter_parts():
        if known.content_type == picture.content_type and known.blob == picture.blob:
            return known
    name = package.next_partname(f"/word/media/block%d.{picture.partname.ext}")
    return Part(name, picture.content_type, picture.blob, package)


def _numbering(document: Document) -> NumberingPart | None:
    try:
        found = document.part.part_related_by(RELATIONSHIP_TYPE.NUMBERING)
    except KeyError:
        return None
    return found if isinstance(found, NumberingPart) else None


def _numbering_of(document: Document) -> NumberingPart:
    found = _numbering(document)
    if found is None:
        name, package = PackURI("/word/numbering.xml"), document.part.package
        found = NumberingPart(name, CONTENT_TYPE.WML_NUMBERING, parse_xml(EMPTY_NUMBERING), package)  # type: ignore[arg-type]
        document.part.relate_to(found, RELATIONSHIP_TYPE.NUMBERING)
    return found


def _by_id(root: etree._Element, tag: str, attribute: str, value: str) -> etree._Element | None:
    return next((each for each in root.findall(qn(tag)) if each.get(qn(attribute)) == value), None)


def _next_id(root: etree._Element, tag: str, attribute: str) -> str:
    taken = [int(value) for each in root.findall(qn(tag)) if (value := each.get(qn(attribute), "")).isdecimal()]
    return str(max(taken, default=0) + 1)


def _named(style: etree._Element) -> tuple[str, str]:
    """Return the kind and the name of a style, as Word compares them: "heading 1" and "Heading 1" are one."""
    name = style.find(qn("w:name"))
    text = name.get(qn("w:val"), "") if name is not None else ""
    return style.get(qn("w:type"), "paragraph"), text.lower()


def _take_out(node: etree._Element | None) -> None:
    parent = node.getparent() if node is not None else None
    if parent is not None:
        parent.remove(node)  # type: ignore[arg-type]  # it has a parent, so it is there
