"""What the parent and the limited child say to each other: frames of JSON and bytes over pipes. No pickle."""

import struct
from datetime import date, datetime
from typing import IO, Any

import simplejson

from engine.documents.picture import Picture

HEAD = struct.Struct(">IQ")  # length of the JSON, length of the bytes
LARGEST_JSON = 32 * 1024 * 1024
LARGEST_BODY = 256 * 1024 * 1024

# A date or a picture is a one-key object under a name that no field can have.
DAY, INSTANT, PICTURE = "\0day", "\0instant", "\0picture"


class Broken(Exception):
    """The other side went away or wrote something that is no frame."""


def write(pipe: IO[bytes], header: bytes, body: bytes = b"") -> None:
    """Send one frame; `header` is JSON."""
    pipe.write(HEAD.pack(len(header), len(body)))
    pipe.write(header)
    pipe.write(body)
    pipe.flush()


def read(pipe: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """Wait for one frame and return its header and bytes. Raises Broken at the end of the pipe."""
    head = pipe.read(HEAD.size)
    if len(head) < HEAD.size:
        raise Broken
    header_length, body_length = HEAD.unpack(head)
    if header_length > LARGEST_JSON or body_length > LARGEST_BODY:
        raise Broken
    header, body = pipe.read(header_length), pipe.read(body_length)
    if len(header) < header_length or len(body) < body_length:
        raise Broken
    return simplejson.loads(header, use_decimal=True), body


def packed(header: dict[str, Any]) -> bytes:
    """Write `header` as JSON with Decimal, dates and the names of pictures kept.

    Raises TypeError, ValueError or RecursionError for anything else.
    """
    return simplejson.dumps(
        header, use_decimal=True, allow_nan=False, default=_tagged, namedtuple_as_object=False, separators=(",", ":")
    ).encode()


def _tagged(value: Any) -> dict[str, Any]:
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise TypeError("a date and time without its zone")
        return {INSTANT: value.isoformat()}
    if isinstance(value, date):
        return {DAY: value.isoformat()}
    if isinstance(value, Picture):
        return {PICTURE: value.as_data()}
    raise TypeError(f"a {type(value).__name__}")
