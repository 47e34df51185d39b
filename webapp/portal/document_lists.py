"""Lists of documents: all of them, those of a case, those of a record; adding some, many as one file, a spreadsheet."""

import tempfile
import zipfile
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from engine import document_list, filing
from engine.case_documents import File
from engine.case_page import Header
from engine.communications.settling import WRITE
from engine.document_list import Line, Wanted
from engine.documents import names
from engine.documents.receiving import Received
from engine.documents.refusals import UploadRefused
from engine.errors import Invalid, NotFound
from engine.filing import kinds, places, tags
from engine.filing.places import Link, Place
from engine.filing.receiving import store
from engine.instants import today
from engine.permissions import may, may_on, require
from webapp import database, uploads
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.errors import wants_json
from webapp.portal import lists
from webapp.portal.case_pages import header, shared
from webapp.portal.record_addresses import PLURALS, address_of
from webapp.settings import MEGABYTE
from webapp.spreadsheets import moment_cell, spreadsheet
from webapp.streaming import chunks
from webapp.uploads import takes_large_files

blueprint = Blueprint("document_lists", __name__)

SIZE = 50
MOST_FILES = 20  # at a time
MOST_IN_ZIP, LARGEST_ZIP = 200, 500 * MEGABYTE
COLUMNS = ("Title", "Kind", "Tags", "Case", "Added", "By", "File", "Bytes", "Version", "Ended", "SHA-256")
FILTERS = ("q", "kind", "tag", "since", "until", "ended")

Errors = dict[str, str]


@blueprint.get("/documents")
@requires("see documents")
def page() -> str:
    """Show all documents that one may see, the latest first; words, kind, tag and days narrow the list."""
    return render_template("portal/documents/all.html", **_list(Wanted()))


@blueprint.get("/cases/<reference>/documents")
@requires("see documents")
def of_case(reference: str) -> str:
    """Show the documents of a case, and the form that adds some."""
    return _case_page(header(reference), {})


@blueprint.post("/cases/<reference>/documents")
@requires("add document")
@takes_large_files
def add_to_case(reference: str) -> ResponseReturnValue:
    """Keep the files that were chosen; one that is refused is set apart and keeps no other from being added."""
    case = header(reference)
    here = url_for("portal.document_lists.of_case", reference=reference)
    return _add(Place(case.id), here, lambda errors: _case_page(header(reference), errors))


@blueprint.get("/people/<int:entity_id>/documents", defaults={"kind": "person"})
@blueprint.get("/homes/<int:entity_id>/documents", defaults={"kind": "home"})
@blueprint.get("/tenancies/<int:entity_id>/documents", defaults={"kind": "tenancy"})
@blueprint.get("/accounts/<int:entity_id>/documents", defaults={"kind": "account"})
@blueprint.get("/organisations/<int:entity_id>/documents", defaults={"kind": "organisation"})
@requires("see documents")
def of_record(kind: str, entity_id: int) -> str:
    """Show what is filed under a person, home, tenancy, account or organisation, and the form that adds some."""
    return _record_page((kind, entity_id), {})


@blueprint.post("/people/<int:entity_id>/documents", defaults={"kind": "person"})
@blueprint.post("/homes/<int:entity_id>/documents", defaults={"kind": "home"})
@blueprint.post("/tenancies/<int:entity_id>/documents", defaults={"kind": "tenancy"})
@blueprint.post("/accounts/<int:entity_id>/documents", defaults={"kind": "account"})
@blueprint.post("/organisations/<int:entity_id>/documents", defaults={"kind": "organisation"})
@requires("add document")
@takes_large_files
def add_to_record(kind: str, entity_id: int) -> ResponseReturnValue:
    """Keep the files that were chosen under a record."""
    link = (kind, entity_id)
    require(actor(), "see people")
    places.title_of(session(), link, by=actor())
    return _add(Place(links=(link,)), address_of(link), lambda errors: _record_page(link, errors))


@blueprint.get("/documents.xlsx")
@blueprint.get("/documents.csv")
@requires("see documents")
def export() -> ResponseReturnValue:
    """Send the whole list as CSV or XLSX; no cell of it can be taken for a formula."""
    found = document_list.everything(session(), _narrowed(), by=actor())
    named = kinds.names(session())
    return spreadsheet("documents", COLUMNS, (_cells(line, named) for line in found))


@blueprint.get("/documents/zip")
@requires("see documents")
def zipped() -> ResponseReturnValue:
    """Send the documents that are ticked as one zip file; what one may not see is left out."""
    wanted = [int(text) for text in request.args.getlist("document") if lists.as_number(text) is not None]
    files = document_list.these(session(), wanted[:MOST_IN_ZIP], by=actor())
    if not files:
        raise Invalid("No document was ticked.", remedy="Go back, tick some, and try again.")
    if sum(file.size for file in files) > LARGEST_ZIP:
        most = LARGEST_ZIP // MEGABYTE
        raise Invalid(f"Together they have more than {most} MB.", remedy="Tick fewer, and try again.")
    target = tempfile.TemporaryFile()  # noqa: SIM115 (closed when the answer has been sent)
    _write_zip(target, files)
    size = target.tell()
    target.seek(0)
    response = Response(chunks(target), content_type="application/zip")
    response.content_length = size
    response.headers["Content-Disposition"] = names.disposition("attachment", f"documents-{today().isoformat()}.zip")
    return response


