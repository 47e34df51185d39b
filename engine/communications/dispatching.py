"""Sends communications: what is due is claimed, looked at once more, handed to its provider, and written down.

Nothing is sent twice. A node that dies between the provider's answer and ours leaves the row to the next one, which
first asks the provider for what became of it (`find`), and sends under the same key where that cannot tell.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from engine import configuration, feel, fences, outbox, reading
from engine.communications import queueing, telling, words
from engine.communications.hours import WAKING, read
from engine.communications.providers import Providers
from engine.communications.providers.base import (
    NEVER,
    Attachment,
    Outgoing,
    Postponed,
    Provider,
    Receipt,
    Refused,
    Send,
    Unreachable,
)
from engine.communications.providers.printing import Printing
from engine.communications.safety import Breach
from engine.communications.settling import addressed, standing_breaches
from engine.documents.store import FolderStore
from engine.errors import EngineError, NotFound
from engine.filing.receiving import renditions
from engine.instants import now
from engine.permissions import PLATFORM, Actor
from engine.runtime.deciding import ask
from engine.runtime.locking import lock_case
from engine.runtime.saving import save
from engine.runtime.step import open_step
from engine.transactions import Sessions, writing
from engine.transactions import reading as reading_only
from models.base import table
from models.communication import Communication
from models.document import DocumentVersion
from models.work import Notification, OutboxMessage

COMMUNICATION, OUTBOX, NOTICE = table(Communication), table(OutboxMessage), table(Notification)
BATCH = 100
PDF_LOOK, PDF_PATIENCE = timedelta(seconds=10), timedelta(minutes=10)
FIRST_LOOK = timedelta(minutes=1)  # after a message was sent, at what became of it

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to become of a message that is due: it goes as `message`, or waits, or is stopped or cancelled."""

    message: Outgoing | None = None
    not_before: datetime | None = None
    breaches: Sequence[Breach] = ()
    cancelled: str = ""


def dispatch(
    sessions: Sessions, providers: Providers, *, only: str = "", is_over: Callable[[], bool] = lambda: False
) -> outbox.Delivered:
    """Send what is due on the channels that have a provider, a connection for each; everything else is kept.

    `only` is the key of the one message to be sent.
    """
    done = outbox.Delivered()
    for channel in sorted(providers):
        keys = _due(sessions, channel, only)
        if keys:
            _by_provider(sessions, providers[channel], channel, keys, done, is_over)
    return done


def _due(sessions: Sessions, channel: str, only: str) -> list[str]:
    keys = (
        select(OUTBOX.c.key)
        .join(COMMUNICATION, COMMUNICATION.c.key == OUTBOX.c.key)
        .where(outbox.is_due(queueing.CHANNEL), COMMUNICATION.c.channel == channel)
        .order_by(OUTBOX.c.id)
        .limit(BATCH)
    )
    with reading_only(sessions) as session:
        return list(session.scalars(keys.where(OUTBOX.c.key == only) if only else keys))


def _by_provider(
    sessions: Sessions,
    provider: Provider,
    channel: str,
    keys: Sequence[str],
    done: outbox.Delivered,
    is_over: Callable[[], bool],
) -> None:
    left = list(keys)
    try:
        with provider.open() as send:
            while left and not is_over():
                _send_one(sessions, provider, send, left.pop(0), done)
    except Unreachable as error:
        log.warning("%s cannot be used: %s", provider.name, error)
        for key in [*left, *_due(sessions, channel, "")]:  # without counting an attempt twice
            row = outbox.claim(sessions, key, queueing.CHANNEL)
            if row is not None:
                _postpone(sessions, row, str(error), done)


def _send_one(sessions: Sessions, provider: Provider, send: Send, key: str, done: outbox.Delivered) -> None:
    row = outbox.claim(sessions, key, queueing.CHANNEL)
    if row is None:
        return  # another node has it
    try:
        with reading_only(sessions) as session:
            verdict = _judge(session, key, provider)
    except EngineError as error:
        _fail(sessions, row, str(error), done)
        return
    if verdict.message is None:
        _keep_back(sessions, row, verdict)
        return
    try:
        receipt = _earlier(provider, row, verdict.message) or send(verdict.message)
    except Refused as refused:
        _fail(sessions, row, str(refused), done)
    except Postponed as error:
        _postpone(sessions, row, str(error), done)
    except Exception as error:
        _postpone(sessions, row, str(error) or type(error).__name__, done)
        raise Unreachable(str(error) or type(error).__name__) from error
    else:
        _sent(sessions, row, provider, receipt)
        done.sent += 1


def _earlier(provider: Provider, row: Any, message: Outgoing) -> Receipt | None:
    """Return the receipt of an attempt whose end nobody knows: its node died, or the answer did not come."""
    return provider.find(message) if row.attempts > 1 or row.error else None


