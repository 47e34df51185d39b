"""JUEL in FEEL: what is written, and that it decides as the other engine does, null included."""

from decimal import Decimal

import pytest

from engine import feel
from engine.definitions.dialects.expressions.nodes import Unsure
from engine.definitions.dialects.expressions.translating import juel_condition, juel_text

WRITTEN = [
    ("${amount > 500 && !approved}", "=amount > 500 and approved != true"),
    ("#{x ne \"a\" or y eq 'b'}", '=x != "a" or y = "b"'),
    ("${a.b[0].c == 3}", "=a.b[1].c = 3"),
    ("${a['b c'] == -1.5}", '=get value(a, "b c") = -1.5'),
    ("${a ? b : c ? d : e}", "=if a then b else if c then d else e"),
    ("${(a + b) * 2 - -c / (d - e)}", "=(a + b) * 2 - -c / (d - e)"),
    ("${(a && b) || (c && d)}", "=a and b or c and d"),
    ("${a && (b || c)}", "=a and (b or c)"),
    ("${(a == b) == c}", "=(a = b) = c"),
    ("${a - (b - c)}", "=a - (b - c)"),
    ("${environment.variables.total > environment.output.most}", "=total > most"),
    ('${execution.getVariable("x").equals("y")}', '=x = "y"'),
    ("${execution.getVariable('total') le 5}", "=total <= 5"),
    ("${variables:gte(total, 5)}", "=total >= 5"),
    ("${order.getCustomer().isKnown()}", "=order.customer.known"),
    ("${a % 2 == 0}", "=modulo(a, 2) = 0"),
    ("${nrOfCompletedInstances / nrOfInstances >= 0.5}", "=numberOfCompletedInstances / numberOfInstances >= 0.5"),
    ("${case == person}", "=case_value = person_value"),
    ("${execution.processBusinessKey == 'x'}", '=case.reference = "x"'),
    ('${a == "say \\"hi\\" \\\\ \\n"}', '=a = "say \\"hi\\" \\\\ \\n"'),
]


@pytest.mark.parametrize(("text", "expected"), WRITTEN)
def test_a_condition_is_written_in_feel_with_the_same_precedence(text: str, expected: str) -> None:
    assert juel_condition(text) == expected


# Condition, names, and whether the Java engines take the way.
TABLE = [
    ("${!approved}", {"approved": None}, True),
    ("${!approved}", {"approved": False}, True),
    ("${!approved}", {"approved": True}, False),
    ("${!(amount > 5)}", {"amount": None}, True),
    ("${!(amount > 5 || urgent)}", {"amount": None, "urgent": False}, True),
    ("${!!approved}", {"approved": None}, False),
    ("${x != 'a'}", {"x": None}, True),
    ("${x == 'a'}", {"x": None}, False),
    ("${!(x == 'a')}", {"x": None}, True),
    ("${amount > 5}", {"amount": None}, False),
    ("${empty x}", {"x": None}, True),
    ("${empty x}", {"x": ""}, True),
    ("${empty x}", {"x": []}, True),
    ("${empty x}", {"x": {}}, True),
    ("${empty x}", {"x": "abc"}, False),
    ("${not empty x}", {"x": "abc"}, True),
    ("${not empty x}", {"x": [Decimal(1)]}, True),
    ("${not empty x}", {"x": Decimal(0)}, True),
    ("${not empty x}", {"x": None}, False),
    ("${approved == 'true'}", {"approved": True}, True),
    ("${approved == 'true'}", {"approved": "true"}, True),
    ("${approved == 'true'}", {"approved": None}, False),
    ("${approved != 'true'}", {"approved": None}, True),
    ("${a == true}", {"a": None}, False),
    ("${x == '5'}", {"x": Decimal(5)}, True),
    ("${list.contains('a')}", {"list": ["b", "a"]}, True),
    ("${list.contains('a')}", {"list": ["ab"]}, False),
    ("${text.contains('a')}", {"text": "bab"}, True),
    ("${!text.contains('a')}", {"text": "bob"}, True),
    ("${list.size() > 1}", {"list": ["a", "b"]}, True),
    ("${list.isEmpty()}", {"list": []}, True),
    ("${!list.isEmpty()}", {"list": ["a"]}, True),
    ("${text.equalsIgnoreCase('YES')}", {"text": "yes"}, True),
    ("${'yes'.equals(x)}", {"x": "yes"}, True),
    ("${!x.equals('yes')}", {"x": None}, True),
    ("${list.get(1) == 'b'}", {"list": ["a", "b"]}, True),
    ("${list[1] == 'b'}", {"list": ["a", "b"]}, True),
    ("${map.get('k') == 'v'}", {"map": {"k": "v"}}, True),
    ("${map.k == 'v' && map['k'] eq 'v'}", {"map": {"k": "v"}}, True),
    ("${-7 % 2 == -1}", {}, True),
    ("${a % 2 != 0}", {"a": Decimal(-3)}, True),
    ("${a ? b : c}", {"a": None, "b": True, "c": False}, False),
    ("${execution.hasVariable('x')}", {"x": None}, False),
    ("${variables:isNotEmpty(x)}", {"x": "a"}, True),
    ("${true}", {}, True),
    ("${2 * 3 + 4 == 10 && 2 + 3 * 4 == 14}", {}, True),
    ("${name.substring(1, 3) == 'bc'}", {"name": "abcd"}, True),
    ("${name.toUpperCase().startsWith('AB')}", {"name": "abc"}, True),
]


@pytest.mark.parametrize(("text", "names", "taken"), TABLE)
def test_a_condition_decides_as_it_did(text: str, names: dict[str, object], taken: bool) -> None:
    value = feel.compile(juel_condition(text)[1:]).evaluate(names)

    assert (value is True) is taken


@pytest.mark.parametrize(
    "text",
    [
        "${bean.check(x)}",
        "${check(x)}",
        "${a",
        "${a}${b}",
        "${a ==}",
        "${a b}",
        "${'a}",
        "${}",
        "${a..b}",
        "${a > '5'}",
        "${a + 'b' == 'cb'}",
        "${execution.id == 'a'}",
        "${list[i] == 1}",
        "${loopCounter == 1}",
        "${environment.services.check(a)}",
        "${1e999999 > a}",
        "${" + "(" * 500 + "a" + ")" * 500 + "}",
        "${" + "!" * 500 + "a}",
        "${" + "a." * 5_000 + "a}",
        "${a" + " + a" * 700 + "}",
        "${a" + " || a" * 20_000 + "}",
        "${" + "a ? b : " * 400 + "c}",
        "plain",
        "",
    ],
)
def test_what_is_not_certain_is_said_so(text: str) -> None:
    with pytest.raises(Unsure) as said:
        juel_condition(text)

    assert said.value.sentence.endswith(".")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("team_a, team_b", "team_a, team_b"),
        ("=not FEEL there", '="=not FEEL there"'),
        ("${owner}", "=owner"),
        ("Dear ${name}, ${n + 1} of {3}", '=string join(["Dear ", string(name), ", ", string(n + 1), " of {3}"])'),
        ("${'}'}", '="}"'),
        ("\\${a}", '="${a}"'),
        ("${dateTime().plusDays(3).toDate()}", '=now() + duration("P3D")'),
        ("${now().minusMonths(n)}", '=now() - duration("P" + string(n) + "M")'),
    ],
)
def test_a_text_with_expressions_becomes_one_expression(text: str, expected: str) -> None:
    assert juel_text(text) == expected


def test_a_part_without_a_value_leaves_nothing_as_there() -> None:
    assert feel.compile(juel_text("a${x}b")[1:]).evaluate({"x": None}) == "ab"
