from decimal import Decimal

import pytest

from engine import feel


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", Decimal(7)),
        ("0.1 + 0.2", Decimal("0.3")),
        ("-2 ** 2", Decimal(4)),
        ('arrears > 500 and tenancy.type = "SEC"', True),
        ("[1, 2, 3][item > 1]", [Decimal(2), Decimal(3)]),
        ("{f: function(n: number) if n < 2 then 1 else n * f(n - 1), g: f(10)}.g", Decimal(3628800)),
    ],
)
def test_an_expression_has_its_value(text: str, expected: object) -> None:
    scope = {"arrears": 700, "tenancy": {"type": "SEC"}}

    assert feel.compile(text).evaluate(scope) == expected


def test_an_expression_tells_which_names_it_reads_and_which_functions_it_calls() -> None:
    expression = feel.compile("for x in visits return due(x.rule, opened_on) + today()")

    assert expression.names == {"visits", "opened_on"}
    assert expression.calls == {"due", "today"}
