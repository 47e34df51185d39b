"""The pages of reminders: the bell, what was escalated, how one is told, and what administrators see of it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from engine import reminding
from engine.instants import frozen_at, now
from models.case import Case, CaseEvent
from models.telling import NotificationPreference
from models.work import Notification, OutboxMessage, UserTask
from tests.environment.databases import on_sqlite_alone
from tests.factories import Factories
from tests.integration.engine.test_outbox import Mailbox, free_port
from tests.integration.engine.test_outbox import mailbox as mailbox
from tests.integration.portal.conftest import Desk
from tests.pages import PageClient

pytestmark = on_sqlite_alone


def tell(desk: Desk, kind: str, *, user_id: int | None = None, number: int = 1, mail: str | None = None) -> None:
    """Tell somebody of the complaint's task, as the sweep does."""
    shared = {"user_id": user_id or desk.by.user_id, "case_id": desk.case.id, "user_task_id": desk.task().id}
    rows = [
        {**shared, "key": f"{kind}:{each}", "kind": kind, "text": f"It is {kind} {each}", "created_at": now()}
        for each in range(number)
    ]
    with desk.factories.transaction() as session:
        session.execute(insert(Notification), [row | {"outbox_key": mail} for row in rows])


def test_the_bell_says_how_much_there_is_to_read(desk: Desk) -> None:
    assert "Reminders, " not in desk.client.page("/cases").text
    tell(desk, "reminder", number=3)

    assert "Reminders, 3 to be read" in desk.client.page("/cases").text
    desk.client.submit("/notifications/1/dismissal")
    assert "Reminders, 2 to be read" in desk.client.page("/").text
    tell(desk, "warning", number=120)
    assert "more than 99" in desk.client.page("/").text


def test_what_was_escalated_stands_on_home_until_it_is_acknowledged_and_history_says_who_did(desk: Desk) -> None:
    boss = desk.factories.user("team_manager", name="Mel Manager", manages=("Complaints officers",))
    client = desk.factories.client(user=boss)
    tell(desk, "escalation", user_id=boss.id, number=2)
    task = desk.task()

    assert "Escalated to you" in client.page("/").text
    client.submit("/notifications/dismissals")
    assert "Escalated to you" in client.page("/").text, "it can be put away without a word in history"
    client.follow(client.submit(f"/tasks/{task.id}/escalation/acknowledgement"))

    assert "Escalated to you" not in client.page("/").text
    with desk.factories.transaction() as session:
        events = session.scalars(select(CaseEvent).where(CaseEvent.type == "escalation_acknowledged")).all()
    assert [event.actor_name for event in events] == ["Mel Manager"]
    assert (
        "Acknowledged that “Check whether to accept complaint” is overdue" in client.page(f"{desk.here}/timeline").text
    )


def test_dismissing_an_escalation_acknowledges_it(desk: Desk) -> None:
    tell(desk, "escalation")

    desk.client.submit("/notifications/1/dismissal")

    with desk.factories.transaction() as session:
        assert session.scalar(select(CaseEvent.id).where(CaseEvent.type == "escalation_acknowledged"))


def test_nobody_acknowledges_what_was_escalated_to_somebody_else(desk: Desk) -> None:
    tell(desk, "escalation")
    stranger = desk.factories.client("team_manager", "administrator")

    stranger.submit(f"/tasks/{desk.task().id}/escalation/acknowledgement", status=404)
    desk.client.submit("/tasks/999/escalation/acknowledgement", status=404)

    assert "Escalated to you" in desk.client.page("/").text


def test_the_preferences_are_kept_and_shown(desk: Desk) -> None:
    page = desk.client.page("/account/reminders")
    sent = page.form("reminders") | {"reminder": "digest", "team": "none", "digest_hour": "7"}
    sent |= {"quiet_from": "18", "quiet_to": "7", "at_weekends": "no"}

    page = desk.client.follow(desk.client.submit("/account/reminders", sent))

    assert "The next one comes on" in page.text
    assert desk.client.page("/account/reminders").form("reminders") == sent
    with desk.factories.transaction() as session:
        kept = session.scalars(select(NotificationPreference)).one()
    assert (kept.user_id, kept.reminder, kept.team, kept.at_weekends) == (desk.by.user_id, "digest", "none", False)


@pytest.mark.parametrize(
    "sent",
    [{"reminder": "<script>"}, {"digest_hour": "99"}, {"digest_hour": "٣"}, {"quiet_from": "18", "quiet_to": ""}, {}],
)
def test_preferences_that_cannot_be_kept_are_refused_with_a_sentence(desk: Desk, sent: dict[str, str]) -> None:
    whole = desk.client.page("/account/reminders").form("reminders") if sent else {}

    answer = desk.client.submit("/account/reminders", whole | sent, status=422)

    assert "There is a problem" in answer.text
    with desk.factories.transaction() as session:
        assert session.scalar(select(NotificationPreference)) is None


