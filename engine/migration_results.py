"""What became of the cases of a migration: how many have moved, and why the others did not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.migrating import VERB
from engine.migrations import KIND, RESTRICTED
from engine.paging import Order, Page, read_page
from engine.permissions import Actor, require, visible_cases
from models.case import Case
from models.category import Category, CategoryVersion
from models.migration import MigratedCase, Migration
from models.work import Job

OUTCOMES = {
    "waiting": "Waiting",
    "moved": "Moved",
    "refused": "Could not move",
    "passed over": "Passed over",
    "failed": "Failed",
}


@dataclass(frozen=True, slots=True)
class Result:
    """A migration with its counts."""

    id: int
    category: str
    category_name: str
    from_versions: list[Any]
    to_version: int
    mapping: dict[str, Any]
    reason: str
    asked_at: datetime
    asked_by: str
    counts: dict[str, int]  # by outcome

    @property
    def total(self) -> int:
        """Return how many cases it is for."""
        return sum(self.counts.values())

    @property
    def settled(self) -> int:
        """Return of how many it is known what became of them."""
        return self.total - self.counts.get("waiting", 0)

    @property
    def is_over(self) -> bool:
        """Say whether every case has been seen to."""
        return self.settled == self.total


def one(session: Session, migration_id: int, *, by: Actor, category: str = "") -> Result:
    """Return a migration.

    Raises:
        NotFound: there is none with this number, or not of this category.
    """
    require(by, VERB)
    statement = _statement().where(Migration.id == migration_id)
    row = session.execute(statement.where(Category.key == category) if category else statement).first()
    if row is None:
        raise NotFound(f"There is no migration {migration_id}.")
    return _result(session, row)


def latest(session: Session, category: str, *, by: Actor, count: int = 10) -> list[Result]:
    """Return the last migrations of a category, the latest first."""
    require(by, VERB)
    rows = session.execute(_statement().where(Category.key == category).order_by(Migration.id.desc()).limit(count))
    return [_result(session, row) for row in rows.all()]


def cases(
    session: Session, migration_id: int, *, by: Actor, outcome: str = "", cursor: str = "", size: int = 100
) -> Page:
    """Return a page of the cases of a migration with what became of each; `reference` of restricted ones is hidden."""
    require(by, VERB)
    is_seen = visible_cases(by).label("is_seen")
    columns = ("id", "outcome", "from_version", "element_id", "element_name", "reason", "remedy", "settled_at")
    statement = (
        select(*(getattr(MigratedCase, name) for name in columns), Case.reference, is_seen)
        .join(Case, Case.id == MigratedCase.case_id)
        .where(MigratedCase.migration_id == migration_id)
    )
    if outcome:
        statement = statement.where(MigratedCase.outcome == outcome)
    return read_page(session, statement, Order(MigratedCase.id, MigratedCase.id, read=int), cursor=cursor, size=size)


def reasons(session: Session, migration_id: int, *, by: Actor, shown: int) -> list[dict[str, Any]]:
    """Return why cases of a migration did not move, the reason of the most first, with the first references of each."""
    names = ("element_id", "element_name", "reason", "remedy")
    columns = [getattr(MigratedCase, name) for name in names]
    kept = (MigratedCase.migration_id == migration_id) & MigratedCase.outcome.not_in(("waiting", "moved"))
    counted = select(*columns, func.count().label("number")).where(kept).group_by(*columns)
    found = []
    for row in session.execute(counted.order_by(func.count().desc())).all():
        same = [column == getattr(row, name) for column, name in zip(columns, names, strict=True)]
        lines = select(Case.reference, visible_cases(by).label("is_seen")).join(MigratedCase).where(kept, *same)
        first = session.execute(lines.order_by(Case.id).limit(shown)).all()
        told = {"element": row.element_id, **{name: getattr(row, name) for name in names[1:]}}
        found.append({**told, "count": row.number, "cases": [reference_of(line) for line in first]})
    return found


def open_jobs(session: Session, migration_id: int) -> list[str]:
    """Return the keys of the jobs of a migration that are not done, nor given up."""
    waiting = (MigratedCase.migration_id == migration_id) & (MigratedCase.outcome == "waiting")
    jobs = select(Job.key).join(MigratedCase, MigratedCase.case_id == Job.case_id)
    mine = (Job.kind == KIND) & Job.key.like(f"%:{migration_id}:%") & (Job.status != "failed")
    return list(session.scalars(jobs.where(waiting, mine).order_by(Job.id)))


def reference_of(row: Any) -> str:
    """Return the reference of a case in the list, unless the actor may not see it (`is_seen`)."""
    return str(row.reference) if row.is_seen else RESTRICTED


def _statement() -> Any:
    return (
        select(Migration, Category.key, Category.name, CategoryVersion.number)
        .join(Category, Category.id == Migration.category_id)
        .join(CategoryVersion, CategoryVersion.id == Migration.to_version_id)
    )


def _result(session: Session, row: Any) -> Result:
    found: Migration = row.Migration
    counted = select(MigratedCase.outcome, func.count()).where(MigratedCase.migration_id == found.id)
    rows = session.execute(counted.group_by(MigratedCase.outcome))
    counts: dict[str, int] = {outcome: count for outcome, count in rows.all()}  # noqa: C416
    return Result(
        id=found.id,
        category=row.key,
        category_name=row.name,
        from_versions=list(found.from_versions),
        to_version=row.number,
        mapping=dict(found.mapping),
        reason=found.reason,
        asked_at=found.asked_at,
        asked_by=found.asked_by_name,
        counts={name: counts[name] for name in OUTCOMES if name in counts},
    )
