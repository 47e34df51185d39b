"""Letters merged in the limited child: what they print, and what they say when they cannot."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import docx
import pytest

from engine.documents.merging import merge
from engine.documents.refusals import LetterRefused
from engine.errors import TemplateError
from tests.word_files import lines, word_file


def merged(*paragraphs: str, context: dict, **parts) -> list[str]:
    return lines(merge(word_file(*paragraphs, **parts), context, template_name="response_stage1"))


def refused(*paragraphs: str, context: dict, **parts) -> LetterRefused:
    with pytest.raises(LetterRefused) as caught:
        merge(word_file(*paragraphs, **parts), context, template_name="response_stage1")
    return caught.value


def test_a_value_arrives_as_it_was_written():
    printed = merged("Dear {{ name }}", context={"name": "Smith & Sons <Ltd> \"quoted\" 'and so'"})

    assert printed == ["Dear Smith & Sons <Ltd> \"quoted\" 'and so'"]


def test_dates_money_and_lists_are_written_as_the_house_writes_them():
    context = {
        "due_on": date(2026, 12, 3),
        "called_at": datetime(2026, 7, 3, 13, 5, tzinfo=UTC),
        "owed": Decimal("1234.5"),
        "works": ["roof", "gutter", "damp & mould"],
        "vulnerable": True,
    }

    printed = merged(
        "{{ due_on }}, {{ due_on|date }}, {{ due_on|day }}",
        "{{ called_at }}, {{ called_at|time }}",
        "{{ owed|money }}, {{ owed|number(1) }}, {{ (owed * 2)|money }}, {{ -owed|money }}",
        "{{ works|sentence_list }}; {{ vulnerable }}",
        context=context,
    )

    assert printed == [
        "3 December 2026, 3 December 2026, Thursday 3 December 2026",
        "3 July 2026 at 2:05pm, 2:05pm",
        "£1,234.50, 1,234.5, £2,469.00, -£1,234.50",
        "roof, gutter and damp & mould; yes",
    ]


def test_lines_become_line_breaks_and_empty_lines_become_paragraphs_on_request():
    text = "First line.\r\nSecond line.\r\n\r\nSecond paragraph."

    breaks = docx.Document(io.BytesIO(merge(word_file("{{ t }}"), {"t": text}, template_name="x")))
    split = merged("{{ t|paragraphs }}", context={"t": text})

    assert breaks.paragraphs[-1]._p.xml.count("<w:br/>") == 3
    assert split == ["First line.\nSecond line.", "Second paragraph."]


def test_what_word_cannot_hold_is_taken_out_and_the_rest_of_the_letter_stays():
    printed = merged("A {{ t }} B", "after", context={"t": "bell\a nul\0 esc\x1b half\ud800 page\fend"})

    assert printed == ["A bell nul esc half page\nend B", "after"]


def test_rows_and_paragraphs_repeat_and_depend_on_the_case():
    context = {"works": [{"what": "roof", "cost": 5}, {"what": "gutter", "cost": 7}], "upheld": False}

    printed = merged(
        "{%p if upheld %}",
        "We are sorry.",
        "{%p else %}",
        "We do not agree.",
        "{%p endif %}",
        table=[["{%tr for w in works %}", ""], ["{{ w.what }}", "{{ w.cost|money }}"], ["{%tr endfor %}", ""]],
        context=context,
    )

    assert printed == ["We do not agree.", "roof", "£5.00", "gutter", "£7.00"]


def test_header_footer_footnote_and_properties_are_merged():
    template = word_file(
        "body", header="h {{ ref }}", footer="f {{ ref }}", footnote="n {{ ref }}", properties={"title": "t {{ ref }}"}
    )

    letter = merge(template, {"ref": "A & B"}, template_name="x")

    document = docx.Document(io.BytesIO(letter))
    assert document.sections[0].header.paragraphs[0].text == "h A & B"
    assert document.sections[0].footer.paragraphs[0].text == "f A & B"
    assert document.core_properties.title == "t A & B"
    assert b"n A &amp; B" in next(p.blob for p in document.part.package.parts if "footnotes" in p.partname)


def test_a_missing_field_names_itself_the_letter_and_the_paragraph():
    refusal = refused("Dear Ann,", "We have decided {{ decision_reasons }}", context={"name": "Ann"})

    assert refusal.message == (
        'The letter "response_stage1" needs "decision_reasons", which this case does not have yet. '
        'It stands in the paragraph "We have decided {{ decision_reasons }}".'
    )
    assert refusal.remedy == (
        'Fill in "decision_reasons" on the case and try again, or correct the name in the template.'
    )
    assert (refusal.field, refusal.code) == ("decision_reasons", "missing_field")


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("{{ person.home.postcode }}", "person.home.postcode"),
        ("{{ works[1].cost|money }}", "works[1].cost"),
        ("{% for w in works %}{{ w.cost }}{% endfor %}", "works[0].cost"),
        ("{{ person.born|date }}", "person.born"),
        ("{% if tenancy.ended_on %}x{% endif %}", "tenancy.ended_on"),
        ("{% for x in absent %}x{% endfor %}", "absent"),
        ("{{ nobody + 1 }}", "nobody"),
        ("{{ [person.born]|sentence_list }}", "person.born"),
    ],
)
def test_a_missing_field_is_named_with_its_whole_path(text, field):
    refusal = refused("before", text, "after", context={"person": {"born": None}, "works": [{}, {}]})

    assert refusal.field == field
    assert refusal.paragraph == text


def test_a_field_without_a_value_is_false_in_a_condition_and_can_be_given_a_default():
    printed = merged(
        "{% if reason %}yes{% else %}no{% endif %}",
        "{{ reason|default('none given') }}",
        "{% if tenancy.reference %}yes{% else %}no{% endif %}",
        "{% if reason == 'x' %}yes{% else %}no{% endif %}",
        "{% if other is defined %}yes{% else %}no{% endif %}",
        context={"reason": None, "tenancy": None},
    )

    assert printed == ["no", "none given", "no", "no", "no"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ name|money }}", '"money" needs a number and was given the text "Ann"'),
        ("{{ name|date }}", '"date" needs a date and was given the text "Ann"'),
        ("{{ on|time }}", '"time" needs a date with a time and was given the date "3 December 2026"'),
        ("{{ name * 2 }}", '"*" needs numbers and was given the text "Ann"'),
        ("{{ 1 / 0 }}", "cannot be worked out"),
        ("{{ person }}", '"person", a group of fields, cannot be printed as it is'),
        ("{{ name > 3 }}", "not supported between"),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_with_its_paragraph(text, message):
    refusal = refused("first", text, context={"name": "Ann", "on": date(2026, 12, 3), "person": {"age": 3}})

    assert message in refusal.message
    assert refusal.paragraph == text


@pytest.mark.parametrize(
    ("paragraphs", "message", "paragraph"),
    [
        (["Dear {{ name", "Yours"], 'opens with "{{" and is not closed', "Dear {{ name"),
        (["Dear {{ name }", "and {{ name }}"], 'opens with "{{" and is not closed', "Dear {{ name }"),
        (["Dear {{ name and {{ name }}"], 'opens with "{{" and is not closed', "Dear {{ name and"),
        (["Dear { name }}"], '"}}" closes a tag that was never opened', "Dear { name }}"),
        (["{%p if name %}", "text"], '"{% if name %}" is never ended', "{%p if name %}"),
        (["text", "{%p endif %}"], "stands where nothing is open", "{%p endif %}"),
        (["{% for a in b %}{% endif %}{% endfor %}"], 'where "{% for a in b %}" is still open', "{% for a in b"),
        (["{{ name|shout }}"], 'Letters have no filter "shout"', "{{ name|shout }}"),
        (["{{ name name }}"], "A tag cannot be read", "{{ name name }}"),
        (["{{r name }}"], "puts a value in the place of", "{{r name }}"),
        (["{% include 'x' %}"], 'There is no block or standard paragraph "x"', "{% include 'x' %}"),
        (["{% import 'x' as y %}"], '"{% import %}" is not among', "{% import 'x' as y %}"),
    ],
)
def test_a_fault_in_a_tag_is_told_with_its_paragraph(paragraphs, message, paragraph):
    refusal = refused("first", *paragraphs, context={"name": "Ann", "b": []})

    assert message in refusal.message
    assert refusal.paragraph.startswith(paragraph)


def test_a_fault_in_the_header_says_that_it_is_in_the_header():
    refusal = refused("body", header="Ref {{ case.reference }}", context={"case": {}})

    assert refusal.message.endswith('It stands in the header, in the paragraph "Ref {{ case.reference }}".')


def test_a_tag_that_ends_in_another_piece_of_the_layout_is_refused():
    refusal = refused("{%p if upheld %}", table=[["{% endif %} a", "b"]], context={"upheld": False})

    assert refusal.code == "layout"
    assert "{%p endif %}" in refusal.remedy


def test_a_property_is_written_as_it_is():
    letter = merge(word_file("x", properties={"title": "{{ t }}"}), {"t": "A & B &amp; <C>"}, template_name="x")

    assert docx.Document(io.BytesIO(letter)).core_properties.title == "A & B &amp; <C>"


def test_data_is_never_read_as_a_template():
    hostile = "{{ secret }} {% for x in y %}"
    parts = {"header": "{{ t }}", "footer": "{{ t }}", "footnote": "{{ t }}", "properties": {"title": "{{ t }}"}}

    letter = merge(word_file("{{ t }}", **parts), {"t": hostile, "secret": "LEAKED"}, template_name="x")

    document = docx.Document(io.BytesIO(letter))
    assert document.paragraphs[-1].text == hostile
    assert document.core_properties.title == hostile
    assert b"LEAKED" not in letter


def test_footnotes_are_rendered_once_however_many_sections_there_are():
    document = docx.Document(io.BytesIO(word_file("x", footnote="{{ t }}")))
    document.add_section()
    file = io.BytesIO()
    document.save(file)

    letter = merge(file.getvalue(), {"t": "{{ secret }}", "secret": "LEAKED"}, template_name="x")

    notes = next(p for p in docx.Document(io.BytesIO(letter)).part.package.parts if "footnotes" in p.partname)
    assert b"{{ secret }}" in notes.blob


def test_data_that_is_not_plain_is_refused_with_its_path():
    with pytest.raises(TemplateError, match=r'given "works\[0\]\.owner" as a object'):
        merge(word_file("x"), {"works": [{"owner": object()}]}, template_name="x")


def test_a_field_named_like_a_method_is_the_field():
    assert merged("{{ order.items }}", context={"order": {"items": "tiles"}}) == ["tiles"]
