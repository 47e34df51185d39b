"""Other people's servers that messages are handed to, as real servers on a port: GOV.UK Notify, and a plain gateway.

Both judge repeats as the real ones do: Notify takes each as a message of its own, a gateway knows it by its key.
"""

import json
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

SERVICE, SECRET = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
NOTIFY_KEY = f"casewright-{SERVICE}-{SECRET}"
TEMPLATE = "33333333-3333-4333-8333-333333333333"
TOKEN = "let-us-in"


class Fake:
    """A server whose next answers may be given: (status, object); 0 breaks off after taking the message."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, Any]] = []
        self.asked: list[tuple[str, str]] = []  # method and path
        self.taken: list[dict[str, Any]] = []  # every message, repeats too where they count as messages
        self.keys: Counter[str] = Counter()
        self.statuses: dict[str, dict[str, Any]] = {}  # by id: what is told of it
        self.headers: list[dict[str, str]] = []
        self.port = 0
        self.pause = 0.0  # seconds between taking a message and the answer
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> tuple[int, Any]:
        raise NotImplementedError


class Notify(Fake):
    """GOV.UK Notify: takes a message as often as it is handed in, and finds it by its reference."""

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> tuple[int, Any]:
        if method == "POST":
            self.keys[body["reference"]] += 1
            one = {"id": str(uuid.uuid4()), "reference": body["reference"], "type": path.rpartition("/")[2], **body}
            self.taken.append(one)
            self.statuses[one["id"]] = {"status": "created"}
            return 201, {"id": one["id"], "reference": body["reference"]}
        if path.startswith("/v2/template/"):
            return 200, {"id": TEMPLATE, "body": "((body))", "subject": "((subject))"}
        shown = [{**one, **self.statuses[one["id"]]} for one in self.taken]
        if path == "/v2/notifications":
            wanted = query.get("reference", [None])[0]
            found = [one for one in shown if wanted in (None, one["reference"])]
            return 200, {"notifications": found, "links": {}}
        found = [one for one in shown if one["id"] == path.rpartition("/")[2]]
        return (200, found[0]) if found else (404, {"errors": [{"error": "NoResultFound", "message": "No result"}]})


class Gateway(Fake):
    """A plain gateway: it keeps each key once, and says so."""

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> tuple[int, Any]:
        if self.headers[-1].get("Authorization") != f"Bearer {TOKEN}":
            return 401, {"reason": "Who are you?"}
        if method == "GET":
            told = self.statuses.get(unquote(path.rpartition("/")[2]))
            return (200, told) if told else (404, {})
        key = self.headers[-1]["Idempotency-Key"]
        self.keys[key] += 1
        if self.keys[key] > 1:
            return 409, {"id": f"g-{key[:8]}"}
        self.taken.append(body)
        self.statuses[f"g-{key[:8]}"] = {"status": "sent"}
        return 202, {"id": f"g-{key[:8]}", "status": "sent", "cost": "0.0324", "sheets": 2}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:  # whoever asked did not wait for the answer
        return


F = TypeVar("F", bound=Fake)


@contextmanager
def serving(fake: F) -> Iterator[F]:
    """Serve a fake on a free port while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        its: ClassVar[Fake] = fake

        def do_GET(self) -> None:
            self._do()

        def do_POST(self) -> None:
            self._do()

        def _do(self) -> None:
            parts = urlsplit(self.path)
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            with fake.lock:
                fake.asked.append((self.command, self.path))
                fake.headers.append(dict(self.headers))
                given = fake.answers.pop(0) if fake.answers else None
                if given is None or given[0] == 0:
                    body = json.loads(raw) if raw else None
                    status, said = fake.answer(self.command, parts.path, parse_qs(parts.query), body)
                else:
                    status, said = given
            time.sleep(fake.pause)
            if given is not None and given[0] == 0:
                self.close_connection = True
                return
            content = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            return

    server = _Server(("127.0.0.1", 0), Handler)
    fake.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
