"""What an administrator does with members of staff, their teams and their tokens."""

import hashlib
import re
import secrets
from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from engine.entitlements import require_may_give, require_somebody_administers
from engine.errors import Conflict, Invalid, NotFound, NotPossible
from engine.instants import now
from engine.permissions import Actor, book, require
from engine.roles import settle
from engine.runtime import directory
from engine.staff_history import Subject, write_down
from models.people import Organisation
from models.rights import StaffPatch
from models.staff import ApiToken, Membership, Team, User
from models.staff import Session as SignIn

EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")


def add_user(
    session: Session,
    *,
    email: str,
    name: str,
    password_hash: str,
    roles: Collection[str],
    job_title: str = "",
    phone: str = "",
    by: Actor,
) -> User:
    """Add a member of staff, who can then sign in.

    Raises:
        Invalid: one sentence for each field; an e-mail address that somebody has already.
    """
    require(by, "administer")
    require_may_give(session, roles, by=by)
    errors = _faults(session, email, name, roles)
    if not errors and _by_email(session, email) is not None:
        errors["email"] = "Somebody has this e-mail address already"
    if errors:
        raise Invalid("The member of staff cannot be added.", errors=errors)
    user = User(
        email=email.strip().lower(),
        name=name.strip(),
        job_title=job_title.strip()[:200],
        phone=phone.strip()[:80],
        password_hash=password_hash,
        roles=sorted(roles),
        created_at=now(),
    )
    session.add(user)
    session.flush()  # its id goes into memberships
    write_down(session, "user_added", _named(user), after=_told(user), by=by)
    directory.forget()
    return user


def change_user(
    session: Session,
    user_id: int,
    *,
    name: str,
    roles: Collection[str],
    job_title: str = "",
    phone: str = "",
    is_active: bool = True,
    by: Actor,
) -> User:
    """Change a member of staff. Other roles, or an account that is closed, end every session and token of theirs.

    Raises:
        NotAllowed: it would give a role that grants what the actor does not hold.
        NotPossible: it would leave nobody to administer.
    """
    require(by, "administer")
    user = _user(session, user_id)
    errors = _faults(session, user.email, name, roles)
    if errors:
        raise Invalid("The change cannot be saved.", errors=errors)
    settle(session)  # and have nobody else change roles meanwhile
    require_may_give(session, set(roles) - set(map(str, user.roles)), by=by)
    loses_rights, before = not is_active or set(user.roles) != set(roles), _told(user)
    user.name, user.job_title, user.phone = name.strip(), job_title.strip()[:200], phone.strip()[:80]
    user.roles = [*sorted(roles)]
    user.is_active = is_active
    require_somebody_administers(session)
    if loses_rights:
        sign_out_everywhere(session, user_id)
    if not is_active:
        _revoke_all(session, user_id)
    write_down(session, "user_changed", _named(user), before=before, after=_told(user), by=by)
    directory.forget()
    return user


def set_password(session: Session, user_id: int, password_hash: str, *, by: Actor) -> User:
    """Give a member of staff another password; their sessions end."""
    if by.user_id != user_id:
        require(by, "administer")
    user = _user(session, user_id)
    user.password_hash = password_hash
    sign_out_everywhere(session, user_id)
    write_down(session, "password_set", _named(user), by=by)
    return user


def sign_out_everywhere(session: Session, user_id: int) -> None:
    """End every session of a user."""
    session.execute(delete(SignIn).where(SignIn.user_id == user_id))


def set_teams(
    session: Session, user_id: int, *, member_of: Collection[int], manages: Collection[int], by: Actor
) -> None:
    """Put a user in these teams and no others; who manages a team is in it."""
    require(by, "administer")
    user = _user(session, user_id)
    wanted = {*member_of, *manages}
    known = set(session.scalars(select(Team.id).where(Team.id.in_(wanted))))
    if wanted - known:
        raise NotFound(f"There is no team {min(wanted - known)}.")
    before = _teams_told(session, user_id)
    session.execute(delete(Membership).where(Membership.user_id == user_id))
    session.add_all(Membership(user_id=user_id, team_id=team, is_manager=team in manages) for team in sorted(wanted))
    session.flush()  # so that they are read again
    write_down(session, "teams_changed", _named(user), before=before, after=_teams_told(session, user_id), by=by)
    directory.forget()


def set_patches(session: Session, user_id: int, patches: Collection[str], *, by: Actor) -> None:
    """Have a user look after these patches and no others."""
    require(by, "administer")
    user = _user(session, user_id)
    wanted = sorted({patch.strip()[:80] for patch in patches if patch.strip()})
    before = sorted(session.scalars(select(StaffPatch.patch).where(StaffPatch.user_id == user_id)))
    session.execute(delete(StaffPatch).where(StaffPatch.user_id == user_id))
    session.add_all(StaffPatch(user_id=user_id, patch=patch) for patch in wanted)
    write_down(session, "patches_changed", _named(user), before={"patches": before}, after={"patches": wanted}, by=by)


