"""Measures a completion over HTTP, authentication included: the real server in its own process, one client here."""

import http.client
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple
from urllib.parse import urlencode

from sqlalchemy import Engine, select

from engine import configuration, staff
from engine.definitions import deploying
from engine.instants import unmoved_now
from engine.permissions import PLATFORM
from models.staff import Session as SignIn
from models.work import UserTask
from tests.bench import diagrams, raw
from tests.bench.measures import Measure, Measures
from tests.bench.ours import Bench
from tests.bench.spent import Spent
from tests.bench.timing import Sample, a_second, cpu_ms, wall_ms, wall_p95_ms
from webapp import auth

TASKS, FIELDS = 8, 20
LIMIT = 35.0  # × raw SpiffWorkflow's time a step; the aim is 25
SECONDS_TO_START = 60.0
RAW = "a step of raw SpiffWorkflow"

Post = Callable[[http.client.HTTPConnection, int, int], None]  # connection, task, number of the task in its case


class Served(NamedTuple):
    """A running server: the connection to it, and what processor time it takes."""

    connection: http.client.HTTPConnection
    spent: Spent


class Server(NamedTuple):
    """A way to serve the application, as an administrator would."""

    name: str
    command: Callable[[int], list[str]]


GUNICORN = ("-w", "1", "-k", "gthread", "--threads", "4")
SERVERS = (
    Server("waitress (casewright run)", lambda port: [_program("casewright"), "run", "--empty", "--port", str(port)]),
    Server(
        "gunicorn",
        lambda port: [
            _program("gunicorn"),
            *GUNICORN,
            "-b",
            f"127.0.0.1:{port}",
            "webapp:create_app()",
        ],
    ),
)


def measure(database: str, engine: Engine, cases: int) -> Measures:
    """Yield what a completion over HTTP takes, against raw SpiffWorkflow's step measured between the rounds."""
    bench = Bench(engine)
    with bench.sessions() as session, session.begin():
        deploying.store(session, diagrams.category(TASKS, FIELDS), by=bench.ann)
    for server in SERVERS:
        with _serving(server, engine) as (process, connection):
            served = Served(connection, Spent(process.pid, engine))
            for way, post in _ways(bench, connection):
                _complete_cases(bench, served, post, 3)
                done, in_memory = _in_turns(bench, served, post, cases)
                yield from _measures(f"{database}, {way}, {server.name}", done, in_memory)


def _measures(name: str, done: list[Sample], in_memory: list[Sample]) -> Measures:
    mean, raw_mean = 1000 / a_second(done), 1000 / a_second(in_memory)
    yield Measure(f"{name}: a completion over HTTP, mean", mean, "ms", raw_mean, RAW, LIMIT)
    yield Measure(f"{name}: completion over HTTP, p50", wall_ms(done), "ms", wall_ms(in_memory), RAW)
    yield Measure(f"{name}: completion over HTTP, p95", wall_p95_ms(done), "ms")
    if any(sample.cpu for sample in done):
        spent = f"{name}: processor time of server and database, p50"  # less moved by what else the machine does
        yield Measure(spent, cpu_ms(done), "ms", cpu_ms(in_memory), RAW)


def _in_turns(bench: Bench, served: "Served", post: Post, cases: int) -> tuple[list[Sample], list[Sample]]:
    """Run ours and raw in turns, so that what else the machine does falls on both."""
    done, in_memory = [], []
    for _ in range(0, cases, 10):
        done += _complete_cases(bench, served, post, 10)
        in_memory += raw.run_in_memory(TASKS, FIELDS, 20)
    return done, in_memory


def _complete_cases(bench: Bench, served: "Served", post: Post, cases: int) -> list[Sample]:
    samples = []
    for case_id in [bench.start(TASKS, FIELDS).id for _ in range(cases)]:
        for number in range(1, TASKS + 1):
            task_id = _open_task(bench, case_id)
            spent, begun = served.spent.seconds(), time.perf_counter()
            post(served.connection, task_id, number)
            wall = time.perf_counter() - begun
            samples.append(Sample(served.spent.seconds() - spent, wall))
    return samples


