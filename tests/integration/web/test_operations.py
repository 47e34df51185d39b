"""What those who run it see: whether it is ready, figures, log lines with one id for each request, and no secret."""

import json
import logging
import re
import threading
import time
from collections.abc import Iterator
from typing import Any

import prometheus_client
import pytest
from flask import Flask
from sqlalchemy import text

from engine import jobs, log_context
from engine.errors import Unavailable
from tests.diagrams import category, service
from tests.environment import applications
from tests.environment.databases import on_sqlite_alone
from tests.factories import Factories
from tests.integration.engine.conftest import letter
from webapp import create_app, logs, metrics, node
from webapp.settings import read

assert letter  # a fixture
TOKEN = "a token for figures"


made: list[Flask] = []


@pytest.fixture(autouse=True)
def _applications_end() -> Iterator[None]:
    """Close the connections of every application that a test made."""
    yield
    while made:
        applications.engine_of(made.pop()).dispose()


def app_with(factories: Factories, **settings: str) -> Flask:
    """Return an application of its own with these settings."""
    told = factories.app.extensions["casewright"]
    here = {"CASEWRIGHT_FILES": str(told.files), "CASEWRIGHT_KEYRING": str(told.keyring)}
    url = factories.engine.url.render_as_string(hide_password=False)
    return own_app({"DATABASE_URL": url, **here, **settings})


def own_app(settings: dict[str, str]) -> Flask:
    """Return an application that ends with the test."""
    made.append(create_app({"CASEWRIGHT_SECRET_KEY": "x", **settings}))
    return made[-1]


