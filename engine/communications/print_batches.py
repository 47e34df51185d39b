"""Letters that the house prints: put together as one PDF by a job, and sent once somebody says that they were posted.

What is put together is looked at once more for safety, and each letter is in one batch at a time. Whoever sees a batch
sees every letter in it: one of a restricted case keeps it from everybody outside its circle.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Row, exists, func, insert, select, update
from sqlalchemy.orm import Session

from engine.communications import showing
from engine.communications.dispatching import letter_files, record
from engine.communications.providers.base import Attachment
from engine.communications.settling import standing_breaches, visible
from engine.communications.showing import Line
from engine.documents import converting, formats, kinds, packages, papers
from engine.errors import Conflict, EngineError, Invalid, NotFound, Unavailable
from engine.filing.receiving import renditions
from engine.instants import london, now
from engine.permissions import PLATFORM, Actor, actor_of, require
from engine.transactions import Sessions, reading, writing
from models.aliases import alias_of
from models.base import table
from models.communication import Communication, PrintBatch
from models.staff import User
from models.work import Job

COMMUNICATION, BATCH = table(Communication), table(PrintBatch)
KIND = "print_letters"
MOST = 500  # letters
POST = "post letters"
IN_HAND = ("making", "ready", "failed")  # what can still be withdrawn
ENVELOPE = ("name", "title", "lines", "may_have_sheet")
WITHOUT_PAGES = "It has no file that could be printed: only Word files and PDFs can be."

_MAKER, _POSTER = alias_of(User), alias_of(User)


@dataclass(frozen=True, slots=True)
class Options:
    """How letters are printed; `window` looks through the window of the envelope."""

    duplex: bool = True
    separators: bool = False
    window: bool = True
    leave_out: bool = True  # what has a fault; else it is printed all the same


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch with what became of it; `faults` are sentences by the number of the letter."""

    row: PrintBatch
    maker: str
    poster: str

    @property
    def faults(self) -> list[tuple[int, str]]:
        """Return what is wrong with which letters."""
        return [(int(str(one[0])), str(one[1])) for one in self.row.faults if isinstance(one, list)]


@dataclass(slots=True)
class Envelope:
    """A letter on its way into a batch."""

    id: int
    key: str
    name: str
    title: str
    lines: list[str]
    files: Sequence[Attachment]
    breach: str = ""
    may_have_sheet: bool = False  # with the address, before what no template wrote
    content: list[bytes] = field(default_factory=list)
    fault: str = ""
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Made:
    """What a job made of a batch."""

    envelopes: Sequence[Envelope] = ()
    sha256: str = ""
    sheets: int = 0
    reason: str = ""
    is_over: bool = False  # it was withdrawn meanwhile


def waiting(session: Session, *, by: Actor) -> list[Line]:
    """Return the letters that wait to be printed, in no batch, the oldest first, as far as the actor may see them."""
    wanted = showing.selected().where(_is_free(), visible(by)).order_by(Communication.id).limit(MOST)
    return [Line(**row._mapping) for row in session.execute(wanted)]


def count_waiting(session: Session, *, by: Actor) -> int:
    """Return how many letters wait to be printed."""
    return session.scalar(select(func.count()).select_from(Communication).where(_is_free(), visible(by))) or 0


def batches(session: Session, *, by: Actor, most: int = 30) -> list[Batch]:
    """Return the newest batches that the actor may see."""
    require(by, POST)
    rows = session.execute(_selected().where(_seen(by)).order_by(PrintBatch.id.desc()).limit(most))
    return [Batch(*row) for row in rows]


def find(session: Session, number: int, *, by: Actor) -> Batch:
    """Return a batch.

    Raises:
        NotFound: there is none, or one with a letter that the actor may not see.
    """
    require(by, POST)
    row = session.execute(_selected().where(PrintBatch.id == number, _seen(by))).first()
    if row is None:
        raise NotFound("There is no such print batch, or none of which you may see every letter.")
    return Batch(*row)


