"""Write to these: from lists of homes, tenancies, arrears, tasks and answers of a search; each tenant apart."""

from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select, update

from engine import roles
from engine.communications import audiences, batches
from engine.communications.audiences import Ticked
from engine.instants import today
from engine.permissions import PLATFORM, VERBS
from engine.record import changing
from engine.record.changing import Why
from engine.roles import Wish
from models.accounts import RentAccount
from models.communication import CommunicationBatch
from models.places import Asset
from models.rights import StaffPatch
from models.tenancies import Tenure, TenureMember
from models.work import UserTask
from tests.environment.databases import on_sqlite_alone
from tests.factories import Factories
from tests.integration.communications.conftest import Correspondence
from tests.pages import Page, PageClient


class Street:
    """Two homes in North with joint tenants, in one block, and one home in South."""

    def __init__(self, factories: Factories) -> None:
        self.factories = factories
        names = (f"Tenant{number}" for number in count())
        self.homes = [factories.home(patch=patch) for patch in ("North", "North", "South")]
        self.people = [[factories.person(next(names)) for _ in range(number)] for number in (2, 1, 1)]
        self.tenancies = [
            factories.tenancy(*people, home=home) for people, home in zip(self.people, self.homes, strict=True)
        ]
        block = factories.home("Alder Court")
        site = factories.home("Alder Estate")
        with factories.transaction() as session:
            session.execute(update(TenureMember).values(is_responsible=True))
            inside = Asset.id.in_([home.id for home in self.homes[:2]])
            session.execute(update(Asset).where(inside).values(parent_id=block.id))
            session.execute(update(Asset).where(Asset.id == block.id).values(parent_id=site.id, asset_type="block"))
        self.block, self.site = block, site

    def ids(self, *homes: int) -> set[int]:
        """Return the numbers of who lives in these homes."""
        return {person.id for home in homes for person in self.people[home]}

    def meant(self, by: Any = None, **ticked: Any) -> set[int]:
        """Return the people who are meant by what is ticked."""
        with self.factories.transaction() as session:
            cases, people = audiences.meant(session, Ticked(**ticked), by=by or self.manager)
        assert cases == [] and len(people) == len(set(people))
        return set(people)

    @property
    def manager(self) -> Any:
        """Return somebody who may write to many."""
        return self.factories.actor(self.factories.user("team_manager", "officer"))

    @property
    def client(self) -> PageClient:
        """Return the browser of one."""
        return self.factories.client("team_manager", "officer")


@pytest.fixture
def street(factories: Factories) -> Street:
    return Street(factories)


def test_each_tenant_of_homes_blocks_estates_tenancies_and_patches_is_meant_once(street: Street) -> None:
    first, second, third = (home.id for home in street.homes)

    assert street.meant(homes=(first, third)) == street.ids(0, 2)
    assert street.meant(homes=(street.block.id, first)) == street.ids(0, 1)
    assert street.meant(homes=(street.site.id,)) == street.ids(0, 1)
    assert street.meant(tenancies=(street.tenancies[0].id,), homes=(second,)) == street.ids(0, 1)
    assert street.meant(patch="North") == street.ids(0, 1) and street.meant(patch="Nowhere") == set()


def test_who_has_left_and_who_only_lives_there_is_not_meant(street: Street) -> None:
    gone, lodger = street.people[0]
    with street.factories.transaction() as session:
        left = {"until_on": today() - timedelta(days=1)}
        session.execute(update(TenureMember).where(TenureMember.person_id == gone.id).values(**left))
        session.execute(update(TenureMember).where(TenureMember.person_id == lodger.id).values(is_responsible=False))
        ended = update(Tenure).where(Tenure.id == street.tenancies[2].id)
        session.execute(ended.values(ended_on=date(2020, 1, 1)))

    assert street.meant(homes=tuple(home.id for home in street.homes)) == street.ids(1)


def test_a_manager_of_one_patch_reaches_nobody_beyond_it(street: Street) -> None:
    with street.factories.transaction() as session:
        grants = {(verb, "patches" if "patches" in about.scopes else "everything") for verb, about in VERBS.items()}
        roles.add(session, Wish("Of a patch", grants=frozenset(grants)), by=PLATFORM)
    user = street.factories.user("of_a_patch")
    with street.factories.transaction() as session:
        session.add(StaffPatch(user_id=user.id, patch="North"))
    by = street.factories.actor(user)

    everywhere = tuple(home.id for home in street.homes)

    assert street.meant(by, homes=everywhere) == street.ids(0, 1)
    assert street.meant(by, patch="South") == set()
    assert street.meant(by, tenancies=tuple(one.id for one in street.tenancies)) == street.ids(0, 1)


