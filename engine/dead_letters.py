"""Work that was given up: listed, tried again, or discarded for a reason.

A dead letter is a row that failed for good: a job, a message of the outbox, or a setback (timers of a case, the start
of one). Its number says which: the id of the row times four, and what kind of row it is.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, case, cast, delete, func, insert, literal, null, select, union_all, update
from sqlalchemy.orm import Session

from engine import jobs, outbox, start_triggers
from engine.errors import EngineError, Invalid, NotFound, StepFailed
from engine.instants import now
from engine.permissions import PLATFORM, Actor, require, visible_cases
from engine.recording import record
from engine.runtime.locking import lock_case
from engine.runtime.moving import put_back, waits_for_job
from engine.runtime.saving import save
from engine.runtime.step import open_step
from models.base import table
from models.case import Case
from models.staff import User
from models.work import AdministrativeAction, Job, OutboxMessage, Setback, Timer

JOB, OUTBOX, SETBACK = table(Job), table(OutboxMessage), table(Setback)
TIMER, ACTION = table(Timer), table(AdministrativeAction)
SOURCES = (JOB, OUTBOX, SETBACK)
PLACES = 4  # for one kind of row more
KINDS = {"job": "Jobs", "message": "Messages", "timer": "Timers", "start": "Starts of cases"}
SHOWN_ACTIONS = 20


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter, with its row."""

    number: int
    source: Any
    row: Any

    @property
    def told(self) -> dict[str, Any]:
        """Return what history says of it."""
        kind = self.row.channel if self.source is OUTBOX else self.row.kind
        return {"kind": kind, "key": self.row.key, "message": self.row.error}


def _part(source: Any, kind: Any, name: Any, at: Any) -> Any:
    columns = (source.c.case_id, source.c.attempts, source.c.error, at.label("at"))
    number = (source.c.id * PLACES + SOURCES.index(source)).label("number")
    named = cast(name, String).label("name")
    return select(number, kind.label("kind"), named, *columns).where(source.c.status == "failed")


LETTER = union_all(
    _part(JOB, literal("job"), JOB.c.kind, JOB.c.run_at),
    _part(OUTBOX, literal("message"), OUTBOX.c.channel, OUTBOX.c.next_at),
    _part(SETBACK, SETBACK.c.kind, SETBACK.c.key, SETBACK.c.next_at),
).subquery("dead_letter")


def count(session: Session) -> int:
    """Return how many there are."""
    return int(session.scalar(select(func.count()).select_from(LETTER)) or 0)


def lines(by: Actor, *, kind: str = "", reference: str = "") -> Any:
    """Return the statement that lists them; a case that `by` may not see is not named.

    Raises:
        Invalid: there is no such kind.
    """
    require(by, "administer")
    shown = case((visible_cases(by), Case.reference), else_=null()).label("reference")
    found = select(*LETTER.c, shown).outerjoin(Case, Case.id == LETTER.c.case_id)
    if kind and kind not in KINDS:
        raise Invalid(f"There is no kind “{kind}” of dead letters.", remedy=f"There are: {', '.join(KINDS)}.")
    if kind:
        found = found.where(LETTER.c.kind == kind)
    return found.where(Case.reference == reference, visible_cases(by)) if reference else found


def retry(session: Session, number: int, *, by: Actor) -> tuple[str, ...]:
    """Have it tried again. Returns the keys of the jobs to be run after the commit.

    Raises:
        NotFound: somebody has seen to it already.
        EngineError: a case that cannot be begun now either.
    """
    letter, case_row = _taken(session, number, by)
    keys: tuple[str, ...] = ()
    if letter.source is JOB:
        _change(session, letter, status="waiting", attempts=0, run_at=now())
        keys = (letter.row.key,)
    elif letter.source is OUTBOX:
        outbox.retry(session, letter.row.id, by=by)
    else:
        session.execute(delete(SETBACK).where(SETBACK.c.id == letter.row.id))
        if letter.row.kind == "start":
            keys = start_triggers.begin_again(session, letter.row.payload).job_keys
    if case_row is not None:
        record(session, case_row, "work_retried", letter.told, by=by)
    _write_down(session, "retried", letter, case_row, "", by)
    return keys


