"""A communication as its page shows it: what it says, to whom and how it goes, what was decided, and by whom."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import false, func, select
from sqlalchemy.orm import Session

from engine.communications import words
from engine.communications.safety import Breach
from engine.communications.settling import may_approve, standing_breaches, visible
from engine.communications.telling import PART
from engine.errors import NotFound
from engine.permissions import Actor, visible_documents
from models.aliases import alias_of
from models.case import Case
from models.communication import Communication, CommunicationBatch, CommunicationEdit
from models.document import Document, DocumentVersion
from models.people import Organisation, Person
from models.record import RecordChange
from models.staff import Team, User
from models.work import UserTask

_AUTHOR, _APPROVER, _OVERRIDER = alias_of(User), alias_of(User), alias_of(User)


@dataclass(frozen=True, slots=True)
class Line:
    """A communication as a list shows it; `reference` and `title` are those of its case."""

    id: int
    direction: str
    channel: str
    status: str
    recipient: str
    address: str
    subject: str
    reason: str
    template: str
    template_version: str
    created_at: datetime
    send_at: datetime | None
    sent_at: datetime | None
    settled_at: datetime | None
    case_id: int | None
    person_id: int | None
    organisation_id: int | None
    document_id: int | None
    document_version: int | None
    batch_id: int | None
    by: str
    reference: str
    title: str
    is_restricted: bool  # its case
    is_sensitive: bool  # the record of its person

    @property
    def channel_word(self) -> str:
        """Return the channel in words."""
        return words.CHANNELS[self.channel]

    @property
    def status_word(self) -> str:
        """Return in words what has become of it."""
        return words.STATUSES[self.status]

    @property
    def name(self) -> str:
        """Return what it is called."""
        return self.subject or self.channel_word


@dataclass(frozen=True, slots=True)
class Attached:
    """A document that goes with a communication, in the version that was chosen; not seen by everybody."""

    id: int
    number: int
    title: str
    is_seen: bool


@dataclass(frozen=True, slots=True)
class Edit:
    """What a communication said before somebody changed it; `version` is that of its document."""

    subject: str
    text: str
    version: int | None
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Page:
    """A communication with everything that its page shows."""

    line: Line
    row: Communication
    approver: str
    overrider: str
    team: str  # that approves it, or has its task
    task_id: int | None  # in which it is decided on, while that is open
    batch: str
    attached: list[Attached]
    edits: list[Edit]
    breaches: Sequence[Breach]  # what speaks against it today, of what has not left
    answered: Line | None
    answers: list[Line]
    person: Person | None
    organisation: Organisation | None
    may_approve: bool

    @property
    def is_undecided(self) -> bool:
        """Say whether somebody has to say whether it goes."""
        return self.row.status in words.UNDECIDED

    @property
    def is_unsent(self) -> bool:
        """Say whether it can still be changed and cancelled."""
        return self.row.direction == "out" and self.row.status in words.UNSENT

    @property
    def is_final(self) -> bool:
        """Say whether nobody may let it go."""
        return any(breach.is_final for breach in self.breaches)


def selected() -> Any:
    """Return the statement that reads lines; conditions, order and limit are the caller's."""
    own = ("reference", "title", "by", "is_restricted", "is_sensitive")
    columns = [getattr(Communication, name) for name in Line.__dataclass_fields__ if name not in own]
    return (
        select(
            *columns,
            func.coalesce(_AUTHOR.name, "").label("by"),
            func.coalesce(Case.reference, "").label("reference"),
            func.coalesce(Case.title, "").label("title"),
            func.coalesce(Case.restricted, false()).label("is_restricted"),
            func.coalesce(Person.is_sensitive, false()).label("is_sensitive"),
        )
        .outerjoin(_AUTHOR, _AUTHOR.id == Communication.created_by_id)
        .outerjoin(Case, Case.id == Communication.case_id)
        .outerjoin(Person, Person.id == Communication.person_id)
    )


def lines(session: Session, ids: Collection[int], *, by: Actor) -> list[Line]:
    """Return these communications, those of them that the actor may see, in order."""
    wanted = selected().where(Communication.id.in_(list(ids)), visible(by)).order_by(Communication.id)
    return [Line(**row._mapping) for row in session.execute(wanted)]


def of_document(session: Session, document_id: int, *, by: Actor, most: int = 20) -> list[Line]:
    """Return what went out with a document, or is to, as far as the actor may see it; the latest first."""
    wanted = selected().where(Communication.document_id == document_id, visible(by)).order_by(Communication.id.desc())
    return [Line(**row._mapping) for row in session.execute(wanted.limit(most))]


