"""Every built-in of DMN 1.5 (chapter 10.3.4) and of Camunda 8 is there, by its name and its parameters' names."""

import re

import pytest

from engine import feel
from engine.feel.builtins import BUILTINS

# As the tables of the specification write them: a parameter in brackets may be left out, ... takes any number.
SPECIFIED = """
date(from) date(year, month, day) date and time(date, time) date and time(from) time(from)
time(hour, minute, second, [offset]) number(from, [grouping separator], [decimal separator]) string(from)
duration(from) years and months duration(from, to)
not(negand)
substring(string, start position, [length]) string length(string) upper case(string) lower case(string)
substring before(string, match) substring after(string, match) replace(input, pattern, replacement, [flags])
contains(string, match) starts with(string, match) ends with(string, match) matches(input, pattern, [flags])
split(string, delimiter) string join(list, [delimiter])
list contains(list, element) count(list) min(list) max(list) sum(list) mean(list) all(list) any(list)
sublist(list, start position, [length]) append(list, item) concatenate(list) insert before(list, position, newItem)
remove(list, position) list replace(list, position, newItem) list replace(list, match, newItem) reverse(list)
index of(list, match) union(list) distinct values(list) flatten(list) product(list) median(list) stddev(list) mode(list)
decimal(n, scale) floor(n, [scale]) ceiling(n, [scale]) round up(n, scale) round down(n, scale) round half up(n, scale)
round half down(n, scale) abs(n) modulo(dividend, divisor) sqrt(number) log(number) exp(number) odd(number) even(number)
is(value1, value2)
before(point1, point2) before(point, range) before(range, point) before(range1, range2)
after(point1, point2) after(point, range) after(range, point) after(range1, range2)
meets(range1, range2) met by(range1, range2) overlaps(range1, range2) overlaps before(range1, range2)
overlaps after(range1, range2) finishes(point, range) finishes(range1, range2) finished by(range, point)
finished by(range1, range2) includes(range, point) includes(range1, range2) during(point, range) during(range1, range2)
starts(point, range) starts(range1, range2) started by(range, point) started by(range1, range2)
coincides(point1, point2) coincides(range1, range2)
day of year(date) day of week(date) month of year(date) week of year(date)
sort(list, precedes)
get value(m, key) get entries(m) context(entries) context put(context, key, value) context put(context, keys, value)
context merge(contexts)
now() today() range(from)
"""
CAMUNDAS = """
is defined(value) get or else(value, default) assert(value, condition) assert(value, condition, cause)
extract(string, pattern) trim(string) uuid() to base64(value) is blank(string)
string join(list, delimiter, prefix, suffix) duplicate values(list) is empty(list) partition(list, size)
random number() get value(context, key) get value(context, keys) get entries(context)
last day of month(date) date and time(date, timezone) to json(value) from json(value)
"""


def signatures(text: str) -> list[str]:
    """Return the signatures of a list, one for each."""
    return re.findall(r"[a-z][a-z ]*\([^)]*\)", " ".join(text.split()))


@pytest.mark.parametrize("signature", signatures(SPECIFIED) + signatures(CAMUNDAS))
def test_a_built_in_is_called_by_the_names_of_its_parameters_with_and_without_the_optional_ones(signature: str) -> None:
    name, _, written = signature.removesuffix(")").partition("(")
    parameters = [part.strip() for part in written.split(",") if part.strip()]
    required = [part for part in parameters if not part.startswith("[")]

    for given in (required, [part.strip("[]") for part in parameters]):
        arranged = [each.arrange([None] * len(given), tuple(given)) for each in BUILTINS[name.strip()].signatures]
        assert any(order is not None for order in arranged), given


@pytest.mark.parametrize("name", sorted(BUILTINS))
def test_a_built_in_called_wrongly_is_null_with_a_warning_and_is_told_before(name: str) -> None:
    text = f"{name}(no such parameter: 1)"
    warnings: list[feel.Problem] = []

    value = feel.compile(text).evaluate({}, warnings=warnings)

    assert value is None and warnings[0].sentence.startswith(f"`{name}` does not take th")
    assert [problem.code for problem in feel.check(feel.compile(text), [])] == ["arguments"]
