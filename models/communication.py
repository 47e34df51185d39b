"""What was said to people, and by them: letters, e-mails and text messages, each with what became of it."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Index, Numeric, String, column
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, Id, Key, Name, only_where, refers_to


class Communication(Base):
    """One letter, e-mail or text message to or from one recipient.

    What is `waiting` leaves when `send_at` has come; it is `stopped` where it would reach somebody unsafely, until a
    person decides by name. Its `key` is that of its message in the outbox: nothing is sent twice.
    """

    __tablename__ = "communication"
    __table_args__ = (
        Index("ix_communication_person_id", "person_id", "created_at", "id"),
        Index("ix_communication_case_id", "case_id", "created_at", "id"),
        Index("ix_communication_created_at", "created_at", "id"),
        Index("ix_communication_status", "status", "channel", "id"),
        Index("ix_communication_sent_at", "sent_at", "channel"),
        Index("ix_communication_batch_id", "batch_id", **only_where(column("batch_id").is_not(None))),
        Index("ix_communication_print_batch_id", "print_batch_id", **only_where(column("print_batch_id").is_not(None))),
        Index(
            "ix_communication_organisation_id", "organisation_id", **only_where(column("organisation_id").is_not(None))
        ),
        Index("ix_communication_in_reply_to_id", "in_reply_to_id", **only_where(column("in_reply_to_id").is_not(None))),
        Index("ix_communication_user_task_id", "user_task_id", **only_where(column("user_task_id").is_not(None))),
        Index("ix_communication_document_id", "document_id", **only_where(column("document_id").is_not(None))),
        Index("ix_communication_follow_at", "follow_at", **only_where(column("follow_at").is_not(None))),
        Index(
            "ix_communication_provider_reference",
            "provider_reference",
            **only_where(column("provider_reference", String) != ""),
        ),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(200), unique=True)  # deterministic: step or batch, recipient, template
    direction: Mapped[Key] = mapped_column(default="out")  # out, in
    channel: Mapped[Key]  # letter, email, sms
    purpose: Mapped[Key] = mapped_column(default="service")  # statutory, service, consent (needs the person's)
    topic: Mapped[Key] = mapped_column(default="")  # that the person agreed to hear of
    case_id: Mapped[int | None] = refers_to("cases.id", index=False)
    person_id: Mapped[int | None] = refers_to("person.id", index=False)
    organisation_id: Mapped[int | None] = refers_to("organisation.id", index=False)
    batch_id: Mapped[int | None] = refers_to("communication_batch.id", index=False)
    print_batch_id: Mapped[int | None] = refers_to("print_batch.id", index=False)
    element_id: Mapped[Name] = mapped_column(default="")
    token_id: Mapped[str] = mapped_column(String(32), default="")  # of the step that waits until it is decided on
    user_task_id: Mapped[int | None] = mapped_column(BigId)  # of who approves it, or decides on it
    team_id: Mapped[int | None] = refers_to("team.id", index=False)  # that approves it, where no case has a task for it
    recipient: Mapped[Name] = mapped_column(default="")  # as addressed
    address: Mapped[str] = mapped_column(default="")  # that it goes to: one line, an e-mail address or a number
    address_lines: Mapped[list[object]] = mapped_column(default=list)  # of a letter, the postcode last
    subject: Mapped[Name] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")  # as sent
    html: Mapped[str] = mapped_column(default="")
    template: Mapped[Name] = mapped_column(default="")
    template_version: Mapped[Name] = mapped_column(
        default=""
    )  # "complaint 4" of a category, "common 2" of a shared one
    document_id: Mapped[int | None] = refers_to("document.id", index=False)  # the letter itself
    document_version: Mapped[int | None]  # in which it goes; none of what older releases wrote: the newest
    attachments: Mapped[list[object]] = mapped_column(default=list)  # [[document id, number of its version], …]
    status: Mapped[Key]  # approval, stopped, waiting, printing, sent, delivered, failed, cancelled, received
    reason: Mapped[str] = mapped_column(default="")  # why it is stopped, failed or cancelled
    cancel_when: Mapped[str] = mapped_column(default="")  # FEEL, asked when it is about to leave
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = refers_to("user_account.id", index=False)
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = refers_to("user_account.id", index=False)
    overridden_by_id: Mapped[int | None] = refers_to("user_account.id", index=False)
    override: Mapped[str] = mapped_column(default="")  # why it goes although it was stopped
    allowed: Mapped[list[object]] = mapped_column(default=list)  # codes of the breaches that were overridden
    send_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]  # delivered, failed or cancelled
    provider: Mapped[Key] = mapped_column(default="")
    provider_reference: Mapped[Name] = mapped_column(default="")
    follow_at: Mapped[datetime | None]  # when the provider is next asked what became of it
    cost: Mapped[Decimal | None] = mapped_column(Numeric(10, 4))  # pounds, where the provider tells
    sheets: Mapped[int | None]  # pages of a letter, or parts of a text message
    in_reply_to_id: Mapped[int | None] = refers_to("communication.id", index=False)
    revision: Mapped[int] = mapped_column(default=1)


class CommunicationEdit(Base):
    """What a communication said before somebody changed it."""

    __tablename__ = "communication_edit"

    id: Mapped[Id]
    communication_id: Mapped[int] = refers_to("communication.id")
    subject: Mapped[Name]
    text: Mapped[str]
    html: Mapped[str]
    document_version: Mapped[int | None]  # of its document, that would have gone out
    replaced_at: Mapped[datetime]
    replaced_by_id: Mapped[int | None] = refers_to("user_account.id", index=False)


class CommunicationBatch(Base):
    """One letter, e-mail or text message written to many at once: composed by a job, looked at, then dispatched."""

    __tablename__ = "communication_batch"

    id: Mapped[Id]
    title: Mapped[Name]
    channel: Mapped[Key]  # letter, email, sms, preferred
    template: Mapped[Name]
    purpose: Mapped[Key]
    audience: Mapped[dict[str, object]]  # {"cases": [ids], "people": [ids]}
    options: Mapped[dict[str, object]] = mapped_column(default=dict)
    status: Mapped[Key]  # composing, ready, dispatched, withdrawn
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    errors: Mapped[list[object]] = mapped_column(default=list)  # [[id, what it is called, why, case or person], …]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = refers_to("user_account.id", index=False)
    dispatched_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)


class PrintBatch(Base):
    """Letters that were put together for the printer, until somebody says that they were posted."""

    __tablename__ = "print_batch"

    id: Mapped[Id]
    document_id: Mapped[int | None] = refers_to("document.id", index=False)
    sha256: Mapped[str] = mapped_column(String(64), default="")  # of the one PDF, once it is made
    letters: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)  # of the letters, while it is made
    sheets: Mapped[int | None]
    options: Mapped[dict[str, object]] = mapped_column(default=dict)
    faults: Mapped[list[object]] = mapped_column(default=list)  # [[communication id, what is wrong], …]
    status: Mapped[Key]  # making, ready, failed, posted, withdrawn
    reason: Mapped[str] = mapped_column(default="")  # why it failed
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = refers_to("user_account.id", index=False)
    posted_at: Mapped[datetime | None]
    posted_by_id: Mapped[int | None] = refers_to("user_account.id", index=False)
    revision: Mapped[int] = mapped_column(default=1)


class Consent(Base):
    """That a person agreed to hear of something that the landlord need not tell them, and whether they still do."""

    __tablename__ = "consent"

    id: Mapped[Id]
    person_id: Mapped[int] = refers_to("person.id")
    topic: Mapped[Key]  # surveys, news, involvement
    given_on: Mapped[date]
    how: Mapped[Name] = mapped_column(default="")  # in which way they said so
    withdrawn_on: Mapped[date | None]
