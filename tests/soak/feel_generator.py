"""Well-typed FEEL expressions at random, from templates: `{number}` stands for any expression that gives a number."""

import re
from random import Random

NAMES = {"a": 5, "b": 2.5, "t": "hello", "f": True, "c": {"d": 7}}
LEAVES = {
    "number": ["0", "1", "2", "3", "-1", "2.5", "10", "7", "0.1", "a", "b", "c.d"],
    "text": ['"a"', '"abc"', '""', '"foo bar"', '"xYz"', "t"],
    "truth": ["true", "false", "f", "null"],
    "day": ['@"2026-12-03"', '@"2024-02-29"', 'date("2026-01-31")', "date(2025, 6, 15)"],
    "length": ['@"P1D"', '@"PT36H"', 'duration("P3DT4H")', '@"-PT30M"'],
    "months": ['@"P1Y2M"', '@"P13M"', 'duration("P1Y")'],
    "numbers": ["[1, 2, 3]", "[2.5]", "[10, 7, 10]"],
    "sign": ["+", "-", "*", "/"],
    "order": ["<", "<=", ">", ">=", "=", "!="],
    "kind": ["number", "string", "boolean", "date"],
    "total": ["sum", "min", "max", "mean", "product", "median", "count", "stddev"],
}
TEMPLATES = {
    "number": [
        "({number} {sign} {number})", "({number} {sign} {number})", "-({number})", "({number} ** 2)",
        "floor({number})", "ceiling({number})", "abs({number})", "modulo({number}, {number})",
        "decimal({number}, 1)", "round half up({number}, 0)", "{total}({numbers})", "string length({text})",
        "(if {truth} then {number} else {number})", "{numbers}[1]", "{numbers}[-1]", "{numbers}[9]", "({day}).year",
        "({day}).weekday", "({length}).days", "({length}).hours", "number({text})", "{{x: {number}, y: x + 1}}.y",
        "(function(p) p + {number})({number})", "sqrt({number})",
    ],
    "text": [
        "({text} + {text})", "substring({text}, 2)", "substring({text}, -1)", "upper case({text})",
        "substring before({text}, {text})", "substring after({text}, {text})", "string({number})", "string({day})",
        "(if {truth} then {text} else {text})", 'string join([{text}, {text}], "-")', 'replace({text}, "[a-z]", "x")',
        "day of week({day})", "month of year({day})",
    ],
    "truth": [
        "({truth} and {truth})", "({truth} or {truth})", "not({truth})", "({number} {order} {number})",
        "({text} = {text})", "({day} < {day})", "({number} between {number} and {number})", "({number} in [1..5])",
        "({number} in (2, > 7))", "(some x in {numbers} satisfies x > {number})", "contains({text}, {text})",
        "(every x in {numbers} satisfies x > {number})", "starts with({text}, {text})", "odd({number})",
        "({number} instance of {kind})", "({text} instance of {kind})", "list contains({numbers}, {number})",
        'matches({text}, "a.c")', "({number} = {text})",
    ],
    "day": ["({day} + {length})", "({day} + {months})", "({day} - {months})", "(if {truth} then {day} else {day})"],
    "length": ["({length} + {length})", "({length} - {length})", "({length} * 2)", "({day} - {day})"],
    "numbers": [
        "[{number}, {number}]", "(for i in 1..3 return i * {number})", "{numbers}[item > {number}]",
        "reverse({numbers})", "distinct values({numbers})", "concatenate({numbers}, {numbers})",
        "sort({numbers}, function(x, y) x < y)", "append({numbers}, {number})", "insert before({numbers}, 1, {number})",
    ],
}  # fmt: skip


def expressions(count: int, *, seed: int) -> list[str]:
    """Return so many different expressions."""
    random, found = Random(seed), dict[str, None]()
    while len(found) < count:
        found[_expression(random, random.choice(list(TEMPLATES)), random.randrange(1, 4))] = None
    return list(found)


def _expression(random: Random, kind: str, depth: int) -> str:
    is_leaf = depth <= 0 or kind not in TEMPLATES or random.random() < 0.1
    template = random.choice(LEAVES[kind] if is_leaf else TEMPLATES[kind])
    filled = re.sub(r"(?<!\{)\{(\w+)\}", lambda match: _expression(random, match[1], depth - 1), template)
    return filled.replace("{{", "{").replace("}}", "}") if not is_leaf else template
