"""Writes down who reads a sensitive record: before the answer leaves, so that nothing is read without a trace."""

from typing import Any

from flask import Flask, g, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from engine import read_log
from models.case import Case
from webapp import database
from webapp.auth import actor


def init_app(app: Flask) -> None:
    """Write what a request noted, once its answer is there."""
    app.after_request(_write)


def case(header: Any) -> None:
    """Note that a case is read, where it is restricted; `header` has its `id` and `restricted`."""
    if header.restricted:
        _note("case", header.id)


def document(file: Any) -> None:
    """Note that a document is read, where its case is restricted; `file` has its `case_id`."""
    if file.case_id is None:
        return
    if database.session().scalar(select(Case.restricted).where(Case.id == file.case_id)):
        _note("case", file.case_id)


def item(row: Any) -> None:
    """Note that something is read that came in for a restricted case; `row` has its `case_id` and `matched_case_id`."""
    about = [number for number in (row.case_id, row.matched_case_id) if number is not None]
    if about:
        restricted = select(Case.id).where(Case.id.in_(about), Case.restricted.is_(True))
        for number in database.session().scalars(restricted):
            _note("case", number)


def message(line: Any) -> None:
    """Note that a letter, e-mail or text message is read, where its case or its person asks for that."""
    if line.is_restricted:
        _note("case", line.case_id)
    if line.is_sensitive:
        _note("person", line.person_id)


def person(row: Any) -> None:
    """Note that a person is read, where their record says that it is kept."""
    if row.is_sensitive:
        _note("person", row.id)


def _note(kind: str, number: int) -> None:
    g.setdefault("reads", set()).add((kind, number))


def _write(response: Response) -> Response:
    found: set[read_log.Record] | None = g.pop("reads", None)
    if not found or response.status_code >= 400:
        return response
    what = request.full_path.rstrip("?") if request.method == "GET" else f"{request.method} {request.path}"
    with database.transaction() as own:  # the request's own is over: nothing of it waits for this
        read_log.write(own, found, what=what, by=actor())
    return response
