"""What a manager sees of a team, and what was done late and why."""

from datetime import timedelta

from sqlalchemy import select, update

from engine import absences, tasks
from engine.history.erasing import erase_payload
from engine.instants import frozen_at, now, today
from engine.permissions import PLATFORM
from models.case import Case, CaseEvent
from models.work import UserTask
from tests.factories import TEAMS
from tests.integration.portal.conftest import Desk, error_links, shown
from tests.integration.portal.test_home import many_tasks, set_task
from tests.pages import PageClient

LATE = "Done late, and why"


def of_manager(desk: Desk) -> PageClient:
    user = desk.factories.user("team_manager", name="Ruth Calder", manages=(TEAMS[0],))
    return desk.factories.client(user=user)


def team_address(desk: Desk) -> str:
    return f"/teams/{desk.factories.team(TEAMS[0]).id}"


def finish_late(desk: Desk, reason: str = "") -> int:
    """Add a task that was due yesterday, and do it now; return its id."""
    with desk.factories.transaction() as session:
        task_id = tasks.add(
            session, desk.case.id, name="Ring the resident", due_at=now() - timedelta(days=1), by=desk.by
        )
    with desk.factories.transaction() as session:
        tasks.complete(session, task_id, answers={}, by=desk.by, late_reason=reason)
    return task_id


def test_a_manager_sees_who_has_what_who_is_away_and_what_waits(desk: Desk) -> None:
    many_tasks(desk, 12)
    set_task(desk.factories, due_at=now() - timedelta(days=1))
    with desk.factories.transaction() as session:
        absences.enter(session, desk.by.user_id, from_on=today(), until_on=today(), by=PLATFORM)
    manager = of_manager(desk)

    page = manager.page(team_address(desk))

    row = next(
        " ".join(tr.text_content().split()) for tr in page.tree.xpath("//tbody/tr") if "Priya" in tr.text_content()
    )
    assert row.startswith("Priya Shah Away until")
    assert " 12 12 12 " in row  # open, the bar, overdue
    assert page.links()["Priya Shah"] == f"/tasks?with=person-{desk.by.user_id}"
    numbers = [a.text for a in page.tree.xpath("//*[contains(@class, 'cw-metric__number')]")]
    assert numbers == ["1", "1", "12", "12"]


def test_the_list_of_teams_says_what_each_has_to_do(desk: Desk) -> None:
    set_task(desk.factories, due_at=now() - timedelta(days=1))

    page = of_manager(desk).page("/teams")

    rows = [" ".join(tr.text_content().split()) for tr in page.tree.xpath("//tbody/tr")]
    assert rows == [
        "Complaints officers 1 open in Complaints officers 1 overdue in Complaints officers "
        "1 unclaimed in Complaints officers 2 0"
    ]


def test_a_team_is_shown_to_its_manager_and_to_nobody_else(desk: Desk) -> None:
    stranger = desk.factories.client(user=desk.factories.user("team_manager", manages=("Rents",)))

    for path in (team_address(desk), f"{team_address(desk)}.csv"):
        assert stranger.get(path).status_code == 403
        assert desk.client.get(path).status_code == 403
    assert TEAMS[0] not in stranger.page("/teams").main
    of_manager(desk).page("/teams/4711", status=404)


def test_a_restricted_case_counts_for_nobody_who_may_not_see_it(desk: Desk) -> None:
    many_tasks(desk, 3)
    with desk.factories.transaction() as session:
        session.execute(update(Case).values(restricted=True, owner_id=desk.by.user_id))

    page = of_manager(desk).page(team_address(desk))

    assert {a.text for a in page.tree.xpath("//*[contains(@class, 'cw-metric__number')]")} == {"0"}


def test_what_was_done_late_is_listed_with_why_and_with_who_gave_no_reason(desk: Desk) -> None:
    finish_late(desk, "=The resident was in hospital.")
    finish_late(desk)
    manager = of_manager(desk)

    page = manager.page("/tasks/late")
    silent = manager.page("/tasks/late?without_reason=1")
    lines = manager.get("/tasks/late.csv").text.splitlines()

    assert "=The resident was in hospital." in page.main
    assert "No reason was given" in page.main
    assert "hospital" not in silent.tree.xpath("//table")[0].text_content()
    assert "'=The resident was in hospital." in "".join(lines)
    assert len(lines) == 3
    assert "No reason was given" in desk.client.page(f"{desk.here}/deadlines").main
    desk.client.page("/tasks/late", status=403)


def test_other_days_and_restricted_cases_are_not_in_the_list_of_late_tasks(desk: Desk) -> None:
    finish_late(desk, "Ill.")
    manager = of_manager(desk)
    last_month = today() - timedelta(days=40)
    assert "Nothing was done late" in manager.page(f"/tasks/late?until={last_month}").main

    with desk.factories.transaction() as session:
        session.execute(update(Case).values(restricted=True))

    assert "Ill." not in manager.page("/tasks/late").text
    assert "Ill." not in manager.get("/tasks/late.csv").text


def test_a_task_done_in_time_is_in_no_list_of_late_ones(desk: Desk) -> None:
    task = desk.task()
    page = desk.client.page(f"/tasks/{task.id}")
    assert "Why is this late?" not in page.main
    desk.answer(page, {"exclusion_decision": "complaint", "_late_reason": "I only say so."})

    assert "I only say so." not in of_manager(desk).page("/tasks/late").main
    with desk.factories.transaction() as session:
        assert session.scalar(select(UserTask.late_reason).where(UserTask.id == task.id)) is None


def test_a_task_that_becomes_overdue_while_its_form_is_open_asks_for_the_reason(desk: Desk) -> None:
    task = desk.task()
    page = desk.client.page(f"/tasks/{task.id}")
    sent = {**page.form("completion"), "exclusion_decision": "complaint"}

    with frozen_at(now() + timedelta(days=20)):
        client = desk.factories.client(user=desk.client.user)
        refused = shown(client.submit(f"/tasks/{task.id}/completion", sent, status=422))

    assert error_links(refused) == {"Say why this is late": "#late-reason"}
    assert refused.form("completion")["exclusion_decision"] == "complaint"


def test_a_reason_of_the_rule_is_chosen_and_kept_in_a_draft(desk: Desk) -> None:
    desk.acknowledge()
    task = desk.task("investigate_stage1")
    with frozen_at(now() + timedelta(days=60)):
        client = desk.factories.client(user=desk.client.user)
        page = client.page(f"/tasks/{task.id}")
        reason = page.tree.xpath("//input[@name='_late_choice']/@value")[0]
        sent = {**page.form("completion"), "_late_choice": reason, "_late_reason": "Twice."}

        client.submit(f"/tasks/{task.id}/draft", sent)

        kept = client.page(f"/tasks/{task.id}").form("completion")
    assert (kept["_late_choice"], kept["_late_reason"]) == (reason, "Twice.")


def test_an_erasure_takes_the_reason_out_of_the_list_and_leaves_that_it_was_late(desk: Desk) -> None:
    finish_late(desk, "Mrs Okafor was in hospital.")
    administrator = desk.factories.actor(desk.factories.user("administrator"))
    with desk.factories.transaction() as session:
        done = select(CaseEvent.sequence).where(CaseEvent.type == "task_completed")
        sequence = session.scalar(done)
        erase_payload(session, desk.case.id, [sequence], by=administrator, reason="Asked for.")

    page = of_manager(desk).page("/tasks/late")

    assert "hospital" not in page.text
    assert "No reason was given" in page.main
