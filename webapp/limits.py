"""What a request may be: how large, how deep, and from which site."""

import re
from urllib.parse import urlsplit

from flask import Flask, abort, request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from webapp import database, uploads
from webapp.settings import MEGABYTE

LARGEST_REQUEST = 25 * MEGABYTE
LARGEST_JSON = 5 * MEGABYTE
LARGEST_FORM = 5 * MEGABYTE  # its fields without the files
MOST_FIELDS = 10_000
DEEPEST_JSON = 32

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")


def init_app(app: Flask) -> None:
    """Set the limits."""
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_REQUEST, MAX_FORM_MEMORY_SIZE=LARGEST_FORM, MAX_FORM_PARTS=MOST_FIELDS)
    app.before_request(uploads.allow_large_files)
    app.before_request(_check_origin)
    app.before_request(_check_json)


def _check_origin() -> None:
    """Refuse a write that a page of another site sends; the form token is the second lock, not the only one."""
    if request.method in database.READING:
        return
    origin = request.headers.get("Origin", "")
    if request.headers.get("Sec-Fetch-Site") == "cross-site" or (origin and urlsplit(origin).netloc != request.host):
        abort(403, "This was sent by a page of another site.")


def _check_json() -> None:
    if request.method in database.READING or not request.is_json:
        return
    if (request.content_length or 0) > LARGEST_JSON:
        raise RequestEntityTooLarge
    check_depth(request.get_data(cache=True))


def check_depth(text: bytes) -> None:
    """Refuse JSON that is nested deeper than any of ours; its reader would run out of stack."""
    if text.count(b"[") + text.count(b"{") <= DEEPEST_JSON:
        return
    depth = 0
    for bracket in _BRACKET.finditer(_STRING.sub(b"", text)):
        depth += 1 if bracket.group() in (b"[", b"{") else -1
        if depth > DEEPEST_JSON:
            raise BadRequest(f"The JSON is nested more than {DEEPEST_JSON} levels deep.")
