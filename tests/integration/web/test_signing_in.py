"""Signing in and out: who gets in, what a stolen or planted cookie is worth, and how often one may guess."""

from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select, update

from engine.instants import frozen_at, set_offset, unmoved_now
from models.staff import Session, User
from tests.environment.applications import SLOW_HASHER
from tests.environment.databases import on_sqlite_alone
from tests.factories import Factories
from tests.pages import PageClient
from webapp import passwords, throttle

PASSWORD = "otter lamp granite"


def sign_in(client: PageClient, email: str, password: str, *, status: int = 302, next: str = "", **given: Any) -> Any:
    """Send the sign-in form and check the status of the answer."""
    return client.submit("/sign-in", {"email": email, "password": password, "next": next}, status=status, **given)


def test_the_right_password_opens_the_door_and_leads_back_to_the_page_that_was_asked_for(factories: Factories) -> None:
    user, client = factories.user("administrator", password=PASSWORD), factories.browser()

    answer = sign_in(client, user.email.upper(), PASSWORD, next="/admin/staff?page=2")

    assert answer.headers["Location"] == "/admin/staff?page=2"


@on_sqlite_alone
@pytest.mark.parametrize(
    "address", ["//evil.example", "https://evil.example/", "/\\evil.example", "/\t/evil.example", "javascript:x"]
)
def test_the_sign_in_leads_nowhere_but_here(factories: Factories, address: str) -> None:
    user, client = factories.user(password=PASSWORD), factories.browser()

    answer = sign_in(client, user.email, PASSWORD, next=address)

    assert answer.headers["Location"] == "/"


@on_sqlite_alone
@pytest.mark.parametrize("password", ["", "wrong", PASSWORD + "x", PASSWORD * 40])
def test_a_wrong_password_opens_nothing_and_says_no_more_than_that(factories: Factories, password: str) -> None:
    user, client = factories.user(password=PASSWORD), factories.browser()

    known = sign_in(client, user.email, password, status=422)
    unknown = sign_in(client, "nobody@landlord.example", password, status=422)

    assert "not right" in known.text and "not right" in unknown.text
    assert client.get_cookie("casewright") is None


def test_a_closed_account_is_refused_with_the_right_password(factories: Factories) -> None:
    user, client = factories.user(password=PASSWORD), factories.browser()
    with factories.transaction() as session:
        session.execute(update(User).where(User.id == user.id).values(is_active=False))

    sign_in(client, user.email, PASSWORD, status=422)


def test_a_user_who_does_not_exist_costs_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    hashes = []
    monkeypatch.setattr(passwords, "_hasher", Counting(SLOW_HASHER, hashes))
    passwords._nobodys.cache_clear()

    passwords.matches(None, "a guess")
    passwords.matches(passwords.hashed(PASSWORD), "a guess")

    assert len(hashes) == 2
    assert [stored.split("$")[3] for stored in hashes] == ["m=19456,t=2,p=1"] * 2


class Counting:
    """Passes on to the real hasher and notes what was verified against what."""

    def __init__(self, real: Any, verified: list[str]) -> None:
        self._real, self._verified = real, verified

    def verify(self, stored: str, password: str) -> bool:
        self._verified.append(stored)
        return bool(self._real.verify(stored, password))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def test_a_cookie_that_was_planted_before_the_sign_in_is_worth_nothing_after_it(factories: Factories) -> None:
    user, client = factories.user(password=PASSWORD), factories.browser()
    client.set_cookie("casewright", "planted")

    sign_in(client, user.email, PASSWORD)

    thief = factories.browser()
    thief.set_cookie("casewright", "planted")
    assert client.get_cookie("casewright").value != "planted"
    assert thief.get("/account").status_code == 302


def test_a_form_token_from_before_the_sign_in_is_refused_after_it(factories: Factories) -> None:
    user, client = factories.user(password=PASSWORD), factories.browser()
    planted = client.token()

    client.post("/sign-in", data={"email": user.email, "password": PASSWORD, "csrf_token": planted})

    assert client.post("/sign-out", data={"csrf_token": planted}).status_code == 400


def test_signing_in_again_ends_the_session_before(factories: Factories) -> None:
    client = factories.client("officer")
    user, old = factories.user(password=PASSWORD), client.get_cookie("casewright").value

    sign_in(client, user.email, PASSWORD)

    thief = factories.browser()
    thief.set_cookie("casewright", old)
    assert thief.get("/account").status_code == 302


def test_signing_out_ends_the_session_on_the_server_too(factories: Factories) -> None:
    client = factories.client("officer")
    stolen = client.get_cookie("casewright").value

    answer = client.submit("/sign-out")

    thief = factories.browser()
    thief.set_cookie("casewright", stolen)
    assert thief.get("/account").status_code == 302
    assert client.get_cookie("casewright") is None
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_the_row_of_a_session_does_not_hold_the_cookie(factories: Factories) -> None:
    client = factories.client("officer")

    with factories.transaction() as session:
        row = session.scalars(select(Session)).one()

    assert client.get_cookie("casewright").value not in (row.token_digest, str(row.id))


@pytest.mark.parametrize(
    ("idle", "age", "is_in"),
    [
        (timedelta(minutes=29), timedelta(hours=1), True),
        (timedelta(minutes=31), timedelta(hours=1), False),
        (timedelta(minutes=1), timedelta(hours=11, minutes=59), True),
        (timedelta(minutes=1), timedelta(hours=12, minutes=1), False),
    ],
)
def test_a_session_ends_after_30_minutes_without_use_and_after_12_hours(
    factories: Factories, idle: timedelta, age: timedelta, is_in: bool
) -> None:
    client, now = factories.client("officer"), unmoved_now()
    with factories.transaction() as session:
        session.execute(update(Session).values(seen_at=now - idle, created_at=now - age))

    assert (client.get("/account").status_code == 200) is is_in


