"""Forms drawn for a browser without JavaScript: what stands in them, and that what was typed is never lost."""

import json
import re

import lxml.html
import pytest
from flask import Flask

from engine.forms import load
from tests.integration.forms.app import EVERY_KIND, SCOPE, make_app
from webapp.forms import Button, answers_from, render_fields, render_form

FORM = load(EVERY_KIND.read_bytes(), source=EVERY_KIND.name)
PAYLOADS = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onfocus='alert(1)", "{{7*7}}", "{% raw %}",
    "javascript:alert(1)", "[x](javascript:alert(1))", "</textarea><script>alert(1)</script>", "<svg/onload=alert(1)>", "&lt;b&gt;",
]  # fmt: skip


@pytest.fixture(scope="module")
def app() -> Flask:
    return make_app()


@pytest.fixture
def client(app):
    app.completed.clear()
    return app.test_client()


def drawn(app, form=FORM, values=None, errors=None, scope=SCOPE, **more):
    with app.test_request_context():
        return lxml.html.fromstring(
            f"<main>{render_form(form, values, errors, scope, action='/', token='t', **more)}</main>"
        )


def form_of(*components):
    return load(json.dumps({"components": components}), source="f.form")


def sent(page):
    """Return what a browser would send for the page: every control that is successful, in its order."""
    pairs = []
    for control in page.cssselect("input, select, textarea"):
        kind = control.get("type")
        if (
            control.get("name") is None
            or (kind in ("checkbox", "radio") and control.get("checked") is None)
            or kind == "file"
        ):
            continue
        if control.tag == "select":
            chosen = control.cssselect("option[selected]") or control.cssselect("option")[:1]
            pairs.append((control.get("name"), chosen[0].get("value")))
        elif control.tag == "textarea":
            pairs.append((control.get("name"), (control.text or "").removeprefix("\n")))
        else:
            pairs.append((control.get("name"), control.get("value", "")))
    return pairs


FULL = {
    "title": "Damp & <mould>", "details": "\n\n  first line\n    indented\n", "award": "12,5", "visits": "two",
    "email": "not an address", "received_on": {"day": "31", "month": "2", "year": "26"}, "call_at": "late",
    "visit_at": {"day": "1", "month": "", "year": "", "time": "noonish"}, "has_representative": True, "representative": '"Al"',
    "outcome": "upheld", "urgent": "false", "channel": "phone", "patch": "p7", "services": ["rent", "repairs"], "notes": "",
    "themes": ["Damp"], "address": {"line1": "1 High Street", "postcode": "nowhere"}, "photos": ["f1"],
    "works": [{"job": "Roof", "cost": "150", "why": "two\n  lines"}, {"job": "", "cost": "cheap"}],
}  # fmt: skip


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


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_of_a_form_or_an_answer_becomes_markup(app, payload):
    option = [{"label": payload, "value": payload}]
    common = {"label": payload, "description": payload}
    form = form_of(
        {"type": "text", "text": "x {{a_text}} `{{a_text}}` [l]({{a_text}}) <a href=\"{{a_text}}\">m</a>"},
        {"type": "html", "content": "<p title='{{a_text}}'>{{a_text}}</p><a href='{{a_text}}'>x</a>" + payload.replace("{", "")},
        {"type": "textfield", "key": "a", **common}, {"type": "textarea", "key": "b", **common},
        {"type": "number", "key": "c", **common}, {"type": "datetime", "key": "d", "dateLabel": "x", "description": "x"},
        {"type": "radio", "key": "e", "values": option, **common}, {"type": "select", "key": "f", "values": option, **common},
        {"type": "taglist", "key": "g", "values": option, **common}, {"type": "checkbox", "key": "h", **common},
        {"type": "filepicker", "key": "j", "accept": payload, **common}, {"type": "textfield", "key": "k", "readonly": True, **common},
        {"type": "group", "label": payload, "components": [{"type": "separator"}]},
        {"type": "dynamiclist", "path": "l", "label": payload, "components": [{"type": "textfield", "key": "m", "label": "m"}]},
        {"type": "image", "source": "{{a_text}}", "alt": payload},
        {"type": "table", "label": payload, "dataSource": "=a_rows", "columns": [{"key": "x", "label": payload}]},
    ) if "{" not in payload else form_of({"type": "text", "text": "{{a_text}}"}, {"type": "textarea", "key": "b", "label": "B"})  # fmt: skip
    values = dict.fromkeys("abcdefghjk", payload) | {"l": [{"m": payload}], "g": [payload], "d": {"day": payload}}

    page = drawn(
        app,
        form,
        values,
        dict.fromkeys("abcdef", payload),
        {"a_text": payload, "a_rows": [{"x": payload}], "k": payload},
    )

    tags = {element.tag for element in page.iter() if isinstance(element.tag, str)}
    assert not tags & {"script", "svg", "iframe", "object", "style"}
    for element in page.iter():
        assert not [name for name in element.attrib if name.startswith("on")]
        for name in ("href", "src", "action", "formaction"):
            assert not (element.get(name) or "").strip().lower().startswith(("javascript:", "data:text"))
    assert "49" not in page.text_content().replace("1,049", "")


