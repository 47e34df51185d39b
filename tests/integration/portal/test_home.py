"""Home answers in five seconds: what is overdue, due today, new, and what waits for others."""

from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update

from engine.instants import LONDON, frozen_at, now
from models.case import Case
from models.work import Notification, UserTask
from tests.factories import Factories
from tests.integration.portal.conftest import Desk
from tests.pages import Page


def metrics(page: Page) -> dict[str, int]:
    """Return the numbers at the top of home by their words."""
    found = page.tree.xpath("//a[contains(@class, 'cw-metric')]")
    numbers = {a.xpath(".//*[contains(@class, 'word')]")[0].text_content().strip(): a for a in found}
    return {word: int(a.xpath(".//*[contains(@class, 'number')]")[0].text) for word, a in numbers.items()}


def set_task(factories: Factories, **columns: object) -> None:
    with factories.transaction() as session:
        session.execute(update(UserTask).values(**columns))


def test_a_new_complaint_is_new_and_on_target(desk: Desk) -> None:
    page = desk.client.page("/")

    assert page.h1.endswith(", Priya")
    assert metrics(page) == {"Overdue": 0, "Due today": 0, "Due soon": 0, "On target": 1, "New today": 1}
    assert "Check whether to accept complaint" in page.links()


def test_what_is_due_turns_soon_then_today_then_overdue(desk: Desk) -> None:
    due_at = datetime(2026, 12, 3, 23, 59, 59, tzinfo=LONDON)
    set_task(desk.factories, due_at=due_at, amber_at=due_at - timedelta(days=2), created_at=due_at - timedelta(days=9))

    def seen(at: datetime) -> list[str]:
        with frozen_at(at):
            client = desk.factories.client(user=desk.client.user)
            return [word for word, number in metrics(client.page("/")).items() if number]

    assert seen(due_at - timedelta(days=5)) == ["On target"]
    assert seen(due_at - timedelta(days=1)) == ["Due soon"]
    assert seen(due_at - timedelta(hours=10)) == ["Due today"]
    assert seen(due_at + timedelta(hours=10)) == ["Overdue"]


def test_each_number_leads_to_its_tasks_and_others_are_left_out(desk: Desk) -> None:
    set_task(desk.factories, due_at=now() - timedelta(days=1))

    overdue, on_target = desk.client.page("/?state=overdue"), desk.client.page("/?state=on_target")

    assert "Check whether to accept complaint" in overdue.links()
    assert "Check whether to accept complaint" not in on_target.links()
    assert "No task like this" in on_target.main


def test_my_case_that_another_team_has_waits_for_others(desk: Desk) -> None:
    set_task(desk.factories, team_id=desk.factories.team("Service managers").id)

    page = desk.client.page("/?whose=others")

    assert "Check whether to accept complaint" in page.links()
    assert "Service managers" in page.main
    assert "Nothing to do" in desk.client.page("/").main


def test_a_manager_looks_at_the_list_of_somebody_in_their_team_and_nobody_else(desk: Desk) -> None:
    manager = desk.factories.client(
        user=desk.factories.user("team_manager", name="Ruth Calder", manages=("Complaints officers",))
    )
    stranger = desk.factories.user(name="Una Vale", teams=("Stage 2 reviewers",))

    page = manager.page(f"/?of={desk.by.user_id}")

    assert page.h1 == "Tasks of Priya Shah"
    assert "Check whether to accept complaint" in page.links()
    manager.page(f"/?of={stranger.id}", status=403)
    desk.client.page(f"/?of={manager.user.id}", status=403)


def remind(factories: Factories, desk: Desk, text: str = "Acknowledge it soon.") -> None:
    with factories.transaction() as session:
        row = {"key": text, "user_id": desk.by.user_id, "case_id": desk.case.id, "kind": "reminder", "text": text}
        session.execute(insert(Notification), row | {"user_task_id": desk.task().id, "created_at": now()})


def test_a_reminder_stands_on_home_until_it_is_dismissed(desk: Desk) -> None:
    remind(desk.factories, desk)
    page = desk.client.page("/")
    assert "Acknowledge it soon." in page.links()

    dismissal = page.tree.xpath("//form[contains(@action, 'dismissal')]/@action")[0]
    answer = desk.client.submit(dismissal, {"next": "/"})

    assert "Acknowledge it soon." not in desk.client.follow(answer).links()
    assert "Acknowledge it soon." in desk.client.page("/notifications").links()


def test_a_reminder_of_somebody_else_cannot_be_dismissed(desk: Desk) -> None:
    remind(desk.factories, desk)
    stranger = desk.factories.client()

    stranger.submit("/notifications/1/dismissal", status=404)


def test_a_dismissal_leads_nowhere_but_here(desk: Desk) -> None:
    remind(desk.factories, desk)

    answer = desk.client.submit("/notifications/1/dismissal", {"next": "https://evil.example/"})

    assert answer.headers["Location"] == "/"


def test_all_reminders_are_put_away_at_once(desk: Desk) -> None:
    remind(desk.factories, desk)
    remind(desk.factories, desk, "And another.")

    desk.client.submit("/notifications/dismissals")

    assert "None to be read" in desk.client.page("/notifications").main


def many_tasks(desk: Desk, number: int) -> None:
    """Give the officer so many more tasks, all due at different times but the last ten, which have no date."""
    at = now()
    with desk.factories.transaction() as session:
        session.execute(
            insert(UserTask),
            [
                {
                    "case_id": desk.case.id,
                    "element_id": "",
                    "name": f"Task {place:03}",
                    "status": "open",
                    "assignee_id": desk.by.user_id,
                    "created_at": at,
                    "due_at": at + timedelta(hours=place + 48) if place < number - 10 else None,
                }
                for place in range(number)
            ],
        )


def names(page: Page) -> list[str]:
    return [a.text for a in page.tree.xpath("//tbody//th//a[starts-with(@href, '/tasks/')]")]


def test_pages_follow_each_other_without_a_gap_and_back_again(desk: Desk) -> None:
    many_tasks(desk, 60)
    pages = [desk.client.page("/?whose=mine")]
    while following := pages[-1].tree.xpath("//a[@rel='next']/@href"):
        pages.append(desk.client.page(following[0]))

    forwards = [name for page in pages for name in names(page)]
    back = desk.client.page(pages[-1].tree.xpath("//a[@rel='prev']/@href")[0])

    assert forwards == [f"Task {place:03}" for place in range(60)]
    assert names(back) == names(pages[-2])


def test_an_address_of_a_page_that_nobody_gave_out_is_refused_with_a_sentence(desk: Desk) -> None:
    page = desk.client.page("/?at=WyJ4IiwxLGZhbHNlXQ", status=422)

    assert "Start again from its first page." in page.main


def test_a_list_is_sorted_by_its_headings(desk: Desk) -> None:
    many_tasks(desk, 15)

    page = desk.client.page("/?whose=mine&sort=task&order=desc")

    assert names(page)[:2] == ["Task 014", "Task 013"]


def test_the_counts_are_of_what_the_list_shows(desk: Desk) -> None:
    many_tasks(desk, 12)
    with desk.factories.transaction() as session:
        total = session.scalar(select(func.count()).select_from(UserTask).where(UserTask.status == "open"))

    shown = metrics(desk.client.page("/"))

    assert total == sum(number for word, number in shown.items() if word != "New today")


def test_tasks_of_a_restricted_case_are_neither_listed_nor_counted(desk: Desk) -> None:
    with desk.factories.transaction() as session:
        session.execute(update(Case).values(restricted=True, owner_id=None))

    assert metrics(desk.client.page("/"))["On target"] == 0
