"""The complaint's own rules, against the Complaint Handling Code of 1 April 2024."""

import re
from datetime import date
from pathlib import Path

import pytest

from engine import rules
from engine.calendars import calendar
from engine.clocks.arithmetic import deadline
from engine.clocks.changes import Extended
from engine.clocks.explanation import explain
from engine.errors import RuleError

SOURCE = Path(__file__).parents[3] / "processes" / "complaint" / "rules.toml"
BOOK = rules.load(SOURCE.read_text("utf-8"), source="processes/complaint/rules.toml")
ENGLAND = calendar("England and Wales")
FRIDAY = date(2026, 12, 18)


def due(rule_id, counted_from=FRIDAY, extensions=()):
    return deadline(BOOK.rule(rule_id, counted_from), counted_from, calendar=ENGLAND, extensions=extensions)


def extension(amount, kind="complexity"):
    return Extended(kind, amount, "The complaint is complex", date(2026, 12, 30))


def test_the_rules_are_those_of_the_code_and_nothing_is_doubtful_about_them():
    assert BOOK.ids == (
        "complaint.accept_within",
        "complaint.ombudsman_within",
        "complaint.stage1_acknowledge",
        "complaint.stage1_response",
        "complaint.stage2_acknowledge",
        "complaint.stage2_response",
    )
    assert BOOK.check() == []


@pytest.mark.parametrize(
    ("rule_id", "counted_from", "due_on", "amber_on", "paragraph"),
    [
        ("complaint.stage1_acknowledge", date(2026, 12, 18), date(2026, 12, 29), date(2026, 12, 23), "6.2"),
        ("complaint.stage1_response", date(2026, 12, 18), date(2027, 1, 6), date(2027, 1, 4), "6.3"),
        ("complaint.stage2_acknowledge", date(2026, 12, 18), date(2026, 12, 29), date(2026, 12, 23), "6.11"),
        ("complaint.stage2_response", date(2026, 12, 2), date(2027, 1, 4), date(2026, 12, 24), "6.14"),
        ("complaint.accept_within", date(2016, 2, 29), date(2017, 2, 28), None, "2.3"),
        ("complaint.ombudsman_within", date(2026, 12, 18), date(2027, 12, 18), None, "more than 1 year old"),
    ],
)
def test_each_time_limit_is_that_of_its_source(rule_id, counted_from, due_on, amber_on, paragraph):
    found = due(rule_id, counted_from)

    assert found.due_on == due_on
    assert (found.amber_at.date() if found.amber_at else None) == amber_on
    assert paragraph in BOOK.rule(rule_id, counted_from).citation.text
    assert paragraph in explain(found)[1]


@pytest.mark.parametrize(
    ("rule_id", "most", "latest"),
    [
        ("complaint.stage1_response", 10, date(2027, 1, 20)),  # from 6 January
        ("complaint.stage2_response", 20, date(2027, 2, 17)),  # from 20 January
    ],
)
def test_an_extension_is_at_most_that_of_the_code_unless_a_manager_has_a_good_reason(rule_id, most, latest):
    assert due(rule_id, extensions=[extension(most)]).due_on == latest

    with pytest.raises(RuleError, match=f"at most {most} working days"):
        due(rule_id, extensions=[extension(most + 1)])

    assert due(rule_id, extensions=[extension(most), extension(1, "good_reason")]).due_on > latest
    further = next(e for e in BOOK.rule(rule_id, FRIDAY).extensions if e.id == "good_reason")
    assert further.granted_by == ("Service managers",)


def test_a_complaint_before_the_statutory_code_has_no_rule_and_is_not_given_one_silently():
    with pytest.raises(RuleError, match="2024-04-01"):
        due("complaint.stage1_response", date(2024, 3, 28))


def test_the_teams_that_may_grant_are_lanes_of_the_diagram():
    diagram = SOURCE.with_name("complaint.bpmn").read_text("utf-8")
    teams = {team for i in BOOK.ids for r in BOOK.versions(i) for e in r.extensions for team in e.granted_by}

    assert teams
    for team in teams:
        assert f'name="{team}"' in diagram


def test_every_rule_that_the_diagram_names_exists():
    named = set(
        re.findall(r"(?:due|amber)\((?:&quot;|\")([\w.]+)", SOURCE.with_name("complaint.bpmn").read_text("utf-8"))
    )

    assert named
    assert named <= set(BOOK.ids)
