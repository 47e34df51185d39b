"""What an administrator does with members of staff, their teams and their tokens."""

import hashlib
import re
import secrets
from collections.abc import Collection

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from engine.errors import Conflict, Invalid, NotFound, NotPossible
from engine.instants import now
from engine.permissions import Actor, book, require
from engine.runtime import directory
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
        NotPossible: it would leave nobody to administer.
    """
    require(by, "administer")
    user = _user(session, user_id)
    errors = _faults(session, user.email, name, roles)
    if errors:
        raise Invalid("The change cannot be saved.", errors=errors)
    loses_rights = not is_active or set(user.roles) != set(roles)
    if not is_active or not book(session).granting("administer").intersection(roles):
        _require_another_administrator(session, user_id)
    user.name, user.job_title, user.phone = name.strip(), job_title.strip()[:200], phone.strip()[:80]
    user.roles = [*sorted(roles)]
    user.is_active = is_active
    if loses_rights:
        sign_out_everywhere(session, user_id)
    if not is_active:
        _revoke_all(session, user_id)
    directory.forget()
    return user


def set_password(session: Session, user_id: int, password_hash: str, *, by: Actor) -> User:
    """Give a member of staff another password; their sessions end."""
    if by.user_id != user_id:
        require(by, "administer")
    user = _user(session, user_id)
    user.password_hash = password_hash
    sign_out_everywhere(session, user_id)
    return user


def sign_out_everywhere(session: Session, user_id: int) -> None:
    """End every session of a user."""
    session.execute(delete(SignIn).where(SignIn.user_id == user_id))


def set_teams(
    session: Session, user_id: int, *, member_of: Collection[int], manages: Collection[int], by: Actor
) -> None:
    """Put a user in these teams and no others; who manages a team is in it."""
    require(by, "administer")
    _user(session, user_id)
    wanted = {*member_of, *manages}
    known = set(session.scalars(select(Team.id).where(Team.id.in_(wanted))))
    if wanted - known:
        raise NotFound(f"There is no team {min(wanted - known)}.")
    session.execute(delete(Membership).where(Membership.user_id == user_id))
    session.add_all(Membership(user_id=user_id, team_id=team, is_manager=team in manages) for team in sorted(wanted))
    directory.forget()


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
    if not _user(session, user_id).is_active:
        raise NotPossible("This account is closed.", remedy="Open it first.")
    token = f"cw_{secrets.token_urlsafe(32)}"
    digest = hashlib.sha256(token.encode()).hexdigest()
    session.add(ApiToken(token_digest=digest, user_id=user_id, name=name.strip()[:200], created_at=now()))
    return token


def revoke_token(session: Session, token_id: int, *, by: Actor) -> None:
    """Make a token worthless."""
    require(by, "administer")
    token = session.get(ApiToken, token_id)
    if token is None:
        raise NotFound("There is no such token.")
    token.revoked_at = token.revoked_at or now()


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


def _require_another_administrator(session: Session, user_id: int) -> None:
    others = session.execute(select(User.id, User.roles).where(User.is_active, User.id != user_id))
    administrators = book(session).granting("administer")
    if not any(administrators.intersection(row.roles) for row in others):
        raise NotPossible(
            "Nobody else could administer Casewright then.", remedy="Make somebody else an administrator first."
        )


def _revoke_all(session: Session, user_id: int) -> None:
    for token in session.scalars(select(ApiToken).where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))):
        token.revoked_at = now()
