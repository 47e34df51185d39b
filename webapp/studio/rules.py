"""The rules of a category, printed so that a lawyer can read them."""

from flask import Blueprint, render_template

from engine.definitions import drafting
from engine.errors import Invalid
from engine.rules import RuleBook, load, rule_in_words
from webapp.access import requires
from webapp.database import session
from webapp.studio.categories import settings_of

blueprint = Blueprint("rules", __name__)


@blueprint.get("/<key>/rules")
@requires("see categories")
def page(key: str) -> str:
    """Show every rule in words, with its source and since when it is in force."""
    files = drafting.files(session(), key)
    book, errors = _book(files.get("rules.toml", b""))
    rows = [
        {"rule": rule, "words": rule_in_words(rule)}
        for rule_id in (book.ids if book else ())
        for rule in (book.versions(rule_id) if book else ())
    ]
    settings = settings_of(files, key)
    return render_template("studio/rules.html", key=key, settings=settings, rows=rows, errors=errors)


def _book(content: bytes) -> tuple[RuleBook | None, dict[str, str]]:
    if not content.strip():
        return None, {}
    try:
        return load(content.decode(), source="rules.toml"), {}
    except UnicodeDecodeError:
        return None, {"": "rules.toml is not text in UTF-8."}
    except Invalid as error:
        return None, error.errors or {"": error.message}
