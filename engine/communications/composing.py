"""Composes what a step of a diagram sends: the three phases of the job that the `send_…` service tasks leave.

Prepared in a reading transaction, merged in the limited child outside any, filed and queued by a second step. Each
recipient gets a message of their own, with a key that is the same however often the job is run.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from engine import reading, templates
from engine.communications import existing, telling, words
from engine.communications.existing import Existing
from engine.communications.queueing import queue
from engine.communications.recipients import Recipient, Way, chosen, links_of
from engine.communications.recipients import people as as_recipients
from engine.communications.safety import Breach, Circumstances, breaches, circumstances, made_up, preferred_channel
from engine.communications.sources import source, version_of
from engine.communications.writing import Written, write
from engine.errors import StepFailed
from engine.illustrating import Scene, asked_by, illustrated, scene
from engine.instants import LONDON, now
from engine.merging import Merged, keep
from engine.permissions import Actor
from engine.runtime import deciding, directory
from engine.runtime.step import Step
from models.base import table
from models.communication import Communication

COMMUNICATION = table(Communication)
Undecided = tuple[int, Mapping[str, Any]]  # the number and the columns of a message
TOLD = (  # what history says of a communication
    "channel", "recipient", "address", "subject", "template", "template_version", "status", "reason", "purpose",
    "document_id", "document_version", "element_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Message:
    """One message to be written: to whom, by which way, from what, and what speaks against it."""

    key: str
    to: Recipient
    channel: str
    way: Way | None
    breaches: tuple[Breach, ...]
    context: Mapping[str, Any]
    source: templates.Found | None
    enclosures: tuple[templates.Found, ...] = ()
    document: Existing | None = None  # that is sent as it is, in place of what a template gives


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a job has to write, and what goes with it; nothing of it refers to the database any more."""

    wish: Mapping[str, Any]
    messages: tuple[Message, ...]
    attachments: tuple[tuple[int, int], ...] = ()
    send_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Composed:
    """What was written."""

    prepared: Prepared
    written: tuple[Written, ...] = field(default=())


def prepare(session: Session, job: Any, actor: Actor) -> Prepared:
    """Read the case, and find out who is written to, how, and whether it is safe.

    Raises:
        StepFailed: a recipient, template or attachment that is not there, or a time that cannot be read.
    """
    wish = job.payload
    reader = reading.open_case(session, job.case_id)
    reader.actor = actor
    links = links_of(session, job.case_id)
    to, about = chosen(session, links, wish["to"]), of_case(session, links, reader.case.restricted)
    context, own, shown = reader.merge_context(), reader.definition, scene(reader)
    name = wish.get("document")  # jobs of former releases say nothing of it
    document = existing.of_case(session, job.case_id, name, asked="to send") if name else None
    messages = [message(session, own, job, recipient, about, context, shown, document) for recipient in to]
    messages = [one for one in messages if not _had_it(session, wish, one, reader.case.id)]
    attachments = existing.along(session, job.case_id, wish["attachments"])
    return Prepared(wish, tuple(messages), attachments, instant(wish["send_at"]))


def work(prepared: Prepared) -> Composed:
    """Merge what is written from templates. Raises TemplateError, which names field, template and paragraph."""
    wish = prepared.wish
    written = (write(message, wish, titled(wish, message)) for message in prepared.messages)
    return Composed(prepared, tuple(written))


def file(step: Step, job: Any, composed: Composed) -> dict[str, Any] | None:
    """File and queue what was written. Returns what the element's outputs may use; none when somebody decides first."""
    ids, undecided = write_down(step, job, composed)
    if undecided:
        ask(step, job, undecided)
        return None
    rows = step.session.execute(select(COMMUNICATION.c.document_id).where(COMMUNICATION.c.id.in_(ids[-1:]))).all()
    document_id = rows[0].document_id if rows else None
    return {"document_id": document_id, "sent": bool(ids)}


