"""Draws forms for tests, and sends what a browser would send for the page drawn."""

import json

import lxml.html

from engine.forms import load
from tests.integration.forms.app import EVERY_KIND, SCOPE
from webapp.forms import render_form

FORM = load(EVERY_KIND.read_bytes(), source=EVERY_KIND.name)


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
