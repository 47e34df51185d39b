from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.errors import ExpressionError
from engine.forms.expressions import Names
from engine.forms.templates import LONGEST, read

SCOPE = {
    "name": "Ada",
    "cost": Decimal("12.50"),
    "on": date(2026, 12, 3),
    "seen": datetime(2026, 7, 3, 13, 30, tzinfo=UTC),
    "yes": True,
    "none": None,
    "tags": ["a", "b"],
    "works": [{"job": "Roof", "parts": ["x", "y"]}, {"job": "Door", "parts": []}],
}


def filled(text, **more):
    return read(text, place="text").render(Names({**SCOPE, **more}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plain", "Plain"),
        ("", ""),
        ("Dear {{name}},", "Dear Ada,"),
        ("{{ name }}{{name}}", "AdaAda"),
        ("Paid {{cost}}", "Paid 12.50"),
        ("On {{on}}", "On 3 December 2026"),
        ("At {{seen}}", "At 3 July 2026 at 2:30pm"),
        ("{{yes}} {{none}}{{missing}} {{tags}}", "Yes  a, b"),
        ('="Dear " + name', "Dear Ada"),
        ('{{if cost > 10 then "dear" else "cheap"}}', "dear"),
        ("{{#if yes}}kept{{/if}}{{#if none}}not{{/if}}", "kept"),
        ("{{#loop works}}{{job}}:{{#loop parts}}{{this}}{{/loop}};{{/loop}}", "Roof:xy;Door:;"),
        ("{{#loop works}}{{#loop parts}}{{parent.job}}{{/loop}}{{/loop}}", "RoofRoof"),
        ("{{#loop name}}never{{/loop}}", ""),
        ("{ {name} }", "{ {name} }"),
    ],
)
def test_a_text_is_filled_from_the_case(text, expected):
    assert filled(text) == expected


@pytest.mark.parametrize(
    "text", ["{{}}", "{{#if yes}}", "{{/if}}", "{{#if yes}}{{/loop}}", "{{#loop}}x{{/loop}}", "{{1 +}}", "=("]
)
def test_a_text_that_cannot_be_read_is_refused_when_the_form_is(text):
    with pytest.raises(ExpressionError):
        read(text, place="text")


def test_each_value_is_made_safe_for_where_it_is_shown_and_the_text_around_it_is_not():
    template = read("<b>{{name}}</b>", place="text")

    assert template.render(Names({"name": "<i>"}), encode=lambda value: f"[{value}]") == "<b>[<i>]</b>"


def test_a_text_that_grows_without_end_is_cut():
    long_text = "{{#loop a}}{{#loop b}}" + "x" * 100 + "{{/loop}}{{/loop}}"

    assert len(filled(long_text, a=[1] * 1_000, b=[1] * 1_000)) < LONGEST + 200


def test_a_loop_that_prints_nothing_comes_to_an_end():
    deep = "{{#loop a}}" * 6 + "{{/loop}}" * 6

    assert filled(deep, a=[1] * 1_000) == "…"
