"""Speaks HTTP with the gateway that an administrator named: to that host alone, within a time, in short answers.

Nothing that an officer or a resident enters chooses where a request goes: what is variable is quoted into its path.
"""

import json
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from engine.communications.providers.base import Unreachable
from engine.errors import Invalid

SECONDS = 20.0  # from the connection to the end of the answer: less than a message stays claimed
LARGEST_ANSWER = 100_000
HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Gateway:
    """Where messages are handed in, and the token that lets us."""

    url: str
    token: str

    @property
    def host(self) -> str:
        """Return the name of the machine."""
        return urlsplit(self.url).netloc


@dataclass(frozen=True, slots=True)
class Answer:
    """What a gateway said: its status, and the object that its body holds; none where it holds no other."""

    status: int
    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """Return the answer in words, with what the gateway says about it."""
        why = next((str(self.said[name]) for name in ("reason", "message", "error") if self.said.get(name)), "")
        return f"It answered {self.status}{f': {why[:300]}' if why else '.'}"


def gateway(url: str, token: str, *, setting: str) -> Gateway:
    """Read the address of a gateway.

    Raises:
        Invalid: it is none, or a token would travel to it in the clear.
    """
    try:
        parts, port = urlsplit(url), urlsplit(url).port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or parts.query or parts.fragment:
        raise Invalid(f"{setting} is not the address of a gateway.", remedy="Write https://gateway.example/messages.")
    if parts.username is not None:
        raise Invalid(f"{setting} holds a user name.", remedy="Name the token in a setting of its own.")
    if parts.scheme == "http" and parts.hostname not in HERE:
        raise Invalid(f"{setting} would send letters and numbers unencrypted.", remedy="Write https://….")
    return Gateway(url.rstrip("/"), token)


def ask(
    to: Gateway, method: str, path: str = "", *, body: Any = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """Ask a gateway and return its answer.

    Raises:
        Unreachable: there is none, or it would send us elsewhere.
    """
    parts = urlsplit(to.url)
    sent = {"Accept": "application/json", "User-Agent": "Casewright/1", **(headers or {})}
    if to.token:
        sent["Authorization"] = f"Bearer {to.token}"
    content = None
    if body is not None:
        content = json.dumps(body).encode()
        sent["Content-Type"] = "application/json"
    connection = _connection(parts.scheme, parts.hostname or "", parts.port)
    try:
        with _cut_off_after(SECONDS, connection):
            connection.request(method, f"{parts.path}{path}", content, sent)
            response = connection.getresponse()
            status, raw = response.status, response.read(LARGEST_ANSWER + 1)
    except (OSError, HTTPException, ValueError) as error:
        raise Unreachable(f"{to.host} cannot be reached: {_said(error)}") from error
    finally:
        connection.close()
    if 300 <= status < 400:
        raise Unreachable(f"{to.host} answered {status} and would send us elsewhere, where nothing is sent.")
    return Answer(status, _object(raw))


def _connection(scheme: str, host: str, port: int | None) -> HTTPConnection:
    if scheme == "https":
        return HTTPSConnection(host, port, timeout=SECONDS, context=ssl.create_default_context())
    return HTTPConnection(host, port, timeout=SECONDS)


@contextmanager
def _cut_off_after(seconds: float, connection: HTTPConnection) -> Iterator[None]:
    """End the conversation after a time, whatever it does: a socket's own limit begins anew with each byte."""

    def cut() -> None:
        with suppress(OSError, AttributeError):  # it has ended by itself, or not begun
            socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _object(raw: bytes) -> Mapping[str, Any]:
    """Return the JSON object of an answer; an empty one where there is none, or one too large to be ours."""
    if len(raw) > LARGEST_ANSWER:
        return {}
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _said(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"it did not answer within {SECONDS:g} seconds."
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not one to be trusted: {error.verify_message}."
    return f"{str(error) or type(error).__name__}."