def write_down(place: Any, job: Any, composed: Composed) -> tuple[list[int], list[Undecided]]:
    """Keep and queue what was written, each message once. Returns their numbers, and what somebody decides on first.

    `place` is the step on the case, else an `OfPerson`; `job` has the wish as `payload`, and the step's `element_id`
    and `token_id`.
    """
    prepared, session = composed.prepared, place.session
    ids: list[int] = []
    undecided: list[Undecided] = []
    for message, written in zip(prepared.messages, composed.written, strict=True):
        if session.scalar(select(COMMUNICATION.c.id).where(COMMUNICATION.c.key == message.key)) is not None:
            continue  # it goes once only, and another step was quicker
        document_id = _file_document(place, job, message, written.letter) if written.letter else None
        if message.document is not None:
            existing.want_pdf(session, message.document)
        enclosed = [[_file_document(place, job, message, one), 1] for one in written.enclosures]
        row = _row(place, job, prepared, message, written, document_id)
        row["attachments"] = [*(list(one) for one in prepared.attachments), *enclosed]
        number: int = session.execute(insert(COMMUNICATION).returning(COMMUNICATION.c.id), row).scalar_one()
        ids.append(number)
        is_held = row["batch_id"] is not None  # until the whole batch is dispatched
        queue(session, row, status="held" if is_held else row["status"], at=prepared.send_at or place.at)
        if row["status"] in words.UNDECIDED:
            undecided.append((number, row))
        _tell(place, number, row, message)
    return ids, undecided


def _tell(place: Any, number: int, row: Mapping[str, Any], message: Message) -> None:
    step = place if place.case.id is not None else None
    whole = {**row, "id": number}
    telling.tell(place.session, "communication_written", whole, told(number, row), step=step, by=place.actor)
    if row["override"]:
        said = {"reason": row["override"], "breaches": [breach.sentence for breach in message.breaches]}
        let_go = {**told(number, row), **said}
        telling.tell(place.session, "communication_let_go", whole, let_go, step=step, by=place.actor)


def earlier(session: Session, composed: Composed) -> list[int]:
    """Return the numbers of these messages when they are there already: the form was sent twice."""
    keys = [message.key for message in composed.prepared.messages]
    return list(session.scalars(select(COMMUNICATION.c.id).where(COMMUNICATION.c.key.in_(keys))))


def ask(step: Step, job: Any, undecided: Sequence[Undecided]) -> None:
    """Open the to-do item in which somebody decides on messages."""
    wish, ids = job.payload, [number for number, _ in undecided]
    team = directory.team_id(step.session, wish["approval"]) if wish["approval"] else None
    if wish["approval"] and team is None:
        raise StepFailed(f"There is no team “{wish['approval']}” to approve it.", remedy="Correct the diagram.")
    task_id = deciding.ask(step, job.token_id, job.element_id, _question(undecided, wish), team_id=team, ids=ids)
    step.session.execute(update(COMMUNICATION).where(COMMUNICATION.c.id.in_(ids)).values(user_task_id=task_id))


def _file_document(step: Any, job: Any, message: Message, letter: Merged) -> int:
    """File what was merged on the case, with its recipient, and under what the diagram says."""
    is_letter = message.source is not None and letter.template.name == message.source.name
    title = title_of(job.payload, letter.template) if is_letter else as_title(letter.template.name)
    under = _filed_under(step, job.payload["file_under"], message.to)
    return keep(step, letter, title=title, under=under, element_id=job.element_id)


def _filed_under(step: Any, under: str, to: Recipient) -> list[tuple[str, int]]:
    """Return what a letter is filed under beside the case: its recipient, and what the diagram says."""
    found = []
    if to.person_id is not None:
        found.append(("person", to.person_id))
    elif to.organisation_id is not None:
        found.append(("organisation", to.organisation_id))
    entity_id = step.surroundings.entity_id(under) if under not in ("case", "person") else None
    if entity_id is not None and (under, entity_id) not in found:
        found.append((under, entity_id))
    return found


