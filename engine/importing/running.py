"""Brings a file in: chunk after chunk, each committed with how far it came, or the whole file or nothing.

Lines that are refused are reported and left out; all others are written, unless the whole file was asked for. The same
file again adds nothing twice; one that was stopped goes on after the last chunk that was committed.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.importing import files
from engine.importing.batch import Batches
from engine.importing.cells import Reader
from engine.importing.done import Done
from engine.importing.faults import Fault
from engine.importing.files import Chunk, Source
from engine.importing.ledger import Ledger
from engine.importing.mapping import Mapping, lay_out
from engine.importing.targets import Target
from engine.instants import now
from engine.permissions import Actor, require
from engine.record.changing import Why
from engine.transactions import Sessions, writing
from models.database import canonical_json
from models.importing import ImportRun

CHUNK = 1_000  # lines in a transaction
LEDGER_CHUNK = 10_000  # entries of a ledger touch no row that another waits for
Tell = Callable[[int, int], None]  # bytes read, of how many
Report = Callable[[Fault], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be brought in, and how."""

    target: Target
    path: Path
    mapping: Mapping = field(default_factory=Mapping)
    is_rehearsal: bool = False  # say what would happen, and do nothing
    is_whole: bool = False  # all lines or none
    is_anew: bool = False  # from the first line, also where it was stopped before
    encoding: str = ""
    separator: str = ""


@dataclass(slots=True)
class Outcome:
    """What became of a file."""

    source: Source
    went_on_after: int = 0  # the line where it had been stopped before
    lines: int = 0
    added: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    faults: int = 0
    is_written: bool = True


class _TakenBack(Exception):
    """Nothing of this transaction is to stay."""


def run(
    sessions: Sessions, wanted: Wanted, *, by: Actor, on_fault: Report, on_progress: Tell = lambda done, total: None
) -> Outcome:
    """Bring a file in and return what became of it; `on_fault` is told of each fault once its chunk is decided.

    Raises:
        Invalid: the file or its heading cannot be read, or fits neither its kind nor the mapping.
        NotAllowed: the actor may not change this kind.
        Conflict: somebody else added one of the same rows meanwhile; the same again goes on from there.
    """
    require(by, wanted.target.kind.verb)
    source = files.look(wanted.path, encoding=wanted.encoding, separator=wanted.separator)
    reader = Reader(wanted.target, lay_out(wanted.target, source.heading, wanted.mapping), wanted.mapping)
    why = Why(by, f"Imported from {wanted.path.name}")
    takes: Batches | Ledger
    if wanted.target.kind.is_ledger:
        takes = Ledger(wanted.target, reader, wanted.mapping)
    else:
        takes = Batches(wanted.target, reader, wanted.mapping, why=why, is_rehearsal=wanted.is_rehearsal)
    outcome = Outcome(source)
    if wanted.is_rehearsal or wanted.is_whole:
        _at_once(sessions, wanted, takes, outcome, on_fault, on_progress)
    else:
        _in_chunks(sessions, wanted, takes, outcome, by, on_fault, on_progress)
    on_progress(source.size, source.size)
    return outcome


def _at_once(
    sessions: Sessions, wanted: Wanted, takes: Batches | Ledger, outcome: Outcome, on_fault: Report, on_progress: Tell
) -> None:
    """Do all in one transaction, and take it back where it was only tried or something is wrong."""
    with _perhaps(sessions) as session:
        for chunk in _chunks(wanted, outcome):
            done = takes.take(session, chunk.records)
            _count(outcome, chunk, done, on_fault, on_progress)
        outcome.is_written = not (wanted.is_rehearsal or outcome.faults)
        if not outcome.is_written:
            raise _TakenBack


@contextmanager
def _perhaps(sessions: Sessions) -> Iterator[Session]:
    try:
        with writing(sessions) as session:
            yield session
    except _TakenBack:
        pass


def _in_chunks(
    sessions: Sessions,
    wanted: Wanted,
    takes: Batches | Ledger,
    outcome: Outcome,
    by: Actor,
    on_fault: Report,
    on_progress: Tell,
) -> None:
    run_id, outcome.went_on_after = _begin(sessions, wanted, outcome.source, by)
    for chunk in _chunks(wanted, outcome):
        with writing(sessions) as session:
            done = takes.take(session, chunk.records)
            _note(session, run_id, chunk.records[-1].line, done)
        _count(outcome, chunk, done, on_fault, on_progress)
    with writing(sessions) as session:
        session.get_one(ImportRun, run_id).ended_at = now()


def _begin(sessions: Sessions, wanted: Wanted, source: Source, by: Actor) -> tuple[int, int]:
    """Return the number of this run, and the line after which it goes on: 1, or where the same was stopped."""
    told = {"what": wanted.target.word, "file": source.digest, "mapping": asdict(wanted.mapping)}
    key = hashlib.sha256(canonical_json(told).encode()).hexdigest()
    with writing(sessions) as session:
        stopped = select(ImportRun).where(ImportRun.key == key, ImportRun.ended_at.is_(None))
        before = session.scalar(stopped.order_by(ImportRun.id.desc()).limit(1))
        if before is not None and not wanted.is_anew:
            return before.id, before.line
        row = ImportRun(
            key=key, what=wanted.target.word, file=wanted.path.name[:200], started_at=now(), by_name=by.name, line=1
        )
        session.add(row)
        session.flush()  # its number is needed
        return row.id, 0


def _note(session: Session, run_id: int, line: int, done: Done) -> None:
    row = session.get_one(ImportRun, run_id)
    row.line = line
    row.added += done.added
    row.changed += done.changed
    row.same += done.same
    row.refused += done.refused


def _chunks(wanted: Wanted, outcome: Outcome) -> Iterator[Chunk]:
    size = LEDGER_CHUNK if wanted.target.kind.is_ledger else CHUNK
    return files.chunks(outcome.source, size, after=outcome.went_on_after)


def _count(outcome: Outcome, chunk: Chunk, done: Done, on_fault: Report, on_progress: Tell) -> None:
    outcome.lines += len(chunk.records)
    outcome.added += done.added
    outcome.changed += done.changed
    outcome.same += done.same
    outcome.refused += done.refused
    outcome.faults += len(done.faults)
    for one in sorted(done.faults, key=lambda found: found.line):
        on_fault(one)
    on_progress(chunk.position, outcome.source.size)