@pytest.mark.soak
@on_sqlite_alone
def test_pages_of_lists_lead_to_a_batch(street: Street, factories: Factories) -> None:
    client = street.client
    with factories.transaction() as session:
        accounts = dict(session.execute(select(RentAccount.tenure_id, RentAccount.id)).all())  # type: ignore[arg-type]
        debt = {"kind": "rent", "amount": "99.00", "posted_on": "2026-01-05", "description": "Rent"}
        owner = ("account", accounts[street.tenancies[0].id])
        changing.create(session, "transaction", debt, owner=owner, why=Why(PLATFORM, "As told"))
    pages = {
        f"/homes?q={street.homes[0].postcode.replace(' ', '+')}": "home",
        "/arrears": "account",
        "/search?q=tenant0&kind=person": "person",
    }

    for page, name in pages.items():
        box = client.page(page).tree.xpath(f"//form[contains(@action, 'batches/new')]//input[@name='{name}']")
        assert box, page
        shown = Page(client.submit("/communications/batches/new", {name: box[0].get("value")}, status=200))
        assert shown.h1 == "Write to many" and ("1 person." in shown.main or "2 people." in shown.main)
    whole = client.submit(
        "/communications/batches/new", {"all": "1", "of": "arrears", "asked.patch": "North"}, status=200
    )
    assert "2 people." in Page(whole).main
    patch = client.submit("/communications/batches/new", {"patch": "North"}, status=200)
    assert (
        "3 people." in Page(patch).main and "Write to who lives here" in client.page(f"/homes/{street.block.id}").main
    )


@on_sqlite_alone
def test_officers_who_may_not_write_to_many_see_no_boxes(street: Street, factories: Factories) -> None:
    client = factories.client("officer")

    for page in ("/homes?q=ZZ99", "/arrears", "/search?q=tenant0", f"/homes/{street.block.id}", "/tasks?all=1"):
        assert not client.page(page).tree.xpath("//*[contains(@action, 'batches') or contains(@formaction, 'batches')]")
    client.submit("/communications/batches/new", {"patch": "North"}, status=403)


@on_sqlite_alone
def test_tasks_that_are_ticked_or_found_by_a_saved_filter_stand_for_their_cases(letters: Correspondence) -> None:
    letters.start("send_email", flows="start > ask > write:service > end", subject="Hello", text="Hello.")
    client = letters.factories.client("team_manager", "officer", teams=("Letters",))
    with letters.factories.transaction() as session:
        task = session.scalars(select(UserTask.id)).first()

    one = client.submit("/communications/batches/new", {"task": str(task), "of": "tasks"}, status=200)
    all_of_them = {"all": "1", "of": "tasks", "asked.state": "", "asked.q": "sample"}
    whole = client.submit("/communications/batches/new", all_of_them, status=200)

    assert "1 case." in Page(one).main and "1 case." in Page(whole).main


@on_sqlite_alone
def test_more_than_can_be_written_to_is_refused_and_nobody_chosen_says_so(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "MOST", 2)
    client = street.client

    refused = client.submit("/communications/batches/new", {"patch": "North", "back": "/communications/batches"})
    nobody = client.submit("/communications/batches/new", {"home": "x", "back": "https://elsewhere.example"})

    said = client.follow(refused).text
    assert "no more can be written to at once" in said and "Nobody was chosen" in said
    assert nobody.headers["Location"] == "/"


@on_sqlite_alone
def test_numbers_that_the_form_carries_are_looked_at_again(street: Street) -> None:
    stranger, known = 10**6, street.people[0][0].id
    form = {"people": f"{known},{stranger},x,{known}", "cases": "7", "to": "subject", "title": "Hello"}
    form |= {"channel": "sms", "text": "Hello.", "once": "a-form-that-was-opened"}

    there = street.client.submit("/communications/batches", form)

    assert there.headers["Location"].startswith("/communications/batches/")
    with street.factories.transaction() as session:
        assert session.scalars(select(CommunicationBatch.audience)).one() == {"cases": [], "people": [known]}
