"""The administrator's pages: staff, teams, tokens, incidents, deliveries, the system."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engine.instants import now
from models.people import Organisation
from models.staff import ApiToken, Membership, Session, Team, User
from models.work import Incident, OutboxMessage
from tests.environment.databases import on_sqlite_alone
from tests.factories import Factories

PAGES = (
    "",
    "/staff",
    "/staff/new",
    "/roles",
    "/roles/new",
    "/roles/new?of=officer",
    "/roles/officer",
    "/changes",
    "/teams",
    "/tokens",
    "/incidents",
    "/deliveries",
    "/deliveries?state=sent",
    "/dead-letters",
    "/system",
    "/webhooks",
    "/webhooks/new",
)
NEW = {"name": "Wei Lin", "email": "wei.lin@landlord.example", "roles": ["officer"], "password": "otter lamp granite"}


@pytest.mark.parametrize("page", PAGES)
def test_each_page_stands(factories: Factories, page: str) -> None:
    client = factories.client("administrator")

    assert client.page(f"/admin{page}").h1


def test_a_new_member_of_staff_can_sign_in(factories: Factories) -> None:
    client, team = factories.client("administrator"), factories.team("Complaints officers")

    client.submit("/admin/staff", {**NEW, "teams": [str(team.id)], "manages": [str(team.id)]})

    newcomer = factories.browser()
    newcomer.submit("/sign-in", {"email": NEW["email"], "password": NEW["password"]})
    assert newcomer.page("/account").h1
    with factories.transaction() as session:
        place = session.scalars(select(Membership).join(User).where(User.email == NEW["email"])).one()
    assert (place.team_id, place.is_manager) == (team.id, True)


@on_sqlite_alone
@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "no address", "Enter an e-mail address"),
        ("roles", ["emperor"], "Choose at least one role"),
        ("roles", [], "Choose at least one role"),
        ("name", "  ", "Enter a name"),
        ("password", "short", "must be 12 characters or more"),
        ("password", "password1234", "easy to guess"),
        ("password", "weilinweilinwei", "easy to guess"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nobody_is_added(
    factories: Factories, field: str, value: object, sentence: str
) -> None:
    client = factories.client("administrator")

    answer = client.submit("/admin/staff", {**NEW, field: value}, status=422)

    assert sentence in answer.text
    with factories.transaction() as session:
        assert session.scalar(select(User).where(User.name == NEW["name"])) is None


def test_two_people_cannot_have_one_address(factories: Factories) -> None:
    client, somebody = factories.client("administrator"), factories.user()

    answer = client.submit("/admin/staff", {**NEW, "email": somebody.email.upper()}, status=422)

    assert "Somebody has this e-mail address already" in answer.text


def test_a_closed_account_is_out_at_once(factories: Factories) -> None:
    admin, officer = factories.client("administrator"), factories.client("officer")
    headers = factories.bearer(officer.user)

    admin.submit(f"/admin/staff/{officer.user.id}", {"name": officer.user.name, "roles": ["officer"]})

    assert officer.get("/account").status_code == 302
    with factories.transaction() as session:
        assert session.scalars(select(Session).where(Session.user_id == officer.user.id)).all() == []
        assert session.scalars(select(ApiToken)).one().revoked_at is not None
    assert headers


def test_other_roles_end_the_session_in_which_they_were_not_held(factories: Factories) -> None:
    admin, officer = factories.client("administrator"), factories.client("officer")

    admin.submit(f"/admin/staff/{officer.user.id}", {"name": "Same Person", "roles": ["auditor"], "is_active": "1"})

    assert officer.get("/account").status_code == 302


def test_the_last_administrator_stays_one(factories: Factories) -> None:
    client = factories.client("administrator")

    answer = client.submit(
        f"/admin/staff/{client.user.id}", {"name": "Me", "roles": ["officer"], "is_active": "1"}, status=409
    )

    assert "Make somebody else an administrator first" in answer.text
    assert client.page("/admin").h1 == "Administration"


def test_a_password_that_an_administrator_sets_ends_every_session(factories: Factories) -> None:
    admin, officer = factories.client("administrator"), factories.client("officer")

    admin.submit(f"/admin/staff/{officer.user.id}/password", {"password": "seven calm herons"})

    assert officer.get("/account").status_code == 302
    officer.submit("/sign-in", {"email": officer.user.email, "password": "seven calm herons"})


def test_a_team_is_added_once(factories: Factories) -> None:
    client = factories.client("administrator", teams=())

    client.submit("/admin/teams", {"name": "Gas  safety"})
    again = client.submit("/admin/teams", {"name": "Gas safety"}, status=422)

    assert "There is a team “Gas safety” already" in again.text
    with factories.transaction() as session:
        assert [team.key for team in session.scalars(select(Team))] == ["gas_safety"]


def test_a_token_is_shown_once_kept_as_a_digest_and_can_be_revoked(factories: Factories) -> None:
    client = factories.client("administrator")

    made = client.submit("/admin/tokens", {"name": "Rents", "email": client.user.email}, status=200)

    token = made.text.split("<code>")[1].split("</code>")[0]
    with factories.transaction() as session:
        row = session.scalars(select(ApiToken)).one()
    assert token.startswith("cw_") and token not in row.token_digest
    assert token not in client.page("/admin/tokens").text
    client.submit(f"/admin/tokens/{row.id}/revocation")
    assert "Revoked" in client.page("/admin/tokens").main


def test_a_failed_message_says_why_and_is_sent_again(factories: Factories) -> None:
    client = factories.client("administrator")
    with factories.transaction() as session:
        row = OutboxMessage(
            key="k",
            channel="email",
            payload={"to": "a@b.example", "subject": "Reminder", "text": "…"},
            status="failed",
            attempts=7,
            next_at=now() - timedelta(days=1),
            error="550 no such mailbox",
        )
        session.add(row)

    assert "550 no such mailbox" in client.page("/admin/deliveries").main
    client.submit(f"/admin/deliveries/{row.id}/retry")
    client.submit(f"/admin/deliveries/{row.id}/retry", status=409)

    assert "Not sent: no mail server is set" in client.page("/admin/deliveries?state=waiting").main


def test_an_incident_is_listed_with_its_remedy_and_tried_again(factories: Factories) -> None:
    client = factories.client("administrator")
    by = factories.actor(client.user)
    started = factories.complaint(by=by)
    _call_landlord(factories, "contractor")  # whose name the letter begins with
    _complete(factories, started.id, by, {"exclusion_decision": "complaint"})
    _complete(factories, started.id, by, _acknowledgement())
    factories.run_jobs()

    page = client.page("/admin/incidents")
    with factories.transaction() as session:
        incident = session.scalars(select(Incident)).one()
    _call_landlord(factories, "landlord")
    client.submit(f"/admin/incidents/{incident.id}/retry")

    assert "organisation." in page.main and started.reference in page.main
    assert client.page("/admin/incidents").main.endswith("Every step of every case that you may see went through.")


def _call_landlord(factories: Factories, kind: str) -> None:
    with factories.transaction() as session:
        session.execute(update(Organisation).values(kind=kind))


def test_history_is_verified_from_the_system_page(factories: Factories) -> None:
    client = factories.client("administrator")
    factories.complaint(by=factories.actor(client.user))

    client.submit("/admin/system/verification")

    page = client.page("/admin/system").text
    assert re.search(r"History is whole: \d+ events of 1 case\.", page)
    assert "Last verified" in page


def _complete(factories: Factories, case_id: int, by: object, answers: dict[str, object]) -> None:
    from engine import tasks
    from models.work import UserTask

    with factories.transaction() as session:
        task_id = session.scalars(
            select(UserTask.id).where(UserTask.case_id == case_id, UserTask.status == "open")
        ).one()
        tasks.complete(session, task_id, answers=answers, by=by)


def _acknowledgement() -> dict[str, object]:
    return {
        "update_interval": "every week",
        "complaint_definition": "You are unhappy with how long this has taken.",
        "outcome_sought": "You want it put right.",
        "stage1_investigator": "Grace Adeyemi",
        "acknowledged_on": now().date().isoformat(),
    }
