"""Many tasks at once: each in a transaction of its own, what cannot be done told with its reason, and put back."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from engine import absences, tasks
from engine.instants import frozen_at, now, today
from engine.permissions import PLATFORM
from models.case import Case, CaseEvent
from models.staff import User
from models.work import UserTask
from tests.environment.databases import on_sqlite_alone
from tests.integration.portal.conftest import Desk
from tests.integration.portal.test_home import many_tasks
from tests.pages import Page, PageClient


def of_manager(desk: Desk) -> PageClient:
    user = desk.factories.user("team_manager", name="Ruth Calder", manages=("Complaints officers",))
    return desk.factories.client(user=user)


def tom(desk: Desk) -> User:
    return desk.factories.user(name="Tom Ridley", teams=("Complaints officers",))


def open_tasks(desk: Desk) -> list[UserTask]:
    with desk.factories.transaction() as session:
        return list(session.scalars(select(UserTask).where(UserTask.status == "open").order_by(UserTask.id)))


def change(desk: Desk, client: PageClient, verb: str, task_ids: Any, **answers: Any) -> Page:
    sent = {"verb": verb, "task": [str(task_id) for task_id in task_ids], **answers}
    return client.follow(client.submit("/tasks/changes", sent))


def events(desk: Desk, kind: str) -> int:
    with desk.factories.transaction() as session:
        return len(session.scalars(select(CaseEvent.id).where(CaseEvent.type == kind)).all())


def test_many_tasks_are_reassigned_with_the_reason_in_the_history_and_put_back(desk: Desk) -> None:
    many_tasks(desk, 3)
    receiver, ids = tom(desk), [task.id for task in open_tasks(desk)]

    page = change(desk, desk.client, "reassign", ids, to=receiver.email, reason="I am on a course.")

    assert page.h1 == "Reassigned to Tom Ridley: 4 tasks"
    assert {task.assignee_id for task in open_tasks(desk)} == {receiver.id}
    assert desk.client.page(desk.here).main.count("I am on a course.") == 4

    undone = desk.client.follow(desk.client.submit(page.tree.xpath("//form[contains(@action, 'undo')]/@action")[0]))

    assert undone.h1 == "Put back: 4 tasks"
    assert [task.assignee_id for task in open_tasks(desk)] == [None, *[desk.by.user_id] * 3]
    assert events(desk, "task_assigned") == 8


def test_what_cannot_be_changed_is_listed_with_why_and_holds_up_nothing_else(desk: Desk) -> None:
    many_tasks(desk, 2)
    first, second, third = open_tasks(desk)
    other = {"team_id": first.team_id, "assignee_id": desk.factories.user().id}
    with desk.factories.transaction() as session:
        tasks.complete(session, second.id, answers={}, by=desk.by)
        session.execute(update(UserTask).where(UserTask.id == third.id).values(**other))

    page = change(desk, desk.client, "release", [third.id, second.id, first.id, 4711])

    assert page.h1 == "Released to their teams: 1 task"
    assert "Priya Shah completed this task at" in page.main
    assert "Only whoever has this task, or their manager, can release it." in page.main
    assert "Task 4711 Not known There is no such task, or none that you may see." in page.main


def test_a_task_of_a_restricted_case_is_neither_changed_nor_told_of(desk: Desk) -> None:
    task, receiver = desk.task(), tom(desk)
    with desk.factories.transaction() as session:
        session.execute(update(Case).values(restricted=True))
    client = of_manager(desk)

    page = change(desk, client, "reassign", [task.id], to=receiver.email)

    assert "There is no such task, or none that you may see." in page.main
    assert desk.case.reference not in page.text
    assert task.name not in page.text
    assert desk.task().assignee_id is None


def test_a_restricted_case_goes_to_nobody_who_may_not_see_it(desk: Desk) -> None:
    with desk.factories.transaction() as session:
        session.execute(update(Case).values(restricted=True, owner_id=desk.by.user_id))

    page = change(desk, desk.client, "reassign", [desk.task().id], to=tom(desk).email)

    assert "Whoever would get the task may not see this case" in page.main
    assert desk.task().assignee_id is None


def test_all_of_a_list_are_changed_and_not_only_those_of_the_page(desk: Desk) -> None:
    many_tasks(desk, 70)
    asked = {"all": "1", "asked.q": "Task"}

    page = change(desk, desk.client, "prioritise", [], priority="90", reason="", **asked)

    assert page.h1 == "Given priority 90: 70 tasks"
    assert sorted({task.priority for task in open_tasks(desk)}) == [50, 90]
    assert events(desk, "task_prioritised") == 70
    assert "has priority 90" in desk.client.page(desk.here).main


def test_a_task_goes_to_a_team_and_its_members_find_it(desk: Desk) -> None:
    task = desk.task()

    change(desk, desk.client, "reassign", [task.id], to="Stage 1 investigators")

    assert desk.task().team_id == desk.factories.team("Stage 1 investigators").id
    assert "went to Stage 1 investigators" in desk.client.page(desk.here).main


def test_tasks_are_shared_evenly_among_those_at_work(desk: Desk) -> None:
    many_tasks(desk, 5)  # Priya has five
    grace, away = tom(desk), desk.factories.user(name="Uma Away", teams=("Complaints officers",))
    with desk.factories.transaction() as session:
        absences.enter(session, away.id, from_on=today(), until_on=today(), by=PLATFORM)
    client, team = of_manager(desk), desk.factories.team("Complaints officers").id
    with desk.factories.transaction() as session:
        for number in range(4):
            tasks.add(session, desk.case.id, name=f"New {number}", to="Complaints officers", by=desk.by)
    new = [task.id for task in open_tasks(desk) if task.assignee_id is None]

    change(desk, client, "share", new, team=str(team))

    got = [task.assignee_id for task in open_tasks(desk) if task.id in new]
    assert set(got) <= {grace.id, client.user.id}  # type: ignore[attr-defined]
    assert away.id not in got
    assert abs(got.count(grace.id) - (len(got) - got.count(grace.id))) <= 1


def test_a_thing_that_was_done_since_is_not_put_back(desk: Desk) -> None:
    many_tasks(desk, 1)
    ids, receiver = [task.id for task in open_tasks(desk)], tom(desk)
    page = change(desk, desk.client, "reassign", ids, to=receiver.email)
    with desk.factories.transaction() as session:
        tasks.complete(session, ids[1], answers={}, by=desk.factories.actor(receiver))

    undone = desk.client.follow(desk.client.submit(page.tree.xpath("//form[contains(@action, 'undo')]/@action")[0]))

    assert undone.h1 == "Put back: 1 task"
    assert "Tom Ridley completed this task at" in undone.main


def test_a_task_that_somebody_handed_on_since_stays_with_whom_it_went_to(desk: Desk) -> None:
    receiver, third = tom(desk), desk.factories.user(name="Una Vale")
    task, by = desk.task().id, desk.factories.actor(receiver)
    page = change(desk, desk.client, "reassign", [task], to=receiver.email)
    with desk.factories.transaction() as session:
        tasks.assign(session, task, to="Una Vale", by=by)

    undone = desk.client.follow(desk.client.submit(page.tree.xpath("//form[contains(@action, 'undo')]/@action")[0]))

    assert "Something else has been done with this task since." in undone.main
    assert desk.task().assignee_id == third.id


def test_only_who_did_it_may_put_it_back_for_an_hour_and_once(desk: Desk) -> None:
    page = change(desk, desk.client, "claim", [desk.task().id])
    undo = page.tree.xpath("//form[contains(@action, 'undo')]/@action")[0]
    stranger = desk.factories.client(user=tom(desk))

    stranger.submit(undo, status=404)
    stranger.page(undo.removesuffix("/undo"), status=404)
    with frozen_at(now() + timedelta(hours=2)):
        desk.factories.client(user=desk.client.user).submit(undo, status=409)
    desk.client.submit(undo)
    desk.client.submit(undo, status=409)


def test_a_wish_that_says_too_little_changes_nothing(desk: Desk) -> None:
    task = desk.task()
    for verb, answers in (
        ("reassign", {"to": "Nobody Such"}),
        ("prioritise", {"priority": "101"}),
        ("share", {"team": ""}),
        ("explode", {}),
    ):
        desk.client.submit("/tasks/changes", {"verb": verb, "task": str(task.id), **answers}, status=422)
    desk.client.submit("/tasks/changes", {"verb": "claim"}, status=422)
    too_many = [str(number) for number in range(501)]
    desk.client.submit("/tasks/changes", {"verb": "claim", "task": too_many}, status=422)

    assert desk.task().revision == task.revision


@on_sqlite_alone
@pytest.mark.parametrize("role", ["auditor", "analyst"])
def test_who_does_no_tasks_changes_none(desk: Desk, role: str) -> None:
    client = desk.factories.client(role)

    client.submit("/tasks/changes", {"verb": "claim", "task": str(desk.task().id)}, status=403)


def test_a_report_leads_back_to_the_list_and_nowhere_else(desk: Desk) -> None:
    sent = {"verb": "claim", "task": str(desk.task().id), "back": "https://evil.example/"}

    page = desk.client.follow(desk.client.submit("/tasks/changes", sent))

    assert page.links()["Back to the tasks"] == "/"
