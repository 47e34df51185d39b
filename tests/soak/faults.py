"""Faults that are put into the workers, to see that the harness finds them. None of them is in the product."""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event, insert
from sqlalchemy.orm import Session

from engine import jobs, merging, outbox, tasks
from engine.documents.store import FolderStore
from engine.runtime import locking, saving
from engine.runtime.cache import Cache
from engine.runtime.step import Step
from models import database
from models.prepared import Prepared

GAP_SECONDS = 0.1
IN_A_STEP, IN_A_GAP = 1, 2  # what a worker shows the killer


def show(state: int) -> None:
    """Tell the killer; each worker puts its own way in this place."""


def seed(name: str) -> None:
    """Put the fault `name` into this process; none for ""."""
    if name:
        SEEDS[name]()


def stand_in_the_gap() -> None:
    """Wait where a kill does harm, and show it: the killer comes sooner than it would by chance."""
    show(IN_A_GAP)
    time.sleep(GAP_SECONDS)
    show(IN_A_STEP)


def no_row_lock() -> None:
    """Read the case without locking it."""
    prepared = locking.Prepared

    def prepare_unlocked(statement: Any) -> Prepared:
        unlocked = statement._generate()
        unlocked._for_update_arg = None
        return prepared(unlocked)

    locking.Prepared = prepare_unlocked  # type: ignore[assignment,misc]
    _linger_after_reading()


def default_sqlite_transactions() -> None:
    """Leave transactions to Python's driver, which begins them at the first write."""
    set_up = database._set_up_sqlite

    def set_up_as_delivered(connection: Any, record: Any) -> None:
        set_up(connection, record)
        connection.isolation_level = ""

    database._set_up_sqlite = set_up_as_delivered
    database._begin_sqlite = lambda connection: None
    _linger_after_reading()


def outbox_in_a_second_transaction() -> None:
    """Queue mail after the commit."""
    save_rows = saving._save_rows

    def save(step: Step) -> None:
        queued, step.outbox = step.outbox, []
        save_rows(step)
        if queued:
            _after_commit(step, lambda session: session.execute(insert(saving.OUTBOX), queued))

    saving._save_rows = save


def snapshot_in_a_second_transaction() -> None:
    """Write the tokens after the commit."""

    parts_of = saving._snapshot

    def parts(step: Step) -> list[saving.Part]:
        [(statement, values)] = parts_of(step)
        if step.is_new:
            return [(statement, values)]
        _after_commit(step, lambda session: statement.send(session.connection(), values))
        return []

    saving._snapshot = parts


def jobs_in_a_second_transaction() -> None:
    """Queue jobs after the commit."""
    save_rows = saving._save_rows

    def save(step: Step) -> None:
        queued, kept = list(step.jobs), step.jobs
        step.jobs = []
        save_rows(step)
        step.jobs = kept
        if queued:
            _after_commit(step, lambda session: session.execute(insert(saving.JOB), queued))

    saving._save_rows = save


def letter_filed_in_its_own_transaction() -> None:
    """File the letter first, and move the case on in a second transaction; nothing says that it was filed."""
    file_job, document_of = jobs._file, merging._document

    def file(sessions: Any, job: Any, actor: Any, kind: Any, result: Any) -> None:
        with sessions() as session, session.begin():
            step = jobs._step_of(session, job, actor)
            if step is None:
                return
            filed = kind.file(step, job, result)
            saving.save(step)
        stand_in_the_gap()
        done = jobs.Kind(kind.prepare, kind.work, lambda step, job, result: filed)
        file_job(sessions, job, actor, done, result)

    jobs._file = file
    merging._document = lambda step, job: document_of(step, job) | {"job_key": None}


def leases_never_end() -> None:
    """Leave to a dead worker what it had in hand."""
    jobs.LEASE = outbox.LEASE = timedelta(days=1)


def completion_key_ignored() -> None:
    """Take a repeat for another answer."""
    complete = tasks.complete

    def complete_anew(session: Session, task_id: int, **arguments: Any) -> Any:
        return complete(session, task_id, **{**arguments, "completion_key": None})

    tasks.complete = complete_anew


def cache_not_checked() -> None:
    """Trust what is in memory, whoever moved the case on since."""

    def take(self: Cache, case_id: int, step_id: str) -> Any:
        with self._lock:
            return self._kept.pop(case_id, ("", None))[1]

    Cache.take = take


def mail_without_a_name() -> None:
    """Give each attempt to send a mail another Message-ID."""
    note = outbox._note

    def note_late(*arguments: Any, **columns: Any) -> None:
        stand_in_the_gap()
        note(*arguments, **columns)

    outbox.message_id = lambda key: f"<{os.urandom(20).hex()}@casewright.invalid>"
    outbox._note = note_late


def files_written_in_place() -> None:
    """Write a document under its name from the first byte on."""

    def write(self: FolderStore, content: bytes, place: Path) -> None:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with place.open("wb") as file:
            file.write(content[: len(content) // 2])
            file.flush()
            stand_in_the_gap()
            file.write(content[len(content) // 2 :])

    FolderStore._write = write


def answered_before_the_commit() -> None:
    """Tell the client that it is done, and then commit."""
    from flask import Response, after_this_request, g

    from webapp import database as of_request

    def commit_later() -> None:
        session = g.pop("database_session", None)
        if session is None:
            return

        def commit() -> None:
            stand_in_the_gap()
            session.commit()
            session.close()

        @after_this_request
        def when_sent(response: Response) -> Response:
            response.call_on_close(commit)
            return response

    of_request.commit = commit_later


def log_ahead_anyway() -> None:
    """Have SQLite log ahead although this one may lose what it wrote: what a newer one does, to see how quick it is."""
    database._wal_is_safe = lambda: True


FAULTS: dict[str, Callable[[], None]] = {
    fault.__name__: fault
    for fault in (
        no_row_lock,
        default_sqlite_transactions,
        outbox_in_a_second_transaction,
        snapshot_in_a_second_transaction,
        jobs_in_a_second_transaction,
        letter_filed_in_its_own_transaction,
        leases_never_end,
        completion_key_ignored,
        cache_not_checked,
        mail_without_a_name,
        files_written_in_place,
    )
}
# It takes HTTP to answer before the commit, and several processes on one SQLite file to need BEGIN IMMEDIATE: in the
# one process that serves it whoever comes second is refused by what the step expects to find when it writes.
OF_NODES = {name: fault for name, fault in FAULTS.items() if fault is not default_sqlite_transactions}
OF_NODES[answered_before_the_commit.__name__] = answered_before_the_commit
SEEDS = FAULTS | OF_NODES | {log_ahead_anyway.__name__: log_ahead_anyway}


def _linger_after_reading() -> None:
    """Wait between reading a case and writing it: where another step comes between if nothing keeps it out."""
    found = locking._found

    def found_and_looked_at(*arguments: Any, **named: Any) -> Any:
        case = found(*arguments, **named)
        stand_in_the_gap()
        return case

    locking._found = found_and_looked_at


def _after_commit(step: Step, write: Callable[[Session], Any]) -> None:
    """Write in a second transaction, when the first is over."""

    def again(session: Session) -> None:
        stand_in_the_gap()
        with Session(step.connection.engine) as second, second.begin():
            write(second)

    event.listen(step.session, "after_commit", again, once=True)
