"""A template tried before it is used, with a sample or with a case: read in the page, letters taken along as a file."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from engine import case_list, trying
from engine.case_list import Wanted
from engine.definitions import drafting
from engine.documents import kinds, previews
from engine.documents.converting import to_pdf
from engine.documents.names import disposition
from engine.documents.packages import WORD
from engine.documents.uploads import safe_headers
from engine.errors import EngineError, Invalid, NotFound, TemplateError, Unavailable
from engine.letters import states
from engine.letters import trying as letter_trying
from engine.letters.measuring import measured
from engine.letters.trying import Data, Tried
from engine.permissions import may
from models.people import Person
from webapp import reads
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session, transaction
from webapp.security_headers import allow_inline_styles
from webapp.studio.categories import settings_of, title_of
from webapp.studio.letters import kind_of

blueprint = Blueprint("letter_trials", __name__)

ASKED = ("case", "data", "state")
MOST_OFFERED = 8


@blueprint.get("/<key>/trial/<path:path>")
@requires("see categories")
def page(key: str, path: str) -> str:
    """Ask with what to try a template; cases of its category are offered: the latest, or those with the `words`."""
    return _page(key, path, request.args)


@blueprint.post("/<key>/trial/<path:path>")
@requires("see categories")
def answer(key: str, path: str) -> ResponseReturnValue:
    """Show the finished letter, or send it as a file. It writes nothing: the form is too private for an address."""
    asked, kind = request.form, kind_of(path)
    content = states.content(session(), key, path, asked.get("state") or _newest(key, path))
    try:
        data = data_of(key, drafting.files(session(), key), content, asked, kind=kind.key)
        found = letter_trying.tried(content, data, name=PurePath(path).stem, kind=kind.key)
        wanted = as_file(found, asked.get("as", ""), name=PurePath(path).stem, data=data)
    except (Invalid, NotFound, TemplateError, Unavailable) as error:
        return _page(key, path, asked, error=error, errors=errors_of(error)), 422
    return wanted or _page(key, path, asked, found=found, data=data)


def data_of(key: str, files: Mapping[str, bytes], template: bytes, asked: Any, *, kind: str) -> Data:
    """Return what was asked to try with, read in a transaction that only reads, and note who is read of.

    Raises:
        Invalid: the typed values are none, or it is a case of another category.
        NotFound: there is no such case, or none that one may see.
    """
    typed = trying.typed_values(asked.get("data", ""))
    reference = asked.get("case", "").strip()
    with transaction(read_only=True) as reading:
        if not reference:
            return letter_trying.on_sample(reading, files, template, typed, kind=kind)
        data = letter_trying.on_case(reading, key, files, reference, typed, by=actor())
        reads.case(data.case)
        for person_id in data.people:
            reads.person(reading.get_one(Person, person_id))
        return data


def as_file(found: Tried, wanted: str, *, name: str, data: Data) -> Response | None:
    """Return the letter as a file, where one is asked for. Raises Unavailable without what makes PDFs."""
    about = f"{name} {data.case.reference if data.case else 'sample'}"
    if wanted not in ("docx", "pdf") or not found.letter:
        return None
    content = found.letter if wanted == "docx" else to_pdf([found.letter])[0]
    headers = safe_headers(WORD if wanted == "docx" else kinds.PDF, about)
    return Response(content, headers=headers | {"Content-Disposition": disposition("attachment", f"{about}.{wanted}")})


def shown(found: Tried | None) -> dict[str, Any]:
    """Return what a page shows of what came of a trial: a letter's text, or how long a text message is."""
    if found is None:
        return {}
    said = found.said
    if "html" in said:
        allow_inline_styles()  # an e-mail brings its own, and its frame has the page's policy
    return {
        "body": previews.html_of(found.letter, WORD) if found.letter else "",
        "measure": measured(said["text"]) if said and "html" not in said else None,
    }


def errors_of(error: EngineError) -> dict[str, str]:
    """Return at which field of the form an error is put right."""
    if isinstance(error, TemplateError | Unavailable):
        return {}
    is_about_case = isinstance(error, NotFound) or "is a case of" in error.message
    return {"case" if is_about_case else "data": str(error)}


def offered_cases(key: str, words: str) -> list[Any]:
    """Return some cases of a category that one may see: those with the words, else the latest."""
    if not may(actor(), "see cases"):
        return []
    wanted = Wanted(text=words.strip()[:100], category=key, status="")
    found = case_list.cases(session(), wanted, by=actor(), size=MOST_OFFERED)
    return list(found.rows)


def _newest(key: str, path: str) -> str:
    return states.states(session(), key, path)[0].mark


def _page(key: str, path: str, asked: Any, **more: Any) -> str:
    files = drafting.files(session(), key)
    known = states.states(session(), key, path)
    found: Tried | None = more.get("found")
    return render_template(
        "studio/letter_trial.html",
        key=key,
        settings=settings_of(files, key),
        path=path,
        title=title_of(path, b""),
        states=known,
        asked={name: asked.get(name, "") for name in ASKED},
        words=request.args.get("words", ""),
        cases=offered_cases(key, request.args.get("words", "")),
        kind=kind_of(path),
        found=found,
        **shown(found),
        data=more.get("data"),
        error=more.get("error"),
        errors=more.get("errors", {}),
    )
