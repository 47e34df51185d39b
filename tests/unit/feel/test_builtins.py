"""The built-in functions by family (DMN 1.5, chapter 10.3.4), with named arguments and null."""

from datetime import UTC, datetime

import pytest

from engine import feel
from engine.feel.builtins import BUILTINS
from engine.instants import frozen_at

CASES = {
    "conversion": [
        ('number("1 000,50", " ", ",")', "1000.50"), ('number("1,000", ",", ",")', "null"), ('number("x")', "null"),
        ("string(1.10)", '"1.10"'), ("string(null)", "null"),
        ('string([1, "a", null])', r'"[1, \"a\", null]"'), ("string({a: 1})", '"{a: 1}"'),
        ('date("2026-13-01")', "null"), ("date(2026, 2, 28)", "2026-02-28"),
        ("date(2026, 2, 30)", "null"), ('date(@"2026-01-01T10:00:00Z")', "2026-01-01"),
        ('time("10:00:00@Europe/Paris")', "10:00:00@Europe/Paris"),
        ('time(10, 0, 0.5, duration("PT1H"))', "10:00:00.5+01:00"), ('time(25, 0, 0)', "null"),
        ('date and time(@"2026-01-01", @"10:00:00Z")', "2026-01-01T10:00:00Z"),
        ('duration("P1Y2M")', "P1Y2M"), ('duration("P1Y2D")', "null"), ('duration("PT26H")', "P1DT2H"),
        ('years and months duration(@"2025-01-31", @"2026-03-01")', "P1Y1M"),
        ('range("[1..3)")', "[1..3)"), ('range("[3..1]")', "null"), ('number(from: "5")', "5"),
    ],
    "text": [
        ('substring("foobar", 3)', '"obar"'), ('substring("foobar", -2, 1)', '"a"'),
        ('substring("foobar", 0)', "null"), ('string length("👍🏽é")', "3"), ('substring("👍é", 2)', '"é"'),
        ('upper case("aé")', '"AÉ"'), ('substring before("foobar", "b")', '"foo"'),
        ('substring after("foobar", "xyz")', '""'), ('contains("foobar", "ob")', "true"),
        ('starts with("foobar", "fo")', "true"), ('ends with("foobar", "r")', "true"),
        ('replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")', '"[1=ab][2=]cd"'),
        ('replace("0123456789", "(\\\\d{3})(\\\\d{3})", "$2-$1")', '"345-0126789"'),
        ('matches("Foo", "foo", "i")', "true"), ('matches("a.b", "a.b", "q")', "true"),
        ('matches("axb", "a.b", "q")', "false"), ('matches("hello world", " h e l l o ", "x")', "true"),
        ('matches("Q", "[A-Z-[OI]]")', "true"), ('matches("O", "[A-Z-[OI]]")', "false"),
        ('matches("ά", "\\\\p{IsGreek}")', "true"), ('matches("a\nb", "a.b")', "false"),
        ('matches("a\nb", "a.b", "s")', "true"), ('split("a;b;;c", ";")', '["a", "b", "", "c"]'),
        ('string join(["a", null, "b"], "-")', '"a-b"'), ('string join(["a", "b"])', '"ab"'),
        ('extract("a1b22", "[0-9]+")', '["1", "22"]'), ('trim("  a ")', '"a"'),
        ('to base64("é")', '"w6k="'), ('string length(uuid())', "36"), ('is blank("  ")', "true"),
        ('contains(match: "o", string: "foo")', "true"), ("upper case(1)", "null"), ('lower case("AÉ")', '"aé"'),
    ],
    "lists": [
        ("list contains([1, null], null)", "true"), ("count([1, [2, 3]])", "2"), ("min(3, 1, 2)", "1"),
        ("max([])", "null"), ('min(["b", "a"])', '"a"'), ('max([1, "a"])', "null"),
        ("sum([1, 2.5])", "3.5"), ("sum()", "null"), ("product([2, 3])", "6"), ("mean([1, 2])", "1.5"),
        ("median([8, 2, 5, 3])", "4"), ("stddev([2, 4, 7, 5])", "2.081665999466132735282297706979931"),
        ("mode([6, 3, 9, 6, 6, 3, 3])", "[3, 6]"), ("sublist([4, 5, 6], 1, 2)", "[4, 5]"),
        ("sublist([4, 5, 6], -2)", "[5, 6]"), ("sublist([1], 5)", "null"), ("append([1], 2, 3)", "[1, 2, 3]"),
        ("concatenate([1], [2, 3], [3])", "[1, 2, 3, 3]"), ("insert before([1, 3], 2, 2)", "[1, 2, 3]"),
        ("remove([1, 2, 3], 2)", "[1, 3]"), ("reverse([1, 2])", "[2, 1]"), ("index of([1, 2, 1], 1)", "[1, 3]"),
        ("union([1, 2], [2, 3])", "[1, 2, 3]"), ("distinct values([1, 1.0, null, null])", "[1, null]"),
        ("flatten([[1, [2]], 3])", "[1, 2, 3]"), ("duplicate values([1, 2, 1])", "[1]"),
        ("list replace([2, 4, 7, 8], 3, 6)", "[2, 4, 6, 8]"),
        ("list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5)", "[5, 5, 7, 8]"),
        ("sort([3, 1, 2], function(x, y) x < y)", "[1, 2, 3]"),
        ("sort([3, 1, 2])", "[1, 2, 3]"), ("partition([1, 2, 3], 2)", "[[1, 2], [3]]"), ("is empty([])", "true"),
        ("count(null)", "null"), ("count(5)", "1"), ('sum([@"P1D", @"PT1H"])', "P1DT1H"),
    ],
    "numbers": [
        ("decimal(1/3, 2)", "0.33"), ("decimal(2.5, 0)", "2"), ("floor(-1.5)", "-2"), ("ceiling(1.56, 1)", "1.6"),
        ("round up(-5.5, 0)", "-6"), ("round down(5.5, 0)", "5"), ("round half up(-5.5, 0)", "-6"),
        ("round half down(5.5, 0)", "5"), ("decimal(1, 9999)", "null"), ("abs(-10)", "10"), ('abs(@"-P1D")', "P1D"),
        ("modulo(-12, 5)", "3"), ("modulo(12, -5)", "-3"), ("modulo(1, 0)", "null"), ("sqrt(16)", "4"),
        ("exp(0)", "1"), ("decimal(log(10), 4)", "2.3026"),
        ("sqrt(-1)", "null"), ("log(0)", "null"), ("odd(5.5)", "null"), ("even(-2)", "true"),
        ("random number() < 1", "true"), ("decimal(1234, -2)", "1200"),
    ],
    "contexts": [
        ('get value({a: 1}, "a")', "1"), ('get value({a: 1}, "b")', "null"),
        ('get value({a: {b: 2}}, ["a", "b"])', "2"), ("get entries({a: 1})", '[{key: "a", value: 1}]'),
        ('context([{key: "a", value: 1}])', "{a: 1}"),
        ('context([{key: "a", value: 1}, {key: "a", value: 2}])', "null"),
        ('context put({x: 1}, "y", 2)', "{x: 1, y: 2}"),
        ('context put({x: 1, y: {a: 0}}, ["y", "a"], 2)', "{x: 1, y: {a: 2}}"),
        ("context merge([{a: 1}, {a: 2}])", "{a: 2}"),
        ('to json({a: [1, @"2026-01-01"]})', r'"{\"a\": [1, \"2026-01-01\"]}"'),
        (r'from json("{\"a\": [1.10, null, true]}")', "{a: [1.10, null, true]}"), ('from json("[1,")', "null"),
        ('from json("NaN")', "null"), ('from json("1e99999")', "null"), ('put({x: 1}, "y", 2)', "{x: 1, y: 2}"),
        ("put all([{a: 1}, {b: 2}])", "{a: 1, b: 2}"),
    ],
    "ranges": [
        ("before(1, 10)", "true"), ("before([1..5), [5..10])", "true"), ("before([1..5], [5..10])", "false"),
        ("after([5..10], [1..5))", "true"), ("meets([1..5], [5..10])", "true"), ("met by([5..10], [1..5])", "true"),
        ("overlaps([5..10], [1..6])", "true"), ("overlaps([1..5), [5..8])", "false"),
        ("overlaps before([1..5], [3..8])", "true"), ("overlaps after([3..8], [1..5])", "true"),
        ("finishes(5, [1..5])", "true"), ("finishes(5, [1..5))", "false"),
        ("finished by([1..10], 10)", "true"), ("includes([5..10], 6)", "true"), ("during([4..6], [1..10))", "true"),
        ("starts([1..5), [1..5])", "true"), ("started by([1..10], 1)", "true"),
        ("coincides([1..5], [1..5])", "true"), ("coincides(3, [1..5])", "null"),
    ],
    "dates": [
        ('day of year(@"2026-12-31")', "365"), ('day of week(@"2026-12-03")', '"Thursday"'),
        ('month of year(@"2026-12-03")', '"December"'), ('week of year(@"2026-12-31")', "53"),
        ('last day of month(@"2028-02-01")', "2028-02-29"),
        ("today()", "2026-07-01"), ("now()", "2026-07-01T00:30:00@Europe/London"),
        ('is(@"10:00:00Z", @"10:00:00+00:00")', "true"), ('is(@"10:00:00Z", @"11:00:00+01:00")', "false"),
        ('date and time(@"2026-07-01T09:00:00Z", "Europe/London")', "2026-07-01T10:00:00@Europe/London"),
    ],
    "presence": [
        ("is defined(nobody)", "false"), ("is defined(1)", "true"), ("get or else(null, 3)", "3"),
        ("not(true)", "false"), ("not(1)", "null"), ("assert(1, true)", "1"), ("all([true, null])", "null"),
        ("any(false, true)", "true"), ("all([])", "true"), ("any([])", "false"),
    ],
}  # fmt: skip