def _open_task(bench: Bench, case_id: int) -> int:
    with bench.sessions() as session, session.begin():
        wanted = select(UserTask.id).where(UserTask.case_id == case_id, UserTask.status == "open")
        return session.scalars(wanted).one()


def _ways(bench: Bench, connection: http.client.HTTPConnection) -> Iterator[tuple[str, Post]]:
    yield "REST with a bearer token", _rest(bench)
    yield "the portal's form with a cookie", _portal(bench, connection)


def _rest(bench: Bench) -> Post:
    with bench.sessions() as session, session.begin():
        token = staff.make_token(session, bench.ann.user_id, "bench", by=PLATFORM)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def post(connection: http.client.HTTPConnection, task_id: int, number: int) -> None:
        body = json.dumps({"answers": dict.fromkeys(diagrams.answers_of(number), 600)})
        connection.request("POST", f"/api/v1/tasks/{task_id}/completion", body, headers)
        _expect(connection, {200, 201})

    return post


def _portal(bench: Bench, connection: http.client.HTTPConnection) -> Post:
    with bench.sessions() as session, session.begin():
        now, sign_in = unmoved_now(), secrets.token_hex(16)  # each server is asked by a browser of its own
        session.add(SignIn(token_digest=auth.digest(sign_in), user_id=bench.ann.user_id, created_at=now, seen_at=now))
    case_id = bench.start(TASKS, FIELDS).id
    cookie = f"casewright={sign_in}"
    connection.request("GET", f"/tasks/{_open_task(bench, case_id)}", headers={"Cookie": cookie})
    page, answer = _expect(connection, {200})
    form_cookie = str(answer.getheader("Set-Cookie")).split(";")[0]
    token = re.search(r'name="csrf_token"[^>]*?value="([^"]+)"', page)
    headers = {"Cookie": f"{cookie}; {form_cookie}", "Content-Type": "application/x-www-form-urlencoded"}

    def post(connection: http.client.HTTPConnection, task_id: int, number: int) -> None:
        fields = {"csrf_token": token[1] if token else "", "_completion_key": f"bench {task_id}"}
        fields |= dict.fromkeys(diagrams.answers_of(number), "600")
        connection.request("POST", f"/tasks/{task_id}/completion", urlencode(fields), headers)
        _expect(connection, {303})

    return post


def _expect(connection: http.client.HTTPConnection, statuses: set[int]) -> tuple[str, http.client.HTTPResponse]:
    answer = connection.getresponse()
    text = answer.read().decode()
    if answer.status not in statuses:
        raise RuntimeError(f"The server answered {answer.status}, expected {statuses}: {text[:2000]}")
    return text, answer


@contextmanager
def _serving(server: Server, engine: Engine) -> Iterator[tuple[subprocess.Popen[bytes], http.client.HTTPConnection]]:
    port = _free_port()
    files = configuration.current().files
    settings = {
        "DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "CASEWRIGHT_SECRET_KEY": "a key for the benchmark alone",
        "CASEWRIGHT_FILES": str(files),
        "CASEWRIGHT_KEYRING": str(files / "keys.json"),
        "SMTP_URL": "",
    }
    root = Path(__file__).parents[2]
    with tempfile.TemporaryFile() as log:  # a pipe that nobody reads would stop the server once it is full
        process = subprocess.Popen(
            server.command(port), cwd=root, env=os.environ | settings, stdout=subprocess.DEVNULL, stderr=log
        )
        try:
            yield process, _connected(process, port, log)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _connected(process: subprocess.Popen[bytes], port: int, log: IO[bytes]) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    deadline = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < deadline:
        try:
            connection.request("GET", "/health")
            connection.getresponse().read()
        except OSError:
            connection.close()
            time.sleep(0.1)
        else:
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection
    log.seek(0)
    raise RuntimeError(f"The server did not start: {log.read().decode()[-2000:] or 'it said nothing'}")


def _program(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
