"""Gathers all that is stored about one case, for a request for it, for another landlord, or for a court."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from engine import reading
from engine.definitions.category import SUBJECTS
from engine.errors import NotFound
from engine.instants import now
from engine.permissions import Actor, require, visible_cases
from engine.record.kinds import KINDS
from models.base import Base, table
from models.case import Case, CaseLink
from models.category import Category, CategoryVersion
from models.document import DocumentVersion
from models.staff import User

ENTITIES: Mapping[str, Any] = {**{key: KINDS[key].model for key in SUBJECTS}, "case": Case}
SEPARATE = {"case_section", "case_link"}  # told as fields and subjects


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A document of the case: where it goes in the export, and the digest that finds it in the store."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Export:
    """A case as plain data, and the files that belong to it."""

    facts: dict[str, Any]
    files: tuple[StoredFile, ...]


def export_case(session: Session, reference: str, *, by: Actor) -> Export:
    """Return everything about the case `reference`.

    Raises:
        NotFound: no such case, or none that the actor may know of.
    """
    require(by, "see cases")
    case = session.scalar(select(Case).where(Case.reference == reference.strip(), visible_cases(by)))
    if case is None:
        raise NotFound(f"There is no case {reference}, or none that you may see.")
    versions = _versions(session, case.id)
    facts = {
        "exported_at": now().isoformat(),
        "case": _row(table(Case), case),
        "category": _category(session, case),
        "fields": reading.open_case(session, case.id).stored(),
        "subjects": [_subject(session, link) for link in _links(session, case.id)],
        "staff": _staff(session),
        "document_versions": [_row(table(DocumentVersion), version) for version in versions],
        **{table.name: _rows(session, table, case.id) for table in _tables()},
    }
    return Export(facts, tuple(StoredFile(_path(version), version.sha256) for version in versions))


def _tables() -> list[Table]:
    """Return every table that speaks of a case, so that none that is added later is forgotten."""
    tables = Base.metadata.sorted_tables
    return [table for table in tables if "case_id" in table.c and table.name not in SEPARATE]


def _rows(session: Session, table: Table, case_id: int) -> list[dict[str, Any]]:
    found = session.execute(select(table).where(table.c.case_id == case_id).order_by(*table.primary_key))
    return [{name: _plain(value) for name, value in row.items()} for row in found.mappings()]


def _row(table: Any, entity: Any) -> dict[str, Any]:
    return {column.name: _plain(getattr(entity, column.name)) for column in table.c}


def _category(session: Session, case: Case) -> dict[str, Any]:
    category = session.get_one(Category, case.category_id)
    version = session.get_one(CategoryVersion, case.version_id)
    return {"key": category.key, "name": category.name, "version": version.number, "content_hash": version.content_hash}


def _links(session: Session, case_id: int) -> list[CaseLink]:
    return list(session.scalars(select(CaseLink).where(CaseLink.case_id == case_id).order_by(CaseLink.id)))


def _subject(session: Session, link: CaseLink) -> dict[str, Any]:
    model = ENTITIES[link.entity_type]
    entity = session.get(model, link.entity_id)
    record = _row(model.__table__, entity) if entity is not None else None
    return {**_row(table(CaseLink), link), "record": record}


def _staff(session: Session) -> dict[str, str]:
    """Return the names behind the ids of staff in the rows."""
    return {str(row.id): row.name for row in session.execute(select(User.id, User.name).order_by(User.id))}


def _versions(session: Session, case_id: int) -> list[DocumentVersion]:
    documents = Base.metadata.tables["document"]
    return list(
        session.scalars(
            select(DocumentVersion)
            .join(documents, documents.c.id == DocumentVersion.document_id)
            .where(documents.c.case_id == case_id)
            .order_by(DocumentVersion.id)
        )
    )


def _path(version: DocumentVersion) -> str:
    """Return a name that no archive program can misread, whatever the document is called."""
    kept = "".join(c if c.isalnum() or c in " .-_()" else "_" for c in PurePath(version.file_name).name)
    return f"documents/{version.document_id}-{version.number} {kept.strip(' .')[-120:]}"


def _plain(value: Any) -> Any:
    convert = next((turn for kind, turn in _PLAIN if isinstance(value, kind)), None)
    return convert(value) if convert is not None else value


_PLAIN: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (datetime, datetime.isoformat),
    (date, date.isoformat),
    (bytes, lambda value: base64.b64encode(value).decode()),
)
