"""Running cases moved to another version over REST: looked at, moved, refused, and told of."""

import pytest

from tests.diagrams import category, service
from tests.factories import Factories
from tests.integration.api.conftest import Program

OLD = category("start > ask > then > end")
NEW = category("start > question > then > end")
ADDRESS = "/categories/sample/migrations"
REASON = {"reason": "The procedure has changed."}


@pytest.fixture
def analyst(factories: Factories) -> Program:
    return Program(factories, factories.user("analyst"))


@pytest.fixture
def references(factories: Factories, program: Program) -> list[str]:
    """Two cases on version 1 of a category whose version 2 is there."""
    factories.deploy(OLD)
    started = [program.post("/cases", {"category": "sample"}, status=201)["reference"] for _ in range(2)]
    factories.deploy(NEW)
    return started


def test_a_dry_run_says_what_would_keep_the_cases_and_moves_none(analyst: Program, references: list[str]) -> None:
    looked = analyst.post(ADDRESS, {"dry_run": True}, status=202)

    assert (looked["id"], looked["from"], looked["to"], looked["moved"], looked["kept"]) == (None, [1], 2, 0, 2)
    [reason] = looked["reasons"]
    assert (reason["element"], reason["reason"], reason["cases"]) == ("ask", "“Ask” is not in version 2.", references)
    assert analyst.post(ADDRESS, {"dry_run": True, "mapping": {"ask": "question"}}, status=202)["moved"] == 2
    assert analyst.get(f"/cases/{references[0]}")["version"] == 1


def test_cases_are_moved_once_and_the_result_is_told(analyst: Program, references: list[str]) -> None:
    body = {"mapping": {"ask": "question"}, "cases": references[:1], **REASON}
    key = {"Idempotency-Key": "move-1"}

    asked = analyst.post(ADDRESS, body, status=202, headers=key)
    again = analyst.post(ADDRESS, body, status=202, headers=key)

    found = analyst.get(f"{ADDRESS}/{asked['id']}")
    assert asked["id"] == again["id"]
    assert (found["moved"], found["kept"], found["waiting"], found["is_over"]) == (1, 0, 0, True)
    [line] = analyst.get(f"{ADDRESS}/{asked['id']}/cases")["items"]
    assert (line["case"], line["outcome"], line["from"]) == (references[0], "moved", 1)
    assert [analyst.get(f"/cases/{reference}")["version"] for reference in references] == [2, 1]


def test_cases_that_cannot_move_stand_in_the_result_with_why(analyst: Program, references: list[str]) -> None:
    asked = analyst.post(ADDRESS, REASON, status=202)

    found = analyst.get(f"{ADDRESS}/{asked['id']}")
    assert (found["moved"], found["kept"]) == (0, 2)
    assert [(kept["reason"], kept["count"]) for kept in found["reasons"]] == [("“Ask” is not in version 2.", 2)]
    assert len(analyst.get(f"{ADDRESS}/{asked['id']}/cases?outcome=refused")["items"]) == 2


def test_one_case_is_moved_and_its_incident_is_cured(factories: Factories, program: Program, analyst: Program) -> None:
    def writing(text: str) -> dict[str, bytes]:
        return category("start > write:service > ask > end", inside={"write": service("record_note", text=text)})

    factories.deploy(writing("=nothing.at.all + 1"))
    reference = program.post("/cases", {"category": "sample"}, status=201)["reference"]
    assert len(program.get("/incidents")["items"]) == 1
    factories.deploy(writing("Done"))

    moved = analyst.post(f"/cases/{reference}/migration", REASON, status=202)

    assert (moved["version"], program.get("/incidents")["items"]) == (2, [])
    analyst.post(f"/cases/{reference}/migration", REASON, status=409)
    analyst.post(f"/cases/{reference}/migration", {"to": 1}, status=422)


def test_what_cannot_be_is_refused_with_a_sentence(
    factories: Factories, program: Program, analyst: Program, references: list[str]
) -> None:
    factories.deploy(category("start > other > end", key="another"))
    factories.deploy(
        category("start > question > end", inside={}, key="third"),
    )

    program.post(ADDRESS, REASON, status=403)
    program.post(f"/cases/{references[0]}/migration", REASON, status=403)
    analyst.post("/categories/nothing/migrations", REASON, status=404)
    analyst.post(ADDRESS, {"to": 9, **REASON}, status=404)
    analyst.post(ADDRESS, {"cases": ["NO-1"], **REASON}, status=404)
    analyst.get(f"{ADDRESS}/1", status=404)
    assert "reason" in analyst.post(ADDRESS, {}, status=422)["errors"]
    assert "from" in analyst.post(ADDRESS, {"from": [2], **REASON}, status=422)["errors"]
    for mapping in ({"ask": "other"}, {"nowhere": "question"}, {"ask": "start"}):
        told = analyst.post(ADDRESS, {"mapping": mapping, "dry_run": True}, status=422)
        assert any(place.startswith("mapping.") for place in told["errors"]), told
    for wrong in ({"mapping": {"ask": 7}}, {"mapping": []}, {"to": 0}, {"from": "1"}, {"cases": []}):
        analyst.post(ADDRESS, {**wrong, **REASON}, status=422)
    asked = analyst.post(ADDRESS, {"mapping": {"ask": "question"}, **REASON}, status=202)
    analyst.get(f"/categories/another/migrations/{asked['id']}", status=404)
