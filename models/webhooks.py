"""Other systems that are told of changes: who they are, of what, with which secrets, and each attempt to tell them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, Id, Key, Name, refers_to


class WebhookSubscription(Base):
    """An address of another system, told with the rights of the member of staff in whose name it is."""

    __tablename__ = "webhook_subscription"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(32), unique=True)  # random: what makes the ids of its messages its own
    name: Mapped[Name]
    url: Mapped[str]
    acts_as_id: Mapped[int] = refers_to("user_account.id")
    created_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]  # meanwhile nothing is queued, and what waits stays
    pause_reason: Mapped[str] = mapped_column(default="")
    failing_since: Mapped[datetime | None]  # the first failure after the last message that it took
    rests_until: Mapped[datetime | None]  # before then nothing is sent: it was out of reach
    ended_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)


class WebhookTopic(Base):
    """One kind of event that a subscription is told of; the triggers on the histories look here."""

    __tablename__ = "webhook_topic"
    __table_args__ = (Index("ix_webhook_topic_topic", "topic", "subscription_id"),)

    subscription_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("webhook_subscription.id"), primary_key=True, autoincrement=False
    )
    topic: Mapped[Key] = mapped_column(primary_key=True)  # of `models.webhook_topics`


class WebhookSecret(Base):
    """What a secret is worked out from, with a key that is not in the database: see `engine.webhooks.signing`."""

    __tablename__ = "webhook_secret"

    id: Mapped[Id]
    subscription_id: Mapped[int] = refers_to("webhook_subscription.id")
    salt: Mapped[str] = mapped_column(String(32))
    key_id: Mapped[str] = mapped_column(String(16))  # of the keyring
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]  # of one that was replaced: until then messages carry both signatures


class WebhookAttempt(Base):
    """One attempt to deliver a message of the outbox: what was sent, and what was answered."""

    __tablename__ = "webhook_attempt"

    id: Mapped[Id]
    outbox_id: Mapped[int] = refers_to("outbox.id")
    at: Mapped[datetime]
    headers: Mapped[dict[str, object]]
    body: Mapped[str]
    seconds: Mapped[float]
    status: Mapped[int | None]  # of HTTP; none when there was no answer
    answer: Mapped[str]  # its first bytes, as text
    error: Mapped[str]  # why it does not count as delivered
