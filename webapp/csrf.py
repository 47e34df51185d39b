"""The form token, which every write from a browser carries, and the signed cookie that it is compared with."""

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect

protect = CSRFProtect()


class Cookies(SecureCookieSessionInterface):
    """Flask's session cookie, secure and bound to the host when the request came by https."""

    def get_cookie_name(self, app: Flask) -> str:
        """Return the name; the prefix makes browsers refuse one that another host or plain http has set."""
        return "__Host-casewright-form" if request.is_secure else "casewright-form"

    def get_cookie_secure(self, app: Flask) -> bool:
        """Say whether the cookie is for https only."""
        return request.is_secure


def init_app(app: Flask) -> None:
    """Check the token of every write; `protect.exempt(blueprint)` lets the REST interface off: it reads no cookie."""
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # it ends with the sign-in, not while a form is open
    )
    app.session_interface = Cookies()
    protect.init_app(app)