def _judge(session: Session, key: str, provider: Provider) -> Verdict:
    """Look at a message once more, by the record as it is now."""
    row = session.execute(select(COMMUNICATION).where(COMMUNICATION.c.key == key)).one()
    if row.status != "waiting":
        return Verdict(cancelled=row.reason or words.STATUSES[row.status])
    if row.cancel_when and _is_true(session, row):
        return Verdict(cancelled="It was overtaken by what has happened since.")
    found = [*standing_breaches(session, row), *_fenced_in(session, row.channel, provider)]
    if found:
        return Verdict(breaches=found)
    if _waits_for_pdf(session, row):
        return Verdict(not_before=now() + PDF_LOOK)
    if row.channel == words.SMS:
        to, _, _ = addressed(session, row)
        hours = read(to.contact_hours) or WAKING
        if not hours.holds(now()):
            return Verdict(not_before=hours.next(now()))
    return Verdict(_outgoing(session, row))


def _fenced_in(session: Session, channel: str, provider: Provider) -> list[Breach]:
    """Return why a letter of a demonstration may go to no print service; the house's own printer is looked at."""
    refusal = fences.letter_refusal(session) if channel == words.LETTER and provider.name != Printing.name else ""
    return [Breach("made_up", refusal, is_final=True)] if refusal else []


def _waits_for_pdf(session: Session, row: Any) -> bool:
    """Say whether the PDF of a file that goes along is being made; not for longer than that may take."""
    ids = [row.document_id, *(int(str(one[0])) for one in row.attachments)]
    waits = select(DocumentVersion.id).where(
        DocumentVersion.document_id.in_([one for one in ids if one is not None]),
        DocumentVersion.pdf_state == "waiting",
        DocumentVersion.created_at > now() - PDF_PATIENCE,
    )
    return session.scalar(waits.limit(1)) is not None


def _is_true(session: Session, row: Any) -> bool:
    reader = reading.open_case(session, row.case_id)
    text = row.cancel_when.removeprefix("=").strip()
    return feel.compile(text).evaluate(reader.scope(), functions=reader.functions) is True


def _outgoing(session: Session, row: Any) -> Outgoing:
    reference = reading.open_case(session, row.case_id).case.reference if row.case_id is not None else ""
    letter = _letter(session, row)
    attached = [_attachment(session, int(str(one[0])), int(str(one[1]))) for one in row.attachments]
    if letter is not None and row.channel != words.LETTER:
        attached, letter = [letter, *attached], None
    answered = session.get(Communication, row.in_reply_to_id) if row.in_reply_to_id is not None else None
    return Outgoing(
        row.key,
        row.channel,
        row.address,
        row.recipient,
        subject=row.subject if not reference or reference in row.subject else f"{row.subject} ({reference})",
        text=row.text,
        html=row.html,
        reference=reference,
        address_lines=tuple(str(line) for line in row.address_lines),
        letter=letter,
        is_as_it_is=letter is not None and not row.template,
        attachments=tuple(attached),
        in_reply_to=answered.provider_reference if answered is not None else "",
    )


def letter_files(session: Session, row: Any) -> list[Attachment]:
    """Return the files of a letter in the order of its pages: itself, and what is enclosed."""
    own = _letter(session, row)
    return ([own] if own is not None else []) + [
        _attachment(session, int(str(one[0])), int(str(one[1]))) for one in row.attachments
    ]


def _letter(session: Session, row: Any) -> Attachment | None:
    """Return the letter itself, in the version that was written, chosen, or put in its place since."""
    return _attachment(session, row.document_id, row.document_version) if row.document_id is not None else None


def _attachment(session: Session, document_id: int, number: int | None = None) -> Attachment:
    """Return a document as it is kept: this version, or the newest of what an older release wrote."""
    wanted = select(DocumentVersion).where(DocumentVersion.document_id == document_id)
    if number is not None:
        wanted = wanted.where(DocumentVersion.number == number)
    version = session.scalars(wanted.order_by(DocumentVersion.number.desc()).limit(1)).first()
    if version is None:
        raise NotFound(f"The document {document_id} that goes with it is not there.")
    path = FolderStore(configuration.current().files).path(version.sha256)
    pdf = renditions().path(version.pdf) if version.pdf else None
    return Attachment(version.file_name, version.content_type, path, pdf)


def _sent(sessions: Sessions, row: Any, provider: Provider, receipt: Receipt) -> None:
    at = now()
    is_followed = receipt.status == "sent" and provider.follows_for > NEVER
    columns = {
        "status": receipt.status,
        "sent_at": None if receipt.status == "printing" else at,
        "provider": provider.name,
        "provider_reference": receipt.reference[:200],
        "follow_at": at + FIRST_LOOK if is_followed else None,
        "cost": receipt.cost,
        "sheets": receipt.sheets,
        "reason": "",
    }
    _write(sessions, row, {"status": "sent", "sent_at": at, "error": ""}, columns, f"communication_{receipt.status}")


