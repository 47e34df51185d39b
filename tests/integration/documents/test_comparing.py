"""Two versions of a letter compared: what a reader would see, paragraph by paragraph and row by row."""

import io

import docx
import pytest

from engine.documents import differing
from engine.documents.comparing import Comparison, Step, compare, shortened
from engine.errors import Invalid
from tests.word_files import members, with_part, with_relationship, word_file, zipped


def told(step: Step) -> str:
    """Return a step as text: [-taken out-] and [+put in+], cells with | between."""
    cells = ("".join(f"[{p.sign}{p.text}{p.sign}]" if p.sign else p.text for p in cell) for cell in step.cells)
    return f"{step.kind}: {' | '.join(cells)}"


def changes(found: Comparison) -> list[str]:
    return [told(step) for _, steps in found.places for step in steps if step.kind != "same"]


def test_words_that_were_put_in_and_taken_out_are_marked():
    found = compare(
        word_file("Dear Ann", "We have your complaint.", "Yours"),
        word_file("Dear Ann", "We have read your kind complaint.", "Yours"),
    )

    assert changes(found) == ["changed: We have [+read +]your[+ kind+] complaint."]
    assert not found.says_the_same


def test_a_tag_is_changed_as_a_whole():
    found = compare(word_file("Dear {{ person.full_name }},"), word_file("Dear {{ person.salutation }},"))

    assert changes(found) == ["changed: Dear [-{{ person.full_name }}-][+{{ person.salutation }}+],"]
    assert (found.removed, found.added) == (("person.full_name",), ("person.salutation",))


def test_paragraphs_that_are_new_gone_or_in_another_place_are_told():
    old = ["First of all.", "The old rule no longer holds.", "In the middle.", "Last of all."]
    new = ["First of all.", "In the middle.", "Completely different words here.", "Last of all."]

    found = compare(word_file(*old), word_file(*new))

    assert changes(found) == [
        "removed: [-The old rule no longer holds.-]",
        "added: [+Completely different words here.+]",
    ]


def test_rows_of_tables_are_compared_cell_by_cell():
    old = word_file(table=[["Work", "Cost"], ["Boiler", "£10"]])
    new = word_file(table=[["Work", "Cost"], ["Boiler", "£12"], ["Door", "£5"]])

    found = compare(old, new)

    assert changes(found) == ["changed: Boiler | £[-10-][+12+]", "added: [+Door+] | [+£5+]"]
    assert all(step.is_row for step in found.places[0][1])


def test_a_table_that_got_a_column_is_told_as_new_rows():
    found = compare(word_file(table=[["Work", "Cost"]]), word_file(table=[["Work", "Cost", "When"]]))

    assert changes(found) == ["removed: [-Work-] | [-Cost-]", "added: [+Work+] | [+Cost+] | [+When+]"]


def test_headers_footers_and_notes_are_compared_in_their_places():
    old = word_file("Same", header="Old Homes", footer="Page", footnote="See A")
    new = word_file("Same", header="New Homes", footer="Page", footnote="See B")

    found = compare(old, new)

    kinds = {place: [step.kind for step in steps] for place, steps in found.places}
    assert kinds == {"header": ["changed"], "letter": ["same"], "footer": ["same"], "notes": ["changed"]}


def test_a_paragraph_in_bold_or_of_another_style_only_looks_different():
    document = docx.Document(io.BytesIO(word_file("Important", "Plain")))
    document.paragraphs[0].runs[0].bold = True
    document.paragraphs[1].style = "Heading 1"
    file = io.BytesIO()
    document.save(file)

    found = compare(word_file("Important", "Plain"), file.getvalue())

    assert changes(found) == ["look: Important", "look: Plain"] and found.says_the_same


def test_runs_that_word_parted_anew_are_no_difference():
    document = docx.Document(io.BytesIO(word_file("One sentence.")))
    document.paragraphs[0].runs[0].text = "One "
    document.paragraphs[0].add_run("sentence.")
    file = io.BytesIO()
    document.save(file)

    assert changes(compare(word_file("One sentence."), file.getvalue())) == []


def test_other_pictures_are_told():
    old = word_file("Same")

    found = compare(old, with_part(old, "word/media/image1.png", b"\x89PNG"))

    assert found.others == ("pictures",) and found.says_the_same


def test_fields_are_not_told_where_tags_cannot_be_read():
    found = compare(word_file("{{ a }} {{ b }}"), word_file("{{ a }} {{ b"))

    assert not found.fields_known and (found.added, found.removed) == ((), ())


def test_what_did_not_change_is_left_out_but_for_the_neighbours():
    before = [f"Paragraph {number}." for number in range(9)]
    after = [*before[:4], "Paragraph four.", *before[5:]]

    steps = compare(word_file(*before), word_file(*after)).places[0][1]

    assert [(step.kind, step.count) for step in shortened(steps)] == [
        ("gap", 3), ("same", 1), ("changed", 1), ("same", 1), ("gap", 3),
    ]  # fmt: skip


SOUND = word_file("Sound")
BODY = "word/document.xml"
PARAGRAPHS = b"<w:p><w:r><w:t>x</w:t></w:r></w:p>" * (differing.MOST_BLOCKS + 1)
LONG = members(SOUND)[BODY].replace(b"<w:body>", b"<w:body>" + PARAGRAPHS)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"no zip", "it is damaged"),
        (zipped({**members(SOUND), "word/vbaProject.bin": b"x"}), "it carries macros"),
        (with_relationship(SOUND, "attachedTemplate", "file:///c:/x.dotm"), "it fetches a template"),
        (zipped({"a.txt": b"a"}), "it is not a document"),
        (with_part(SOUND, BODY, LONG), "it has more than 4,000 paragraphs"),
    ],
)
def test_what_cannot_be_compared_is_said_in_a_sentence(content: bytes, why: str):
    for pair in ((SOUND, content), (content, SOUND)):
        with pytest.raises(Invalid, match=why):
            compare(*pair)


def test_long_paragraphs_that_share_nothing_are_told_as_a_whole_and_at_once():
    long = " ".join(f"word{number}" for number in range(4_000))
    other = " ".join(f"thing{number}" for number in range(4_000))

    assert [step.kind for step in compare(word_file(f"Same. {long}"), word_file(f"Same. {other}")).places[0][1]] == [
        "removed",
        "added",
    ]
