"""The headers that tell browsers what a page of this site may do."""

from flask import Flask, Response, g, request

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
# bpmn-js, dmn-js and form-js write style elements; only the pages that hold them allow it.
POLICY_WITH_INLINE_STYLES = f"{POLICY}; style-src 'self' 'unsafe-inline'"

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def init_app(app: Flask) -> None:
    """Put the headers on every answer."""
    app.after_request(add)


def allow_inline_styles() -> None:
    """Let this one page write style elements; called by the pages outside the studio that show a diagram."""
    g.allow_inline_styles = True


def add(response: Response) -> Response:
    """Add what the view has not set itself: a stored file brings a stricter policy of its own."""
    loose = request.blueprint == "studio" or g.get("allow_inline_styles", False)
    response.headers.setdefault("Content-Security-Policy", POLICY_WITH_INLINE_STYLES if loose else POLICY)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
