"""Notifications over REST: what one was told, put away, acknowledged; how one wants to be told."""

from sqlalchemy import insert, update

from engine.instants import now
from models.case import Case
from models.work import Notification
from tests.environment.databases import on_sqlite_alone
from tests.factories import TEAMS, Factories
from tests.integration.api.conftest import TWO_TASKS, Program


def tell(factories: Factories, program: Program, kind: str) -> int:
    """Start a case and tell the program's user of its task; return the task's id."""
    reference = program.post("/cases", {"category": "sample"}, status=201)["reference"]
    [task] = program.get(f"/cases/{reference}/tasks")["items"]
    with factories.transaction() as session:
        case_id = session.query(Case.id).filter(Case.reference == reference).scalar()
        row = {"user_id": program.user.id, "case_id": case_id, "user_task_id": task["id"], "kind": kind}
        session.execute(insert(Notification), row | {"key": f"{task['id']}", "text": "It is late", "created_at": now()})
    return int(task["id"])


def test_what_one_was_told_is_listed_and_put_away(factories: Factories, program: Program) -> None:
    factories.deploy(TWO_TASKS)
    task = tell(factories, program, "warning")

    [told] = program.get("/notifications")["items"]
    assert (told["kind"], told["task_id"], told["text"], told["read_at"]) == ("warning", task, "It is late", None)
    assert program.get("/notifications?kind=reminder")["items"] == []
    program.call("DELETE", f"/notifications/{told['id']}", status=204)

    assert program.get("/notifications")["items"] == []
    assert program.get("/notifications?status=any")["items"][0]["read_at"] is not None


@on_sqlite_alone
def test_what_was_escalated_is_acknowledged_once_and_by_nobody_else(factories: Factories, program: Program) -> None:
    factories.deploy(TWO_TASKS)
    task = tell(factories, program, "escalation")
    other = Program(factories, factories.user("team_manager", "administrator", teams=TEAMS))

    assert [found["id"] for found in program.get("/escalations")["items"]] == [task]
    other.call("DELETE", f"/escalations/{task}", status=404)
    other.call("DELETE", "/notifications/1", status=404)
    program.call("DELETE", f"/escalations/{task}", status=204)
    program.call("DELETE", f"/escalations/{task}", status=404)

    assert program.get("/escalations")["items"] == []
    case = program.get(f"/tasks/{task}")["case"]
    assert program.get(f"/cases/{case}/events")["items"][-1]["type"] == "escalation_acknowledged"


@on_sqlite_alone
def test_what_one_may_not_see_any_more_is_not_listed(factories: Factories, program: Program) -> None:
    factories.deploy(TWO_TASKS)
    tell(factories, program, "escalation")
    with factories.transaction() as session:
        session.execute(update(Case).values(restricted=True, owner_id=None))

    assert program.get("/notifications")["items"] == program.get("/escalations")["items"] == []


@on_sqlite_alone
def test_how_one_is_told_is_changed_part_by_part(program: Program) -> None:
    before = program.get("/notification-preferences")
    assert before["reminder"] == "at once" and before["quiet_from"] is None

    after = program.call("PATCH", "/notification-preferences", {"reminder": "digest", "digest_hour": 7}).json
    assert after == before | {"reminder": "digest", "digest_hour": 7}
    for wrong in ({"reminder": "fax"}, {"quiet_from": 18}, {"digest_hour": "7"}, {"user_id": 1}):
        program.call("PATCH", "/notification-preferences", wrong, status=422)

    assert program.get("/notification-preferences") == after
