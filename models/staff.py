"""Members of staff: sign-in, teams, roles, sessions and tokens."""

from datetime import date, datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Digest, Id, Key, Name, refers_to


class User(Base):
    """A member of staff who signs in."""

    __tablename__ = "user_account"

    id: Mapped[Id]
    email: Mapped[Name] = mapped_column(unique=True)
    name: Mapped[Name]
    job_title: Mapped[Name] = mapped_column(default="")
    phone: Mapped[Key] = mapped_column(default="")
    password_hash: Mapped[str]
    roles: Mapped[list[object]] = mapped_column(default=list)  # officer, team_manager, analyst, auditor, administrator
    organisation_id: Mapped[int | None] = refers_to("organisation.id")  # of an external user: whom they work for
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    signature: Mapped[str | None] = mapped_column(String(64))  # digest of the picture that letters sign with

    memberships: Mapped[list["Membership"]] = relationship(viewonly=True)


class Team(Base):
    """A team that owns tasks; a lane in a diagram names one."""

    __tablename__ = "team"

    id: Mapped[Id]
    key: Mapped[Key] = mapped_column(unique=True)
    name: Mapped[Name] = mapped_column(unique=True)


class Membership(Base):
    """A user's place in a team."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("user_id", "team_id"),)

    id: Mapped[Id]
    user_id: Mapped[int] = refers_to("user_account.id", index=False)
    team_id: Mapped[int] = refers_to("team.id")
    is_manager: Mapped[bool] = mapped_column(default=False)

    team: Mapped[Team] = relationship(viewonly=True)
    user: Mapped[User] = relationship(viewonly=True)


class Absence(Base):
    """Days on which a member of staff is away, both ends among them, and who does their tasks meanwhile."""

    __tablename__ = "absence"

    id: Mapped[Id]
    user_id: Mapped[int] = refers_to("user_account.id")
    from_on: Mapped[date]
    until_on: Mapped[date] = mapped_column(index=True)
    stand_in_id: Mapped[int | None] = refers_to("user_account.id")  # none: a manager of theirs
    note: Mapped[str] = mapped_column(default="")
    entered_by_id: Mapped[int | None] = refers_to("user_account.id", index=False)
    entered_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # when it was taken back before its last day


class Session(Base):
    """A signed-in browser; the cookie holds a random token, the row only its digest."""

    __tablename__ = "session"

    id: Mapped[Id]
    token_digest: Mapped[Digest] = mapped_column(unique=True)
    user_id: Mapped[int] = refers_to("user_account.id")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class SignInGuess(Base):
    """A try to sign in whose password was wrong, or is being looked at; counted for the account and for the address."""

    __tablename__ = "sign_in_guess"

    id: Mapped[Id]
    account: Mapped[Digest] = mapped_column(index=True)  # of the e-mail address as typed: people type passwords there
    origin: Mapped[Digest] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(index=True)


class ApiToken(Base):
    """A bearer token for the REST interface; the row holds only its digest."""

    __tablename__ = "api_token"

    id: Mapped[Id]
    token_digest: Mapped[Digest] = mapped_column(unique=True)
    user_id: Mapped[int] = refers_to("user_account.id")
    name: Mapped[Name]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