def letters(session: Session, number: int, *, by: Actor) -> list[Line]:
    """Return the letters that are in a batch."""
    wanted = showing.selected().where(Communication.print_batch_id == number, visible(by)).order_by(Communication.id)
    return [Line(**row._mapping) for row in session.execute(wanted)]


def these(session: Session, ids: Collection[int], *, by: Actor) -> list[Line]:
    """Return these letters, those of them that the actor may see."""
    return showing.lines(session, ids, by=by)


def begin(session: Session, ids: Collection[int] | None, options: Options, *, by: Actor) -> tuple[int, str]:
    """Put letters together, or all that wait, for the printer; return the batch and the key of the job that makes it.

    Raises:
        Invalid: none was chosen, or too many.
        Conflict: one of them is in another batch, or was cancelled.
    """
    require(by, POST)
    if ids is not None and not 0 < len(ids) <= MOST:
        raise Invalid(errors={"letters": f"Choose between 1 and {MOST} letters"})
    wanted = select(Communication.id).where(_is_free(), visible(by)).order_by(Communication.id).limit(MOST)
    if ids is not None:
        wanted = wanted.where(Communication.id.in_(list(ids)))
    found = list(session.scalars(wanted.with_for_update(of=Communication)))
    if not found or (ids is not None and len(found) < len(set(ids))):
        raise Conflict("Some of these letters do not wait to be printed any more.", remedy="Look at the list again.")
    row = {
        "letters": len(found), "options": _as_data(options), "faults": [], "status": "making",
        "created_at": now(), "created_by_id": by.user_id,
    }  # fmt: skip
    number: int = session.execute(insert(BATCH).returning(BATCH.c.id), row).scalar_one()
    session.execute(update(COMMUNICATION).where(COMMUNICATION.c.id.in_(found)).values(print_batch_id=number))
    return number, _leave_job(session, number, 1)


def again(session: Session, number: int, *, by: Actor) -> str:
    """Have the PDF of a batch made anew, of the letters that are still to be printed. Returns the key of the job.

    Raises:
        Conflict: it was posted or withdrawn, or is being made.
    """
    found = _held(session, number, ("ready", "failed"), by)
    values = {"status": "making", "sha256": "", "faults": [], "reason": "", "done": 0}
    session.execute(update(BATCH).where(BATCH.c.id == number).values(**values, revision=BATCH.c.revision + 1))
    return _leave_job(session, number, found.revision + 1)


def withdraw(session: Session, number: int, *, by: Actor) -> None:
    """Take a batch back that was not posted: its letters wait to be printed again.

    Raises:
        Conflict: it was posted or withdrawn.
    """
    _held(session, number, IN_HAND, by)
    _let_go(session, COMMUNICATION.c.print_batch_id == number)
    session.execute(update(BATCH).where(BATCH.c.id == number).values(status="withdrawn", revision=BATCH.c.revision + 1))


def post(session: Session, number: int, *, by: Actor) -> None:
    """Take note that the letters of a batch were posted; `settle` then writes it on each of them.

    Raises:
        Conflict: it is not ready, or a letter in it was stopped or cancelled since.
    """
    _held(session, number, ("ready",), by)
    its = select(Communication.recipient, Communication.status).where(Communication.print_batch_id == number)
    gone = [row.recipient for row in session.execute(its) if row.status != "printing"]
    if gone:
        raise Conflict(
            f"The letter to {gone[0]} was taken out since, and must not be posted.", remedy="Make the batch again."
        )
    values = {"status": "posted", "posted_at": now(), "posted_by_id": by.user_id}
    session.execute(update(BATCH).where(BATCH.c.id == number).values(**values, revision=BATCH.c.revision + 1))


