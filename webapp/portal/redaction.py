"""Redacted copies: places marked on the pages of a document, words to strike out, and the copy without them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import case_documents, redactions
from engine.documents import pictures, redacting
from engine.documents.redacting import Box
from engine.documents.uploads import safe_headers
from engine.errors import Invalid, NotPossible
from engine.redactions import REASONS, Mark, Phrase
from engine.redactions.making import MOST_PAGES
from webapp import database, reads
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session

blueprint = Blueprint("redaction", __name__)

Errors = dict[str, str]
SIDES = 5  # a page and four sides of a box


@dataclass(frozen=True, slots=True)
class Shown:
    """A mark as the form has it; `words` are those that stand there, where it was found by them."""

    page: int
    box: Box
    reason: str
    words: str = ""

    @property
    def value(self) -> str:
        """Return what the form sends for it."""
        sides = ",".join(f"{side:.4f}" for side in self.box)
        return f"{self.page},{sides}|{self.reason}|{self.words}"


@blueprint.get("/documents/<int:document_id>/redaction")
@requires("add document")
def page(document_id: int) -> str:
    """Show the pages of a document to mark, and the form for words to strike out."""
    return _page(document_id, [], {})


@blueprint.get("/documents/<int:document_id>/redaction/pages/<int:page_number>")
@requires("add document")
def drawn(document_id: int, page_number: int) -> Response:
    """Send a page as a picture to mark."""
    source = redactions.original(session(), document_id, by=actor())
    reads.document(source)
    if not 1 <= page_number <= MOST_PAGES:
        abort(404)
    database.roll_back()  # to draw takes a while
    return Response(pictures.page(source.content, page_number).content, headers=safe_headers("image/jpeg", "page.jpg"))


@blueprint.post("/documents/<int:document_id>/redactions")
@requires("add document")
def make(document_id: int) -> ResponseReturnValue:
    """Make the copy; or find words first, and show the pages with the places where they stand."""
    source = redactions.original(session(), document_id, by=actor())
    database.roll_back()  # to look through it takes a while, and nobody waits for that
    shown, phrases, reason = _marks(), _phrases(), request.form.get("reason", "").strip()
    try:
        shown += _whole_pages(request.form.get("pages", ""), reason)
        if "find" in request.form:
            return _found(document_id, source.content, shown, phrases, reason)
        marks = [Mark(one.page, one.box, one.reason) for one in shown]
        copy = redactions.work(
            source, marks, [Phrase(text, reason) for text in phrases], title=request.form.get("title", "")
        )
    except Invalid as error:
        return _page(document_id, shown, error.errors or {"words": str(error)}), 422
    made = redactions.file(session(), copy, by=actor())
    flash("The redacted copy is made. The original stays as it was.", "success")
    return redirect(url_for("portal.documents.page", document_id=made), 303)


def _found(
    document_id: int, content: bytes, shown: list[Shown], phrases: Sequence[str], reason: str
) -> ResponseReturnValue:
    """Show the places where words stand, to be struck out or left."""
    if phrases and not reason:
        raise Invalid(errors={"reason": "Enter why it is struck out"})
    words = redacting.find(content, phrases)
    there = {one.value for one in shown}
    for place in words.places:
        one = Shown(place.page, place.box, reason, phrases[place.phrase or 0])
        if one.value not in there:
            shown.append(one)
    lacking = [text for n, text in enumerate(phrases) if n not in {place.phrase for place in words.places}]
    return _page(document_id, shown, {}, lacking=lacking, silent=words.silent, is_looked_through=bool(phrases))


def _marks() -> list[Shown]:
    return [one for text in request.form.getlist("mark") if (one := _read(text)) is not None]


def _read(text: str) -> Shown | None:
    place, _, told = text.partition("|")
    reason, _, words = told.partition("|")
    parts = place.split(",")
    if len(parts) != SIDES or not re.fullmatch(r"\d{1,4}(,\d(\.\d{1,6})?){4}", place):
        return None
    left, top, right, bottom = (float(part) for part in parts[1:])
    return Shown(int(parts[0]), (left, top, right, bottom), reason.strip(), words.strip())


def _phrases() -> list[str]:
    lines = (" ".join(line.split()) for line in request.form.get("words", "").splitlines())
    return list(dict.fromkeys(line for line in lines if line))


def _whole_pages(text: str, reason: str) -> list[Shown]:
    """Return a mark for each page of a list such as "3, 5-7"."""
    found: list[Shown] = []
    for part in re.split(r"[,\s]+", text.strip()):
        ends = re.fullmatch(r"(\d{1,4})(?:[-–](\d{1,4}))?", part)
        if part and ends is None:
            raise Invalid(errors={"pages": "Enter pages such as 3, 5-7"})
        if ends is not None:
            last = min(int(ends[2] or ends[1]), MOST_PAGES)
            found += [Shown(number, (0.0, 0.0, 1.0, 1.0), reason) for number in range(int(ends[1]), last + 1)]
    return found


def _page(document_id: int, shown: Sequence[Shown], errors: Errors, **told: Any) -> str:
    file = case_documents.file(session(), document_id, by=actor())[0]
    reads.document(file)
    try:
        redactions.original(session(), document_id, by=actor())
        hindrance = ""
    except NotPossible as error:
        hindrance = str(error)
    is_found = "find" in request.form and not errors
    return render_template(
        "portal/documents/redact.html",
        file=file,
        hindrance=hindrance,
        marks=shown,
        reasons=REASONS,
        errors=errors,
        words="" if is_found else request.form.get("words", ""),
        whole_pages="" if is_found else request.form.get("pages", ""),
        reason=request.form.get("reason", ""),
        title=request.form.get("title", f"{file.title[:185]} (redacted)"),
        **{"lacking": [], "silent": [], "is_looked_through": False, **told},
    )
