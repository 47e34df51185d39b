"""A process that is told to stop says so, finishes what is under way, and takes nothing new."""

import http.client
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.engine.test_outbox import free_port

SECONDS = 60
Site = tuple[subprocess.Popen[str], int, Path]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A real `casewright run` on an empty database, that says for two seconds that it is about to stop."""
    port, database = free_port(), tmp_path / "site.db"
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{database}",
        "CASEWRIGHT_FILES": str(tmp_path / "files"),
        "CASEWRIGHT_KEYRING": str(tmp_path / "keyring.json"),
        "CASEWRIGHT_SECRET_KEY": "x",
        "CASEWRIGHT_DRAIN": "2",
        "CASEWRIGHT_LOG": "json",
    }
    command = [str(Path(sys.executable).with_name("casewright"))]
    process = subprocess.Popen(
        [*command, "run", "--empty", "--port", str(port)], env=environment, stderr=subprocess.PIPE, text=True
    )
    until(lambda: answer(port, "/readyz") == 200)
    yield process, port, database
    process.kill()
    process.communicate()


def answer(port: int, path: str, **headers: str) -> int:
    """Return the status of an answer; 0 when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", path, headers=headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def until(is_so: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < ends_at
        time.sleep(0.05)


def test_a_request_under_way_is_answered_before_the_site_stops(site: Site) -> None:
    process, port, database = site
    answers: list[Any] = []
    with sqlite3.connect(database, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")  # the request has to wait for it
        request = threading.Thread(
            target=lambda: answers.append(answer(port, "/api/v1/cases", Authorization="Bearer nobody's"))
        )
        request.start()
        time.sleep(0.5)

        process.send_signal(signal.SIGTERM)
        until(lambda: answer(port, "/readyz") == 503)
        assert answer(port, "/healthz") == 200
        time.sleep(2.5)
        assert (answers, process.poll()) == ([], None), "it waits for what is under way"
        other.execute("ROLLBACK")
    request.join()

    assert answers == [401]
    _, told = process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    assert told.rstrip().endswith("Stopped.")
    assert answer(port, "/healthz") == 0
