"""Where a document is filed: on a case, and under people, homes, tenancies, accounts and organisations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.permissions import ENTITIES, Actor, may_see_entity, visible_cases, visible_entities, visible_links
from engine.record.changing import found_entity
from models.case import Case
from models.document import DocumentLink

NAMED = {"person": "full_name", "home": "one_line", "organisation": "name"}  # others are called by their reference
MOST_LINKS = 20

Link = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Place:
    """The case that a document is on, and what else it is filed under; without any it is its sender's alone."""

    case_id: int | None = None
    links: tuple[Link, ...] = ()

    @property
    def is_nowhere(self) -> bool:
        """Say whether it is filed nowhere."""
        return self.case_id is None and not self.links


def read_link(text: str) -> Link:
    """Return what a word such as person:12 names. Raises Invalid."""
    kind, _, number = text.partition(":")
    if kind not in ENTITIES or not (number.isascii() and number.isdecimal()) or len(number) > 15:
        known = ", ".join(f"{name}:1" for name in ENTITIES)
        sentence = f"“{text[:40]}” names nothing that a document can be filed under; write one of {known}"
        raise Invalid("The document cannot be filed there.", errors={"about": sentence})
    return kind, int(number)


def check_links(session: Session, links: Iterable[Link], *, by: Actor) -> tuple[Link, ...]:
    """Return the links, each once. Raises Invalid where something does not exist, or may not be seen."""
    wanted = tuple(dict.fromkeys(links))
    if len(wanted) > MOST_LINKS:
        raise Invalid(errors={"about": f"A document can be filed under at most {MOST_LINKS} things"})
    for kind, entity_id in wanted:
        if not may_see_entity(session, by, kind, entity_id):
            raise Invalid("The document cannot be filed there.", errors={"about": f"There is no {kind} {entity_id}"})
    return wanted


def named(session: Session, reference: str, *, by: Actor) -> Place:
    """Return the case, person, home, tenancy or account with this reference. Raises Invalid."""
    reference = reference.strip()
    case_id = session.scalar(select(Case.id).where(Case.reference == reference, visible_cases(by)))
    if case_id is not None:
        return Place(case_id)
    for kind in ENTITIES:
        model: Any = ENTITIES[kind]
        entity_id = session.scalar(select(model.id).where(model.reference == reference, visible_entities(by, kind)))
        if entity_id is not None:
            return Place(links=((kind, entity_id),))
    sentence = f"There is nothing with the reference “{reference[:40]}”, or nothing that you may see"
    raise Invalid("The document cannot be filed there.", errors={"to": sentence})


def links_of(session: Session, document_id: int, *, by: Actor) -> tuple[Link, ...]:
    """Return what a document is filed under beside its case, as far as `by` may see that."""
    columns = (DocumentLink.entity_type, DocumentLink.entity_id)
    rows = session.execute(
        select(*columns)
        .where(DocumentLink.document_id == document_id, DocumentLink.entity_type != "case")
        .where(visible_links(by, DocumentLink))
        .order_by(DocumentLink.id)
    )
    return tuple((row.entity_type, row.entity_id) for row in rows)


def add_links(session: Session, document_id: int, links: Sequence[Link]) -> None:
    """File a document under more."""
    if links:
        rows = [{"document_id": document_id, "entity_type": kind, "entity_id": number} for kind, number in links]
        session.execute(insert(DocumentLink), rows)


def remove_links(session: Session, document_id: int, links: Sequence[Link]) -> None:
    """File a document under these no more."""
    for kind, entity_id in links:
        its = (DocumentLink.entity_type == kind, DocumentLink.entity_id == entity_id)
        session.execute(delete(DocumentLink).where(DocumentLink.document_id == document_id, *its))


def title_of(session: Session, link: Link, *, by: Actor) -> str:
    """Return what a page calls a person, home, tenancy, account or organisation that `by` may see. Raises NotFound."""
    kind, entity_id = link
    row = found_entity(session, kind, entity_id, by=by)
    named = NAMED.get(kind, "reference")
    return str(getattr(row, named) or row.reference)
