"""Blocks and standard paragraphs that letters include by name: in their place, dressed and fenced like the letter."""

import io
import json
from functools import cache
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt

from engine.documents.merging import merge
from engine.documents.refusals import LetterRefused
from engine.documents.templates import check, included, inspect
from engine.errors import TemplateError
from engine.templates import folders
from tests.integration.documents.test_injection import REACHES_OUT, RUNS_CODE
from tests.word_files import everything, lines, members, with_part, with_relationship, word_file

ROOT = Path(__file__).parents[3]
RIGHTS = word_file("You may ask the Ombudsman about {{ case }}.", "They are free.")
INCLUDE = '{%p include "rights" %}'


def made(document: Document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def opened(content: bytes) -> Document:
    return docx.Document(io.BytesIO(content))


def letter(template: bytes, *, name: str = "reply", context: dict | None = None, **blocks: bytes) -> bytes:
    return merge(template, context or {"case": "CMP-1"}, template_name=name, blocks=blocks)


@pytest.fixture
def picture() -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (40, 20), "navy").save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    "written",
    [
        '{%p include "rights" %}',
        "{%p include 'rights' %}",
        "{%p include “rights” %}",
        '{% include "rights" %}',
        '  {%- include "rights" -%} ',
    ],
)
def test_a_block_comes_in_the_place_of_its_include(written: str) -> None:
    merged = letter(word_file("Dear tenant", written, "Yours"), rights=RIGHTS)

    assert lines(merged) == ["Dear tenant", "You may ask the Ombudsman about CMP-1.", "They are free.", "Yours"]


