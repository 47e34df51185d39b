"""Looks at what is there when all is done, and says what is not as the clients' own diaries say that it must be."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, sessionmaker

from engine import jobs, reading
from engine.documents.store import TEMPORARY, FolderStore
from engine.history import verifying
from models.case import Case, CaseEvent
from models.document import Document, DocumentVersion
from models.work import Incident, Job, Notification, OutboxMessage, Timer, UserTask
from tests.soak import diary, expectation


@dataclass(slots=True)
class Letterbox:
    """A mail server that takes a message once, by its Message-ID."""

    taken: dict[str, tuple[str, str]] = field(default_factory=dict)
    repeats: int = 0
    pause: float = 0.0  # seconds between taking a message and the answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take a message."""
        from email import message_from_bytes
        from email.policy import default

        message = message_from_bytes(envelope.content, policy=default)
        self.repeats += message["Message-ID"] in self.taken
        self.taken[str(message["Message-ID"])] = (str(message["To"]), str(message["Subject"]))
        await asyncio.sleep(self.pause)
        return "250 taken"


@dataclass(slots=True)
class Scene:
    """What is left when all workers have ended."""

    sessions: sessionmaker[Session]
    folder: Path  # of the diaries
    files: Path
    letterbox: Letterbox
    owners: dict[int, str]  # user id to e-mail address

    def faults(self) -> list[str]:
        """Return in sentences what is wrong; nothing when all is as it must be."""
        lines = diary.read_all(self.folder)
        with self.sessions() as session, session.begin():
            return [
                *_errors(lines),
                *_starts(session, lines),
                *_answers(lines),
                *_cases(session, lines),
                *_letters(session, lines, self.files),
                *_mails(session, lines, self),
                *_left_over(session),
                *_files(session, self.files),
                *_history(session),
                *_integrity(session),
            ]

    def swept(self) -> int:
        """Sweep what killed workers left half-written, and return how many files that were."""
        return FolderStore(self.files).sweep_temporary(timedelta(seconds=-1))

    def half_written(self) -> int:
        """Return how many files stand aside."""
        return len(list((self.files / TEMPORARY).iterdir()))


def started(lines: list[dict[str, Any]]) -> dict[int, tuple[int, str]]:
    """Return what clients were told when they started a case: number to id and reference."""
    return {line["number"]: (line["id"], line["reference"]) for line in lines if line["what"] == "started"}


def _errors(lines: list[dict[str, Any]]) -> Iterator[str]:
    for line in lines:
        if line["what"] == "error":
            yield f"a worker met {line['type']} while it did {line['verb']}: {line['message'][:200]}"


def _starts(session: Session, lines: list[dict[str, Any]]) -> Iterator[str]:
    there = Counter(
        reading.open_case(session, case_id).stored().get("number") for case_id in session.scalars(select(Case.id))
    )
    known = Counter(list(started(lines)))
    yield from _difference("case", known, there)
    asked = {line["number"] for line in lines if line["what"] == "ask start"}
    for number in asked - started(lines).keys():
        yield f"the start of number {number} was never answered"


def _answers(lines: list[dict[str, Any]]) -> Iterator[str]:
    told = Counter((line["number"], line["task"]) for line in lines if line["what"] == "completed")
    yield from _difference(
        "acknowledged answer", Counter((n, task) for n in started(lines) for task in expectation.TASKS), told
    )


def _cases(session: Session, lines: list[dict[str, Any]]) -> Iterator[str]:
    status = dict(session.execute(select(Case.id, Case.status)).all())  # type: ignore[arg-type]
    events: dict[int, Counter[str]] = {}
    for case_id, kind in session.execute(select(CaseEvent.case_id, CaseEvent.type)):
        events.setdefault(case_id, Counter())[kind] += 1
    reminded = Counter(session.scalars(select(Notification.case_id)))
    for number, (case_id, reference) in started(lines).items():
        if status.get(case_id) != "closed":
            yield f"{reference} is {status.get(case_id, 'gone')}"
            continue
        counts = {kind: events.get(case_id, Counter())[kind] for kind in expectation.EVENTS}
        if counts != expectation.EVENTS:
            yield f"the history of {reference} holds {counts}"
        if reminded[case_id] != 1:
            yield f"{reference} gave {reminded[case_id]} reminders"
        stored = reading.open_case(session, case_id).stored()
        held = {key: stored.get(key) for key in expectation.fields(number)}
        if held != expectation.fields(number):
            yield f"{reference} holds {held}, and was told {expectation.fields(number)}"


def _letters(session: Session, lines: list[dict[str, Any]], files: Path) -> Iterator[str]:
    store, found = FolderStore(files), Counter()
    rows = session.execute(
        select(Document.case_id, DocumentVersion.sha256).join(
            DocumentVersion, DocumentVersion.document_id == Document.id
        )
    )
    for case_id, sha256 in rows:
        try:
            found[case_id, expectation.text_of(store.path(sha256).read_bytes())] += 1
        except Exception as error:
            yield f"a letter of case {case_id} cannot be read: {error}"
    wanted = Counter(
        (case_id, letter) for number, (case_id, _) in started(lines).items() for letter in expectation.letters(number)
    )
    yield from _difference("letter", wanted, found)


def _mails(session: Session, lines: list[dict[str, Any]], scene: Scene) -> Iterator[str]:
    owners = dict(session.execute(select(Case.id, Case.owner_id)).all())  # type: ignore[arg-type]
    wanted = Counter(
        mail
        for number, (case_id, reference) in started(lines).items()
        for mail in expectation.mails(number, reference, scene.owners.get(owners.get(case_id), "nobody"))
    )
    yield from _difference("e-mail", wanted, Counter(scene.letterbox.taken.values()))


def _left_over(session: Session) -> Iterator[str]:
    for what, model, condition in (
        ("job", Job, Job.kind.not_in(jobs.LONG)),
        ("timer", Timer, Timer.id.is_not(None)),
        ("open task", UserTask, UserTask.status == "open"),
        ("unsent message", OutboxMessage, OutboxMessage.status != "sent"),
        ("incident", Incident, Incident.id.is_not(None)),
    ):
        count = session.scalar(select(func.count()).select_from(model).where(condition))
        if count:
            yield f"{count} × {what} is left"


def _files(session: Session, files: Path) -> Iterator[str]:
    kept = {path.name for path in files.glob("??/??/*")}
    named = set(session.scalars(select(DocumentVersion.sha256)))
    yield from (f"the file {name[:12]} belongs to no document" for name in kept - named)
    yield from (f"the file {name[:12]} is missing" for name in named - kept)
    store = FolderStore(files)
    yield from (f"the file {name[:12]} is not what was put" for name in kept & named if not store.verify(name))


def _history(session: Session) -> Iterator[str]:
    yield from (finding.sentence for finding in verifying.verify(session).findings)


def _integrity(session: Session) -> Iterator[str]:
    if session.get_bind().dialect.name == "sqlite":
        said = session.execute(text("PRAGMA integrity_check")).scalars().all()
        if said != ["ok"]:
            yield f"the database file is damaged: {said[:3]}"


def _difference(what: str, wanted: Counter[Any], found: Counter[Any]) -> Iterator[str]:
    yield from (f"lost: {what} {key}" for key in (wanted - found))
    yield from (f"too many: {what} {key}" for key in (found - wanted))
