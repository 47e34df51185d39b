"""Versions of a rule, and what is doubtful about them."""

from datetime import UTC, date, datetime

import pytest

from engine import rules
from engine.errors import RuleError


def version(start="", end="", days=10, more=""):
    return f"""
[[rule]]
id = "complaint.stage1_response"
name = "Stage 1 response"
class = "regulator"
{f"in_force_from = {start}" if start else ""}
{f"in_force_to = {end}" if end else ""}
counts_from = "acknowledged"
counts_from_words = "the complaint was acknowledged"
within = {{ amount = {days}, unit = "working days" }}
citation = {{ text = "The Code", url = "https://example.org/" }}
{more}
"""


def book(*versions):
    return rules.load("".join(versions), source="processes/complaint/rules.toml")


def days_on(rule_book, on):
    return rule_book.rule("complaint.stage1_response", on).within.limbs[0].amount


@pytest.mark.parametrize(
    ("on", "days"),
    [
        (date(2020, 1, 1), 20),
        (date(2024, 3, 31), 20),
        (date(2024, 4, 1), 10),
        (datetime(2024, 3, 31, 22, 59, tzinfo=UTC), 20),  # 23:59 in London
        (datetime(2024, 3, 31, 23, 0, tzinfo=UTC), 10),  # midnight in London: summer time has begun
        (date(2099, 1, 1), 10),
    ],
)
def test_the_version_is_chosen_by_the_day_of_the_event_in_london(on, days):
    versions = book(version("2024-04-01", days=10), version(end="2024-03-31", days=20))

    assert days_on(versions, on) == days


def test_an_event_before_any_version_is_refused_with_the_days_in_force():
    with pytest.raises(RuleError) as refusal:
        days_on(book(version("2024-04-01")), date(2023, 12, 1))

    assert "No version of rule “complaint.stage1_response”" in refusal.value.message
    assert "event of 2023-12-01; there is one from 2024-04-01 on" in refusal.value.message
    assert refusal.value.remedy


def test_a_day_with_two_versions_is_refused_and_neither_is_taken_silently():
    with pytest.raises(RuleError, match="More than one version"):
        days_on(book(version("2024-04-01"), version("2025-04-01", days=5)), date(2026, 1, 1))


def test_an_unknown_rule_is_refused_with_the_nearest():
    with pytest.raises(RuleError, match=r"Did you mean “complaint\.stage1_response”") as refusal:
        book(version()).rule("complaint.stage1_respond", date(2026, 1, 1))

    assert "processes/complaint/rules.toml" in refusal.value.message


def test_an_unknown_rule_like_no_other_is_refused_with_all():
    with pytest.raises(RuleError, match=r"It has: complaint\.stage1_response"):
        book(version()).rule("zzz", date(2026, 1, 1))


@pytest.mark.parametrize(
    ("versions", "code", "severity"),
    [
        ((version(end="2024-03-31"), version("2024-04-01")), None, None),
        ((version(end="2024-03-31"), version("2024-05-01")), "gap", "warning"),
        ((version(end="2024-04-01"), version("2024-04-01")), "overlap", "error"),
        ((version(), version("2024-04-01")), "overlap", "error"),
        (
            (version().replace('citation = { text = "The Code", url = "https://example.org/" }', ""),),
            "no_citation",
            "error",
        ),
        ((version().replace(', url = "https://example.org/"', ""),), "no_link", "warning"),
    ],
    ids=["next day", "a month later", "same day", "no end", "no citation", "no link"],
)
def test_the_check_finds_gaps_overlaps_and_missing_sources(versions, code, severity):
    problems = book(*versions).check()

    assert [(p.code, p.severity) for p in problems] == ([(code, severity)] if code else [])
    assert all(p.rule_id == "complaint.stage1_response" and p.message and p.remedy for p in problems)


def test_the_check_finds_an_extension_that_nobody_may_grant():
    more = 'extension = [{ id = "a", name = "More time", unit = "weeks", at_most = 1 }]'

    problems = book(version(more=more)).check()

    assert {p.code: p.severity for p in problems} == {
        "nobody_may_grant": "error",
        "no_reasons": "warning",
        "no_letter": "warning",
    }


def test_a_step_is_forbidden_while_its_fact_is_true():
    more = 'suppression = [{ while = "breathing_space", words = "a breathing space runs" }]'
    rule = book(version(more=more)).rule("complaint.stage1_response", date(2026, 1, 1))

    assert [entry.words for entry in rule.forbidden_while({"breathing_space", "pets"})] == ["a breathing space runs"]
    assert rule.forbidden_while({"pets"}) == []
    assert "It must not be done while a breathing space runs." in rules.rule_in_words(rule)
