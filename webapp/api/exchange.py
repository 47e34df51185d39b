"""How bodies are read and answers written: JSON whose numbers keep their digits, within bounds that rows can hold."""

import re
from decimal import Decimal
from typing import Any, NoReturn

import simplejson
from flask import Request, Response
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from models.database import to_json

JSON = "application/json"
MOST_DIGITS = 40  # the expression language holds 34, the database far more

# What text columns cannot hold: NUL, and half of a surrogate pair. Only escapes can bring them in.
_SUSPECT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


def read_json(request: Request) -> Any:
    """Return the body of a request; an empty one is an empty object.

    Raises:
        UnsupportedMediaType: a body that does not say that it is JSON.
        BadRequest: not JSON, or with numbers or characters that nothing of ours holds.
    """
    text = request.get_data(cache=True)
    if not text:
        return {}
    if not request.is_json:
        raise UnsupportedMediaType(f"The body must be JSON, and say so: Content-Type: {JSON}.")
    try:
        found = simplejson.loads(text, parse_int=_whole, parse_float=_fraction, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"The body is not JSON: {str(error)[:200]}.") from error
    if _SUSPECT.search(text):
        _refuse_unwritable(found)
    return found


def write_json(value: Any, status: int = 200) -> Response:
    """Return an answer; numbers keep their digits, and what is no JSON is a fault of ours."""
    return with_headers(Response(to_json(value), status, content_type=JSON), value)


def with_headers(response: Response, body: Any) -> Response:
    """Add the address of what was made, and the revision of what is shown, as headers that clients know."""
    if isinstance(body, dict):
        if response.status_code == 201 and "url" in body:
            response.headers["Location"] = body["url"]
        if "revision" in body:
            response.set_etag(str(body["revision"]))
    return response


def _whole(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise BadRequest(f"A number has more than {MOST_DIGITS} digits.")
    return int(text)


def _fraction(text: str) -> Decimal:
    found = Decimal(text) if len(text) <= 2 * MOST_DIGITS else None
    if found is None or not found.is_finite() or (found and abs(found.adjusted()) > MOST_DIGITS):
        raise BadRequest(f"A number has more than {MOST_DIGITS} digits.")
    return found


def _no_number(name: str) -> NoReturn:
    raise BadRequest(f"{name} is not a number that JSON has.")


def _refuse_unwritable(value: Any) -> None:
    try:
        written = simplejson.dumps(value, use_decimal=True, ensure_ascii=False)
        written.encode()
    except UnicodeEncodeError as error:
        raise BadRequest("A text has half a character in it. Type it again.") from error
    if re.search(r"(?<!\\)(?:\\\\)*\\u0000", written):
        raise BadRequest("A text has a NUL character in it. Take it out.")
