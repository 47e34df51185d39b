"""How expressions are read: names, literals, faults with their place, and what a caller may pass in."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import feel
from engine.errors import ExpressionError, NotPossible


def test_names_of_several_words_are_read_when_they_are_known_or_stand_alone() -> None:
    names = frozenset(["rent - service charge", "date of birth"])
    scope = {"rent - service charge": 5, "date of birth": date(2000, 1, 1), "next visit": 2}

    assert feel.compile("rent - service charge * 2", names=names).evaluate(scope) == 10
    assert feel.compile("date of birth.year", names=names).evaluate(scope) == 2000
    assert feel.compile("next visit + 1").evaluate(scope) == 3


def test_without_being_known_a_sign_is_an_operator() -> None:
    assert feel.compile("rent-charge").evaluate({"rent": 5, "charge": 3}) == 2
    assert feel.compile("rent-charge", names=frozenset(["rent-charge"])).evaluate({"rent-charge": 7}) == 7


def test_host_functions_are_called_by_place_and_by_name_and_win_over_built_ins() -> None:
    def working_days(from_: int, to: int) -> int:
        return to - from_

    functions = {"working days": working_days, "count": lambda items: "mine", "due": lambda rule, start=None: rule}

    assert feel.compile("working days(from: 3, to: 10)").evaluate({}, functions=functions) == 7
    assert feel.compile("working days(3, 10)").evaluate({}, functions=functions) == 7
    assert feel.compile("count([1])").evaluate({}, functions=functions) == "mine"
    assert feel.compile('due("rule.id")').evaluate({}, functions=functions) == "rule.id"


def test_a_host_function_called_wrongly_or_failing_says_so() -> None:
    def due(rule: str) -> str:
        raise ValueError("no such rule")

    with pytest.raises(ExpressionError, match=r"column 1: `due` was called wrongly"):
        feel.compile("due(1, 2)").evaluate({}, functions={"due": due})
    with pytest.raises(ExpressionError, match="`due` failed: no such rule"):
        feel.compile('due("x")').evaluate({}, functions={"due": due})


def test_an_error_of_the_engine_passes_through_a_host_function_unchanged() -> None:
    def due(rule: str) -> str:
        raise NotPossible("The clock is stopped.")

    with pytest.raises(NotPossible, match="The clock is stopped"):
        feel.compile('due("x")').evaluate({}, functions={"due": due})


def test_an_unknown_function_is_an_error_with_a_suggestion() -> None:
    with pytest.raises(ExpressionError, match=r"There is no function `coutn`\. Did you mean `count`\?"):
        feel.compile("coutn([1])").evaluate({})


def test_an_unknown_name_is_null_with_a_warning_that_says_where() -> None:
    warnings: list[feel.Problem] = []

    value = feel.compile("1 +\n  arreers").evaluate({"arrears": 1}, warnings=warnings)

    assert value is None
    assert str(warnings[0]) == "Line 2, column 3: `arreers` is not known here. Did you mean `arrears`?"


def test_only_the_names_that_an_expression_needs_are_looked_up() -> None:
    class Lazy(Mapping[str, object]):
        def __init__(self) -> None:
            self.asked: list[str] = []

        def __getitem__(self, name: str) -> object:
            self.asked.append(name)
            return 1

        def __iter__(self) -> Iterator[str]:
            return iter(())

        def __len__(self) -> int:
            return 0

    scope = Lazy()

    assert feel.compile("if a = 1 then b else c").evaluate(scope) == 1
    assert scope.asked == ["a", "b"]


@pytest.mark.parametrize(
    ("given", "text", "expected"),
    [
        (5, "x + 1", Decimal(6)),
        (0.1, "x + 0.2", Decimal("0.3")),
        (True, "x + 1", None),
        ((1, 2), "count(x)", Decimal(2)),
        (float("nan"), "x", None),
        ({"y": 0.5}, "x.y * 2", Decimal("1.0")),
    ],
)
def test_values_from_outside_become_feels(given: object, text: str, expected: object) -> None:
    assert feel.compile(text).evaluate({"x": given}) == expected


def test_a_leading_equals_sign_makes_an_expression_and_its_absence_a_text() -> None:
    assert feel.literal_or_expression("= 1 + 1").evaluate({}) == 2
    assert feel.literal_or_expression("PT1S").evaluate({}) == "PT1S"


def test_a_cell_meets_its_tests() -> None:
    cell = feel.compile('not("low", "none")', unary=True)

    assert cell.evaluate({}, given="high") is True
    assert cell.evaluate({"?": "low"}) is False
    assert feel.compile("-", unary=True).evaluate({}, given=None) is True
    assert feel.compile("< limit, > 100", unary=True).evaluate({"limit": 10}, given=Decimal(5)) is True
    assert feel.compile('starts with(?, "A")', unary=True).evaluate({}, given="Ada") is True


@pytest.mark.parametrize(
    ("text", "line", "column", "sentence"),
    [
        ("1 +", 1, 4, "ends here"),
        ("if a then b", 1, 12, "needs `else`"),
        ('a = "b', 1, 5, "does not end"),
        ("a\n  + )", 2, 5, "missing before `)`"),
        ("[1, 2", 1, 6, "not closed with `]`"),
        ("{a: 1, a: 2}", 1, 1, "two entries named `a`"),
        ("f(1, b: 2)", 1, 2, "not mixed"),
        ("a between 1", 1, 12, "between 1 and 10"),
        ("for x return 1", 1, 15, "followed by `in`"),
        ("", 1, 1, "no expression"),
        ("a == 1", 1, 4, "write one `=`"),
        ("a && b", 1, 3, "write `and`"),
        ("a || b", 1, 3, "write `or`"),
        ("!a", 1, 1, "write `not(…)`"),
        ("a ? 1 : 2", 1, 7, "write `if … then … else …`"),
        ("a = 'b'", 1, 5, "in double quotes"),
        ("a = \u201cb\u201d", 1, 5, "straight double quotes"),
        ("${a}", 1, 1, "without `${…}`"),
        ("a % 2", 1, 3, "write `modulo"),
    ],
)
def test_a_fault_says_what_is_wrong_and_where(text: str, line: int, column: int, sentence: str) -> None:
    with pytest.raises(feel.FeelError) as caught:
        feel.compile(text)

    assert (caught.value.line, caught.value.column) == (line, column)
    assert sentence in caught.value.sentence


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    fault = None
    try:
        feel.compile(text)
    except feel.FeelError as error:
        fault = error

    assert fault is None or (fault.sentence and fault.line >= 1 and fault.column >= 1)


@given(st.text(max_size=40))
def test_a_text_literal_is_read_as_it_was_written(text: str) -> None:
    assert feel.compile(feel.shown(text)).evaluate({}) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**20), max_value=10**20))
def test_a_number_is_read_as_it_is_shown(number: Decimal) -> None:
    assert feel.compile(feel.shown(number)).evaluate({}) == number


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('date("03/12/2026")', "`date` has no result: `03/12/2026` is not a date such as 2026-12-03."),
        ("upper case(1)", "`upper case` has no result: `string` should be a string, not a number."),
        ("min()", "`min` does not take these 0 arguments."),
        ('@"2026-13-01"', '@"2026-13-01" is no date, time, date and time or duration.'),
        ("[1][2]", "The list has 1 item, and none with the number 2."),
        ('"£" + 1', "`+` cannot be used between the string `£` and the number `1`. Write string(…)"),
        ("[{amount: 1}][amont > 0]", "`amont` is not known here. Did you mean `amount`?"),
        ("due dat", "`due dat` is not known here. Did you mean `due date`?"),
        ("1 / 0", "1 / 0 has no result."),
    ],
)
def test_what_came_to_null_says_why(text: str, sentence: str) -> None:
    warnings: list[feel.Problem] = []

    feel.compile(text).evaluate({"due date": 1}, warnings=warnings)

    assert warnings[0].sentence.startswith(sentence)
