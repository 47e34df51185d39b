"""What people decide on communications: approve them, change or cancel them, or let one go that was stopped.

Each locks the case first, where there is one; a token that waited for the decision goes on with the last of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, insert, or_, select, true, update
from sqlalchemy.orm import Session

from engine import reading
from engine.communications import queueing, telling, words
from engine.communications.composing import of_case
from engine.communications.recipients import Recipient, Way, chosen, house, links_of, people, same
from engine.communications.safety import Breach, Circumstances, breaches, made_up
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.instants import now
from engine.permissions import Actor, may, require, visible_cases, visible_entities
from engine.runtime.locking import lock_case
from engine.runtime.moving import waits_for_job
from engine.runtime.saving import save
from engine.runtime.services import finish_service
from engine.runtime.step import Step, open_step
from models.base import table
from models.case import Case
from models.communication import Communication, CommunicationBatch, CommunicationEdit
from models.people import Organisation, Person
from models.staff import Membership
from models.work import UserTask

COMMUNICATION, TASK, EDIT = table(Communication), table(UserTask), table(CommunicationEdit)
WRITE, LET_GO = "write to people", "let message go"
LONGEST_REASON = 500


@dataclass(slots=True)
class Held:
    """A communication in hand, with a step on its case where it belongs to one."""

    session: Session
    row: Any
    step: Step | None
    by: Actor

    def tell(self, event: str, **more: Any) -> None:
        """Write down what was decided."""
        told = {"communication_id": self.row.id, "subject": self.row.subject, "recipient": self.row.recipient}
        telling.tell(self.session, event, self.row._asdict(), {**told, **more}, step=self.step, by=self.by)

    def release(self, at: datetime) -> None:
        """Let it leave; one of a batch leaves with the others, when that is dispatched."""
        of_batch = select(CommunicationBatch.status).where(CommunicationBatch.id == self.row.batch_id)
        if self.row.batch_id is None or self.session.scalar(of_batch) == "dispatched":
            queueing.release(self.session, self.row.key, at=self.row.send_at or at)

    def change(self, **columns: Any) -> None:
        """Write columns of it."""
        values = {**columns, "revision": COMMUNICATION.c.revision + 1}
        self.session.execute(update(COMMUNICATION).where(COMMUNICATION.c.id == self.row.id).values(**values))


def visible(by: Actor) -> Any:
    """Return the condition on `Communication` for what somebody may see: of their cases, else of their people.

    What belongs to no case, person or organisation is seen by who wrote or filed it.
    """
    one = Communication
    # Each asked of the row alone: a list walks from its newest row, and no set of all cases and people is made first.
    of_case = _exists(Case, one.case_id, visible_cases(by))
    person = _exists(Person, one.person_id, visible_entities(by, "person"))
    house = _exists(Organisation, one.organisation_id, visible_entities(by, "organisation"))
    is_mine = true() if by.is_platform else one.created_by_id == by.user_id
    of_none = and_(one.person_id.is_(None), one.organisation_id.is_(None), is_mine)
    of_record = or_(person, and_(one.person_id.is_(None), house), of_none)
    return or_(of_case, and_(one.case_id.is_(None), of_record))


def _exists(model: Any, number: Any, condition: Any) -> Any:
    return select(model.id).where(model.id == number, condition).correlate(Communication).exists()


def approve(session: Session, number: int, *, revision: int | None = None, by: Actor) -> tuple[str, ...]:
    """Let a message leave that waited for approval. Returns the keys of the jobs that this left.

    Raises:
        Conflict: it does not wait for approval, or was changed since `revision`.
        NotAllowed: by who wrote it, or who is not in the team that approves it.
    """
    held = _held(session, number, by, revision, ("approval",))
    _require_approver(held)
    found = standing_breaches(session, held.row)
    if found:
        raise Conflict(f"It cannot leave any more: {found[0].sentence}", remedy="Cancel it, or have it let go by name.")
    at = now()
    held.change(status="waiting", approved_at=at, approved_by_id=by.user_id, reason="")
    held.release(at)
    held.tell("communication_approved")
    return _settle(held, sent=True)


def let_go(session: Session, number: int, *, reason: str, revision: int | None = None, by: Actor) -> tuple[str, ...]:
    """Let a message go that was stopped as unsafe, in somebody's own name and for a reason.

    Raises:
        Invalid: no reason.
        NotAllowed: by who may not, or for what nobody may allow.
    """
    held = _held(session, number, by, revision, ("stopped",), verb=LET_GO)
    reason = _reason(reason, "Enter why it may go all the same")
    found = standing_breaches(session, held.row)
    final = next((breach for breach in found if breach.is_final), None)
    if final is not None:
        raise NotAllowed(f"Nobody may let it go: {final.sentence}", remedy="Cancel it, or correct the record.")
    codes = sorted({*map(str, held.row.allowed), *(breach.code for breach in found)})
    at = now()
    held.change(status="waiting", overridden_by_id=by.user_id, override=reason, allowed=codes, reason="")
    held.release(at)
    held.tell("communication_let_go", reason=reason, breaches=[breach.sentence for breach in found])
    return _settle(held, sent=True)


def cancel(session: Session, number: int, *, reason: str, revision: int | None = None, by: Actor) -> tuple[str, ...]:
    """Cancel a message that has not left.

    Raises:
        Conflict: it has left already.
        Invalid: no reason.
    """
    held = _held(session, number, by, revision, words.UNSENT)
    reason = _reason(reason, "Enter why it is not sent")
    held.change(status="cancelled", reason=reason, settled_at=now())
    queueing.drop(session, held.row.key, reason=reason)
    held.tell("communication_cancelled", reason=reason)
    return _settle(held, sent=False)


def edit(
    session: Session,
    number: int,
    *,
    subject: str = "",
    text: str,
    html: str = "",
    revision: int | None = None,
    by: Actor,
) -> None:
    """Change what an e-mail or text message says before it leaves; what it said before is kept.

    A letter is changed by a new version of its document, see `edit_letter`.

    Raises:
        Conflict: it has left, or it is a letter.
        Invalid: nothing is left of it.
    """
    held = _held(session, number, by, revision, words.UNSENT)
    if held.row.channel == words.LETTER:
        raise Conflict("A letter is changed by a new version of its document.", remedy="Upload the changed letter.")
    if not text.strip():
        raise Invalid(errors={"text": "Enter what it says"})
    if held.row.channel == words.EMAIL and not subject.strip():
        raise Invalid(errors={"subject": "Enter a subject"})
    _keep_edit(held)
    held.change(subject=subject.strip()[:200] or held.row.subject, text=text, html=html)
    held.tell("communication_edited")
    if held.step is not None:
        save(held.step)


def edit_letter(
    session: Session, number: int, *, text: str, version: int, revision: int | None = None, by: Actor
) -> None:
    """Have a letter go in another version of its document, which says `text`.

    Raises:
        Conflict: it has left, is no letter, or is in a print batch, whose PDF may be printed already.
    """
    held = _held(session, number, by, revision, words.UNSENT)
    if held.row.channel != words.LETTER or held.row.document_id is None:
        raise Conflict("Only a letter has a document.")
    if held.row.print_batch_id is not None:
        raise Conflict(
            f"This letter is in print batch {held.row.print_batch_id}, whose pages may be printed already.",
            remedy="Withdraw that batch under Post first.",
        )
    _take_version(held, version, text)


def take_version(session: Session, number: int, *, version: int, text: str, by: Actor) -> None:
    """Have what waits for a decision go in another version of its document, which says `text`.

    Raises:
        Conflict: it was decided on.
    """
    _take_version(_held(session, number, by, None, words.UNDECIDED), version, text)


def _take_version(held: Held, version: int, text: str) -> None:
    _keep_edit(held)
    held.change(document_version=version, text=text if held.row.channel == words.LETTER else held.row.text)
    held.tell("communication_edited", document_version=version)
    if held.step is not None:
        save(held.step)


def standing_breaches(session: Session, row: Any) -> list[Breach]:
    """Return what speaks against a message today, by the record as it is now."""
    to, way, about = addressed(session, row)
    allowed = [str(code) for code in row.allowed]
    said = {"purpose": row.purpose, "topic": row.topic, "about": about, "allowed": allowed}
    return [*breaches(to, row.channel, way, **said), *made_up(session, row.channel, way)]


def addressed(session: Session, row: Any) -> tuple[Recipient, Way | None, Circumstances]:
    """Return to whom a message goes and by which way, as the record says now; none for one without an address.

    An address may be on nobody's record.
    """
    links = links_of(session, row.case_id) if row.case_id is not None else []
    restricted = reading.open_case(session, row.case_id).case.restricted if row.case_id is not None else False
    about, to = of_case(session, links, restricted), _recipient(session, links, row)
    if not row.address:
        return to, None, about
    lines = tuple(str(line) for line in row.address_lines)
    known = [way for way in to.ways if way.channel == row.channel and same(way.value, row.address)]
    return to, known[0] if known else Way(row.channel, row.address, lines), about


def _recipient(session: Session, links: Sequence[tuple[str, int, str]], row: Any) -> Recipient:
    if row.person_id is not None:
        roles = [(entity_id, role) for kind, entity_id, role in links if kind == "person"]
        return people(session, [row.person_id], roles=roles)[0]
    if row.organisation_id is not None:
        return house(session, row.organisation_id)
    if row.address and row.channel != words.LETTER:
        return chosen(session, links, row.address)[0]
    return Recipient("", row.recipient)


def _held(
    session: Session, number: int, by: Actor, revision: int | None, statuses: tuple[str, ...], verb: str = WRITE
) -> Held:
    found = session.execute(select(Communication.case_id).where(Communication.id == number, visible(by))).first()
    if found is None:
        raise NotFound("There is no such message, or none that you may see.")
    step = None
    if found.case_id is not None:
        case = lock_case(session, found.case_id, by=by, verb=verb)
        step = open_step(session, case, actor=by, at=now())
    else:
        require(by, verb)
    row = session.execute(select(COMMUNICATION).where(COMMUNICATION.c.id == number).with_for_update()).one()
    if row.status not in statuses:
        raise Conflict(f"This message is “{words.STATUSES[row.status].lower()}” already.", remedy="Look at it again.")
    if revision is not None and revision != row.revision:
        raise Conflict("Somebody has changed this message meanwhile.", remedy="Look at it again, and decide then.")
    return Held(session, row, step, by)


def may_approve(session: Session, row: Any, *, by: Actor) -> bool:
    """Say whether somebody is of those who approve a message: never who wrote it, and of the team that is asked."""
    return _why_not(session, row, by) is None


def _require_approver(held: Held) -> None:
    refusal = _why_not(held.session, held.row, held.by)
    if refusal is not None:
        raise refusal


def _why_not(session: Session, row: Any, by: Actor) -> NotAllowed | None:
    task = session.get(UserTask, row.user_task_id) if row.user_task_id else None
    if row.created_by_id == by.user_id and not row.element_id:
        return NotAllowed("Who wrote a message does not approve it.", remedy="Ask somebody else of the team.")
    team_id = task.team_id if task is not None else row.team_id
    if team_id is None or may(by, "do any task"):
        return None
    mine = select(Membership.id).where(Membership.team_id == team_id, Membership.user_id == by.user_id)
    if (task is None or task.assignee_id != by.user_id) and session.scalar(mine) is None:
        return NotAllowed("It is approved by another team.", remedy="Ask somebody of the team that has its task.")
    return None


def _reason(text: str, asked: str) -> str:
    reason = text.strip()
    if not reason or len(reason) > LONGEST_REASON:
        asked = asked if not reason else f"The reason must be {LONGEST_REASON} characters or fewer"
        raise Invalid("Say why.", errors={"reason": asked})
    return reason


def _keep_edit(held: Held) -> None:
    row = held.row
    kept: Mapping[str, Any] = {
        "communication_id": row.id,
        "subject": row.subject,
        "text": row.text,
        "html": row.html,
        "document_version": row.document_version,
        "replaced_at": now(),
        "replaced_by_id": held.by.user_id,
    }
    held.session.execute(insert(EDIT), kept)


def _settle(held: Held, *, sent: bool) -> tuple[str, ...]:
    """End the to-do item when nothing of it is left to be decided, and let a token go on that waited for that."""
    step = held.step
    if step is None:
        return ()
    row = held.row
    if row.user_task_id is not None and not _undecided(held, COMMUNICATION.c.user_task_id == row.user_task_id):
        _end_task(held, step)
    if row.token_id and not _undecided(held, COMMUNICATION.c.token_id == row.token_id):
        _go_on(held, step, sent=sent)
    save(step)
    return step.job_keys


def _undecided(held: Held, which: Any) -> bool:
    its = (COMMUNICATION.c.case_id == held.row.case_id, which, COMMUNICATION.c.status.in_(words.UNDECIDED))
    return held.session.scalar(select(COMMUNICATION.c.id).where(*its).limit(1)) is not None


def _end_task(held: Held, step: Step) -> None:
    ended: Any = held.session.execute(
        update(TASK)
        .where(TASK.c.id == held.row.user_task_id, TASK.c.status == "open")
        .values(
            status="completed",
            completed_at=step.at,
            completed_by_id=held.by.user_id,
            remind_at=None,
            revision=TASK.c.revision + 1,
        )
    )
    if ended.rowcount:
        name = held.session.scalar(select(TASK.c.name).where(TASK.c.id == held.row.user_task_id))
        step.note_event("task_completed", {"id": held.row.user_task_id, "name": name, "element_id": "", "changes": {}})


def _go_on(held: Held, step: Step, *, sent: bool) -> None:
    token = step.token(held.row.token_id)
    step.instance.kept.letters.pop(held.row.token_id, None)
    if token is None or not waits_for_job(token):
        return
    its = (COMMUNICATION.c.case_id == held.row.case_id, COMMUNICATION.c.token_id == held.row.token_id)
    rows = held.session.execute(
        select(COMMUNICATION.c.id, COMMUNICATION.c.status, COMMUNICATION.c.document_id).where(*its)
    ).all()
    goes = sent or any(row.status != "cancelled" for row in rows)
    documents = [row.document_id for row in rows if row.document_id is not None]
    finish_service(step, token, {"document_id": documents[-1] if documents else None, "sent": goes})
    step.run()
