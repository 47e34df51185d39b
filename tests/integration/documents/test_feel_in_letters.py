"""FEEL in letters: conditions, tables and values as diagrams write them, checked at upload, within limits."""

from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.documents.merging import merge
from engine.documents.refusals import LetterRefused
from engine.documents.templates import check, inspect
from engine.documents.trying import merge_leniently
from engine.errors import TemplateError
from tests.integration.documents.test_injection import REACHES_OUT, RUNS_CODE
from tests.word_files import lines, word_file

CASE: dict[str, Any] = {
    "arrears": {"balance": Decimal("612.40"), "agreed": None},
    "tenancy": {"members": [{"name": "Ada", "age": 46}, {"name": "Sam", "age": 12}, {"name": "Kim", "age": None}]},
    "works": [{"what": "Roof", "cost": Decimal(500)}, {"what": "Door", "cost": Decimal(50)}],
    "status": "open",
    "name": "Marks & Co",
    "received_on": date(2026, 11, 2),
    "today": date(2026, 12, 3),
    "now": datetime(2026, 12, 3, 10, tzinfo=UTC),
}
KNOWN = {
    "arrears.balance": "number",
    "arrears.agreed": "date",
    "tenancy.members": "list",
    "works": "list",
    "works.cost": "Any",
    "works.what": "Any",
    "status": "string",
    "received_on": "date",
    "today": "date",
}


def merged(*paragraphs: str) -> list[str]:
    return lines(merge(word_file(*paragraphs), CASE, template_name="reply"))


@pytest.mark.parametrize(
    ("condition", "is_met"),
    [
        ("arrears.balance > 500 and some m in tenancy.members satisfies m.age < 18", True),
        ("every m in tenancy.members satisfies m.age > 10", False),
        ("arrears.balance in [500..600]", False),
        ("count(works[cost > 100]) = 1", True),
        ("received_on < today() - duration(“P30D”)", True),
        ('status = "open"', True),
        ('name = "Marks & Co"', True),
        ("arrears.agreed = null", True),
        ("arrears.agreed > today()", False),  # null is not true
        ("count(works)", False),  # and neither is a number
        ("status", False),
        ("today().year = 2026 and date(now()) = today()", True),
    ],
)
def test_a_paragraph_stands_there_when_its_condition_gives_true_and_nothing_else(condition: str, is_met: bool) -> None:
    texts = merged(f'{{%p if feel("{condition}") %}}', "It is so", "{%p endif %}", "Yours")

    assert texts == (["It is so", "Yours"] if is_met else ["Yours"])


@pytest.mark.parametrize(
    "tag",
    [
        '{%p if not feel("status = "closed"") and feel("count(works) > 1") %}',
        "{%p if feel('status = \"open\"') %}",
        "{%p if feel(“status = “open””) %}",
        '{%p if feel("status = \\"open\\"") %}',
        '{%p if (feel("false") or feel("count(“abc”) = 1")) %}',
    ],
)
def test_an_expression_is_read_in_any_quotes_and_among_other_conditions(tag: str) -> None:
    assert merged(tag, "It is so", "{%p endif %}") == ["It is so"]


def test_what_an_expression_gives_is_looped_over_and_printed_as_the_house_writes_it() -> None:
    texts = merged(
        '{%p for work in feel("works[cost > 100]") %}',
        "{{ work.what }} for {{ work.cost|money }}",
        "{%p endfor %}",
        '{{ feel("sum(works.cost)")|money }}, {{ feel("today() + duration("P1M")") }}, {{ feel("works.what") }}',
        '{{ feel("now()")|time }} {{ feel("if status = “open” then “still open” else status") }} {{ feel("1 < 2") }}',
        '{{ feel("{a: 1, b: today()}").b|day }}',
    )

    assert texts == [
        "Roof for £500.00",
        "£550.00, 3 January 2027, Roof and Door",
        "10am still open yes",
        "Thursday 3 December 2026",
    ]


def test_an_expression_reads_what_the_loop_around_it_gives() -> None:
    texts = merged(
        "{%p for work in works %}",
        "{{ work.what }}{% if feel('work.cost > 100 and count(works) = 2') %}: dear{% endif %}",
        "{%p endfor %}",
        "{% set least = 100 %}{% for work in works if feel('work.cost < least') %}{{ work.what }}{% endfor %}",
        "{% for work in works %}{% if feel('loop.last and loop.index = 2') %}{{ work.what }}{% endif %}{% endfor %}",
    )

    assert texts == ["Roof: dear", "Door", "Door", "Door"]