def figures(factories: Factories) -> dict[str, float]:
    """Return every figure by its name and labels."""
    client = app_with(factories, CASEWRIGHT_METRICS_TOKEN=TOKEN).test_client()
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    lines = [line.rpartition(" ") for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


@on_sqlite_alone
def test_figures_are_for_whoever_has_the_token_or_asks_from_an_allowed_address(factories: Factories) -> None:
    closed = app_with(factories).test_client()
    by_token = app_with(factories, CASEWRIGHT_METRICS_TOKEN=TOKEN).test_client()
    by_address = app_with(factories, CASEWRIGHT_METRICS_ALLOW="10.0.0.0/8, 127.0.0.1").test_client()
    right, wrong = ({"Authorization": f"Bearer {token}"} for token in (TOKEN, TOKEN[:-1]))

    assert closed.get("/metrics").status_code == 404
    assert closed.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    assert [by_token.get("/metrics", headers=h).status_code for h in ({}, wrong, right)] == [401, 401, 200]
    assert by_token.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 401
    assert by_address.get("/metrics").status_code == 200
    assert by_address.get("/metrics", environ_base={"REMOTE_ADDR": "11.1.1.1"}).status_code == 401
    forged = {"X-Forwarded-For": "10.0.0.1"}
    assert by_address.get("/metrics", headers=forged, environ_base={"REMOTE_ADDR": "11.1.1.1"}).status_code == 401


def test_figures_tell_what_waits_and_what_was_done(
    factories: Factories, letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.merging.merge", raising(Unavailable("away")))
    merge = service("merge_document", template="answer", subject="case")
    files = category(
        "start > merge:service > end", inside={"merge": merge}, files={"letters/answer.docx": letter("Dear tenant")}
    )
    factories.deploy(files)
    metrics.install()
    before = figures(factories).get("casewright_step_seconds_count", 0)

    officer = factories.client("officer")
    sent = officer.post("/api/v1/cases", headers=factories.bearer(officer.user), json={"category": "sample"})

    assert sent.status_code == 201, sent.text
    now = figures(factories)
    assert now['casewright_jobs{kind="merge_document",status="waiting"}'] == 1
    assert now["casewright_step_seconds_count"] > before
    assert now["casewright_incidents_open"] == now["casewright_dead_letters"] == 0
    assert now["casewright_oldest_due_timer_seconds"] == 0
    assert any(name.startswith("casewright_http_request_seconds_bucket") and "/api/v1/cases" in name for name in now)


def raising(error: Exception) -> Any:
    def raise_it(*_: Any, **__: Any) -> Any:
        raise error

    return raise_it


@on_sqlite_alone
@pytest.mark.parametrize("forged", ["a\nb", "x" * 65, "<script>", "ünï", "", "a b", "a\r\nSet-Cookie: x=1"])
def test_a_forged_request_id_is_replaced(factories: Factories, forged: str) -> None:
    client = app_with(factories, CASEWRIGHT_PROXIES="1").test_client()
    given = {"HTTP_X_REQUEST_ID": forged.encode().decode("latin-1")}

    answer = client.get("/healthz", environ_overrides=given)

    assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["X-Request-ID"])


@on_sqlite_alone
def test_a_request_id_is_taken_from_a_proxy_and_from_nobody_else(factories: Factories) -> None:
    behind, bare = (app_with(factories, CASEWRIGHT_PROXIES=count).test_client() for count in ("1", "0"))
    header = {"X-Request-ID": "proxy-1.A_b"}

    assert behind.get("/healthz", headers=header).headers["X-Request-ID"] == "proxy-1.A_b"
    assert bare.get("/healthz", headers=header).headers["X-Request-ID"] != "proxy-1.A_b"


@on_sqlite_alone
def test_a_request_leaves_one_line_without_what_people_looked_for(
    factories: Factories, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    officer = factories.client("officer")

    officer.get("/healthz")
    answer = officer.get("/api/v1/cases?q=Okafor", headers=factories.bearer(officer.user))

    [line] = [record for record in caplog.records if record.name == "casewright.access"]
    assert line.facts["user"] == officer.user.id
    assert (line.facts["method"], line.facts["path"], line.facts["status"]) == ("GET", "/api/v1/cases", 200)
    written = json.loads(logs.AsJson().format(line))
    assert written["request"] == answer.headers["X-Request-ID"]
    assert "Okafor" not in str(written) and officer.user.name not in str(written)


def test_a_job_that_is_done_later_says_which_request_left_it(
    factories: Factories, letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, object]] = []
    monkeypatch.setattr("engine.merging.merge", lambda *_, **__: seen.append(dict(log_context.facts())) or b"")
    merge = service("merge_document", template="answer", subject="case")
    files = category(
        "start > merge:service > end", inside={"merge": merge}, files={"letters/answer.docx": letter("Dear tenant")}
    )
    factories.deploy(files)
    officer = factories.client("officer")
    with monkeypatch.context() as dies:
        dies.setattr("webapp.jobs.jobs.run_all", raising(KeyError("the process dies")))
        answer = officer.post("/api/v1/cases", headers=factories.bearer(officer.user), json={"category": "sample"})
    log_context.clear()

    jobs.run_waiting(factories.sessions)

    [facts] = seen
    assert facts["request"] == answer.headers["X-Request-ID"]
    assert str(facts["job"]).endswith(":merge_document")


def formatted(formatter: logging.Formatter, message: str, error: BaseException | None = None, **facts: object) -> str:
    trace = (type(error), error, error.__traceback__) if error is not None else None
    record = logging.LogRecord("x", logging.ERROR, "file", 1, message, (), trace)
    record.facts = facts
    return formatter.format(record)


@pytest.mark.parametrize("formatter", [logs.AsJson(), logs.Readable()], ids=["json", "readable"])
def test_no_secret_and_no_row_stands_in_the_log(factories: Factories, formatter: logging.Formatter) -> None:
    columns = "name, email, password_hash, roles, is_active, created_at"
    statement = f"INSERT INTO user_account ({columns}) VALUES (:name, :email, 'x', '[]', :yes, :at)"
    values = {"name": "Canary Okafor", "email": "canary@example.org", "yes": True, "at": "2026-01-01"}
    errors: list[Exception] = []
    for _ in range(2):
        try:
            with factories.transaction() as session:
                session.execute(text(statement), values)
        except Exception as error:
            errors.append(error)

    line = formatted(formatter, "at postgresql://me:hunter2@db/x with Bearer abc.def", errors[-1], request="r1")

    assert "hunter2" not in line and "abc.def" not in line
    assert "canary" not in line.casefold()
    assert "r1" in line and ("IntegrityError" in line or "Error" in line)


def test_a_line_is_json_whatever_is_in_it() -> None:
    with log_context.about(case="COMP-1", job="1:a"):
        line = json.loads(formatted(logs.AsJson(), 'a "quote"\nand a line', user=3, nothing=None))

    assert line["message"] == 'a "quote"\nand a line'
    assert (line["case"], line["job"], line["user"], "nothing" in line) == ("COMP-1", "1:a", 3, False)


def test_it_is_ready_when_all_that_it_needs_is_there(factories: Factories) -> None:
    answer = factories.app.test_client().get("/readyz")

    assert answer.status_code == 200
    assert answer.json["problems"] == []
    is_alone = factories.engine.dialect.name == "postgresql"
    assert answer.json["warnings"] == (["No worker has been seen for a minute."] if is_alone else [])


@on_sqlite_alone
def test_it_says_why_it_is_not_ready(factories: Factories, monkeypatch: pytest.MonkeyPatch) -> None:
    client = factories.app.test_client()

    class Silent:
        def silent_for(self) -> float:
            return 61.0

    monkeypatch.setattr(node, "work", Silent())
    assert "nothing for 61 seconds" in problem_of(client)
    monkeypatch.setattr(node, "work", None)

    with monkeypatch.context() as full:
        full.setattr("tempfile.TemporaryFile", raising(OSError(28, "No space left on device")))
        assert problem_of(client) == "Documents cannot be written (No space left on device)."

    with monkeypatch.context() as ending:
        ending.setattr(node.stopping, "is_set", lambda: True)
        assert problem_of(client) == "It is about to stop."
        assert client.get("/healthz").status_code == 200


@on_sqlite_alone
def test_it_is_not_ready_without_our_tables(factories: Factories, tmp_path) -> None:
    client = own_app({"DATABASE_URL": f"sqlite:///{tmp_path}/empty.db"}).test_client()

    assert "holds no tables of ours" in problem_of(client)


def problem_of(client: Any) -> str:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    [problem] = answer.json["problems"]
    return str(problem)


def test_a_network_that_is_none_is_told_at_the_start() -> None:
    with pytest.raises(Exception, match="CASEWRIGHT_METRICS_ALLOW names no network"):
        read({"CASEWRIGHT_METRICS_ALLOW": "everybody", "DATABASE_URL": "sqlite://", "CASEWRIGHT_SECRET_KEY": "x"})


def test_threads_that_measure_something_first_make_one_histogram(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def slow(*names: object, **_: object) -> Any:
        made.append(names)
        time.sleep(0.05)
        return prometheus_client.Summary(f"trial_{len(made)}", "Of a test.")

    monkeypatch.setattr(prometheus_client, "Histogram", slow)
    monkeypatch.setitem(metrics.MEASURES, "trial", ("trial", "Of a test.", ()))
    threads = [threading.Thread(target=metrics._keep, args=("trial", "", 0.1)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 1
