"""Starting a case: which category, about whom or what, and the answers that begin it."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from engine import case_list, cases, filing, law, relating, search
from engine.case_subjects import About, about_these
from engine.cases import Subject
from engine.definitions.category import Definition
from engine.definitions.deploying import load
from engine.errors import Invalid, NotFound
from engine.forms import Form
from engine.inbound import queue as inbound
from engine.instants import london, now, today
from engine.starting import require_seen
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.forms import render_fields, render_form, wants_fields
from webapp.jobs import after_commit
from webapp.portal import form_posts, inbound_filing

blueprint = Blueprint("starting", __name__)

MOST_SUBJECTS = 12
INCOMING = "incoming"  # what came in, from which a case is started, and which is filed on it
BESIDE = frozenset({"case", INCOMING})  # what an address carries on beside what the case is about
NOUNS = {
    "person": "person",
    "home": "home",
    "tenancy": "tenancy",
    "account": "rent account",
    "organisation": "organisation",
}


@blueprint.get("/cases/new")
@requires("start case")
def categories() -> ResponseReturnValue:
    """Ask which kind of case; words of its name, description and keywords find it."""
    text = request.args.get("q", "").strip()[:200]
    found = [
        (row, load(session(), row.current_version_id, catalogue=row.catalogue))
        for row in case_list.categories(session())
    ]
    offered = [(row, definition) for row, definition in found if _is_named(row, definition, text.lower().split())]
    return render_template("portal/start_category.html", categories=offered, text=text, subjects=_subject_texts())


@blueprint.get("/cases/new/<key>")
@requires("start case")
def page(key: str) -> ResponseReturnValue:
    """Ask whom or what the case is about; once that is known, show the form that begins it."""
    definition = _definition(key)
    subjects = _fitting(definition, _subjects(request.args.getlist("subject")))
    if _needs_subject(definition, subjects) or "q" in request.args or "another" in request.args:
        return _subject_page(definition, subjects)
    return _form_page(definition, subjects, {}, {})


@blueprint.post("/cases/new/<key>")
@requires("start case")
def start(key: str) -> ResponseReturnValue:
    """Start the case; a second click finds the one that the first started."""
    definition, form = _definition(key), _start_form(_definition(key))
    subjects = _subjects(request.form.get("_subjects", "").split())
    sent = form_posts.sent(form) if form else None
    if sent is not None and form is not None and form_posts.is_refresh():
        if wants_fields(dict(request.headers)):
            return str(render_fields(form, sent.typed, {}, _scope(), functions=_functions(), focus=sent.posted.focus))
        return _form_page(definition, subjects, sent.typed, {}, focus=sent.posted.focus)
    files = form_posts.keep_files(sent, None) if sent else []
    try:
        if sent is not None and sent.errors:
            raise Invalid(errors=sent.errors)
        started = _started(key, subjects, sent.posted.answers if sent else {})
    except Invalid as error:
        database.roll_back()
        typed = sent.typed if sent else {}
        return _form_page(definition, subjects, typed, error.errors or {"": str(error)}), 422
    if started.is_new:
        filing.attach(session(), started.id, files, by=actor())
        for item in (subject for subject in subjects if subject.entity_type == INCOMING):
            inbound_filing.file_started(item.entity_id, started, subjects)
    after_commit(started.job_keys)
    return redirect(url_for("portal.case_pages.page", reference=started.reference, started=1), 303)


def _started(key: str, subjects: Sequence[Subject], answers: Mapping[str, Any]) -> cases.Started:
    """Start the case, under another one where the address came from there (`case:12` among the subjects)."""
    about = [subject for subject in subjects if subject.entity_type not in BESIDE]
    parent = next((subject.entity_id for subject in subjects if subject.entity_type == "case"), None)
    start_key = request.form.get("_start_key", "")[:100] or None
    if parent is None:
        return cases.start(session(), key, subjects=about, fields=answers, by=actor(), start_key=start_key)
    return relating.start_under(session(), parent, key, subjects=about, fields=answers, by=actor(), start_key=start_key)


def _definition(key: str) -> Definition:
    for row in case_list.categories(session()):
        if row.key == key:
            return load(session(), row.current_version_id, catalogue=row.catalogue)
    raise NotFound(f"There is no kind of case “{key[:40]}”.", remedy="Choose one from the list.")


def _is_named(row: Any, definition: Definition, words: Sequence[str]) -> bool:
    told = " ".join((row.name, row.description, *definition.settings.keywords)).lower()
    return all(word in told for word in words)


def _subject_texts() -> list[str]:
    """Return the subjects that the address carries on from a person's or home's page: person:3."""
    return request.args.getlist("subject")[:MOST_SUBJECTS]


def _subjects(texts: Sequence[str]) -> list[Subject]:
    """Return what the texts name (person:3), each once.

    Raises:
        Invalid: a text that names nothing.
    """
    found: dict[tuple[str, int], Subject] = {}
    for text in texts[:MOST_SUBJECTS]:
        kind, _, number = text.partition(":")
        if kind not in (*NOUNS, *BESIDE) or not number.isdecimal() or len(number) > 15:
            raise Invalid(f"“{text[:40]}” names nothing that a case can be about.", remedy="Search for it.")
        found.setdefault((kind, int(number)), Subject(kind, int(number)))
    return list(found.values())


def _fitting(definition: Definition, subjects: Sequence[Subject]) -> list[Subject]:
    """Return those that the category can be about: from an account's page come its tenancy and tenant too."""
    return [each for each in subjects if each.entity_type in (*BESIDE, *definition.settings.subject_types)]


