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


# --- the address that the window of an envelope shows

WHERE = {"lines": ["3 Elm Way", "Leeds"], "postcode": "LS1 4AB"}
TO = {"recipient": {"name": "Ada Byrne", "address": WHERE, "needs_large_print": True}}
LINES = ("{{ recipient.name }}", "3 Elm Way", "Leeds", "{{ recipient.address.postcode }}")


def letter(*paragraphs: str, table: tuple[tuple[str, ...], ...] = (), header: str = "") -> bytes:
    """A letter in 11 point; a table stands at the top."""
    document = docx.Document(io.BytesIO(word_file(header=header)))
    document.styles["Normal"].font.size = Pt(11)
    if table:
        for row, texts in zip(document.add_table(len(table), len(table[0])).rows, table, strict=True):
            row.height, row.height_rule = Pt(90), 2  # exactly
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    for text in paragraphs:
        document.add_paragraph(text)
    return made(document)


def size_of(paragraph: object) -> float:
    """Return the size of a paragraph in points."""
    run = paragraph.runs[0]  # type: ignore[attr-defined]
    size = run.font.size or paragraph.style.font.size  # type: ignore[attr-defined]
    return float(size.pt)


def large(content: bytes) -> Document:
    return docx.Document(io.BytesIO(merge(content, TO, template_name="reply")))


def test_an_address_keeps_its_size_and_place_and_what_stands_beside_it_moves_below() -> None:
    document = large(letter("Dear Ada", table=(("\n".join(LINES), "Our reference", "CMP-1"),), header="Larch Homes"))

    address, beside = document.tables
    row = address.rows[0]
    assert (row.height, row.height_rule) == (Pt(90), 2) and size_of(row.cells[0].paragraphs[0]) == 11
    assert [cell.text for cell in row.cells[1:]] == ["", ""]
    assert [cell.text for cell in beside.rows[0].cells] == ["Our reference", "CMP-1"]
    assert {size_of(cell.paragraphs[0]) for cell in beside.rows[0].cells} == {16}
    assert size_of(document.sections[0].header.paragraphs[0]) == 11  # it stands above the address
    assert [size_of(p) for p in document.paragraphs if p.text] == [16]


def test_an_address_in_paragraphs_keeps_its_size_with_what_is_above_it() -> None:
    document = large(letter("Larch Homes", *LINES, "Dear Ada", "We write about 3 Elm Way, Leeds LS1 4AB."))

    assert [size_of(paragraph) for paragraph in document.paragraphs] == [11] * 5 + [16] * 2


@pytest.mark.parametrize(
    "paragraphs",
    [
        ("Dear Ada Byrne", "Your home is at 3 Elm Way, Leeds LS1 4AB"),  # what is said is no address
        ("Ada Byrne", "3 Elm Way", "and all that follows from it", "LS1 4AB"),
        (*["So it goes."] * 15, *LINES),  # too far down for a window
    ],
)
def test_what_only_reads_like_an_address_is_made_large(paragraphs: tuple[str, ...]) -> None:
    assert {size_of(paragraph) for paragraph in large(letter(*paragraphs)).paragraphs} == {16}


@pytest.mark.parametrize("address", [None, "LS1 4AB", {"lines": None, "postcode": ""}, {"postcode": 7}])
def test_without_an_address_all_is_made_large(address: object) -> None:
    to = {"recipient": {"name": "Ada Byrne", "address": address, "needs_large_print": True}}

    assert min(sizes(merge(letter("Ada Byrne", "LS1 4AB"), to, template_name="reply"))) == 32
