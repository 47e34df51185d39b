"""Who may do what, as data: roles, what each grants and how far it reaches, and what was changed about them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId, Id, Key, Name, refers_to


class Role(Base):
    """A part that members of staff play; `user_account.roles` holds the keys of theirs."""

    __tablename__ = "role"

    id: Mapped[Id]
    key: Mapped[Key] = mapped_column(unique=True)
    name: Mapped[Name] = mapped_column(unique=True)
    description: Mapped[str] = mapped_column(default="")
    categories: Mapped[list[object]] = mapped_column(default=list)  # keys of those that the scope `categories` reaches
    revision: Mapped[int] = mapped_column(default=1)

    grants: Mapped[list["RoleGrant"]] = relationship(viewonly=True, order_by="RoleGrant.id")


class RoleGrant(Base):
    """One verb of a role, on what its scope reaches. What a member of staff may do is the union of their grants."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("role_id", "verb", "scope"),)

    id: Mapped[Id]
    role_id: Mapped[int] = refers_to("role.id", index=False)
    verb: Mapped[Key]  # one of `engine.permissions.VERBS`
    scope: Mapped[Key]  # everything, categories (those of the role), teams, patches, own


class RoleBook(Base):
    """The one row that every change of roles writes: processes keep the roles in memory by its mark.

    `verbs` are those that shipped when the roles were last settled, so that a release can add verbs of its own.
    """

    __tablename__ = "role_book"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)  # always 1
    mark: Mapped[Key]
    verbs: Mapped[list[object]] = mapped_column(default=list)


class StaffChange(Base):
    """What was changed about roles, staff and teams, by whom and from what to what. Rows are only ever added."""

    __tablename__ = "staff_change"

    id: Mapped[Id]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = refers_to("user_account.id", index=False)  # none: the platform, or a command
    by_name: Mapped[Name]
    action: Mapped[Key]  # role_added, role_changed, role_removed, user_added, user_changed, team_added, …
    subject_type: Mapped[Key]  # role, user, team, token
    subject_id: Mapped[int | None] = mapped_column(BigId)
    subject_name: Mapped[Name]
    before: Mapped[dict[str, object]] = mapped_column(default=dict)
    after: Mapped[dict[str, object]] = mapped_column(default=dict)


class StaffPatch(Base):
    """A patch (of `asset.patch`) that a member of staff looks after."""

    __tablename__ = "staff_patch"

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("user_account.id"), primary_key=True, autoincrement=False)
    patch: Mapped[Key] = mapped_column(primary_key=True)


class TeamPatch(Base):
    """A patch (of `asset.patch`) that a team looks after."""

    __tablename__ = "team_patch"

    team_id: Mapped[int] = mapped_column(BigId, ForeignKey("team.id"), primary_key=True, autoincrement=False)
    patch: Mapped[Key] = mapped_column(primary_key=True)


class CaseMember(Base):
    """Somebody in the circle of a restricted case beside its owner: named by those in it, or by breaking the glass."""

    __tablename__ = "case_member"
    __table_args__ = (Index("ix_case_member_user_id", "user_id", "case_id"),)

    id: Mapped[Id]
    case_id: Mapped[int] = refers_to("cases.id")
    user_id: Mapped[int] = refers_to("user_account.id", index=False)
    kind: Mapped[Key]  # member, break_glass
    reason: Mapped[str]
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]  # when it ends by itself; a member stays until somebody ends it
    named_by_id: Mapped[int | None] = refers_to("user_account.id", index=False)
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = refers_to("user_account.id", index=False)
