"""Random FEEL expressions: mostly well formed, of all kinds of parts, and often with values of the wrong kind."""

from hypothesis import strategies as st

from engine.feel.builtins import BUILTINS

NAMES = ("a", "b", "due date", "items", "nobody")
LITERALS = (
    "0", "1", "-1", "2.5", "1e6000", "99999999999999999999999999999999999", "true", "false", "null", '""', '"abc"',
    '"a+"', '"2026-02-29"', '"P1D"', '"[1..2]"', '@"2026-12-03"', '@"09:30:00Z"',
    '@"9999-12-31T23:59:59@Europe/London"',
    '@"2026-03-29T01:30:00"', '@"P1Y2M"', '@"-P999999999D"', '@"PT0.5S"', "[]", "{}", "[1..3]", '("a".."c"]', "(> 1)",
    "[1, 2, null]", "[[1], [2]]", '{a: 1, "b c": [2]}', "function(x) x", "function(x, y) x < y", "?",
)  # fmt: skip
OPERATORS = ("+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in")
TYPES = (
    "number",
    "string",
    "date",
    "list<number>",
    "context<a: number>",
    "function<number>->any",
    "range<date>",
    "Any",
)
PROPERTIES = (
    "a",
    "b c",
    "year",
    "weekday",
    "time offset",
    "timezone",
    "days",
    "months",
    "start",
    "end included",
    "value",
)


def expressions() -> st.SearchStrategy[str]:
    """Return the strategy for texts of expressions."""
    leaves = st.sampled_from(LITERALS + NAMES)
    return st.recursive(leaves, _larger, max_leaves=12)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(OPERATORS), inner),
        st.builds("-{}".format, inner),
        st.builds("if {} then {} else {}".format, inner, inner, inner),
        st.builds("for x in {} return {}".format, inner, inner),
        st.builds("for x in {}..{} return [x, partial, {}]".format, inner, inner, inner),
        st.builds("{} x in {} satisfies {}".format, st.sampled_from(("some", "every")), inner, inner),
        st.builds("({})[{}]".format, inner, inner),
        st.builds("({}).{}".format, inner, st.sampled_from(PROPERTIES)),
        st.builds("({}) instance of {}".format, inner, st.sampled_from(TYPES)),
        st.builds("({} between {} and {})".format, inner, inner, inner),
        st.builds("({} in (< {}, [{}..{}]))".format, inner, inner, inner, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("{{a: {}, c: {}}}".format, inner, inner),
        st.builds("(function(x) {})({})".format, inner, inner),
        _calls(inner),
    )


def _calls(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    arguments = st.lists(inner, max_size=4).map(", ".join)
    return st.builds("{}({})".format, st.sampled_from(sorted(BUILTINS)), arguments)
