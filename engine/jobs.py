"""Runs the slow work that steps leave behind: prepared in a read-only transaction, worked outside any lock, filed by a
second step.

A job is a row committed with the step that wants it. Whoever claims it first does it: the request right after its
commit, or a worker. A node that dies with a job in hand loses its lease, and the next one takes it. One that fails for
a reason that may pass is tried again after a pause; otherwise it becomes an incident, or a dead letter where no token
waits for it.
"""

import logging
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, or_, select, update
from sqlalchemy.orm import Session

from engine import children, following, log_context, measures, merging, messages, migrations, setbacks, signals
from engine.bundles import asking, making
from engine.communications import batches, composing, print_batches
from engine.errors import EngineError, StepFailed
from engine.filing import pdfs, preparing
from engine.inbound import parts, sorting
from engine.instants import now
from engine.permissions import PLATFORM, Actor
from engine.runtime.locking import lock_case
from engine.runtime.moving import put_back, waits_for_job
from engine.runtime.offering import ask_to_send
from engine.runtime.saving import save
from engine.runtime.services import by_from_json, finish_service
from engine.runtime.step import Step, open_step
from engine.transactions import Sessions, reading, writing
from models.base import table
from models.case import Case
from models.work import Job

CASE, JOB = table(Case), table(Job)
LEASE = timedelta(seconds=60)
LONG_LEASE = timedelta(minutes=15)
TELLS_EVERY = 1.0  # seconds
BATCH = 50

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of job does: `prepare` reads, `work` computes outside any transaction, `file` writes in a step.

    `file` returns the names that the element's output mappings may use, or None where a person decides before the
    token goes on; one that always waits for more than the job is not finished by it (`finishes`). `undo` sees to what
    was made for a token that has gone meanwhile. What no token waits for is filed all the same, and its failure becomes
    a to-do item.
    """

    prepare: Callable[[Session, Any, Actor], Any]
    work: Callable[[Any], Any]
    file: Callable[[Step, Any, Any], dict[str, Any] | None]
    finishes: bool = True
    is_waited_for: bool = True  # by a token of the case
    undo: Callable[[Step, Any], None] | None = None


def _deliver_message(session: Session, job: Any, by: Actor) -> None:
    name, key, variables = (job.payload[part] for part in ("name", "key", "variables"))
    messages.publish(session, name, key, variables, by=by, message_key=f"job:{job.key}", sent_by=job.case_id)


def _broadcast(session: Session, job: Any, by: Actor) -> None:
    signals.broadcast(session, job.payload["name"], job.payload["variables"], by=by, sent_by=job.case_id)


KINDS = {
    "merge_document": Kind(merging.prepare, merging.work, merging.file),
    **{
        kind: Kind(composing.prepare, composing.work, composing.file)
        for kind in ("send_letter", "send_email", "send_sms", "send_by_preference")
    },
    "offer_letter": Kind(merging.prepare, merging.work, merging.file_offered, is_waited_for=False),
    "start_case": Kind(children.start, lambda started: started, children.file_started),
    "start_child": Kind(
        children.start, lambda started: started, children.file_started, finishes=False, undo=children.forsake
    ),
}
# What moves another case than the one that left the job, or brings to it what came from another.
NEWS: dict[str, Callable[[Session, Any, Actor], object]] = {
    "tell_parent": children.tell_parent,
    "cancel_child": children.cancel,
    "deliver_message": _deliver_message,
    "deliver_kept": lambda session, job, _: messages.deliver_kept(session, job.case_id),
    "broadcast_signal": _broadcast,
    "recount_clocks": lambda session, job, _: following.follow(session, job.case_id),
    "deliver_signal": lambda session, job, _: signals.deliver(session, job),
    migrations.KIND: lambda session, job, _: migrations.move_one(session, job),
}


@dataclass(frozen=True, slots=True)
class Apart:
    """The same of a kind of job that is no step of a case: `file` writes in a short transaction of its own."""

    prepare: Callable[[Session, Any], Any]
    work: Callable[[Any], Any]
    file: Callable[[Session, Any, Any], None]


@dataclass(frozen=True, slots=True)
class Told:
    """The same of one that takes minutes: `tell` writes down how far it is, `give_up` why nothing comes of it."""

    prepare: Callable[[Session, Any], Any]
    work: Callable[[Any, Callable[[int], None]], Any]
    file: Callable[[Session, Any, Any], None]
    tell: Callable[[Session, Any, int], None]
    give_up: Callable[[Session, Any, str], None]


@dataclass(frozen=True, slots=True)
class Together:
    """The same of a kind of which up to `most` that wait are done at once; each function is given all of them."""

    prepare: Callable[[Session, Sequence[Any]], Any]
    work: Callable[[Any], Any]
    file: Callable[[Session, Sequence[Any], Any], None]
    most: int


DRAWN = {
    preparing.KIND: Apart(preparing.prepare, preparing.work, preparing.file),
    parts.KIND: Apart(parts.prepare, preparing.work, parts.file),
    sorting.KIND: Apart(sorting.prepare, lambda item_id: item_id, sorting.file),
}
WRITTEN = {batches.KIND: Apart(batches.prepare, batches.work, batches.file)}  # thousands at once
LONG: dict[str, Together | Told] = {  # which take minutes, and so their leases
    pdfs.KIND: Together(pdfs.prepare, pdfs.work, pdfs.file, most=25),
    print_batches.KIND: Told(
        print_batches.prepare, print_batches.work, print_batches.file, print_batches.tell, print_batches.give_up
    ),
    asking.KIND: Told(making.prepare, making.work, making.file, making.tell, making.give_up),
}
APART: dict[str, Apart | Together | Told] = {**DRAWN, **WRITTEN, **LONG}


def run(sessions: Sessions, key: str) -> bool:
    """Run the job `key` unless somebody else has it. Returns whether this call did it, well or not."""
    job = _claim(sessions, key)
    if job is None:
        return False
    kind = APART.get(job.kind)
    claimed = [job, *_claim_more(sessions, job, kind.most - 1)] if isinstance(kind, Together) else [job]
    with log_context.about(job=job.key, request=job.request_id):
        begun = time.perf_counter()
        try:
            if isinstance(kind, Together):
                _do_together(sessions, claimed, kind)
            else:
                _do(sessions, job)
        except Exception as error:
            for one in claimed:
                _set_back(sessions, one, error)
        measures.note("job", job.kind, time.perf_counter() - begun)
    return True


def due_again(sessions: Sessions, key: str) -> datetime | None:
    """Return when the job `key` is to be looked at again: after its pause, or when its lease ends; none if never."""
    with reading(sessions) as session:
        return session.scalar(select(JOB.c.run_at).where(JOB.c.key == key, JOB.c.status.in_(("waiting", "running"))))


def run_all(sessions: Sessions, keys: tuple[str, ...]) -> None:
    """Run these jobs, and those that they leave in turn."""
    waiting, done = list(keys), set()
    while waiting:
        key = waiting.pop(0)
        done.add(key)
        run(sessions, key)
        waiting.extend(k for k in _left_by(sessions, key) if k not in done and k not in waiting)


def run_waiting(
    sessions: Sessions,
    *,
    overdue: timedelta = timedelta(),
    is_over: Callable[[], bool] = lambda: False,
    kinds: Collection[str] = (),
    but: Collection[str] = (),
) -> int:
    """Run what waits, or did so for longer than `overdue`, until `is_over`; of these kinds alone, or all `but` those.

    Returns how many. One that fails keeps no other waiting.
    """
    with reading(sessions) as session:
        waiting = select(JOB.c.key).where(_free()).order_by(JOB.c.run_at).limit(BATCH)
        waiting = waiting.where(JOB.c.kind.in_(kinds)) if kinds else waiting.where(JOB.c.kind.not_in(but))
        keys = session.scalars(waiting.where(JOB.c.run_at <= now() - overdue) if overdue else waiting).all()
    done = 0
    for key in keys:
        if is_over():
            break
        try:
            done += run(sessions, key)
        except Exception:  # its lease ends, and it is tried again
            log.exception("job %s could neither be run nor set back", key)
    return done


def _free() -> Any:
    at = now()
    return or_(JOB.c.status == "waiting", (JOB.c.status == "running") & (JOB.c.run_at <= at)) & (JOB.c.run_at <= at)


def _claim(sessions: Sessions, key: str) -> Any:
    with writing(sessions) as session:
        claimed = session.execute(
            update(JOB)
            .where(JOB.c.key == key, _free())
            .values(status="running", run_at=_lease(), attempts=JOB.c.attempts + 1)
        )
        if claimed.rowcount != 1:  # type: ignore[attr-defined]
            return None
        return session.execute(select(JOB).where(JOB.c.key == key)).first()


def _claim_more(sessions: Sessions, job: Any, most: int) -> list[Any]:
    """Claim others of its kind that wait, those first that have waited longest."""
    with writing(sessions) as session:
        waiting = select(JOB.c.id).where(JOB.c.kind == job.kind, _free()).order_by(JOB.c.run_at, JOB.c.id)
        ids = session.scalars(waiting.limit(most).with_for_update(skip_locked=True)).all()
        ours = JOB.c.id.in_(ids)
        session.execute(update(JOB).where(ours).values(status="running", run_at=_lease(), attempts=JOB.c.attempts + 1))
        return list(session.execute(select(JOB).where(ours).order_by(JOB.c.id)).all())


def _lease() -> Any:
    at = now()
    return case((JOB.c.kind.in_(LONG), at + LONG_LEASE), else_=at + LEASE)


def _do_together(sessions: Sessions, claimed: list[Any], kind: Together) -> None:
    for job in claimed:
        _refuse_endless(job)
    with reading(sessions) as session:
        prepared = kind.prepare(session, claimed)
    result = kind.work(prepared)
    with writing(sessions) as session:
        kind.file(session, claimed, result)
        session.execute(delete(JOB).where(JOB.c.key.in_([job.key for job in claimed])))


def _refuse_endless(job: Any) -> None:
    if job.attempts > setbacks.MOST_ATTEMPTS:
        raise StepFailed(f"It was begun {job.attempts - 1} times, and never came to an end.")


def _do(sessions: Sessions, job: Any) -> None:
    _refuse_endless(job)
    if job.kind in NEWS:
        _spread(sessions, job)
        return
    apart = APART.get(job.kind)
    if isinstance(apart, Apart | Told):
        _do_apart(sessions, job, apart)
        return
    kind, actor = KINDS[job.kind], by_from_json(job.payload["by"])
    with sessions() as session, session.begin():
        prepared = kind.prepare(session, job, actor)
    _file(sessions, job, actor, kind, kind.work(prepared))


def _do_apart(sessions: Sessions, job: Any, kind: Apart | Told) -> None:
    with reading(sessions) as session:
        prepared = kind.prepare(session, job)
    result = kind.work(prepared, _teller(sessions, job, kind)) if isinstance(kind, Told) else kind.work(prepared)
    with writing(sessions) as session:
        kind.file(session, job, result)
        session.execute(delete(JOB).where(JOB.c.key == job.key))


def _teller(sessions: Sessions, job: Any, kind: Told) -> Callable[[int], None]:
    """Return what a job tells how far it is, which is written down now and then, and keeps its lease."""
    told_at = [0.0]

    def tell(done: int) -> None:
        if time.monotonic() - told_at[0] < TELLS_EVERY:
            return
        told_at[0] = time.monotonic()
        with writing(sessions) as session:
            kind.tell(session, job, done)
            session.execute(update(JOB).where(JOB.c.id == job.id).values(run_at=_lease()))

    return tell


def _set_back(sessions: Sessions, job: Any, error: Exception) -> None:
    """Have a job that failed tried again later, or give it up: where a token waits for it, as the case's incident."""
    pause = setbacks.pause_after(job.attempts, error)
    is_told = isinstance(error, EngineError)  # in its own words, which say more than where it was raised
    level = logging.WARNING if pause or is_told else logging.ERROR
    log.log(level, "job %s failed: %s", job.key, setbacks.sentence(error), exc_info=None if is_told else error)
    if pause is not None:
        _note(sessions, job, status="waiting", run_at=now() + pause, error=setbacks.sentence(error))
        return
    try:
        if job.kind in KINDS:
            _fail(sessions, job, by_from_json(job.payload["by"]), _as_told(error))
            return
    except Exception:
        log.exception("job %s could not become an incident", job.key)
    kind = APART.get(job.kind)
    if isinstance(kind, Told):
        with writing(sessions) as session:
            kind.give_up(session, job, setbacks.sentence(error))
    _note(sessions, job, status="failed", run_at=now(), error=setbacks.sentence(error))
    if job.case_id is not None:
        told = {"kind": job.kind, "key": job.key, "message": setbacks.sentence(error)}
        setbacks.tell_case(sessions, job.case_id, told)


