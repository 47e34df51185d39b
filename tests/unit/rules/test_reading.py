"""What a rules file may say, and how it is refused."""

from datetime import date

import pytest

from engine import rules
from engine.errors import Invalid
from engine.rules.reading import LARGEST_FILE

GOOD = """
[[rule]]
id = "test.answer"
name = "Answer"
class = "regulator"
in_force_from = 2024-04-01
counts_from = "asked"
counts_from_words = "the question was asked"
within = { amount = 10, unit = "working days" }
citation = { text = "The Code", url = "https://example.org/code" }
"""


def faults_of(toml_text):
    with pytest.raises(Invalid) as refusal:
        rules.load(toml_text, source="rules.toml")
    assert "rules.toml" in refusal.value.message
    assert refusal.value.remedy
    return refusal.value.errors


def test_a_rule_is_read_as_written():
    rule = rules.load(GOOD, source="rules.toml").rule("test.answer", date(2026, 1, 1))

    assert rule.within == rules.Limit((rules.Span(10, "working days"),))
    assert rule.citation == rules.Citation("The Code", "https://example.org/code")
    assert (rule.direction, rule.day_of_event, rule.rolls_to, rule.closures_count) == ("after", 0, "", False)
    assert rule.version == "2024-04-01"


# What is replaced in the good rule, by what; where the fault is; what the sentence must say.
FAULTS = [
    ('amount = 10, unit = "working days"', 'amount = 0, unit = "weeks"', "within.amount", "from 1 to 520, found “0”"),
    ('amount = 10, unit = "working days"', 'amount = -5, unit = "weeks"', "within.amount", "found “-5”"),
    ('amount = 10, unit = "working days"', 'amount = true, unit = "weeks"', "within.amount", "found “true”"),
    ('amount = 10, unit = "working days"', 'amount = 1.5, unit = "weeks"', "within.amount", "whole number"),
    ('amount = 10, unit = "working days"', 'amount = "10", unit = "weeks"', "within.amount", "whole number"),
    ("amount = 10", "amount = 1000000000000", "within.amount", "to 1,300"),
    ('"working days"', '"workingdays"', "within.unit", "Did you mean “working days”?"),
    ('"working days"', "[[[]]]", "within.unit", "found a list of 1"),
    ("within = { amount = 10,", "within = { amont = 10,", "within.amont", "Did you mean “amount”?"),
    ('within = { amount = 10, unit = "working days" }', "within = 10", "within", "Expected a table"),
    ('within = { amount = 10, unit = "working days" }', "", "within", "“not_before” (the first), or both"),
    (
        'within = { amount = 10, unit = "working days" }',
        "within = { longer_of = [] }",
        "within.longer_of",
        "at least two",
    ),
    ("counts_from =", "count_from =", "counts_from", "needed, and missing"),
    ("counts_from =", "count_from =", "count_from", "Did you mean “counts_from”?"),
    ('class = "regulator"', 'class = "regulater"', "class", "Did you mean “regulator”?"),
    ('class = "regulator"', "class = { a = 1 }", "class", "found a table of 1"),
    ("in_force_from = 2024-04-01", 'in_force_from = "2024-04-01"', "in_force_from", "without quotes"),
    ("in_force_from = 2024-04-01", "in_force_from = 2024-04-01T00:00:00", "in_force_from", "without quotes and time"),
    (
        "in_force_from = 2024-04-01",
        "in_force_from = 2024-04-01\nin_force_to = 2023-01-01",
        "in_force_to",
        "on or after",
    ),
    ("https://example.org/code", "javascript:alert(1)", "citation.url", "starts with https://"),
    ("https://example.org/code", "http://example.org/code", "citation.url", "starts with https://"),
    ("https://example.org/code", "https://[", "citation.url", "starts with https://"),
    ('text = "The Code"', 'text = "\\u0000"', "citation.text", "printable"),
    ('text = "The Code"', 'text = "\\u202e"', "citation.text", "printable"),
    ('text = "The Code"', f'text = "{"x" * 501}"', "citation.text", "1 to 500"),
    ('text = "The Code"', 'text = ""', "citation.text", "1 to 500"),
    ('counts_from = "asked"', 'counts_from = "__class__.x"', "counts_from", "small letters"),
    ('counts_from = "asked"', 'counts_from = "Asked"', "counts_from", "small letters"),
    ("[[rule]]", "[[rule]]\nday_of_event = 2", "day_of_event", "from 0 to 1"),
    ("[[rule]]", '[[rule]]\nrolls_to = "monday"', "rolls_to", "next working day"),
    ("[[rule]]", '[[rule]]\nclosures_count = "yes"', "closures_count", "true or false"),
    (
        "[[rule]]",
        '[[rule]]\namber_after = { amount = 10, unit = "working days" }',
        "amber_after",
        "before the time is up",
    ),
    ("[[rule]]", '[[rule]]\ndirection = "before"\nday_of_event = 1', "direction", "counted back"),
    ('"working days" }', '"clock hours" }\nday_of_event = 1', "within", "run through holidays"),
    (
        '"working days" }',
        '"clock hours" }\namber_after = { amount = 1, unit = "weeks" }',
        "within",
        "cannot be mixed with weeks",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "place", "words"), FAULTS, ids=[f"{place}: {new[:40]}" for _, new, place, _ in FAULTS]
)
def test_a_fault_names_its_place_what_was_expected_and_what_was_found(old, new, place, words):
    assert old in GOOD

    faults = faults_of(GOOD.replace(old, new))

    assert words in faults[f"rule[test.answer].{place}"]


