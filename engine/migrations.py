"""Moves running cases of a category to another of its versions, in bulk: first looked at, then each in its own step.

Each case that is to move is a job, committed with the request for it: it is moved once, whichever node dies, and is
looked at again under its lock. What became of each stands in `models.migration`.
"""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from engine.definitions.category import Definition
from engine.definitions.deploying import load as load_definition
from engine.errors import Conflict, EngineError, Invalid, NotFound
from engine.instants import now
from engine.migrating import VERB, move_locked, version_of
from engine.permissions import PLATFORM, Actor, require, visible_cases
from engine.runtime.arriving import CannotMove, seen_from
from engine.runtime.locking import lock_case
from engine.runtime.matching import Match, Obstacle, mapping_faults, sort_of
from engine.runtime.migrating import Migration as Moved
from models.base import table
from models.case import Case, CaseSection, CaseSnapshot
from models.category import Category, CategoryVersion
from models.migration import MigratedCase, Migration
from models.work import Job

CASE, SNAPSHOT, SECTION = table(Case), table(CaseSnapshot), table(CaseSection)
CATEGORY, VERSION = table(Category), table(CategoryVersion)
MIGRATION, MIGRATED, JOB = table(Migration), table(MigratedCase), table(Job)
KIND = "migrate_case"
CHUNK = 500  # cases that are looked at together
RESTRICTED = "A restricted case"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases of a category go where: the numbers of versions, and old element id to new."""

    category: str
    to: int | None = None  # the newest version unless said
    from_versions: tuple[int, ...] = ()  # all others unless said
    mapping: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Look:
    """What would become of one case. It may move if there are no obstacles; warnings keep it from nothing."""

    case_id: int
    reference: str
    from_version: int
    obstacles: tuple[Obstacle, ...]
    warnings: tuple[str, ...]
    places: tuple[str, ...]  # elements of its version at which it stands

    @property
    def is_named(self) -> bool:
        """Say whether its reference may be told."""
        return self.reference != RESTRICTED

    @property
    def may_move(self) -> bool:
        """Say whether nothing stands in the way."""
        return not self.obstacles


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that cannot move for the same reason."""

    obstacle: Obstacle
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A dry run: every case, and the version that they would go to."""

    target: Definition
    sources: tuple[Definition, ...]  # the versions that they are on
    looks: tuple[Look, ...]

    @property
    def movable(self) -> list[Look]:
        """Return the cases that would move."""
        return [look for look in self.looks if look.may_move]

    @property
    def kept(self) -> list[Look]:
        """Return the cases that cannot."""
        return [look for look in self.looks if not look.may_move]

    @property
    def groups(self) -> list[Group]:
        """Return the reasons, that of the most cases first; a case with several stands under each."""
        found: dict[Obstacle, list[str]] = {}
        for look in self.kept:
            for obstacle in look.obstacles:
                found.setdefault(obstacle, []).append(look.reference)
        groups = [Group(obstacle, tuple(references)) for obstacle, references in found.items()]
        return sorted(groups, key=lambda group: -len(group.references))

    @property
    def warnings(self) -> dict[str, int]:
        """Return what is to be known of cases that would move, with how many they are."""
        found: dict[str, int] = {}
        for look in self.movable:
            for warning in look.warnings:
                found[warning] = found.get(warning, 0) + 1
        return found

    def standing(self, version: int) -> dict[str, int]:
        """Return how many cases of a version stand at each element."""
        found: dict[str, int] = {}
        for look in self.looks:
            for place in look.places if look.from_version == version else ():
                found[place] = found.get(place, 0) + 1
        return found


def plan(session: Session, wanted: Wanted, *, by: Actor) -> Plan:
    """Return for every running case whether it would move, and why not. Nothing is changed.

    Raises:
        NotFound: no such category or version.
        Invalid: a mapping that cannot be, or versions that the cases are on already.
    """
    require(by, VERB)
    category_id, target, sources = _versions(session, wanted)
    looks: list[Look] = []
    for source in sources:
        mapping = {before: after for before, after in wanted.mapping.items() if before in source.elements}
        match, needed = Match(source, target, mapping), _newly_required(source, target)
        for rows in _chunks(session, category_id, source.version_id, by):
            fields = _fields(session, [row.id for row in rows]) if needed else {}
            looks += [_look(row, match, needed, fields.get(row.id, set()), by) for row in rows]
    return Plan(target, tuple(sources), tuple(looks))


def places_for(old: Definition, new: Definition, element_id: str) -> list[tuple[str, str]]:
    """Return the elements (id, name) of the new version that could take the place of one of the old."""
    sort = sort_of(old.elements[element_id])
    alike = [element for element in new.elements.values() if sort_of(element) == sort]
    possible = [element for element in alike if not mapping_faults(old, new, {element_id: element.id})]
    return sorted(((element.id, element.label) for element in possible), key=lambda pair: pair[1].lower())


def ask(
    session: Session, wanted: Wanted, *, reason: str, by: Actor, references: Collection[str] | None = None
) -> tuple[int, list[str]]:
    """Have cases moved: those named, else all that run on the versions. Returns the migration and its jobs' keys.

    Raises:
        NotFound: no such category, version or case of it.
        Invalid: no reason, a mapping that cannot be, or no case.
    """
    require(by, VERB)
    if not reason.strip():
        raise Invalid("Cases are moved only for a reason.", errors={"reason": "Enter why the cases are moved"})
    category_id, target, sources = _versions(session, wanted)
    rows = _asked_for(session, category_id, [source.version_id for source in sources], references, by)
    migration_id = session.scalars(
        insert(MIGRATION).returning(MIGRATION.c.id),
        {
            "category_id": category_id,
            "from_versions": sorted({row.number for row in rows}),
            "to_version_id": target.version_id,
            "mapping": dict(wanted.mapping),
            "reason": reason.strip(),
            "asked_at": now(),
            "asked_by_id": by.user_id,
            "asked_by_name": by.name,
        },
    ).one()
    common = {"migration_id": migration_id, "outcome": "waiting", "element_id": "", "element_name": ""}
    texts = {"reason": "", "remedy": ""}
    session.execute(
        insert(MIGRATED), [{**common, **texts, "case_id": row.id, "from_version": row.number} for row in rows]
    )
    session.execute(insert(JOB), [_job(migration_id, row.id) for row in rows])
    return migration_id, [_key(migration_id, row.id) for row in rows]


def move_one(session: Session, job: Any) -> None:
    """Move the case of a job, if it still can; write down what became of it in the same transaction."""
    migration = session.execute(select(MIGRATION).where(MIGRATION.c.id == job.payload["migration_id"])).one()
    case = lock_case(session, job.case_id, by=PLATFORM)
    by = Actor(migration.asked_by_id, migration.asked_by_name)
    source, target = load_definition(session, case.version_id), load_definition(session, migration.to_version_id)
    mapping = {before: after for before, after in migration.mapping.items() if before in source.elements}
    told: dict[str, Any] = {"outcome": "moved"}
    try:
        with session.begin_nested():
            move_locked(
                session, case, target, mapping=mapping, reason=migration.reason, by=by, migration_id=migration.id
            )
    except CannotMove as error:
        first = error.obstacles[0]
        told = {"outcome": "refused", "element_id": first.element_id, "element_name": first.name[:200]}
        told |= {"reason": first.reason, "remedy": first.remedy}
    except Conflict as error:
        told = {"outcome": "passed over", "reason": error.message}
    except SQLAlchemyError:
        raise  # of the database, and tried again
    except Exception as error:
        is_ours = isinstance(error, EngineError)
        log.error("case %s could not be moved: %s", case.reference, error, exc_info=None if is_ours else error)
        technical = f"It failed for a technical reason ({type(error).__name__})."
        told = {"outcome": "failed", "reason": str(error) if is_ours else technical}
    is_row = (MIGRATED.c.migration_id == migration.id) & (MIGRATED.c.case_id == job.case_id)
    session.execute(update(MIGRATED).where(is_row).values(settled_at=now(), **told))


def _versions(session: Session, wanted: Wanted) -> tuple[int, Definition, list[Definition]]:
    """Return the category, the version that cases go to, and those that they come from, the newest first."""
    category_id = session.scalar(select(CATEGORY.c.id).where(CATEGORY.c.key == wanted.category))
    if category_id is None:
        raise NotFound(f"There is no category “{wanted.category[:80]}”.")
    target = version_of(session, category_id, wanted.to)
    numbers = wanted.from_versions or _running_on(session, category_id)
    if target.version_number in wanted.from_versions:
        sentence = f"Cases on version {target.version_number} are there already"
        raise Invalid("Cases cannot move to the version that they are on.", errors={"from": sentence})
    found = [version_of(session, category_id, number) for number in sorted(set(numbers), reverse=True)]
    sources = [source for source in found if source.version_id != target.version_id]
    _require_mapping(session, category_id, sources, target, wanted.mapping)
    return category_id, target, sources


def _running_on(session: Session, category_id: int) -> list[int]:
    of_category = (CASE.c.category_id == category_id) & (CASE.c.status == "open")
    on = select(VERSION.c.number).join(CASE, CASE.c.version_id == VERSION.c.id).where(of_category).distinct()
    return list(session.scalars(on))


def _require_mapping(
    session: Session, category_id: int, sources: Sequence[Definition], target: Definition, mapping: Mapping[str, str]
) -> None:
    """Refuse a mapping that no case could follow. An element need be in one of the versions only.

    Raises:
        Invalid: with a sentence for each pair that cannot be.
    """
    faults: dict[str, str] = {}
    for before, after in mapping.items():
        having = [source for source in sources if before in source.elements]
        if not having:
            where = " or ".join(f"{source.version_number}" for source in sources) or "that cases run on"
            faults[f"mapping.{before[:80]}"] = f"No version {where} has an element “{before[:80]}”"
        for source in having:
            faults |= mapping_faults(source, target, {before: after})
    if faults:
        raise Invalid("The mapping of elements cannot be followed.", errors=faults)


def _chunks(session: Session, category_id: int, version_id: int, by: Actor) -> Iterator[Sequence[Any]]:
    columns = (CASE.c.id, CASE.c.reference, visible_cases(by).label("is_seen"), SNAPSHOT.c.state)
    running = (CASE.c.category_id == category_id) & (CASE.c.version_id == version_id) & (CASE.c.status == "open")
    statement = select(*columns).join(SNAPSHOT, SNAPSHOT.c.case_id == CASE.c.id).where(running).order_by(CASE.c.id)
    last = 0
    while rows := session.execute(statement.where(CASE.c.id > last).limit(CHUNK)).all():
        yield rows
        last = rows[-1].id


def _look(row: Any, match: Match, needed: Mapping[str, str], given: set[str], by: Actor) -> Look:
    moved = seen_from(bytes(row.state), match)
    places = dict.fromkeys(before for _, before, _ in moved.tokens if before)
    return Look(
        case_id=row.id,
        reference=row.reference if row.is_seen else RESTRICTED,
        from_version=match.old.version_number,
        obstacles=tuple(moved.obstacles),
        warnings=tuple(_warnings(moved, needed, given)),
        places=tuple(dict.fromkeys((*places, *(obstacle.element_id for obstacle in moved.obstacles)))),
    )


def _warnings(moved: Moved, needed: Mapping[str, str], given: set[str]) -> Iterator[str]:
    new, version = moved.match.new, moved.match.new.version_number
    for key, label in needed.items():
        if key not in given:
            yield f"“{label}” is required in version {version}, and the case does not have it."
    for element_id in dict.fromkeys(moved.forgotten):
        yield f"What was done at “{moved.match.label(element_id)}” cannot be undone in version {version}."
    for element_id in dict.fromkeys(moved.rearmed):
        label = new.elements[element_id].label if element_id in new.elements else element_id
        yield f"What “{label}” waits for is another time or event in version {version}."


def _newly_required(old: Definition, new: Definition) -> dict[str, str]:
    """Return the fields that the new forms require and the old ones did not: key to label."""
    known = {key for key, found in old.fields.items() if found.required}
    plain = {key: found for key, found in new.fields.items() if not {".", "["} & set(key)}
    return {key: found.label or key for key, found in plain.items() if found.required and key not in known}


def _fields(session: Session, case_ids: list[int]) -> dict[int, set[str]]:
    """Return which fields have a value in each case."""
    found: dict[int, set[str]] = {}
    for row in session.execute(select(SECTION).where(SECTION.c.case_id.in_(case_ids))):
        found.setdefault(row.case_id, set()).update(key for key, value in row.fields.items() if value not in (None, ""))
    return found


def _asked_for(
    session: Session, category_id: int, version_ids: list[int], references: Collection[str] | None, by: Actor
) -> list[Any]:
    statement = (
        select(CASE.c.id, CASE.c.reference, visible_cases(by).label("is_seen"), VERSION.c.number)
        .join(VERSION, VERSION.c.id == CASE.c.version_id)
        .where(CASE.c.category_id == category_id, CASE.c.version_id.in_(version_ids), CASE.c.status == "open")
        .order_by(CASE.c.id)
    )
    if references is not None:
        statement = statement.where(CASE.c.reference.in_(references))
    rows = list(session.execute(statement))
    seen = {row.reference for row in rows if row.is_seen}
    if references is not None and (unknown := set(references) - seen):
        raise NotFound(
            f"No case {min(unknown)[:80]} of this kind runs on these versions.", remedy="Look at the list again."
        )
    if not rows:
        raise Invalid("No case runs on these versions.", errors={"from": "No case runs on these versions"})
    return rows


def _key(migration_id: int, case_id: int) -> str:
    return f"{case_id}:{migration_id}:{KIND}"


def _job(migration_id: int, case_id: int) -> dict[str, Any]:
    return {
        "key": _key(migration_id, case_id),
        "kind": KIND,
        "case_id": case_id,
        "token_id": "",
        "element_id": "",
        "payload": {"migration_id": migration_id},
        "status": "waiting",
        "run_at": now(),
        "attempts": 0,
        "error": "",
        "request_id": "",
    }
