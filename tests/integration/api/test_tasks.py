"""To-do items over REST: found, claimed, handed on, drafted, completed once."""

from datetime import timedelta
from typing import Any

import pytest

from engine.instants import now
from tests.diagrams import asking_officer, category, extensions
from tests.factories import TEAMS, Factories
from tests.integration.api.conftest import Program


@pytest.fixture
def task(sample: None, program: Program) -> int:
    """The first task of a new case."""
    case = program.post("/cases", {"category": "sample"}, status=201)
    [line] = program.get(f"/cases/{case['reference']}/tasks")["items"]
    task_id: int = line["id"]
    return task_id


def test_a_task_shows_its_form_and_what_the_case_holds(program: Program, task: int) -> None:
    shown = program.get(f"/tasks/{task}")

    assert [part["key"] for part in shown["form"]["components"]] == ["rent", "deposit"]
    assert shown["values"] == {"rent": None, "deposit": None}
    assert shown["status"] == "open"
    assert shown["draft"] is None


def test_completing_a_task_opens_the_next_one(program: Program, task: int) -> None:
    done = program.post(f"/tasks/{task}/completion", {"answers": {"rent": 112.40}})

    assert done["task"] == task
    assert done["case_status"] == "open"
    [opened] = done["opened"]
    assert program.get(f"/tasks/{opened}")["element"] == "check"
    assert program.get(f"/cases/{done['case']}")["fields"]["rent"] == 112.40
    again = program.get(f"/tasks/{task}")
    assert again["status"] == "completed"
    assert again["completed_by"] == {"id": program.user.id, "name": program.user.name}


def test_the_last_task_closes_the_case(program: Program, task: int) -> None:
    [check] = program.post(f"/tasks/{task}/completion", {"answers": {}})["opened"]

    done = program.post(f"/tasks/{check}/completion", {})

    assert done["case_status"] == "closed"
    assert program.get(f"/cases/{done['case']}")["closed_at"] is not None


def test_digits_of_a_number_are_kept(program: Program, task: int) -> None:
    long = "12345678901234567890.123456789"

    answer = program.call("POST", f"/tasks/{task}/completion", data=f'{{"answers": {{"rent": {long}}}}}',
                          content_type="application/json")  # fmt: skip

    case = program.call("GET", f"/cases/{answer.json['case']}")
    assert f'"rent":{long}' in case.text


def test_a_wrong_answer_gets_a_sentence_for_its_field(program: Program, task: int) -> None:
    problem = program.post(f"/tasks/{task}/completion", {"answers": {"rent": "much", "other": 1}}, status=422)

    assert set(problem["errors"]) == {"rent", "other"}
    assert program.get(f"/tasks/{task}")["status"] == "open"


def test_a_second_completion_is_told_who_was_first_and_when(factories: Factories, program: Program, task: int) -> None:
    program.post(f"/tasks/{task}/completion", {"answers": {}})
    colleague = Program(factories, factories.user("officer", teams=TEAMS))

    problem = colleague.post(f"/tasks/{task}/completion", {"answers": {}}, status=409)

    assert f"{program.user.name} completed this task at" in problem["detail"]


def test_a_field_that_changed_since_it_was_seen_is_not_overwritten(program: Program, task: int) -> None:
    seen = program.get(f"/tasks/{task}")["values"]
    reference = program.get(f"/tasks/{task}")["case"]
    program.call("PATCH", f"/cases/{reference}/fields", {"rent": 100.5}, headers={"If-Match": "*"})

    problem = program.post(f"/tasks/{task}/completion", {"answers": {"rent": 90}, "seen": seen}, status=409)

    assert "“rent” changed" in problem["detail"]
    fresh = program.get(f"/tasks/{task}")["values"]
    program.post(f"/tasks/{task}/completion", {"answers": {"rent": 90}, "seen": fresh})


def test_a_case_that_changed_elsewhere_does_not_matter(program: Program, task: int) -> None:
    seen = {"rent": program.get(f"/tasks/{task}")["values"]["rent"]}
    reference = program.get(f"/tasks/{task}")["case"]
    program.call("PATCH", f"/cases/{reference}/fields", {"deposit": 5}, headers={"If-Match": "*"})

    program.post(f"/tasks/{task}/completion", {"answers": {"rent": 90}, "seen": seen})


def test_a_task_is_claimed_and_given_back(factories: Factories, program: Program) -> None:
    factories.complaint(by=program.actor)
    [line] = program.get("/tasks?assignee=group")["items"]
    colleague = Program(factories, factories.user("officer", teams=TEAMS))

    claimed = program.post(f"/tasks/{line['id']}/claim")
    refused = colleague.post(f"/tasks/{line['id']}/claim", status=409)
    mine, group = program.get("/tasks?assignee=me")["items"], program.get("/tasks?assignee=group")["items"]
    released = program.call("DELETE", f"/tasks/{line['id']}/claim", status=204)

    assert claimed["assignee"]["id"] == program.user.id
    assert f"{program.user.name} has claimed this task already" in refused["detail"]
    assert [task["id"] for task in mine] == [line["id"]]
    assert group == []
    assert released.data == b""
    assert [task["id"] for task in program.get("/tasks?assignee=group")["items"]] == [line["id"]]


