"""Makes lines of answers: what each is, where, in which state, what must be seen first, and why it was found."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.instants import today
from engine.permissions import Actor
from engine.search.finding import SPELT_ALIKE, TEXT, TEXT_GOES_ON, Hit
from engine.search.reading import Question
from engine.search.residents import members, with_homes, with_residents
from engine.search.snippets import Parts, marked, snippet
from models.accounts import RentAccount
from models.case import Case, Note
from models.category import Category
from models.document import Document, DocumentVersion
from models.people import Organisation, Person
from models.places import Asset
from models.record import RecordNote
from models.search.indexes import LONGEST_TEXT
from models.tenancies import Tenure


@dataclass(frozen=True, slots=True)
class Line:
    """An answer as a list shows it. `title` and `snippet` are in pieces: (text, whether it was asked for)."""

    kind: str
    id: int
    title: Parts
    reference: str = ""
    detail: str = ""  # a person's home, a home's people, the category of a case
    status: str = ""  # of a case: open, closed, cancelled; of a tenancy or account: running, ended
    stage: str = ""
    has_alert: bool = False
    why: str = ""
    snippet: Parts = field(default_factory=list)
    case_reference: str = ""  # of the case that a document or note lies on
    tenancy_id: int = 0  # of an account
    about: tuple[str, int] = ("", 0)  # the kind and number of what a note on the record is about
    subjects: tuple[str, ...] = ()  # what a case that is started from here is about: person:3, tenancy:7

    @property
    def text(self) -> str:
        """Return the title in one piece."""
        return "".join(part for part, _ in self.title)


def lines(session: Session, hits: Sequence[Hit], question: Question, *, by: Actor) -> list[Line]:
    """Return the lines of answers, in their order; of what has gone in the meantime there is none.

    Where a person lives, and who in a home, is told as far as `by` may see it.
    """
    makers: dict[str, Any] = {
        "person": partial(_people, by), "home": partial(_homes, by), "organisation": _organisations,
        "case": _cases, "tenancy": _tenancies, "account": _accounts, "document": _documents, "note": _notes,
        "record_note": _record_notes,
    }  # fmt: skip
    made: dict[tuple[str, int], Line] = {}
    for kind, make in makers.items():
        some = {hit.id: hit for hit in hits if hit.kind == kind}
        if some:
            made |= {(kind, line.id): line for line in make(session, some, question)}
    return [made[hit.kind, hit.id] for hit in hits if (hit.kind, hit.id) in made]


_Hits = dict[int, Hit]


def _people(by: Actor, session: Session, hits: _Hits, question: Question) -> Iterator[Line]:
    people = session.scalars(select(Person).where(Person.id.in_(hits)))
    for found in with_homes(session, list(people), by=by):
        person, home = found.person, found.home
        yield Line(
            "person",
            person.id,
            marked(person.full_name, question),
            person.reference,
            home.one_line if home else "No tenancy now",
            has_alert=found.has_alert,
            why=_why(hits[person.id]),
            subjects=(f"person:{person.id}", *([f"tenancy:{found.tenure.id}"] if found.tenure else [])),
        )


def _homes(by: Actor, session: Session, hits: _Hits, question: Question) -> Iterator[Line]:
    homes = session.scalars(select(Asset).where(Asset.id.in_(hits)))
    for found in with_residents(session, list(homes), by=by):
        home = found.home
        people = ", ".join(person.full_name for person in found.people)
        yield Line(
            "home",
            home.id,
            marked(home.one_line or home.reference, question),
            home.reference,
            people or ("Let" if found.tenure else _EMPTY.get(home.asset_type, "Empty")),
            has_alert=found.has_alert,
            why=_why(hits[home.id]),
            subjects=(f"home:{home.id}", *([f"tenancy:{found.tenure.id}"] if found.tenure else [])),
        )


_EMPTY = {"site": "Site", "block": "Block"}


def _organisations(session: Session, hits: _Hits, question: Question) -> Iterator[Line]:
    for found in session.scalars(select(Organisation).where(Organisation.id.in_(hits))):
        title, kind = marked(found.name, question), found.kind.replace("_", " ").capitalize()
        status = "ended" if found.ended_on is not None and found.ended_on < today() else ""
        yield Line("organisation", found.id, title, found.reference, kind, status, why=_why(hits[found.id]))


def _cases(session: Session, hits: _Hits, question: Question) -> Iterator[Line]:
    columns = (Case.id, Case.reference, Case.title, Case.status, Case.stage, Category.name)
    rows = session.execute(select(*columns).join(Category, Category.id == Case.category_id).where(Case.id.in_(hits)))
    for case_id, reference, title, status, stage, category in rows:
        parts = marked(title or category, question)
        yield Line("case", case_id, parts, reference, category, status, stage, why=_why(hits[case_id]))


def _tenancies(session: Session, hits: _Hits, question: Question) -> Iterator[Line]:
    tenancies = session.scalars(select(Tenure).where(Tenure.id.in_(hits)))
    for tenancy, home, people in _held(session, list(tenancies)):
        status = _running(tenancy)
        title = marked(home, question)
        yield Line("tenancy", tenancy.id, title, tenancy.reference, people, status, why=_why(hits[tenancy.id]))


def _accounts(session: Session, hits: _Hits, question: Question) -> Iterator[Line]:
    accounts = session.scalars(select(RentAccount).where(RentAccount.id.in_(hits)))
    by_tenancy = {account.tenure_id: account for account in accounts}
    tenancies = session.scalars(select(Tenure).where(Tenure.id.in_(by_tenancy)))
    for tenancy, home, people in _held(session, list(tenancies)):
        account = by_tenancy[tenancy.id]
        title, status = marked(home, question), _running(tenancy)
        why = _why(hits[account.id])
        yield Line("account", account.id, title, account.reference, people, status, why=why, tenancy_id=tenancy.id)


def _held(session: Session, tenancies: list[Tenure]) -> Iterator[tuple[Tenure, str, str]]:
    """Yield each tenancy with the address of its home and the names of those on it."""
    homes = {
        home.id: home for home in session.scalars(select(Asset).where(Asset.id.in_({t.asset_id for t in tenancies})))
    }
    people = members(session, [tenancy.id for tenancy in tenancies])
    for tenancy in tenancies:
        home = homes[tenancy.asset_id]
        names = ", ".join(person.full_name for person in people.get(tenancy.id, []))
        yield tenancy, home.one_line or home.reference, names


def _documents(session: Session, hits: _Hits, question: Question) -> Iterator[Line]:
    in_text = [hit.id for hit in hits.values() if hit.rank in (TEXT, TEXT_GOES_ON)]
    rows = session.execute(
        select(Document.id, Document.title, Document.kind, Case.reference)
        .outerjoin(Case, Case.id == Document.case_id)
        .where(Document.id.in_(hits))
    )
    texts = session.execute(
        select(DocumentVersion.document_id, func.substr(DocumentVersion.text, 1, LONGEST_TEXT))
        .join(Document, Document.id == DocumentVersion.document_id)
        .where(DocumentVersion.number == Document.version, Document.id.in_(in_text))
    )
    pieces = {document_id: snippet(text, question) for document_id, text in texts}
    for document_id, title, kind, case in rows:
        piece = pieces.get(document_id, [])
        why = "In its text" if piece else ""
        parts = marked(title, question)
        yield Line("document", document_id, parts, detail=kind, why=why, snippet=piece, case_reference=case or "")


def _notes(session: Session, hits: _Hits, question: Question) -> Iterator[Line]:
    rows = session.execute(
        select(Note.id, Note.text, Case.reference, Case.title)
        .join(Case, Case.id == Note.case_id)
        .where(Note.id.in_(hits))
    )
    for note_id, text, reference, title in rows:
        yield Line(
            "note", note_id, marked(title or reference, question), reference, snippet=snippet(text, question),
            case_reference=reference,
        )  # fmt: skip


def _record_notes(session: Session, hits: _Hits, question: Question) -> Iterator[Line]:
    notes = list(session.scalars(select(RecordNote).where(RecordNote.id.in_(hits))))
    about = _names(session, {(note.entity_type, note.entity_id) for note in notes})
    for note in notes:
        entity = note.entity_type, note.entity_id
        piece, title = snippet(note.text, question), marked(about.get(entity, note.entity_type.capitalize()), question)
        yield Line("record_note", note.id, title, detail=note.written_by_name, snippet=piece, about=entity)


def _names(session: Session, entities: Collection[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Return how entities of the record are called: by name, address or reference."""
    columns: dict[str, Any] = {"person": Person, "home": Asset, "organisation": Organisation, "tenancy": Tenure}
    columns["account"] = RentAccount
    names = {}
    for kind, model in columns.items():
        ids = [entity_id for entity_type, entity_id in entities if entity_type == kind]
        for row in session.scalars(select(model).where(model.id.in_(ids))) if ids else ():
            said = (getattr(row, name, "") for name in ("full_name", "one_line", "name", "reference"))
            names[kind, row.id] = next(name for name in said if name)
    return names


def _running(tenancy: Tenure) -> str:
    return "running" if tenancy.ended_on is None or tenancy.ended_on >= today() else "ended"


def _why(hit: Hit) -> str:
    return hit.why or ("Spelt alike" if hit.rank == SPELT_ALIKE else "")
