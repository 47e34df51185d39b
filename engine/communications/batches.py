"""One letter, e-mail or text message to many at once: composed by jobs, looked through, then dispatched or withdrawn.

Each case or person of it is a job, committed with the batch: it is written once, whichever node dies. Nothing of it
leaves before somebody dispatches it; until then all of it, or a single message, can be taken back.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from engine import reading, templates
from engine.communications import composing, queueing, telling, words
from engine.communications.audiences import in_parts
from engine.communications.batch_wishes import Wish, check
from engine.communications.by_hand import Errand, NoCategory
from engine.communications.composing import Composed, of_case
from engine.communications.recipients import chosen, links_of, people
from engine.communications.safety import Circumstances
from engine.communications.settling import WRITE
from engine.definitions.deploying import load
from engine.errors import Conflict, EngineError, Invalid, NotFound, StepFailed
from engine.illustrating import scene
from engine.instants import now, today
from engine.permissions import PLATFORM, Actor, actor_of, may, require, require_on, visible_entities, within_reach
from engine.record.changing import found_entity
from engine.runtime.locking import lock_case
from engine.runtime.of_person import OfPerson
from engine.runtime.saving import save
from engine.runtime.step import open_step
from models.base import table
from models.case import Case
from models.communication import Communication, CommunicationBatch
from models.document import Document
from models.people import Person
from models.work import Job, OutboxMessage

BATCH, COMMUNICATION, JOB = table(CommunicationBatch), table(Communication), table(Job)
KIND = "write_to_one"
VERB = "write to many"
MOST = 5_000
WITHDRAWN = "The batch was withdrawn before it was dispatched."


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failed:
    """Why one of a batch could not be written."""

    reason: str


@dataclass(frozen=True, slots=True)
class One:
    """One of a batch that is to be written, by whom."""

    by: Actor
    wish: Mapping[str, Any]
    composed: Composed


def reachable(
    session: Session, *, cases: Collection[int] = (), people: Collection[int] = (), by: Actor
) -> tuple[list[int], list[int]]:
    """Return of these cases and people those that the actor may see and write to, each once."""
    own_cases = select(Case.id).where(within_reach(by, WRITE)).order_by(Case.id)
    own_people = select(Person.id).where(visible_entities(by, "person")).order_by(Person.id)
    return in_parts(session, own_cases, Case.id, cases), in_parts(session, own_people, Person.id, people)


def offered(session: Session, cases: Sequence[int]) -> dict[str, list[tuple[str, str]]]:
    """Return the templates of the categories of these cases, and the shared ones, as (value, title) by origin."""
    versions = session.scalars(select(Case.version_id).where(Case.id.in_(cases[:500])).distinct().limit(5)).all()
    names = {(kind, name) for number in versions for kind, name in _own_names(session, number)}
    mine = [(f"{kind}:{name}", composing.as_title(name)) for kind, name in sorted(names)]
    shared = [
        (f"{kind}:{key}", one.title or composing.as_title(key))
        for (kind, key), one in sorted(templates.in_force(session, today()).items())
        if kind in words.CHANNELS and (kind, key) not in names
    ]
    return {name: rows for name, rows in {"Of these cases": mine, "Shared": shared}.items() if rows}


def _own_names(session: Session, version_id: int) -> list[tuple[str, str]]:
    definition = load(session, version_id)
    kinds = [kind for key, kind in templates.KINDS.items() if key in words.CHANNELS]
    return [(kind.key, name) for kind in kinds for name in definition.template_names(kind.suffix)]


def begin(session: Session, wish: Wish, *, by: Actor) -> int:
    """Write a batch down with a job for each case or person; return its number. The jobs are run by whoever is free.

    Raises:
        Invalid: nobody is in it that the actor may write to, too many are, or something of it is missing.
        NotAllowed: by who may not write to many.
    """
    require(by, VERB)
    check(wish)
    options = {"key": f"{by.user_id}:{wish.once}"}
    mine = select(BATCH.c.id, BATCH.c.options).where(BATCH.c.created_by_id == by.user_id)
    for earlier in session.execute(mine.order_by(BATCH.c.id.desc()).limit(50)):
        if earlier.options.get("key") == options["key"]:
            return int(earlier.id)
    cases, persons = reachable(session, cases=wish.cases, people=wish.people, by=by)
    targets = [*(("case", number) for number in cases), *(("person", number) for number in persons)]
    if not targets:
        raise Invalid("None of them is within your reach, so nobody would be written to.")
    if len(targets) > MOST:
        raise Invalid(f"That is {len(targets):,} at once; write to {MOST:,} at most.", remedy="Narrow the list.")
    row = {
        "title": wish.title.strip()[:200],
        "channel": wish.channel,
        "template": wish.template,
        "purpose": wish.purpose,
        "audience": {"cases": cases, "people": persons},
        "options": {**options, "to": wish.to, "subject": wish.subject, "text": wish.text, "topic": wish.topic},
        "status": "composing",
        "total": len(targets),
        "done": 0,
        "errors": [],
        "created_at": now(),
        "created_by_id": by.user_id,
        "revision": 1,
    }
    number: int = session.execute(insert(BATCH).returning(BATCH.c.id), row).scalar_one()
    session.execute(insert(JOB), [_job(number, "write", kind, target) for kind, target in targets])
    return number


def prepare(session: Session, job: Any) -> Any:
    """Read what one of a batch needs; what cannot be written is an answer too, and keeps no other back."""
    if job.payload["do"] == "withdraw":
        return None
    batch = session.execute(select(BATCH).where(BATCH.c.id == job.payload["batch_id"])).one()
    if batch.status != "composing":
        return None
    by = actor_of(session, batch.created_by_id)
    if by is None or not may(by, VERB):
        return Failed("Whoever began this batch may not write to many any more.")
    wish = _payload(batch, job)
    try:
        return by, _prepared(session, job, wish, by)
    except EngineError as error:
        return Failed(error.message)


def work(prepared: Any) -> Any:
    """Merge what one of a batch says."""
    if prepared is None or isinstance(prepared, Failed):
        return prepared
    by, wanted = prepared
    try:
        return One(by, wanted.wish, composing.work(wanted))
    except EngineError as error:
        return Failed(str(error))


def file(session: Session, job: Any, result: Any) -> None:
    """Keep what one of a batch says, held back; or why it could not be written."""
    if job.payload["do"] == "withdraw":
        _tell_withdrawn(session, job.payload["target"])
        return
    batch = session.execute(select(BATCH).where(BATCH.c.id == job.payload["batch_id"]).with_for_update()).one()
    if result is None or batch.status != "composing":
        return  # it was withdrawn meanwhile
    if isinstance(result, One):
        try:
            with session.begin_nested():
                _write(session, job, result)
        except EngineError as error:
            result = Failed(error.message)
    _count(session, batch, job, result)


def dispatch(session: Session, number: int, *, revision: int | None = None, by: Actor) -> int:
    """Let all messages of a batch leave that are safe; return how many. What is stopped waits for its own decision.

    Raises:
        Conflict: it is not ready, or was changed since `revision`.
    """
    batch = _locked(session, number, ("ready",), revision, by)
    at = now()
    keys = select(COMMUNICATION.c.key).where(COMMUNICATION.c.batch_id == batch.id, COMMUNICATION.c.status == "waiting")
    outbox = table(OutboxMessage)
    released: Any = session.execute(
        update(outbox)
        .where(outbox.c.key.in_(keys), outbox.c.status == queueing.HELD)
        .values(status="waiting", next_at=at, attempts=0)
    )
    _change(session, batch, status="dispatched", dispatched_at=at)
    return int(released.rowcount)


def withdraw(session: Session, number: int, *, revision: int | None = None, by: Actor) -> int:
    """Take a batch back before it was dispatched: nothing of it leaves. Returns how many messages that were.

    Raises:
        Conflict: it was dispatched already.
    """
    batch = _locked(session, number, ("composing", "ready"), revision, by)
    mine = (COMMUNICATION.c.batch_id == batch.id, COMMUNICATION.c.status.in_(words.UNSENT))
    rows = session.execute(select(COMMUNICATION.c.id, COMMUNICATION.c.key).where(*mine)).all()
    outbox = table(OutboxMessage)
    session.execute(
        update(outbox)
        .where(outbox.c.key.in_(select(COMMUNICATION.c.key).where(*mine)))
        .values(status="discarded", error=WITHDRAWN)
    )
    session.execute(
        update(COMMUNICATION)
        .where(*mine)
        .values(status="cancelled", reason=WITHDRAWN, settled_at=now(), revision=COMMUNICATION.c.revision + 1)
    )
    _change(session, batch, status="withdrawn")
    if rows:
        session.execute(insert(JOB), [_job(batch.id, "withdraw", "message", row.id) for row in rows])
    return len(rows)


def one(session: Session, number: int, *, by: Actor) -> CommunicationBatch:
    """Return a batch. Raises NotFound: there is none, or none that the actor may see."""
    require(by, VERB)
    row = session.scalars(select(CommunicationBatch).where(CommunicationBatch.id == number)).first()
    if row is None or not (row.created_by_id == by.user_id or may(by, "administer")):
        raise NotFound("There is no such batch, or none that you may see.")
    return row


def _job(number: int, do: str, kind: str, target: int) -> dict[str, Any]:
    return {
        "key": f"batch:{number}:{do}:{kind}:{target}",
        "kind": KIND,
        "case_id": None,
        "token_id": "",
        "element_id": "",
        "payload": {"batch_id": number, "do": do, "kind": kind, "target": target},
        "status": "waiting",
        "run_at": now(),
    }


def _payload(batch: Any, job: Any) -> dict[str, Any]:
    """Return the wish for one of a batch as a step of a diagram leaves it."""
    options, (kind, _, name) = batch.options, batch.template.partition(":")
    target = f"{job.payload['kind']}:{job.payload['target']}"
    return {
        "channel": batch.channel,
        "kind": kind or batch.channel,
        "template": name,
        **({words.LETTER: name} if batch.channel == words.PREFERRED else {}),
        "subject": options["subject"][:200],
        "text": options["text"],
        "to": options["to"],
        "purpose": batch.purpose,
        "topic": options["topic"] if batch.purpose == words.CONSENT else "",
        "approval": "",
        "enclosures": [],
        "repeat": "each_time",
        "cancel_when": "",
        "file_under": "person",
        "title": batch.title if kind == words.LETTER else "",
        "key": f"batch:{batch.id}:{target}",
        "batch_id": batch.id,
    }


def _prepared(session: Session, job: Any, wish: Mapping[str, Any], by: Actor) -> composing.Prepared:
    if job.payload["kind"] == "case":
        case_id = job.payload["target"]
        reader = reading.open_case(session, case_id, by=by)
        require_on(session, by, WRITE, case_id)
        reader.actor = by
        links = links_of(session, case_id)
        to, about = chosen(session, links, wish["to"]), of_case(session, links, reader.case.restricted)
        own: Any = reader.definition
        context, shown, errand = reader.merge_context(), scene(reader), Errand(wish, case_id)
    else:
        person = found_entity(session, "person", job.payload["target"], by=by)
        to, about, own = people(session, [person.id]), Circumstances(), NoCategory()
        written = OfPerson(session, person, by)
        context, shown, errand = written.surroundings.all(), scene(written), Errand(wish, None)
    if not to:
        raise StepFailed("Nobody on it could be written to.")
    messages = [composing.message(session, own, errand, one, about, context, shown) for one in to]
    return composing.Prepared(wish, tuple(messages))


def _write(session: Session, job: Any, found: One) -> None:
    if job.payload["kind"] == "case":
        case = lock_case(session, job.payload["target"], by=found.by, verb=WRITE)
        step = open_step(session, case, actor=found.by, at=now())
        composing.write_down(step, Errand(found.wish, case.id), found.composed)
        save(step)
        return
    person = found_entity(session, "person", job.payload["target"], by=found.by)
    composing.write_down(OfPerson(session, person, found.by), Errand(found.wish, None), found.composed)


def _count(session: Session, batch: Any, job: Any, result: Any) -> None:
    errors = list(batch.errors)
    if isinstance(result, Failed):
        kind, target = job.payload["kind"], job.payload["target"]
        errors.append([target, _name(session, kind, target), result.reason, kind])
    is_over = batch.done + 1 >= batch.total
    values = {"done": batch.done + 1, "errors": errors, "revision": batch.revision + is_over}
    session.execute(
        update(BATCH).where(BATCH.c.id == batch.id).values(**values, **({"status": "ready"} if is_over else {}))
    )


def _name(session: Session, kind: str, target: int) -> str:
    if kind == "case":
        return session.scalar(select(Case.reference).where(Case.id == target)) or ""
    person = session.get(Person, target)
    return person.full_name if person is not None else ""


def _tell_withdrawn(session: Session, number: int) -> None:
    """Write down on the case, or on the person, that a message does not leave; its letter ends with it."""
    row = session.execute(select(COMMUNICATION).where(COMMUNICATION.c.id == number)).one()
    told = {"communication_id": row.id, "channel": row.channel, "subject": row.subject, "recipient": row.recipient}
    step = None
    if row.case_id is not None:
        step = open_step(session, lock_case(session, row.case_id, by=PLATFORM), actor=PLATFORM, at=now())
    event = "communication_cancelled"
    telling.tell(session, event, row._asdict(), {**told, "reason": WITHDRAWN}, step=step, by=PLATFORM)
    if step is not None:
        save(step)
    if row.document_id is not None:
        document = table(Document)
        values = {"ended_at": now(), "end_reason": WITHDRAWN, "revision": document.c.revision + 1}
        is_it = (document.c.id == row.document_id) & document.c.ended_at.is_(None)
        session.execute(update(document).where(is_it).values(**values))


def _locked(session: Session, number: int, statuses: tuple[str, ...], revision: int | None, by: Actor) -> Any:
    one(session, number, by=by)
    row = session.execute(select(BATCH).where(BATCH.c.id == number).with_for_update()).one()
    if row.status not in statuses:
        said = {"composing": "is still being written", "ready": "has not been dispatched"}
        sentence = said.get(row.status, f"was {row.status} already")
        raise Conflict(f"This batch {sentence}.", remedy="Look at it again.")
    if revision is not None and revision != row.revision:
        raise Conflict("The batch has changed meanwhile.", remedy="Look at it again, and decide then.")
    return row


def _change(session: Session, batch: Any, **columns: Any) -> None:
    session.execute(update(BATCH).where(BATCH.c.id == batch.id).values(**columns, revision=batch.revision + 1))
