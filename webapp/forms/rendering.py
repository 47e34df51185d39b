"""Draws forms: whole, with their buttons, or only their fields when a page is refreshed in part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template
from markupsafe import Markup

from engine.forms import Form
from engine.forms.components import FileInput
from engine.forms.expressions import Functions
from webapp.forms.parts import Page, StoredFile
from webapp.forms.views import views_of


@dataclass(frozen=True)
class Button:
    """A button under a form. `name` and `value` are posted when it is pressed; `action` is where, if elsewhere."""

    text: str
    name: str = ""
    value: str = ""
    action: str = ""
    style: str = "secondary"


def render_form(
    form: Form,
    values: Mapping[str, Any] | None,
    errors: Mapping[str, str] | None,
    scope: Mapping[str, Any],
    *,
    action: str,
    token: str,
    submit: str = "Continue",
    buttons: Sequence[Button] = (),
    update_action: str = "",
    draft_url: str = "",
    hidden: Mapping[str, str] | None = None,
    files: Mapping[str, StoredFile] | None = None,
    functions: Functions | None = None,
    focus: str = "",
    extra: Markup | None = None,
    places: Mapping[str, str] | None = None,
) -> Markup:
    """Return the form as HTML: the error summary, the fields, the buttons.

    `values` are answers as typed (a draft, or what was just sent) over what the case holds; `errors` path to sentence;
    `token` the CSRF token; `hidden` the caller's own names, which begin with `_`. Rows are added and fields refreshed
    by a POST to `update_action` (else `action`), which answers with `render_fields` when asked by `X-Form-Part`.
    `extra` are the caller's own fields, drawn before the buttons; their names begin with `_`, and
    `places` says by which id the summary of errors links to each.
    """
    page = _page(form, values, errors, scope, files, functions, focus)
    rows = views_of(page, form.resolve(scope, page.values, functions=functions))
    text = render_template(
        "components/fields/form.html",
        rows=rows,
        carried=page.carried,
        summary=summary_of(page, places or {}),
        action=action,
        token=token,
        submit=submit,
        buttons=buttons,
        update_action=update_action or action,
        draft_url=draft_url,
        hidden=hidden or {},
        extra=extra or "",
        has_files=any(isinstance(component, FileInput) for component in form.all_components),
    )
    return Markup(text)  # noqa: S704 - drawn by a template that escapes


def render_fields(
    form: Form,
    values: Mapping[str, Any] | None,
    errors: Mapping[str, str] | None,
    scope: Mapping[str, Any],
    *,
    update_action: str = "",
    files: Mapping[str, StoredFile] | None = None,
    functions: Functions | None = None,
    focus: str = "",
) -> Markup:
    """Return only the fields, as the page asks for when an answer changed what the form shows."""
    page = _page(form, values, errors, scope, files, functions, focus)
    rows = views_of(page, form.resolve(scope, page.values, functions=functions))
    text = render_template(
        "components/fields/fields.html", rows=rows, carried=page.carried, update_action=update_action
    )
    return Markup(text)  # noqa: S704 - drawn by a template that escapes


def wants_fields(headers: Mapping[str, str]) -> bool:
    """Say whether a request asks for `render_fields` rather than a page."""
    return bool(headers.get("X-Form-Part"))


def _page(
    form: Form,
    values: Mapping[str, Any] | None,
    errors: Mapping[str, str] | None,
    scope: Mapping[str, Any],
    files: Mapping[str, StoredFile] | None,
    functions: Functions | None,
    focus: str,
) -> Page:
    merged = overlaid(form.initial(scope, functions=functions), values or {})
    return Page(form, merged, errors or {}, files or {}, focus)


def overlaid(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return `above` laid over `below`, object by object; a list or a plain value above replaces what is below."""
    found = dict(below)
    for name, value in above.items():
        under = found.get(name)
        found[name] = overlaid(under, value) if isinstance(under, Mapping) and isinstance(value, Mapping) else value
    return found


def summary_of(page: Page, places: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the errors in the order of the form, each with a link to its field; those without a field come last."""
    linked = [(path, f"#{link}") for path, link in page.links.items() if path in page.errors]
    rest = [(path, f"#{places[path]}" if path in places else "") for path in page.errors if path not in page.links]
    return [{"text": page.errors[path], "href": href} for path, href in (*linked, *rest)]
