"""Two web nodes under gunicorn and two workers on PostgreSQL, as they are run in earnest, go through cases together."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.diagrams import category, service, timer
from tests.factories import Factories
from tests.integration.engine.conftest import letter
from tests.integration.engine.test_outbox import free_port

assert letter  # a fixture
pytestmark = [pytest.mark.soak, pytest.mark.postgresql]
CASEWRIGHT = str(Path(sys.executable).with_name("casewright"))
SECONDS = 150
TOKEN = "figures"


@pytest.fixture
def database_url(postgresql_url: str) -> str:
    """PostgreSQL alone."""
    return postgresql_url


class Process:
    """A process of the installation; what it says is kept."""

    def __init__(self, factories: Factories, folder: Path, name: str, *command: str, **settings: str) -> None:
        told = factories.app.extensions["casewright"]
        environment = {
            **os.environ,
            "DATABASE_URL": factories.engine.url.render_as_string(hide_password=False),
            "CASEWRIGHT_FILES": str(told.files),
            "CASEWRIGHT_KEYRING": str(told.keyring),
            "CASEWRIGHT_SECRET_KEY": "the same on every node",
            "CASEWRIGHT_LOG": "json",
            "CASEWRIGHT_DRAIN": "2",
            "CASEWRIGHT_PROXIES": "1",
            "CASEWRIGHT_METRICS_TOKEN": TOKEN,
            "WEB_CONCURRENCY": "2",
            **settings,
        }
        self.log = folder / f"{name}.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen([CASEWRIGHT, *command], env=environment, stderr=log, cwd=folder)

    def lines(self) -> list[dict[str, Any]]:
        """Return the log lines."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]


class Web(Process):
    """A web node."""

    def __init__(self, factories: Factories, folder: Path, name: str) -> None:
        self.address = f"127.0.0.1:{free_port()}"
        super().__init__(factories, folder, name, "web", "--bind", self.address)

    def ask(self, path: str, *, headers: dict[str, str] | None = None, json_: Any = None) -> tuple[int, str, Any]:
        """Return status, body and headers; status 0 when nobody answers."""
        body = json.dumps(json_).encode() if json_ is not None else None
        given = {**(headers or {}), **({"Content-Type": "application/json"} if body is not None else {})}
        request = urllib.request.Request(f"http://{self.address}{path}", body, given)
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                return answer.status, answer.read().decode(), answer.headers
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode(), refused.headers
        except OSError:
            return 0, "", {}

    def status(self, path: str) -> int:
        """Return the status of an answer."""
        return self.ask(path)[0]


@pytest.fixture
def nodes(factories: Factories, tmp_path: Path) -> Iterator[tuple[Web, Web, Process, Process]]:
    """Two web nodes and two workers."""
    webs = [Web(factories, tmp_path, f"web{number}") for number in (1, 2)]
    workers = [Process(factories, tmp_path, f"worker{number}", "worker") for number in (1, 2)]
    started = (*webs, *workers)
    yield started  # type: ignore[misc]
    for process in started:
        process.process.kill()
        process.process.wait()


def until(is_so: Callable[[], Any]) -> Any:
    ends_at = time.monotonic() + SECONDS
    while not (found := is_so()):
        assert time.monotonic() < ends_at
        time.sleep(0.1)
    return found


def test_two_nodes_and_two_workers_go_through_cases_and_any_may_end(
    factories: Factories, letter: Callable[[str], bytes], nodes: tuple[Web, Web, Process, Process]
) -> None:
    first, second, worker, _ = nodes
    files = category(
        "start > ask > merge:service > wait > end ; chase > end_chased",
        inside={"merge": service("merge_document", template="answer", subject="case")},
        boundary=timer("late", on="wait", to="chase", duration="PT1S"),
        files={"letters/answer.docx": letter("Dear tenant")},
    )
    factories.deploy(files)
    officer = factories.client("officer", "administrator")
    headers = factories.bearer(officer.user)
    for web in (first, second):
        until(lambda web=web: web.status("/readyz") == 200)
    until(lambda: json.loads(first.ask("/readyz")[1])["warnings"] == [])

    def go(start_at: Web, answer_at: Web) -> str:
        """Start a case on one node, answer on the other, and wait until a worker has fired its timer."""
        status, body, _ = start_at.ask("/api/v1/cases", headers=headers, json_={"category": "sample"})
        assert status == 201, body
        reference: str = json.loads(body)["reference"]
        [task] = json.loads(answer_at.ask(f"/api/v1/cases/{reference}/tasks", headers=headers)[1])["items"]
        sent = {**headers, "X-Request-ID": f"proxy-{reference}"}
        status, body, told = answer_at.ask(
            f"/api/v1/tasks/{task['id']}/completion", headers=sent, json_={"answers": {}}
        )
        assert (status, told["X-Request-ID"]) == (200, f"proxy-{reference}"), body
        documents = json.loads(start_at.ask(f"/api/v1/cases/{reference}/documents", headers=headers)[1])["items"]
        assert len(documents) == 1
        until(lambda: "chase" in start_at.ask(f"/api/v1/cases/{reference}/tasks", headers=headers)[1])
        return reference

    for _ in range(3):
        reference = go(first, second)
    assert {line.get("request") for line in second.lines()} >= {f"proxy-{reference}"}

    worker.process.send_signal(signal.SIGKILL)
    go(second, first)

    sums = [figure(web, 'casewright_http_request_seconds_count{method="POST"') for web in (first, second)]
    assert sums == [4, 4], "the figures of both processes of a node are added up"

    first.process.send_signal(signal.SIGTERM)
    until(lambda: first.status("/readyz") == 503)
    assert first.status("/healthz") == 200
    assert first.process.wait(timeout=SECONDS) == 0
    go(second, second)

    nodes[3].process.send_signal(signal.SIGTERM)
    assert nodes[3].process.wait(timeout=SECONDS) == 0
    errors = [line for node in nodes for line in node.lines() if line["level"] in ("error", "critical")]
    assert errors == [], errors


def figure(web: Web, name: str) -> float:
    """Return the sum of a figure over its labels, whichever process of the node answers."""
    status, body, _ = web.ask("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert status == 200
    return sum(float(line.rpartition(" ")[2]) for line in body.splitlines() if line.startswith(name))
