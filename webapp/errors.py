"""Turns what went wrong into a status code and a page, or problem+json (RFC 9457); the only place that does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, json, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from sqlalchemy.exc import DBAPIError, TimeoutError
from werkzeug.exceptions import HTTPException

from engine import errors as engine
from engine.permissions import may
from engine.setbacks import is_passing
from webapp import database
from webapp.auth import SignInNeeded, is_api
from webapp.throttle import TooManyGuesses

STATUS: dict[type[engine.EngineError], int] = {
    engine.NotAllowed: 403,
    engine.NotFound: 404,
    engine.NotPossible: 409,
    engine.Unavailable: 503,
    engine.Conflict: 409,
    engine.Invalid: 422,
}

TITLES = {
    400: "This could not be understood",
    401: "You are not signed in",
    403: "You may not do this",
    404: "This page does not exist",
    405: "This cannot be done here",
    409: "This cannot be done now",
    410: "This is not here any more",
    412: "Somebody changed this first",
    413: "This is too large",
    415: "This kind of file or data is not accepted",
    422: "Something must be corrected",
    428: "The request must say what it changes",
    429: "Too many attempts",
    500: "Something went wrong",
    503: "Not available just now",
}

SENTENCES = {
    400: "The request was not complete. Go back, load the page again, and try once more.",
    404: "Check the address. What was here may have moved, or you may not be allowed to see it.",
    405: "This address does not accept that kind of request.",
    413: "The most that can be sent at once is 25 MB. Send a smaller file, or several one after another.",
    500: "What happened is written down, and nothing was saved. Try again; if it fails again, tell your administrator.",
    503: "The database is busy or cannot be reached. Nothing was saved; try again in a moment.",
}

SIGNED_OUT = "You have been signed out, and nothing was saved."


@dataclass(frozen=True, slots=True)
class Problem:
    """What is told about an error: status, sentences, and one sentence for each field at fault."""

    status: int
    message: str
    remedy: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    members: Mapping[str, Any] = field(default_factory=dict)  # further ones of problem+json
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Return the heading of the page."""
        return TITLES.get(self.status, "This did not work")


def init_app(app: Flask) -> None:
    """Register a handler for each kind of error; what none of them knows is a 500 without details."""
    app.register_error_handler(engine.EngineError, _engine_error)
    app.register_error_handler(SignInNeeded, _sign_in_needed)
    app.register_error_handler(TooManyGuesses, _too_many_guesses)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(TimeoutError, _database_error)
    app.register_error_handler(Exception, _unexpected)


def status_of(error: engine.EngineError) -> int:
    """Return the status code of an engine error."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 422)


def respond(problem: Problem) -> Response:
    """Return the answer: a page for people, problem+json for programs."""
    database.roll_back()
    response = _problem_json(problem) if wants_json() else _page(problem)
    response.status_code = problem.status
    response.headers.update(problem.headers)
    return response


def wants_json() -> bool:
    """Say whether the answer is read by a program."""
    accepted = request.accept_mimetypes
    return is_api() or (accepted.best == "application/json" and not accepted.accept_html)


def _engine_error(error: engine.EngineError) -> Response:
    faults = error.errors if isinstance(error, engine.Invalid) else {}
    return respond(Problem(status_of(error), error.message, error.remedy, faults, error.members))


def _sign_in_needed(error: SignInNeeded) -> ResponseReturnValue:
    if is_api() or wants_json():
        sentence = "Send a bearer token that has not been revoked."
        return respond(Problem(401, sentence, headers={"WWW-Authenticate": 'Bearer realm="Casewright"'}))
    if "HX-Request" in request.headers:
        return respond(Problem(401, SIGNED_OUT, headers={"HX-Redirect": "/sign-in"}))
    if request.method in database.READING:
        database.roll_back()
        return redirect(sign_in_url())
    return respond(Problem(401, SIGNED_OUT, "Sign in, open the page again and send it once more."))


def sign_in_url() -> str:
    """Return the address of the sign-in page, which leads back here."""
    here = request.full_path.rstrip("?") if request.method in database.READING else "/"
    return "/sign-in" if here == "/" else f"/sign-in?{urlencode({'next': here})}"


def _too_many_guesses(error: TooManyGuesses) -> Response:
    sentence = "There were too many attempts to sign in with this account, or from where you are."
    headers = {"Retry-After": str(error.seconds)}
    return respond(Problem(429, sentence, "Wait five minutes, then try again.", headers=headers))


def _csrf_error(error: CSRFError) -> Response:
    remedy = "Go back, load the page again, and send it once more. Your browser must accept cookies."
    return respond(Problem(400, "This form is out of date, or did not come from a page of this site.", remedy))


def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if error.response is not None or status < 400:
        return error.get_response()  # a redirect, or an answer that a view made itself
    headers = {
        name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After", "WWW-Authenticate")
    }
    return respond(Problem(status, SENTENCES.get(status) or error.description or "", headers=headers))


def _database_error(error: DBAPIError | TimeoutError) -> Response:
    if is_passing(error):
        said = str(getattr(error, "orig", error)).splitlines()[0]
        current_app.logger.warning("the database could not serve request %s: %s", g.get("request_id"), said)
        return respond(Problem(503, SENTENCES[503], headers={"Retry-After": "2"}))
    current_app.logger.exception("database error in request %s", g.get("request_id"))
    return respond(Problem(500, SENTENCES[500]))


def _unexpected(error: Exception) -> Response:
    current_app.logger.exception("unexpected error in request %s", g.get("request_id"))
    return respond(Problem(500, SENTENCES[500]))


def _problem_json(problem: Problem) -> Response:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": f"{problem.message} {problem.remedy}".strip(),
        "request_id": g.get("request_id", ""),
    }
    body |= problem.members
    if problem.errors:
        body["errors"] = problem.errors
    return Response(json.dumps(body), content_type="application/problem+json")


def _page(problem: Problem) -> Response:
    details = {name: getattr(problem, name) for name in ("title", "message", "remedy", "errors")}
    request_id = g.get("request_id", "") if problem.status >= 500 else ""
    sign_in, who = sign_in_url() if problem.status == 401 else "", g.get("actor")
    details["may_break_glass"] = problem.status == 404 and who is not None and may(who, "break glass")
    try:
        return Response(render_template("errors/error.html", **details, request_id=request_id, sign_in_url=sign_in))
    except Exception:
        current_app.logger.exception("the error page itself failed")
        return Response(_plain(problem))


def _plain(problem: Problem) -> str:
    """Return a page that needs neither templates nor bundles."""
    title, text = escape(problem.title), escape(f"{problem.message} {problem.remedy}".strip())
    head = f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title></head>'
    return f"{head}<body><main><h1>{title}</h1><p>{text}</p></main></body></html>"
