"""What the specification's tables say, kind by kind (DMN 1.5, chapter 10.3)."""

import pytest

from engine import feel

SCOPE = {"a": 5, "due date": None, "people": [{"name": "Ada", "age": 36}, {"name": "Grace", "age": 45}], "yes": True}


def value(text: str) -> object:
    """Return the value of `text` as FEEL would show it."""
    return feel.shown(feel.compile(text, names=frozenset(["due date"])).evaluate(SCOPE))


TRUTH = ("true", "false", "null")
AND = {
    ("true", "true"): "true", ("true", "false"): "false", ("true", "null"): "null",
    ("false", "true"): "false", ("false", "false"): "false", ("false", "null"): "false",
    ("null", "true"): "null", ("null", "false"): "false", ("null", "null"): "null",
}  # fmt: skip
OR = {
    ("true", "true"): "true", ("true", "false"): "true", ("true", "null"): "true",
    ("false", "true"): "true", ("false", "false"): "false", ("false", "null"): "null",
    ("null", "true"): "true", ("null", "false"): "null", ("null", "null"): "null",
}  # fmt: skip


@pytest.mark.parametrize(("left", "right"), AND)
def test_and_and_or_follow_the_three_valued_tables(left: str, right: str) -> None:
    assert value(f"{left} and {right}") == AND[left, right]
    assert value(f"{left} or {right}") == OR[left, right]
    assert value(f"all([{left}, {right}])") == AND[left, right]
    assert value(f"any([{left}, {right}])") == OR[left, right]


@pytest.mark.parametrize("left", TRUTH)
@pytest.mark.parametrize("right", TRUTH)
def test_de_morgans_laws_hold_with_null(left: str, right: str) -> None:
    assert value(f"not({left} and {right})") == value(f"not({left}) or not({right})")
    assert value(f"not({left} or {right})") == value(f"not({left}) and not({right})")


