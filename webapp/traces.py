"""Follows each request: its id, in every log line and in the answer; how long it took; a line of the access log."""

import logging
import re
import time
import uuid

from flask import Flask, Response, current_app, g, request

from engine import log_context, measures

HEADER = "X-Request-ID"
_GOOD = re.compile(r"[A-Za-z0-9._-]{1,64}")
_UNTOLD = ("health.alive", "health.ready", "health.metrics", "static")  # asked every few seconds, or many a page

log = logging.getLogger("casewright.access")


def init_app(app: Flask) -> None:
    """Begin before everything else, and end after it."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.begun = time.perf_counter()
    g.request_id = _given() or uuid.uuid4().hex[:16]
    log_context.clear()
    log_context.note(request=g.request_id)


def _given() -> str:
    """Return the id that a proxy gave; believed only where a proxy stands before us, and only when it is one."""
    given = request.headers.get(HEADER, "") if current_app.extensions["casewright"].proxies else ""
    return given if _GOOD.fullmatch(given) else ""


def _end(response: Response) -> Response:
    response.headers[HEADER] = g.get("request_id", "")
    seconds = time.perf_counter() - g.get("begun", time.perf_counter())
    route = request.url_rule.rule if request.url_rule is not None else "none"
    measures.note("request", f"{request.method} {route} {response.status_code}", seconds)
    if request.endpoint not in _UNTOLD:
        actor = g.get("actor")
        facts = {
            "method": request.method,
            "path": request.path,  # without the query: people look for names
            "status": response.status_code,
            "milliseconds": round(seconds * 1000, 1),
            "user": actor.user_id if actor is not None else None,
        }
        log.info("%s %s %s", request.method, request.path, response.status_code, extra={"facts": facts})
    return response
