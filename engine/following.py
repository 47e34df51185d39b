"""Running clocks follow a change of rules or calendar: what would move is told before, and moved afterwards, by job.

A clock remembers the revision by which it was worked out. Whatever is behind is found by that number, so a step that
was under way while a change was published is found too. What does not move is marked and told to nobody; each case in
which something moves gets a job, which works its clocks out in a locked step of its own.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine import law
from engine.definitions.deploying import load as load_definition
from engine.errors import EngineError
from engine.instants import now
from engine.law.current import LAW
from engine.permissions import PLATFORM
from engine.rules import RuleBook
from engine.runtime.clock_row import GOES_ON, ClockRow
from engine.runtime.deadlines import Deadlines
from engine.runtime.header import CLOCK_COLUMNS
from engine.runtime.locking import lock_case
from engine.runtime.recounting import recount_clocks
from engine.runtime.saving import save
from engine.runtime.step import open_step
from engine.transactions import Sessions, reading, writing
from models.base import table
from models.case import Case
from models.category import Category
from models.work import Clock, Job

CASE, CATEGORY, CLOCK, JOB = table(Case), table(Category), table(Clock), table(Job)
KIND = "recount_clocks"
BATCH = 500
MOST_BATCHES = 20  # in one sweep; the next goes on
MOST_TOLD = 20

_RUNNING = (
    select(
        *(CLOCK.c[name] for name in CLOCK_COLUMNS), CLOCK.c.case_id, CLOCK.c.revision,
        CASE.c.reference, CASE.c.version_id, CATEGORY.c.key.label("category"),
    )
    .join(CASE, CASE.c.id == CLOCK.c.case_id)
    .join(CATEGORY, CATEGORY.c.id == CASE.c.category_id)
    .where(CLOCK.c.state.in_(GOES_ON), CASE.c.status == "open")
    .order_by(CLOCK.c.id)
)  # fmt: skip
_BEHIND = _RUNNING.where(
    CLOCK.c.law_revision < bindparam("revision_now"),
    ~exists().where(JOB.c.case_id == CLOCK.c.case_id, JOB.c.kind == KIND),
    CLOCK.c.id > bindparam("after"),
).limit(BATCH)
_MARK = (
    update(CLOCK)
    .where(CLOCK.c.id == bindparam("clock_id"), CLOCK.c.revision == bindparam("seen"))
    .values(law_revision=bindparam("revision_now"))
)


@dataclass(frozen=True, slots=True)
class Move:
    """A running clock and what a change makes of it; `problem` says why it keeps its dates where it cannot follow."""

    case_id: int
    reference: str
    rule_id: str
    name: str
    counted_from: str
    before: datetime | None
    after: datetime | None
    problem: str = ""

    @property
    def is_late(self) -> bool:
        """Say whether it is overdue as soon as it has moved, and was not before."""
        at = now()
        return self.after is not None and self.after < at and (self.before is None or self.before >= at)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do: how many running clocks it looked at and would move, and the first of those."""

    looked_at: int
    moved: int
    late: int
    stuck: int
    first: tuple[Move, ...]


def preview_rules(session: Session, source: str, book: RuleBook, *, content_digest: str) -> Preview:
    """Return what running clocks would do if `book` were published as the next edition of `source`."""
    in_force = law.current(session)
    before = in_force.editions.get(source)
    number = before.number + 1 if before is not None else 1
    edition = law.Edition(0, source, number, content_digest)
    law.remember(edition, book)
    known = law.book(session, before) if before is not None else RuleBook((), source=source)
    changed = [rule_id for rule_id in {*known.ids, *book.ids} if _versions(known, rule_id) != _versions(book, rule_id)]
    proposed = replace(in_force, editions={**in_force.editions, source: edition})
    rows = session.execute(_RUNNING.where(CLOCK.c.rule_id.in_(changed)))
    return _preview(session, rows, proposed)


def preview_calendar(session: Session, proposed: law.Law) -> Preview:
    """Return what running clocks would do by another calendar."""
    return _preview(session, session.execute(_RUNNING), proposed)