CASES = {
    "arithmetic": [
        ("1 + 2 * 3 - 4 / 2", "5"), ("2 ** 3 ** 2", "64"), ("-2 ** 2", "4"), ("1 / 0", "null"),
        ("1 / 3 * 3", "0.9999999999999999999999999999999999"),
        ('"a" + "b"', '"ab"'), ('"a" + 1', "null"), ("1 + null", "null"), ("true + 1", "null"),
        ("1.10 = 1.1", "true"), ("10 ** 7000", "null"), ("0 ** 0", "1"), ("0 / -1", "0"),
        ("-(2) ** 2", "4"), ("- 2 ** 2", "4"), ("1 - -2", "3"), ("2-1", "1"), ("a ** 0", "1"),
    ],
    "comparison": [
        ("1 = null", "false"), ("null = null", "true"), ("null != null", "false"), ('1 = "1"', "null"),
        ("1 < 2", "true"), ('1 < "2"', "null"),
        ("null < 1", "null"), ("[1, 2] = [1, 2]", "true"), ("{a: 1, b: 2} = {b: 2, a: 1}", "true"),
        ("true = yes", "true"), ("true = 1", "null"),
        ("a between 1 and 5", "true"), ("a between 6 and null", "false"), ("a between 1 and null", "null"),
        ('"b" between "a" and "c"', "true"),
        ('@"2026-01-01" < @"2026-01-02"', "true"), ('@"2026-01-01" = @"2026-01-01T00:00:00"', "null"),
        ('@"P1Y" = @"P12M"', "true"),
        ('@"10:00:00+01:00" = @"09:00:00Z"', "true"),
        ('@"2026-07-01T10:00:00@Europe/London" = @"2026-07-01T09:00:00Z"', "true"),
    ],
    "membership": [
        ("5 in (1..5]", "true"), ("5 in [1..5)", "false"), ("5 in ]5..9[", "false"), ("5 in (< 3, > 4)", "true"),
        ("5 in [1, 5]", "true"),
        ("5 in [[1..3], [4..6]]", "true"), ('5 in ["a".."c"]', "null"), ("null in [1..3]", "null"),
        ("5 in >= 5", "true"), ("5 in (= 5)", "true"),
        ("5 in (!= 5)", "false"), ("a in (? > 4)", "true"), ("a in (7, ? * 2 = 10)", "true"), ("1 in []", "false"),
    ],
    "lists and filters": [
        ("[1, 2, 3][2]", "2"), ("[1, 2, 3][-1]", "3"), ("[1, 2, 3][4]", "null"), ("[1, 2, 3][0]", "null"),
        ("[1, 2, 3][item >= 2]", "[2, 3]"),
        ("people[age > 40].name", '["Grace"]'), ("people[1].name", '"Ada"'), ("people.age", "[36, 45]"),
        ("5[1]", "5"), ("null[1]", "null"),
        ("people[item.age > 40][1].name", '"Grace"'), ("[1, 2][count([1])]", "1"),
        ("[{x: 1}, {y: 2}][x = 1]", "[{x: 1}]"), ("[][1]", "null"),
        ("[][item > 1]", "[]"), ("people[nobody]", "[]"), ('[1, 2]["a"]', "null"), ("[1, 2][null]", "[]"),
    ],
    "loops": [
        ("for i in 1..3 return i * i", "[1, 4, 9]"), ("for i in 3..1 return i", "[3, 2, 1]"),
        ("for i in [1..3] return i", "[1, 2, 3]"),
        ("for i in (1..3) return i", "[2]"), ("for x in [1, 2], y in [x, 10] return x * y", "[1, 10, 4, 20]"),
        ("for x in null return x", "null"),
        ("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", "[1, 1, 2, 6, 24]"),
        ("for x in 7 return x", "[7]"),
        ('for d in @"2026-12-31"..@"2027-01-01" return d', "[2026-12-31, 2027-01-01]"),
        ("some x in [1, 2] satisfies x > 1", "true"),
        ("every x in [1, 2] satisfies x > 1", "false"), ("every x in [] satisfies x > 1", "true"),
        ("some x in [null, 2] satisfies x > 3", "null"),
        ("some x in [1], y in [2, 3] satisfies x + y = 4", "true"),
    ],
    "conditionals, contexts and functions": [
        ("if null then 1 else 2", "2"), ("if true then 1 else 2", "1"), ("{a: 1, b: a + 1}.b", "2"),
        ("{}.missing", "null"), ('{"a b": 1}.a b', "1"),
        ("{f: function(x, y) x - y, r: f(y: 1, x: 5)}.r", "4"),
        ("{f: function(n: number) n, r: f(\"x\")}.r", "null"), ("(function(x) x + 1)(2)", "3"),
        ("{fact: function(n) if n < 2 then 1 else n * fact(n - 1), r: fact(20)}.r", "2432902008176640000"),
        ("{add: function(x) function(y) x + y}.add(1)(2)", "3"),
        ("due date", "null"), ("{day of week: 3}.day of week", "3"),
        ("{f: 5, r: f(1)}.r", "null"), ("{count: function(x) 7, r: count([1])}.r", "7"),
        ("{count: 3, r: count([1, 2])}.r", "2"),
    ],
    "types": [
        ("1 instance of number", "true"), ("-1 instance of number", "true"),
        ("[-1][1]", "-1"), ("-1[1]", "-1"), ("null instance of number", "false"), ("null instance of Any", "false"),
        ("[1] instance of list<number>", "true"),
        ('[1, "a"] instance of list<number>', "false"), ("{a: 1, b: 2} instance of context<a: number>", "true"),
        ("{b: 1} instance of context<a: number>", "false"),
        ("[1..2] instance of range<number>", "true"), ("abs instance of function", "true"),
        ('@"P1D" instance of days and time duration', "true"),
        ('@"P1M" instance of years and months duration', "true"),
        ('@"2026-01-01T00:00:00" instance of date and time', "true"), ("true instance of number", "false"),
    ],
    "dates and durations": [
        ('@"2026-01-31" + @"P1M"', "2026-02-28"), ('@"2024-02-29" + @"P1Y"', "2025-02-28"),
        ('@"2026-03-01" - @"2026-02-01"', "P28D"),
        ('@"2026-01-01T10:00:00" + @"PT36H"', "2026-01-02T22:00:00"), ('@"23:30:00" + @"PT1H"', "00:30:00"),
        ('@"P1D" * 1.5', "P1DT12H"), ('@"P1Y" / 2', "P6M"),
        ('@"P3D" / @"P1D"', "3"), ('@"2026-12-31T00:00:00Z" - @"2026-12-30T00:00:00Z"', "P1D"),
        ('@"9999-12-31" + @"P1D"', "null"), ("@\"P1D\" + @\"P1M\"", "null"),
        ('@"2026-03-28T12:00:00@Europe/London" + @"P1D"', "2026-03-29T13:00:00@Europe/London"),
        ('@"2026-12-03".weekday', "4"), ('@"2026-12-03".month', "12"),
        ('@"PT90M".hours', "1"), ('@"PT90M".minutes', "30"), ('@"P18M".years', "1"),
        ('@"10:00:00+01:00".time offset', "PT1H"),
        ('@"10:00:00@Europe/London".timezone', '"Europe/London"'), ('@"2026-02-30"', "null"),
        ("[1..3).end included", "false"), ("(> 3).start", "3"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [case for cases in CASES.values() for case in cases])
def test_an_expression_has_the_value_that_the_specification_gives_it(text: str, expected: str) -> None:
    assert value(text) == expected