def test_an_include_that_word_cut_into_pieces_is_read(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph()
    for piece in ("{%p inc", "lude “ri", "ghts” %}"):
        paragraph.add_run(piece).bold = piece.startswith("lude")

    assert lines(letter(made(document), rights=RIGHTS))[0] == "You may ask the Ombudsman about CMP-1."


def test_a_block_stands_in_headers_footers_cells_and_branches() -> None:
    body = ("{%p if case %}", INCLUDE, "{%p endif %}")
    template = word_file(*body, header=INCLUDE, footer=INCLUDE, table=[[INCLUDE, "x"]])

    merged = opened(letter(template, rights=RIGHTS))

    section, cell = merged.sections[0], merged.tables[0].cell(0, 0)
    for place in (merged, section.header, section.footer, cell):
        texts = [paragraph.text for paragraph in place.paragraphs if paragraph.text]
        assert texts == ["You may ask the Ombudsman about CMP-1.", "They are free."]


def test_a_block_in_a_branch_that_is_not_taken_is_not_there() -> None:
    template = word_file("{%p if case == 'other' %}", INCLUDE, "{%p endif %}", "Yours")

    assert lines(letter(template, rights=RIGHTS)) == ["Yours"]


def test_a_block_reads_what_the_loop_around_it_gives() -> None:
    template = word_file("{%p for work in works %}", INCLUDE, "{%p endfor %}")
    works = {"works": [{"what": "Roof"}, {"what": "Door"}]}

    merged = letter(template, context=works, rights=word_file("We will do: {{ work.what }}"))

    assert lines(merged) == ["We will do: Roof", "We will do: Door"]


def test_blocks_stand_in_one_another() -> None:
    outer = word_file("Before", INCLUDE, "After")

    merged = letter(word_file('{%p include "outer" %}'), outer=outer, rights=RIGHTS)

    assert lines(merged) == ["Before", "You may ask the Ombudsman about CMP-1.", "They are free.", "After"]
    report = inspect(word_file('{%p include "outer" %}'), {"outer": outer, "rights": RIGHTS})
    assert report.blocks == ["outer", "rights"]
    assert included(word_file('{%p include "outer" %}', INCLUDE)) == ["outer", "rights"]


@pytest.mark.parametrize(
    ("paragraphs", "code", "said"),
    [
        (['{%p include "rihgts" %}'], "unknown_block", 'Did you mean "rights"?'),
        (['{%p include "/etc/passwd" %}'], "unknown_block", "Publish a block of this name"),
        (["We say {% include 'rights' %} here"], "include", "paragraph of its own"),
        (["{%p include rights %}"], "include", "paragraph of its own"),
        (['{%p include "self" %}'], "block_in_itself", "Take one of the includes out"),
        (['{%p include "one" %}'], "block_in_itself", "Take one of the includes out"),
        (['{%p include "notes" %}'], "block_carries", "Take it out of the block"),
        (['{%p include "chart" %}'], "block_carries", "Take it out of the block"),
        ([INCLUDE] * 101, "too_many_blocks", "Include fewer"),
        (['{%p include "n1" %}'], "too_many_blocks", "Include fewer"),
    ],
)
def test_what_cannot_be_included_is_told_with_its_paragraph(paragraphs: list[str], code: str, said: str) -> None:
    blocks = _odd_blocks()

    with pytest.raises(LetterRefused) as caught:
        letter(word_file(*paragraphs), **blocks)
    [problem, *_] = check(word_file(*paragraphs), ["case"], name="reply", blocks=blocks)

    assert caught.value.code == problem.code == code
    assert said in problem.remedy
    assert problem.paragraph


def test_a_block_in_a_footnote_is_refused() -> None:
    with pytest.raises(LetterRefused, match="not in notes"):
        letter(word_file("x", footnote=INCLUDE), rights=RIGHTS)


def test_a_fault_in_a_block_names_the_block_and_its_paragraph() -> None:
    template = word_file("Dear {{ case }}", INCLUDE)

    with pytest.raises(LetterRefused) as caught:
        letter(template, rights=word_file("Ask {{ ombudsman.name }}"))
    [problem] = check(template, ["case"], name="reply", blocks={"rights": word_file("Ask {{ ombudsman.name }}")})

    assert 'in the block "rights", in the paragraph "Ask {{ ombudsman.name }}"' in caught.value.message
    assert caught.value.field == "ombudsman.name"
    assert (problem.place, problem.paragraph) == ('block "rights"', "Ask {{ ombudsman.name }}")


def test_a_block_whose_tags_do_not_match_is_told() -> None:
    [problem] = check(word_file(INCLUDE), ["case"], name="reply", blocks={"rights": word_file("{%p if case %}", "x")})

    assert (problem.code, problem.place) == ("unclosed_block", 'block "rights"')


def test_the_fields_of_blocks_are_among_those_of_the_letter() -> None:
    report = inspect(word_file("{{ today }}", INCLUDE), {"rights": RIGHTS})

    assert [(use.path, use.place) for use in report.fields] == [("today", "letter"), ("case", 'block "rights"')]


def test_styles_are_matched_by_name_and_one_that_is_missing_comes_along() -> None:
    block = docx.Document()
    block.styles["Heading 1"].font.size = Pt(40)
    own = block.styles.add_style("Our Box", 1)
    own.base_style, own.font.size = block.styles["Quote"], Pt(9)
    own.element.set(qn("w:styleId"), "Heading1")  # the same id as another style of the letter
    block.styles["Heading 1"].element.set(qn("w:styleId"), "Title9")
    block.add_paragraph("Your rights", style="Heading 1")
    block.add_paragraph("In a box", style="Our Box")
    template = docx.Document()
    template.styles["Heading 1"].font.size = Pt(15)
    template.add_paragraph(INCLUDE)

    merged = opened(letter(made(template), rights=made(block)))

    [heading, box] = [paragraph for paragraph in merged.paragraphs if paragraph.text]
    assert (heading.style.name, heading.style.font.size) == ("Heading 1", Pt(15))
    assert (box.style.name, box.style.font.size, box.style.base_style.name) == ("Our Box", Pt(9), "Quote")
    assert len({style.style_id for style in merged.styles}) == len(merged.styles)


def test_a_list_keeps_its_numbers_and_begins_anew_each_time() -> None:
    block = docx.Document()
    for text in ("Ring us", "Write to us"):
        block.add_paragraph(text, style="List Number")
    numbered(block)
    template = word_file(INCLUDE, "And again", INCLUDE)

    merged = opened(letter(template, rights=made(block)))

    numbers = [p._p.pPr.numPr.numId.val for p in merged.paragraphs if p.text in ("Ring us", "Write to us")]
    assert numbers[0] == numbers[1] != numbers[2] == numbers[3]
    root = merged.part.numbering_part.element
    defined = {num.get(qn("w:numId")): num for num in root.findall(qn("w:num"))}
    plans = [defined[str(number)].find(qn("w:abstractNumId")).get(qn("w:val")) for number in (numbers[0], numbers[2])]
    assert plans[0] != plans[1]
    order = [child.tag for child in root if child.tag in (qn("w:num"), qn("w:abstractNum"))]
    assert order == sorted(order)  # Word reads plans before the lists that follow them


def test_a_list_comes_into_a_letter_that_had_none() -> None:
    block = docx.Document()
    block.add_paragraph("Ring us", style="List Number")
    numbered(block)
    template = docx.Document()
    template.add_paragraph(INCLUDE)
    part = template.part
    part.drop_rel(next(key for key, rel in part.rels.items() if rel.reltype.endswith("/numbering")))

    merged = opened(letter(made(template), rights=made(block)))

    [number] = [p._p.pPr.numPr.numId.val for p in merged.paragraphs if p.text == "Ring us"]
    assert [num.get(qn("w:numId")) for num in merged.part.numbering_part.element.findall(qn("w:num"))] == [str(number)]


def test_a_picture_comes_along_once_and_in_the_header_too(picture: bytes) -> None:
    block = docx.Document()
    block.add_paragraph().add_run().add_picture(io.BytesIO(picture), width=Cm(3))
    block.add_paragraph("Brightwater Homes")

    merged = letter(word_file(INCLUDE, INCLUDE, header=INCLUDE), rights=made(block))

    parts = members(merged)
    assert [name for name, content in parts.items() if content == picture] == ["word/media/block1.png"]
    assert b"media/block1.png" in parts["word/_rels/document.xml.rels"]
    header = next(name for name in parts if name.startswith("word/header") and name.endswith(".xml"))
    assert b"media/block1.png" in parts[f"word/_rels/{header.removeprefix('word/')}.rels"]
    assert len(opened(merged).inline_shapes) == 2


def test_a_link_keeps_its_target() -> None:
    block = with_relationship(RIGHTS, "hyperlink", "https://ombudsman.example/")
    body = members(block)["word/document.xml"].replace(
        b"<w:r><w:t>They are free.</w:t></w:r>",
        b'<w:hyperlink r:id="rIdX"><w:r><w:t>They are free.</w:t></w:r></w:hyperlink>',
    )

    merged = letter(word_file(INCLUDE), rights=with_part(block, "word/document.xml", body))

    assert b"https://ombudsman.example/" in members(merged)["word/_rels/document.xml.rels"]


def test_a_table_at_the_end_of_a_cell_is_followed_by_a_paragraph() -> None:
    merged = opened(letter(word_file(table=[[INCLUDE]]), rights=word_file(table=[["Inner"]])))

    cell = merged.tables[0].cell(0, 0)
    assert cell.tables[0].cell(0, 0).text == "Inner"
    assert cell._tc[-1].tag == qn("w:p")


@pytest.mark.parametrize("block", [b"", b"PK not a zip", b"%PDF-1.4", with_part(RIGHTS, "word/vbaProject.bin", b"x")])
def test_a_block_that_is_no_sound_word_file_is_refused(block: bytes) -> None:
    with pytest.raises(LetterRefused, match=r"The template .* was refused"):
        letter(word_file(INCLUDE), rights=block)


@pytest.mark.parametrize("payload", [*RUNS_CODE, *REACHES_OUT])
def test_a_block_that_tries_to_run_code_is_refused_and_nothing_runs(payload: str, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    block = word_file(payload.replace("CANARY", str(canary)))

    for template in (word_file(INCLUDE), word_file("x", header=INCLUDE)):
        with pytest.raises(TemplateError) as caught:
            letter(template, context={"person": {"name": "Ann"}}, rights=block)
        assert "Traceback" not in str(caught.value)

    assert not canary.exists()


def test_what_a_field_holds_includes_nothing() -> None:
    merged = letter(word_file("{{ case }}"), context={"case": INCLUDE}, rights=RIGHTS)

    assert INCLUDE in everything(merged).replace("&quot;", '"')
    assert "Ombudsman" not in everything(merged)


def numbered(document: Document) -> None:
    """Number the paragraphs by a list of their own, as Word does when somebody presses the button."""
    root = document.part.numbering_part.element
    plan = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90"><w:nsid w:val="AA"/>{LEVEL}</w:abstractNum>'
    root.insert(0, parse_xml(plan))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="91"><w:abstractNumId w:val="90"/></w:num>'))
    for paragraph in document.paragraphs:
        number = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        number.get_or_add_numId().val = 91
        number.get_or_add_ilvl().val = 0


LEVEL = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'


@cache
def _odd_blocks() -> dict[str, bytes]:
    return {
        "rights": RIGHTS,
        "self": word_file('{%p include "self" %}'),
        "one": word_file('{%p include "two" %}'),
        "two": word_file('{%p include "one" %}'),
        "notes": _with_a_note(),
        "chart": _with_a_chart(),
        **{f"n{n}": word_file(f'{{%p include "n{n + 1}" %}}') for n in range(1, 8)},
    }


def _with_a_note() -> bytes:
    content = word_file("See HERE", footnote="below")
    body = members(content)["word/document.xml"].replace(b"<w:t>See HERE</w:t>", b'<w:footnoteReference w:id="1"/>')
    return with_part(content, "word/document.xml", body)


def _with_a_chart() -> bytes:
    content = with_relationship(word_file("HERE"), "chart", "charts/chart1.xml", mode="Internal")
    body = members(content)["word/document.xml"].replace(
        b"<w:t>HERE</w:t>",
        b'<w:drawing><c:chart xmlns:c="urn:chart" r:id="rIdX"/></w:drawing>',
    )
    return with_part(with_part(content, "word/document.xml", body), "word/charts/chart1.xml", b"<a/>")


def test_what_ships_dresses_a_letter_to_somebody_without_a_case_too() -> None:
    files = folders.templates_in(folders.shipped())
    named = {Path(name).stem: content for name, content in files.items() if name.startswith(("blocks/", "paragraphs/"))}
    sample = json.loads((ROOT / "doc_templates/complaint/acknowledgement_stage1.sample.json").read_text("utf-8"))
    written = word_file(
        '{%p include "address" %}', "Our fair is in June.", header='{%p include "later_pages" %}', footer="{{ today }}"
    )

    texts = [everything(letter(written, context=each, **named)) for each in (sample, _without(sample, "case"))]

    assert ["Our reference" in text for text in texts] == [True, False]
    assert all("Our fair is in June." in text and sample["recipient"]["name"] in text for text in texts)


def _without(context: dict, name: str) -> dict:
    return {key: value for key, value in context.items() if key != name}