def _as_told(error: Exception) -> EngineError:
    return error if isinstance(error, EngineError) else StepFailed(setbacks.sentence(error))


def _note(sessions: Sessions, job: Any, **columns: Any) -> None:
    with writing(sessions) as session:
        session.execute(update(JOB).where(JOB.c.id == job.id).values(**columns))


def _file(sessions: Sessions, job: Any, actor: Actor, kind: Kind, result: Any) -> None:
    with sessions() as session, session.begin():
        step = _step_of(session, job, actor)
        token = step.token(job.token_id) if step is not None else None
        if step is not None and token is not None and waits_for_job(token):
            results = kind.file(step, job, result)
            step.instance.kept.jobs.pop(job.token_id, None)
            if kind.finishes and results is not None:
                finish_service(step, token, results)
                step.run()
            save(step)
        elif step is not None and not kind.is_waited_for:
            kind.file(step, job, result)
            save(step)
        elif step is not None and kind.undo is not None:
            kind.undo(step, result)
            save(step)
        session.execute(delete(JOB).where(JOB.c.key == job.key))


def _fail(sessions: Sessions, job: Any, actor: Actor, error: EngineError) -> None:
    """Put the token back to where it was, with an incident; a retry queues the job again."""
    with sessions() as session, session.begin():
        step = _step_of(session, job, actor)
        token = step.token(job.token_id) if step is not None else None
        if step is not None and token is not None and waits_for_job(token):
            put_back(step, token, error)
            save(step)
        elif step is not None and not KINDS[job.kind].is_waited_for:
            ask_to_send(step, job.payload, failed=f"{error.message} {error.remedy}".strip())
            save(step)
        session.execute(delete(JOB).where(JOB.c.key == job.key))