def test_a_task_is_handed_to_a_colleague(factories: Factories, program: Program, task: int) -> None:
    colleague = factories.user("officer")

    handed = program.post(f"/tasks/{task}/assignment", {"to": colleague.email, "reason": "I am away."})
    nobody = program.post(f"/tasks/{task}/assignment", {"to": "nobody@landlord.example"}, status=403)

    assert handed["assignee"] == {"id": colleague.id, "name": colleague.name}
    assert nobody["status"] == 403  # it is the colleague's now
    assert Program(factories, colleague).get("/tasks?assignee=me")["items"][0]["id"] == task


def test_handing_a_task_to_nobody_names_the_field(program: Program, task: int) -> None:
    problem = program.post(f"/tasks/{task}/assignment", {"to": "nobody@landlord.example"}, status=422)

    assert set(problem["errors"]) == {"to"}


def test_a_draft_is_kept_for_the_next_look(program: Program, task: int) -> None:
    program.call("PUT", f"/tasks/{task}/draft", {"answers": {"rent": "not yet known"}}, status=204)

    assert program.get(f"/tasks/{task}")["draft"] == {"rent": "not yet known"}


def test_a_write_for_a_former_revision_is_refused(program: Program, task: int) -> None:
    etag = program.call("GET", f"/tasks/{task}").headers["ETag"]
    program.post(f"/tasks/{task}/claim", headers={"If-Match": etag})

    refused = [
        program.post(f"/tasks/{task}/claim", status=412, headers={"If-Match": etag}),
        program.post(f"/tasks/{task}/assignment", {"to": "x"}, status=412, headers={"If-Match": etag}),
        program.call("PUT", f"/tasks/{task}/draft", {"answers": {}}, status=412, headers={"If-Match": etag}).json,
        program.call("DELETE", f"/tasks/{task}/claim", status=412, headers={"If-Match": etag}).json,
    ]

    assert all("has changed since you read it" in problem["detail"] for problem in refused)


def test_tasks_are_found_by_words_due_date_status_and_case(factories: Factories, program: Program, task: int) -> None:
    factories.complaint(by=program.actor)
    line = next(line for line in program.every("/tasks") if line["element"] == "check_exclusion")

    def ids(**query: Any) -> list[int]:
        return [found["id"] for found in program.get("/tasks", query_string=query)["items"]]

    assert ids(q="okafor accept") == [line["id"]]
    assert ids(q="nothing of the kind") == []
    assert ids(case=line["case"]) == [line["id"]]
    assert ids(due_before=(now() + timedelta(days=60)).isoformat()) == [line["id"]]
    assert ids(due_before=now().isoformat()) == []
    assert ids(status="completed") == []
    assert ids(status="any") == ids() == [line["id"], task]  # what is due first, then what has no date


def test_a_misspelt_filter_is_refused_and_not_passed_over(program: Program) -> None:
    problem = program.get("/tasks?asignee=me", status=422)

    assert problem["errors"] == {"asignee": "There is no such field here."}


def test_a_task_whose_time_has_run_out_is_not_completed(factories: Factories, program: Program) -> None:
    from engine.instants import frozen_at
    from tests.diagrams import category, timer

    late = timer("late", on="ask", to="chase", duration="P1D")
    factories.deploy(category("start > ask > end ; chase > end2:endEvent", boundary=late))
    reference = program.post("/cases", {"category": "sample"}, status=201)["reference"]
    task_id = program.get(f"/cases/{reference}/tasks")["items"][0]["id"]

    with frozen_at(now() + timedelta(days=2)):
        problem = program.post(f"/tasks/{task_id}/completion", {}, status=409)

    assert "time for this task has run out" in problem["detail"]


def test_a_choice_is_shown_with_its_ways_and_answered_by_one(factories: Factories, program: Program) -> None:
    files = category("start > big? > repair > end ; big? > decline > end", inside={"big_choice": asking_officer()})
    factories.deploy(files)
    reference = program.post("/cases", {"category": "sample"}, status=201)["reference"]
    [line] = program.get(f"/cases/{reference}/tasks")["items"]
    task = program.get(f"/tasks/{line['id']}")
    assert task["choice"] == {"many": False, "ways": [{"id": "f1", "name": "Repair"}, {"id": "f3", "name": "Decline"}]}

    refused = program.post(f"/tasks/{line['id']}/completion", {"answers": {"choice": "nowhere"}}, status=422)
    done = program.post(f"/tasks/{line['id']}/completion", {"answers": {"choice": "f3"}})

    assert "none of the ways" in refused["errors"]["choice"]
    [opened] = [program.get(f"/tasks/{task_id}") for task_id in done["opened"]]
    assert (opened["element"], opened["choice"]) == ("decline", None)


def test_a_task_kept_apart_from_what_one_did_says_so_and_is_refused(factories: Factories, program: Program) -> None:
    apart = extensions('<zeebe:properties><zeebe:property name="differentFrom" value="ask"/></zeebe:properties>')
    factories.deploy(category("start > ask > check > end", inside={"check": apart}))
    reference = program.post("/cases", {"category": "sample"}, status=201)["reference"]
    [first] = program.get(f"/cases/{reference}/tasks")["items"]
    [second] = program.post(f"/tasks/{first['id']}/completion", {"answers": {}})["opened"]

    told = program.get(f"/tasks/{second}")["done_before"]
    refused = program.post(f"/tasks/{second}/completion", {"answers": {}}, status=403)

    assert told == "Ask"
    assert "“Ask” on this case may not do this task" in refused["detail"]
    assert program.get(f"/tasks/{second}")["status"] == "open"
