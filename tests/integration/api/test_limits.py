"""What is refused before anything looks at it: size, depth, kind, characters, numbers, cursors."""

import base64
import json
from itertools import product
from typing import Any
from urllib.parse import parse_qsl

from tests.integration.api.conftest import Program

JSON = {"Content-Type": "application/json"}
MEGABYTE = 1024 * 1024


BODIES = [
    (b"{", 400),
    (b"nothing", 400),
    (b"\xff\xfe", 400),
    (b'{"category": NaN}', 400),
    (b'{"category": "sample", "fields": {"rent": Infinity}}', 400),
    (b'{"category": "sample", "fields": {"rent": 1e1000000}}', 400),
    (b'{"category": "sample", "fields": {"rent": 1e-1000000}}', 400),
    (b'{"category": "sample", "fields": {"rent": ' + b"9" * 5000 + b"}}", 400),
    (b'{"category": "sample", "fields": {"rent": "a\\u0000b"}}', 400),
    (b'{"category": "sample", "fields": {"rent": "\\ud800"}}', 400),
    (b'{"category": "sample", "fields": {"\\u0000": 1}}', 400),
    (b"[" * 100_000, 400),
    (b'{"a":' * 40 + b"1" + b"}" * 40, 400),
    (b"[]", 422),
    (b'"text"', 422),
    (b"null", 422),
    (b'{"category": ["sample"]}', 422),
    (b'{"category": "sample", "subjects": {}}', 422),
    (b'{"category": "sample", "subjects": [1]}', 422),
    (b'{"category": "sample", "subjects": [{"type": "person", "id": 99999999999999999999}]}', 422),
    (b'{"category": "sample", "subjects": [{"type": "person", "id": 1.5}]}', 422),
    (b'{"category": "sample", "subjects": [{"type": "person", "id": true}]}', 422),
    (b'{"category": "sample", "fields": {"__proto__": 1}}', 422),
    (b'{"category": "' + b"x" * 500 + b'"}', 422),
]


def test_a_body_that_is_none_is_refused(sample: None, program: Program) -> None:
    for body, status in BODIES:
        answer = program.call("POST", "/cases", data=body, headers=JSON, status=status)
        assert answer.content_type == "application/problem+json", body
        assert answer.json["status"] == status, body

    assert program.get("/cases")["items"] == []


def test_an_escaped_backslash_before_zeros_is_text_like_any_other(sample: None, program: Program) -> None:
    reference = program.post("/cases", {"category": "sample"}, status=201)["reference"]

    note = program.call(
        "POST", f"/cases/{reference}/notes", data=rb'{"text": "C:\\u0000 \\ud800"}', headers=JSON, status=201
    )

    assert note.json["text"] == r"C:\u0000 \ud800"


def test_a_body_that_is_too_large_is_refused(sample: None, program: Program) -> None:
    program.call("POST", "/cases", data=b'"' + b"x" * (6 * MEGABYTE) + b'"', headers=JSON, status=413)
    program.call("POST", "/cases/1/notes", data=b"x" * (26 * MEGABYTE), status=413)


KINDS = ["text/plain", "application/xml", "application/x-www-form-urlencoded", ""]


def test_a_body_of_another_kind_is_refused(sample: None, program: Program) -> None:
    for kind in KINDS:
        program.call("POST", "/cases", data=b'{"category": "sample"}', headers={"Content-Type": kind}, status=415)

    assert program.get("/cases")["items"] == []


def cursor(*parts: Any) -> str:
    """Return a cursor as no list gave it out."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


FORGED = [
    "x",
    "é",
    "=" * 9,
    cursor(),
    cursor(1, 2),
    cursor(None, 1, False),
    cursor({"a": 1}, 1, False),
    cursor("2026-01-01", 1, False),
    cursor("2026-01-01T00:00:00", 1, False),
    cursor("0001-01-01T00:00:00+14:00", 1, False),
    cursor("9999-12-31T23:59:59-14:00", 1, False),
    cursor("a\0b", 1, False),
    cursor("\ud800", 1, False),
    cursor(10**30, 10**30, False),
    cursor(float("inf"), float("inf"), False),
    cursor(float("nan"), 1, True),
    base64.urlsafe_b64encode(b"[" * 400).decode(),
    base64.urlsafe_b64encode(b"1" * 400).decode(),
]


def test_a_forged_cursor_is_refused_or_names_an_empty_page(sample: None, program: Program) -> None:
    reference = program.post("/cases", {"category": "sample"}, status=201)["reference"]

    lists = ("/cases", "/cases?sort=title", "/tasks", "/people", "/accounts", f"/cases/{reference}/events")
    for address, forged in product(lists, FORGED):
        path, _, query = address.partition("?")
        answer = program.try_get(path, **dict(parse_qsl(query)), cursor=forged)
        assert answer.status_code in (200, 422), (address, forged, answer.text)


SENSELESS = [
    "/cases/a%00b",
    "/cases?q=%00",
    "/people?q=a%00",
    "/cases?limit=0",
    "/cases?limit=201",
    "/cases?limit=many",
    "/tasks?due_before=yesterday",
    "/tasks?due_before=2026-01-01T00:00:00",
    "/tasks?due_before=0001-01-01T00:00:00%2B14:00",
    "/tenures?person=99999999999999999999",
    "/cases?sort=colour",
]


def test_an_address_that_asks_for_nothing_sensible_is_refused(program: Program) -> None:
    for address in SENSELESS:
        answer = program.try_get(address)
        assert answer.status_code in (400, 422), (address, answer.text)


NOWHERE = [
    "/tasks/0",
    "/tasks/99999999999999999999",
    "/tasks/x",
    "/people/-1",
    "/cases/99999999999999999999",
    "/cases/%F0%9F%8F%A0",
    "/nothing",
]


def test_what_cannot_be_there_is_not_found(program: Program) -> None:
    for address in NOWHERE:
        program.get(address, status=404)