CHANGE_FAULTS = [
    ('extension = [{ id = "a", name = "A", unit = "weeks" }]', "extension[a].at_most", "needed, and missing"),
    (
        'extension = [{ id = "a", name = "A", unit = "weeks", at_most = "lots" }]',
        "extension[a].at_most",
        "whole number",
    ),
    (
        'extension = [{ id = "a", name = "A", unit = "weeks", at_most = 1, maximum = 2 }]',
        "extension[a].maximum",
        "no such key",
    ),
    (
        'extension = [{ id = "a", name = "A", unit = "weeks", at_most = 1, reasons = "x" }]',
        "extension[a].reasons",
        "a list",
    ),
    (
        'extension = [{ id = "a", name = "A", unit = "weeks", at_most = 1, reasons = [1] }]',
        "extension[a].reasons.0",
        "printable",
    ),
    ('extension = [{ id = "a", name = "A", unit = "clock hours", at_most = 1 }]', "within", "cannot be mixed"),
    ('stop = [{ id = "a", name = "A" }, { id = "a", name = "B" }]', "stop", "the same id"),
    ('stop = [{ id = "a", name = "A", pauses = false }]', "stop[a].pauses", "must give minimum_left"),
    ('stop = [{ id = "a", name = "A", letter = "../../etc/passwd" }]', "stop[a].letter", "small letters"),
    ('reset = [{ name = "A" }]', "reset[1].id", "needed, and missing"),
    ("reset = 3", "reset", "at most 50 tables"),
    ("stop = [1]", "stop[1]", "Expected a table"),
    ('suppression = [{ while = "moratorium" }]', "suppression[1].words", "needed, and missing"),
]


@pytest.mark.parametrize(("line", "place", "words"), CHANGE_FAULTS, ids=[place for _, place, _ in CHANGE_FAULTS])
def test_a_faulty_extension_stop_or_reset_is_refused_at_its_place(line, place, words):
    faults = faults_of(f"{GOOD}\n{line}")

    assert words in faults[f"rule[test.answer].{place}"]


def test_all_faults_of_a_file_come_at_once():
    faults = faults_of(GOOD.replace("amount = 10", "amount = 0").replace("asked", "Asked") + "\ncolour = 1")

    assert set(faults) == {
        "rule[test.answer].within.amount",
        "rule[test.answer].counts_from",
        "rule[test.answer].colour",
    }


HOSTILE = {
    "not TOML": "[[rule",
    "a number of 10,000 digits": f"a = {'9' * 10_000}",
    "lists 100,000 deep": f"a = {'[' * 100_000}",
    "tables 5,000 deep": "a = " + "{b=" * 5_000 + "1" + "}" * 5_000,
    "a megabyte": "#" * (LARGEST_FILE + 1),
    "a control character": "a = '\x00'",
    "nothing": "",
    "a table where a list belongs": "rule = 1",
    "501 rules": "[[rule]]\n" * 501,
    "another top-level key": GOOD + "\n[rules]\nx = 1",
}


@pytest.mark.parametrize("toml_text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_in_a_sentence(toml_text):
    faults = faults_of(toml_text)

    assert faults
    assert all(len(sentence) < 1_000 for sentence in faults.values())