def settle(sessions: Sessions, *, most: int = 10_000, is_over: Callable[[], bool] = lambda: False) -> int:
    """Write on each letter of what was posted that it was sent, with its event. Returns how many.

    Each is a transaction of its own: no case is kept waiting, and whoever is killed is followed by the next.
    """
    done = 0
    wanted = (
        select(COMMUNICATION.c.key, BATCH.c.posted_at, BATCH.c.posted_by_id)
        .join(BATCH, BATCH.c.id == COMMUNICATION.c.print_batch_id)
        .where(COMMUNICATION.c.status == "printing", BATCH.c.status == "posted")
        .order_by(COMMUNICATION.c.id)
        .limit(most)
    )
    with reading(sessions) as session:
        rows = session.execute(wanted).all()
        who = {row.posted_by_id: actor_of(session, row.posted_by_id) or PLATFORM for row in rows}
    for row in rows:
        if is_over():
            break
        with writing(sessions) as session:
            columns = {"status": "sent", "sent_at": row.posted_at, "reason": ""}
            by = who[row.posted_by_id]
            done += record(session, row.key, columns, "communication_sent", only_from="printing", by=by)
    return done


def prepare(session: Session, job: Any) -> tuple[PrintBatch | None, list[Envelope]]:
    """Read what is to be printed, and what speaks against it today."""
    batch = session.get(PrintBatch, job.payload["batch_id"])
    if batch is None or batch.status != "making":
        return None, []
    session.expunge(batch)
    wanted = select(COMMUNICATION).where(COMMUNICATION.c.print_batch_id == batch.id).order_by(COMMUNICATION.c.id)
    return batch, [_envelope(session, row) for row in session.execute(wanted).all() if row.status == "printing"]


def work(prepared: tuple[PrintBatch | None, list[Envelope]], tell: Callable[[int], None]) -> Made:
    """Make the PDF. Raises Unavailable when that may pass."""
    batch, envelopes = prepared
    if batch is None:
        return Made(is_over=True)
    going = [one for one in envelopes if not one.breach]
    _read(going, tell)
    bodies = [one for one in going if not one.fault]
    options = Options(**{str(name): bool(value) for name, value in batch.options.items()})
    request = {
        "letters": [{**{name: getattr(one, name) for name in ENVELOPE}, "files": len(one.content)} for one in bodies],
        "options": {**_as_data(options), "title": f"Letters of {formats.in_words(london(batch.created_at).date())}"},
    }
    try:
        told, content = papers.run("print", request, [part for one in bodies for part in one.content])
    except Unavailable:
        raise
    except EngineError as fault:
        return Made(envelopes, reason=str(fault))
    for one, wrong, pages in zip(bodies, told["faults"], told["pages"], strict=True):
        one.fault, one.pages, one.content = wrong, pages, []
    return Made(envelopes, renditions().put(content) if content else "", told["sheets"])


def file(session: Session, job: Any, made: Made) -> None:
    """Write down what was made; stop what is not safe any more, and let go what was left out."""
    number = job.payload["batch_id"]
    status = session.scalar(select(BATCH.c.status).where(BATCH.c.id == number).with_for_update())
    if made.is_over or status != "making":
        return
    if made.reason:
        give_up(session, job, made.reason)
        return
    inside = [one.id for one in made.envelopes if one.pages]
    _let_go(session, (COMMUNICATION.c.print_batch_id == number) & COMMUNICATION.c.id.not_in(inside))
    for one in made.envelopes:
        if one.breach:
            columns = {"status": "stopped", "reason": one.breach}
            record(session, one.key, columns, "communication_stopped", asks=True, only_from="printing")
        elif one.pages:
            its = COMMUNICATION.c.id == one.id
            session.execute(update(COMMUNICATION).where(its).values(sheets=one.pages))
    printed = len(inside)
    faults = [[one.id, one.breach or one.fault] for one in made.envelopes if one.breach or one.fault]
    values = {
        "status": "ready" if printed else "failed", "sha256": made.sha256, "sheets": made.sheets, "letters": printed,
        "faults": faults, "done": printed, "reason": "" if printed else "Every letter has a fault, and none is left.",
    }  # fmt: skip
    session.execute(update(BATCH).where(BATCH.c.id == number).values(**values, revision=BATCH.c.revision + 1))


