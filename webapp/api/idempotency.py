"""`Idempotency-Key`: a POST that is sent again gets the answer that it got, and is done once.

The key is claimed by a row in the same transaction as the work: of two requests at once the second waits until the
first has committed, and then finds its answer; when the first failed, nothing of it is left, and the second does it.
"""

import hashlib
import re
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import Response, request
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.instants import unmoved_now
from models.base import table
from models.database import from_json
from models.work import IdempotentAnswer
from webapp.api.exchange import JSON, with_headers
from webapp.api.resource import View
from webapp.auth import actor
from webapp.database import session

HEADER = "Idempotency-Key"
KEPT = timedelta(days=2)

ANSWER = table(IdempotentAnswer)
_KEY = re.compile(r"[!-~]{1,120}")
_MINE = (ANSWER.c.user_id == bindparam("owner_id"), ANSWER.c.key == bindparam("given_key"))
_KEEP = update(ANSWER).where(*_MINE).values(status=bindparam("answered"), body=bindparam("text"))
_FIND = select(ANSWER.c.request_digest, ANSWER.c.status, ANSWER.c.body).where(*_MINE)
_CLAIMS = {
    "sqlite": sqlite.insert(ANSWER).on_conflict_do_nothing().returning(ANSWER.c.id),
    "postgresql": postgresql.insert(ANSWER).on_conflict_do_nothing().returning(ANSWER.c.id),
}

PARAMETER = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 120, "pattern": "^[!-~]+$"},
    "description": "A key of your own. The same request with the same key is done once, and answered alike for 2 days.",
}


def idempotent(view: View) -> View:
    """Do the work of a key once; the same key for another request is refused. What was refused is not kept."""

    @wraps(view)
    def once(*args: Any, **given: Any) -> Response:
        key = _given_key()
        if key is None:
            plain: Response = view(*args, **given)
            return plain
        mine = {"owner_id": actor().user_id, "given_key": key}
        if not _claim(key):
            return _earlier(mine)
        response: Response = view(*args, **given)
        kept = {"answered": response.status_code, "text": response.get_data(as_text=True)}
        session().connection().execute(_KEEP, mine | kept)
        return response

    told = once.__dict__.setdefault("_apidoc", {}).setdefault("manual_doc", {})
    told.setdefault("parameters", []).append(PARAMETER)
    return once


def work_key() -> str | None:
    """Return what makes the engine's work the same one even when the answer was cleared away; none without a key."""
    key = _given_key()
    if key is None:
        return None
    return hashlib.sha256(f"{actor().user_id}\0{key}\0{_digest()}".encode()).hexdigest()


def forget_old(session: Session) -> None:
    """Clear away the answers that nobody will ask for again."""
    session.execute(delete(ANSWER).where(ANSWER.c.created_at < unmoved_now() - KEPT))


def _given_key() -> str | None:
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise Invalid("The key cannot be used.", errors={HEADER: "Send 1 to 120 ASCII characters without spaces"})
    return key


def _claim(key: str) -> bool:
    row = {
        "user_id": actor().user_id,
        "key": key,
        "request_digest": _digest(),
        "status": 0,
        "body": "",
        "created_at": unmoved_now(),
    }
    connection = session().connection()
    return connection.execute(_CLAIMS[connection.dialect.name], row).first() is not None


def _earlier(mine: dict[str, Any]) -> Response:
    found = session().connection().execute(_FIND, mine).one()
    if found.request_digest != _digest():
        raise Invalid(
            "This key was used for another request.",
            errors={HEADER: "Send a new key with a new request, and the same key with the same request only"},
        )
    response = Response(found.body or None, found.status, {"Idempotency-Replayed": "true"}, content_type=JSON)
    return with_headers(response, from_json(found.body)) if found.body else response


def _digest() -> str:
    """Return what makes two requests the same; the boundary between the parts of an upload does not."""
    found = hashlib.sha256(f"{request.method}\0{request.full_path}\0".encode())
    if request.mimetype == "multipart/form-data":
        _add_parts(found)
    else:
        found.update(request.get_data(cache=True))
    return found.hexdigest()


def _add_parts(found: Any) -> None:
    for name, value in sorted(request.form.items(multi=True)):
        found.update(f"{len(name)} {len(value)}\0{name}{value}".encode())
    for name, upload in request.files.items(multi=True):
        content = upload.stream.read()
        upload.stream.seek(0)
        found.update(f"{len(name)} {len(upload.filename or '')} {len(content)}\0{name}{upload.filename}".encode())
        found.update(content)
