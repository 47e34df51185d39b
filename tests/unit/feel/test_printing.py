"""An expression is written as it was understood: reading what is written gives the same tree."""

from dataclasses import fields

import pytest
from hypothesis import HealthCheck, given, settings

from engine import feel
from engine.errors import EngineError
from engine.feel import syntax
from engine.feel.values import kind
from tests.environment.pace import examples
from tests.unit.feel.strategies import expressions

NAMES = frozenset(["due date"])


def shape(value: object) -> object:
    """Return a tree without the places where its parts stand."""
    if isinstance(value, (syntax.Node, syntax.Binding)):
        return type(value).__name__, *(shape(getattr(value, each.name)) for each in fields(value) if each.name != "at")
    if isinstance(value, tuple):
        return tuple(map(shape, value))
    return value if kind(value) in ("string", "boolean", "null", "number") else repr(value)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("(1+2)*3", "(1 + 2) * 3"),
        ("1+(2*3)", "1 + 2 * 3"),
        ("1-(2-3)", "1 - (2 - 3)"),
        ("-(a)**2", "-a ** 2"),
        ("-(a**2)", "-(a ** 2)"),
        ("(a or b) and c", "(a or b) and c"),
        ("a or (b and c)", "a or b and c"),
        ("due date  > 5", "due date > 5"),
        ("(if a then b else c)+1", "(if a then b else c) + 1"),
        ("for x in 1 .. 3,y in[x] return x+y", "for x in 1..3, y in [x] return x + y"),
        ("a in[1,2]", "a in ([1, 2])"),
        ("]1..2[", "(1..2)"),
        ("(a).b [ c>1 ](d:2)", "a.b[c > 1](d: 2)"),
        ("function(x:number,y)x", "function(x: number, y) x"),
        ("a instance of context<b:list<date>>", "a instance of context<b: list<date>>"),
        ('{a:1,"b c":2}', '{a: 1, "b c": 2}'),
        ("(1).x", "(1).x"),
        ("-1 instance of number", "(-1) instance of number"),
        ("-(1 instance of number)", "-(1 instance of number)"),
        ("-1[1]", "(-1)[1]"),
        ("1e400", "1E+400"),
        ('@"2026-12-03"  .  year', '@"2026-12-03".year'),
    ],
)
def test_an_expression_is_written_with_the_parentheses_that_it_needs(text: str, written: str) -> None:
    assert feel.printed(feel.compile(text, names=NAMES).tree) == written


@pytest.mark.parametrize("text", ["-", 'not("a",<5)', '"a","b"', "<5,[1..2]", "?>3"])
def test_the_cell_of_a_decision_table_is_written_too(text: str) -> None:
    tree = feel.compile(text, unary=True).tree

    assert shape(feel.compile(feel.printed(tree), unary=True).tree) == shape(tree)


@pytest.mark.drawn
@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(expressions())
def test_reading_what_is_written_gives_the_same_tree(text: str) -> None:
    try:
        tree = feel.compile(text, names=NAMES).tree
    except EngineError:
        return

    assert shape(feel.compile(feel.printed(tree), names=NAMES).tree) == shape(tree)