def next_undecided(session: Session, number: int, *, by: Actor) -> int | None:
    """Return the next message of the same to-do item that somebody has to decide on; none when that was the last."""
    task = select(Communication.user_task_id).where(Communication.id == number).scalar_subquery()
    wanted = select(Communication.id).where(
        Communication.user_task_id == task, Communication.status.in_(words.UNDECIDED), visible(by)
    )
    return session.scalar(wanted.where(Communication.id != number).order_by(Communication.id).limit(1))


def page(session: Session, number: int, *, by: Actor) -> Page:
    """Return a communication with all that its page shows.

    Raises:
        NotFound: there is none, or none that the actor may see.
    """
    row = session.scalars(select(Communication).where(Communication.id == number, visible(by))).first()
    if row is None:
        raise NotFound("There is no such message, or none that you may see.")
    related = [row.id, *([row.in_reply_to_id] if row.in_reply_to_id else [])]
    found = {line.id: line for line in lines(session, related, by=by)}
    names = _names(session, row)
    is_unsent = row.direction == "out" and row.status in words.UNSENT
    return Page(
        found[row.id],
        row,
        names.approver or "",
        names.overrider or "",
        names.team or "",
        row.user_task_id if names.task == "open" else None,
        names.batch or "",
        _attached(session, row, by),
        _edits(session, row.id),
        standing_breaches(session, row) if is_unsent else (),
        found.get(row.in_reply_to_id or 0),
        _answers(session, row.id, by),
        session.get(Person, row.person_id) if row.person_id else None,
        session.get(Organisation, row.organisation_id) if row.organisation_id else None,
        row.status == "approval" and may_approve(session, row, by=by),
    )


def noted(session: Session, line: Line) -> list[RecordChange]:
    """Return what the record of whom a message went to tells of it, the latest first."""
    owner = ("person", line.person_id) if line.person_id is not None else ("organisation", line.organisation_id)
    wanted = select(RecordChange).where(
        RecordChange.entity_type == owner[0],
        RecordChange.entity_id == owner[1],
        RecordChange.part == PART,
        RecordChange.part_id == line.id,
    )
    return list(session.scalars(wanted.order_by(RecordChange.id.desc()).limit(100)))


def _names(session: Session, row: Communication) -> Any:
    """Return the names of who decided, of the team that does, and of the batch, in one query."""
    wanted = (
        select(
            _APPROVER.name.label("approver"),
            _OVERRIDER.name.label("overrider"),
            Team.name.label("team"),
            UserTask.status.label("task"),
            CommunicationBatch.title.label("batch"),
        )
        .select_from(Communication)
        .outerjoin(_APPROVER, _APPROVER.id == Communication.approved_by_id)
        .outerjoin(_OVERRIDER, _OVERRIDER.id == Communication.overridden_by_id)
        .outerjoin(UserTask, UserTask.id == Communication.user_task_id)
        .outerjoin(Team, Team.id == func.coalesce(UserTask.team_id, Communication.team_id))
        .outerjoin(CommunicationBatch, CommunicationBatch.id == Communication.batch_id)
    )
    return session.execute(wanted.where(Communication.id == row.id)).one()


def _attached(session: Session, row: Communication, by: Actor) -> list[Attached]:
    numbers = {int(str(pair[0])): int(str(pair[1])) for pair in row.attachments if isinstance(pair, list)}
    if not numbers:
        return []
    wanted = (
        select(Document.id, Document.title, visible_documents(by).label("is_seen"))
        .outerjoin(Case, Case.id == Document.case_id)
        .join(DocumentVersion, (DocumentVersion.document_id == Document.id) & (DocumentVersion.number == 1))
        .where(Document.id.in_(numbers))
    )
    titles = {found.id: found for found in session.execute(wanted)}
    return [
        Attached(number, version, found.title if found.is_seen else "A document that you may not see", found.is_seen)
        for number, version in numbers.items()
        if (found := titles.get(number)) is not None
    ]


def _edits(session: Session, number: int) -> list[Edit]:
    rows = session.execute(
        select(CommunicationEdit, func.coalesce(User.name, "").label("by"))
        .outerjoin(User, User.id == CommunicationEdit.replaced_by_id)
        .where(CommunicationEdit.communication_id == number)
        .order_by(CommunicationEdit.id.desc())
    )
    return [Edit(one.subject, one.text, one.document_version, one.replaced_at, by) for one, by in rows]


def _answers(session: Session, number: int, by: Actor) -> list[Line]:
    wanted = selected().where(Communication.in_reply_to_id == number, visible(by)).order_by(Communication.id).limit(50)
    return [Line(**row._mapping) for row in session.execute(wanted)]
