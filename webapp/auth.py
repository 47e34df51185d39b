"""Who is signed in: a random token in a cookie, its digest in a row; or a bearer token for the REST interface."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app, g, request
from sqlalchemy import Select, bindparam, delete, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session as DatabaseSession
from werkzeug.wrappers import Response

from engine.instants import unmoved_now
from engine.permissions import Actor, from_rows, may, rows_of_actor
from models.base import table
from models.prepared import Prepared
from models.staff import ApiToken, Session, User
from webapp import database, token_guesses

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)

SESSION, USER, TOKEN = table(Session), table(User), table(ApiToken)


class SignInNeeded(Exception):
    """Nobody is signed in, or the sign-in has run out."""


def init_app(app: Flask) -> None:
    """Give templates the signed-in member of staff, and keep the session alive while it is used."""
    app.context_processor(_account)
    app.after_request(_note_seen)


def actor() -> Actor:
    """Return who is signed in; one query a request.

    Raises:
        SignInNeeded: nobody is.
    """
    found = actor_or_none()
    if found is None:
        raise SignInNeeded
    return found


def actor_or_none() -> Actor | None:
    """Return who is signed in, or none."""
    if "actor" not in g:
        g.actor = _by_bearer_token() if is_api() else _by_cookie()
    found: Actor | None = g.actor
    return found


def is_api() -> bool:
    """Say whether the request is to the REST interface, which takes bearer tokens and no cookies."""
    return request.path.startswith("/api/")


def cookie_name() -> str:
    """Return the cookie's name; over https the prefix binds it to this host (RFC 6265bis, section 4.1.3.2)."""
    return "__Host-casewright" if request.is_secure else "casewright"


def digest(token: str) -> str:
    """Return what a row keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin(session: DatabaseSession, user_id: int) -> str:
    """Make a session row for a user and return the token for the cookie; an older one of this browser ends."""
    end(session)
    token, now = secrets.token_urlsafe(32), unmoved_now()
    session.add(Session(token_digest=digest(token), user_id=user_id, created_at=now, seen_at=now))
    return token


def end(session: DatabaseSession) -> None:
    """End the session of this browser, on the server too."""
    token = request.cookies.get(cookie_name())
    if token:
        session.execute(delete(SESSION).where(SESSION.c.token_digest == digest(token)))
    g.pop("actor", None)


def end_all_of(session: DatabaseSession, user_id: int) -> None:
    """End every session of a user: called when roles or the password change, or the account is closed."""
    session.execute(delete(SESSION).where(SESSION.c.user_id == user_id))


def give_cookie(response: Response, token: str) -> None:
    """Put the token in a cookie that scripts cannot read and other sites' forms do not send."""
    response.set_cookie(cookie_name(), token, httponly=True, samesite="Lax", secure=request.is_secure, path="/")


def take_cookie(response: Response) -> None:
    """Delete the cookie."""
    response.delete_cookie(cookie_name(), httponly=True, samesite="Lax", secure=request.is_secure, path="/")


def _select(table: Any, *columns: Any) -> Select[Any]:
    """Return the one query of authentication: a row for each team, or one row for a user without a team."""
    known = table.join(USER, USER.c.id == table.c.user_id)
    return rows_of_actor(*columns, source=known).where(table.c.token_digest == bindparam("digest"))


_BY_COOKIE = Prepared(_select(SESSION, SESSION.c.id.label("session_id"), SESSION.c.created_at, SESSION.c.seen_at))
_BY_TOKEN = Prepared(_select(TOKEN).where(TOKEN.c.revoked_at.is_(None)))


def _by_cookie() -> Actor | None:
    token = request.cookies.get(cookie_name())
    if not token:
        return None
    rows = _BY_COOKIE.rows(database.session().connection(), {"digest": digest(token)})
    now = unmoved_now()
    if not rows or now - rows[0].seen_at > IDLE or now - rows[0].created_at > LONGEST:
        return None
    if now - rows[0].seen_at > SEEN_EVERY:
        g.seen = (rows[0].session_id, now)
    return from_rows(database.session(), rows)


def _by_bearer_token() -> Actor | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() != "bearer" or not token:
        return None
    address, known_as = request.remote_addr or "", digest(token.strip())
    token_guesses.check(address, known_as)
    rows = _BY_TOKEN.rows(database.session().connection(), {"digest": known_as})
    token_guesses.note(address, known_as, is_right=bool(rows))
    return from_rows(database.session(), rows) if rows else None


def _note_seen(response: Response) -> Response:
    """Write down, once a minute and after the answer has left, that the session is in use."""
    seen = g.pop("seen", None)
    if seen is not None:
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        response.call_on_close(lambda: _write_seen(app, *seen))
    return response


def _write_seen(app: Flask, session_id: int, now: datetime) -> None:
    try:
        with app.app_context(), database.transaction() as session:
            session.execute(update(SESSION).where(SESSION.c.id == session_id).values(seen_at=now))
    except SQLAlchemyError:  # the answer has left; the next request tries again
        app.logger.warning("could not write when a session was last used", exc_info=True)


def _account() -> dict[str, Any]:
    found = g.get("actor")
    if found is None:
        return {}
    return {
        "account": {
            "name": found.name,
            "role": found.job_title or ", ".join(found.role_names),
            "links": [
                {"text": "Your account", "href": "/account"},
                *([{"text": "Absences", "href": "/absences"}] if may(found, "do task") else []),
                {"text": "How you are told", "href": "/account/reminders"},
            ],
        }
    }