def _step_of(session: Session, job: Any, actor: Actor) -> Step | None:
    """Return a step on the job's case; none when the job was done meanwhile by somebody who thought this node dead."""
    case = lock_case(session, job.case_id, by=PLATFORM)
    if session.scalar(select(JOB.c.id).where(JOB.c.key == job.key)) is None:
        return None
    return open_step(session, case, actor=actor, at=now())


def _spread(sessions: Sessions, job: Any) -> None:
    """Let one case hear of another; both the news and that they were told are committed together."""
    with sessions() as session, session.begin():
        still_there = select(JOB.c.id).where(JOB.c.key == job.key).with_for_update()
        if session.scalar(still_there) is not None:  # a node that was thought dead may have told them
            by = by_from_json(job.payload["by"]) if "by" in job.payload else PLATFORM
            NEWS[job.kind](session, job, by)
            session.execute(delete(JOB).where(JOB.c.key == job.key))


def _left_by(sessions: Sessions, key: str) -> list[str]:
    """Return the keys of the jobs that wait in the case of a job, its parent and its children."""
    head = key.split(":", 1)[0]
    if not head.isdecimal():  # a job of no case
        return []
    case_id = int(head)
    parent = select(CASE.c.parent_id).where(CASE.c.id == case_id).scalar_subquery()
    family = select(CASE.c.id).where((CASE.c.id.in_((case_id, parent))) | (CASE.c.parent_id == case_id))
    with sessions() as session, session.begin():
        return list(session.scalars(select(JOB.c.key).where(JOB.c.case_id.in_(family), _free())))
