"""Puts blocks and standard paragraphs in the places of a letter that include them by name.

    {%p include "ombudsman_rights" %}

stands in a paragraph of its own, in the letter, its headers or its footers. What it names comes in its place before
anything else reads the letter, so that all fences and checks hold for it as for the letter's own words.
"""

import difflib
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import Part
from lxml import etree

from engine.documents import packages
from engine.documents.carrying import CannotCarry, Luggage
from engine.documents.refusals import PackageRefused
from engine.documents.tags import Problem, own_text, with_plain_quotes

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ANY_INCLUDE = re.compile(r"\{%-?\s*(?:(?:p|tr|tc|r)\s+)?include\b")
INCLUDE = re.compile(r"\s*\{%-?\s*(?:p\s+)?include\s+[\"'“”‘’]([^\"'“”‘’]*)[\"'“”‘’]\s*-?%\}\s*")
DEEPEST = 5
MOST = 100  # inclusions in one letter
HOW = 'Write it as {%p include "name" %}, in a paragraph of its own.'
MUST_END_WITH_A_PARAGRAPH = frozenset(f"{W}{name}" for name in ("tc", "hdr", "ftr", "txbxContent", "body"))
HEADERS = {RELATIONSHIP_TYPE.HEADER: "header", RELATIONSHIP_TYPE.FOOTER: "footer"}


@dataclass
class Spliced:
    """A letter with all that it includes in its place."""

    content: bytes
    included: list[str] = field(default_factory=list)  # names, each once, in the order in which they were met
    paragraphs: dict[str, str] = field(default_factory=dict)  # text of a paragraph to the block that brought it
    problems: list[Problem] = field(default_factory=list)


def splice(content: bytes, blocks: Mapping[str, bytes], names: Iterable[str] = ()) -> Spliced:
    """Return the letter `content` with its includes replaced; the same bytes where it includes nothing.

    `blocks` are the contents by name, `names` those that there are beside, for the nearest to a wrong one. What cannot
    be included stands in `problems`, and is left out. Raises PackageRefused for a block that is no sound Word file.
    """
    if not any(True for _ in includes(content)):
        return Spliced(content)
    work = _Splicing(docx.Document(io.BytesIO(content)), blocks, [*blocks, *names])
    work.run()
    file = io.BytesIO()
    work.document.save(file)
    work.result.content = file.getvalue()
    return work.result


def includes(content: bytes) -> Iterator[str]:
    """Yield the names that a letter includes itself, and "" for an include that cannot be read; checks nothing."""
    for _, _, root in parts(docx.Document(io.BytesIO(content))):
        for paragraph in root.iter(f"{W}p"):
            text = own_text(paragraph)
            if ANY_INCLUDE.search(text):
                found = INCLUDE.fullmatch(text)
                yield found[1] if found else ""


def parts(document: Document) -> Iterator[tuple[str, Part, etree._Element]]:
    """Yield (place, part, root element) of the body, headers and footers; changes of the elements are saved."""
    yield "letter", document.part, document.element.body
    for relation in list(document.part.rels.values()):
        place = HEADERS.get(relation.reltype)
        if place and hasattr(relation.target_part, "element"):
            yield place, relation.target_part, relation.target_part.element


class _Splicing:
    """One letter while it is put together."""

    def __init__(self, document: Document, blocks: Mapping[str, bytes], known: list[str]) -> None:
        self.document = document
        self.blocks = blocks
        self.known = known
        self.luggage = Luggage(document)
        self.opened: dict[str, Document] = {}
        self.result = Spliced(b"")
        self.number = 0

    def run(self) -> None:
        """Replace every include of every part."""
        own = {own_text(p) for _, _, root in parts(self.document) for p in root.iter(f"{W}p")}
        for place, part, root in parts(self.document):
            for paragraph in list(root.iter(f"{W}p")):
                self.replace(paragraph, place, part, ())
        for text in own:
            self.result.paragraphs.pop(with_plain_quotes(text), None)

    def replace(self, paragraph: etree._Element, place: str, part: Part, chain: tuple[str, ...]) -> None:
        """Put what a paragraph includes in its place, if it includes anything."""
        text = own_text(paragraph)
        if not ANY_INCLUDE.search(text):
            return
        elements: list[etree._Element] = []
        found = INCLUDE.fullmatch(text)
        if found is None:
            self._tell("include", "An include stands beside other words, or cannot be read.", HOW, place, text)
        elif self._may(found[1], place, text, chain):
            elements = self._carried(found[1], part, place, text)
        parent, here = paragraph.getparent(), paragraph
        assert parent is not None  # a paragraph stands in something
        for element in elements:
            here.addnext(element)
            here = element
        parent.remove(paragraph)
        for element in elements:
            for inner in [element, *element.iter(f"{W}p")]:
                if inner.tag == f"{W}p" and inner.getparent() is not None:
                    self.result.paragraphs.setdefault(with_plain_quotes(own_text(inner)), found[1] if found else "")
                    self.replace(inner, place, part, (*chain, found[1] if found else ""))
        _end_with_paragraph(parent)

    def _may(self, name: str, place: str, text: str, chain: tuple[str, ...]) -> bool:
        """Say whether a block may be included here, and tell why it may not."""
        self.number += 1
        if name in chain:
            way = " → ".join(f'"{each}"' for each in (*chain[chain.index(name) :], name))
            self._tell(
                "block_in_itself", f"A block includes itself: {way}.", "Take one of the includes out.", place, text
            )
        elif len(chain) >= DEEPEST or self.number > MOST:
            message = f"Blocks stand in one another more than {DEEPEST} deep, or more than {MOST} are included."
            self._tell("too_many_blocks", message, "Include fewer.", place, text)
        elif name not in self.blocks:
            self.result.problems.append(unknown(name, self.known, place, text))
        else:
            return True
        return False

    def _carried(self, name: str, part: Part, place: str, text: str) -> list[etree._Element]:
        if name not in self.result.included:
            self.result.included.append(name)
        try:
            return self.luggage.carry(self._open(name), part)
        except CannotCarry as fault:
            message = f'The block "{name}" cannot be included: it has {fault}.'
            self._tell("block_carries", message, "Take it out of the block.", place, text)
            return []

    def _open(self, name: str) -> Document:
        if name not in self.opened:
            content = self.blocks[name]
            package = packages.unpack(content)
            if packages.check_office(package) != packages.WORD:
                raise PackageRefused(f'the block "{name}" is not a Word document', remedy=HOW, code="type")
            for member, xml in package.xml_parts():
                packages.parsed(member, xml)
            self.opened[name] = docx.Document(io.BytesIO(content))
        return self.opened[name]

    def _tell(self, code: str, message: str, remedy: str, place: str, text: str) -> None:
        self.result.problems.append(Problem(code, message, remedy, place, text))


def unknown(name: str, known: Iterable[str], place: str, text: str) -> Problem:
    """Say that there is no block of a name, and which reads most like it."""
    near = difflib.get_close_matches(name, sorted(set(known)), 1, 0.6)
    remedy = f'Did you mean "{near[0]}"?' if near else "Publish a block of this name, or correct the name."
    return Problem("unknown_block", f'There is no block or standard paragraph "{name}".', remedy, place, text)


def _end_with_paragraph(parent: etree._Element) -> None:
    """Let a cell, header or the letter end as Word needs it: with a paragraph."""
    children = [child for child in parent if child.tag != f"{W}sectPr"]
    if parent.tag in MUST_END_WITH_A_PARAGRAPH and (not children or children[-1].tag != f"{W}p"):
        end = etree.SubElement(parent, f"{W}p")
        if children:
            children[-1].addnext(end)
