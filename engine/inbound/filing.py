"""Files an item: its message and files become documents of a case and of the record, and what it says is kept there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import filing
from engine.documents import names
from engine.documents.receiving import Received
from engine.documents.uploads import CheckedFile
from engine.errors import Invalid, NotPossible
from engine.filing import kinds
from engine.filing.places import Link, Place
from engine.inbound import answering, contacts, handling, telling
from engine.inbound.events import write
from engine.instants import now
from engine.permissions import PLATFORM, Actor
from engine.runtime.header import CaseRow
from engine.runtime.locking import lock_case
from models.base import table
from models.document import Document
from models.inbound import InboundItem, InboundPart

PART = table(InboundPart)
KIND = "received"  # the kind of document, unless somebody says otherwise


@dataclass(frozen=True, slots=True)
class Wish:
    """Where and as what an item is to be filed. `files` are the positions of those that go with it; none: all."""

    place: Place
    kind: str = ""
    title: str = ""
    words: str = ""
    files: Collection[int] | None = None
    wakes: bool = True  # an automatic answer tells nobody, and no diagram goes on by it


@dataclass(frozen=True, slots=True)
class Filed:
    """What filing an item did; `job_keys` to run after the commit."""

    documents: list[int]
    reference: str = ""
    job_keys: tuple[str, ...] = ()
    has_moved: bool = False  # the diagram waited for it, and has gone on
    told: list[int] = field(default_factory=list)


def file(session: Session, item_id: int, wish: Wish, *, revision: int | None = None, by: Actor) -> Filed:
    """File an item. Nobody else files it at the same time: its row is locked, and says so afterwards.

    Raises:
        Invalid: nowhere, a kind that does not exist, or a place that cannot be.
        NotFound: no such item or case, or none that the actor may know of.
        Conflict: it does not wait any more, or somebody else has it.
    """
    row = handling.lock(session, item_id, revision=revision, by=by)
    handling.require_free(session, row, by=by)
    if wish.place.is_nowhere:
        raise Invalid("It is filed somewhere.", errors={"case": "Choose a case, or whom or what it is about"})
    documents = _documents(session, row, wish, by)
    case = lock_case(session, wish.place.case_id, by=by) if wish.place.case_id is not None else None
    person_id, organisation_id = _whom(session, row, wish, case)
    where = answering.Filed(case, person_id, organisation_id, documents)
    number = answering.keep(session, row, where, by=by)
    keys = answering.tell_diagram(session, row, case, documents) if case is not None and wish.wakes else None
    told = _tell(session, row, case, by) if case is not None and wish.wakes else []
    handling.change(
        session,
        row,
        state="filed",
        case_id=case.id if case is not None else None,
        document_id=documents[0],
        decided_by_id=by.user_id,
        decided_at=now(),
        claimed_by_id=None,
        claimed_at=None,
        details={**row.details, "communication_id": number, "has_moved": keys is not None},
    )
    write(session, item_id, "filed", case.reference if case is not None else "On the record", by=by)
    reference = case.reference if case is not None else ""
    return Filed(documents, reference, keys or (), keys is not None, told)


def take_out(session: Session, item_id: int, *, reason: str, revision: int | None = None, by: Actor) -> None:
    """Take back that an item was filed: its documents end, and it waits again. What the diagram did since stays.

    Raises:
        NotPossible: it is not filed, or it is a report that a message was not delivered.
        Invalid: no reason.
    """
    row = handling.lock(session, item_id, revision=revision, by=by)
    if row.state != "filed" or row.document_id is None:
        raise NotPossible("Only what is filed can be taken out again.", remedy=handling.LOOK_AGAIN)
    reason = handling.reason_of(reason, "Enter why it does not belong there")
    for document_id in _filed(session, item_id):
        filing.end(session, document_id, reason=reason, by=by)
    session.execute(update(PART).where(PART.c.item_id == item_id).values(document_id=None))
    if isinstance(number := row.details.get("communication_id"), int):
        answering.withdraw(session, number, reason)
    waits = {"state": "new", "case_id": None, "document_id": None, "decided_by_id": None, "decided_at": None}
    handling.change(session, row, **waits, claimed_by_id=by.user_id, claimed_at=now())
    moved = " The case had gone on by it; that stays." if row.details.get("has_moved") else ""
    write(session, item_id, "taken_out", f"{reason}{moved}", by=by)


def _documents(session: Session, row: Any, wish: Wish, by: Actor) -> list[int]:
    """Make documents of the message and of the files that go with it, and return their ids."""
    parts = [part for part in _kept(session, row.id) if _is_wanted(part, wish.files)]
    if not parts:
        raise NotPossible("There is nothing of it that could be filed.", remedy="Set it aside, with the reason.")
    kind = wish.kind or (KIND if KIND in kinds.offered(session) else "other")
    ids = []
    for part in parts:
        title = wish.title if part is parts[0] else ""
        title = title or (row.subject if part.kind == "message" else part.file_name.rpartition(".")[0])
        ids.append(
            filing.file(
                session,
                _received(part),
                wish.place,
                title=title,
                kind=kind,
                words=wish.words,
                source="received",
                by=by,
            )
        )
        session.execute(update(PART).where(PART.c.id == part.id).values(document_id=ids[-1]))
    return ids


def _kept(session: Session, item_id: int) -> Sequence[Any]:
    wanted = select(PART).where(PART.c.item_id == item_id, PART.c.sha256.is_not(None))
    return session.execute(wanted.order_by(PART.c.position)).all()


def _is_wanted(part: Any, files: Collection[int] | None) -> bool:
    """Say whether a file is filed; pictures within a text are no files unless somebody ticks them."""
    if part.kind == "message":
        return True
    return part.kind != "inline" if files is None else part.position in files


def _received(part: Any) -> Received:
    checked = CheckedFile(part.content_type, part.file_name, names.ending_of(part.file_name))
    return Received(checked, part.sha256, part.size, place_removed=part.place_removed)


def _whom(session: Session, row: Any, wish: Wish, case: CaseRow | None) -> tuple[int | None, int | None]:
    """Return the person and the organisation from whom it is: as somebody says, else whose address it is."""
    people = _numbers(wish.place.links, "person")
    if not people and case is not None:
        sender = contacts.sender_on_case(session, case.id, row.sender)
        people = [sender] if sender is not None else []
    if len(people) > 1:
        known = {detail.person_id for detail in contacts.at_address(session, row.sender, people)}
        people = [one for one in people if one in known] or people
    organisations = _numbers(wish.place.links, "organisation")
    return next(iter(people), None), next(iter(organisations), None)


def _numbers(links: Sequence[Link], wanted: str) -> list[int]:
    return [number for kind, number in links if kind == wanted]


def _tell(session: Session, row: Any, case: CaseRow, by: Actor) -> list[int]:
    who = row.sender_name or row.sender
    came = f"{who} wrote: “{row.subject}”." if who else f"“{row.subject}” came by post."
    return telling.tell_owner(
        session, case, f"{came} It is filed here.", key=f"{row.id}:{row.revision}", but=by.user_id
    )


def _filed(session: Session, item_id: int) -> list[int]:
    """Return the documents of an item that have not ended."""
    its = select(InboundPart.document_id).where(InboundPart.item_id == item_id, InboundPart.document_id.is_not(None))
    return list(session.scalars(select(Document.id).where(Document.id.in_(its), Document.ended_at.is_(None))))


def wait_for_circle(session: Session, item: Any) -> None:
    """Tell the owner of a restricted case that something waits to be filed which nobody else sees."""
    row = session.execute(select(InboundItem.__table__).where(InboundItem.id == item.id)).one()
    if row.matched_case_id is None:
        return
    case = lock_case(session, row.matched_case_id, by=PLATFORM)
    if case.restricted:
        text = "Something came in that names this case. It waits to be filed, and nobody outside the circle sees it."
        if not telling.tell_owner(session, case, text, key=f"{row.id}:waits"):
            nobody = "Something came in for a restricted case that has nobody in its circle. Name somebody to file it."
            telling.tell_administrators(session, case.id, nobody, key=f"{row.id}:nobody")
