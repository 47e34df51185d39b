"""Absences in the portal: entered with a stand-in, told at home, done on somebody's behalf."""

from datetime import timedelta

from engine.instants import frozen_at, now, today
from models.staff import User
from tests.factories import TEAMS
from tests.integration.portal.conftest import Desk, day_parts, error_links, shown
from tests.integration.portal.test_home import set_task

TASK = "Check whether to accept complaint"


def bola(desk: Desk) -> User:
    return desk.factories.user(name="Bola Ojo", teams=("Rents",))


def days(begins: int = 0, ends: int = 5) -> dict[str, str]:
    first, last = today() + timedelta(days=begins), today() + timedelta(days=ends)
    return {**day_parts("from", first), **day_parts("until", last)}


def test_the_stand_in_finds_the_tasks_at_home_and_does_one_on_behalf(desk: Desk) -> None:
    set_task(desk.factories, assignee_id=desk.by.user_id)
    stand_in = bola(desk)

    page = desk.client.follow(desk.client.submit("/absences", {**days(), "stand_in": str(stand_in.id)}))

    assert "Away now" in page.main
    theirs = desk.factories.client(user=stand_in)
    home = theirs.page("/")
    assert "Standing in for Priya Shah" in home.main
    task = theirs.page(home.links()[TASK])
    assert "You stand in for Priya Shah, who is away." in task.main
    sent = {**task.form("completion"), "exclusion_decision": "complaint"}
    done = theirs.follow(theirs.submit(f"/tasks/{desk.task().id}/completion", sent))
    assert "On behalf of Priya Shah" in done.main


def test_after_the_last_day_the_stand_in_finds_nothing_and_may_do_nothing(desk: Desk) -> None:
    set_task(desk.factories, assignee_id=desk.by.user_id)
    stand_in = bola(desk)
    desk.client.submit("/absences", {**days(), "stand_in": str(stand_in.id)})

    with frozen_at(now() + timedelta(days=6)):
        theirs = desk.factories.client(user=stand_in)

        assert "Standing in for" not in theirs.page("/").main
        assert not theirs.page(f"/tasks/{desk.task().id}").tree.xpath("//form[contains(@action, 'completion')]")
        theirs.submit(f"/tasks/{desk.task().id}/completion", {"exclusion_decision": "complaint"}, status=403)


def test_what_is_wrong_is_said_and_what_was_typed_stays(desk: Desk) -> None:
    answer = desk.client.submit("/absences", {**days(ends=-2), "note": "Leave"}, status=422)
    no_day = desk.client.submit("/absences", {**days(), "from-day": "31", "from-month": "2"}, status=422)

    page = shown(answer)
    assert error_links(page) == {"The last day must not be before the first": "#until"}
    assert page.form("absences")["note"] == "Leave"
    assert list(error_links(shown(no_day)).values()) == ["#from"]


def test_stand_ins_that_go_round_are_told(desk: Desk) -> None:
    stand_in = bola(desk)
    desk.client.submit("/absences", {**days(), "stand_in": str(stand_in.id)})
    theirs = desk.factories.client(user=stand_in)

    page = theirs.follow(theirs.submit("/absences", {**days(), "stand_in": str(desk.by.user_id)}))

    assert "nobody is left in the chain of stand-ins" in page.text


def test_an_absence_of_somebody_else_is_entered_and_ended_by_their_manager_alone(desk: Desk) -> None:
    manager = desk.factories.client(user=desk.factories.user("team_manager", manages=(TEAMS[0],)))
    stranger = desk.factories.client(user=bola(desk))
    sent = {**days(), "whose": str(desk.by.user_id)}

    stranger.submit("/absences", sent, status=403)
    page = manager.follow(manager.submit("/absences", sent))
    end = page.tree.xpath("//form[contains(@action, '/end')]/@action")[0]
    stranger.submit(end, status=403)
    manager.submit(end)

    assert "Nobody is away" in desk.client.page("/absences").main