def _keep_back(sessions: Sessions, row: Any, verdict: Verdict) -> None:
    if verdict.not_before is not None:
        with writing(sessions) as session:
            again = {"next_at": verdict.not_before, "attempts": row.attempts - 1}  # what went before still counts
            session.execute(update(OUTBOX).where(OUTBOX.c.id == row.id).values(**again))
        return
    if verdict.cancelled:
        columns = {"status": "cancelled", "reason": verdict.cancelled, "settled_at": now()}
        in_outbox = {"status": "discarded", "error": verdict.cancelled}
        _write(sessions, row, in_outbox, columns, "communication_cancelled")
        return
    sentence = " ".join(breach.sentence for breach in verdict.breaches)
    columns = {"status": "stopped", "reason": sentence}
    _write(sessions, row, {"status": queueing.HELD, "attempts": 0}, columns, "communication_stopped", asks=True)


def _fail(sessions: Sessions, row: Any, error: str, done: outbox.Delivered) -> None:
    columns = {"status": "failed", "reason": error, "settled_at": now()}
    in_outbox = {"status": "failed", "next_at": now(), "error": error}
    _write(sessions, row, in_outbox, columns, "communication_failed")
    done.failed += 1


def _postpone(sessions: Sessions, row: Any, error: str, done: outbox.Delivered) -> None:
    if row.attempts > len(outbox.PAUSES):
        _fail(sessions, row, f"Given up after {row.attempts} attempts. {error}", done)
        return
    with writing(sessions) as session:
        again = {"next_at": now() + outbox.PAUSES[row.attempts - 1], "error": error}
        session.execute(update(OUTBOX).where(OUTBOX.c.id == row.id).values(**again))
    done.postponed += 1


def _write(
    sessions: Sessions,
    row: Any,
    in_outbox: dict[str, Any],
    columns: dict[str, Any],
    event: str,
    *,
    asks: bool = False,
) -> None:
    """Write down what became of a message: in the outbox, on itself, and in the history of its case."""
    with writing(sessions) as session:
        record(session, row.key, columns, event, asks=asks)
        session.execute(update(OUTBOX).where(OUTBOX.c.id == row.id).values(**in_outbox))


def record(
    session: Session,
    key: str,
    columns: dict[str, Any],
    event: str,
    *,
    asks: bool = False,
    only_from: str = "",
    by: Actor = PLATFORM,
) -> bool:
    """Change a communication, tell its case, and its owner where it went wrong; `asks` somebody to decide on it.

    Returns whether it did; it does not where the status is another than `only_from`, once the case is locked.
    """
    wanted = select(COMMUNICATION).where(COMMUNICATION.c.key == key)
    step, case_id = None, session.execute(wanted).one().case_id
    if case_id is not None:
        step = open_step(session, lock_case(session, case_id, by=PLATFORM), actor=by, at=now())
    one = session.execute(wanted.with_for_update()).one()
    if only_from and one.status != only_from:
        return False
    if asks and step is not None:
        question = (f"Decide on “{one.subject}” to {one.recipient}", str(columns["reason"]))
        columns = {**columns, "user_task_id": ask(step, "", one.element_id, question, team_id=None, ids=[one.id])}
    values = {**columns, "revision": COMMUNICATION.c.revision + 1}
    session.execute(update(COMMUNICATION).where(COMMUNICATION.c.id == one.id).values(**values))
    told = {"communication_id": one.id, "channel": one.channel, "recipient": one.recipient, "address": one.address}
    told |= {"subject": one.subject, "reason": columns.get("reason", "")}
    telling.tell(session, event, one._asdict(), told, step=step, by=by)
    if step is None:
        return True
    if event in ("communication_failed", "communication_stopped") and step.case.owner_id is not None:
        _warn_owner(session, step.case, one, str(columns["reason"]), event)
    save(step)
    return True


def _warn_owner(session: Session, case: Any, one: Any, reason: str, event: str) -> None:
    word = words.CHANNELS[one.channel]
    verb = "was stopped" if event == "communication_stopped" else "did not arrive"
    session.execute(
        insert(NOTICE),
        {
            "key": f"{event}:{one.id}:{one.revision}"[:200],
            "user_id": case.owner_id,
            "case_id": case.id,
            "user_task_id": None,
            "kind": "warning",
            "text": f"{word} “{one.subject}” to {one.recipient} {verb}: {reason}",
            "created_at": now(),
            "mail_at": None,
            "outbox_key": None,
        },
    )
