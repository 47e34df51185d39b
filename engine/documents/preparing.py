"""A Word template made ready: checked, patched by docxtpl, compiled; once for each content, then kept."""

import hashlib
import io
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import unescape

from docx.opc.oxml import parse_xml
from docx.opc.part import Part
from docxtpl import DocxTemplate
from jinja2 import Template, TemplateSyntaxError
from lxml import etree

from engine.documents import packages, placing, splicing, tags
from engine.documents.expressions import QUOTES, WrongExpression, quoted_once
from engine.documents.refusals import LetterRefused, PackageRefused
from engine.documents.sandbox import LetterEnvironment, RefusedTag
from engine.documents.tags import Problem, Tag, shown, with_plain_quotes

XML = LetterEnvironment(finalize=placing.printed)
PLAIN = LetterEnvironment(autoescape=False)

MOST_KEPT = 32
MOST_KEPT_CHARACTERS = 8_000_000

NOT_MERGED = ("word/charts/", "word/diagrams/", "word/comments")
MOVE_IT = "Move the tag into the text of the letter: charts, drawings and comments are not merged."
PLACES = {"letter": "", "text": "", "notes": "in the footnotes, ", "properties": "in the document's properties, "}
NOTES = ("footnotes+xml", "endnotes+xml")
PROPERTIES = "author category comments content_status identifier keywords language subject title".split()


@dataclass(frozen=True)
class Piece:
    """One part of a template, compiled: the letter's body, a header, a footer, the notes or a property."""

    place: str
    key: str  # relationship id of a header or footer, part name of notes, name of a property
    source: str
    template: Template


@dataclass
class Prepared:
    """All parts of a template that hold tags, and what is wrong with them.

    `content` is the template with what it includes in its place.
    """

    content: bytes = b""
    word: str = "letter"  # what it is, for sentences
    pieces: list[Piece] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    included: list[str] = field(default_factory=list)  # names of blocks
    of_blocks: dict[str, str] = field(default_factory=dict)  # text of a paragraph to the block that brought it

    @property
    def size(self) -> int:
        """Return the characters of source kept for it."""
        return len(self.content) + sum(len(piece.source) for piece in self.pieces)

    def place_of(self, place: str, paragraph: str) -> str:
        """Return where a paragraph stands, for a sentence: the block that brought it, else the part of the letter."""
        block = self.of_blocks.get(with_plain_quotes(paragraph))
        return f'block "{block}"' if block else place


_kept: OrderedDict[str, Prepared] = OrderedDict()


def prepared(content: bytes, blocks: Mapping[str, bytes] | None = None, names: Iterable[str] = ()) -> Prepared:
    """Return the template ready to merge; the least used one is forgotten when there are too many.

    `blocks` are what it may include, by name, `names` what else there is. Raises PackageRefused. Faults in the tags
    stand in `problems`.
    """
    blocks = blocks or {}
    return kept("letter", content, blocks, lambda: prepare(content, blocks, names))


def kept(kind: str, content: bytes, blocks: Mapping[str, bytes], make: Callable[[], Prepared]) -> Prepared:
    """Return what was made ready of a template with its blocks before, or what `make` makes now."""
    total = hashlib.sha256(kind.encode() + b"\0" + content)
    for name in sorted(blocks):
        total.update(f"\0{name}\0{hashlib.sha256(blocks[name]).hexdigest()}".encode())
    digest = total.hexdigest()
    if digest not in _kept:
        _kept[digest] = make()
    _kept.move_to_end(digest)
    while len(_kept) > MOST_KEPT or (
        len(_kept) > 1 and sum(each.size for each in _kept.values()) > MOST_KEPT_CHARACTERS
    ):
        _kept.popitem(last=False)
    return _kept[digest]


def prepare(content: bytes, blocks: Mapping[str, bytes], names: Iterable[str] = ()) -> Prepared:
    """Check a template's package, put what it includes in its place, read its tags, and compile what has any.

    Raises PackageRefused.
    """
    package = packages.unpack(content)
    if packages.check_office(package) != packages.WORD:
        raise PackageRefused("it is not a Word document", remedy="Save it as a Word document (.docx).", code="type")
    for name, part in package.xml_parts():
        packages.parsed(name, part)
    spliced = splicing.splice(content, blocks, names)
    document = DocxTemplate(io.BytesIO(spliced.content))
    document.render_init()
    problems = [*_tags_out_of_reach(package), *spliced.problems]
    result = Prepared(spliced.content, problems=problems, included=spliced.included, of_blocks=spliced.paragraphs)
    for place, key, root in parts(document):
        reading = tags.read(root, place)
        result.tags.extend(reading.tags)
        result.problems.extend(replace(p, place=result.place_of(p.place, p.paragraph)) for p in reading.problems)
        if place == "notes" and any(tag.word == "include" for tag in reading.tags):
            result.problems.append(_in_notes(next(tag for tag in reading.tags if tag.word == "include")))
        elif reading.tags and not reading.problems:
            compile_piece(result, place, key, xml_source(document, root), XML)
    for name in PROPERTIES:
        text = str(getattr(document.docx.core_properties, name) or "")
        if "{" in text:
            compile_piece(result, "properties", name, text, PLAIN)
    return result


def _in_notes(tag: Tag) -> Problem:
    message = "Blocks are included in the letter, its headers and footers, and not in notes."
    return Problem("include", message, "Write the words into the note.", "notes", tag.paragraph)


