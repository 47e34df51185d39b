"""`If-Match`: a write says which revision of its row it was made for."""

from functools import wraps
from typing import Any

from flask import request
from werkzeug.exceptions import PreconditionFailed, PreconditionRequired

from engine.filing import locking
from engine.record.changing import found_entity
from engine.record.kinds import Kind
from engine.runtime.locking import lock_case, lock_task
from webapp.api.resource import View
from webapp.auth import actor
from webapp.database import session

PARAMETER = {
    "in": "header",
    "name": "If-Match",
    "schema": {"type": "string"},
    "description": 'The revision that was read, as in the ETag: "7". `*` stands for whichever there is.',
}


def may_match(view: View) -> View:
    """Tell in the documentation that a write takes `If-Match`; the view asks one of the checks below."""
    return _documented(view, is_required=False)


def must_match(view: View) -> View:
    """Refuse a write that does not say which revision it changes."""

    @wraps(view)
    def checked(*args: Any, **given: Any) -> Any:
        if not request.headers.get("If-Match"):
            raise PreconditionRequired('Send If-Match with the revision that you read, such as "7".')
        return view(*args, **given)

    return _documented(checked, is_required=True)


def check_case(case_id: int) -> None:
    """Refuse the write when the case has moved on since the revision in `If-Match`; the case stays locked."""
    if _is_asked():
        _check(lock_case(session(), case_id, by=actor()).revision, "case")


def check_document(document_id: int) -> None:
    """Refuse the write when the document was changed since the revision in `If-Match`; it stays locked."""
    if _is_asked():
        _check(locking.lock(session(), document_id, by=actor()).row.revision, "document")


def check_task(task_id: int) -> None:
    """Refuse the write when the task was changed since the revision in `If-Match`; it stays locked."""
    if _is_asked():
        _check(lock_task(session(), task_id, by=actor())[1]["revision"], "task")


def check_entity(kind: Kind, row_id: int) -> None:
    """Refuse the write when the entity was changed since the revision in `If-Match`; it stays locked."""
    if _is_asked():
        _check(found_entity(session(), kind.key, row_id, by=actor(), locks=True).revision, kind.word)


def check_revision(revision: int, what: str) -> None:
    """Refuse the write when `revision`, of a row that the caller has read, is not that of `If-Match`."""
    if _is_asked():
        _check(revision, what)


def _is_asked() -> bool:
    return bool(request.headers.get("If-Match"))


def _check(revision: int, word: str) -> None:
    if not request.if_match.contains(str(revision)):
        raise PreconditionFailed(
            f"The {word} has changed since you read it: it is at revision {revision}. Read it again, then change it."
        )


def _documented(view: View, *, is_required: bool) -> View:
    told = view.__dict__.setdefault("_apidoc", {}).setdefault("manual_doc", {})
    told.setdefault("parameters", []).append(PARAMETER | {"required": is_required})
    return view