def test_rows_of_a_table_stand_there_when_their_condition_holds() -> None:
    rows = [
        ['{%tr for w in feel("works[cost > 100]") %}', ""],
        ["{{ w.what }}", "{{ w.cost }}"],
        ["{%tr endfor %}", ""],
    ]

    assert lines(merge(word_file(table=rows), CASE, template_name="reply")) == ["Roof", "500"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{% if feel("status =") %}x{% endif %}', 'The FEEL expression "status =" cannot be read'),
        ("{% if feel(status) %}x{% endif %}", '"feel" takes one expression in quotes'),
        ("{% if feel() %}x{% endif %}", '"feel" takes one expression in quotes'),
        ("{{ feel('status', 'x') }}", '"feel" takes one expression in quotes'),
        (f'{{{{ feel("{"1 + " * 600}1") }}}}', "longer than 2,000 characters"),
        ("{{ __feel_value__('1', {}, {}) }}", "is no name of a field"),
        ("{{ feel|string }}", 'needs "feel"'),
        ('{{ feel("namespace.x") }}', "reads fields, texts, numbers, dates and lists, and nothing else"),
        ('{{ feel("elsewhere.x") }}', 'needs "elsewhere"'),
        ('{{ feel("arrears.agreed") }}', "gives nothing"),
        ('{{ feel("due(“a.b”, today())") }}', "There is no function `due`"),
        ('{{ feel("for i in 1..99999999 return i") }}', "was stopped after 100,000 steps"),
        ('{{ feel("count(for i in 1..999 return for j in 1..999 return i)") }}', "was stopped after 100,000 steps"),
        ('{{ feel("' + "(" * 500 + "1" + ")" * 500 + '") }}', "levels deep"),
        ('{{ feel("matches(status, “(a+)+$”)")|money }}', "needs a number"),
    ],
)
def test_a_fault_in_an_expression_names_its_paragraph(text: str, message: str) -> None:
    with pytest.raises(LetterRefused) as caught:
        merged("Dear tenant", text)

    assert message in caught.value.message
    assert caught.value.paragraph.startswith(text[:10])
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ('{% if feel("statsu = 1") %}x{% endif %}', "unknown_field", '"statsu", which is not a field'),
        ('{% if feel("arrears.balnce > 1") %}x{% endif %}', "unknown_field", '"arrears.balnce"'),
        ('{% if feel("some w in works satisfies w.prize > 1") %}x{% endif %}', "unknown_field", '"works[].prize"'),
        ('{% for w in works %}{{ feel("w.prize") }}{% endfor %}', "unknown_field", '"works[].prize"'),
        ('{% if feel("due(1, 2) > today") %}x{% endif %}', "feel", "There is no function `due`"),
        ('{% if feel("status > 5") %}x{% endif %}', "feel", 'In the FEEL expression "status > 5"'),
        ('{% if feel("status >") %}x{% endif %}', "feel", "cannot be read"),
    ],
)
def test_the_check_at_upload_tells_of_syntax_names_and_kinds(text: str, code: str, message: str) -> None:
    [problem] = check(word_file("Dear tenant", text), KNOWN, name="reply")

    assert (problem.code, problem.place) == (code, "letter")
    assert message in problem.message
    assert problem.paragraph.startswith(text[:20])


def test_a_sound_letter_has_no_problem() -> None:
    texts = (
        '{%p if feel("arrears.balance > 500 and some m in tenancy.members satisfies m.age < 18") %}',
        '{% for w in works %}{{ feel("w.cost * 2 + arrears.balance")|money }}{% endfor %}',
        '{{ feel("works[cost > 5].what") }} {{ feel("works[item.cost > 5]") }} {{ feel("received_on.year") }}',
        '{{ feel("for w in works return w.cost") }} {{ feel("{a: 1, b: a}.b") }} {{ feel("today()") }}',
        "{%p endif %}",
    )

    assert check(word_file(*texts), KNOWN, name="reply") == []


def test_the_fields_that_expressions_read_are_among_those_of_the_letter() -> None:
    text = '{% for w in works %}{% if feel("w.cost > limit and some m in tenancy.members satisfies m.age < 18") %}'

    paths = [use.path for use in inspect(word_file(f"{text}x{{% endif %}}{{% endfor %}}")).fields]

    assert paths == ["works", "works[].cost", "limit", "tenancy.members", "tenancy.members[].age"]


@pytest.mark.parametrize("payload", [*RUNS_CODE, *REACHES_OUT])
def test_a_payload_in_an_expression_is_refused_and_nothing_runs(payload: str, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    inner = payload.replace("CANARY", str(canary)).removeprefix("{{").removesuffix("}}").replace("'", '\\"')

    for text in (f"{{{{ feel('{inner}') }}}}", f"{{%p if feel('{inner}') %}}"):
        template = word_file(text, "{%p endif %}" if "if" in text[:5] else "x")
        with suppress(TemplateError):  # FEEL finds nothing of the kind: the condition does not hold, or is no FEEL
            assert lines(merge(template, {"person": {"name": "Ann"}}, template_name="hostile")) == []

    assert not canary.exists()


def test_a_trial_goes_on_where_an_expression_misses_something() -> None:
    trial = merge_leniently(
        word_file('{{ feel("arrears.agreed") }} {{ feel("elsewhere + 1") }} {% if feel("nowhere > 1") %}x{% endif %}'),
        CASE,
        template_name="reply",
    )

    assert {missing.path for missing in trial.missing} >= {"elsewhere", "nowhere"}
    assert "is missing]" in lines(trial.letter)[0]


def test_an_expression_over_a_long_list_in_a_loop_is_quick_enough() -> None:
    rows = {"rows": [{"what": f"Week {n}", "paid": Decimal(n)} for n in range(1000)]}
    inner = "{% if feel('row.paid > 990 and count(rows) = 1000') %}{{ row.what }} {% endif %}"
    text = f"{{% for row in rows %}}{inner}{{% endfor %}}"

    assert lines(merge(word_file(text), rows, template_name="reply"))[0].split()[::2] == ["Week"] * 9
