"""A Flask application with nothing in it but one form: it completes, refreshes, adds and removes."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Flask, render_template_string, request
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader

from engine.errors import Invalid
from engine.forms import Form, load
from webapp.forms import Button, StoredFile, answers_from, render_fields, render_form, wants_fields

EVERY_KIND = Path(__file__).with_name("every_kind.form")

SCOPE: dict[str, Any] = {
    "person": {"full_name": "Ada *Okafor* <b>"},
    "home": {"address": {"one_line": "1 High Street, Leeds"}},
    "team": "<i>Complaints</i>",
    "reference": "C-0042",
    "patches": [{"name": f"Patch {number}", "code": f"p{number}"} for number in range(1, 31)],
    "earlier": [
        {"reference": f"C-00{number:02}", "opened_on": date(2026, number, 3), "award": Decimal(number * 25)}
        for number in range(1, 9)
    ],
}

PAGE = """<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Form</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
{% if with_bundles %}<link rel="stylesheet" href="{{ asset('theme.css') }}">
{% if with_scripts %}<script type="module" src="{{ asset('portal.js') }}"></script>{% endif %}{% endif %}</head>
<body class="govuk-template__body"><main id="main" class="cw-main"><h1>A form</h1>{{ form }}</main></body></html>"""


def make_app(form: Form | None = None, *, with_bundles: bool = False, with_scripts: bool = True) -> Flask:
    """Return the application; `app.completed` collects what was answered."""
    app = Flask("webapp", root_path=str(Path(__file__).parents[3] / "webapp"))
    own = PackageLoader("webapp", "templates")
    app.jinja_loader = ChoiceLoader(
        [own, PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})]
    )
    if with_bundles:
        from webapp import assets

        assets.init_app(app)
    shown = form or load(EVERY_KIND.read_bytes(), source=EVERY_KIND.name)
    app.completed = []  # type: ignore[attr-defined]

    def page(values: Any = None, errors: Any = None, focus: str = "") -> str:
        drawn = render_form(
            shown, values, errors, SCOPE, action="/", token="t0ken", submit="Complete the task", focus=focus,
            buttons=[Button("Save and come back later", "_command", "draft")], hidden={"_revision": "7"},
            files={"f1": StoredFile("damp.jpg", "/files/f1")},
        )  # fmt: skip
        return render_template_string(PAGE, form=drawn, with_bundles=with_bundles, with_scripts=with_scripts)

    @app.get("/")
    def show() -> str:
        return page()

    @app.post("/")
    def complete() -> Any:
        try:
            posted = answers_from(shown, request.form, request.files)
        except Invalid as error:
            return page(None, error.errors or {"": error.message}), 422
        for path, uploads in posted.uploads.items():
            posted.attach(path, [f"f{number + 1}" for number, _ in enumerate(uploads)])
        if posted.command:
            if wants_fields(request.headers):
                return str(render_fields(shown, posted.answers, {}, SCOPE, focus=posted.focus))
            return page(posted.answers, focus=posted.focus)
        try:
            app.completed.append(shown.validate(posted.answers, SCOPE))  # type: ignore[attr-defined]
        except Invalid as error:
            return page(posted.answers, error.errors), 422
        return "<h1>Done</h1>"

    return app
