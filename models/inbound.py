"""What comes in from outside: e-mails and scanned post, from where they came, and what became of each."""

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint, column
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, Digest, Id, Key, Name, only_where, refers_to


class InboundSource(Base):
    """A mailbox or folder that is read: when it is looked at next, by whichever node comes first, and how it went."""

    __tablename__ = "inbound_source"

    key: Mapped[Key] = mapped_column(primary_key=True)  # mailbox, folder
    name: Mapped[str]  # as people are told of it; no password
    next_at: Mapped[datetime]  # while it is being read, when the lease of that node ends
    read_at: Mapped[datetime | None]  # when it was last read to the end
    failing_since: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")


class InboundArrival(Base):
    """One message in a mailbox, or one file in a folder, as it lies there: taken in once, on however many nodes.

    The row is committed before anything is read (`begun`), and again with what it became, before it is moved away.
    """

    __tablename__ = "inbound_arrival"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(200), unique=True)  # mailbox, UIDVALIDITY and UID; or a digest of the file
    state: Mapped[Key]  # begun, taken
    attempts: Mapped[int] = mapped_column(default=1)
    at: Mapped[datetime]
    item_id: Mapped[int | None] = refers_to("inbound_item.id")  # that it became; of a repeat, that of the first


class InboundItem(Base):
    """An e-mail or a scan that came in. Nothing in it is trusted: who sent it is what it says of itself."""

    __tablename__ = "inbound_item"
    __table_args__ = (
        Index("ix_inbound_item_state", "state", "id"),
        Index("ix_inbound_item_received_at", "received_at"),
        Index("ix_inbound_item_waiting", "id", **only_where(column("state") == "new")),
    )

    id: Mapped[Id]
    channel: Mapped[Key]  # email, post
    kind: Mapped[Key]  # message, automatic (an answer that no person wrote), bounce, scan
    content_key: Mapped[Digest | None] = mapped_column(unique=True)  # of number, sender, day and body: a repeat has it
    state: Mapped[Key]  # new, filed, set_aside, destroyed, unread
    reason: Mapped[str] = mapped_column(default="")  # why it is set aside or destroyed, or could not be read
    received_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]  # as the message says
    sender_name: Mapped[Name] = mapped_column(default="")
    sender: Mapped[str] = mapped_column(String(320), default="")  # its address, in small letters
    subject: Mapped[Name] = mapped_column(default="")
    size: Mapped[int] = mapped_column(BigId, default=0)  # bytes
    text: Mapped[str] = mapped_column(default="")
    details: Mapped[dict[str, object]] = mapped_column(default=dict)  # to, cc, numbers it answers, hints, …
    # The case that it answers or names. Of a restricted one those alone see the item who may see the case.
    matched_case_id: Mapped[int | None] = refers_to("cases.id")
    team_id: Mapped[int | None] = refers_to("team.id", index=False)  # that it was forwarded to
    claimed_by_id: Mapped[int | None] = refers_to("user_account.id")
    claimed_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = refers_to("user_account.id", index=False)
    decided_at: Mapped[datetime | None]
    case_id: Mapped[int | None] = refers_to("cases.id")  # that it is filed on
    document_id: Mapped[int | None] = refers_to("document.id", index=False)  # its first document, once it is filed
    revision: Mapped[int] = mapped_column(default=1)


class InboundPart(Base):
    """A file of an item: the message itself, an attachment, a scan. Refused ones are in the quarantine."""

    __tablename__ = "inbound_part"
    __table_args__ = (UniqueConstraint("item_id", "position"),)

    id: Mapped[Id]
    item_id: Mapped[int] = refers_to("inbound_item.id", index=False)
    position: Mapped[int]
    kind: Mapped[Key]  # message, attachment, scan
    file_name: Mapped[Name]
    content_type: Mapped[Name]
    size: Mapped[int] = mapped_column(BigId, default=0)
    sha256: Mapped[str | None] = mapped_column(String(64))  # in the store; none of what was refused or destroyed
    state: Mapped[Key]  # waiting (to be read and drawn), ready, refused, destroyed
    reason: Mapped[str] = mapped_column(default="")  # why it was refused
    place_removed: Mapped[bool] = mapped_column(default=False)  # of a photograph, with what else the camera noted
    pages: Mapped[int | None]
    thumbnail: Mapped[str | None] = mapped_column(String(64))
    html: Mapped[str | None] = mapped_column(String(64))
    document_id: Mapped[int | None] = refers_to("document.id", index=False)  # that it became
    text: Mapped[str] = mapped_column(default="")


class InboundEvent(Base):
    """What was done to an item, by whom. Rows are only ever added."""

    __tablename__ = "inbound_event"

    id: Mapped[Id]
    item_id: Mapped[int] = refers_to("inbound_item.id")
    at: Mapped[datetime]
    by_id: Mapped[int | None] = refers_to("user_account.id", index=False)
    by_name: Mapped[Name]
    action: Mapped[Key]  # came, claimed, released, forwarded, filed, taken_back, set_aside, destroyed, …
    text: Mapped[str] = mapped_column(default="")
