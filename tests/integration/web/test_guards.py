"""House law over every route: each says who may use it, each write needs its form token, no page view writes."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from engine.permissions import VERBS
from tests.environment.statements import statements_of
from tests.factories import Factories
from webapp import access, database
from webapp.access import public, requires, signed_in

SAFE = {"GET", "HEAD", "OPTIONS"}
API = "/api/"


def routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Yield every address with every method that it takes."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def address_of(rule: Rule) -> str:
    """Return an address of a route, with 1 in every gap, or the first of the words that it may hold."""
    return re.sub(r"<[^>]+>", "1", re.sub(r"<any\(\s*([^,)]+)[^>]*>", r"\1", rule.rule))


def test_every_route_says_who_may_use_it(factories: Factories) -> None:
    known = {access.PUBLIC, access.SIGNED_IN, *VERBS}

    silent = [
        f"{method} {rule}"
        for rule, method in routes(factories.app)
        if access.declared(factories.app, rule.endpoint, method) not in known
    ]

    assert silent == []


def test_only_these_routes_are_open_to_everybody(factories: Factories) -> None:
    open_routes = {
        f"{method} {rule}"
        for rule, method in routes(factories.app)
        if access.declared(factories.app, rule.endpoint, method) == access.PUBLIC
    }

    pages = {route for route in open_routes if API not in route}
    assert pages == {
        "GET /healthz",
        "GET /readyz",
        "GET /metrics",
        "GET /calendars/<token>.ics",
        "GET /sign-in",
        "POST /sign-in",
        "POST /sign-out",
        "GET /static/<path:filename>",
        "POST /callbacks/notify",  # with a token of its own
        "POST /callbacks/<any(sms, letters):name>",
    }


def test_a_route_that_says_nothing_is_refused_to_everybody(factories: Factories) -> None:
    factories.own_app().add_url_rule("/undeclared", "undeclared", lambda: "a secret")
    client = factories.client("administrator")

    answer = client.get("/undeclared")

    assert answer.status_code == 403
    assert "a secret" not in answer.text


def test_a_verb_that_does_not_exist_cannot_be_asked_for() -> None:
    with pytest.raises(LookupError, match="There is no verb"):
        requires("rule the world")


def test_who_is_not_signed_in_gets_no_page_at_all(factories: Factories) -> None:
    client = factories.browser()

    seen = [
        f"{method} {rule}: {answer.status_code}"
        for rule, method in routes(factories.app)
        if API not in rule.rule
        and access.declared(factories.app, rule.endpoint, method) != access.PUBLIC
        and (answer := client.open(address_of(rule), method=method)).status_code not in (302, 400, 401, 403)
    ]

    assert seen == []


def test_every_write_without_its_form_token_is_refused(factories: Factories) -> None:
    client = factories.client("administrator", "team_manager", "officer", "analyst", "auditor")

    taken = [
        f"{method} {rule}: {answer.status_code}"
        for rule, method in routes(factories.app)
        if method not in SAFE
        and API not in rule.rule
        and (answer := client.open(address_of(rule), method=method, data={"any": "thing"})).status_code
        not in (400, 403)
    ]

    assert taken == []


def test_a_write_of_another_site_is_refused_with_the_right_token(factories: Factories) -> None:
    client = factories.client("officer")

    by_origin = client.submit("/sign-out", status=403, headers={"Origin": "https://evil.example"})
    by_fetch = client.submit("/sign-out", status=403, headers={"Sec-Fetch-Site": "cross-site"})
    no_origin = client.submit("/sign-out", status=403, headers={"Origin": "null"})

    assert "another site" not in by_origin.text or by_fetch.status_code == no_origin.status_code == 403
    assert client.get("/account").status_code == 200


def test_a_token_of_another_browser_is_refused(factories: Factories) -> None:
    mine, theirs = factories.client("officer"), factories.client("officer")
    with theirs.session_transaction() as session:
        session["csrf_token"] = "f" * 40

    answer = mine.post("/sign-out", data={"csrf_token": theirs.token()})

    assert answer.status_code == 400


def test_a_role_without_the_verb_is_refused_and_one_with_it_is_not(factories: Factories) -> None:
    officer, administrator = factories.client("officer"), factories.client("administrator")

    assert officer.get("/admin/staff").status_code == 403
    assert officer.submit("/admin/staff", {"name": "x"}, status=403)
    assert administrator.get("/admin/staff").status_code == 200


def test_a_page_view_that_writes_fails(factories: Factories) -> None:
    @public
    def greedy() -> str:
        from models.staff import Team

        database.session().add(Team(key="sneaky", name="Sneaky"))
        database.session().flush()
        return "written"

    factories.own_app().add_url_rule("/greedy", "greedy", greedy)

    answer = factories.browser().get("/greedy")

    assert answer.status_code == 500
    assert factories.client("administrator", teams=()).page("/admin/teams").main.count("Sneaky") == 0


def test_no_page_view_commits_anything(factories: Factories) -> None:
    client = factories.client("administrator", "auditor", "analyst")
    started = factories.complaint(by=factories.actor(client.user))

    with statements_of(factories.engine) as statements:
        for rule, method in routes(factories.app):
            if method == "GET" and API not in rule.rule and rule.endpoint != "static":
                client.get(address_of(rule).replace("/cases/1", f"/cases/{started.reference}"))

    assert len(statements) > 20
    assert [s for s in statements if re.match(r"\s*(INSERT|UPDATE|DELETE)", s) and "read_log" not in s] == []


def test_a_write_whose_answer_is_an_error_leaves_nothing(factories: Factories) -> None:
    outcome: dict[str, Any] = {}

    @signed_in
    def half() -> Any:
        from models.staff import Team

        database.session().add(Team(key=outcome["kind"], name=outcome["kind"]))
        database.session().flush()
        if outcome["kind"] == "raised":
            raise RuntimeError("in the middle")
        return "done", 409 if outcome["kind"] == "refused" else 200

    factories.own_app().add_url_rule("/half", "half", half, methods=["POST"])
    client = factories.client("administrator", teams=())

    for outcome["kind"], status in (("raised", 500), ("refused", 409), ("kept", 200)):
        client.submit("/half", status=status)

    teams = client.page("/admin/teams").main
    assert "kept" in teams
    assert "raised" not in teams and "refused" not in teams


def test_authentication_is_one_query(factories: Factories) -> None:
    @signed_in
    def empty() -> str:
        return "nothing"

    factories.own_app().add_url_rule("/empty", "empty", empty)
    client = factories.client("officer")
    client.get("/empty")

    with statements_of(factories.engine) as sent:
        client.get("/empty")

    assert len([statement for statement in sent if statement.startswith("SELECT")]) == 1
