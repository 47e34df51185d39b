"""Forms drawn for a browser without JavaScript: what stands in them, and that what was typed is never lost."""

import re
from pathlib import Path

import lxml.html
import pytest
from flask import Flask

from engine.forms import load
from tests.integration.forms.app import SCOPE, make_app
from tests.integration.forms.drawing import FORM, drawn, form_of, sent
from webapp.forms import Button, answers_from, render_fields

PROCESSES = Path(__file__).parents[3] / "processes"
FUNCTIONS = {name: lambda *given: None for name in ("due", "amber", "working days", "add working days")}
FULL = {
    "title": "Damp & <mould>",
    "details": "\n\n  first line\n    indented\n",
    "award": "12,5",
    "visits": "two",
    "email": "not an address",
    "received_on": {"day": "31", "month": "2", "year": "26"},
    "call_at": "late",
    "visit_at": {"day": "1", "month": "", "year": "", "time": "noonish"},
    "has_representative": True,
    "representative": '"Al"',
    "outcome": "upheld",
    "urgent": "false",
    "channel": "phone",
    "patch": "p7",
    "services": ["rent", "repairs"],
    "notes": "",
    "themes": ["Damp"],
    "address": {"line1": "1 High Street", "postcode": "nowhere"},
    "photos": ["f1"],
    "works": [{"job": "Roof", "cost": "150", "why": "two\n  lines"}, {"job": "", "cost": "cheap"}],
}


@pytest.fixture(scope="module")
def app() -> Flask:
    return make_app()


@pytest.fixture
def client(app):
    app.completed.clear()
    return app.test_client()


def test_what_was_typed_comes_back_as_it_was_typed_even_when_it_is_wrong(app):
    from werkzeug.datastructures import MultiDict

    page = drawn(app, values=FULL, errors={"title": "Shorter", "works[0].why": "Say more"})
    again = answers_from(FORM, MultiDict(sent(page))).answers

    assert again["services"] == ["repairs", "rent"]  # in the order of the page
    assert again["visit_at"] == FULL["visit_at"]
    assert {**again, "services": FULL["services"]} == FULL


def test_what_was_typed_into_a_field_that_is_hidden_goes_along(app):
    from werkzeug.datastructures import MultiDict

    values = {
        "has_representative": False,
        "representative": "Al",
        "works": [{"job": "Roof", "cost": "5", "why": "old\nreason"}],
    }

    page = drawn(app, values=values)

    assert not page.cssselect("input[type=text][name=representative]")
    again = answers_from(FORM, MultiDict(sent(page))).answers
    assert again["representative"] == "Al"
    assert again["works"] == values["works"]


def test_a_form_opens_with_what_the_case_holds():
    values = {
        "received_on": "2026-12-03",
        "award": "12.50",
        "call_at": "14:30",
        "visit_at": "2026-07-03T13:05:00+00:00",
    }
    page = drawn(make_app(), scope={**SCOPE, **values, "themes": ["Damp"]})

    held = dict(sent(page))
    assert [held[f"received_on-{part}"] for part in ("day", "month", "year")] == ["3", "12", "2026"]
    assert (held["award"], held["call_at"], held["visit_at-time"], held["themes"]) == (
        "12.50",
        "14:30",
        "14:05",
        "Damp",
    )


def test_every_control_has_a_label_an_own_id_and_the_errors_are_tied_to_it(app):
    errors = {field.key: f"Wrong {field.key}" for field in FORM.fields if "[]" not in field.key}
    page = drawn(app, values=FULL, errors={**errors, "works[0].job": "Wrong job"})

    ids = [element.get("id") for element in page.cssselect("[id]")]
    assert len(ids) == len(set(ids))
    for control in page.cssselect("input:not([type=hidden]), select, textarea"):
        assert page.cssselect(f"label[for='{control.get('id')}']"), control.get("name")
        for described in (control.get("aria-describedby") or "").split():
            assert described in ids
    for link in page.cssselect(".govuk-error-summary a"):
        assert link.get("href").removeprefix("#") in ids
        assert "Wrong" in link.text_content()


def test_the_summary_follows_the_order_of_the_form_and_names_what_has_no_field(app):
    page = drawn(app, errors={"": "It was sent twice.", "address.postcode": "Second", "title": "First"})

    assert [item.text_content().strip() for item in page.cssselect(".govuk-error-summary li")] == [
        "First",
        "Second",
        "It was sent twice.",
    ]


def test_columns_stand_in_one_row_of_sixteen(app):
    row = next(r for r in drawn(app).cssselect(".cw-form__row") if r.cssselect("[name=title]"))

    assert [re.findall(r"part--(\d+)", part.get("class"))[0] for part in row.cssselect(".cw-form__part")] == ["10", "6"]


def test_what_may_not_be_changed_is_text(app):
    page = drawn(app, values={"reference": "forged"}, scope=SCOPE)

    assert not page.cssselect("[name=reference]")