def _needs_subject(definition: Definition, subjects: Sequence[Subject]) -> bool:
    kinds, needed = {subject.entity_type for subject in subjects} - BESIDE, definition.settings.required_subject
    return (needed not in kinds) if needed else not kinds and "skip" not in request.args


def _subject_page(definition: Definition, subjects: Sequence[Subject]) -> str:
    text = request.args.get("q", "").strip()[:200]
    people, _ = search.people(session(), text, by=actor(), size=12)
    homes, _ = search.homes(session(), text, by=actor(), size=12, lettable=True)
    return render_template(
        "portal/start_subject.html",
        definition=definition,
        text=text,
        people=people,
        homes=homes,
        subjects=[_text(subject) for subject in subjects],
        about=_about(subjects),
        needed=definition.settings.required_subject,
        allowed=definition.settings.subject_types,
    )


def _form_page(
    definition: Definition,
    subjects: Sequence[Subject],
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    *,
    focus: str = "",
) -> str:
    return render_template(
        "portal/start_form.html",
        definition=definition,
        about=_about(subjects),
        subjects=[_text(subject) for subject in subjects],
        needed=definition.settings.required_subject,
        form=_form(definition, subjects, values, errors, focus),
        errors=errors,
        start=definition.start,
        came=_came(subjects),
    )


def _came(subjects: Sequence[Subject]) -> str:
    """Return what it is called that came in, and that is filed on the case; "" of none."""
    items = [subject.entity_id for subject in subjects if subject.entity_type == INCOMING]
    return str(inbound.one(session(), items[0], by=actor()).row.subject) if items else ""


def _form(
    definition: Definition,
    subjects: Sequence[Subject],
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    focus: str,
) -> Markup:
    hidden = {
        "_subjects": " ".join(_text(subject) for subject in subjects),
        "_start_key": request.form.get("_start_key", "")[:100] or secrets.token_urlsafe(18),
    }
    action, form = url_for("portal.starting.start", key=definition.settings.key), _start_form(definition)
    if form is None:
        parts = {"action": action, "hidden": hidden, "errors": errors}
        return form_posts.drawn("portal/_start_without_form.html", parts)
    token, functions = generate_csrf(), _functions()
    return render_form(
        form, values, errors, _scope(), action=action, token=token, submit="Start case", hidden=hidden,
        functions=functions, focus=focus,
    )  # fmt: skip


def _start_form(definition: Definition) -> Form | None:
    """Return the form that begins a case; none when its start event asks nothing."""
    form_id = definition.start.assignment.form_id if definition.start else ""
    form = definition.form_for(form_id, actor())
    if form_id and form is None:
        abort(409, f"This kind of case begins with the form “{form_id}”, which it does not have.")
    return form


def _scope() -> dict[str, Any]:
    """Return what the expressions of a start form may read: there is no case yet, only who asks and when."""
    by = actor()
    officer = {"name": by.name, "job_title": by.job_title, "email": by.email, "phone": by.phone}
    return {"today": today(), "now": london(now()), "officer": officer | {"team": ", ".join(by.team_names)}}


def _functions() -> dict[str, Any]:
    days = law.current(session()).calendar.statutory
    return {
        "today": today,
        "now": lambda: london(now()),
        "working days": lambda start, end: None if None in (start, end) else days.working_days_between(start, end),
        "add working days": lambda start, count: (
            None if None in (start, count) else days.add_working_days(start, int(count))
        ),
    }


def _about(subjects: Sequence[Subject]) -> About:
    """Return what is known of the subjects. Raises NotFound for one that does not exist, or may not be seen."""
    require_seen(session(), subjects, by=actor())
    about = about_these(session(), [(s.entity_type, s.entity_id, s.role) for s in subjects], by=actor())
    found: dict[str, list[Any]] = {
        "person": about.people,
        "home": about.homes,
        "tenancy": about.tenancies,
        "account": about.accounts,
        "organisation": about.organisations,
    }
    known = {(kind, subject.entity_id) for subject in subjects for kind in BESIDE} | {
        (kind, row.id) for kind in found for row in found[kind]
    }
    for subject in subjects:
        if (subject.entity_type, subject.entity_id) not in known:
            raise NotFound(f"There is no {NOUNS[subject.entity_type]} with this number.", remedy="Search for it.")
    return about


def _text(subject: Subject) -> str:
    return f"{subject.entity_type}:{subject.entity_id}"
