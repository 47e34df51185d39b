"""Checking an expression before it runs."""

import pytest

from engine import feel

KNOWN = {
    "arrears": "number",
    "due_on": "date",
    "is_open": "boolean",
    "at": "date and time",
    "anything": "Any",
    "opened_on": "date",
    "tenancy.type": "string",
    "tenancy.started_on": "date",
    "items": "list",
}


def findings(text: str) -> list[str]:
    """Return what the check says about `text`."""
    return [problem.sentence for problem in feel.check(feel.compile(text), KNOWN, functions=feel.HOST)]


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
        'if is_open then "yes" else null',
        "arrears in (1, [2..3], > 500, null)",
        "items[1]",
        "items[count(items)].price * 2",
        "anything.x.y(1)",
        'anything > 3 and anything = "a" or anything',
        'string(arrears) + " pounds"',
        'opened_on + duration("P14D") > due_on',
        'opened_on - due_on > @"P3D"',
        "opened_on.year + at.hour > 2030",
        "working days(from: opened_on, to: at) > 3",
        "count([1, 2]) > 1 and count(arrears) = 1",
        "min(1, 2, 3) < max([arrears])",
        'append(items, "a", 1)',
        'date and time(opened_on, @"10:00:00") < at',
        "date(at) = opened_on",
        "for x in 1..count(items) return items[x]",
        'get or else(arrears, "none")',
        "not(is_open)",
        "abs(arrears) > 1",
        'string join(["a"], ", ")',
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
        ("now > at", "`now` is a function; write `now()`."),
        ("arrears * 2 + tenancy.type", "`+` between a number and a string has no answer. Write string(…)"),
        ("opened_on > at", "`>` between a date and a date and time has no answer. Write date(…)"),
        ("today() = at", "`=` between a date and a date and time"),
        ("is_open > true", "`>` has no answer between two values of type boolean"),
        ("if arrears then 1 else 2", "`if` needs what is true or false, not a number."),
        ("is_open and arrears", "`and` needs what is true or false, not a number."),
        ("items[string(1)]", "A filter needs what is true or false, not a string."),
        ("some x in items satisfies count(x)", "`satisfies` needs what is true or false, not a number."),
        ('arrears in (1, "2")', "`in` between a number and a string"),
        ('arrears in ["a".."b"]', "`in` between a number and a string"),
        ("arrears in > opened_on", "`>` between a number and a date"),
        ('[1.."a"]', "`..` between a number and a string"),
        ('arrears between 1 and "a"', "`between` between a number and a string"),
        ("-tenancy.type", "`-` needs a number or a duration, not a string."),
        ("upper case(arrears)", "`string` of `upper case` should be a string, not a number."),
        ("working days(opened_on)", "`working days` is not called this way; write `working days(from, to)`."),
        ("working days(from: opened_on, till: at)", "`working days` is not called this way"),
        ("add working days(tenancy.type, 5)", "`date` of `add working days` should be a date or a date and time"),
        ("due(opened_on, opened_on)", "`rule` of `due` should be a string, not a date."),
        ("opened_on.yeer", "A date has no `yeer`. Did you mean `year`?"),
        ("arrears.amount", "A number has no `amount`."),
        ("count(items).x", "A number has no `x`."),
        ("arrears(1)", "A number is not a function and cannot be called."),
        ('(if is_open then 1 else 2) + "a"', "`+` between a number and a string"),
        ('opened_on.year = "2026"', "`=` between a number and a string"),
    ],
)
def test_a_bad_expression_is_found_out(text: str, finding: str) -> None:
    assert any(sentence.startswith(finding) for sentence in findings(text)), findings(text)


def test_findings_come_in_reading_order_with_their_place() -> None:
    problems = feel.check(feel.compile("one and\n two"), [])

    assert [(problem.line, problem.column) for problem in problems] == [(1, 1), (2, 2)]


def test_the_cell_of_a_decision_table_is_checked_against_the_type_of_its_column() -> None:
    cell = feel.compile('< 10, "high", [1..5]', unary=True)

    problems = feel.check(cell, {"?": "number"})

    assert [problem.sentence for problem in problems] == ["`in` between a number and a string has no answer."]


def test_an_expression_full_of_faults_is_told_the_first_of_them_only() -> None:
    names = [f"field_{number}" for number in range(4_000)]
    expression = feel.compile(", ".join(["[feild_1", *(f"feild_{number}" for number in range(2, 900)), "1]"]))

    assert len(feel.check(expression, names)) == 20
