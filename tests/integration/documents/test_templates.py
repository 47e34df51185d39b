"""Templates looked at when they are uploaded: the fields that they use, and each fault with its paragraph."""

import pytest

from engine.documents.templates import LARGEST, check, inspect
from tests.word_files import members, with_part, with_relationship, word_file

KNOWN = ["person.full_name", "person.salutation", "works[].what", "works.cost", "clocks", "decision_reasons", "today"]

MEMBERS = {"works[].cost", "works[].what"}


def paths(*paragraphs: str, **parts) -> set[str]:
    return {use.path for use in inspect(word_file(*paragraphs, **parts)).fields}


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("Dear {{ person.salutation }}", {"person.salutation"}),
        ("{{ person['salutation'] }}", {"person.salutation"}),
        ("{% for w in works %}{{ w.cost|money }}{{ loop.index }}{% endfor %}", {"works", "works[].cost"}),
        ("{% for w in works|sort(attribute='cost') %}{{ w.what }}{% endfor %}", {"works", *MEMBERS}),
        ("{{ works|sum(attribute='cost') }}", {"works", "works[].cost"}),
        ("{{ (works|first).what }} {{ works[0].cost }}", MEMBERS),
        ("{% set p = person %}{{ p.full_name }}", {"person", "person.full_name"}),
        ("{% set total = 1 %}{{ total }}", set()),
        ("{% with p = person %}{{ p.full_name }}{% endwith %}{{ p }}", {"person", "person.full_name", "p"}),
        ("{% for k, v in clocks.items() %}{{ k }}{{ v.due_on }}{% endfor %}", {"clocks"}),
        ("{% if a and b is defined or c == 'x' %}{% elif d > 3 %}{% endif %}", {"a", "b", "c", "d"}),
        ("{{ name.upper() }} {{ today|date }} {{ x|default(y) }}", {"name", "today", "x", "y"}),
        ("{% for i in range(3) %}{{ i }}{% endfor %}", set()),
    ],
)
def test_the_fields_of_a_template_are_told(text, used):
    assert paths(text) == used


def test_a_field_is_told_with_its_place_and_its_paragraph():
    template = word_file("Dear {{ a }}", header="Ref {{ b }}", footnote="see {{ c }}", properties={"title": "{{ d }}"})

    report = inspect(template)

    assert [(use.path, use.place, use.paragraph) for use in report.fields] == [
        ("a", "letter", "Dear {{ a }}"),
        ("b", "header", "Ref {{ b }}"),
        ("c", "notes", "see {{ c }}"),
        ("d", "properties", "{{ d }}"),
    ]


def test_the_filters_of_a_template_are_told():
    assert inspect(word_file("{{ a|money }} {{ b|date }} {{ c|date }}")).filters == ["date", "money"]


def test_a_sound_template_with_known_fields_has_no_problem():
    template = word_file(
        "Dear {{ person.salutation }}",
        "{%p for w in works %}",
        "{{ w.what }}: {{ w.cost|money }}, by {{ clocks.complaint_stage1.due_on|day }}",
        "{%p endfor %}",
    )

    assert check(template, KNOWN, name="response_stage1") == []


def test_an_unknown_field_is_told_with_the_nearest_known_one():
    (problem,) = check(word_file("We decided {{ decision_reson }}"), KNOWN, name="reply")

    assert problem.code == "unknown_field"
    assert problem.message == 'The letter "reply" uses "decision_reson", which is not a field that this category has.'
    assert problem.remedy == 'Did you mean "decision_reasons"?'
    assert problem.paragraph == "We decided {{ decision_reson }}"


@pytest.mark.parametrize(
    ("path", "nearest"), [("salutation", "person.salutation"), ("works[0].prize", ""), ("todey", "today")]
)
def test_the_nearest_name_is_found_by_spelling_or_by_its_last_word(path, nearest):
    (problem,) = check(word_file(f"{{{{ {path} }}}}"), KNOWN, name="x")

    assert nearest in problem.remedy


def test_a_name_beneath_one_whose_inside_is_known_must_be_known_too():
    (problem,) = check(word_file("{{ person.pet }} {{ clocks.anything.at_all }}"), KNOWN, name="x")

    assert '"person.pet"' in problem.message


@pytest.mark.parametrize(
    ("paragraphs", "code", "paragraph"),
    [
        (["Dear {{ today"], "unclosed_tag", "Dear {{ today"),
        (["Dear today }}"], "stray_mark", "Dear today }}"),
        (["{% if today %}", "text"], "unclosed_block", "{% if today %}"),
        (["{% endfor %}"], "unmatched_end", "{% endfor %}"),
        (["{% else %}"], "unmatched_end", "{% else %}"),
        (["{{ today today }}"], "syntax", "{{ today today }}"),
        (["{% if today %}{{ today|shout }}{% endif %}"], "unknown_filter", "{% if today %}{{ today|shout }}"),
        (["{{p today }}"], "prints_structure", "{{p today }}"),
        (["{% macro x() %}{% endmacro %}"], "refused_tag", "{% macro x() %}"),
    ],
)
def test_a_fault_is_told_with_its_paragraph(paragraphs, code, paragraph):
    (problem,) = check(word_file("first", *paragraphs), KNOWN, name="x")

    assert problem.code == code
    assert problem.paragraph.startswith(paragraph)
    assert problem.remedy


@pytest.mark.parametrize(
    ("template", "code"),
    [
        (with_part(word_file("x"), "word/vbaProject.bin", b"x"), "macro"),
        (with_relationship(word_file("x"), "attachedTemplate", "https://evil.example/t.dotm"), "external"),
        (with_part(word_file("x"), "word/charts/chart1.xml", b"<a>{{ today }}</a>"), "not_merged"),
        (with_part(word_file("x"), "docProps/app.xml", b"<!DOCTYPE x><x/>"), "doctype"),
        (with_part(word_file("x"), "word/media/a.bin", b"\0" * 60_000_000), "too_large"),
        (b"%PDF-1.4", "damaged"),
        (b"", "damaged"),
        (b"x" * (LARGEST + 1), "size"),
    ],
)
def test_a_file_that_cannot_be_a_template_is_a_problem_and_no_exception(template, code):
    (problem,) = check(template, KNOWN, name="x")

    assert problem.code == code
    assert problem.message.endswith(".")


def test_a_tag_inside_a_word_field_is_a_problem():
    template = word_file("HERE")
    body = members(template)["word/document.xml"]
    body = body.replace(b"<w:t>HERE</w:t>", b"<w:instrText>HYPERLINK {{ today }}</w:instrText>")

    (problem,) = check(with_part(template, "word/document.xml", body), KNOWN, name="x")

    assert problem.code == "tag_in_field_code"