def _tags_out_of_reach(package: packages.Package) -> list[Problem]:
    """Tell of tags in charts and drawings, which would go out as they are typed."""
    found = [name for name, part in package.members.items() if name.startswith(NOT_MERGED) and b"{{" in part]
    return [Problem("not_merged", f"A tag stands in {name}, where nothing is merged.", MOVE_IT) for name in found]


def parts(document: DocxTemplate) -> Iterator[tuple[str, str, etree._Element]]:
    """Yield (place, key, root element) of every part that is merged; unlike docxtpl, each once, and endnotes too."""
    main = document.docx.part
    yield "letter", "", document.docx._element.body
    for key, relationship in main.rels.items():
        place = {DocxTemplate.HEADER_URI: "header", DocxTemplate.FOOTER_URI: "footer"}.get(relationship.reltype)
        if place and relationship.target_part.blob:
            yield place, key, _element(relationship.target_part)
    for part in note_parts(document):
        yield "notes", str(part.partname), _element(part)


def _element(part: Part) -> etree._Element:
    return parse_xml(part.blob)  # type: ignore[arg-type]  # it takes bytes, as its own callers know


def note_parts(document: DocxTemplate) -> list[Part]:
    """Return the parts with footnotes and endnotes."""
    return [part for part in document.docx.part.package.parts if part.content_type.endswith(NOTES)]


def xml_source(document: DocxTemplate, root: etree._Element) -> str:
    """Return a part as Jinja source, one Word paragraph or lone tag a line, so that a line number finds it."""
    source: str = _as_typed(document.patch_xml(document.xml_to_string(root)))
    return re.sub(r"<w:p(?=[ >])", "\n<w:p", source.replace("</w:p>", "</w:p>\n"))


def _as_typed(source: str) -> str:
    """Write tags as they were typed: an ampersand, which docxtpl leaves to us, and the quotes in an expression."""
    return re.sub(r"(?<=\{[{%]).*?(?=[}%]\})", lambda tag: quoted_once(tag[0].replace("&amp;", "&")), source)


def one_line_again(xml: str) -> str:
    """Take out what `xml_source` put in."""
    return xml.replace("</w:p>\n", "</w:p>").replace("\n<w:p ", "<w:p ").replace("\n<w:p>", "<w:p>")


def paragraph_at(piece_source: str, line: int) -> str:
    """Return the text of the paragraph on `line` (from 1) of a part's source."""
    lines = piece_source.splitlines()
    while line > 1 and not _text(lines[min(line, len(lines)) - 1]):
        line -= 1
    return _text(lines[min(line, len(lines)) - 1]) if lines else ""


def _text(line: str) -> str:
    return unescape(re.sub(r"</?[A-Za-z][^>]*>", "", line)).replace('\\"', '"').strip()


def compile_piece(result: Prepared, place: str, key: str, source: str, environment: LetterEnvironment) -> None:
    """Add a part to what is ready, or what is wrong with it."""
    try:
        template = environment.from_string(source)
    except RefusedTag as fault:
        paragraph = paragraph_at(source, fault.line)
        result.problems.append(_refused_tag(fault.tag, result.place_of(place, paragraph), paragraph))
    except WrongExpression as fault:
        paragraph = paragraph_at(source, fault.line)
        where = result.place_of(place, paragraph)
        result.problems.append(Problem("feel", fault.message, fault.remedy, where, paragraph))
    except TemplateSyntaxError as fault:
        paragraph = paragraph_at(source, fault.lineno)
        result.problems.append(_syntax(str(fault.message), result.place_of(place, paragraph), paragraph))
    else:
        result.pieces.append(Piece(place, key, source, template))


def _refused_tag(tag: str, place: str, paragraph: str) -> Problem:
    return Problem(
        "refused_tag",
        f'"{{% {tag} %}}" is not among the tags that letters have: if, for, set, with and filter.',
        "Take it out.",
        place,
        paragraph,
    )


def _syntax(message: str, place: str, paragraph: str) -> Problem:
    unknown = re.match(r"No (filter|test) named '(.*)'", message)
    if unknown:
        return unknown_word(unknown[1], unknown[2], place, paragraph)
    remedy = QUOTES if "feel(" in paragraph else "Correct the tag."
    return Problem("syntax", f"A tag cannot be read: {message.rstrip('.')}.", remedy, place, paragraph)


def unknown_word(kind: str, word: str, place: str, paragraph: str) -> Problem:
    """Say that letters have no such filter or test, and which they have."""
    known = XML.filters if kind == "filter" else XML.tests
    return Problem(
        f"unknown_{kind}",
        f'Letters have no {kind} "{word}".',
        f"The {kind}s are: {', '.join(sorted(name for name in known if name.isidentifier()))}.",
        place,
        paragraph,
    )


def refusal(problem: Problem, template_name: str, word: str = "letter") -> LetterRefused:
    """Make the error that a merge raises of a fault in its template."""
    return LetterRefused(
        f'The {word} "{template_name}" cannot be merged. {problem.message}{standing(problem.place, problem.paragraph)}',
        remedy=problem.remedy,
        paragraph=shown(problem.paragraph),
        code=problem.code,
    )


def standing(place: str, paragraph: str) -> str:
    """Say in a sentence where something stands."""
    where = {
        "letter": "",
        "text": "",
        "notes": "in the footnotes, ",
        "properties": "in the document's properties, ",
    }.get(place, f"in the {place}, ")
    return f' It stands {where}in the paragraph "{shown(paragraph)}".' if paragraph else ""
