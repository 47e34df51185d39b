"""How members of staff want to be told, and the digest that each had of a day."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, Id, Key, refers_to


class NotificationPreference(Base):
    """How a member of staff wants to be told; whoever has no row is told of everything at once, by e-mail too.

    `digest_at` is when the next digest is due, worked out in London time; none for who has nothing by digest.
    """

    __tablename__ = "notification_preference"

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("user_account.id"), primary_key=True, autoincrement=False)
    reminder: Mapped[Key]  # at once, digest, portal
    warning: Mapped[Key]
    escalation: Mapped[Key]
    team: Mapped[Key]  # of tasks that wait for a team: as the others, digest, portal, or none
    digest_hour: Mapped[int]
    quiet_from: Mapped[int | None]  # hours in London between which no e-mail leaves; both or neither
    quiet_to: Mapped[int | None]
    at_weekends: Mapped[bool]
    digest_at: Mapped[datetime | None] = mapped_column(index=True)


class Digest(Base):
    """That a member of staff had their digest of a day, or that there was nothing to put in it."""

    __tablename__ = "digest"
    __table_args__ = (UniqueConstraint("user_id", "day_on"),)

    id: Mapped[Id]
    user_id: Mapped[int] = refers_to("user_account.id", index=False)
    day_on: Mapped[date]
    made_at: Mapped[datetime]
    outbox_key: Mapped[str | None] = mapped_column(String(200))  # none when it was empty