def _write_zip(target: Any, files: list[File]) -> None:
    used: set[str] = set()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            ending = names.ending_of(file.file_name) or "bin"
            name = names.displayed(f"{file.title}.{ending}", ending)
            if name.lower() in used:
                name = names.displayed(f"{file.title} {file.id}.{ending}", ending)
            used.add(name.lower())
            archive.write(store().path(file.sha256), name)


def _add(place: Place, here: str, again: Any) -> ResponseReturnValue:
    """Receive and file what was chosen; `again` draws the page with its faults."""
    sent = request.form
    files = [upload for upload in request.files.getlist("files") if upload.filename]
    kind, title = sent.get("kind", "other"), sent.get("title", "") if len(files) == 1 else ""
    try:
        tagged = tags.read(sent.get("tags", ""))
        _check(files, kind)
    except Invalid as error:
        if wants_json():
            raise
        return again(error.errors), 422
    database.roll_back()  # to look at the files takes a while, and nobody waits for it
    received, refusals = _received(files, place, title, kind)
    if refusals and not received:
        if wants_json():
            raise refusals[0]
        return again({"files": " ".join(str(refusal) for refusal in refusals)}), 422
    ids = [filing.file(session(), one, place, title=title, kind=kind, words=tagged, by=actor()) for one in received]
    if wants_json():
        url = url_for("portal.documents.page", document_id=ids[0])
        return jsonify({"id": ids[0], "url": url}), 201
    for refusal in refusals:
        flash(str(refusal), "error")
    flash("The document is added." if len(ids) == 1 else f"{len(ids)} documents are added.", "success")
    return redirect(here, 303)


def _check(files: list[FileStorage], kind: str) -> None:
    if not files:
        raise Invalid("There is no file.", errors={"files": "Choose at least one file"})
    if len(files) > MOST_FILES:
        raise Invalid("There are too many files.", errors={"files": f"Choose at most {MOST_FILES} files at a time"})
    kinds.check(session(), kind)


def _received(
    files: list[FileStorage], place: Place, title: str, kind: str
) -> tuple[list[Received], list[UploadRefused]]:
    received, refusals, keeps_place = [], [], "keep_place" in request.form
    for chosen in files:
        try:
            received.append(uploads.receive(chosen, place, title=title, kind=kind, keeps_place=keeps_place))
        except UploadRefused as refusal:
            refusals.append(refusal)
    return received, refusals


def _case_page(case: Header, errors: Errors) -> str:
    if errors:
        database.roll_back()
    narrow = Wanted(case_id=case.id)
    return render_template(
        "portal/case/documents.html",
        **shared(case, "documents"),
        **_list(narrow, case=case.reference),
        may_add=may(actor(), "add document") and case.is_open,
        may_bundle=may(actor(), "add document"),
        send_at=_send_at(case),
        errors=errors,
    )


def _send_at(case: Header) -> str:
    """Return where a document of a case is sent to people from, but for its number; "" for who may not write there."""
    if not may_on(session(), actor(), WRITE, case.id):
        return ""
    return url_for("portal.letters_by_hand.of_case", reference=case.reference) + "?document="


def _record_page(link: Link, errors: Errors) -> str:
    if errors:
        database.roll_back()
    kind, entity_id = link
    require(actor(), "see people")
    if kind not in PLURALS:
        raise NotFound("There is no such page.")
    return render_template(
        "portal/documents/of_record.html",
        **_list(Wanted(about=link), about=f"{kind}:{entity_id}"),
        name=places.title_of(session(), link, by=actor()),
        kind=kind,
        back=f"/{PLURALS[kind]}/{entity_id}",
        here=address_of(link),
        may_add=may(actor(), "add document"),
        errors=errors,
    )


def _list(narrow: Wanted, **narrowed: Any) -> dict[str, Any]:
    """Return what a template of a list needs; `narrowed` is how the address of its spreadsheet says the same."""
    wanted = _wanted(narrow)
    found, lines = document_list.find(session(), wanted, by=actor(), cursor=request.args.get("at", ""), size=SIZE)
    asked: dict[str, Any] = {name: value for name in FILTERS if (value := request.args.get(name, "").strip())}
    return {
        "wanted": wanted,
        "found": found,
        "lines": lines,
        "kinds": kinds.offered(session()),
        "tags": tags.in_use(session()),
        "is_filtered": bool(asked),
        "address": lists.address,
        "export_url": url_for("portal.document_lists.export", **asked, **narrowed),
    }


def _narrowed() -> Wanted:
    """Return what a spreadsheet is to hold: `case` or `about` say of what, where it is not of everything."""
    if reference := request.args.get("case", ""):
        return _wanted(Wanted(case_id=header(reference).id))
    if about := request.args.get("about", ""):
        require(actor(), "see people")
        link = places.read_link(about)
        places.title_of(session(), link, by=actor())
        return _wanted(Wanted(about=link))
    return _wanted(Wanted())


def _wanted(narrow: Wanted) -> Wanted:
    asked = request.args
    return Wanted(
        case_id=narrow.case_id,
        about=narrow.about,
        kind=asked.get("kind", "")[:80],
        tag=asked.get("tag", "").strip()[:40],
        text=asked.get("q", "").strip()[:200],
        since=_day(asked.get("since", "")),
        until=_day(asked.get("until", "")),
        with_ended=lists.is_asked("ended"),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _cells(line: Line, named: dict[str, str]) -> tuple[object, ...]:
    file = line.file
    return (
        file.title, named.get(file.kind, file.kind), ", ".join(line.tags), file.reference, moment_cell(file.created_at),
        file.by, file.file_name, file.size, file.number, moment_cell(file.ended_at), file.sha256,
    )  # fmt: skip
