"""Contractors and partner agencies: they see what their organisation is linked to, and nothing else, anywhere."""

from typing import Any

import pytest
from sqlalchemy import select, update

from engine import cases, filing, partners, roles, staff, tasks
from engine.errors import NotPossible
from engine.permissions import PLATFORM, may
from models.case import Case
from models.people import Organisation
from models.staff import User
from models.work import UserTask
from tests.diagrams import category
from tests.environment.databases import on_sqlite_alone
from tests.factories import Factories

EVERYWHERE = ("officer", "team_manager", "analyst", "auditor", "administrator", "partner")


class Site:
    """Two cases with a document each, and a builder whose firm is linked to the first when `link` is called."""

    def __init__(self, factories: Factories) -> None:
        self.factories = factories
        factories.deploy(category("start > ask > end"))
        self.ann = factories.actor(factories.user(name="Ann"))
        person = factories.person("Zelda", "Quince")
        with factories.transaction() as session:
            firm = Organisation(reference="ORG1", kind="contractor", name="Sound Roofs")
            session.add(firm)
            self.cases = [cases.start(session, "sample", by=self.ann) for _ in range(2)]
            for number, case in enumerate(self.cases):
                filing.add_document(session, case.id, f"plan{number}.txt", b"Where the key is.", by=self.ann)
            session.flush()
            self.firm = firm.id
        self.person = person.id
        self.user = factories.user(*EVERYWHERE, name="Bob Builder")
        with factories.transaction() as session:
            session.get_one(User, self.user.id).organisation_id = self.firm

    def link(self) -> None:
        """Link the firm to the first case."""
        with self.factories.transaction() as session:
            partners.link(session, self.cases[0].id, self.firm, reason="The roof leaks", by=self.ann)

    def seen(self) -> set[str]:
        """Return which of the cases the builder comes across in lists, search, spreadsheets, numbers and REST."""
        client, program = self.factories.client(user=self.user), self.factories.browser()
        headers = self.factories.bearer(self.user)
        pages = [client.get(address).get_data(as_text=True) for address in LISTS]
        pages += [program.get(f"/api/v1{a}", headers=headers).get_data(as_text=True) for a in OPERATIONS]
        return {case.reference for case in self.cases if any(case.reference in page for page in pages)}


LISTS = ("/", "/cases", "/cases?status=", "/cases.csv", "/tasks", "/tasks.csv", "/deadlines", "/search?q=SAMPLE")
OPERATIONS = ("/cases", "/tasks?status=any", "/documents", "/clocks", "/notifications")


@pytest.fixture
def site(factories: Factories) -> Site:
    return Site(factories)


def test_nothing_is_seen_before_a_link_the_linked_case_then_and_nothing_after_it_ends(site: Site) -> None:
    assert site.seen() == set()
    site.link()
    assert site.seen() == {site.cases[0].reference}
    client = site.factories.client(user=site.user)
    assert "Bob" in client.get("/account").text
    assert client.get(f"/cases/{site.cases[0].reference}").status_code == 200
    assert client.get(f"/cases/{site.cases[1].reference}").status_code == 404

    ann = site.factories.client(user=site.factories.user("officer"))
    [link] = linked(site)
    ann.submit(f"/cases/{site.cases[0].reference}/partners/{link}/end")

    assert site.seen() == set()


def linked(site: Site) -> list[int]:
    """Return the numbers of the links of the first case."""
    with site.factories.transaction() as session:
        return [row.CaseLink.id for row in partners.partners(session, site.cases[0].id)]


def test_no_role_gives_them_more_than_work_on_what_is_linked(site: Site) -> None:
    site.link()
    client, headers = site.factories.client(user=site.user), site.factories.bearer(site.user)
    bob = site.factories.actor(site.user)

    refused = ["/people", f"/people/{site.person}", "/homes", "/studio", "/admin", "/audit", "/teams", "/break-glass"]
    assert [page for page in refused if client.get(page).status_code != 403] == []
    api = ["/people", f"/people/{site.person}", "/assets", "/tenures", "/accounts", "/categories", "/incidents"]
    program = site.factories.browser()
    assert [a for a in api if program.get(f"/api/v1{a}", headers=headers).status_code != 403] == []
    assert not may(bob, "start case") and not may(bob, "change case") and may(bob, "do task")
    assert "Quince" not in client.get("/search?q=Zelda").text


def test_they_do_a_task_that_they_are_given_and_are_given_none_of_another_case(site: Site) -> None:
    site.link()
    with site.factories.transaction() as session:
        first, second = (
            session.scalars(select(UserTask.id).where(UserTask.case_id == case.id)).one() for case in site.cases
        )
        tasks.assign(session, first, to="Bob Builder", by=site.ann)

    with pytest.raises(NotPossible, match="may not see this case"), site.factories.transaction() as session:
        tasks.assign(session, second, to="Bob Builder", by=site.ann)

    client = site.factories.client(user=site.user)
    client.submit(f"/tasks/{first}/completion", {})
    with site.factories.transaction() as session:
        assert session.get_one(UserTask, first).completed_by_id == site.user.id


@on_sqlite_alone
def test_a_linked_case_that_is_restricted_is_hidden_from_them_too(factories: Factories) -> None:
    site = Site(factories)
    site.link()
    with factories.transaction() as session:
        session.execute(update(Case).values(restricted=True))

    assert site.seen() == set()


@on_sqlite_alone
def test_somebody_becomes_external_on_their_page_and_loses_what_they_had(factories: Factories) -> None:
    site, admin, officer = Site(factories), factories.client("administrator"), factories.client("officer")
    assert officer.get(f"/cases/{site.cases[0].reference}").status_code == 200

    given: dict[str, Any] = {"name": officer.user.name, "roles": ["officer"], "is_active": "1"}
    admin.submit(f"/admin/staff/{officer.user.id}", given | {"organisation": str(site.firm)})

    officer = factories.client(user=officer.user)
    assert officer.get(f"/cases/{site.cases[0].reference}").status_code == 404
    assert officer.get("/people").status_code == 403


def test_a_role_that_ships_is_for_them(sqlite_factories: Factories) -> None:
    with sqlite_factories.transaction() as session:
        roles.settle(session)
        assert "partner" in [line.key for line in roles.roles(session)]
        user = staff.add_user(
            session, email="b@firm.example", name="B", password_hash="!", roles=["partner"], by=PLATFORM
        )
    assert may(sqlite_factories.actor(user), "do task")
