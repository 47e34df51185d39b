"""Moves running cases to another version of their category: one case, with its reason."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.definitions.category import Definition
from engine.definitions.deploying import load as load_definition
from engine.errors import Conflict, Invalid, NotFound
from engine.instants import now
from engine.permissions import Actor, require
from engine.runtime.arriving import arrive, migrated_step, seen_from
from engine.runtime.header import CaseRow
from engine.runtime.locking import lock_case
from engine.runtime.matching import Match, Obstacle, mapping_faults
from engine.runtime.migrating import Migration
from engine.runtime.moved_items import drop_subscriptions, move_choices, move_items
from engine.runtime.saving import save
from engine.runtime.step import Step
from models.base import table
from models.case import Case, CaseSnapshot
from models.category import CategoryVersion

CASE, SNAPSHOT, VERSION = table(Case), table(CaseSnapshot), table(CategoryVersion)
VERB = "migrate cases"


def move(
    session: Session, case_id: int, *, to: int | None, mapping: Mapping[str, str], reason: str, by: Actor
) -> tuple[str, ...]:
    """Move one case to the version with the number `to`, the newest unless said. Returns keys of jobs to be run.

    What has failed in the case is tried again there. `mapping` is old element id to new.

    Raises:
        NotFound: no such case or version.
        Conflict: the case is over, or on that version already.
        Invalid: no reason, or a mapping that cannot be.
        CannotMove: something of the case has no place there.
    """
    require(by, VERB)
    if not reason.strip():
        raise Invalid("A case is moved only for a reason.", errors={"reason": "Enter why the case is moved"})
    case = lock_case(session, case_id, by=by)
    target = version_of(session, case.category_id, to)
    _require_mapping(load_definition(session, case.version_id), target, mapping)
    return move_locked(session, case, target, mapping=mapping, reason=reason, by=by)


def obstacles(
    session: Session, case_id: int, *, to: int, mapping: Mapping[str, str], by: Actor
) -> tuple[Obstacle, ...]:
    """Return what keeps a case from going to the version with the number `to`; nothing is changed.

    Raises:
        NotFound: no such case or version.
        Invalid: a mapping that cannot be.
    """
    require(by, VERB)
    row = _placed(session, case_id)
    old, new = load_definition(session, row.version_id), version_of(session, row.category_id, to)
    _require_mapping(old, new, mapping)
    return tuple(seen_from(bytes(row.state), Match(old, new, mapping)).obstacles)


def versions_beside(session: Session, case_id: int) -> dict[int, str]:
    """Return the versions that a case may go to, the newest first: number to note."""
    row = _placed(session, case_id)
    others = (VERSION.c.category_id == row.category_id) & (VERSION.c.id != row.version_id)
    found = session.execute(select(VERSION.c.number, VERSION.c.note).where(others).order_by(VERSION.c.number.desc()))
    return {number: note for number, note in found.all()}  # noqa: C416


def version_beside(session: Session, case_id: int, number: int) -> Definition:
    """Return a version of the category of a case."""
    return version_of(session, _placed(session, case_id).category_id, number)


def _placed(session: Session, case_id: int) -> Any:
    columns = (CASE.c.category_id, CASE.c.version_id, SNAPSHOT.c.state)
    of_case = select(*columns).join(SNAPSHOT, SNAPSHOT.c.case_id == CASE.c.id).where(CASE.c.id == case_id)
    row = session.execute(of_case).first()
    if row is None:
        raise NotFound("There is no such case, or none that you may see.")
    return row


def move_locked(
    session: Session,
    case: CaseRow,
    target: Definition,
    *,
    mapping: Mapping[str, str],
    reason: str,
    by: Actor,
    migration_id: int | None = None,
) -> tuple[str, ...]:
    """Move a case whose row is locked.

    Raises:
        Conflict: it is over, or on that version already.
        CannotMove: something of it has no place there.
    """
    if case.status != "open":
        raise Conflict(f"The case {case.reference} is over.")
    if case.version_id == target.version_id:
        raise Conflict(f"The case {case.reference} is on version {target.version_number} already.")
    match = Match(load_definition(session, case.version_id), target, mapping)
    step, migration = migrated_step(session, case, match, actor=by, at=now())
    tasks = move_items(step, migration)
    move_choices(step, migration)
    _rename_calls(session, step, migration)
    drop_subscriptions(step, migration)
    step.note_event("case_migrated", _told(step, migration, tasks, reason, migration_id))
    arrive(step, migration)
    step.run()
    save(step)
    return step.job_keys


def _rename_calls(session: Session, step: Step, migration: Migration) -> None:
    """Tell the cases that this one waits for by which element they are called now. None of them waits for this step."""
    for token_id, before, after in migration.tokens:
        if before != after and token_id in step.instance.kept.cases:
            called = CASE.c.id == step.instance.kept.cases[token_id]
            session.execute(update(CASE).where(called).values(parent_element_id=after))


def version_of(session: Session, category_id: int, number: int | None) -> Definition:
    """Return the version of a category with this number, the newest without one.

    Raises:
        NotFound: there is none.
    """
    of_category = select(VERSION.c.id).where(VERSION.c.category_id == category_id)
    wanted = of_category.where(VERSION.c.number == number) if number is not None else of_category
    found = session.scalar(wanted.order_by(VERSION.c.number.desc()).limit(1))
    if found is None:
        raise NotFound(f"This category has no version {number}.", remedy="Give the number of a version of it.")
    return load_definition(session, found)


def _require_mapping(old: Definition, new: Definition, mapping: Mapping[str, str]) -> None:
    """Refuse a mapping that no case could follow.

    Raises:
        Invalid: with a sentence for each pair that cannot be.
    """
    if errors := mapping_faults(old, new, mapping):
        raise Invalid("The mapping of elements cannot be followed.", errors=errors)


def _told(
    step: Step, migration: Migration, tasks: list[dict[str, Any]], reason: str, migration_id: int | None
) -> dict[str, Any]:
    """Return what the event says: the versions, and where each token stood and stands."""
    match = migration.match
    old, new = match.old, match.new
    gone = {key: element.label for key, element in old.elements.items() if key not in new.elements}
    told: dict[str, Any] = {
        "reason": reason.strip(),
        "from_version_id": old.version_id,
        "from_version": old.version_number,
        "version_id": new.version_id,
        "version": new.version_number,
        "content_hash": new.digest,
        "tokens": [list(row) for row in migration.tokens],
    }
    stage = _stage(migration)
    if stage and stage != step.case.stage:
        step.case.changes["stage"] = step.case.stage = told["stage"] = stage
    parts = {
        "withdrawn": [list(row) for row in migration.withdrawn],
        "armed": [token.task_spec.bpmn_id for token in migration.to_arm],
        "rearmed": migration.rearmed,
        "mapping": match.mapping,
        "renamed": [[match.label(a), new.elements[b].label] for _, a, b in migration.tokens if a and a != b],
        "forgotten": [match.label(element_id) for element_id in migration.forgotten],
        "names": gone,
        "tasks": tasks,
        "migration_id": migration_id,
    }
    return told | {name: part for name, part in parts.items() if part}


def _stage(migration: Migration) -> str:
    """Return the stage of the case by the new version, where its tokens stand at an element that begins one."""
    stages = migration.match.new.settings.stages
    return next((stages[after] for _, _, after in reversed(migration.tokens) if after in stages), "")
