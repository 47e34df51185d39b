"""Letters for whoever needs large print: nothing in them is below 16 point, whatever the template says."""

import io

import docx
import pytest
from docx.document import Document
from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Pt

from engine.documents.merging import merge
from tests.word_files import members, with_part, word_file

LARGE = {"recipient": {"name": "Ada", "needs_large_print": True}}
PLAIN = {"recipient": {"name": "Ada", "needs_large_print": False}}


def sizes(content: bytes) -> set[int]:
    """Return every size that a letter says, in half-points."""
    document = docx.Document(io.BytesIO(content))
    roots = [document.element, document.styles.element]
    roots += [part.element for part in document.part.package.iter_parts() if part.content_type.endswith("er+xml")]
    found = {node for root in roots for tag in ("w:sz", "w:szCs") for node in root.iter(qn(tag))}
    return {int(node.get(qn("w:val"))) for node in found if node.getparent().tag == qn("w:rPr")}


def made(document: Document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


@pytest.fixture
def small() -> bytes:
    """A letter in 8 to 20 point, with lines and rows of a fixed height."""
    document = docx.Document()
    document.styles["Normal"].font.size = Pt(10)
    document.styles["Heading 1"].font.size = Pt(20)
    document.add_paragraph("Dear {{ recipient.name }}").runs[0].font.size = Pt(8)
    exact = document.add_paragraph("Address").paragraph_format
    exact.line_spacing_rule, exact.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(11)
    document.sections[0].header.paragraphs[0].add_run("{{ recipient.name }}").font.size = Pt(7)
    row = document.add_table(1, 1).rows[0]
    row.height, row.height_rule = Pt(20), 2  # exactly
    return made(document)


def test_no_text_is_below_16_point_and_headings_grow_in_proportion(small: bytes) -> None:
    letter = merge(small, LARGE, template_name="reply")

    document = docx.Document(io.BytesIO(letter))
    assert min(sizes(letter)) == 32
    assert document.styles["Normal"].font.size == Pt(16)
    assert document.styles["Heading 1"].font.size == Pt(32)


def test_lines_and_rows_of_a_fixed_height_become_as_high_as_they_need(small: bytes) -> None:
    document = docx.Document(io.BytesIO(merge(small, LARGE, template_name="reply")))

    spacing = document.paragraphs[1].paragraph_format
    assert (spacing.line_spacing_rule, spacing.line_spacing) == (WD_LINE_SPACING.AT_LEAST, Pt(17.6))
    assert document.tables[0].rows[0].height_rule == 1  # at least


def test_for_everybody_else_the_letter_stays_as_it_is(small: bytes) -> None:
    assert min(sizes(merge(small, PLAIN, template_name="reply"))) == 14
    assert min(sizes(merge(small, {"recipient": {"name": "Ada"}}, template_name="reply"))) == 14


@pytest.mark.parametrize("needs", ["yes", 1, None, {"x": 1}])
def test_only_a_plain_yes_asks_for_large_print(small: bytes, needs: object) -> None:
    letter = merge(small, {"recipient": {"name": "Ada", "needs_large_print": needs}}, template_name="reply")

    assert min(sizes(letter)) == 14


def test_text_of_a_size_that_nothing_says_grows_too() -> None:
    template = word_file("Dear {{ recipient.name }}")
    styles = members(template)["word/styles.xml"]
    start, end = styles.index(b"<w:docDefaults>"), styles.index(b"</w:docDefaults>") + len(b"</w:docDefaults>")

    letter = merge(with_part(template, "word/styles.xml", styles[:start] + styles[end:]), LARGE, template_name="reply")

    defaults = docx.Document(io.BytesIO(letter)).styles.element[0]
    assert defaults.tag == qn("w:docDefaults")
    assert [node.get(qn("w:val")) for node in defaults.iter(qn("w:sz"), qn("w:szCs"))] == ["32", "32"]


def test_notes_are_large_too() -> None:
    letter = merge(word_file("See {{ recipient.name }}", footnote="below"), LARGE, template_name="reply")

    assert b"below" in members(letter)["word/footnotes.xml"]


@pytest.mark.parametrize("size", ["nonsense", "", "-5", "1e999", "0"])
def test_a_size_that_is_none_stops_nothing(size: str) -> None:
    template = word_file("Dear {{ recipient.name }}")
    styles = members(template)["word/styles.xml"].replace(b'<w:sz w:val="22"/>', f'<w:sz w:val="{size}"/>'.encode())

    letter = merge(with_part(template, "word/styles.xml", styles), LARGE, template_name="reply")

    assert min(sizes(letter)) >= 32
