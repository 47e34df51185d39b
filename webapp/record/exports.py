"""The lists of the record as files, as far as one may see it: all of a kind, or what the words of its finder name."""

from collections.abc import Callable, Iterator

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, select, true

from engine import search
from engine.errors import NotFound
from engine.fields import FieldDef
from engine.importing import exporting, own_fields
from engine.importing.targets import target
from engine.permissions import visible_entities
from models.people import Person
from webapp import reads
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.spreadsheets import spreadsheet

blueprint = Blueprint("record_exports", __name__)

# The word of the address, and that of imports.
LISTS = {
    "people": "people", "homes": "assets", "tenancies": "tenures", "accounts": "accounts",
    "organisations": "organisations",
}  # fmt: skip
FOUND_BY: dict[str, Callable[..., ColumnElement[bool]]] = {"people": search.names_person, "homes": search.names_home}


@blueprint.get("/<any(people,homes,tenancies,accounts,organisations):word>.<any(csv,xlsx):ending>")
@requires("see people")
def listed(word: str, ending: str) -> ResponseReturnValue:
    """Send a list of the record, with the columns that an import takes."""
    aim, text = target(LISTS[word], _chosen(word)), request.args.get("q", "").strip()[:200]
    where = FOUND_BY[word](session(), text) if text and word in FOUND_BY else true()
    if word == "people":
        _note_sensitive(where)
    return spreadsheet(word, exporting.headings(aim), exporting.rows(session(), aim, where, by=actor()))


@blueprint.get("/<any(people,homes,tenancies,accounts,organisations):word>/export")
@requires("see people")
def choice(word: str) -> ResponseReturnValue:
    """Offer the fields of the catalogue that a list of the record may have beside its own columns."""
    text = request.args.get("q", "").strip()[:200]
    return render_template("record/export.html", word=word, text=text, fields=list(_offered(word).values()))


def _offered(word: str) -> dict[str, FieldDef]:
    return own_fields.of_kind(session(), target(LISTS[word]).kind, by=actor())


def _chosen(word: str) -> dict[str, FieldDef]:
    """Return the fields that were chosen for a list, of those that its reader may see."""
    wanted = request.args.getlist("fields")
    if not wanted:
        return {}
    own = _offered(word)
    known = {one.key for one in own.values()}
    if unknown := set(wanted) - known:
        raise NotFound(
            f"There is no field “{min(unknown)[:80]}” for this list.", remedy="Choose among those it offers."
        )
    return {name: one for name, one in own.items() if one.key in wanted}


def _note_sensitive(where: ColumnElement[bool]) -> None:
    """Note each person of a list whose readings are kept."""
    listed = select(Person.id, Person.is_sensitive).where(visible_entities(actor(), "person"))
    for row in session().execute(listed.where(Person.is_sensitive, where)):
        reads.person(row)


@blueprint.get("/search.<any(csv,xlsx):ending>")
@requires("see cases")
def answers(ending: str) -> ResponseReturnValue:
    """Send what a search found and its reader may see, at most the first 10,000."""
    wanted = search.Wanted(kind=kind) if (kind := request.args.get("kind", "")) in search.KINDS else search.ANYTHING
    found = _answers(request.args.get("q", "").strip()[:200], wanted)
    return spreadsheet("search", ("Kind", "Reference", "Title", "Detail", "Status"), found)


PAGES, ON_A_PAGE = 50, 200


def _answers(text: str, wanted: search.Wanted) -> Iterator[tuple[str, ...]]:
    cursor = ""
    for _ in range(PAGES):
        hits, cursor = search.page(session(), text, by=actor(), wanted=wanted, cursor=cursor, size=ON_A_PAGE)
        for line in search.lines(session(), hits, search.read(text), by=actor()):
            title = "".join(part for part, _ in line.title)
            yield search.KINDS[line.kind], line.reference, title, line.detail, line.status
        if not cursor:
            return
