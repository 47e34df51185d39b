"""Measures a batch of letters: written, made into PDFs, put together for the printer; against LibreOffice alone.

Alone: python -m tests.bench.letters --letters 1000

LibreOffice alone makes PDFs of some of the same letters in the same run, as many with one start as we do, without the
walls around it. The progress that is printed is what officers see. Memory is that of the largest process that was
started, of all that were.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from engine import configuration, jobs
from engine.communications import batches, dispatching, print_batches
from engine.communications.batch_wishes import Wish
from engine.communications.providers.printing import Printing
from engine.documents import converting
from engine.filing import pdfs
from engine.filing.receiving import store
from engine.permissions import Actor, actor_of, may
from models import schema
from models.case import Case
from models.communication import Communication, CommunicationBatch, PrintBatch
from models.document import DocumentVersion
from models.staff import User
from tests.bench import databases, landlord
from tests.bench.measures import Measure, Measures, print_each

LETTERS = 1_000
SAMPLE = 100  # of them for LibreOffice alone
TEMPLATE = "message_received"
MEMORY_LIMIT = 512.0  # MB
TOGETHER = 25  # with one start of LibreOffice, as the job does

Sessions = sessionmaker[Session]


def measure(database: str, engine: Engine, letters: int = LETTERS, *, tells: bool = False) -> Measures:
    """Yield how long each part takes of a batch of so many letters, and the memory of the processes that are started.

    `tells` prints how far each part is. Raises Unavailable without LibreOffice.
    """
    converting.check()
    with engine.begin() as connection:
        schema.create(connection)
    sessions = sessionmaker(engine, expire_on_commit=False, autoflush=False)
    with tempfile.TemporaryDirectory() as folder:
        configuration.configure(files=Path(folder, "files"), keyring_path=Path(folder, "keys.json"))
        landlord.furnish(engine, letters)
        jobs.run_waiting(sessions, but=jobs.LONG)
        title = f"{database}, batch of {letters:,} letters"
        yield from _batch(sessions, title, letters, tells)


def _batch(sessions: Sessions, title: str, letters: int, tells: bool) -> Measures:
    by, number, total = _begin(sessions, letters)
    taken = _timed(sessions, jobs.WRITTEN, _written(sessions, number), total, "written" if tells else "")
    made = _made(sessions, number)
    yield Measure(f"{title}, {made:,} of them to people whom one may write to: written", total / taken, "a second")
    taken = _timed(sessions, [pdfs.KIND], _drawn(sessions, number), made, "made into PDFs" if tells else "")
    yield Measure(f"{title}: a PDF", taken / made * 1000, "ms", _alone(sessions, number), "LibreOffice alone")
    with sessions() as session, session.begin():
        batches.dispatch(session, number, by=by)
    while dispatching.dispatch(sessions, {"letter": Printing()}).sent:
        pass
    taken, what = _print(sessions)
    yield Measure(f"{title}: for the printer, {what}", taken, "s")
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    yield Measure(f"{title}: memory of the largest process", largest, "MB", limit=MEMORY_LIMIT)


def _begin(sessions: Sessions, letters: int) -> tuple[Actor, int, int]:
    """Begin a batch; return who did, its number and for how many cases it is."""
    with sessions() as session, session.begin():
        by = _who_may(session, batches.VERB)
        cases = tuple(session.scalars(select(Case.id).where(Case.status == "open").order_by(Case.id).limit(letters)))
        wish = Wish("A bench", "letter", "form-of-the-bench", cases=cases, template=f"letter:{TEMPLATE}")
        number = batches.begin(session, wish, by=by)
        return by, number, session.get_one(CommunicationBatch, number).total


def _made(sessions: Sessions, number: int) -> int:
    """Return how many letters were written; refuse what is wrong but that there is nobody to write to."""
    with sessions() as session:
        errors = session.get_one(CommunicationBatch, number).errors
        if wrong := [one for one in errors if "There is nobody" not in str(one)]:
            raise RuntimeError(f"{len(wrong)} could not be written: {wrong[:3]}")
        its = (Communication.batch_id == number) & Communication.document_id.is_not(None)
        return session.scalar(select(func.count()).select_from(Communication).where(its)) or 0


def _who_may(session: Session, verb: str) -> Actor:
    users = session.scalars(select(User.id).order_by(User.id))
    return next(actor for user_id in users if (actor := actor_of(session, user_id)) and may(actor, verb))


def _timed(sessions: Sessions, kinds: object, progress: Callable[[], int], letters: int, told: str) -> float:
    """Run jobs of these kinds until all is done; return the seconds."""
    begun, done, shown = time.perf_counter(), progress(), 0
    while done < letters:
        ran = jobs.run_waiting(sessions, kinds=list(kinds))  # type: ignore[call-overload]
        done = progress()
        if told and done - shown >= letters // 10:
            shown = done
            sys.stdout.write(f"  {done:,} of {letters:,} {told}\n")
        if not ran:
            raise RuntimeError(f"{done} of {letters} letters {told}, and nothing waits.")
    return time.perf_counter() - begun


def _written(sessions: Sessions, number: int) -> Callable[[], int]:
    def done() -> int:
        with sessions() as session:
            return session.scalar(select(CommunicationBatch.done).where(CommunicationBatch.id == number)) or 0

    return done


def _drawn(sessions: Sessions, number: int) -> Callable[[], int]:
    def done() -> int:
        with sessions() as session:
            ready = select(func.count()).select_from(DocumentVersion).where(DocumentVersion.pdf_state == "ready")
            its = select(Communication.document_id).where(Communication.batch_id == number)
            return session.scalar(ready.where(DocumentVersion.document_id.in_(its))) or 0

    return done


def _alone(sessions: Sessions, number: int) -> float:
    """Return the milliseconds that LibreOffice alone takes for one of the letters."""
    with sessions() as session:
        its = select(Communication.document_id).where(Communication.batch_id == number)
        wanted = select(DocumentVersion.sha256).where(DocumentVersion.document_id.in_(its)).limit(SAMPLE)
        paths = [store().path(sha256) for sha256 in session.scalars(wanted)]
    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
        command = [str(converting.program()), profile, "--headless", "--convert-to", "pdf", "--outdir", folder]
        subprocess.run(command, check=False, capture_output=True)  # it makes its profile, and asks to be started again
        begun = time.perf_counter()
        for files in _in_parts(paths, Path(folder)):
            subprocess.run([*command, *files], check=True, capture_output=True)
        return (time.perf_counter() - begun) / len(paths) * 1000


def _in_parts(paths: list[Path], folder: Path) -> Iterator[list[str]]:
    for start in range(0, len(paths), TOGETHER):
        files = []
        for number, path in enumerate(paths[start : start + TOGETHER], start):
            (folder / f"{number}.docx").write_bytes(path.read_bytes())
            files.append(str(folder / f"{number}.docx"))
        yield files


def _print(sessions: Sessions) -> tuple[float, str]:
    """Put all that waits together for the printer; return the seconds, and what came of it."""
    with sessions() as session:
        by = _who_may(session, print_batches.POST)
        waiting = print_batches.count_waiting(session, by=by)
    begun = time.perf_counter()
    for _ in range(0, waiting, print_batches.MOST):
        with sessions() as session, session.begin():
            _, key = print_batches.begin(session, None, print_batches.Options(), by=by)
        jobs.run(sessions, key)
    taken = time.perf_counter() - begun
    with sessions() as session:
        rows = session.scalars(select(PrintBatch)).all()
        if failed := [batch.reason for batch in rows if batch.status != "ready"]:
            raise RuntimeError(f"The letters cannot be printed: {failed[:3]}")
        sheets, faults = sum(batch.sheets or 0 for batch in rows), sum(len(batch.faults) for batch in rows)
        return taken, f"{sheets:,} sheets, {faults} letters left out"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=LETTERS)
    parser.add_argument("--database", choices=(databases.SQLITE, databases.POSTGRESQL), default=databases.SQLITE)
    asked = parser.parse_args()
    with databases.servers() as servers, databases.empty(servers[asked.database], "letters") as engine:
        print_each(measure(asked.database, engine, asked.letters, tells=True))
