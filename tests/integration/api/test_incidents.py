"""Incidents over REST: found, and tried again."""

import pytest

from tests.diagrams import category, extensions, service
from tests.factories import Factories
from tests.integration.api.conftest import Program


@pytest.fixture
def failed(factories: Factories, program: Program) -> str:
    """The reference of a case whose first task is for a team that does not exist."""
    for_lawyers = extensions('<zeebe:assignmentDefinition candidateGroups="Lawyers"/>')
    factories.deploy(category("start > ask > end", inside={"ask": for_lawyers}))
    reference: str = program.post("/cases", {"category": "sample"}, status=201)["reference"]
    return reference


def test_an_incident_is_listed_with_what_to_do(program: Program, failed: str) -> None:
    [incident] = program.get("/incidents")["items"]

    assert incident["case"] == failed
    assert incident["element"] == "ask"
    assert "Lawyers" in incident["message"]
    assert program.get(f"/incidents/{incident['id']}") == incident
    assert program.get(f"/incidents?case={failed}")["items"] == [incident]
    assert program.get("/incidents?case=OTHER-1")["items"] == []
    assert program.get("/cases?incident=true")["items"][0]["open_incidents"] == 1


def test_an_incident_is_tried_again_when_its_cause_is_gone(factories: Factories, program: Program, failed: str) -> None:
    [incident] = program.get("/incidents")["items"]
    factories.team("Lawyers")

    tried = program.post(f"/incidents/{incident['id']}/retry", status=202)
    again = program.post(f"/incidents/{incident['id']}/retry", status=409)

    assert tried["resolved_at"] is not None
    assert "resolved already" in again["detail"]
    assert program.get("/incidents")["items"] == []
    assert [found["id"] for found in program.get("/incidents?status=resolved")["items"]] == [incident["id"]]
    assert program.get(f"/cases/{failed}/tasks")["items"][0]["team"]["name"] == "Lawyers"


@pytest.mark.parametrize("choice", ["f2", ["f2"]])
def test_the_way_on_from_a_gateway_is_chosen_where_no_condition_holds(
    factories: Factories, program: Program, choice: object
) -> None:
    factories.deploy(category("start > big? -[a = 1]-> repair ; big? -[a = 2]-> decline"))
    reference = program.post("/cases", {"category": "sample"}, status=201)["reference"]
    [incident] = program.get("/incidents")["items"]
    assert [way["id"] for way in incident["choice"]["ways"]] == ["f1", "f2"]
    address = f"/incidents/{incident['id']}/choice"

    for wrong in ({"choice": "nowhere"}, {"choice": []}, {"choice": ["f1", "f2"]}, {"choice": {}}, {}):
        program.post(address, wrong, status=422)
    chosen = program.post(address, {"choice": choice}, status=202)

    assert chosen["resolved_at"] is not None and chosen["choice"] is None
    assert program.get(f"/cases/{reference}/tasks")["items"][0]["element"] == "decline"
    assert program.post(address, {"choice": "f2"}, status=409)


def test_a_step_that_failed_is_skipped_for_a_reason(factories: Factories, administrator: Program) -> None:
    program = administrator
    factories.deploy(category("start > write:service > ask > end", inside={"write": service("no_such_service")}))
    reference = program.post("/cases", {"category": "sample"}, status=201)["reference"]
    [incident] = program.get("/incidents")["items"]
    address = f"/incidents/{incident['id']}/skip"

    for wrong in ({}, {"reason": ""}, {"reason": 7}):
        program.post(address, wrong, status=422)
    skipped = program.post(address, {"reason": "Done by hand."}, status=202)

    assert skipped["resolved_at"] is not None
    assert program.get(f"/cases/{reference}/tasks")["items"][0]["element"] == "ask"
    program.post(address, {"reason": "Again."}, status=409)


def test_a_task_for_a_person_is_not_skipped(program: Program, administrator: Program, failed: str) -> None:
    [incident] = program.get("/incidents")["items"]
    program.post(f"/incidents/{incident['id']}/skip", {"reason": "Nobody there."}, status=403)

    refused = administrator.post(f"/incidents/{incident['id']}/skip", {"reason": "Nobody there."}, status=409)

    assert "for a person" in refused["detail"]