def test_use_keeps_a_session_alive_and_is_written_once_a_minute(factories: Factories) -> None:
    client, now = factories.client("officer"), unmoved_now()

    with frozen_at(now + timedelta(seconds=50)):
        client.get("/account").close()
        at_once = _seen(factories)
    with frozen_at(now + timedelta(seconds=70)):
        client.get("/account").close()
        later = _seen(factories)

    assert at_once < now + timedelta(seconds=1)
    assert later == now + timedelta(seconds=70)


def test_the_demo_clock_signs_nobody_out(factories: Factories) -> None:
    client = factories.client("officer")

    set_offset(timedelta(days=5))
    try:
        assert client.get("/account").status_code == 200
    finally:
        set_offset(timedelta())


def _seen(factories: Factories) -> datetime:
    with factories.transaction() as session:
        return session.scalars(select(Session.seen_at)).one()


def test_the_cookie_is_kept_from_scripts_and_other_sites_and_bound_to_the_host_over_https(factories: Factories) -> None:
    user = factories.user(password=PASSWORD)
    plain, secure = factories.browser(), factories.browser()

    by_http = sign_in(plain, user.email, PASSWORD)
    address = "https://localhost/sign-in"
    form = html.document_fromstring(secure.get(address).text)
    token = form.xpath("//input[@name='csrf_token']/@value")[0]
    by_https = secure.post(
        address,
        data={"email": user.email, "password": PASSWORD, "csrf_token": token},
        headers={"Referer": address},
    )

    assert _cookie(by_http, "casewright=") == {"HttpOnly", "Path=/", "SameSite=Lax"}
    assert _cookie(by_https, "__Host-casewright=") == {"HttpOnly", "Path=/", "SameSite=Lax", "Secure"}
    assert "max-age" in by_https.headers["Strict-Transport-Security"]


def test_a_cookie_of_plain_http_is_not_taken_over_https(factories: Factories) -> None:
    client = factories.client("officer")

    assert client.get("/account").status_code == 200
    assert client.get("https://localhost/account").status_code == 302


def _cookie(answer: Any, start: str) -> set[str]:
    found = next(cookie for cookie in answer.headers.getlist("Set-Cookie") if cookie.startswith(start))
    return {part.strip() for part in found.split(";")[1:]}


def test_the_eleventh_guess_is_refused_even_when_it_is_right_and_five_minutes_later_it_is_not(
    factories: Factories,
) -> None:
    user, client, start = factories.user(password=PASSWORD), factories.browser(), unmoved_now()

    with frozen_at(start):
        for _ in range(throttle.MOST):
            sign_in(client, user.email, "wrong", status=422)
        refused = sign_in(client, user.email, PASSWORD, status=429)
    with frozen_at(start + timedelta(minutes=5, seconds=1)):
        sign_in(client, user.email, PASSWORD)

    assert "Wait five minutes" in refused.text
    assert refused.headers["Retry-After"] == "300"


def test_an_account_is_guarded_against_guesses_from_everywhere(factories: Factories) -> None:
    user, client = factories.user(password=PASSWORD), factories.browser()

    for host in range(throttle.MOST):
        sign_in(client, user.email, "wrong", status=422, environ_base={"REMOTE_ADDR": f"192.0.2.{host}"})

    sign_in(client, user.email.upper(), PASSWORD, status=429, environ_base={"REMOTE_ADDR": "198.51.100.1"})


def test_an_address_cannot_try_one_password_on_many_accounts(factories: Factories) -> None:
    user, client = factories.user(password=PASSWORD), factories.browser()

    for number in range(throttle.MOST):
        sign_in(client, f"somebody{number}@landlord.example", "wrong", status=422)

    sign_in(client, user.email, PASSWORD, status=429)


def test_a_forged_header_does_not_change_where_a_guess_comes_from(factories: Factories) -> None:
    client = factories.browser()

    answers = [
        client.post(
            "/sign-in",
            data={"email": f"a{number}@b.example", "password": "x", "csrf_token": client.token()},
            headers={"X-Forwarded-For": f"203.0.113.{number}"},
        ).status_code
        for number in range(throttle.MOST + 1)
    ]

    assert answers == [422] * throttle.MOST + [429]


def test_signing_in_rightly_uses_no_guess_up(factories: Factories) -> None:
    user, client = factories.user(password=PASSWORD), factories.browser()

    for _ in range(throttle.MOST + 5):
        sign_in(client, user.email, PASSWORD)


def test_guesses_made_at_the_same_moment_do_not_slip_through_together(factories: Factories) -> None:
    user = factories.user(password=PASSWORD)
    gate, statuses = Barrier(16), []

    def guess() -> None:
        client = factories.browser()
        token = client.token()
        gate.wait()
        answer = client.post("/sign-in", data={"email": user.email, "password": "wrong", "csrf_token": token})
        statuses.append(answer.status_code)

    threads = [Thread(target=guess) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(statuses) <= {422, 429}
    assert statuses.count(422) <= throttle.MOST
    assert len(statuses) == 16


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("", ""), ("nonsense", "nonsense")],
)
def test_an_ipv6_household_counts_as_one(address: str, network: str) -> None:
    assert throttle.network_of(address) == network
