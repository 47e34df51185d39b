"""Changing rules: by form or as text, looked at with what it would move, and published with a reason."""

import hashlib
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import following
from engine.errors import Conflict, EngineError, Invalid, NotFound, NotPossible
from engine.law import publishing
from engine.rules import Rule, writing
from engine.rules.comparing import compare
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session, transaction
from webapp.studio import rule_forms
from webapp.studio.rule_pages import book_of

blueprint = Blueprint("rule_editing", __name__)


@blueprint.get("/rules/<source>/text")
@requires("change rules")
def text(source: str) -> str:
    """Show the text of the rules in force, to be changed."""
    found = publishing.source(session(), source)
    content = publishing.text_in_force(session(), source)
    return _text_page(found, content, found.edition.number if found.edition else 0, {})


@blueprint.post("/rules/<source>/review")
@requires("change rules")
def review(source: str) -> ResponseReturnValue:
    """Check a changed text, and show what it changes in words and in running clocks. Nothing is published."""
    return _review(source, request.form.get("content", ""), request.form.get("follows", 0, type=int))


@blueprint.post("/rules/<source>/text")
@requires("change rules")
def again(source: str) -> str:
    """Show a changed text once more, to be changed further."""
    found = publishing.source(session(), source)
    return _text_page(found, request.form.get("content", ""), request.form.get("follows", 0, type=int), {})


@blueprint.get("/rules/<source>/rule")
@requires("change rules")
def rule(source: str) -> str:
    """Show a rule as fields; without `id` those of a new one."""
    found = publishing.source(session(), source)
    content = publishing.text_in_force(session(), source)
    place = _place(content) if "id" in request.args else None
    values = writing.as_values(content, place) if place is not None else {"class": "local standard"}
    return _form_page(found, place, found.edition.number if found.edition else 0, values, {})


@blueprint.post("/rules/<source>/rule")
@requires("change rules")
def change(source: str) -> ResponseReturnValue:
    """Write what was filled in into the text of the rules, and show what that changes."""
    sent, follows = request.form, request.form.get("follows", 0, type=int)
    found = publishing.source(session(), source)
    content = publishing.edition(session(), source, follows).content if follows else ""
    place = sent.get("place", type=int)
    before = writing.as_values(content, place) if place is not None else {}
    try:
        changed = _changed(content, place, before)
        publishing.checked(session(), source, changed)
    except Invalid as error:
        errors = {rule_forms.field_of(at): said for at, said in (error.errors or {"": error.message}).items()}
        return _form_page(found, place, follows, before, errors), 422
    return _review(source, changed, follows)


@blueprint.post("/rules/<source>/editions")
@requires("change rules")
def publish(source: str) -> ResponseReturnValue:
    """Put the text in force."""
    content, follows = request.form.get("content", ""), request.form.get("follows", 0, type=int)
    try:
        made, _ = publishing.publish(
            session(), source, content, reason=request.form.get("reason", ""), by=actor(), follows=follows
        )
    except (Invalid, Conflict, NotPossible) as error:
        database.roll_back()
        return _review(source, content, follows, error)
    flash(f"Edition {made.number} is in force. Running clocks that it moves follow within moments.", "success")
    return redirect(url_for("studio.published.page", source=source), 303)


def _review(source: str, content: str, follows: int, error: EngineError | None = None) -> ResponseReturnValue:
    """Show what a text would change, from a transaction that only reads: looking at many clocks holds nobody up."""
    content = content.replace("\r\n", "\n")
    database.roll_back()
    with transaction(read_only=True) as reading:
        found = publishing.source(reading, source)
        try:
            book, problems = publishing.checked(reading, source, content)
        except Invalid as invalid:
            return _text_page(found, content, follows, invalid.errors or {"": invalid.message}), 422
        digest = hashlib.sha256(content.encode()).hexdigest()
        preview = following.preview_rules(reading, source, book, content_digest=digest)
        changes = compare(book_of(publishing.text_in_force(reading, source)), book)
    is_fine = error is None or isinstance(error, NotPossible)
    page = render_template(
        "studio/rule_review.html",
        source=found,
        content=content,
        follows=follows,
        problems=problems,
        blocked=any(problem.severity == "error" for problem in problems),
        changes=changes,
        preview=preview,
        reason=request.form.get("reason", ""),
        error=error,
        errors=getattr(error, "errors", None) or {},
    )
    return page, 200 if is_fine and error is None else 409 if isinstance(error, Conflict | NotPossible) else 422


def _changed(content: str, place: int | None, before: dict[str, Any]) -> str:
    """Return the text with what the form asks for: a change, a new version from a day, a rule less, a new rule."""
    sent = request.form
    if place is None:
        return writing.add_rule(content, rule_forms.values_of(sent, {}))
    if sent.get("what") == "remove":
        return writing.remove_rule(content, place)
    if sent.get("what") == "version":
        starts_on = rule_forms.day_of(sent, "starts_on")
        if starts_on is None:
            raise Invalid("Give the day.", errors={"starts_on": "Give the day from which the new version is in force"})
        split = writing.add_version(content, place, starts_on=starts_on)
        values = rule_forms.values_of(sent, before) | {"in_force_from": starts_on}
        return writing.change_rule(split, place + 1, values)
    return writing.change_rule(content, place, rule_forms.values_of(sent, before))


def _place(content: str) -> int:
    wanted, version = request.args["id"], request.args.get("version", "")
    book = book_of(content)
    if wanted not in book:
        raise NotFound(f"There is no rule “{wanted}” here.")
    versions = book.versions(wanted)
    found: Rule = next((rule for rule in versions if rule.version == version), versions[-1])
    return writing.place_of(content, found)


def _text_page(found: publishing.Source, content: str, follows: int, errors: dict[str, str]) -> str:
    return render_template("studio/rule_text.html", source=found, content=content, follows=follows, errors=errors)


def _form_page(
    found: publishing.Source, place: int | None, follows: int, values: dict[str, Any], errors: dict[str, str]
) -> str:
    fields = dict(request.form) if request.method == "POST" else rule_forms.fields_of(values)
    return render_template(
        "studio/rule_form.html",
        source=found,
        place=place,
        follows=follows,
        fields=fields,
        grounds=rule_forms.grounds_of(fields),
        choices=[key for key in ("within", "not_before") if rule_forms.is_choice(values.get(key))],
        has_suppression=bool(values.get("suppression")),
        options=rule_forms,
        errors=errors,
    )