def told(number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what history says of a communication."""
    return {"communication_id": number, **{name: row[name] for name in TOLD}}


def of_case(session: Session, links: Sequence[tuple[str, int, str]], is_restricted: bool) -> Circumstances:
    """Return what the people of a case mean for a message to one of them."""
    roles = [(entity_id, role) for kind, entity_id, role in links if kind == "person"]
    everybody = as_recipients(session, dict.fromkeys(person_id for person_id, _ in roles), roles=roles)
    return circumstances(everybody, is_restricted=is_restricted)


def message(
    session: Session,
    own: templates.Own,
    job: Any,
    to: Recipient,
    about: Circumstances,
    context: dict[str, Any],
    shown: Scene,
    document: Existing | None = None,
) -> Message:
    """Return what is to be written to one recipient, from the templates of `own` and the shared ones.

    A `document` is sent as it is; a template is then that of the e-mail which it is attached to.
    """
    wish = job.payload
    channel, kind, template = _channel(wish, to)
    way = to.way(channel)
    found = breaches(to, channel, way, purpose=wish["purpose"], topic=wish["topic"], about=about)
    found += made_up(session, channel, way)
    from_ = source(session, own, kind, template) if template else None
    enclosed = tuple(source(session, own, words.LETTER, name) for name in wish["enclosures"])
    return Message(
        _key(job, wish, document.what if document is not None else template or channel, to),
        to,
        channel,
        way,
        tuple(found),
        illustrated(session, {**context, "recipient": to.context(way)}, shown, asked_by(from_, *enclosed)),
        from_,
        enclosed,
        document,
    )


def _channel(wish: Mapping[str, Any], to: Recipient) -> tuple[str, str, str]:
    """Return the channel for a recipient, and the kind and name of the template.

    Who prefers e-mail gets by it, attached, what is a letter to others, where there is no template of its own for it.
    """
    if wish["channel"] != words.PREFERRED:
        return wish["channel"], wish.get("kind") or wish["channel"], wish.get("template", "")
    offered = {channel: (channel, wish[channel]) for channel in words.CHANNELS if wish.get(channel)}
    if wish.get("document"):
        offered[words.LETTER] = (words.LETTER, "")
    if words.LETTER in offered:
        offered.setdefault(words.EMAIL, offered[words.LETTER])
    channel = preferred_channel(to, list(offered), purpose=wish["purpose"], topic=wish["topic"])
    return (channel, *offered[channel])


def _key(job: Any, wish: Mapping[str, Any], what: str, to: Recipient) -> str:
    """Return the key of a message: of its step, of its case where it goes once only, or of the form or batch."""
    if wish.get("key"):
        return f"{wish['key']}:{hashlib.sha256(f'{what}:{to.key}'.encode()).hexdigest()}"
    place = f"{job.case_id}:once" if wish["repeat"] == "once" else f"{job.case_id}:{job.token_id}"
    key = f"{place}:{what}:{to.key}"
    return key if len(key) <= 200 else f"{place}:{hashlib.sha256(key.encode()).hexdigest()}"


def _had_it(session: Session, wish: Mapping[str, Any], message: Message, case_id: int) -> bool:
    """Say whether a recipient was written this already, and is not to be again yet."""
    if wish["repeat"] == "once":
        return session.scalar(select(COMMUNICATION.c.id).where(COMMUNICATION.c.key == message.key)) is not None
    if wish["repeat"] != "after_days":
        return False
    since = now() - timedelta(days=wish["repeat_days"])
    is_same = COMMUNICATION.c.template == (message.source.name if message.source else "")
    if message.document is not None:
        is_same = COMMUNICATION.c.document_id == message.document.id
    mine = select(COMMUNICATION.c.id).where(
        COMMUNICATION.c.case_id == case_id,
        is_same,
        COMMUNICATION.c.recipient == message.to.name,
        COMMUNICATION.c.created_at > since,
        COMMUNICATION.c.status.not_in(("cancelled", "failed")),
        COMMUNICATION.c.key != message.key,
    )
    return session.scalar(mine.limit(1)) is not None


def instant(text: str) -> datetime | None:
    """Return when a message goes: an instant, or a day, on which it goes at nine in the morning."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise StepFailed(
            f"“{text}” is no day or time at which something could be sent.", remedy="Correct the diagram or the field."
        ) from error
    if len(text) <= len("2026-12-03"):
        at = datetime.combine(at, time(9))
    return at if at.tzinfo is not None else at.replace(tzinfo=LONDON)


