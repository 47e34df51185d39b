"""What the check finds in the expressions of a model, and in tables of every kind of value."""

import pytest

from engine import dmn
from tests.unit.dmn.models import HEAD, decision, given, literal, model, needs, table

LEVELS = (
    '<itemDefinition name="tLevel"><typeRef>string</typeRef>'
    '<allowedValues><text>"low","high"</text></allowedValues></itemDefinition>'
)
APPLICANT = (
    '<itemDefinition name="tApplicant"><itemComponent name="age"><typeRef>number</typeRef></itemComponent>'
    '<itemComponent name="born"><typeRef>date</typeRef></itemComponent></itemDefinition>'
)


def messages(body: str, known: dict[str, str] | None = None) -> list[str]:
    """Return what the check says about a model, hints left out."""
    return [found.message for found in dmn.check(model(body), known) if found.severity != "info"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("age + 1", "`age` is not known here"),
        ("applicant.aeg > 17", "`applicant` has no entry `aeg`. Did you mean `age`"),
        ('applicant.age > "17"', "`>` between a number and a string has no answer"),
        ("rate * 2", "`rate` is in the model, but `d` does not require it"),
        ("upper case(applicant.age)", "`string` of `upper case` should be a string, not a number"),
        ("applicant.born instance of tPerson", "There is no type `tPerson`"),
    ],
)
def test_an_expression_of_a_decision_is_checked_against_what_it_requires(text: str, found: str) -> None:
    body = APPLICANT + given("applicant", "tApplicant") + decision("rate", literal("0.5"))

    said = messages(body + decision("d", literal(text), needs("input:applicant")))

    assert any(f"d: {found}" in sentence for sentence in said), said


def test_names_that_an_expression_binds_itself_are_known() -> None:
    entry = f'<contextEntry><variable name="a b"/>{literal("applicant.age")}</contextEntry>'
    body = literal("n + a b + count(partial)")
    rows = f'<for iteratorVariable="n"><in>{literal("[1]")}</in><return>{body}</return></for>'
    chosen = f"<filter><in>{literal('[{x: 1}]')}</in><match>{literal('x > a b')}</match></filter>"
    boxed = f"<context>{entry}<contextEntry>{rows}</contextEntry></context>"
    body = APPLICANT + given("applicant", "tApplicant")
    body += decision("d", boxed, needs("input:applicant"))
    body += decision("e", f"<context>{entry}<contextEntry>{chosen}</contextEntry></context>", needs("input:applicant"))

    assert messages(body) == []


def test_a_lone_model_without_inputs_may_name_what_its_caller_has() -> None:
    body = decision("d", literal("arrears + 1"))

    assert messages(body) == []
    assert messages(body, {"arrears": "number"}) == []
    assert messages(body, {"arrears": "string"}) == [
        "d: `+` between a string and a number has no answer. Write string(…) around what is no text"
        " (line 1, column 9 of “arrears + 1”)."
    ]
    assert messages(body, {"areas": "number"})[0].startswith("d: `arrears` is not known here")


TYPED = (
    '<decisionTable><input label="Age"><inputExpression typeRef="number"><text>age</text></inputExpression></input>'
    '<output name="level" typeRef="string"/>'
    "<rule><inputEntry><text>{cell}</text></inputEntry><outputEntry><text>{conclusion}</text></outputEntry></rule>"
    "</decisionTable>"
)


@pytest.mark.parametrize(
    ("cell", "conclusion", "found"),
    [
        ('"18"', '"adult"', "d, rule 1, input “Age”: `in` between a number and a string has no answer"),
        ("&gt; 17", "18", "d, rule 1, output “level”: This gives a number, but a string is wanted"),
        ("&gt; age limit", '"adult"', "d, rule 1, input “Age”: `age limit` is not known here"),
    ],
)
def test_a_cell_with_a_fault_is_named_by_rule_and_column(cell: str, conclusion: str, found: str) -> None:
    body = given("age", "number") + decision("d", TYPED.format(cell=cell, conclusion=conclusion), needs("input:age"))

    assert any(sentence.startswith(found) for sentence in messages(body)), messages(body)