def test_a_reminder_of_the_platform_stands_in_the_timeline_with_who_was_told_how(desk: Desk) -> None:
    with desk.factories.transaction() as session:
        at = session.scalars(select(UserTask.due_at).where(UserTask.status == "open")).one()
    with frozen_at(at + timedelta(hours=10)):
        reminding.tell_what_is_due(desk.factories.sessions)

    text = desk.client.page(f"{desk.here}/timeline").text

    assert "is overdue: it was due on" in text
    assert "Warning to Priya Shah" in text and "In the portal and by e-mail" in text


def test_administrators_see_who_was_told_and_which_mail_failed_but_not_what_a_restricted_case_is_about(
    desk: Desk,
) -> None:
    admin = desk.factories.client("administrator")
    with desk.factories.transaction() as session:
        row = {"key": "k", "channel": "email", "payload": {"to": "a@b.example"}, "status": "failed", "attempts": 1}
        session.execute(insert(OutboxMessage), row | {"next_at": now(), "error": "550 no such mailbox"})
    tell(desk, "reminder", mail="k")
    tell(desk, "unheard")

    assert "550 no such mailbox" in admin.page("/admin/reminders?state=failed").main
    assert "It is unheard 0" in admin.page("/admin/reminders?state=nobody").main
    assert "It is reminder 0" in admin.page("/admin/reminders").main
    with desk.factories.transaction() as session:
        session.execute(update(Case).values(restricted=True))
    assert "It is reminder 0" not in admin.page("/admin/reminders").main
    assert "About a restricted case" in admin.page("/admin/reminders").main
    admin.page("/admin/reminders?state=other", status=422)
    desk.client.page("/admin/reminders", status=403)


def test_what_nobody_could_be_told_is_told_to_an_administrator_even_of_a_restricted_case(desk: Desk) -> None:
    admin = desk.factories.user("administrator")
    client = desk.factories.client(user=admin)
    tell(desk, "unheard", user_id=admin.id)
    with desk.factories.transaction() as session:
        session.execute(update(Case).values(restricted=True, title="Mrs Adaeze Okafor"))

    for address in ("/", "/notifications"):
        page = client.page(address)
        assert "It is unheard 0" in page.main + page.text
        assert "Okafor" not in page.text


def test_the_mail_settings_are_tested_through_the_outbox_and_the_answer_is_shown(
    factories: Factories, mailbox: Mailbox
) -> None:
    app = factories.own_app()
    admin = factories.client(user=factories.user("administrator", name="Ada Admin"))
    nothing = admin.follow(admin.submit("/admin/deliveries/test")).text
    assert "no mail server is set" in nothing and mailbox.received == []

    _use(app, mailbox.url)
    page = admin.follow(admin.submit("/admin/deliveries/test"))
    assert "The mail server took the message for ada.admin@landlord.example" in page.text
    assert [message["To"] for message in mailbox.received] == ["ada.admin@landlord.example"]

    mailbox.answers.append("550 we know nobody of that name")
    assert "550 we know nobody of that name" in admin.follow(admin.submit("/admin/deliveries/test")).text
    _use(app, f"smtp://127.0.0.1:{free_port()}")
    assert "cannot be used" in admin.follow(admin.submit("/admin/deliveries/test")).text
    factories.client("officer").submit("/admin/deliveries/test", status=403)


def _use(app: Any, smtp_url: str) -> None:
    import dataclasses

    app.extensions["casewright"] = dataclasses.replace(app.extensions["casewright"], smtp_url=smtp_url)


def test_the_page_about_a_broken_database_still_opens(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy.exc import OperationalError

    from engine import notifications

    def broken(*_: object, **__: object) -> int:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(notifications, "unread", broken)
    desk.client.page("/no-such-page", status=404)


def test_the_link_in_a_mail_leads_to_the_task(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    import dataclasses

    from engine import configuration

    here = dataclasses.replace(configuration.current(), url="https://cases.landlord.example")
    monkeypatch.setattr(configuration, "_current", here)
    task = desk.task()
    assert task.due_at is not None
    with frozen_at(task.due_at + timedelta(hours=10)):
        reminding.tell_what_is_due(desk.factories.sessions)

    with desk.factories.transaction() as session:
        mail = session.scalars(select(OutboxMessage).where(OutboxMessage.payload["to"].as_string() == desk.by.email))
        text = mail.one().payload["text"]
    assert f"https://cases.landlord.example/tasks/{task.id}" in text
    assert "https://cases.landlord.example/account/reminders" in text


def test_a_client_without_reminders_is_not_shown_any(factories: Factories) -> None:
    client: PageClient = factories.client("officer")

    assert "No reminders" in client.page("/").text
