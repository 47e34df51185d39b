"""Checking an expression before it runs."""

import pytest

from engine import feel

KNOWN = {
    "arrears": "number",
    "opened_on": "date",
    "tenancy.type": "string",
    "tenancy.started_on": "date",
    "items": "list",
}


def findings(text: str) -> list[str]:
    """Return what the check says about `text`."""
    return [problem.sentence for problem in feel.check(feel.compile(text), KNOWN, functions=["due"])]


@pytest.mark.parametrize(
    "text",
    [
        'arrears > 500 and tenancy.type = "SEC"',
        'due("a.b", opened_on) > now()',
        "items[price > 3].price",
        "for x in items return x + partial[-1]",
        "{a: 1, b: a}.b",
        "some x in items satisfies x.y = arrears",
        "function(a, b) a + b",
        "arrears = null",
        "items[item.name = tenancy.type]",
        "sort(items, function(x, y) x < y)",
    ],
)
def test_a_good_expression_has_no_findings(text: str) -> None:
    assert findings(text) == []


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("arreas > 1", "`arreas` is not known here. Did you mean `arrears`?"),
        ("tenancy.tpye", "`tenancy` has no entry `tpye`. Did you mean `type`?"),
        ("dues(1)", "There is no function `dues`. Did you mean `due`?"),
        ('substring("a")', "`substring` is not called this way; write `substring(string, start position, length)`."),
        ('substring(text: "a", start position: 1)', "`substring` is not called this way"),
        ('arrears > "500"', "`>` between a number and a string has no answer."),
        ("opened_on = tenancy.type", "`=` between a date and a string has no answer."),
        ("tenancy.type + arrears", "`+` between a string and a number has no answer."),
        ("arrears instance of numbr", "There is no type `numbr`."),
        ('opened_on > @"2026-02-30"', '@"2026-02-30" is no date, time, date and time or duration.'),
        ("for x in items return y", "`y` is not known here."),
    ],
)
def test_a_bad_expression_is_found_out(text: str, finding: str) -> None:
    assert any(sentence.startswith(finding) for sentence in findings(text)), findings(text)


def test_findings_come_in_reading_order_with_their_place() -> None:
    problems = feel.check(feel.compile("one and\n two"), [])

    assert [(problem.line, problem.column) for problem in problems] == [(1, 1), (2, 2)]
