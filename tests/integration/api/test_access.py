"""Who may call what: tokens and no cookies, verbs, restricted cases, methods."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from engine import staff
from engine.permissions import PLATFORM, VERBS
from models.case import Case
from models.staff import ApiToken, User
from tests.environment.databases import on_sqlite_alone
from tests.factories import TEAMS, Factories
from tests.integration.api.conftest import Program
from webapp import access, token_guesses

OPEN = {"GET /api/v1/openapi.json", "GET /api/v1/docs"}
# What concerns nobody but the caller, whatever their role.
ONES_OWN = {
    "GET /api/v1/notifications",
    "DELETE /api/v1/notifications/1",
    "GET /api/v1/escalations",
    "DELETE /api/v1/escalations/1",
    "GET /api/v1/notification-preferences",
    "PATCH /api/v1/notification-preferences",
}


def operations(app: Flask) -> Iterator[tuple[str, str, str | None]]:
    """Yield method, an address with 1 in each gap, and what it asks for, of every operation."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, re.sub(r"<[^>]+>", "1", rule.rule), access.declared(app, rule.endpoint, method)


def test_every_operation_asks_for_a_verb_and_only_the_description_is_open(factories: Factories) -> None:
    found = {f"{method} {address}": verb for method, address, verb in operations(factories.app)}

    assert {name for name, verb in found.items() if verb == access.PUBLIC} == OPEN
    assert all(verb in VERBS for name, verb in found.items() if name not in OPEN | ONES_OWN)
    assert {name for name, verb in found.items() if verb == access.SIGNED_IN} == ONES_OWN
    assert len(found) > 35


def test_without_a_token_nothing_is_answered(factories: Factories) -> None:
    client = factories.app.test_client()

    for method, address, verb in operations(factories.app):
        if verb != access.PUBLIC:
            answer = client.open(address, method=method, json={})
            assert answer.status_code == 401, address
            assert answer.content_type == "application/problem+json"
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_signed_in_browser_is_nobody_here(factories: Factories) -> None:
    browser = factories.client("administrator")

    assert browser.get("/account").status_code == 200
    for method, address, verb in operations(factories.app):
        if verb != access.PUBLIC:
            assert browser.open(address, method=method, json={}).status_code == 401, address


def test_a_token_is_no_use_on_the_pages(factories: Factories, program: Program) -> None:
    answer = factories.browser().get("/account", headers=program.headers)

    assert answer.status_code == 302


def test_a_write_needs_no_form_token(sample: None, program: Program) -> None:
    program.post("/cases", {"category": "sample"}, status=201)


@on_sqlite_alone
@pytest.mark.parametrize("how", ["revoked", "closed account", "unknown", "basic", "empty", "doubled"])
def test_a_token_that_does_not_hold_is_refused(factories: Factories, program: Program, how: str) -> None:
    token = program.headers["Authorization"].split()[1]
    program.get("/cases")
    with factories.transaction() as session:
        if how == "revoked":
            session.execute(update(ApiToken).values(revoked_at=program_time()))
        if how == "closed account":
            session.execute(update(User).where(User.id == program.user.id).values(is_active=False))
    header = {
        "unknown": "Bearer cw_nothing",
        "basic": f"Basic {token}",
        "empty": "Bearer ",
        "doubled": f"Bearer {token},{token}",
    }

    program.get("/cases", status=401, headers={"Authorization": header.get(how, f"Bearer {token}")})


def program_time() -> Any:
    """Return the time that rows are written with."""
    from engine.instants import now

    return now()


def test_roles_that_do_not_grant_the_verb_are_refused(factories: Factories) -> None:
    programs = {role: Program(factories, factories.user(role)) for role in ("officer", "analyst", "auditor")}

    wrong = []
    for method, address, verb in operations(factories.app):
        for role, program in programs.items():
            if verb in VERBS and role not in VERBS[verb].shipped:
                answer = factories.app.test_client().open(address, method=method, json={}, headers=program.headers)
                if answer.status_code != 403:
                    wrong.append((role, method, address, answer.status_code))

    assert wrong == []


@pytest.fixture
def restricted(factories: Factories, program: Program) -> dict[str, Any]:
    """A restricted case of somebody else with a task, a clock, a document, and what leads to each."""
    owner = Program(factories, factories.user("officer", "team_manager", "auditor", teams=TEAMS))
    person = factories.person()
    factories.tenancy(person)
    started = factories.complaint(by=owner.actor, person=person)
    from engine import filing

    with factories.transaction() as session:
        document_id = filing.add_document(session, started.id, "secret.txt", b"Where she lives now.", by=owner.actor)
        session.execute(update(Case).where(Case.id == started.id).values(restricted=True))
    return {
        "owner": owner,
        "id": started.id,
        "reference": started.reference,
        "task": owner.get(f"/cases/{started.reference}/tasks")["items"][0]["id"],
        "document": document_id,
        "person": person.id,
    }


