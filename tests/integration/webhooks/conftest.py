"""A landlord that tells a receiver, which is a real HTTP server, of changes."""

import base64
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import Any

import pytest
from sqlalchemy import select

from engine import configuration
from engine.record import changing
from engine.record.changing import Why
from engine.webhooks import delivering, subscriptions
from engine.webhooks.subscriptions import Wish
from models.work import OutboxMessage
from tests.factories import Factories

SITE = "https://cases.landlord.example"


@dataclass(frozen=True, slots=True)
class Request:
    """A request as the receiver got it."""

    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> Any:
        """Return what it says."""
        return json.loads(self.body)

    @property
    def id(self) -> str:
        """Return by which a repeat is known."""
        return self.headers["webhook-id"]

    def is_signed_with(self, secret: str) -> bool:
        """Verify it as the specification says, by nothing of ours."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = b".".join((self.id.encode(), self.headers["webhook-timestamp"].encode(), self.body))
        wanted = "v1," + base64.b64encode(hmac.new(key, signed, "sha256").digest()).decode()
        is_new = abs(time.time() - int(self.headers["webhook-timestamp"])) < 300
        return is_new and wanted in self.headers["webhook-signature"].split(" ")


class Receiver:
    """Keeps what it is sent; `answers` are what it says next: (status, headers, body). Then it says 204."""

    def __init__(self) -> None:
        self.received: list[Request] = []
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.to_answer = threading.Event()  # held back while it is not set
        self.to_answer.set()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}/hooks?of=casewright"

    @property
    def done(self) -> dict[str, Any]:
        """Return what an idempotent receiver did: each id once."""
        return {request.id: request.said for request in self.received}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.received.append(Request({k.lower(): v for k, v in self.headers.items()}, body))
                status, headers, text = receiver.answers.pop(0) if receiver.answers else (204, {}, b"")
                receiver.to_answer.wait(10)
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(text))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler


@contextmanager
def running() -> Iterator[Receiver]:
    """Run a receiver on a free port of this machine."""
    made = Receiver()
    made.thread.start()
    yield made
    made.to_answer.set()
    made.server.shutdown()
    made.thread.join()
    made.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver."""
    with running() as made:
        yield made


def wait_for(happened: Callable[[], bool], *, seconds: float = 5.0) -> bool:
    """Wait until something has happened, which most often it has at once; say whether it did."""
    until = time.monotonic() + seconds
    while not happened() and time.monotonic() < until:
        time.sleep(0.01)
    return happened()


def let_in(monkeypatch: pytest.MonkeyPatch, *networks: str) -> None:
    """Let webhooks go to networks of the house."""
    found = tuple(ip_network(one) for one in networks)
    monkeypatch.setattr(configuration, "_current", replace(configuration.current(), url=SITE, webhook_networks=found))


class House:
    """A landlord with an administrator and a service user, whose subscription `name` goes to the receiver."""

    def __init__(self, factories: Factories, receiver: Receiver) -> None:
        self.factories = factories
        self.receiver = receiver
        self.administrator = factories.user("administrator", name="Adam Admin")
        self.by = factories.actor(self.administrator)
        self.service = factories.user("officer", name="Finance System")
        self.officer = factories.actor(factories.user("officer", "team_manager", name="Olu Officer"))

    def subscribe(self, *topics: str, name: str = "Finance", url: str = "", acts_as: str = "") -> tuple[int, str]:
        """Add a subscription and return its number and its secret."""
        wish = Wish(name, url or self.receiver.url, acts_as or self.service.email, topics)
        with self.factories.transaction() as session:
            row, secret = subscriptions.add(session, wish, by=self.by)
            return row.id, secret

    def person(self, **values: Any) -> Any:
        """Add a person to the record."""
        with self.factories.transaction() as session:
            given = {"first_name": "Ada", "surname": "Okafor", **values}
            return changing.create(session, "person", given, why=Why(self.officer, "New tenant"))

    def deliver(self) -> Any:
        """Send what is due."""
        return delivering.deliver(self.factories.sessions)

    def messages(self) -> list[OutboxMessage]:
        """Return what the outbox holds for subscriptions."""
        statement = select(OutboxMessage).where(OutboxMessage.channel == "webhook").order_by(OutboxMessage.id)
        with self.factories.transaction() as session:
            return list(session.scalars(statement))


@pytest.fixture
def house(factories: Factories, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> House:
    """The landlord, who lets webhooks go to this machine; on both databases."""
    let_in(monkeypatch, "127.0.0.0/8")
    return House(factories, receiver)


@pytest.fixture
def sqlite_house(sqlite_factories: Factories, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> House:
    """The same on SQLite alone."""
    let_in(monkeypatch, "127.0.0.0/8")
    return House(sqlite_factories, receiver)
