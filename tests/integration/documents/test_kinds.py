"""Fields whose kind does not fit what a template does with them: their kind, the paragraph and the way out."""

import pytest

from engine.documents.templates import check
from tests.word_files import word_file

KNOWN = {
    "name": "string",
    "note": "string",
    "started_on": "date",
    "due_on": "date",
    "sent_at": "date and time",
    "balance": "number",
    "rent": "number",
    "hour": "time",
    "agreed": "boolean",
    "reasons": "list",
    "tenants": "list",
    "tenants[].name": "string",
    "tenants[].age": "number",
    "tenants[].since": "date",
    "person.address.lines": "list",
    "person.address.one_line": "string",
    "officer.signature": "picture",
    "photographs": "list",
    "photographs.picture": "picture",
    "photographs.title": "string",
    "choice": "Any",
    "clocks": "Any",
}

MISFITS = {
    # filters
    "{{ name|date }}": ("“name” is a text, and the filter “date” writes dates.", "Write {{ name }}."),
    "{{ started_on|money }}": (
        "“started_on” is a date, and the filter “money” writes amounts.",
        "Write {{ started_on|date }}.",
    ),
    "{{ started_on|time }}": ("is a date, and the filter “time” writes the time of a date with a time", "|date }}"),
    "{{ hour|time }}": ("“hour” is a time of day, and", "Write {{ hour }}."),
    "{{ agreed|number(2) }}": ("“agreed” is a yes or no, and the filter “number”", "{% if agreed %}…{% endif %}"),
    "{{ reasons|money }}": ("“reasons” is a list, and", "Write {{ reasons|sentence_list }}."),
    "{{ name|default('x', true)|money }}": ("“name” is a text, and the filter “money”", "Write {{ name }}."),
    "{{ balance|join(', ') }}": ("“balance” is a number, and the filter “join” needs a list", "|number }}"),
    "{{ tenants|sum(attribute='name') }}": (
        "“tenants.name” is a text, and “+” works out numbers",
        "number in its form",
    ),
    "{{ tenants|sentence_list }}": ("“tenants” is a list, and", "{% for one in tenants %}{{ one.name }}{% endfor %}"),
    "{{ balance|length }}": ("“balance” is a number, and the filter “length” counts", "|number }}"),
    "{{ due_on|qr }}": ("“due_on” is a date, and the filter “qr” draws texts and numbers", "|date }}"),
    "{{ person.address|upper }}": ("“person.address” is a group of fields, and", "{{ person.address.lines }}"),
    # loops
    "{% for x in name %}{{ x }}{% endfor %}": ("“name” is a text, and a loop goes through a list", "Write {{ name }}."),
    "{% for x in started_on %}{% endfor %}": ("“started_on” is a date, and a loop goes through a list", "|date }}"),
    "{% for t in tenants %}{% for x in t.age %}{% endfor %}{% endfor %}": ("“tenants.age” is a number", "{{ t.age|nu"),
    # arithmetic
    "{{ name * 2 }}": ("“name” is a text, and “*” works out numbers.", "Make the field a number in its form."),
    "{{ balance + note }}": ("“note” is a text, and “+” works out numbers.", "number in its form"),
    "{{ started_on + 14 }}": ("“started_on” is a date, and “+” works out numbers.", "started_on + duration('P14D')"),
    "{{ started_on - balance }}": ("“started_on” is a date, and “-”", "in FEEL"),
    "{{ -agreed }}": ("“agreed” is a yes or no, and “-” works out numbers.", "{% if agreed %}"),
    "{{ rent - name|length - note }}": ("“note” is a text, and “-” works out numbers.", "number in its form"),
    # order
    "{% if note < name %}x{% endif %}": ("“note” is a text, and “<” compares numbers or dates.", "in its form"),
    "{% if balance > '5' %}x{% endif %}": ("“balance” is a number, and “>” compares it with a text.", "of its kind"),
    "{% if started_on >= '2026-12-01' %}x{% endif %}": (
        "“started_on” is a date, and “>=” compares it with a text.",
        "Compare it in FEEL: {% if feel(\"started_on < date('2026-12-03')\") %}.",
    ),
    "{% if sent_at < due_on %}x{% endif %}": (
        "“sent_at” is a date with a time, and “<” compares it with a date",
        "FEEL",
    ),
    "{% if 3 in balance %}x{% endif %}": ("“balance” is a number, and “in” looks for something in a list", "|number"),
    # parts of plain values
    "{{ name.first }}": ("“name” is a text and has no “first” in it.", "Write {{ name }}."),
    "{{ started_on.hour }}": ("“started_on” is a date and has no “hour” in it.", "|date }}"),
    "{% for t in tenants %}{{ t.age.years }}{% endfor %}": ("“tenants.age” is a number and has no “years”", "|number"),
    "{{ tenants.name }}": ("“tenants” is a list and has no “name” in it.", "{% for one in tenants %}"),
    # printed as a whole
    "{{ tenants }}": ("“tenants” is a list and cannot be printed as a whole.", "{{ one.name }}"),
    "{% for t in tenants %}{{ t }}{% endfor %}": (
        "“tenants” is a group of fields and cannot be printed",
        "{{ t.name }}",
    ),
    "{{ person.address }}": ("“person.address” is a group of fields and cannot", "{{ person.address.lines }}"),
    "{{ name if agreed else tenants }}": ("“tenants” is a list and cannot be printed as a whole.", "one.name"),
    "{{ 'Dear ' ~ tenants }}": ("“tenants” is a list, and “~” writes plain values.", "one.name"),
    # pictures
    "{{ officer.signature|upper }}": ("“officer.signature” is a picture, and", "Write {{ officer.signature }}."),
    "{{ 'x' ~ officer.signature }}": ("“officer.signature” is a picture, and “~”", "Write {{ officer.signature }}."),
}

