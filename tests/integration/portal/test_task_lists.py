"""The list of tasks that one may see: filters, board, calendar, spreadsheet, saved filters."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from engine.instants import LONDON, frozen_at, now
from models.case import Case
from models.work import UserTask
from tests.factories import Factories
from tests.integration.portal.conftest import Desk, error_links, shown
from tests.integration.portal.test_home import many_tasks, names, set_task
from tests.pages import Page, PageClient

TASK = "Check whether to accept complaint"


def colleague(desk: Desk, name: str = "Tom Ridley", *, teams: tuple[str, ...] = ("Complaints officers",)) -> PageClient:
    return desk.factories.client(user=desk.factories.user(name=name, teams=teams))


def manager(desk: Desk) -> PageClient:
    user = desk.factories.user("team_manager", name="Ruth Calder", manages=("Complaints officers",))
    return desk.factories.client(user=user)


def cards(page: Page) -> list[str]:
    return [a.text for a in page.tree.xpath("//article//h4/a")]


def test_tasks_of_every_team_are_listed_to_whoever_may_see_their_cases(desk: Desk) -> None:
    stranger = colleague(desk, "Una Vale", teams=("Rents",))

    assert names(stranger.page("/tasks")) == [TASK]
    assert names(stranger.page("/tasks?with=mine")) == []


def test_a_restricted_case_is_in_no_view_no_count_and_no_file(desk: Desk) -> None:
    stranger = colleague(desk)
    with desk.factories.transaction() as session:
        session.execute(update(Case).values(restricted=True))

    for view in ("", "&view=board", "&view=calendar"):
        page = stranger.page(f"/tasks?all=1{view}")
        assert desk.case.reference not in page.text
        assert {a.text for a in page.tree.xpath("//*[contains(@class, 'cw-metric__number')]")} == {"0"}
    assert desk.case.reference not in stranger.get("/tasks.csv").text


FILTERS = {
    "q=accept": True,
    "q=dragons": False,
    "state=on_target": True,
    "state=overdue": False,
    "category=complaint": True,
    "category=other": False,
    "with=nobody": True,
    "with=me": False,
    "with=teams": True,
    "with=absent": False,
    "draft=1": False,
    "incident=1": False,
    "waiting=1": False,
    "due_from=2020-01-01": True,
    "due_until=2020-01-01": False,
    "with=team-999": False,
    "stage=Received": True,
    "stage=Elsewhere": False,
}


def test_each_filter_keeps_what_it_says(desk: Desk) -> None:
    found = {address: names(desk.client.page(f"/tasks?{address}")) for address in FILTERS}

    assert found == {address: [TASK] if is_found else [] for address, is_found in FILTERS.items()}


def test_a_day_that_is_none_is_told_and_the_rest_of_the_filter_still_holds(desk: Desk) -> None:
    page = desk.client.page("/tasks?due_from=yesterday&q=dragons", status=422)

    assert list(error_links(page).values()) == ["#due_from"]
    assert names(page) == []


def test_the_list_of_a_person_is_shown_to_their_manager_and_is_empty_to_others(desk: Desk) -> None:
    set_task(desk.factories, assignee_id=desk.by.user_id)
    address = f"/tasks?with=person-{desk.by.user_id}"

    assert names(manager(desk).page(address)) == [TASK]
    assert names(colleague(desk).page(address)) == []
    assert names(desk.client.page(address)) == [TASK]


def test_a_board_has_a_column_for_each_state_with_its_number_and_says_how_many_more(desk: Desk) -> None:
    many_tasks(desk, 40)

    page = desk.client.page("/tasks?view=board")

    heads = {h.text_content().split("\n")[0].strip(): h for h in page.tree.xpath("//section/h3")}
    assert {name.split()[0] for name in heads} == {"Overdue", "Due", "On", "No"}
    assert len(cards(page)) == 20 + 10  # of 31 on target the first twenty; ten have no date
    assert "11 more" in page.main


def test_a_board_has_columns_by_other_things_too(desk: Desk) -> None:
    many_tasks(desk, 3)

    for by in ("stage", "person", "team", "category"):
        page = desk.client.page(f"/tasks?view=board&by={by}")

        assert sorted(cards(page)) == sorted([TASK, "Task 000", "Task 001", "Task 002"])
        first = page.tree.xpath("//section/h3/a/@href")[0]
        assert names(desk.client.page(first))


def day_of(page: Page, day: str) -> str:
    return " ".join(page.tree.xpath(f"//time[@datetime='{day}']/ancestor::li[1]")[0].text_content().split())


def test_a_calendar_puts_tasks_at_their_day_in_london_and_what_is_overdue_at_today(desk: Desk) -> None:
    late_evening = datetime(2026, 7, 15, 0, 30, tzinfo=LONDON)  # 14 July in UTC
    set_task(desk.factories, due_at=late_evening)
    with frozen_at(datetime(2026, 7, 10, 12, tzinfo=LONDON)):
        page = desk.factories.client(user=desk.client.user).page("/tasks?view=calendar")
    with frozen_at(datetime(2026, 7, 16, 12, tzinfo=LONDON)):
        later = desk.factories.client(user=desk.client.user).page("/tasks?view=calendar")

    assert TASK in day_of(page, "2026-07-15")
    assert TASK not in day_of(page, "2026-07-14")
    assert f"{TASK} overdue" in day_of(later, "2026-07-16")
    assert TASK not in day_of(later, "2026-07-15")


def test_a_calendar_marks_bank_holidays_and_leads_to_the_weeks_before_and_after(desk: Desk) -> None:
    page = desk.client.page("/tasks?view=calendar&month=2026-12")
    week = desk.client.page("/tasks?view=calendar&week=2026-12-23")

    assert "Christmas Day" in day_of(page, "2026-12-25")
    assert "month=2027-01" in page.links()["The month after"]
    assert "week=2026-12-30" in week.links()["The week after"]
    assert len(week.tree.xpath("//ol[contains(@class, 'cw-calendar')]/li")) == 7


def test_a_calendar_of_no_day_is_that_of_this_month(desk: Desk) -> None:
    for asked in ("month=9999-99", "month=0001-01", "week=2026-02-31", "month='", "week=9999-12-31"):
        page = desk.client.page(f"/tasks?view=calendar&{asked}")

        assert page.tree.xpath("//li[contains(@class, 'is-today')]"), asked


def test_more_than_a_day_holds_leads_to_all_of_that_day(desk: Desk) -> None:
    due_at = now().replace(hour=12) + timedelta(days=2)
    many_tasks(desk, 12)
    set_task(desk.factories, due_at=due_at)

    page = desk.client.page(f"/tasks?view=calendar&month={due_at:%Y-%m}")
    more = next(href for text, href in page.links().items() if text.startswith("9 more"))

    assert len(names(desk.client.page(more))) == 13


def test_the_spreadsheet_holds_what_is_filtered_and_no_formula(desk: Desk) -> None:
    set_task(desk.factories, name='=HYPERLINK("http://evil.example")')

    lines = desk.client.get("/tasks.csv").text.splitlines()

    assert lines[1].startswith("\"'=HYPERLINK")
    assert len(desk.client.get("/tasks.csv?q=dragons").text.splitlines()) == 1


def save(client: PageClient, status: int = 302, **answers: Any) -> Any:
    return client.submit("/filters", {"kind": "tasks", "name": "Mine", **answers}, status=status)


def saved_id(desk: Desk) -> int:
    from sqlalchemy import func, select

    from models.lists import SavedFilter

    with desk.factories.transaction() as session:
        return session.scalar(select(func.max(SavedFilter.id))) or 0


def test_a_saved_filter_stands_on_home_with_its_number_and_over_the_list(desk: Desk) -> None:
    save(desk.client, name="Waiting for us", **{"with": "teams", "pinned": "1"})

    home = desk.client.page("/")
    page = desk.client.page(home.links()["Waiting for us 1"])

    assert page.h1 == "Waiting for us"
    assert names(page) == [TASK]


def test_a_list_begins_with_the_filter_that_one_chose_and_all_can_still_be_seen(desk: Desk) -> None:
    save(desk.client, name="Dragons", q="dragons", default="1")

    answer = desk.client.get("/tasks")

    assert "No task fits" in desk.client.page(answer.headers["Location"]).main
    assert names(desk.client.page("/tasks?all=1")) == [TASK]


def test_a_shared_filter_shows_each_what_they_may_see(desk: Desk) -> None:
    with desk.factories.transaction() as session:
        session.execute(update(Case).values(restricted=True, owner_id=desk.by.user_id))
    team = desk.factories.team("Complaints officers").id
    save(desk.client, name="Ours", shared_with=str(team), **{"with": f"team-{team}"})
    tom = colleague(desk)
    outside = colleague(desk, "Una Vale", teams=("Rents",))

    address = desk.client.page("/tasks").links()["Ours"]

    assert names(desk.client.page(address)) == [TASK]
    assert names(tom.page(tom.page("/tasks").links()["Ours"])) == []
    assert "Ours" not in outside.page("/tasks").links()


def test_a_filter_of_somebody_else_cannot_be_seen_used_changed_or_deleted(desk: Desk) -> None:
    save(desk.client, q="secret plan")
    mine, tom = saved_id(desk), colleague(desk)

    tom.page(f"/filters/{mine}", status=404)
    for act in ("", "/use", "/removal"):
        tom.submit(f"/filters/{mine}{act}", {"name": "Taken", "pinned": "1"}, status=404)
    assert "secret" not in tom.page("/filters").text


def test_a_shared_filter_is_used_by_the_team_and_changed_by_its_owner_alone(desk: Desk) -> None:
    save(desk.client, shared_with=str(desk.factories.team("Complaints officers").id), q="accept")
    shared, tom = saved_id(desk), colleague(desk)

    tom.submit(f"/filters/{shared}/use", {"pinned": "1"})
    assert "Mine 1" in tom.page("/").links()
    for act in ("", "/removal"):
        tom.submit(f"/filters/{shared}{act}", {"name": "Taken"}, status=403)
    desk.client.submit(f"/filters/{shared}", {"name": "Ours no more"})  # no longer shared

    assert "Mine 1" not in tom.page("/").links()
    tom.page(f"/filters/{shared}", status=404)


def test_a_filter_is_renamed_and_deleted(desk: Desk) -> None:
    save(desk.client, q="accept", pinned="1")
    desk.client.submit(f"/filters/{saved_id(desk)}", {"name": "Accepting"})
    assert "Accepting" in desk.client.page("/tasks").links()

    desk.client.submit(f"/filters/{saved_id(desk)}/removal")

    assert "Accepting" not in desk.client.page("/tasks").links()
    assert "Accepting 1" not in desk.client.page("/").links()


def test_what_is_wrong_with_a_filter_is_said(desk: Desk) -> None:
    for answers, field in (
        ({"name": " "}, "#name"),
        ({"name": "x" * 81}, "#name"),
        ({"shared_with": "9"}, "#shared_with"),
    ):
        answer = save(desk.client, 422, q="accept", **answers)

        assert list(error_links(shown(answer)).values()) == [field]


def test_a_name_is_used_once(desk: Desk) -> None:
    save(desk.client, q="accept")

    assert "You have a filter “Mine” already." in shown(save(desk.client, 422, q="other")).main


def test_the_list_of_cases_has_saved_filters_too(desk: Desk) -> None:
    words = {"kind": "cases", "name": "My cases", "owner": "me", "pinned": "1"}
    desk.client.submit("/filters", words)

    page = desk.client.page(desk.client.page("/").links()["My cases 1"])

    assert desk.case.reference in page.main
    assert "My cases" in desk.client.page("/cases").links()
    assert "My cases" not in desk.client.page("/tasks").links()


def test_a_filter_names_nobody_so_each_finds_their_own(desk: Desk) -> None:
    team = desk.factories.team("Complaints officers").id
    set_task(desk.factories, assignee_id=desk.by.user_id)
    save(desk.client, shared_with=str(team), **{"with": "me"})
    tom = colleague(desk)

    assert names(desk.client.page(desk.client.page("/tasks").links()["Mine"])) == [TASK]
    assert names(tom.page(tom.page("/tasks").links()["Mine"])) == []


def test_open_tasks_alone_are_listed(desk: Desk, factories: Factories) -> None:
    with factories.transaction() as session:
        session.execute(update(UserTask).values(status="completed"))

    assert names(desk.client.page("/tasks")) == []