TAKES_NULLS = ("string join", "all", "any", "min", "max")


@pytest.mark.parametrize(("text", "expected"), [case for cases in CASES.values() for case in cases])
def test_a_built_in_answers_as_the_specification_says(text: str, expected: str) -> None:
    with frozen_at(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)):
        assert feel.shown(feel.compile(text).evaluate({})) == expected


@pytest.mark.parametrize("text", ['assert(1, false, "no arrears")', 'error("no arrears")'])
def test_assert_and_error_fail_with_their_cause(text: str) -> None:
    with pytest.raises(feel.FeelError, match="no arrears"):
        feel.compile(text).evaluate({})


@pytest.mark.parametrize("name", sorted(BUILTINS.keys() - {"error", "assert"}))
def test_every_built_in_survives_null_for_every_parameter(name: str) -> None:
    for signature in BUILTINS[name].signatures:
        arguments = ", ".join("null" for _ in signature.parameters)

        value = feel.compile(f"{name}({arguments})").evaluate({})

        assert value is None or signature.parameters == () or not signature.parameters[0].kinds or name in TAKES_NULLS


def test_every_built_in_has_a_case() -> None:
    written = " ".join(text for cases in CASES.values() for text, _ in cases)

    untested = {name for name in BUILTINS if f"{name}(" not in written} - {"error"}

    assert untested == set()
