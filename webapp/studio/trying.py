"""The page on which an analyst tries an expression or a decision on a case's data or on typed values."""

import re
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine import dmn, trying
from engine.definitions import drafting
from engine.definitions.category import RULES_FILE
from engine.errors import EngineError, Invalid, NotFound
from engine.feel import Problem
from engine.rules import RuleBook, load
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session, transaction
from webapp.studio.categories import settings_of

blueprint = Blueprint("trying", __name__)

ASKED = ("expression", "decision", "case", "data")


@blueprint.get("/try")
@blueprint.get("/<key>/try")
@requires("see categories")
def page(key: str = "") -> str:
    """Ask what to try, and on what."""
    files = _files(key)
    return _page(key, files, request.args)


@blueprint.post("/try")
@blueprint.post("/<key>/try")
@requires("see categories")
def answer(key: str = "") -> ResponseReturnValue:
    """Show what it comes to and why. It writes nothing: the form is only too long, and too private, for an address."""
    files = _files(key)
    try:
        found = _tried(files, request.form)
    except (Invalid, NotFound) as error:
        field = "case" if isinstance(error, NotFound) else "data"
        return _page(key, files, request.form, errors={field: str(error)}), 422
    return _page(key, files, request.form, answer=found)


def _files(key: str) -> dict[str, bytes]:
    return drafting.files(session(), key) if key else {}


def _page(key: str, files: dict[str, bytes], asked: Any, **more: Any) -> str:
    models = _models(files)
    chosen = asked.get("decision", "")
    found: trying.Answer | None = more.get("answer")
    return render_template(
        "studio/try.html",
        key=key,
        settings=settings_of(files, key) if key else None,
        asked={name: asked.get(name, "") for name in ASKED},
        decisions=[
            (each.key[1], each.name or each.key[1]) for model in models for each in model.decisions() if each.logic
        ],
        reads=[name for model in models for name in _reads(model, chosen)] if chosen else [],
        excerpts=[_excerpt(asked.get("expression", ""), each) for each in found.problems] if found else [],
        errors=more.get("errors", {}),
        answer=found,
    )


def _models(files: dict[str, bytes]) -> list[dmn.Model]:
    loaded = dmn.load_all({path: content for path, content in files.items() if path.endswith(".dmn")})
    return [model for model in loaded.values() if isinstance(model, dmn.Model)]


def _reads(model: dmn.Model, decision_id: str) -> list[str]:
    return trying.reads(model, decision_id) if _has(model, decision_id) else []


def _has(model: dmn.Model, decision_id: str) -> bool:
    return any(part.key[1] == decision_id for part in model.decisions())


def _tried(files: dict[str, bytes], asked: Any) -> trying.Answer:
    typed = trying.typed_values(asked.get("data", ""))
    with transaction(read_only=True) as reading:
        reference = asked.get("case", "").strip()
        on = trying.data(reading, reference=reference, typed=typed, rules=_rules(files), by=actor())
        chosen = asked.get("decision", "")
        if not chosen:
            return trying.expression(asked.get("expression", ""), on)
        for model in _models(files):
            if _has(model, chosen):
                return trying.decision(model, chosen, on)
    raise NotFound(f"This category has no decision “{chosen[:60]}” that can be read.")


def _rules(files: dict[str, bytes]) -> RuleBook:
    try:
        return load(files.get(RULES_FILE, b"").decode(), source=RULES_FILE)
    except (EngineError, UnicodeDecodeError):
        return trying.NO_RULES


def _excerpt(text: str, problem: Problem) -> tuple[str, str, str]:
    """Return the line that a problem stands in, parted into what is before it, the word it is about, and the rest."""
    lines = text.strip().removeprefix("=").strip().splitlines()
    line = lines[problem.line - 1] if problem.line <= len(lines) else ""
    at = problem.column - 1
    word = re.match(r"\w+|\S|", line[at:])
    end = at + (word.end() if word else 0)
    return line[:at], line[at:end], line[end:]
