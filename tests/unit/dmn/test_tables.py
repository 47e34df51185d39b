"""Decision tables: hit policies, defaults, and what the check finds."""

from decimal import Decimal

import pytest

from engine import dmn
from tests.unit.dmn.models import decision, model, table

RULES = [("< 100", '"low"'), ("[50..200]", '"middle"'), ("> 150", '"high"')]


def decide(arrears: object, policy: str, *, rules: list[tuple[str, ...]] = RULES, **more: str) -> object:
    """Return what a table over `arrears` answers."""
    return model(decision("priority", table(["arrears"], ["level"], rules, policy, **more))).evaluate(
        "priority", {"arrears": arrears}
    )


@pytest.mark.parametrize(
    ("policy", "arrears", "expected"),
    [
        ("UNIQUE", 10, "low"),
        ("UNIQUE", None, None),
        ("FIRST", 75, "low"),
        ("RULE ORDER", 75, ["low", "middle"]),
        ("COLLECT", 175, ["middle", "high"]),
    ],
)
def test_a_hit_policy_says_which_rules_answer(policy: str, arrears: object, expected: object) -> None:
    assert decide(arrears, policy) == expected


def test_priority_and_output_order_follow_the_output_values() -> None:
    values = '"high","middle","low"'

    assert decide(75, "PRIORITY", values=values) == "middle"
    assert decide(175, "OUTPUT ORDER", values=values) == ["high", "middle"]


@pytest.mark.parametrize(
    ("aggregation", "expected"), [("SUM", 7), ("MIN", 2), ("MAX", 5), ("COUNT", 2), ("", [Decimal(5), Decimal(2)])]
)
def test_collect_sums_up(aggregation: str, expected: object) -> None:
    rules = [("> 10", "5"), ("> 20", "2"), ("> 30", "9")]

    assert decide(25, "COLLECT", rules=rules, aggregation=aggregation) == expected


def test_unique_with_two_hits_is_an_error_that_names_both_rules() -> None:
    with pytest.raises(dmn.DecisionError, match="priority: rule 1 and rule 2 both apply, but the hit policy is UNIQUE"):
        decide(75, "UNIQUE")


def test_any_accepts_two_hits_with_one_conclusion_only() -> None:
    same = [("> 1", '"a"'), ("> 2", '"a"'), ("> 9", '"b"')]

    assert decide(5, "ANY", rules=same) == "a"
    with pytest.raises(dmn.DecisionError, match="rule 1 and rule 3 both apply and conclude differently"):
        decide(10, "ANY", rules=same)


def test_a_default_answers_when_no_rule_applies() -> None:
    assert decide(-1, "FIRST", rules=[("> 5", '"a"')], default='"none"') == "none"
    assert decide(-1, "RULE ORDER", rules=[("> 5", '"a"')], default='"none"') == ["none"]


def test_several_outputs_make_a_context() -> None:
    logic = table(["a", "b"], ["x", "y"], [("1", '"p","q"', "10", "a + 1"), ("-", "-", "20", "null")], "FIRST")

    assert model(decision("d", logic)).evaluate("d", {"a": 1, "b": "q"}) == {"x": 10, "y": 2}
    assert model(decision("d", logic)).evaluate("d", {"a": 1, "b": "z"}) == {"x": 20, "y": None}


def test_a_cell_may_ask_about_its_input_and_about_other_names() -> None:
    rules = [('starts with(?, "S") and limit > 1', "1"), ("not(null)", "2")]
    logic = model(decision("d", table(["kind"], ["o"], rules, "FIRST")))

    assert logic.evaluate("d", {"kind": "SEC", "limit": 2}) == 1
    assert logic.evaluate("d", {"kind": "SEC", "limit": 0}) == 2


def test_a_cell_that_cannot_be_read_is_named() -> None:
    with pytest.raises(dmn.DecisionError, match=r"priority, rule 2, input “arrears”: Line 1, column 2"):
        decide(1, "FIRST", rules=[("> 1", "1"), ("<", "2")])


def test_a_rule_with_too_few_cells_and_an_unknown_hit_policy_are_refused() -> None:
    with pytest.raises(dmn.DecisionError, match="rule 1 has 1 conditions and 0 conclusions"):
        decide(1, "FIRST", rules=[("> 1",)])
    with pytest.raises(dmn.DecisionError, match="`LAST ` is not a hit policy"):
        decide(1, "LAST")


# The check


def findings(
    rules: list[tuple[str, ...]], policy: str = "UNIQUE", inputs: tuple[str, ...] = ("a",), **more: str
) -> list[str]:
    """Return the messages of what the check finds in a table."""
    found = dmn.check(model(decision("d", table(inputs, ["o"], rules, policy, **more))))
    return [each.message for each in found if each.code != "unused"]


def test_a_complete_table_without_overlaps_has_no_findings() -> None:
    rules = [("< 100", '"A","B"', "1"), (">= 100", '"A","B"', "2"), ("-", 'not("A","B")', "3")]

    assert findings(rules, inputs=("arrears", "kind")) == []


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        ([("< 100", "1"), ("> 100", "2")], "d: no rule applies when a is 100."),
        ([("[0..10]", "1"), ("[11..20]", "2"), ("< 0", "3"), ("> 20", "4")], "d: no rule applies when a is 10.5."),
        ([('"x"', "1"), ('"y"', "2")], "d: no rule applies when a is some other value."),
        ([("true", "1")], "d: no rule applies when a is false."),
        ([('< @"2026-01-01"', "1"), ('> @"2026-01-02"', "2")], "d: no rule applies when a is 2026-01-01."),
        ([("<= 9", "1"), (">= 9", "2")], "d: rule 1 and rule 2 both apply when a is 9, but the hit policy is UNIQUE."),
        ([("-", "1"), ("> 1", "2")], "d: rule 1 and rule 2 both apply when a is 2, but the hit policy is UNIQUE."),
        ([("[9..1]", "1"), ("-", "2")], "d: rule 1 never applies; nothing meets its conditions."),
        ([("> limit", "1")], "d: gaps and overlaps were not looked for, since conditions on `a` are calculated."),
    ],
)  # fmt: skip
def test_the_check_finds_gaps_overlaps_and_dead_rules(rules: list[tuple[str, ...]], found: str) -> None:
    assert found in findings(rules)


def test_a_rule_behind_others_is_found_with_the_hit_policy_first() -> None:
    assert findings([("> 1", "1"), ("-", "2"), ("> 5", "3")], "FIRST") == [
        "d: rule 3 never applies; earlier rules apply wherever it would."
    ]


def test_a_default_output_closes_every_gap() -> None:
    assert findings([("> 1", "1")], default="0") == []


def test_a_conclusion_outside_the_output_values_is_found() -> None:
    assert findings([("-", '"hgih"')], values='"high","low"') == ['d, rule 1: "hgih" is not among the output values.']


def test_a_table_with_too_many_combinations_is_not_searched_for_ever() -> None:
    inputs = tuple(f"i{number}" for number in range(12))
    rules = [
        (*(str(number) if place == column else "-" for place in range(12)), "1")
        for column in range(12)
        for number in range(6)
    ]

    assert any("combinations" in message for message in findings(rules, "COLLECT", inputs))
