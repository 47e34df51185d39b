"""Sends one message over HTTP: to the address that was judged, within a time, without following anybody elsewhere."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException

from engine.webhooks.addresses import Address, OutOfBounds, Resolve, Target, locate

SECONDS = 10.0  # from the connection to the end of the answer
LARGEST_ANSWER = 1_000  # bytes that are read and kept; nothing more is


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver said: no `status` when it said nothing. `error` is empty when it took the message."""

    status: int | None
    text: str
    seconds: float
    error: str
    retry_after: int = 0  # seconds that it asks for

    @property
    def is_gone(self) -> bool:
        """Say whether it wants no more messages (410)."""
        return self.status == 410

    @property
    def is_out_of_reach(self) -> bool:
        """Say whether another message would fare no better just now."""
        return self.status is None or self.status == 429 or self.status >= 500


class _Connection(HTTPConnection):
    """A connection to one of the judged addresses; the certificate must be for the name."""

    def __init__(self, target: Target, address: Address, seconds: float) -> None:
        super().__init__(target.host, target.port, timeout=seconds)
        self._address = address
        self._is_tls = target.is_tls

    def connect(self) -> None:
        self.sock = socket.create_connection((str(self._address), self.port), self.timeout)
        if self._is_tls:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock.do_handshake()  # only now, so that it can be cut off

    def cut_off(self) -> None:
        """End the conversation from another thread."""
        if self.sock is not None:
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, seconds: float = SECONDS, resolve: Resolve | None = None
) -> Answer:
    """Send a message and return what became of it; whatever goes wrong is in the answer."""
    begun = time.perf_counter()

    def failed(error: str) -> Answer:
        return Answer(None, "", time.perf_counter() - begun, error)

    try:
        target = locate(url, resolve=resolve)
    except OutOfBounds as fault:
        return failed(f"{fault}.")
    except OSError as error:
        return failed(f"Its name was not found: {error}.")
    connection = _Connection(target, target.addresses[0], seconds)
    late = threading.Event()
    try:
        with _cut_off_after(seconds, connection, late):
            status, text, retry_after = _ask(connection, target.path, body, headers)
    except (OSError, HTTPException, ValueError) as error:
        is_late = late.is_set() or isinstance(error, TimeoutError)
        return failed(f"It did not answer within {seconds:g} seconds." if is_late else _said(error))
    finally:
        connection.close()
    return Answer(status, text, time.perf_counter() - begun, _fault(status), retry_after)


@contextmanager
def _cut_off_after(seconds: float, connection: _Connection, late: threading.Event) -> Iterator[None]:
    """End the conversation after a time, whatever it does: a socket's own limit begins anew with each byte."""

    def cut() -> None:
        late.set()
        with suppress(OSError):  # it has ended by itself
            connection.cut_off()

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _ask(connection: _Connection, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str, int]:
    connection.request("POST", path, body, dict(headers))
    response = connection.getresponse()
    text = response.read(LARGEST_ANSWER).decode("utf-8", "replace").replace("\0", "�")
    asked = response.headers.get("Retry-After", "")
    return response.status, text, int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 8 else 0


def _fault(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return f"It answered {status} and would send the message elsewhere, where nothing is sent."
    return f"It answered {status}."


def _said(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"Its certificate is not one to be trusted: {error.verify_message}."
    return f"It could not be reached: {str(error) or type(error).__name__}."
