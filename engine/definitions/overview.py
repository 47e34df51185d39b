"""What the studio shows of the categories: versions, who deployed them, how many cases run on each, drafts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.definitions.category import SETTINGS_FILE, read_settings
from engine.errors import Invalid
from models.case import Case
from models.category import Category, CategoryVersion, Draft, DraftFile
from models.staff import User


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """Who changed a draft last, and when."""

    changed_at: datetime
    changed_by: str
    base_version_id: int | None


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """A deployed version, and how many open cases run on it."""

    id: int
    number: int
    deployed_at: datetime
    deployed_by: str
    note: str
    running: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class CategoryFacts:
    """A category in the list; one without a version is new and only a draft."""

    key: str
    name: str
    description: str
    current: VersionFacts | None
    running: int
    older_running: int  # of those, on versions before the current one
    draft: DraftFacts | None


def categories(session: Session) -> list[CategoryFacts]:
    """Return every category and every draft of a new one, by name, in few queries however many there are."""
    drafts = drafts_by_key(session)
    counts = _running(session)
    rows = session.execute(_versions().where(CategoryVersion.id == Category.current_version_id)).all()
    found = [_category(row, counts, drafts.get(row.key)) for row in rows]
    known = {facts.key for facts in found}
    found += [_new(session, key, facts) for key, facts in drafts.items() if key not in known]
    return sorted(found, key=lambda facts: facts.name.lower())


def versions(session: Session, key: str) -> list[VersionFacts]:
    """Return the versions of a category, newest first."""
    counts = _running(session)
    rows = session.execute(_versions().where(Category.key == key).order_by(CategoryVersion.number.desc()))
    return [_version(row, counts.get((row.category_id, row.id), 0)) for row in rows]


def drafts_by_key(session: Session) -> dict[str, DraftFacts]:
    """Return the drafts by the key of their category."""
    latest = (
        select(DraftFile.category_key, func.max(DraftFile.changed_at).label("changed_at"))
        .group_by(DraftFile.category_key)
        .subquery()
    )
    changed = (
        select(DraftFile.category_key, func.max(DraftFile.changed_by_id).label("user_id"))
        .join(
            latest,
            (latest.c.category_key == DraftFile.category_key) & (latest.c.changed_at == DraftFile.changed_at),
        )
        .group_by(DraftFile.category_key)
        .subquery()
    )
    rows = session.execute(
        select(Draft.category_key, Draft.base_version_id, Draft.started_at, latest.c.changed_at, User.name)
        .outerjoin(latest, latest.c.category_key == Draft.category_key)
        .outerjoin(changed, changed.c.category_key == Draft.category_key)
        .outerjoin(User, User.id == changed.c.user_id)
    )
    return {r.category_key: DraftFacts(r.changed_at or r.started_at, r.name or "", r.base_version_id) for r in rows}


def _versions() -> Any:
    return (
        select(
            *(getattr(CategoryVersion, name) for name in ("id", "category_id", "number", "deployed_at", "note")),
            User.name.label("deployed_by"),
            Category.current_version_id,
            *(getattr(Category, name) for name in ("key", "name", "description")),
        )
        .join(Category, Category.id == CategoryVersion.category_id)
        .outerjoin(User, User.id == CategoryVersion.deployed_by_id)
    )


def _running(session: Session) -> dict[tuple[int, int], int]:
    """Return how many open cases each version has, by category and version."""
    counted = select(Case.category_id, Case.version_id, func.count(Case.id)).where(Case.status == "open")
    rows = session.execute(counted.group_by(Case.category_id, Case.version_id))
    return {(category_id, version_id): count for category_id, version_id, count in rows}


def _version(row: Any, running: int) -> VersionFacts:
    return VersionFacts(
        id=row.id,
        number=row.number,
        deployed_at=row.deployed_at,
        deployed_by=row.deployed_by or "",
        note=row.note,
        running=running,
        is_current=row.id == row.current_version_id,
    )


def _category(row: Any, counts: Mapping[tuple[int, int], int], draft: DraftFacts | None) -> CategoryFacts:
    total = sum(count for (category_id, _), count in counts.items() if category_id == row.category_id)
    current = _version(row, counts.get((row.category_id, row.id), 0))
    return CategoryFacts(row.key, row.name, row.description, current, total, total - current.running, draft)


def _new(session: Session, key: str, draft: DraftFacts) -> CategoryFacts:
    """Return a category that was never deployed, named as its draft's settings name it."""
    content = session.scalar(
        select(DraftFile.content).where(DraftFile.category_key == key, DraftFile.path == SETTINGS_FILE)
    )
    try:
        settings = read_settings(bytes(content or b""))
        return CategoryFacts(key, settings.name, settings.description, None, 0, 0, draft)
    except Invalid:  # its author is at work on it
        return CategoryFacts(key, key, "", None, 0, 0, draft)
