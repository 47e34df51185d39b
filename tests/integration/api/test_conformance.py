"""The published description and what is really answered are the same; no request makes the server fail."""

import io
import json
import re
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from tests.environment.pace import examples
from tests.factories import Factories
from tests.integration.api.described import faults, resolved
from tests.integration.api.good_requests import World, requests
from webapp.api.openapi import operations

QUIET = list(HealthCheck)
PROBLEM = {"$ref": "#/components/schemas/Problem"}


@pytest.fixture
def world(factories: Factories) -> World:
    """One of everything."""
    return World(factories)


def test_every_operation_answers_as_it_is_described(world: World) -> None:
    prepared, wrong = requests(world), []

    described = {operation["operationId"]: (path, method, operation) for path, method, operation in all_of(world)}
    assert set(prepared) == set(described)
    for name, request in prepared.items():
        path, method, operation = described[name]
        answer = send(world, path.format(**request.get("gaps", {})), method, request)
        wrong += [f"{name}: {fault}" for fault in unlike(world, answer, operation)]
        expected = [request["status"]] if "status" in request else [200, 201, 202, 204]
        if answer.status_code not in expected:
            wrong.append(f"{name}: {answer.status_code} {answer.text[:500]}")
        answer.close()

    assert wrong == []


def test_the_description_is_whole(world: World) -> None:
    described = world.described

    assert described["openapi"] == "3.1.0"
    assert described["components"]["securitySchemes"] == {"bearer": {"type": "http", "scheme": "bearer"}}
    names = []
    for path, method, operation in all_of(world):
        assert operation["summary"] and operation["x-permission"], path
        assert any(status.startswith("2") for status in operation["responses"]), path
        assert {"401", "403"} <= set(operation["responses"]), path
        gaps = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "path"}
        gaps |= {p["name"] for p in described["paths"][path].get("parameters", ())}
        assert all(f"{{{gap}}}" in path for gap in gaps) and len(gaps) == path.count("{"), path
        takes_nothing = method in ("get", "delete") or path.endswith(
            ("/claim", "/look", "/retry", "/test", "/pdf", "/approval", "/posting", "/withdrawal", "/dispatch")
        )
        assert takes_nothing or "requestBody" in operation, path
        names.append(operation["operationId"])
    assert len(names) == len(set(names))
    for reference in references(described):
        resolved({"$ref": reference}, described)


def test_amounts_are_described_as_the_text_that_they_are(world: World) -> None:
    account = world.described["components"]["schemas"]["WholeAccount"]["properties"]

    assert (account["balance"]["type"], account["balance"]["format"]) == ("string", "decimal")


def test_people_can_read_the_description_too(factories: Factories) -> None:
    page = factories.browser().page("/api/v1/docs")

    assert page.h1 == "REST interface"
    assert "/api/v1/tasks/{task_id}/completion" in page.main
    assert "Refused with 409 when somebody else has completed it" in page.main


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["1", "sample", "", "9" * 50]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


ODD_GAP = st.text(st.characters(blacklist_characters="/"), min_size=1, max_size=20)


@pytest.mark.drawn
@pytest.mark.slow
def test_whatever_is_sent_the_server_does_not_fail(world: World) -> None:
    targets = list(all_of(world))
    gaps = {
        "ref": world.complaint.reference,
        "key": "complaint",
        "clock": "complaint.stage1_acknowledge",
        "source": "common",
        "owner": "person",
        "name": "North",
        "kind": "letter",
    }
    numbers, seen = st.sampled_from([1, 2, 3, 10**9]), set()

    @settings(max_examples=examples(225), deadline=None, derandomize=True, database=None, suppress_health_check=QUIET)
    @given(st.data())
    def check(data: Any) -> None:
        path, method, operation = data.draw(st.sampled_from(targets))
        named = re.findall(r"{(\w+)}", path)
        filled = {name: data.draw(st.just(gaps[name]) | ODD_GAP if name in gaps else numbers) for name in named}
        request: dict[str, Any] = {"headers": data.draw(headers())}
        if "requestBody" in operation and "application/json" in operation["requestBody"]["content"]:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            request["data"] = json.dumps(data.draw(JSON | like(schema, world.described)))
            request["headers"]["Content-Type"] = "application/json"
        elif "requestBody" in operation:
            files = st.tuples(st.binary(max_size=60), st.text(max_size=20))
            request["data"] = {"file": _file(data.draw(files)), "files": _file(data.draw(files)), "note": "x"}
            del request["data"]["files" if "file" in str(path) or "documents" in path else "file"]
        else:
            names = [p["name"] for p in operation.get("parameters", ()) if p["in"] == "query"] or ["x"]
            request["query"] = data.draw(st.dictionaries(st.sampled_from(names), st.text(max_size=20), max_size=3))
        answer = send(world, path.format(**filled), method, request)
        seen.add(answer.status_code)
        assert answer.status_code < 500, (method, path, filled, request, answer.text)
        if answer.status_code in (404, 405, 308) and str(answer.status_code) not in operation["responses"]:
            return  # what was drawn for a gap made another address of it
        assert unlike(world, answer, operation) == [], (method, path, filled, request)
        answer.close()

    check()
    assert {200, 404, 422} <= seen  # it came through to where the work is done


