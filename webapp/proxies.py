"""Whom to believe about the address and scheme of a request."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix


def believe(app: Flask, count: int) -> None:
    """Take scheme, host and address from so many proxies; with none, the headers are not believed."""
    if count:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