def test_what_is_sensitive_waits_to_be_asked_for(app):
    form = form_of(
        {
            "type": "textfield",
            "key": "health",
            "label": "Health",
            "readonly": True,
            "properties": {"sensitivity": "special_category"},
        }
    )

    page = drawn(app, form, scope={"health": "Asthma"})

    assert page.cssselect("[data-sensitive] > button[type=button]")
    assert page.cssselect("[data-sensitive] > span")[0].text_content() == "Asthma"


@pytest.mark.parametrize("path", sorted(PROCESSES.rglob("*.form")), ids=lambda path: path.stem)
def test_every_form_that_is_shipped_is_drawn_on_an_empty_case(app, path):
    form = load(path.read_bytes(), source=path.name)

    page = drawn(app, form, scope={}, functions=FUNCTIONS)

    assert page.cssselect("form button")
    ids = [element.get("id") for element in page.cssselect("[id]")]
    assert len(ids) == len(set(ids))


def test_the_first_button_is_the_main_one_so_that_return_does_not_remove_a_row(app):
    first = drawn(app, submit="Complete").cssselect("form button")[0]

    assert (first.text_content(), first.get("name")) == ("Complete", None)


def test_buttons_tokens_and_own_names_are_in_the_form(app):
    page = drawn(
        app,
        hidden={"_revision": "7"},
        buttons=[Button("Save", "_command", "draft", action="/draft")],
        draft_url="/draft",
    )

    assert page.cssselect("input[name=csrf_token][value=t]")
    assert page.cssselect("input[name=_revision][value='7']")
    assert page.cssselect("button[name=_command][value=draft][formaction='/draft']")
    assert page.cssselect("form[data-draft-url='/draft'][enctype='multipart/form-data']")


def test_a_field_that_steers_others_offers_a_button_to_look_again(app):
    part = next(p for p in drawn(app).cssselect("[data-refreshes]") if p.cssselect("[name=has_representative]"))

    assert part.cssselect("button[name=_command][value=update]")
    assert not [p for p in drawn(app).cssselect("[data-refreshes]") if p.cssselect("[name=title]")]


def test_a_choice_that_is_no_longer_offered_stays_to_be_seen(app):
    page = drawn(app, values={"patch": "p99"})

    assert page.cssselect("select[name=patch] option[selected]")[0].text_content() == "p99 (no longer offered)"


def test_a_table_shows_the_case_in_words(app):
    cells = [cell.text_content() for cell in drawn(app).cssselect("table tbody tr:first-child td")]

    assert cells == ["C-0001", "3 January 2026", "25"]


@pytest.mark.parametrize("data", [[7], ["x", None], [{"x": {"y": [1]}}], "text", 7, [{"x": range}], None])
def test_a_table_of_anything_is_drawn(app, data):
    form = form_of({"type": "table", "dataSource": "=data", "columns": [{"key": "x"}]})

    assert drawn(app, form, scope={"data": data}).cssselect("table")


def test_only_the_fields_are_drawn_for_a_refresh_in_part(app):
    with app.test_request_context():
        part = lxml.html.fromstring(f"<div>{render_fields(FORM, {'has_representative': 'true'}, {}, SCOPE)}</div>")

    assert not part.cssselect("form")
    assert part.cssselect("input[name=representative]")


def test_a_task_is_done_step_by_step_without_javascript(client, app):
    def press(page, button=None, **typed):
        pairs = [(name, value) for name, value in sent(page) if name not in typed] + list(typed.items())
        pairs += [("_command", button)] if button else []
        grouped = {}
        for name, value in pairs:
            grouped.setdefault(name, []).append(value)
        answer = client.post("/", data=grouped)
        return answer.status_code, lxml.html.fromstring(answer.text)

    page = lxml.html.fromstring(client.get("/").text)
    code, page = press(page, "update", has_representative="true", title="Damp")
    assert code == 200
    assert page.cssselect("input[name=representative]")
    assert dict(sent(page))["title"] == "Damp"

    code, page = press(page, "add:works", **{"works-0-job": "Roof", "works-0-cost": "150"})
    assert page.cssselect("[name=works-1-job][autofocus]")
    assert page.cssselect("textarea[name=works-0-why]")

    code, page = press(page)
    assert code == 422
    assert "Enter the name of the representative" in page.cssselect(".govuk-error-summary")[0].text_content()

    typed = {
        "representative": "Al",
        "details": "Mould",
        "outcome": "upheld",
        "address.line1": "1 High St",
        "address.postcode": "LS1 1AA",
        "received_on-day": "3",
        "received_on-month": "12",
        "received_on-year": "2026",
        "works-0-why": "Big",
    }
    code, page = press(page, **typed)
    assert code == 200
    [answers] = app.completed
    assert answers["works"] == [{"job": "Roof", "cost": 150, "why": "Big"}]
    assert (answers["received_on"], answers["works_total"]) == ("2026-12-03", 150)
