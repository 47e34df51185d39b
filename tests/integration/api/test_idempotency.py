"""The same request sent again: done once, answered alike; a key is for one request."""

import io
import threading
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.instants import frozen_at, unmoved_now
from models.case import Case
from models.work import IdempotentAnswer, Message
from tests.factories import TEAMS, Factories
from tests.integration.api.conftest import Program
from webapp.api import idempotency


def count(factories: Factories, model: Any) -> int:
    """Return how many rows a table has."""
    with factories.transaction() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_the_same_request_with_the_same_key_is_done_once_and_answered_alike(
    factories: Factories, sample: None, program: Program
) -> None:
    first = program.call("POST", "/cases", {"category": "sample"}, status=201, headers={"Idempotency-Key": "k-1"})
    second = program.call("POST", "/cases", {"category": "sample"}, status=201, headers={"Idempotency-Key": "k-1"})
    third = program.post("/cases", {"category": "sample"}, status=201, key="k-2")

    assert second.data == first.data
    assert second.headers["Location"] == first.headers["Location"]
    assert second.headers["ETag"] == first.headers["ETag"]
    assert second.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert third["reference"] != first.json["reference"]
    assert count(factories, Case) == 2


def test_a_key_cannot_be_used_for_another_request(sample: None, program: Program) -> None:
    reference = program.post("/cases", {"category": "sample"}, status=201, key="k")["reference"]

    for address, body in (
        ("/cases", {"category": "other"}),
        (f"/cases/{reference}/notes", {"text": "x"}),
        ("/cases", {"category": "sample", "fields": {"rent": 1}}),
    ):
        problem = program.post(address, body, status=422, key="k")
        assert set(problem["errors"]) == {"Idempotency-Key"}


def test_keys_of_two_people_are_apart(factories: Factories, sample: None, program: Program) -> None:
    other = Program(factories, factories.user("officer", teams=TEAMS))

    mine = program.post("/cases", {"category": "sample"}, status=201, key="k")
    theirs = other.post("/cases", {"category": "sample"}, status=201, key="k")

    assert mine["reference"] != theirs["reference"]


def test_what_was_refused_may_be_sent_again_with_its_key(factories: Factories, program: Program) -> None:
    from tests.integration.api.conftest import TWO_TASKS

    program.post("/cases", {"category": "sample"}, status=422, key="k")
    factories.deploy(TWO_TASKS)

    program.post("/cases", {"category": "sample"}, status=201, key="k")


NO_KEYS = ["", "with space", "x" * 121, "é", "tab\there"]


def test_a_key_that_is_none_is_refused(sample: None, program: Program) -> None:
    for key in NO_KEYS:
        sent = {"Idempotency-Key": key}
        problem = program.call("POST", "/cases", {"category": "sample"}, status=422, headers=sent).json
        assert set(problem["errors"]) == {"Idempotency-Key"}, key


def test_a_completed_task_is_completed_once(factories: Factories, sample: None, program: Program) -> None:
    reference = program.post("/cases", {"category": "sample"}, status=201)["reference"]
    task_id = program.get(f"/cases/{reference}/tasks")["items"][0]["id"]

    done = [program.post(f"/tasks/{task_id}/completion", {"answers": {"rent": 1}}, key="k") for _ in range(2)]

    assert done[0] == done[1]
    assert done[0]["is_repeat"] is False
    assert len(program.get(f"/cases/{reference}/tasks")["items"]) == 2


def test_after_the_answers_are_cleared_away_the_work_is_still_not_done_twice(
    factories: Factories, sample: None, program: Program
) -> None:
    def send() -> tuple[Any, Any, Any]:
        case = program.post("/cases", {"category": "sample"}, status=201, key="start")
        tasks = program.get(f"/cases/{case['reference']}/tasks")["items"]
        done = program.post(f"/tasks/{min(task['id'] for task in tasks)}/completion", {}, key="do")
        message = program.post("/messages", {"name": "m", "correlation_key": "c"}, status=202, key="say")
        return case["id"], done, message

    first = send()
    with factories.transaction() as session, frozen_at(unmoved_now() + idempotency.KEPT * 2):
        idempotency.forget_old(session)
    assert count(factories, IdempotentAnswer) == 0
    second = send()

    assert second[0] == first[0]
    assert second[1]["is_repeat"] and second[1]["task"] == first[1]["task"]
    assert second[2] == {**first[2], "is_repeat": True}
    assert (count(factories, Case), count(factories, Message)) == (1, 1)


def test_answers_of_today_are_not_cleared_away(factories: Factories, sample: None, program: Program) -> None:
    program.post("/cases", {"category": "sample"}, status=201, key="k")

    with factories.transaction() as session:
        idempotency.forget_old(session)

    assert count(factories, IdempotentAnswer) == 1


def test_an_upload_is_the_same_whatever_boundary_its_parts_have(sample: None, program: Program) -> None:
    reference = program.post("/cases", {"category": "sample"}, status=201)["reference"]

    def upload(content: bytes, status: int) -> Any:
        data = {"file": (io.BytesIO(content), "a.txt"), "title": "A"}
        headers = {"Idempotency-Key": "k"}
        return program.call("POST", f"/cases/{reference}/documents", data=data, status=status, headers=headers).json

    assert upload(b"one", 201) == upload(b"one", 201)
    assert "errors" in upload(b"two", 422)
    assert len(program.get(f"/cases/{reference}/documents")["items"]) == 1


@pytest.mark.parametrize("what", ["start", "complete", "note", "message"])
def test_of_requests_at_the_same_moment_one_does_the_work_and_all_get_its_answer(
    factories: Factories, sample: None, program: Program, what: str
) -> None:
    reference = program.post("/cases", {"category": "sample"}, status=201)["reference"]
    task_id = program.get(f"/cases/{reference}/tasks")["items"][0]["id"]
    address, body, status = {
        "start": ("/cases", {"category": "sample"}, 201),
        "complete": (f"/tasks/{task_id}/completion", {"answers": {"rent": 5}}, 200),
        "note": (f"/cases/{reference}/notes", {"text": "Once."}, 201),
        "message": ("/messages", {"name": "m", "correlation_key": "c"}, 202),
    }[what]
    answers: list[bytes] = []
    barrier = threading.Barrier(6)

    def send() -> None:
        barrier.wait()
        answers.append(program.call("POST", address, body, status=status, headers={"Idempotency-Key": "race"}).data)

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 6
    assert len(set(answers)) == 1
    events = [event["type"] for event in program.every(f"/cases/{reference}/events")]
    assert count(factories, Case) == (2 if what == "start" else 1)
    assert events.count("note_added") == (what == "note")
    assert events.count("task_completed") == (what == "complete")
    assert count(factories, Message) == (what == "message")


def test_every_post_takes_a_key(factories: Factories) -> None:
    described = factories.app.test_client().get("/api/v1/openapi.json").json

    without = [
        path
        for path, methods in described["paths"].items()
        if "post" in methods and "Idempotency-Key" not in {p["name"] for p in methods["post"].get("parameters", ())}
    ]

    assert without == []