def _row(
    step: Any, job: Any, prepared: Prepared, message: Message, written: Written, document_id: int | None
) -> dict[str, Any]:
    wish, way, document = prepared.wish, message.way, message.document
    stopped = [breach.sentence for breach in message.breaches]
    override = wish.get("override", "") if stopped and not any(breach.is_final for breach in message.breaches) else ""
    is_stopped = bool(stopped) and not override
    status = "stopped" if is_stopped else "approval" if wish["approval"] else "waiting"
    approving = directory.team_id(step.session, wish["approval"]) if wish["approval"] else None
    return {
        "key": message.key,
        "direction": "out",
        "channel": message.channel,
        "purpose": wish["purpose"],
        "topic": wish["topic"],
        "case_id": step.case.id,
        "person_id": message.to.person_id,
        "organisation_id": message.to.organisation_id,
        "element_id": job.element_id,
        "token_id": job.token_id if status in words.UNDECIDED else "",
        "recipient": message.to.name[:200],
        "address": way.value if way else "",
        "address_lines": list(way.lines) if way else [],
        "subject": (written.subject or titled(wish, message))[:200],
        "text": written.text,
        "html": written.html,
        "template": message.source.name if message.source else "",
        "template_version": version_of(message.source, step.definition.settings.key) if message.source else "",
        "document_id": document.id if document is not None else document_id,
        "document_version": document.number if document is not None else 1 if document_id else None,
        "status": status,
        "reason": " ".join(stopped) if is_stopped else "",
        "cancel_when": wish["cancel_when"],
        "created_at": step.at,
        "created_by_id": step.actor.user_id,
        "send_at": prepared.send_at,
        "override": override,
        "overridden_by_id": step.actor.user_id if override else None,
        "allowed": sorted({breach.code for breach in message.breaches}) if override else [],
        "batch_id": wish.get("batch_id"),
        "team_id": approving,
        "in_reply_to_id": wish.get("in_reply_to_id"),
        "provider": "",
        "provider_reference": "",
        "revision": 1,
    }


def titled(wish: Mapping[str, Any], message: Message) -> str:
    """Return what a message is called: as it was asked, else as the document that it sends, else as its template."""
    if message.document is not None and not wish.get("title"):
        return message.document.title
    return title_of(wish, message.source)


def title_of(wish: Mapping[str, Any], source: templates.Found | None) -> str:
    """Return what a message is called in lists and as a document."""
    if wish.get("title"):
        return str(wish["title"])
    return as_title(source.name) if source else words.CHANNELS.get(wish["channel"], "Message")


def as_title(name: str) -> str:
    """Return the name of a template as a title."""
    return name.replace("_", " ").capitalize()


def _question(undecided: Sequence[Undecided], wish: Mapping[str, Any]) -> tuple[str, str]:
    """Return the name of the to-do item and what it says."""
    first = undecided[0][1]
    others = f" and {len(undecided) - 1} more" if len(undecided) > 1 else ""
    stopped = [row for _, row in undecided if row["status"] == "stopped"]
    if stopped:
        return f"Decide on “{first['subject']}” to {first['recipient']}{others}", stopped[0]["reason"]
    return f"Approve “{first['subject']}” to {first['recipient']}{others}", "It leaves when you approve it."
