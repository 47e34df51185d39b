"""Ten thousand expressions at random: none raises anything but the engine's own error, and each agrees with feelin."""

import json
import re
import subprocess
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from engine import feel
from engine.errors import EngineError
from tests.bench import feel as beside
from tests.soak.feel_generator import NAMES, expressions
from tests.unit.feel.strategies import expressions as any_expressions
from tests.unit.feel.test_hostile import SCOPE
from tests.unit.feel.test_printing import shape

pytestmark = pytest.mark.soak

COUNT = 10_000
# Where the two differ, and what the specification says; the first pattern found in an expression names its class.
DIFFERENT = {
    "a duration times a number is a duration (Table 60)": r"\* 2\)",
    "a position behind the end of a text does not exist: null": r"substring\(",
    "a date and a duration of hours give a date (Table 60)": r"PT|P3DT4H",
    "an empty interval holds nothing; between is >= and <= (Table 55)": r"in \[|between",
    "an empty text is not a number": r"number\(",
    "only whole numbers are odd or even": r"odd\(",
    "numbers have 34 digits, in base ten (10.3.2.3.1)": r"modulo|sqrt|/|string\(|decimal|round|0\.1|stddev|mean",
    "the median is that of the numbers in order": r"median",
    "values of different kinds are neither equal nor unequal: null": r"=",
    "some and every are three-valued (Table 55)": r"some|every",
    "what cannot be put in order is not sorted: null": r"sort",
    "an empty list has no first position: null": r"insert before",
}


@settings(max_examples=COUNT, deadline=None, suppress_health_check=list(HealthCheck))
@given(any_expressions())
def test_no_expression_raises_anything_but_the_engines_own_error(text: str) -> None:
    names = frozenset(["due date"])
    try:
        expression = feel.compile(text, names=names)
        assert shape(feel.compile(feel.printed(expression.tree), names=names).tree) == shape(expression.tree)
        feel.check(expression, {"a": "number", "items": "list"}, functions=feel.HOST)
        feel.shown(expression.evaluate(SCOPE))
    except EngineError:
        pass


def test_the_values_are_those_of_feelin_but_where_the_specification_decides_otherwise() -> None:
    texts = expressions(COUNT, seed=1)
    theirs = feelins(texts)
    scope = decimals(NAMES)

    kinds: Counter[str] = Counter()
    unexplained = []
    for text, their in zip(texts, theirs, strict=True):
        ours = feel.shown(feel.compile(text).evaluate(scope))
        if rounded(ours) != rounded(their):
            why = next((why for why, pattern in DIFFERENT.items() if re.search(pattern, text)), "")
            kinds[why] += 1
            unexplained += [] if why else [f"{text} is {ours} here and {their} in feelin"]

    print(f"\n{COUNT - kinds.total():,} of {COUNT:,} the same", *kinds.most_common(), sep="\n")
    assert unexplained == []


def feelins(texts: list[str]) -> list[str]:
    """Return what feelin says to each text."""
    node = beside._program("node")
    try:
        if node is None:
            raise OSError("no node")
        beside._install()
    except (OSError, subprocess.SubprocessError) as error:
        pytest.skip(beside.NO_NODE.format(error))
    asked = json.dumps([{"text": text, "context": NAMES} for text in texts])
    command = [node, str(beside.FEELIN / "evaluate.mjs")]
    answer = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
    return [each.get("value", "an error") for each in json.loads(answer.stdout)]


def decimals(value: Any) -> Any:
    """Return values with the numbers that a case has."""
    if isinstance(value, dict):
        return {key: decimals(entry) for key, entry in value.items()}
    return Decimal(str(value)) if type(value) in (int, float) else value


def rounded(text: str) -> str:
    """Return a written value with its numbers to nine digits."""
    return re.sub(r"(?<![\w\"-])-?\d+(\.\d+)?(e[+-]?\d+)?(?![\w\"-])", lambda found: f"{float(found[0]):.9g}", text)
