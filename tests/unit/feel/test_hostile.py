"""Hostile expressions: each has a value or ends in the engine's own error, quickly and without reaching Python."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings

from engine import feel
from engine.errors import EngineError
from engine.feel import bounds
from tests.effort import effort_below
from tests.environment.pace import examples
from tests.unit.feel.strategies import expressions

LONG = [
    "for i in 1..100000, j in 1..100000 return i * j",
    "count(for i in 1..10000000000 return i)",
    "some i in 1..9999999999 satisfies i < 0",
    "every i in [1..9999999999] satisfies i > 0",
    "for i in 1..10000000000 return for j in 1..10000000000 return 1",
    "sum(for a in 1..99999 return sum(for b in 1..99999 return b))",
    "for i in 1..99999 return partial",
    "for i in 1..99999 return concatenate(partial, partial)",
    'for d in @"0001-01-01"..@"9999-12-31" return for e in @"0001-01-01"..@"9999-12-31" return e',
    "{f: function(n) f(n + 1), r: f(1)}.r",
    "{f: function(n) [f(n + 1), f(n + 1)], r: f(1)}.r",
    "{f: function(n) if n = 0 then 0 else f(n - 1) + f(n - 1), r: f(30)}.r",
    "{twice: function(f, n) f(f, n + 1), r: twice(twice, 1)}.r",
    "(for i in 1..9000 return i)[count((for j in 1..9000 return j)[item > 0]) > 1]",
    "sort(for i in 1..90000 return modulo(i * 7919, 90001), function(x, y) (for k in 1..99 return k)[1] < x - y)",
    "list replace(for i in 1..90000 return i, function(x, y) count(for k in 1..9999 return k) = x, 1)",
]
HUGE = [
    "2 ** 9999999999999",
    "9 ** 9 ** 9 ** 9",
    "10 ** 6144 * 10",
    "1e6144 ** 1e6144",
    "exp(1e30)",
    "for i in 1e6000..1e6001 return i",
    "[1][1e6000]",
    'substring("abc", 1e6000, 1e6000)',
    "decimal(1e6000, 6176)",
    "date(1e6000, 1, 1)",
    '@"2026-01-01" + duration("P999999999999Y")',
    '@"P999999999D" * 1e30',
    'number("1e99999")',
    "partition([1, 2], 1e30)",
    '{a: "xxxxxxxxxxxxxxxx", b: a+a+a+a+a+a+a+a, c: b+b+b+b+b+b+b+b, d: c+c+c+c+c+c+c+c, e: d+d+d+d+d+d+d+d, '
    "f: e+e+e+e+e+e+e+e, g: f+f+f+f+f+f+f+f}.g",
    "{a: [1,1,1,1,1,1,1,1], b: concatenate(a,a,a,a,a,a,a,a), c: concatenate(b,b,b,b,b,b,b,b), "
    "d: concatenate(c,c,c,c,c,c,c,c), e: concatenate(d,d,d,d,d,d,d,d), f: concatenate(e,e,e,e,e,e,e,e,e)}.f",
    'replace(string join(for i in 1..9999 return "aaaaaaaaaa"), "a", "$0$0$0$0$0$0$0$0$0$0$0$0")',
    "string(for i in 1..3000 return if i = 1 then [] else [partial[-1]])",
    "{a: for i in 1..500 return if i = 1 then [] else [partial[-1]], same: a = a}.same",
    "flatten(for i in 1..500 return if i = 1 then [1] else [partial[-1]])",
    "1" * 5_000,
    "1e99999999999",
]
DEEP = [
    "(" * 5_000 + "1" + ")" * 5_000,
    "[" * 5_000 + "]" * 5_000,
    "{a:" * 2_000 + "1" + "}" * 2_000,
    "-" * 9_000 + "1",
    "not(" * 2_000 + "true" + ")" * 2_000,
    "if true then " * 1_000 + "1" + " else 2" * 1_000,
    "function(x) " * 1_000 + "x",
    "1" + " + 1" * 4_000,
    "1" + " ** 1" * 3_000,
    "a" + ".a" * 5_000,
    "a" + "[1]" * 4_000,
    "a" + "()" * 4_000,
    "x instance of " + "list<" * 2_000 + "number" + ">" * 2_000,
    "]1.." * 60 + "1",
    "[1..[1.." * 30 + "1",
    "x in (" * 500,
    "for a in " * 1_000,
    "a between " * 1_000,
]  # fmt: skip
_SHARED = ", ".join(f"{chr(98 + n)}: [{chr(97 + n)}, {chr(97 + n)}]" for n in range(24))
SHARED = f"{{a: [1, 1], {_SHARED}}}"  # a few hundred bytes in memory, and 33 million numbers when written
SLOW = [
    f"{{one: {SHARED}, other: {SHARED}, same: one = other}}.same",
    f"string({SHARED})",
    f"to json({SHARED})",
    f"flatten({SHARED}.y)",
    f"distinct values([{SHARED}])",
    f"{SHARED}.y in {SHARED}.x",
    "duplicate values(for i in 1..20000 return [i])",
    "union(for i in 1..9000 return {a: i}, for i in 1..9000 return {a: -i})",
    "sort(for i in 1..24000 return -i)",
    '{a: string join(for i in 1..9999 return "aaaaaaaaaaaaaaaaaaaaaaaaa"), b: for i in 1..25000 return a + a}',
    "{big: context(for i in 1..5000 return {key: string(i), value: i}), "
    'b: for i in 1..20000 return context put(big, "1", i)}',
]
REGULAR = [
    'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a+)+$")',
    'split("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a|aa)+$")',
    'replace("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a*)*b", "x")',
    'matches("a", "a{1000}{1000}{1000}")',
    'matches("a", "(((((a{100}){100}){100}){100}){100})")',
    'matches("a", "(?=a)")', 'matches("a", "(?<name>a)")', 'matches("a", "[")', 'matches("a", "[a-")',
    'matches("a", "\\\\")',
    'matches("a", "[a-z-[b")', 'matches("a", "[a-[b-[c-[d]]]]")', 'matches("a", "\\p{")',
    'matches("a", "\\p{IsNowhere}")',
    'matches("a", "(a)\\1")', 'replace("a", "a", "$")', 'replace("a", "a", "\\\\x")',
    'replace("a", "a", "$99999999999")',
    'matches("a", "a", "gggg")', 'extract("aaa", "")', 'split("abc", "")', 'matches("a", "[^]")', 'matches("a", "\\C")',
]  # fmt: skip
PYTHON = [
    '"a".__class__', "[].__class__.__base__.__subclasses__()", "__import__(\"os\").system(\"id\")", "().__class__",
    "{}.__init__.__globals__", "eval(\"1\")", "exec(\"1\")", "open(\"/etc/passwd\")", "getattr(\"a\", \"upper\")",
    "a.real",
    "a.as_tuple", "(function(x) x).__code__", "abs.__globals__", "abs.body", "abs.signatures", "[1..2].operator",
    "now().tzinfo",
    "today().fromordinal(1)", "\"{0.__class__}\"", "\"%s\" % 1", "lambda: 1", "a if a else a", "x = 1; y",
    "import os", "{f: abs}.f.call",
    "item.__dict__", "partial.append(1)", "?.__class__", "tenancy.keys()", "tenancy.items", "tenancy.get(\"type\")",
    "tenancy._secret",
    "number.__name__", "@\"2026-01-01\".ctime()", "@\"P1D\".total_seconds()", "string(abs)", "range.start",
    "secret.token",
    "function(a) external {java: {class: \"java.lang.Runtime\", method signature: \"exit()\"}}",
    "(function(a) external {java: {class: \"java.lang.Runtime\", method signature: \"exit()\"}})(1)",
]  # fmt: skip
BROKEN = [
    "", " ", "=", "1 +", "+ 1", "(", ")", "[", "]", "{", "}", "{a}", "{a:}", "{:1}", "{a: 1, a: 2}", "[1,", "[1..",
    "[1..2", "1..2",
    '"', '"abc', "'abc'", "@", "@1", '@"', "if", "if a", "if a then", "if a then b", "if a then b else", "for",
    "for x", "for x in",
    "for x in a", "for x in a return", "some x in a", "every x in a", "function", "function(", "function(x",
    "function(x:) x",
    "a between", "a between 1", "a between 1 and", "a in", "a in (", "a instance", "a instance of",
    "a instance of list<",
    "f(", "f(1,", "f(a: 1, 2)", "a..b", "a.", ".a", "a[", "a[1", "#", "$", "%", "&", "a & b", "a && b", "a || b",
    "!a", "a == b",
    "\\", "\x00", "a\x00b", "\ud800", "/*", "// only a comment", "/* only a comment */", "1.2.3", "0x10", "1__0",
    "..", "...", "<", "< 1",
    ">", "a < ", "and", "or", "true and", "not", "null.null", "-", "- -", "()", "(,)", "[,]", "{,}", ";", "a; b",
    "\u202e", "𝟙", "a\u200b",
    "1e", "1e+", "e1", "@\"\"", "\"\\u12\"", "\"\\ud83d\"", "\"\\U110000\"", "\"\\", "`a`", "a ? b : c", "->",
    "a -> b", "<>", "=>", "**",
]  # fmt: skip
CORPUS = HUGE + DEEP + REGULAR + PYTHON + BROKEN


class Secret:
    """An object that no scope should hold, to see that nothing reaches into it."""

    token = "the secret"

    def __call__(self) -> str:
        return self.token


SCOPE = {"a": 1, "x": 2, "tenancy": {"type": "SEC"}, "secret": Secret(), "?": 3}


@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_a_hostile_expression_ends_in_a_value_or_in_the_engines_own_error(text: str) -> None:
    with effort_below(120):
        as_expression = _value_or_sentence(lambda: feel.compile(text).evaluate(SCOPE))
        as_cell = _value_or_sentence(lambda: feel.compile(text, unary=True).evaluate(SCOPE))

    assert "the secret" not in f"{as_expression} {as_cell}"


@pytest.mark.parametrize("text", LONG)
def test_a_long_evaluation_is_stopped_with_a_clear_sentence(text: str) -> None:
    expression = feel.compile(text)

    with effort_below(100), pytest.raises(feel.FeelError, match=r"stopped after 100,000 steps|too deeply|grew beyond"):
        expression.evaluate({})


@pytest.mark.parametrize("text", DEEP)
def test_deep_nesting_is_refused_before_python_runs_out_of_stack(text: str) -> None:
    with pytest.raises(feel.FeelError) as caught:
        feel.compile(text)

    assert "evaluate" not in caught.value.message
    assert caught.value.__context__ is None or not isinstance(caught.value.__context__, RecursionError)


def test_checking_and_writing_a_hostile_expression_ends_in_the_engines_own_error_too() -> None:
    for text in CORPUS + LONG + SLOW:
        for unary in (False, True):
            expression = _value_or_none(lambda text=text, unary=unary: feel.compile(text, unary=unary))
            if isinstance(expression, feel.Expression):
                assert isinstance(feel.check(expression, {"a": "number"}, functions=feel.HOST), list)
                assert _value_or_sentence(lambda read=expression: feel.printed(read.tree))


@pytest.mark.parametrize("text", SLOW, ids=range(len(SLOW)))
def test_a_step_that_is_large_in_itself_is_stopped_or_quick(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a bound each of them takes minutes, or all of the memory."""
    monkeypatch.setattr(bounds, "SECONDS", 0.1)

    assert _value_or_sentence(lambda: feel.shown(feel.compile(text).evaluate({})))


@pytest.mark.parametrize("text", PYTHON)
def test_nothing_reaches_python(text: str) -> None:
    value = _value_or_none(lambda: feel.compile(text).evaluate(SCOPE))

    assert value is None or isinstance(value, (str, feel.Function)), value
    assert "<class" not in str(value)


def test_a_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(feel.FeelError, match="the limit is 20,000"):
        feel.compile("1 + " * 6_000 + "1")


def test_a_smaller_budget_stops_sooner() -> None:
    expression = feel.compile("for i in 1..100 return i")

    with pytest.raises(feel.FeelError, match="stopped after 50 steps"):
        expression.evaluate({}, budget=50)


@pytest.mark.drawn
@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(expressions())
def test_a_generated_expression_raises_nothing_but_the_engines_own_error(text: str) -> None:
    value = _value_or_none(lambda: feel.compile(text, names=frozenset(["due date"])).evaluate(SCOPE))

    _value_or_none(lambda: feel.shown(value))


def _value_or_sentence(evaluate: Callable[[], object]) -> object:
    try:
        return evaluate()
    except EngineError as error:
        return error.message


def _value_or_none(evaluate: Callable[[], object]) -> object:
    try:
        return evaluate()
    except EngineError:
        return None
