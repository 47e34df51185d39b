"""Each member of staff chooses how they are told: at once, in one digest a day, or in the portal alone."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engine import absences, cases, reminding
from engine.errors import Invalid
from engine.instants import frozen_at
from engine.permissions import Actor
from engine.reminding import preferences
from models.case import Case
from models.staff import Absence
from models.telling import Digest
from models.work import Notification, UserTask
from tests.diagrams import category, service
from tests.environment.databases import on_sqlite_alone
from tests.integration.reminding.conftest import OPENED, TEAM, Office, files, moment


@on_sqlite_alone
def test_what_is_wanted_in_the_portal_alone_is_not_mailed(office: Office) -> None:
    driver = office.open(files())
    office.wants(driver.by.user_id, reminder="portal", warning="at once")

    office.sweep("2026-12-04T08:00")
    office.sweep("2026-12-05T08:00")

    assert [kind for _, kind in office.told()] == ["reminder", "warning"]
    assert [mail.payload["subject"] for mail in office.mails()] == [
        f"{driver.started.reference}: “Ask” is overdue: it was due on Friday 4 December 2026."
    ]
    assert [event["told"][0]["way"] for event in office.events()] == ["portal", "at once"]


@on_sqlite_alone
def test_quiet_hours_keep_the_mail_until_they_end_and_then_it_comes_together(office: Office) -> None:
    driver = office.open(files('[reminders]\nbefore = ["20 minutes"]\n', due="2026-12-04T19:00:00Z"))
    office.wants(driver.by.user_id, quiet_from=18, quiet_to=7, at_weekends=False)

    office.sweep("2026-12-04T18:40")
    office.sweep("2026-12-04T19:00")
    assert len(office.told()) == 2
    office.sweep("2026-12-06T12:00")
    assert office.mails() == []
    office.sweep("2026-12-07T07:00")

    [mail] = office.mails()
    assert mail.payload["subject"].startswith("2 reminders")


@on_sqlite_alone
def test_what_was_read_or_done_before_its_mail_left_is_not_mailed(office: Office) -> None:
    driver = office.open(files())
    office.wants(driver.by.user_id, quiet_from=0, quiet_to=9)
    office.sweep("2026-12-04T08:00")
    with frozen_at(moment("2026-12-04T08:30")):
        driver.do("ask")

    office.sweep("2026-12-04T09:00")

    assert office.mails() == []
    assert [row.mail_at for row in driver.rows(Notification)] == [None]


def test_the_digest_comes_once_a_day_grouped_and_never_empty(office: Office) -> None:
    driver = office.open(files())
    office.wants(driver.by.user_id, reminder="digest", warning="digest", digest_hour=9)

    office.sweep("2026-12-01T09:00")  # an hour before the preference counts: nothing was asked for yet
    office.sweep("2026-12-02T09:00")
    office.sweep("2026-12-02T09:05")
    office.sweep("2026-12-03T09:00")  # nothing new and nothing near
    office.sweep("2026-12-04T09:00")
    office.sweep("2026-12-05T09:00")

    assert [mail.payload["subject"] for mail in office.mails()] == [
        "Your day: 1 new", "Your day: 1 due today", "Your day: 1 overdue",
    ]  # fmt: skip
    assert "Ask, due on Friday 4 December 2026" in office.mails()[1].payload["text"]
    with office.factories.transaction() as session:
        assert len(list(session.scalars(select(Digest)))) == 4


@on_sqlite_alone
def test_a_node_that_was_down_for_ten_days_sends_the_digest_of_today_alone(office: Office) -> None:
    driver = office.open(files())
    office.wants(driver.by.user_id, reminder="digest", warning="digest", escalation="digest", digest_hour=9)

    office.sweep("2026-12-14T12:00")
    office.sweep("2026-12-14T12:01")

    assert [mail.payload["subject"] for mail in office.mails()] == ["Your day: 1 overdue"]
    with office.factories.transaction() as session:
        assert str(session.scalars(select(Digest)).one().day_on) == "2026-12-14"


def test_two_nodes_send_the_digest_of_a_day_once(office: Office) -> None:
    drivers = [office.open(files()) for _ in range(4)]
    for driver in drivers:
        office.wants(driver.by.user_id, reminder="digest", warning="digest", digest_hour=9)
    start, failed = threading.Barrier(2), []

    def node() -> None:
        start.wait()
        try:
            reminding.tell_what_is_due(office.factories.sessions)
        except Exception as error:
            failed.append(error)

    with frozen_at(moment("2026-12-05T09:00")):
        nodes = [threading.Thread(target=node) for _ in range(2)]
        for thread in nodes:
            thread.start()
        for thread in nodes:
            thread.join()
        office.sweep("2026-12-05T09:00")

    assert failed == []
    assert sorted(mail.payload["to"] for mail in office.mails()) == sorted(driver.by.email for driver in drivers)


@on_sqlite_alone
def test_the_digest_names_what_a_colleague_left_and_what_was_escalated(office: Office) -> None:
    boss = office.member("Mel Manager", manages=(TEAM,))
    away = office.member("Ann Officer")
    driver = office.open(files(to=f'candidateGroups="{TEAM}"'))
    with office.factories.transaction() as session:
        session.execute(update(UserTask).values(assignee_id=away.id))
        session.add(
            Absence(
                user_id=away.id,
                stand_in_id=boss.id,
                from_on=moment("2026-12-01T00:00").date(),
                until_on=moment("2026-12-30T00:00").date(),
                note="",
                entered_by_id=boss.id,
                entered_at=OPENED,
            )
        )
    absences.forget()
    office.wants(boss.id, reminder="digest", escalation="digest", digest_hour=9)

    office.sweep("2026-12-05T09:00")
    assert office.mails()[-1].payload["to"] == boss.email
    assert office.mails()[-1].payload["subject"] == "Your day: 1 overdue"
    absences_end(office)
    office.sweep("2026-12-08T08:30")
    office.sweep("2026-12-08T09:00")

    assert office.mails()[-1].payload["subject"] == "Your day: 1 escalated to you"
    assert driver.started.reference in office.mails()[-1].payload["text"]


def absences_end(office: Office) -> None:
    with office.factories.transaction() as session:
        session.execute(update(Absence).values(ended_at=OPENED))
    absences.forget()


@on_sqlite_alone
def test_a_digest_names_nothing_of_a_restricted_case(office: Office) -> None:
    driver = office.open(files())
    office.wants(driver.by.user_id, reminder="digest", digest_hour=9)
    with office.factories.transaction() as session:
        session.execute(update(Case).values(restricted=True, title="Mrs Adaeze Okafor"))
        session.execute(update(UserTask).values(name="Ring Mrs Adaeze Okafor"))

    office.sweep("2026-12-05T09:00")

    assert office.mails()
    assert not any("Okafor" in f"{mail.payload}" for mail in office.mails())


@on_sqlite_alone
def test_a_digest_says_nothing_of_a_restricted_case_to_who_may_not_see_it(office: Office) -> None:
    ann = office.member("Ann Officer")
    office.open(files(to=f'candidateGroups="{TEAM}"'))
    office.wants(ann.id, reminder="digest", digest_hour=9)
    with office.factories.transaction() as session:
        session.execute(update(Case).values(restricted=True))

    office.sweep("2026-12-05T09:00")

    assert not any(mail.payload["to"] == ann.email for mail in office.mails())


@on_sqlite_alone
def test_members_of_a_team_may_leave_its_tasks_to_the_others(office: Office) -> None:
    ann, bob = office.member("Ann Officer"), office.member("Bob Officer")
    cid = office.member("Cid Officer")
    office.wants(ann.id, team="none")
    office.wants(bob.id, team="portal")
    office.open(files(to=f'candidateGroups="{TEAM}"'))

    office.sweep("2026-12-04T08:00")

    assert [name for name, _ in office.told()] == ["Bob Officer", "Cid Officer"]
    assert [mail.payload["to"] for mail in office.mails()] == [cid.email]


@on_sqlite_alone
def test_a_drawn_notice_keeps_to_what_its_reader_wants(office: Office) -> None:
    told = service("notify", to="owner", message="Please look at it", kind="warning")
    driver = office.open(category("start > ask > tell:service > end", inside={"tell": told}))
    office.wants(driver.by.user_id, warning="digest", digest_hour=9)

    with frozen_at(OPENED):
        driver.do("ask")
    assert office.mails() == []
    office.sweep("2026-12-02T09:00")

    [mail] = office.mails()
    assert "Please look at it" in mail.payload["text"]


@on_sqlite_alone
def test_a_drawn_notice_about_a_restricted_case_is_told_to_its_owner_without_a_word_of_it(office: Office) -> None:
    other = office.member("Ann Officer")
    told = service("notify", to=other.email, message="Mrs Okafor rang", kind="warning")
    driver = office.open(category("start > ask > tell:service > end", inside={"tell": told}))
    with office.factories.transaction() as session:
        session.execute(update(Case).values(restricted=True))

    with frozen_at(OPENED):
        driver.do("ask")

    assert office.told() == [(driver.by.name, "warning")]
    assert not any("Okafor" in f"{mail.payload}" for mail in office.mails())


@on_sqlite_alone
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"reminder": "by fax"}, "reminder"),
        ({"team": "some"}, "team"),
        ({"digest_hour": 24}, "digest_hour"),
        ({"digest_hour": True}, "digest_hour"),
        ({"digest_hour": "8"}, "digest_hour"),
        ({"quiet_from": 18}, "quiet_from"),
        ({"quiet_from": 18, "quiet_to": -1}, "quiet_from"),
        ({"at_weekends": "no"}, "at_weekends"),
        ({"user_id": 7}, "user_id"),
    ],
)
def test_preferences_that_cannot_be_kept_are_told_by_field(office: Office, values: dict, field: str) -> None:
    user = office.member("Ann Officer")

    with office.factories.transaction() as session, pytest.raises(Invalid) as refused:
        preferences.change(session, values, by=Actor(user.id, user.name))

    assert list(refused.value.errors) == [field]


@on_sqlite_alone
def test_nobody_has_a_digest_who_has_left_or_wants_none_any_more(office: Office) -> None:
    driver = office.open(files())
    office.wants(driver.by.user_id, reminder="digest", digest_hour=9)
    office.wants(driver.by.user_id, reminder="portal", warning="portal", escalation="portal")

    office.sweep("2026-12-05T09:00")

    assert office.mails() == []


@on_sqlite_alone
def test_closing_the_case_leaves_nothing_to_be_mailed(office: Office) -> None:
    driver = office.open(files())
    office.wants(driver.by.user_id, quiet_from=0, quiet_to=9)
    office.sweep("2026-12-04T08:00")
    with office.factories.transaction() as session, frozen_at(moment("2026-12-04T08:30")):
        cases.close(session, driver.started.id, reason="Closed by the officer", by=driver.by)

    office.sweep((moment("2026-12-04T09:00") + timedelta(days=1)).isoformat())

    assert office.mails() == []
