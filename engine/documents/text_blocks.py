"""A block or standard paragraph, which is a Word file, as the text of an e-mail or a text message includes it."""

import io
import re
from collections.abc import Iterable, Iterator, Mapping

import docx
from docx.oxml.ns import qn
from lxml import etree

from engine.documents import packages, splicing
from engine.documents.markdown import SIGNS
from engine.documents.refusals import PackageRefused
from engine.documents.splicing import ANY_INCLUDE, HOW, INCLUDE, Spliced
from engine.documents.tags import Problem, with_plain_quotes

TAG = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})")


def splice(source: str, blocks: Mapping[str, bytes], names: Iterable[str], *, is_markdown: bool) -> tuple[str, Spliced]:
    """Return a text with what it includes in the place of each include; see `splicing.splice`."""
    result, lines = Spliced(b""), []
    own = {with_plain_quotes(line) for line in source.split("\n")}
    for line in source.split("\n"):
        if not ANY_INCLUDE.search(line):
            lines.append(line)
            continue
        found = INCLUDE.fullmatch(line)
        if found is None:
            message = "An include stands beside other words, or cannot be read."
            result.problems.append(Problem("include", message, HOW_IN_TEXT, "text", line))
        elif found[1] not in blocks:
            result.problems.append(splicing.unknown(found[1], [*blocks, *names], "text", line))
        else:
            lines += _included(found[1], blocks, names, result, own, is_markdown=is_markdown)
    return "\n".join(lines), result


HOW_IN_TEXT = HOW.replace("in a paragraph of its own", "in a line of its own")


def includes(source: str) -> list[str]:
    """Return the names that a text includes."""
    found = (INCLUDE.fullmatch(line) for line in source.split("\n"))
    return list(dict.fromkeys(each[1] for each in found if each is not None))


def _included(
    name: str, blocks: Mapping[str, bytes], names: Iterable[str], result: Spliced, own: set[str], *, is_markdown: bool
) -> list[str]:
    package = packages.unpack(blocks[name])
    if packages.check_office(package) != packages.WORD:
        raise PackageRefused(f'the block "{name}" is not a Word document', remedy=HOW, code="type")
    for member, xml in package.xml_parts():
        packages.parsed(member, xml)
    inner = splicing.splice(blocks[name], blocks, names)
    result.problems += inner.problems
    result.included += [each for each in (name, *inner.included) if each not in result.included]
    lines = list(as_lines(inner.content, is_markdown=is_markdown))
    brought = {with_plain_quotes(line) for line in lines} - own
    result.paragraphs.update({line: inner.paragraphs.get(line, name) for line in brought if line})
    return lines


def as_lines(content: bytes, *, is_markdown: bool) -> Iterator[str]:
    """Yield the lines of a Word file's body; as Markdown, paragraphs have an empty line between them."""
    for child in docx.Document(io.BytesIO(content)).element.body:
        if child.tag == qn("w:p"):
            yield from _paragraph(child, is_markdown=is_markdown)
        elif child.tag == qn("w:tbl"):
            for row in child.iter(qn("w:tr")):
                cells = [" ".join(_lines(p)) for p in row.iter(qn("w:p"))]
                yield from _spaced([", ".join(filter(None, cells))], is_markdown=is_markdown)


def _paragraph(node: etree._Element, *, is_markdown: bool) -> Iterator[str]:
    lines = _lines(node)
    if not any(lines):
        return
    if len(lines) == 1 and TAG.fullmatch(lines[0].strip()) and lines[0].strip().startswith("{%"):
        yield lines[0].strip()  # a tag for itself leaves no empty line
        return
    style = node.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    named = style.get(qn("w:val"), "").lower() if style is not None else ""
    sign = "- " if node.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None or named.startswith("list") else ""
    if is_markdown:
        lines = [_escaped(line) for line in lines]
        sign = "## " if named.startswith("heading") else sign
        lines = [f"{line}\\" for line in lines[:-1]] + lines[-1:]
    yield from _spaced([f"{sign}{lines[0]}", *lines[1:]], is_markdown=is_markdown)


def _spaced(lines: list[str], *, is_markdown: bool) -> Iterator[str]:
    yield from lines
    if is_markdown:
        yield ""


def _lines(node: etree._Element) -> list[str]:
    """Return the text of a paragraph, line by line."""
    said = ""
    for part in node.iter(qn("w:t"), qn("w:br"), qn("w:tab")):
        said += (part.text or "") if part.tag == qn("w:t") else "\n" if part.tag == qn("w:br") else " "
    return [" ".join(line.split()) for line in said.split("\n")]


def _escaped(line: str) -> str:
    """Return a line of words in which only its tags mean something."""
    return "".join(part if TAG.fullmatch(part) else SIGNS.sub(r"\\\1", part) for part in TAG.split(line))
