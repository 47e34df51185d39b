"""Moving running cases to another version of their category: a dry run, the move, and what became of each case."""

from typing import Any

from engine import case_page, migrating, migration_results, migrations
from engine.migrations import Plan, Wanted
from webapp.access import requires
from webapp.api.cases import header_of, whole
from webapp.api.idempotency import idempotent
from webapp.api.paging import page
from webapp.api.resource import ID, QUERY, Resource
from webapp.api.schemas.base import PREFIX
from webapp.api.schemas.cases import WholeCaseSchema
from webapp.api.schemas.migrations import (
    MigratedCaseFilter,
    MigratedCasePage,
    MigrationSchema,
    NewCaseMigration,
    NewMigration,
)
from webapp.auth import actor
from webapp.database import session
from webapp.jobs import after_commit

resource = Resource("migrations", __name__, "Running cases moved to another version of their category.")

AT_ONCE = 20  # cases are moved before the answer leaves; of more, the answer comes first
SHOWN = 100  # references under a reason


@resource.post("/categories/<key>/migrations")
@requires("migrate cases")
@idempotent
@resource.arguments(NewMigration)
@resource.response(202, MigrationSchema)
def ask(given: dict[str, Any], key: str) -> Any:
    """Move running cases to another version, or with `dry_run` tell of each whether it could.

    Each case is moved in a step of its own, after it was looked at again; `GET` the migration to see how far it is.
    A mapping that no case could follow is refused with 422, one sentence for each element.
    """
    wanted = Wanted(key, given["to"], tuple(given["from_versions"]), given["mapping"])
    if given["dry_run"]:
        return _as_told(migrations.plan(session(), wanted, by=actor()), wanted)
    migration_id, keys = migrations.ask(
        session(), wanted, reason=given["reason"], by=actor(), references=given["cases"]
    )
    if len(keys) <= AT_ONCE:
        after_commit(keys)
    return _result(migration_id, key)


@resource.get(f"/categories/<key>/migrations/<{ID}:migration_id>")
@requires("migrate cases")
@resource.response(200, MigrationSchema)
def one(key: str, migration_id: int) -> Any:
    """Show how far a migration is, and why cases could not move."""
    return _result(migration_id, key)


@resource.get(f"/categories/<key>/migrations/<{ID}:migration_id>/cases")
@requires("migrate cases")
@resource.arguments(MigratedCaseFilter, location=QUERY)
@resource.response(200, MigratedCasePage)
def cases(given: dict[str, Any], key: str, migration_id: int) -> Any:
    """List the cases of a migration with what became of each."""
    by = actor()
    migration_results.one(session(), migration_id, by=by, category=key)
    found = migration_results.cases(
        session(), migration_id, by=by, outcome=given["outcome"], cursor=given["cursor"], size=given["limit"]
    )
    return page(found, [_case(row) for row in found.rows])


@resource.post("/cases/<ref>/migration")
@requires("migrate cases")
@idempotent
@resource.arguments(NewCaseMigration)
@resource.response(202, WholeCaseSchema)
def move(given: dict[str, Any], ref: str) -> Any:
    """Move one case to another version of its category; what has failed in it is tried again there.

    Refused with 409 when something of the case has no place in that version: the sentence says what, and what to do.
    """
    case = header_of(ref)
    after_commit(migrating.move(session(), case.id, **given, by=actor()))
    return whole(case_page.header(session(), case.reference, by=actor()))


def _as_told(plan: Plan, wanted: Wanted) -> dict[str, Any]:
    reasons = [
        {
            "element": group.obstacle.element_id,
            "element_name": group.obstacle.name,
            "reason": group.obstacle.reason,
            "remedy": group.obstacle.remedy,
            "count": len(group.references),
            "cases": group.references[:SHOWN],
        }
        for group in plan.groups
    ]
    return {
        "id": None,
        "category": wanted.category,
        "dry_run": True,
        "from_versions": [source.version_number for source in plan.sources],
        "to": plan.target.version_number,
        "mapping": wanted.mapping,
        "reason": "",
        "total": len(plan.looks),
        "waiting": 0,
        "moved": len(plan.movable),
        "kept": len(plan.kept),
        "is_over": True,
        "reasons": reasons,
        "warnings": [{"message": message, "count": count} for message, count in plan.warnings.items()],
        "asked_at": None,
        "asked_by": None,
        "url": None,
    }


def _result(migration_id: int, key: str) -> dict[str, Any]:
    found = migration_results.one(session(), migration_id, by=actor(), category=key)
    moved = found.counts.get("moved", 0)
    return {
        "id": found.id,
        "category": found.category,
        "dry_run": False,
        "from_versions": found.from_versions,
        "to": found.to_version,
        "mapping": found.mapping,
        "reason": found.reason,
        "total": found.total,
        "waiting": found.total - found.settled,
        "moved": moved,
        "kept": found.settled - moved,
        "is_over": found.is_over,
        "reasons": migration_results.reasons(session(), found.id, by=actor(), shown=SHOWN),
        "warnings": [],
        "asked_at": found.asked_at,
        "asked_by": found.asked_by,
        "url": f"{PREFIX}/categories/{found.category}/migrations/{found.id}",
    }


def _case(row: Any) -> dict[str, Any]:
    names = ("from_version", "outcome", "element_name", "reason", "remedy", "settled_at")
    told = {name: getattr(row, name) for name in names}
    return {"case": migration_results.reference_of(row), "element": row.element_id, **told}