@pytest.mark.parametrize(
    ("source", "is_shown"),
    [
        ("/static/house.png", True),
        ("data:image/png;base64,AAAA", True),
        ("data:image/svg+xml;base64,AAAA", False),
        ("https://evil.example/x.png", False),
        ("//evil.example/x.png", False),
        ("/\\evil.example/x.png", False),
        ("javascript:alert(1)", False),
        ("=picture", False),
    ],
)
def test_a_picture_comes_from_here_or_is_not_shown(app, source, is_shown):
    form = form_of({"type": "image", "source": source, "alt": "A wall"})

    page = drawn(app, form, scope={"picture": "http://evil.example"})

    assert bool(page.cssselect("img[alt='A wall']")) is is_shown
    assert is_shown or "A wall" in page.text_content()


def test_markdown_is_drawn_and_its_headings_stand_below_the_pages(app):
    form = form_of(
        {
            "type": "text",
            "text": "# Top\n\n## Next\n\n* one\n\n**bold** <b>own</b> <h1>raw</h1>\n\n[out](https://example.org)",
        }
    )

    page = drawn(app, form)

    assert not page.cssselect("h1")
    assert [heading.text for heading in page.cssselect("h2, h3")] == ["Top", "Next", "raw"]
    assert page.cssselect("ul li")
    assert [b.text for b in page.cssselect("strong, b")] == ["bold", "own"]
    assert page.cssselect("a[href='https://example.org'][rel*=noopener]")


def test_a_value_put_into_markdown_is_not_read_as_markdown(app):
    form = form_of({"type": "text", "text": "Name: {{name}}"})

    page = drawn(app, form, scope={"name": "*Al* [pay](https://evil.example) # x\n# y https://evil.example"})

    assert "*Al* [pay](https://evil.example) # x" in page.text_content()
    assert not page.cssselect("em, a, h2")


def test_columns_stand_in_one_row_of_sixteen(app):
    row = next(r for r in drawn(app).cssselect(".cw-form__row") if r.cssselect("[name=title]"))

    assert [re.findall(r"part--(\d+)", part.get("class"))[0] for part in row.cssselect(".cw-form__part")] == ["10", "6"]


def test_what_may_not_be_changed_is_text(app):
    page = drawn(app, values={"reference": "forged"}, scope=SCOPE)

    assert not page.cssselect("[name=reference]")


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
        "representative": "Al", "details": "Mould", "outcome": "upheld", "address.line1": "1 High St", "address.postcode": "LS1 1AA",
        "received_on-day": "3", "received_on-month": "12", "received_on-year": "2026", "works-0-why": "Big",
    }  # fmt: skip
    code, page = press(page, **typed)
    assert code == 200
    [answers] = app.completed
    assert answers["works"] == [{"job": "Roof", "cost": 150, "why": "Big"}]
    assert (answers["received_on"], answers["works_total"]) == ("2026-12-03", 150)