def discard(session: Session, number: int, *, reason: str, by: Actor) -> None:
    """Give it up for good. A token that waited for the job gets an incident, which a person skips or retries.

    Raises:
        NotFound: somebody has seen to it already.
        Invalid: no reason.
    """
    reason = reason.strip()
    if not reason:
        raise Invalid("Work is discarded only for a reason.", errors={"reason": "Enter why it is not needed any more"})
    letter, case_row = _taken(session, number, by)
    told = {**letter.told, "reason": reason}
    if letter.source is JOB and letter.row.kind in jobs.KINDS and _give_back(session, letter, case_row, told, by):
        told = {}
    if letter.source is OUTBOX:
        outbox.discard(session, letter.row.id, reason=reason, by=by)
    else:
        session.execute(delete(letter.source).where(letter.source.c.id == letter.row.id))
    if letter.source is SETBACK and letter.row.kind == "timer":
        session.execute(delete(TIMER).where(TIMER.c.case_id == letter.row.case_id, TIMER.c.due_at <= now()))
    if told and case_row is not None:
        record(session, case_row, "work_discarded", told, by=by)
    _write_down(session, "discarded", letter, case_row, reason, by)


def actions(session: Session) -> list[Any]:
    """Return what administrators did about them lately, the last first."""
    found = select(AdministrativeAction, User.name).outerjoin(User, User.id == AdministrativeAction.user_id)
    return list(session.execute(found.order_by(AdministrativeAction.id.desc()).limit(SHOWN_ACTIONS)).all())


def _taken(session: Session, number: int, by: Actor) -> tuple[Letter, Any]:
    """Lock the case of a dead letter, if it has one, and then its row."""
    require(by, "administer")
    row_id, place = divmod(number, PLACES)
    if place >= len(SOURCES) or row_id >= 2**61:
        raise NotFound("There is no such dead letter.")
    source = SOURCES[place]
    wanted = select(source).where(source.c.id == row_id, source.c.status == "failed")
    row = session.execute(wanted).first()
    case_row = None
    if row is not None and row.case_id is not None:
        case_row = lock_case(session, row.case_id, by=PLATFORM)  # whoever may see the case: the work is to be done
        row = session.execute(wanted.with_for_update()).first()
    if row is None:
        raise NotFound("There is no such dead letter: somebody has seen to it already.")
    return Letter(number, source, row), case_row


def _give_back(session: Session, letter: Letter, case_row: Any, told: dict[str, Any], by: Actor) -> bool:
    """Put the token that waited for a job back, with an incident. Says no where the case cannot be opened."""
    try:
        with session.begin_nested():
            step = open_step(session, case_row, actor=by, at=now())
            token = step.token(letter.row.token_id)
            if token is None or not waits_for_job(token):
                return False
            step.note_event("work_discarded", told)
            put_back(step, token, StepFailed(f"This was discarded: {told['reason']}"))
            save(step)
            return True
    except EngineError:
        return False  # it is told of as a dead letter, without its token


def _change(session: Session, letter: Letter, **columns: Any) -> None:
    session.execute(update(letter.source).where(letter.source.c.id == letter.row.id).values(**columns))


def _write_down(session: Session, verb: str, letter: Letter, case_row: Any, reason: str, by: Actor) -> None:
    named = case_row.reference if case_row is not None and not case_row.restricted else ""
    subject = " ".join(filter(None, (letter.told["kind"].replace("_", " "), named)))
    values = {"at": now(), "user_id": by.user_id, "action": f"dead letter {verb}", "subject": subject}
    session.execute(insert(ACTION), {**values, "reason": reason})


def described(session: Session, rows: Any) -> dict[int, str]:
    """Return what each of these lines was to do, by its number; of a case that may not be seen only the kind."""
    ids = [row.number // PLACES for row in rows if row.kind == "message"]
    payloads = dict(session.execute(select(OUTBOX.c.id, OUTBOX.c.payload).where(OUTBOX.c.id.in_(ids))).all())
    ids = [row.number // PLACES for row in rows if row.kind == "start"]
    starts = dict(session.execute(select(SETBACK.c.id, SETBACK.c.payload).where(SETBACK.c.id.in_(ids))).all())
    return {row.number: _described(row, payloads, starts) for row in rows}


def _described(row: Any, messages: dict[int, Any], starts: dict[int, Any]) -> str:
    is_hidden = row.case_id is not None and row.reference is None
    if row.kind == "message":
        sent = messages.get(row.number // PLACES, {})
        if row.name == "webhook":
            return "Webhook" if is_hidden else f"Webhook: {sent.get('type')}"
        return "E-mail" if is_hidden else f"E-mail to {sent.get('to', 'somebody')}: {sent.get('subject', '')}"
    if row.kind == "start":
        start = starts.get(row.number // PLACES, {})
        return f"Start of a case of {start.get('category')} by the {start.get('kind')} “{start.get('name')}”"
    return "Timers of the case" if row.kind == "timer" else str(row.name).replace("_", " ").capitalize()
