"""What every answer carries, and what is refused before a view sees it."""

import json
import logging

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from engine import errors
from models.work import Job
from tests.factories import Factories
from webapp.access import public

MEGABYTE = 1024 * 1024


def test_a_page_tells_browsers_what_it_may_do(sqlite_factories: Factories) -> None:
    headers = sqlite_factories.client("officer").get("/account").headers

    policy = {part.strip() for part in headers["Content-Security-Policy"].split(";")}
    assert {
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    } <= policy
    assert not any("unsafe" in part for part in policy)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert len(headers["X-Request-ID"]) == 16


def test_errors_carry_the_same_headers(sqlite_factories: Factories) -> None:
    headers = sqlite_factories.browser().get("/no-such-page").headers

    assert "default-src 'self'" in headers["Content-Security-Policy"]


def test_an_address_that_does_not_exist_is_a_page_of_ours(sqlite_factories: Factories) -> None:
    page = sqlite_factories.client("officer").page("/no-such-page", status=404)

    assert page.h1 == "This page does not exist"


def test_a_program_gets_a_problem_in_json(sqlite_factories: Factories) -> None:
    answer = sqlite_factories.browser().get("/no-such-page", headers={"Accept": "application/json"})

    assert answer.content_type == "application/problem+json"
    assert answer.json["status"] == 404
    assert answer.json["request_id"] == answer.headers["X-Request-ID"]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.NotAllowed("You may not."), 403),
        (errors.NotFound("Nothing here."), 404),
        (errors.NotPossible("Not now."), 409),
        (errors.Conflict("Bettina Ahmed did it at 10:14."), 409),
        (errors.Invalid("Wrong.", errors={"name": "Enter a name"}), 422),
        (errors.RuleError("The rule is broken."), 422),
        (errors.TemplateError("The letter is broken."), 422),
    ],
)
def test_each_refusal_of_the_engine_has_its_status_and_its_sentence(
    sqlite_factories: Factories, error: errors.EngineError, status: int
) -> None:
    raising(sqlite_factories, error)

    page = sqlite_factories.client("officer").page("/raising", status=status)

    assert error.message in page.main


def test_what_nobody_expected_is_a_page_without_details_and_a_log_line_with_them(
    sqlite_factories: Factories, caplog: pytest.LogCaptureFixture
) -> None:
    raising(sqlite_factories, RuntimeError("secret: /etc/shadow"))

    with caplog.at_level(logging.ERROR):
        answer = sqlite_factories.client("officer").get("/raising")

    assert answer.status_code == 500
    assert "secret" not in answer.text and "Traceback" not in answer.text
    assert answer.headers["X-Request-ID"] in answer.text
    assert "secret: /etc/shadow" in caplog.text and answer.headers["X-Request-ID"] in caplog.text


@pytest.mark.parametrize("reason", ["database is locked", "another"])
def test_a_busy_database_is_told_from_a_broken_one(sqlite_factories: Factories, reason: str) -> None:
    raising(sqlite_factories, OperationalError("SELECT 1", {}, Exception(reason)))

    answer = sqlite_factories.client("officer").get("/raising")

    assert answer.status_code == (503 if "locked" in reason else 500)


def test_a_database_that_cannot_be_reached_is_told_as_passing(sqlite_factories: Factories) -> None:
    with pytest.raises(OperationalError) as nobody_listens:
        create_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing").connect()
    raising(sqlite_factories, nobody_listens.value)

    answer = sqlite_factories.client("officer").get("/raising")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "2"


def test_a_broken_layout_still_gives_a_page(sqlite_factories: Factories, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: object, **more: object) -> str:
        raise LookupError("no bundles")

    monkeypatch.setattr("webapp.errors.render_template", broken)

    answer = sqlite_factories.browser().get("/no-such-page")

    assert answer.status_code == 404
    assert "<h1>This page does not exist</h1>" in answer.text


def raising(factories: Factories, error: Exception) -> None:
    """Add a page that raises."""

    @public
    def view() -> str:
        raise error

    factories.own_app().add_url_rule("/raising", "raising", view)


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 100_000, b"[" * 33 + b"]" * 33])
def test_json_that_is_nested_too_deeply_is_a_bad_request(sqlite_factories: Factories, body: bytes) -> None:
    echoing(sqlite_factories)

    answer = sqlite_factories.client("officer").post("/echo", data=body, content_type="application/json")

    assert answer.status_code == 400


def test_json_within_bounds_passes_and_brackets_in_texts_do_not_count(sqlite_factories: Factories) -> None:
    echoing(sqlite_factories)
    client, given = sqlite_factories.client("officer"), {"note": '[[[[{{{{ "\\' * 40, "deep": [[[[[1]]]]]}

    answer = client.post(
        "/echo", data=json.dumps(given), content_type="application/json", headers={"X-CSRFToken": client.token()}
    )

    assert json.loads(answer.text) == given


def test_more_than_25_megabytes_are_refused(sqlite_factories: Factories) -> None:
    echoing(sqlite_factories)
    client = sqlite_factories.client("officer")
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        + b"x" * (26 * MEGABYTE)
        + b"\r\n--x--\r\n"
    )

    answer = client.post("/echo", data=body, content_type="multipart/form-data; boundary=x")

    assert answer.status_code == 413
    assert "25 MB" in answer.text


def test_json_of_more_than_5_megabytes_is_refused(sqlite_factories: Factories) -> None:
    echoing(sqlite_factories)

    answer = sqlite_factories.browser().post("/echo", data=b" " * (6 * MEGABYTE), content_type="application/json")

    assert answer.status_code == 413


def echoing(factories: Factories) -> None:
    """Add a page that gives JSON back."""

    @public
    def view() -> object:
        from flask import request

        return request.get_json()

    factories.own_app().add_url_rule("/echo", "echo", view, methods=["POST"])


def test_health_is_told_without_the_database_and_readiness_with_it(sqlite_factories: Factories) -> None:
    browser = sqlite_factories.browser()
    assert browser.get("/readyz").json["status"] == "ready"

    with sqlite_factories.transaction() as session:
        session.connection().exec_driver_sql(f"ALTER TABLE {Job.__tablename__} RENAME TO gone")

    assert browser.get("/healthz").status_code == 200
    assert browser.get("/readyz").status_code >= 500


def test_who_was_signed_out_is_led_to_the_sign_in_and_back_and_told_that_nothing_was_saved(
    sqlite_factories: Factories,
) -> None:
    browser = sqlite_factories.browser()

    page = browser.get("/cases?status=closed")
    part = browser.get("/cases", headers={"HX-Request": "true"})
    write = browser.submit("/admin/teams", {"name": "x"}, status=401)

    assert page.headers["Location"] == "/sign-in?next=%2Fcases%3Fstatus%3Dclosed"
    assert (part.status_code, part.headers["HX-Redirect"]) == (401, "/sign-in")
    assert "nothing was saved" in write.text
