"""What each route asks for. A route that declares nothing is refused, and a test finds it."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

from engine.errors import NotAllowed
from engine.permissions import VERBS, require
from webapp import auth

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
SIGNED_IN = "signed in"
PUBLIC_ENDPOINTS = frozenset({"static"})  # Flask's own route, which cannot be decorated


def init_app(app: Flask) -> None:
    """Check every request before its view runs."""
    app.before_request(check)


def public(view: View) -> View:
    """Let everybody use a route, signed in or not."""
    return _declare(view, PUBLIC)


def signed_in(view: View) -> View:
    """Let every member of staff use a route."""
    return _declare(view, SIGNED_IN)


def requires(verb: str) -> Callable[[View], View]:
    """Let those use a route whom a role grants `verb`, one of `engine.permissions.VERBS`."""
    if verb not in VERBS:
        raise LookupError(f"There is no verb {verb!r}; there are: {', '.join(VERBS)}.")
    return lambda view: _declare(view, verb)


def _declare(view: View, verb: str) -> View:
    setattr(view, "access", verb)  # noqa: B010 (a function has no such attribute for the type checker)
    return view


def check() -> None:
    """Refuse the request unless its route is public or the signed-in member of staff may use it."""
    if request.endpoint is None:
        return  # no such address: 404 for everybody
    verb = declared(current_app, request.endpoint, request.method)
    if verb == PUBLIC:
        return
    actor = auth.actor()
    if verb is None:
        raise NotAllowed(f"The page {request.path} does not say who may use it, so nobody may.")
    if verb != SIGNED_IN:
        require(actor, verb)


def declared(app: Flask, endpoint: str, method: str) -> str | None:
    """Return what a route asks for: "public", "signed in" or a verb; none when it does not say."""
    if endpoint in PUBLIC_ENDPOINTS:
        return PUBLIC
    view = app.view_functions[endpoint]
    view_class = getattr(view, "view_class", None)
    of_method = getattr(view_class, method.lower().replace("head", "get"), None)
    return getattr(of_method, "access", None) or getattr(view_class, "access", None) or getattr(view, "access", None)