def tell(session: Session, job: Any, done: int) -> None:
    """Write down how many letters are ready to be put together."""
    session.execute(update(BATCH).where(BATCH.c.id == job.payload["batch_id"]).values(done=done))


def give_up(session: Session, job: Any, reason: str) -> None:
    """Write down why there is no PDF."""
    its = BATCH.c.id == job.payload["batch_id"]
    session.execute(update(BATCH).where(its, BATCH.c.status == "making").values(status="failed", reason=reason))


def _is_free() -> Any:
    return (Communication.status == "printing") & Communication.print_batch_id.is_(None)


def _seen(by: Actor) -> Any:
    """Return the condition on batches of which somebody may see every letter."""
    seen = select(Communication.id).where(visible(by))
    hidden = exists().where(COMMUNICATION.c.print_batch_id == PrintBatch.id, COMMUNICATION.c.id.not_in(seen))
    return ~hidden


def _selected() -> Any:
    return (
        select(PrintBatch, func.coalesce(_MAKER.name, ""), func.coalesce(_POSTER.name, ""))
        .outerjoin(_MAKER, _MAKER.id == PrintBatch.created_by_id)
        .outerjoin(_POSTER, _POSTER.id == PrintBatch.posted_by_id)
    )


def _held(session: Session, number: int, statuses: Collection[str], by: Actor) -> Row[Any]:
    """Take a batch in hand that is in one of these states."""
    find(session, number, by=by)
    row = session.execute(select(BATCH).where(BATCH.c.id == number).with_for_update()).one()
    if row.status not in statuses:
        word = {"making": "being made", "posted": "posted", "withdrawn": "taken back"}.get(row.status, row.status)
        raise Conflict(f"This print batch is {word} already.", remedy="Look at it again.")
    return row


def _let_go(session: Session, which: Any) -> None:
    session.execute(update(COMMUNICATION).where(which).values(print_batch_id=None))


def _as_data(options: Options) -> dict[str, bool]:
    return {name: getattr(options, name) for name in Options.__dataclass_fields__}


def _leave_job(session: Session, number: int, time: int) -> str:
    key = f"print:{number}:{time}"
    row = {"key": key, "kind": KIND, "case_id": None, "token_id": "", "element_id": "", "status": "waiting"}
    session.execute(insert(Job), {**row, "payload": {"batch_id": number}, "run_at": now()})
    return key


def _envelope(session: Session, row: Any) -> Envelope:
    found = standing_breaches(session, row)
    breach = " ".join(one.sentence for one in found)
    lines = [str(line) for line in row.address_lines]
    files, is_own = letter_files(session, row), not row.template
    return Envelope(row.id, row.key, row.recipient, row.subject, lines, files, breach, is_own)


def _read(envelopes: Sequence[Envelope], tell: Callable[[int], None]) -> None:
    """Fetch the files of letters as PDFs; those that have none yet are made with one start. Raises Unavailable."""
    made = _converted([part for one in envelopes for part in one.files if _is_word(part)], tell)
    for one in envelopes:
        for part in one.files:
            if _is_word(part):
                pdf = made[part.path]
                one.content.append(pdf.pdf)
                one.fault = one.fault or pdf.fault
            elif part.pdf is not None or part.content_type == kinds.PDF:
                one.content.append((part.pdf or part.path).read_bytes())
            else:
                one.fault = f"“{part.name}” can be no page of a letter: only Word files and PDFs can."
        if not one.content:
            one.fault = one.fault or WITHOUT_PAGES


def _is_word(part: Attachment) -> bool:
    """Say whether a file has to be made into a PDF first."""
    return part.pdf is None and part.content_type == packages.WORD


def _converted(parts: Sequence[Attachment], tell: Callable[[int], None]) -> dict[Path, converting.Converted]:
    paths = list(dict.fromkeys(part.path for part in parts))
    made = converting.convert([path.read_bytes() for path in paths], tell=tell) if paths else []
    return dict(zip(paths, made, strict=True))