def set_organisation(session: Session, user_id: int, organisation_id: int | None, *, by: Actor) -> None:
    """Say for which other organisation a user works; none for a member of staff. Their sessions end when it changes.

    Raises:
        Invalid: there is no such organisation, or it is the landlord itself.
        NotPossible: nobody of the staff could administer any more.
    """
    require(by, "administer")
    user = _user(session, user_id)
    if user.organisation_id == organisation_id:
        return
    found = session.get(Organisation, organisation_id) if organisation_id is not None else None
    if organisation_id is not None and (found is None or found.kind == "landlord"):
        raise Invalid(errors={"organisation": "Choose a contractor or a partner agency"})
    before, user.organisation_id = {"organisation": user.organisation_id}, organisation_id
    settle(session)
    require_somebody_administers(session)
    sign_out_everywhere(session, user_id)
    after = {"organisation": organisation_id}
    write_down(session, "organisation_changed", _named(user), before=before, after=after, by=by)


def add_team(session: Session, name: str, *, by: Actor) -> Team:
    """Add a team; a lane of a diagram that has its name gives it its tasks."""
    require(by, "administer")
    name = " ".join(name.split())
    key = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")
    if not key or len(name) > 80:
        raise Invalid("The team cannot be added.", errors={"name": "Enter a name of 1 to 80 characters"})
    if session.scalar(select(Team.id).where((Team.name == name) | (Team.key == key))) is not None:
        raise Conflict(f"There is a team “{name}” already.")
    team = Team(key=key, name=name)
    session.add(team)
    session.flush()  # its id is wanted at once
    write_down(session, "team_added", ("team", team.id, team.name), after={"name": team.name}, by=by)
    directory.forget()
    return team


def team_of_name(session: Session, name: str, *, by: Actor) -> Team:
    """Return the team with this name; made when it is missing."""
    found = session.scalar(select(Team).where(Team.name == " ".join(name.split())))
    return found or add_team(session, name, by=by)


def make_token(session: Session, user_id: int, name: str, *, by: Actor) -> str:
    """Make a bearer token for the REST interface and return it; it cannot be shown again, only its digest is kept."""
    require(by, "administer")
    if not name.strip():
        raise Invalid("The token has no name.", errors={"name": "Enter what the token is for"})
    user = _user(session, user_id)
    if not user.is_active:
        raise NotPossible("This account is closed.", remedy="Open it first.")
    require_may_give(session, [str(role) for role in user.roles], by=by)
    token = f"cw_{secrets.token_urlsafe(32)}"
    digest = hashlib.sha256(token.encode()).hexdigest()
    session.add(ApiToken(token_digest=digest, user_id=user_id, name=name.strip()[:200], created_at=now()))
    write_down(session, "token_made", _named(user), after={"token": name.strip()[:200]}, by=by)
    return token


def revoke_token(session: Session, token_id: int, *, by: Actor) -> None:
    """Make a token worthless."""
    require(by, "administer")
    token = session.get(ApiToken, token_id)
    if token is None:
        raise NotFound("There is no such token.")
    token.revoked_at = token.revoked_at or now()
    write_down(session, "token_revoked", _named(_user(session, token.user_id)), before={"token": token.name}, by=by)


def find_user(session: Session, email: str) -> User:
    """Return the member of staff with this e-mail address. Raises NotFound."""
    user = _by_email(session, email)
    if user is None:
        raise NotFound(f"Nobody here has the e-mail address “{email}”.")
    return user


def _by_email(session: Session, email: str) -> User | None:
    return session.scalar(select(User).where(func.lower(User.email) == email.strip().lower()))


def _user(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("There is no such member of staff.")
    return user


def _faults(session: Session, email: str, name: str, roles: Collection[str]) -> dict[str, str]:
    errors = {}
    if not EMAIL.fullmatch(email.strip()):
        errors["email"] = "Enter an e-mail address, like name@landlord.example"
    if not 1 <= len(name.strip()) <= 200 or not name.isprintable():
        errors["name"] = "Enter a name of 1 to 200 characters"
    known = book(session).names
    if not roles or set(roles) - set(known):
        errors["roles"] = f"Choose at least one role of: {', '.join(known)}"
    return errors


def _named(user: User) -> Subject:
    return ("user", user.id, user.name)


def _told(user: User) -> dict[str, Any]:
    return {name: getattr(user, name) for name in ("name", "email", "job_title", "phone", "roles", "is_active")}


def _teams_told(session: Session, user_id: int) -> dict[str, Any]:
    rows = session.execute(
        select(Team.name, Membership.is_manager)
        .join(Team, Team.id == Membership.team_id)
        .where(Membership.user_id == user_id)
        .order_by(Team.name)
    )
    return {"teams": [f"{row.name} (manager)" if row.is_manager else row.name for row in rows]}


def _revoke_all(session: Session, user_id: int) -> None:
    for token in session.scalars(select(ApiToken).where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))):
        token.revoked_at = now()