def sweep(sessions: Sessions) -> int:
    """See to the clocks that are behind: mark those that stay, leave a job for each case in which one moves.

    Any number of nodes may sweep at once. Returns how many cases were left a job.
    """
    with reading(sessions) as session:
        in_force = law.current(session)
    left, after = 0, 0
    for _ in range(MOST_BATCHES):
        with reading(sessions) as session:
            rows = session.execute(_BEHIND, {"revision_now": in_force.revision, "after": after}).all()
            compared = [(row, _moved(session, row, in_force)) for row in rows]
        if not rows:
            break
        after = rows[-1].id
        moving = {row.case_id for row, move in compared if move is not None}
        stay = [row for row, move in compared if row.case_id not in moving]
        left += _see_to(sessions, moving, stay, in_force.revision)
    return left


def follow(session: Session, case_id: int) -> None:
    """Work out the clocks of a case that are behind, and move what hangs on them; nothing where none is."""
    case = lock_case(session, case_id, by=PLATFORM)
    revision = law.current(session, case.law).revision
    oldest = session.scalar(
        select(func.min(CLOCK.c.law_revision)).where(CLOCK.c.case_id == case_id, CLOCK.c.state.in_(GOES_ON))
    )
    if oldest is None or oldest >= revision or case.status != "open":
        return
    step = open_step(session, case, actor=PLATFORM, at=now())
    step.fire_due_timers()
    recount_clocks(step, why=_why(session, since=oldest))
    step.run()
    save(step)


def _preview(session: Session, rows: Iterable[Any], proposed: law.Law) -> Preview:
    looked_at = moved = late = stuck = 0
    first: list[Move] = []
    for row in rows:
        looked_at += 1
        move = _moved(session, row, proposed)
        if move is None:
            continue
        moved, late, stuck = moved + (not move.problem), late + move.is_late, stuck + bool(move.problem)
        if len(first) < MOST_TOLD:
            first.append(move)
    return Preview(looked_at, moved, late, stuck, tuple(first))


def _moved(session: Session, row: Any, by: law.Law) -> Move | None:
    """Return what becomes of a stored clock; none when its dates stay."""
    pinned = load_definition(session, row.version_id).rules
    rules = law.CaseRules(session, pinned=pinned, source=row.category, by=by)
    clock = ClockRow(**{name: getattr(row, name) for name in CLOCK_COLUMNS})
    before, floor, problem = clock.dates(), clock.explanation.get("not_before_at"), ""
    try:
        Deadlines(rules, list).count(clock)
    except EngineError as error:
        problem = error.message
    else:
        if clock.dates() == before and clock.explanation.get("not_before_at") == floor:
            return None
    return Move(
        row.case_id, row.reference, row.rule_id, clock.name, row.counted_from, row.due_at, clock.due_at, problem
    )


def _see_to(sessions: Sessions, moving: set[int], stay: list[Any], revision: int) -> int:
    with writing(sessions) as session:
        if stay:
            marks = [{"clock_id": row.id, "seen": row.revision, "revision_now": revision} for row in stay]
            session.connection().execute(_MARK, marks)
        for job in _jobs(moving, revision):
            session.execute(_insert_once(session), job)
    return len(moving)


def _jobs(case_ids: Iterable[int], revision: int) -> Iterator[Mapping[str, Any]]:
    for case_id in sorted(case_ids):
        yield {
            "key": f"{case_id}:law{revision}",
            "kind": KIND,
            "case_id": case_id,
            "token_id": "",
            "element_id": "",
            "payload": {},
            "status": "waiting",
            "run_at": now(),
            "attempts": 0,
        }


def _insert_once(session: Session) -> Any:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(JOB).on_conflict_do_nothing(index_elements=["key"])


def _why(session: Session, *, since: int) -> str:
    """Return what was changed since a revision, in sentences; the latest changes where they are many."""
    rows = session.execute(
        select(LAW.c.what, LAW.c.reason).where(LAW.c.revision > since).order_by(LAW.c.revision.desc()).limit(3)
    ).all()
    return " ".join(f"{row.what} {row.reason}".strip() for row in reversed(rows))


def _versions(book: RuleBook, rule_id: str) -> tuple[Any, ...]:
    return book.versions(rule_id) if rule_id in book else ()