FITTING = """
{{ name }} {{ started_on }} {{ balance }} {{ agreed }} {{ reasons }} {{ person.address.lines }} {{ hour }}
{{ started_on|date }} {{ sent_at|day }} {{ sent_at|time }} {{ balance|money }} {{ balance|number(2) }} {{ choice|date }}
{{ choice|money }} {{ choice + 1 }} {{ choice.whatever }} {{ clocks.any.due_on|date }} {{ note|paragraphs }}
{{ reasons|sentence_list }} {{ reasons|join(', ') }} {{ reasons|length }} {{ reasons|first|upper }}
{{ tenants|map(attribute='name')|sentence_list }} {{ tenants|sum(attribute='age') }} {{ (tenants|first).name }}
{{ tenants|length }} {{ tenants[0].since|date }} {{ name.upper() }} {{ name.split(' ')|first }} {{ name[0] }}
{% if name %}{% endif %}{% if tenants %}{% endif %}{% if person.address %}{% endif %}
{% if officer.signature %}{% endif %}
{% if name == 3 %}{% endif %}{% if balance > rent + 5 %}{% endif %}{% if due_on < started_on %}{% endif %}
{% if hour > '09:30' %}{% endif %}{% if 'x' in name %}{% endif %}{% if 'x' in reasons %}{% endif %}
{{ name + note }} {{ name ~ balance ~ started_on }} {{ (due_on - started_on).days }} {{ balance - rent * 2 }}
{% for t in tenants %}{{ t.name }}{{ t.age + 1 }}{{ t.since|date }}{{ loop.index + 1 }}{% endfor %}
{% for r in reasons %}{{ r }}{% endfor %}{% for t in tenants|sort(attribute='age') %}{{ t.name }}{% endfor %}
{% set x = tenants %}{% for t in x %}{{ t.name }}{% endfor %}{% set total = rent %}{{ total|money }}
{% for p in photographs %}{{ p.picture }}{{ p.title }}{% endfor %}{{ officer.signature }}{{ name|qr }} {{ balance|qr }}
{{ feel("balance + 1")|money }} {{ feel("tenants[age > 3]")|length }} {{ name|default('–') }} {{ name or 'none' }}
"""


def test_each_field_that_does_not_fit_is_told_with_its_kind_its_paragraph_and_the_way_out():
    found = {problem.paragraph: problem for problem in check(word_file(*MISFITS), KNOWN, name="reply")}

    for paragraph, (message, remedy) in MISFITS.items():
        problem = found.pop(paragraph, None)
        assert problem is not None, paragraph
        assert (problem.code, problem.place) == ("wrong_type", "letter"), problem
        assert message in problem.message and remedy in problem.remedy, problem
    assert found == {}


def test_what_fits_or_is_of_a_kind_that_nobody_knows_is_no_fault():
    assert check(word_file(*FITTING.strip().splitlines()), KNOWN, name="reply") == []


@pytest.mark.parametrize("kind", ["email", "sms"])
def test_messages_are_checked_too_and_show_no_pictures(kind):
    head = b"Subject: {{ name|money }}\n\n" if kind == "email" else b"{{ name|money }}\n"
    body = b"{{ officer.signature }} {{ balance|date }} {% for p in photographs %}{{ p.title }}{% endfor %}"

    found = check(head + body, KNOWN, name="reply", kind=kind)

    assert sorted(problem.message.split(",")[0] for problem in found) == [
        "“balance” is a number", "“name” is a text", "“officer.signature” is a picture",
    ]  # fmt: skip
    assert {problem.place for problem in found} <= {"subject", "text"}


def test_a_picture_in_notes_or_properties_is_told():
    template = word_file("x", footnote="{{ officer.signature }}", properties={"title": "{{ officer.signature }}"})

    assert [problem.place for problem in check(template, KNOWN, name="reply")] == ["notes", "properties"]


def test_a_block_is_told_by_its_name():
    letter = word_file('{%p include "foot" %}', header="{{ started_on|money }}")

    found = check(letter, KNOWN, name="reply", blocks={"foot": word_file("{{ name|date }}")})

    assert [(problem.place, problem.paragraph) for problem in found] == [
        ('block "foot"', "{{ name|date }}"), ("header", "{{ started_on|money }}"),
    ]  # fmt: skip


def test_a_wrong_name_of_a_photograph_is_told_with_the_nearest():
    (problem,) = check(word_file("{% for p in photographs %}{{ p.titel }}{% endfor %}"), KNOWN, name="reply")

    assert problem.code == "unknown_field" and problem.remedy == 'Did you mean "photographs.title"?'


def test_expressions_of_feel_are_checked_by_kind_too():
    texts = ["{% if feel('name > 3') %}x{% endif %}", "{% if feel('officer.signature = null') %}x{% endif %}"]

    (problem,) = check(word_file(*texts), KNOWN, name="reply")

    assert problem.code == "feel" and "between a string and a number" in problem.message