@pytest.mark.drawn
@pytest.mark.slow
def test_whatever_stands_in_answers_and_fields_the_server_does_not_fail(world: World) -> None:
    names = st.sampled_from(["rent", "deposit", "received_on", "complaint_topics", "case", "LIMIT", "a.b"])
    named = st.dictionaries(names | st.text(max_size=9), JSON, max_size=4)
    without_form = world.program.post(f"/tasks/{world.new_task()}/completion", {})["opened"][0]
    by_id = {operation["operationId"]: (path, method, operation) for path, method, operation in all_of(world)}
    bodies = {
        "tasks_complete": st.fixed_dictionaries({"answers": named}, optional={"seen": named | st.none()}),
        "tasks_save_draft": st.fixed_dictionaries({"answers": named}),
        "cases_correct": named,
        "cases_start": st.fixed_dictionaries({"category": st.sampled_from(["sample", "complaint"]), "fields": named}),
        "messages_publish": st.fixed_dictionaries(
            {"name": st.text(min_size=1, max_size=9), "correlation_key": st.just("k"), "variables": named}
        ),
    }
    gaps, seen, with_form = {"ref": world.complaint.reference}, set(), world.claimed()

    @settings(max_examples=examples(225), deadline=None, derandomize=True, database=None, suppress_health_check=QUIET)
    @given(st.data())
    def check(data: Any) -> None:
        name = data.draw(st.sampled_from(sorted(bodies)))
        path, method, operation = by_id[name]
        body = json.dumps(data.draw(bodies[name]))
        task = data.draw(st.sampled_from([with_form, without_form]))
        sent = {"data": body, "headers": {"Content-Type": "application/json", "If-Match": "*"}}
        answer = send(world, path.format(**gaps, task_id=task), method, sent)
        seen.add((name, answer.status_code))
        assert answer.status_code < 500, (name, body, answer.text)
        assert unlike(world, answer, operation) == [], (name, body)
        shown = send(world, f"/api/v1/cases/{world.complaint.reference}", "get", {})
        assert shown.status_code == 200, (name, body, shown.text)

    check()
    assert {("cases_start", 201), ("messages_publish", 202), ("tasks_save_draft", 204)} <= seen


def headers() -> Any:
    """Draw headers that a program may send."""
    plain = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20)
    known = st.fixed_dictionaries({}, optional={"If-Match": st.just("*") | plain, "Idempotency-Key": plain})
    return known.map(dict)


def like(schema: dict[str, Any], described: dict[str, Any]) -> Any:
    """Draw a body that has the names of a schema, with anything for values."""
    properties = resolved(schema, described).get("properties", {})
    return st.fixed_dictionaries({}, optional={name: _for(part) for name, part in properties.items()})


def _for(part: dict[str, Any]) -> Any:
    by_type = {
        "string": st.text(max_size=40),
        "integer": st.integers(-5, 300),
        "object": st.dictionaries(st.text(max_size=9), JSON, max_size=3),
    }
    likely = by_type.get(part.get("type", "") if isinstance(part.get("type"), str) else "", JSON)
    return st.sampled_from(part["enum"]) | JSON if "enum" in part else likely | JSON


def _file(drawn: tuple[bytes, str]) -> tuple[io.BytesIO, str]:
    return io.BytesIO(drawn[0]), drawn[1] or "x"


def all_of(world: World) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield every operation of the description."""
    return operations(world.described)


def send(world: World, path: str, method: str, request: dict[str, Any]) -> TestResponse:
    """Send a request of the fuzz or of the examples."""
    from urllib.parse import quote

    given = {name: request[name] for name in ("json", "data") if name in request}
    answer = world.factories.app.test_client().open(
        quote(path),
        method=method.upper(),
        query_string=request.get("query"),
        headers={**world.program.headers, **request.get("headers", {})},
        **given,
    )
    answer.request.environ["wsgi.input"].close()
    return answer


def unlike(world: World, answer: TestResponse, operation: dict[str, Any]) -> list[str]:
    """Return where an answer is not what the description says."""
    responses = operation["responses"]
    if str(answer.status_code) not in responses:
        return [f"{answer.status_code} is not described: {answer.text[:300]}"]
    response = resolved(responses[str(answer.status_code)], world.described)
    content = response.get("content", {})
    if not content:
        return [] if not answer.data else ["an answer that should be empty has a body"]
    if "*/*" in content:
        return []
    if answer.mimetype not in content:
        return [f"{answer.mimetype} is not described"]
    return faults(json.loads(answer.text), content[answer.mimetype]["schema"], world.described)


def references(value: Any) -> Iterator[str]:
    """Yield every reference in the description."""
    if isinstance(value, dict):
        for name, part in value.items():
            if name == "$ref":
                yield part
            else:
                yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


def test_no_two_schemas_take_one_name(sqlite_factories) -> None:
    """The second of two gets a number behind its name, which changes with the order in which modules are read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # or the page fails, which names no schema
        described = sqlite_factories.app.test_client().get("/api/v1/openapi.json").json

    names = set(described["components"]["schemas"])

    assert len(names) > 50
    assert sorted(name for name in names if name[-1].isdigit() and name.rstrip("0123456789") in names) == []