def test_a_restricted_case_does_not_exist_for_others_in_any_operation(
    factories: Factories, administrator: Program, restricted: dict[str, Any]
) -> None:
    reference, task, document = restricted["reference"], restricted["task"], restricted["document"]
    reads = [
        *(f"/cases/{ref}{part}" for ref in (reference, restricted["id"]) for part in ("", *PARTS)),
        f"/tasks/{task}",
        f"/documents/{document}",
        f"/documents/{document}/content",
    ]
    writes = [
        ("POST", f"/cases/{reference}/notes", {"text": "x"}),
        ("POST", f"/cases/{reference}/closure", {"reason": "x"}),
        ("POST", f"/cases/{reference}/cancellation", {"reason": "x"}),
        ("PATCH", f"/cases/{reference}/fields", {"made_by": "resident"}),
        (
            "POST",
            f"/cases/{reference}/clocks/complaint.stage1_acknowledge/extension",
            {"working_days": 1, "reason": "x"},
        ),
        ("POST", f"/tasks/{task}/claim", {}),
        ("DELETE", f"/tasks/{task}/claim", None),
        ("POST", f"/tasks/{task}/assignment", {"to": "x"}),
        ("PUT", f"/tasks/{task}/draft", {"answers": {}}),
        ("POST", f"/tasks/{task}/completion", {"answers": {}}),
    ]
    known = [restricted["owner"].call("GET", address).close() for address in reads]

    hidden = [administrator.call("GET", address, status=404).json for address in reads]
    hidden += [
        administrator.call(method, address, body, status=404, headers={"If-Match": "*"}).json
        for method, address, body in writes
    ]

    assert len(known) == len(reads)
    assert all("Okafor" not in str(problem) for problem in hidden)
    unknown = administrator.get("/tasks/999999", status=404)
    assert {**administrator.get(f"/tasks/{task}", status=404), "request_id": ""} == {**unknown, "request_id": ""}


PARTS = ("/events", "/documents", "/tasks", "/clocks", "/replay")


def test_lists_leave_a_restricted_case_out_for_others(administrator: Program, restricted: dict[str, Any]) -> None:
    for address in ("/cases", "/tasks?status=any", "/documents", "/incidents?status=any"):
        assert administrator.get(address)["items"] == [], address
    assert administrator.get(f"/people/{restricted['person']}")["cases"] == []
    assert administrator.get(f"/people/{restricted['person']}")["documents"] == []

    assert len(restricted["owner"].get("/cases")["items"]) == 1
    assert len(restricted["owner"].get("/tasks")["items"]) == 1
    assert len(restricted["owner"].get("/documents")["items"]) == 1


def test_an_incident_of_a_restricted_case_cannot_be_retried_by_others(
    factories: Factories, administrator: Program, program: Program
) -> None:
    from tests.diagrams import category, extensions

    lost = extensions('<zeebe:assignmentDefinition candidateGroups="Nobody"/>')
    factories.deploy(category("start > ask > end", inside={"ask": lost}))
    case = program.post("/cases", {"category": "sample"}, status=201)
    [incident] = program.get("/incidents")["items"]
    with factories.transaction() as session:
        session.execute(update(Case).where(Case.id == case["id"]).values(restricted=True))

    administrator.get(f"/incidents/{incident['id']}", status=404)
    administrator.post(f"/incidents/{incident['id']}/retry", status=404)

    program.get(f"/incidents/{incident['id']}")


def test_a_task_of_another_team_is_not_allowed(factories: Factories, program: Program) -> None:
    factories.complaint(by=program.actor)
    stranger = Program(factories, factories.user("officer"))
    [task] = stranger.get("/tasks")["items"]

    for method, part, body in (("POST", "completion", {}), ("POST", "claim", {}), ("PUT", "draft", {"answers": {}})):
        problem = stranger.call(method, f"/tasks/{task['id']}/{part}", body, status=403).json
        assert "neither yours nor your team's" in problem["detail"]


def test_a_method_that_an_address_does_not_take_says_which_it_does(program: Program) -> None:
    answer = program.call("PUT", "/cases", {}, status=405)

    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert answer.content_type == "application/problem+json"
    program.call("DELETE", "/tasks/1/completion", status=405)


def test_wrong_tokens_have_to_wait_and_right_ones_do_not(factories: Factories, program: Program) -> None:
    program.get("/cases")
    late = Program(factories, factories.user("officer"))

    answers = [
        factories.app.test_client().get("/api/v1/cases", headers={"Authorization": f"Bearer guess{number}"})
        for number in range(token_guesses.MOST + 3)
    ]

    assert {answer.status_code for answer in answers[: token_guesses.MOST]} == {401}
    assert {answer.status_code for answer in answers[token_guesses.MOST :]} == {429}
    assert int(answers[-1].headers["Retry-After"]) > 0
    program.get("/cases")  # was right before
    late.get("/cases", status=429)
    elsewhere = factories.app.test_client().get(
        "/api/v1/cases", headers=late.headers, environ_overrides={"REMOTE_ADDR": "192.0.2.7"}
    )
    assert elsewhere.status_code == 200


def test_a_token_made_by_an_administrator_works_until_it_is_revoked(factories: Factories, program: Program) -> None:
    with factories.transaction() as session:
        token = staff.make_token(session, program.user.id, "another", by=PLATFORM)

    assert program.get("/cases", headers={"Authorization": f"Bearer {token}"})["items"] == []
    with factories.transaction() as session:
        row = session.query(ApiToken).filter_by(name="another").one()
        staff.revoke_token(session, row.id, by=PLATFORM)
    program.get("/cases", status=401, headers={"Authorization": f"Bearer {token}"})
    program.get("/cases")
