"""Many tasks at once, and absences, over REST."""

from datetime import timedelta

from sqlalchemy import update

from engine.instants import now, today
from models.work import UserTask
from tests.factories import TEAMS, Factories
from tests.integration.api.conftest import Program


def new_tasks(program: Program, number: int) -> list[int]:
    references = [program.post("/cases", {"category": "sample"}, status=201)["reference"] for _ in range(number)]
    return [program.get(f"/cases/{reference}/tasks")["items"][0]["id"] for reference in references]


def test_many_tasks_are_reassigned_once_for_a_key_and_put_back(
    factories: Factories, sample: None, program: Program
) -> None:
    first, second = new_tasks(program, 2)
    tom = factories.user(name="Tom Ridley", teams=TEAMS)
    wish = {"tasks": [first, second, 4711], "to": tom.email, "reason": "Leave."}

    report = program.post("/tasks/changes", wish, key="monday")
    again = program.post("/tasks/changes", wish, key="monday")

    assert again == report
    assert [line["id"] for line in report["done"]] == [first, second]
    [refused] = report["refused"]
    assert (refused["id"], refused["name"]) == (4711, None)
    assert "none that you may see" in refused["why"]
    events = program.get(f"/cases/{report['done'][0]['case']}/events")["items"]
    assert [event["type"] for event in events].count("task_assigned") == 1
    undone = program.call("DELETE", f"/tasks/changes/{report['id']}").json
    assert len(undone["done"]) == 2
    assert program.get(f"/tasks/{first}")["assignee"] != {"id": tom.id, "name": "Tom Ridley"}
    program.call("DELETE", f"/tasks/changes/{report['id']}", status=409)


def test_a_report_of_somebody_else_does_not_exist(factories: Factories, sample: None, program: Program) -> None:
    report = program.post("/tasks/changes", {"verb": "prioritise", "tasks": new_tasks(program, 1), "priority": 90})
    stranger = Program(factories, factories.user("administrator"))

    stranger.get(f"/tasks/changes/{report['id']}", status=404)
    stranger.call("DELETE", f"/tasks/changes/{report['id']}", status=404)
    assert program.get(f"/tasks/changes/{report['id']}") == report


def test_a_wish_that_says_too_little_is_refused_field_by_field(sample: None, program: Program) -> None:
    [task] = new_tasks(program, 1)

    for wish, field in (
        ({"tasks": [], "to": "x"}, "tasks"),
        ({"tasks": [task] * 501, "to": "x"}, "tasks"),
        ({"tasks": [task], "to": "Nobody Such"}, "to"),
        ({"tasks": [task], "verb": "share"}, "to"),
        ({"tasks": [task], "verb": "prioritise"}, "priority"),
        ({"tasks": [task], "verb": "explode"}, "verb"),
    ):
        assert list(program.post("/tasks/changes", wish, status=422)["errors"]) == [field]


def test_an_absence_sends_new_tasks_to_the_stand_in_and_ends(
    factories: Factories, sample: None, program: Program
) -> None:
    bola = factories.user(name="Bola Ojo")
    days = {"from_on": today().isoformat(), "until_on": (today() + timedelta(days=3)).isoformat()}

    absence = program.post("/absences", {**days, "stand_in": "Bola Ojo"}, status=201)

    assert absence["stand_in"] == {"id": bola.id, "name": "Bola Ojo"}
    assert program.get("/absences")["items"] == [absence]
    [task] = new_tasks(program, 1)
    found = program.get(f"/tasks/{task}")
    assert found["assignee"]["name"] == "Bola Ojo"
    assert found["on_behalf_of"] == {"id": program.user.id, "name": program.user.name}
    Program(factories, bola).call("DELETE", f"/absences/{absence['id']}", status=403)
    program.call("DELETE", f"/absences/{absence['id']}", status=204)
    assert program.get("/absences")["items"] == []
    assert program.get(f"/tasks/{new_tasks(program, 1)[0]}")["assignee"]["name"] == program.user.name


def test_somebody_elses_absence_is_their_managers_to_enter(factories: Factories, program: Program) -> None:
    other = factories.user(name="Una Vale")
    days = {"from_on": today().isoformat(), "until_on": today().isoformat()}
    stranger = Program(factories, factories.user())

    stranger.post("/absences", {**days, "user": other.email}, status=403)
    assert "until" in stranger.post("/absences", {**days, "until_on": "2020-01-01"}, status=422)["errors"]


def test_a_late_completion_without_a_reason_is_taken_and_says_so(
    factories: Factories, sample: None, program: Program
) -> None:
    late, told, in_time = new_tasks(program, 3)
    with factories.transaction() as session:
        overdue = update(UserTask).where(UserTask.id.in_((late, told)))
        session.execute(overdue.values(due_at=now() - timedelta(days=1)))

    program.post(f"/tasks/{late}/completion", {})
    program.post(f"/tasks/{told}/completion", {"late_reason": "Ill."})
    program.post(f"/tasks/{in_time}/completion", {"late_reason": "Not late at all."})

    assert [program.get(f"/tasks/{task}")["late_reason"] for task in (late, told, in_time)] == ["", "Ill.", None]
