"""A dated task is reminded of by itself: when, whom, and once, whichever node looks."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text, update

from engine import absences, cases, reminding, tasks
from engine.clocks import running
from engine.instants import frozen_at, now
from engine.permissions import PLATFORM
from engine.reminding import digests, mailing, sweeping
from models.case import Case
from models.staff import Absence, User
from models.work import Clock, Notification, UserTask
from tests.diagrams import category, due, service, timer
from tests.environment.databases import on_sqlite_alone
from tests.integration.engine.test_clock_changes import ANSWER_BY, RULES
from tests.integration.engine.test_clocks import FORM
from tests.integration.reminding.conftest import OPENED, TEAM, Office, files, moment


def test_whoever_has_a_task_is_reminded_at_amber_and_when_it_is_overdue(office: Office) -> None:
    driver = office.open(files())
    me = driver.by.name

    office.sweep("2026-12-03T12:00")
    assert office.told() == []
    office.sweep("2026-12-04T08:00")  # amber began with the last moment of Thursday: told on Friday morning
    office.sweep("2026-12-04T23:00")
    assert office.told() == [(me, "reminder")]
    office.sweep("2026-12-05T08:00")

    assert office.told() == [(me, "reminder"), (me, "warning")]
    assert [mail.payload["to"] for mail in office.mails()] == [driver.by.email] * 2
    assert [(event["stage"], event["to"]) for event in office.events()] == [("amber", [me]), ("overdue", [me])]


@on_sqlite_alone
def test_a_task_that_stays_overdue_is_escalated_to_the_manager_of_its_team(office: Office) -> None:
    ann = office.member("Ann Officer")
    office.member("Mel Manager", manages=(TEAM,))
    driver = office.open(files(to=f'candidateGroups="{TEAM}"'))
    with frozen_at(OPENED):
        _give(office, driver.task("ask").id, ann.email)

    office.sweep("2026-12-05T08:00")
    office.sweep("2026-12-07T12:00")  # the working day after Friday is not over
    assert office.told() == [("Ann Officer", "warning")]
    office.sweep("2026-12-08T08:00")

    assert office.told() == [("Ann Officer", "warning"), ("Mel Manager", "escalation")]
    assert [event["told"] for event in office.events()][-1] == [{"name": "Mel Manager", "way": "at once"}]


@on_sqlite_alone
def test_a_task_that_nobody_has_is_told_to_its_team(office: Office) -> None:
    office.member("Ann Officer")
    office.member("Bob Officer")
    office.member("Cid Officer", teams=("Another team",))
    office.open(files(to=f'candidateGroups="{TEAM}"'))

    office.sweep("2026-12-04T08:00")

    assert office.told() == [("Ann Officer", "reminder"), ("Bob Officer", "reminder")]


def test_a_node_that_was_down_for_ten_days_tells_each_once_and_together(office: Office) -> None:
    office.member("Mel Manager", manages=(TEAM,))
    ann = office.member("Ann Officer")
    settings = '[reminders]\nbefore = ["on the day", "1 day"]\noverdue = ["at once", "1 day", "3 days"]\n'
    driver = office.open(files(settings, to=f'candidateGroups="{TEAM}"'))
    with frozen_at(OPENED):
        _give(office, driver.task("ask").id, ann.email)

    office.sweep("2026-12-14T12:00")
    office.sweep("2026-12-14T12:01")

    assert sorted(office.told()) == [("Ann Officer", "warning"), ("Mel Manager", "escalation")]
    assert len(office.mails()) == 2


@on_sqlite_alone
def test_ten_tasks_that_were_missed_come_in_one_mail(office: Office) -> None:
    driver = office.open(files())
    with office.factories.transaction() as session, frozen_at(OPENED):
        for number in range(9):
            due = moment(f"2026-12-0{number % 3 + 2}T15:00")
            tasks.add(session, driver.started.id, name=f"Ring {number}", due_at=due, by=driver.by)

    office.sweep("2026-12-14T12:00")

    [mail] = office.mails()
    assert "10 reminders" in mail.payload["subject"]
    assert all(f"Ring {number}" in mail.payload["text"] for number in range(9))


@on_sqlite_alone
def test_nothing_is_told_of_a_task_that_is_done_or_of_a_case_that_is_closed(office: Office) -> None:
    driver = office.open(files())
    with frozen_at(OPENED):
        driver.do("ask")
    other = office.open(files())
    with office.factories.transaction() as session, frozen_at(OPENED):
        tasks.add(session, other.started.id, name="Ring", due_at=moment("2026-12-02T12:00"), by=other.by)
        cases.close(session, other.started.id, reason="Closed by the officer", by=other.by)

    office.sweep("2026-12-20T12:00")

    assert office.told() == []
    assert {task.remind_at for task in [*driver.rows(UserTask), *other.rows(UserTask)]} == {None}


@on_sqlite_alone
def test_a_task_that_opens_when_it_is_overdue_is_told_of_at_once_and_escalated_from_then_on(office: Office) -> None:
    office.member("Mel Manager", manages=(TEAM,))
    office.member("Ann Officer")
    office.open(files(due="2026-11-20", to=f'candidateGroups="{TEAM}"'))

    office.sweep("2026-12-01T09:00:01")
    assert set(office.told()) == {("Ann Officer", "warning"), ("Mel Manager", "warning")}
    office.sweep("2026-12-02T09:00")

    assert office.told()[-1] == ("Mel Manager", "escalation")


@on_sqlite_alone
@pytest.mark.parametrize("settings", ["", "reminders = false\n"], ids=["said", "silent"])
def test_a_category_may_say_that_nothing_is_reminded_of(office: Office, settings: str) -> None:
    made = files()
    made["category.toml"] = settings.encode() + made["category.toml"]
    office.open(made)

    office.sweep("2026-12-20T12:00")

    assert bool(office.told()) == (settings == "")


@on_sqlite_alone
def test_a_task_whose_property_says_none_is_not_reminded_of(office: Office) -> None:
    none = '<zeebe:properties><zeebe:property name="reminders" value="none"/></zeebe:properties>'
    office.open(files(more=none))

    office.sweep("2026-12-20T12:00")

    assert office.told() == []


@on_sqlite_alone
@pytest.mark.parametrize(
    ("kind", "told"),
    [("warning", ["warning", "escalation"]), ("escalation", ["escalation", "warning"])],
    ids=["that it is overdue", "escalation"],
)
def test_what_the_diagram_draws_is_not_told_a_second_time(office: Office, kind: str, told: list[str]) -> None:
    driver = office.open(
        files(
            '[[reminders.escalation]]\nafter = "1 working day"\nto = "owner of the case"\n',
            due="2026-12-04T15:00:00Z",
            flows="start > ask > end ; remind:service > end_reminded",
            inside={"remind": service("notify", to="owner", message="It is late", kind=kind)},
            boundary=timer("late", on="ask", to="remind", date="2026-12-04T15:00:00Z", interrupts=False),
        )
    )

    with frozen_at(moment("2026-12-04T15:00")):
        driver.sweep()
    office.sweep("2026-12-04T15:00")
    office.sweep("2026-12-08T08:00")

    assert [kind for _, kind in office.told()] == told
    assert driver.rows(Notification)[0].text == "It is late"


def test_who_is_away_is_told_with_the_stand_in(office: Office) -> None:
    stand_in = office.member("Sue Standin")
    driver = office.open(files())
    days = {"from_on": moment("2026-12-03T00:00").date(), "until_on": moment("2026-12-30T00:00").date()}
    with office.factories.transaction() as session:
        session.add(
            Absence(
                user_id=driver.by.user_id,
                stand_in_id=stand_in.id,
                note="",
                entered_by_id=stand_in.id,
                entered_at=OPENED,
                **days,
            )
        )
    absences.forget()

    office.sweep("2026-12-04T08:00")

    assert sorted(office.told()) == sorted([("Sue Standin", "reminder"), (driver.by.name, "reminder")])
    assert {"name": "Sue Standin", "way": "at once", "instead_of": driver.by.name} in office.events()[0]["told"]


@on_sqlite_alone
def test_the_manager_hears_for_somebody_who_has_left_and_administrators_when_there_is_none(office: Office) -> None:
    ann = office.member("Ann Officer")
    boss = office.member("Mel Manager", manages=(TEAM,))
    driver = office.open(files(to=f'candidateGroups="{TEAM}"'))
    with frozen_at(OPENED):
        _give(office, driver.task("ask").id, ann.email)
    _leaves(office, ann)
    office.sweep("2026-12-04T08:00")
    assert office.told() == [("Mel Manager", "reminder")]

    _leaves(office, boss)
    with office.factories.transaction() as session:
        session.execute(update(Case).values(owner_id=ann.id))
    office.sweep("2026-12-05T08:00")

    assert office.told()[1:] == [(driver.by.name, "unheard")]
    assert driver.started.reference in office.mails()[-1].payload["text"]
    assert office.events()[-1]["to"] == []


def test_of_a_restricted_case_its_owner_alone_is_told_and_no_name_leaves_the_house(office: Office) -> None:
    office.member("Ann Officer")
    office.member("Mel Manager", manages=(TEAM,))
    driver = office.open(files(to=f'candidateGroups="{TEAM}"'))
    with office.factories.transaction() as session:
        session.execute(update(Case).values(restricted=True, title="Mrs Adaeze Okafor"))
        session.execute(update(UserTask).values(name="Ring Mrs Adaeze Okafor"))

    office.sweep("2026-12-20T12:00")

    assert {name for name, _ in office.told()} == {driver.by.name}
    for mail in office.mails():
        assert "Okafor" not in f"{mail.payload}" and "Adaeze" not in f"{mail.payload}"
        assert driver.started.reference in mail.payload["subject"]


def test_a_date_that_moves_takes_its_reminders_along(office: Office) -> None:
    driver = office.open(files())
    with office.factories.transaction() as session:  # as a recount does, whichever way it is written
        session.execute(
            update(UserTask).values(due_at=moment("2026-12-11T23:59:59.999999"), amber_at=moment("2026-12-10T00:00"))
        )

    office.sweep("2026-12-05T08:00")
    assert office.told() == []
    office.sweep("2026-12-10T08:00")

    assert office.told() == [(driver.by.name, "reminder")]
    assert "Friday 11 December 2026" in driver.rows(Notification)[0].text


@on_sqlite_alone
def test_a_date_that_moves_into_the_past_is_told_of_at_once(office: Office) -> None:
    rules = {"rules.toml": RULES, "dates.form": FORM}
    made = category("start > ask > end", inside={"ask": due(ANSWER_BY)}, files=rules)
    driver = office.open(made, moment("2026-11-03T09:00"), received_on="2026-11-02")
    with office.factories.transaction() as session, frozen_at(moment("2026-11-03T10:00")):
        cases.change_fields(session, driver.started.id, {"received_on": "2026-10-12"}, by=driver.by)
    assert driver.task("ask").due_at == moment("2026-10-19T22:59:59.999999")

    office.sweep("2026-11-03T10:01")

    assert office.told() == [(driver.by.name, "warning")]


@on_sqlite_alone
def test_a_task_that_an_officer_adds_late_is_told_of_at_once(office: Office) -> None:
    driver = office.open(files())
    with office.factories.transaction() as session:
        tasks.add(session, driver.started.id, name="Ring", due_at=now(), by=driver.by)  # at a clock that goes on

    office.sweep((now() + timedelta(seconds=1)).isoformat())

    assert office.told()[-1] == (driver.by.name, "warning")


def test_a_date_that_moves_away_and_back_is_not_told_of_twice(office: Office) -> None:
    driver = office.open(files())
    office.sweep("2026-12-05T08:00")
    with office.factories.transaction() as session:
        session.execute(update(UserTask).values(remind_at=OPENED))

    office.sweep("2026-12-05T09:00")

    assert len(office.told()) == len(office.mails()) == len(office.events()) == 1
    assert driver.task("ask").remind_at is not None


def test_two_nodes_that_sweep_at_once_tell_everybody_once(office: Office) -> None:
    drivers = [office.open(files()) for _ in range(6)]
    start, failed = threading.Barrier(2), []

    def node() -> None:
        start.wait()
        try:
            reminding.tell_what_is_due(office.factories.sessions)
        except Exception as error:
            failed.append(error)

    with frozen_at(moment("2026-12-05T08:00")):
        nodes = [threading.Thread(target=node) for _ in range(2)]
        for thread in nodes:
            thread.start()
        for thread in nodes:
            thread.join()
        office.sweep("2026-12-05T08:00")

    assert failed == []
    assert sorted(office.told()) == sorted((driver.by.name, "warning") for driver in drivers)
    assert sorted(mail.payload["to"] for mail in office.mails()) == sorted(driver.by.email for driver in drivers)


@on_sqlite_alone
def test_what_cannot_be_told_is_tried_again_later_and_keeps_nobody_waiting(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.errors import Invalid

    driver = office.open(files())
    with monkeypatch.context() as patch:

        def broken(*_: object) -> None:
            raise Invalid("The category cannot be read.")

        patch.setattr(sweeping, "load", broken)
        office.sweep("2026-12-05T08:00")
    office.sweep("2026-12-05T08:59")
    assert office.told() == []
    office.sweep("2026-12-05T09:00")

    assert office.told() == [(driver.by.name, "warning")]


@on_sqlite_alone
def test_a_due_date_beyond_every_calendar_stops_no_case(office: Office) -> None:
    driver = office.open(files('[reminders]\nbefore = ["2 working days"]\n', due="9999-12-31"))

    assert (driver.open(), driver.incidents()) == (["ask"], [])


def _give(office: Office, task_id: int, to: str) -> None:
    with office.factories.transaction() as session:
        tasks.assign(session, task_id, to=to, by=PLATFORM)


def _leaves(office: Office, user: User) -> None:
    with office.factories.transaction() as session:
        session.execute(update(User).where(User.id == user.id).values(is_active=False))


def test_a_clock_that_is_extended_or_paused_takes_the_reminders_of_its_tasks_along(office: Office) -> None:
    rules = {"rules.toml": RULES, "dates.form": FORM}
    made = category("start > ask > end", inside={"ask": due(ANSWER_BY)}, files=rules)
    driver = office.open(made, moment("2026-11-03T09:00"), received_on="2026-11-02")
    manager = office.factories.actor(office.factories.user("team_manager", teams=("Managers",)))
    clock = driver.rows(Clock)[0].id

    def change(at: str, operation: Any, **given: Any) -> None:
        with office.factories.transaction() as session, frozen_at(moment(at)):
            operation(session, driver.started.id, clock, **given, by=manager)

    change("2026-11-04T09:00", running.extend, amount=5, reason="It is complex")
    office.sweep("2026-11-10T08:00")  # the day after the first date
    assert office.told() == []
    change("2026-11-10T09:00", running.stop, reason="We asked what is meant")
    assert driver.task("ask").remind_at is None
    office.sweep("2026-12-24T09:00")
    assert office.told() == []
    change("2026-12-24T10:00", running.resume, reason="They answered")
    until = driver.task("ask").due_at
    assert until is not None and until > moment("2026-12-24T10:00")
    office.sweep((until + timedelta(hours=10)).isoformat())

    assert [kind for _, kind in office.told()] == ["warning"]


@pytest.mark.parametrize(
    ("waiting", "index"),
    [
        (sweeping.waiting, "ix_user_task_remind_at"),
        (mailing.waiting, "ix_notification_mail_at"),
        (digests.waiting, "ix_notification_preference_digest_at"),
    ],
    ids=["tasks", "mail", "digests"],
)
def test_a_sweep_that_finds_nothing_reads_an_index_alone(office: Office, waiting: Any, index: str) -> None:
    statement = waiting(OPENED).compile(office.factories.engine, compile_kwargs={"literal_binds": True})
    is_sqlite = office.factories.engine.dialect.name == "sqlite"
    with office.factories.transaction() as session:
        if not is_sqlite:
            session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = session.execute(text(f"EXPLAIN {'QUERY PLAN ' if is_sqlite else ''}{statement}")).all()

    assert index in str(plan), plan
