"""The pictures of a letter: the signature of the officer who writes it, and the photographs of its case.

Which there are is read with the rest of its data, where its template asks for them; their bytes are read, and
photographs drawn anew, when it is merged.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import templates
from engine.case_documents import on_case
from engine.documents import redrawing
from engine.documents.picture import NONE, PHOTOGRAPHS, SIGNATURE, Picture
from engine.errors import Invalid, NotFound, TemplateError
from engine.filing.receiving import store
from engine.instants import london
from engine.permissions import Actor, actor_of, visible_documents
from engine.redactions import originals_among
from models.case import Case
from models.document import Document, DocumentVersion
from models.staff import User

KINDS = ("photograph", "evidence")  # what uploads file pictures of a case as; never proofs of identity
ALL = frozenset({SIGNATURE, PHOTOGRAPHS})
MOST = 40  # photographs of one letter
LARGEST = 12 * 1024 * 1024  # bytes of all of them, as the letter has them
HEIGHT = 90  # millimetres
SIGNATURE_HEIGHT, SIGNATURE_WIDTH = 15, 70  # millimetres
FEWER = "File those that it does not need as another kind of document."
AS_JPEG = "Save it as JPEG, and add that as a new version."


class Written(Protocol):
    """What a letter is written about: a case that is read, a step on it, or a person."""

    session: Session
    case: Any
    actor: Actor
    surroundings: Any


@dataclass(frozen=True, slots=True)
class Scene:
    """Whose signature and which photographs a letter may show; nothing is read yet."""

    case_id: int | None
    officer_id: int | None
    by: Actor


def scene(written: Written) -> Scene:
    """Return whose signature and which photographs letters may show that are written here."""
    return Scene(written.case.id, written.surroundings.officer_id, written.actor)


def asked_by(*used: templates.Found | None) -> frozenset[str]:
    """Return the pictures that any of these templates asks for."""
    return frozenset[str]().union(*(one.pictures for one in used if one is not None))


def illustrated(
    session: Session, context: Mapping[str, Any], scene: Scene, asked: Collection[str] = ALL
) -> dict[str, Any]:
    """Return the data of a letter with the pictures that are asked for; no others are looked up."""
    found = dict(context)
    if SIGNATURE in asked and isinstance(found.get("officer"), Mapping):
        found["officer"] = {**found["officer"], "signature": _signature(session, scene.officer_id)}
    if PHOTOGRAPHS in asked:
        found["photographs"] = _photographs(session, scene)
    return found


def _signature(session: Session, officer_id: int | None) -> Picture | None:
    row = session.execute(select(User.name, User.signature).where(User.id == officer_id)).first()
    if row is None or row.signature is None:
        return None
    return Picture(row.signature, SIGNATURE_HEIGHT, SIGNATURE_WIDTH, f"Signature of {row.name}")


def _photographs(session: Session, scene: Scene) -> list[dict[str, Any]]:
    """Return the photographs of a case that the actor may see, the first first; a redacted one is left out."""
    if scene.case_id is None:
        return []
    is_newest = (DocumentVersion.document_id == Document.id) & (DocumentVersion.number == Document.version)
    rows = session.execute(
        select(
            Document.id, Document.title, Document.kind, Document.created_at,
            DocumentVersion.sha256, DocumentVersion.content_type,
        )
        .join(DocumentVersion, is_newest)
        .outerjoin(Case, Case.id == Document.case_id)
        .where(
            on_case(scene.case_id),
            visible_documents(_seeing(session, scene.by)),
            Document.ended_at.is_(None),
            Document.kind.in_(KINDS),
            DocumentVersion.content_type.startswith("image/"),
        )
        .order_by(Document.id)
    ).all()  # fmt: skip
    redacted = originals_among(session, [row.id for row in rows])
    return [_photograph(row) for row in rows if row.id not in redacted]


def _seeing(session: Session, by: Actor) -> Actor:
    """Return the actor with what they may see now: a job keeps only who it was."""
    return by if by.user_id is None else actor_of(session, by.user_id) or replace(by, grants={})


def _photograph(row: Any) -> dict[str, Any]:
    added_at: datetime = row.created_at
    is_shown = row.content_type in redrawing.PHOTOGRAPHS
    return {
        "picture": Picture(row.sha256, HEIGHT, None, row.title) if is_shown else NONE,
        "title": row.title,
        "kind": row.kind,
        "taken_on": None,
        "added_on": london(added_at).date(),
    }


def loaded(context: Mapping[str, Any], asks: Collection[str]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the data of a letter whose template asks for these pictures, and their contents by name.

    Raises:
        TemplateError: a photograph that cannot be shown, or too many.
    """
    found, pictures = dict(context), dict[str, bytes]()
    signature = (context.get("officer") or {}).get("signature") if SIGNATURE in asks else None
    if isinstance(signature, Picture) and signature:
        pictures[signature.name] = signature.content or _content(signature.name)
    if PHOTOGRAPHS in asks and context.get("photographs"):
        found["photographs"] = list(_drawn(context["photographs"], pictures))
    return found, pictures


def _drawn(photographs: Collection[Any], pictures: dict[str, bytes]) -> Iterable[Any]:
    if len(photographs) > MOST:
        message = f"The case has {len(photographs)} photographs; a letter shows at most {MOST}."
        raise TemplateError(message, remedy=FEWER)
    size = 0
    for one in photographs:
        picture = one.get("picture") if isinstance(one, Mapping) else None
        if not isinstance(picture, Picture):  # somebody tries a letter with data of their own
            yield one
            continue
        if not picture:
            message = f"The photograph “{one['title']}” is of a kind that Word does not show, such as HEIC."
            raise TemplateError(message, remedy=AS_JPEG)
        try:
            drawn = redrawing.photograph(picture.content or _content(picture.name))
        except Invalid as fault:
            raise TemplateError(
                f"The photograph “{one['title']}” cannot be shown in a letter.", remedy="Take it again, or end it."
            ) from fault
        pictures[picture.name] = drawn.content
        size += len(drawn.content)
        if size > LARGEST:
            message = f"The photographs of the case have more than {LARGEST // 1024 // 1024} MB together."
            raise TemplateError(message, remedy=FEWER)
        yield {**one, "taken_on": one["taken_on"] or drawn.taken_on}


def _content(digest: str) -> bytes:
    try:
        with store().open(digest) as file:
            return file.read()
    except NotFound as error:
        raise TemplateError("A picture of the letter is not in the store.", remedy=error.remedy) from error