def test_an_input_and_a_column_that_nothing_uses_are_hints() -> None:
    body = given("idle") + decision("d", table(["a", "b"], ["x"], [("-", "1", "1"), ("-", "2", "2")], "COLLECT"))

    hints = [found.message for found in dmn.check(model(body)) if found.code == "unused"]

    assert hints == ["Nothing requires the input `idle`.", "d: no rule has a condition on `a`."]


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        ([('< @"10:00:00"', "1"), ('> @"10:00:00"', "2")], "d: no rule applies when a is 10:00:00."),
        ([('[@"09:00:00"..@"17:00:00"]', "1"), ('> @"17:00:00"', "2")], "d: no rule applies when a is 00:00:00."),
        (
            [('<= @"2026-01-01T10:00:00"', "1"), ('> @"2026-01-01T10:00:01"', "2")],
            "d: no rule applies when a is 2026-01-01T10:00:01.",
        ),
        ([('< "m"', "1"), ('> "m"', "2")], 'd: no rule applies when a is "m".'),
        ([('["a".."m"]', "1"), ('["k".."z"]', "2")], 'd: rule 1 and rule 2 both apply when a is "k",'),
        ([('<= @"P1D"', "1"), ('> @"P2D"', "2")], "d: no rule applies when a is P1DT12H."),
    ],
)
def test_gaps_and_overlaps_are_found_among_values_of_every_kind(rules: list[tuple[str, str]], found: str) -> None:
    said = messages(decision("d", table(["a"], ["o"], rules)))

    assert any(sentence.startswith(found) for sentence in said), said


def test_values_that_a_type_does_not_allow_leave_no_gap() -> None:
    logic = table(["level"], ["o"], [('"low"', "1"), ('"high"', "2")]).replace(
        "<inputExpression>", '<inputExpression typeRef="tLevel">'
    )

    assert messages(LEVELS + given("level", "tLevel") + decision("d", logic, needs("input:level"))) == []


def test_a_table_with_thousands_of_rules_is_not_searched_for_ever() -> None:
    rules = [(f"[{number}..{number + 7000}]", "1") for number in range(2_000)]

    found = dmn.check(model(decision("d", table(["a"], ["o"], rules, "COLLECT"))))

    assert [each.message for each in found] == [
        "d: gaps and overlaps were not looked for, since there are too many conditions on `a`."
    ]


def library(namespace: str, body: str) -> bytes:
    """Return a model file in a namespace."""
    return f"{HEAD.replace('test', namespace)}{body}</definitions>".encode()


def test_files_that_import_one_another_are_loaded_together() -> None:
    uses = '<import name="lib" namespace="rates" importType="x"/>'
    files = {
        "a.dmn": library("main", uses + decision("d", literal("lib.rate * 2"), needs("decision:rates#rate"))),
        "b.dmn": library("rates", decision("rate", literal("21"))),
    }

    loaded = dmn.load_all(files)

    assert isinstance(loaded["a.dmn"], dmn.Model)
    assert loaded["a.dmn"].evaluate("d", {}) == 42


def test_files_that_import_one_another_in_a_circle_or_brokenly_say_so() -> None:
    files = {
        "a.dmn": library("a", '<import name="b" namespace="b" importType="x"/>'),
        "b.dmn": library("b", '<import name="a" namespace="a" importType="x"/>'),
        "c.dmn": library("c", '<import name="d" namespace="d" importType="x"/>'),
        "d.dmn": library("d", decision("d", literal("1 +"))),
    }

    said = {path: getattr(each, "message", "") for path, each in dmn.load_all(files).items()}

    assert "in a circle" in said["a.dmn"] and "in a circle" in said["b.dmn"]
    assert said["c.dmn"].startswith("It imports d.dmn, which cannot be read: d: Line 1, column 4")
