"""People, homes, tenancies and accounts outside the reach of one's grants: not there, by whichever door one tries."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote_plus

import pytest
from sqlalchemy import select, update

from engine import cases, record_pages
from engine.cases import Subject
from engine.errors import Invalid, NotAllowed, NotFound
from engine.instants import today
from engine.permissions import ENTITIES, PLATFORM, Actor, Reach, visible_entities
from engine.record import changing, merging
from engine.record.changing import Why
from engine.record.duplicates import likely
from models.case import Case, CaseLink
from models.people import Organisation, Person, PersonRelation
from models.places import Asset, Repair
from models.tenancies import Tenure, TenureMember
from models.work import UserTask
from tests.environment.statements import statements_of
from tests.factories import Factories
from tests.integration.rights.landlord import SCOPES, Landlord

# Doors that lead to one thing: each must open inside, and be a wall outside.
PAGES = (
    "/people/{person}",
    "/homes/{home}",
    "/tenancies/{tenancy}",
    "/accounts/{account}",
    "/people/{person}/changes",
    "/accounts/{account}/changes",
    "/people/{person}/documents",
    "/homes/{home}/documents",
    "/people/{person}/change",
    "/tenancies/{tenancy}/members/new",
    "/people/{person}/merger",
    "/documents/{document}",
    "/documents/{document}/file",
)
OPERATIONS = (
    "/people/{person}",
    "/assets/{home}",
    "/tenures/{tenancy}",
    "/accounts/{account}",
    "/people/{person}/changes",
    "/assets/{home}/changes",
    "/documents/{document}",
    "/documents/{document}/content",
    "/documents?about=person:{person}",
)
# Doors that lead to many: each must tell of Within, and none of Beyond.
LISTS = (
    "/people?q={name}",
    "/homes?q={name}",
    "/search?q={name}",
    "/search?q={name}&kind=tenancy",
    "/search?q={name}&kind=account",
    "/search?q=remember+{name}&kind=record_note",
    "/search?q=file+{name}&kind=document",
    "/search?q=words+{name}&kind=document",
    "/people.csv",
    "/homes.csv",
    "/arrears",
    "/arrears.csv",
    "/search.csv?q={name}",
    "/documents",
    "/documents.csv",
    "/cases/new/sample?q={name}",
)
LISTINGS = ("/people", "/people?q={name}", "/assets", "/assets?q={name}", "/search?q={name}", "/documents")
_OF_THIS_REQUEST = re.compile(r'nonce="[^"]*"|"request_id": ?"[^"]*"|name="csrf_token"[^>]*>|csrf-token"[^>]*>')
NOTHING = dict.fromkeys(("person", "home", "tenancy", "account", "document"), 987654)


@pytest.fixture
def landlord(factories: Factories) -> Landlord:
    return Landlord(factories)


@pytest.fixture
def sqlite_landlord(sqlite_factories: Factories) -> Landlord:
    return Landlord(sqlite_factories)


def acting(landlord: Landlord, scope: str) -> Actor:
    return landlord.factories.actor(landlord.staff[scope])


OF_EACH = [pytest.param(scope, marks=() if scope == "teams" else pytest.mark.soak) for scope in SCOPES]


@pytest.mark.parametrize("scope", OF_EACH)
def test_what_is_outside_answers_as_nothing_would_and_what_is_inside_opens(landlord: Landlord, scope: str) -> None:
    assert wrong_doors(landlord, scope) == []


def wrong_doors(landlord: Landlord, scope: str) -> list[tuple[str, int, int, int]]:
    """Return the doors that do not open inside, or are no wall outside like those of nothing: said, and as fast."""
    factories, user = landlord.factories, landlord.staff[scope]
    browser, program, headers = factories.client(user=user), factories.browser(), factories.bearer(user)
    doors: list[tuple[Any, str, dict[str, Any]]] = [(browser, address, {}) for address in PAGES]
    doors += [(program, f"/api/v1{address}", {"headers": headers}) for address in OPERATIONS]
    for client, address, options in doors:
        client.get(address.format(**NOTHING), **options)  # what is read once is read

    wrong = []
    for client, address, options in doors:
        nothing = answer(landlord, client, address, NOTHING, options)
        hidden = answer(landlord, client, address, landlord.outside, options)
        opened = client.get(address.format(**landlord.inside), **options).status_code
        if hidden != nothing or hidden[0] != 404 or opened != 200:
            wrong.append((address, opened, hidden[0], nothing[0]))
    return wrong


def answer(landlord: Landlord, client: Any, address: str, names: dict[str, Any], options: Any) -> tuple[Any, ...]:
    """Return what an address says, without what was asked for, and how many statements that took."""
    asked = address.format(**names)
    with statements_of(landlord.factories.engine) as sent:
        found = client.get(asked, **options)
    text = found.get_data(as_text=True)
    for told in (asked, quote_plus(asked)):
        text = text.replace(told, "ASKED FOR")
    return found.status_code, _OF_THIS_REQUEST.sub("", text), len(sent)


@pytest.mark.parametrize("scope", OF_EACH)
def test_no_list_search_count_picker_or_file_tells_of_what_is_outside(landlord: Landlord, scope: str) -> None:
    assert wrong_lists(landlord, scope) == []


def wrong_lists(landlord: Landlord, scope: str) -> list[tuple[str, str, bool]]:
    """Return the lists that tell of the household outside, or do not of that inside."""
    factories, user = landlord.factories, landlord.staff[scope]
    browser, program, headers = factories.client(user=user), factories.browser(), factories.bearer(user)
    doors: list[tuple[Any, str, dict[str, Any]]] = [(browser, address, {}) for address in LISTS]
    doors += [(program, f"/api/v1{address}", {"headers": headers}) for address in LISTINGS]

    wrong = []
    for client, address, options in doors:
        inside, outside = (
            re.sub(r"<[^>]+>", "", client.get(address.format(name=name), **options).get_data(as_text=True))
            for name in ("Within", "Beyond")
        )
        tells = re.search(r"Otto|1 Beyond Street|File Beyond|Remember Bey", outside)
        if tells or not re.search(r"Inga|1 Within Street|File Within", inside):
            wrong.append((address, tells[0] if tells else "", "Within" in inside))
    return wrong


def test_each_scope_reaches_what_its_sentence_says_and_they_add_up(landlord: Landlord) -> None:
    assert {scope: seen(landlord, acting(landlord, scope)) for scope in SCOPES} == {key: {"inside"} for key in SCOPES}

    nobody = replace(acting(landlord, "own"), user_id=landlord.factories.user().id)
    reaches_nothing = replace(acting(landlord, "own"), grants={"see people": Reach(categories=frozenset({"sample"}))})
    everything = landlord.factories.actor(landlord.factories.user("officer"))
    assert seen(landlord, nobody) == set()
    assert seen(landlord, reaches_nothing) == set()
    assert seen(landlord, replace(everything, grants={})) == set()
    assert seen(landlord, everything) == {"inside", "outside"}
    both = replace(acting(landlord, "own"), grants={"see people": Reach(own=True, patches=True)})
    assert seen(landlord, both) == {"inside"}


def seen(landlord: Landlord, by: Actor) -> set[str]:
    """Return which of the two households somebody sees; all four things of it, or none."""
    found = set()
    with landlord.factories.transaction() as session:
        for where in ("inside", "outside"):
            numbers: dict[str, int] = getattr(landlord, where)
            parts = {
                session.scalar(
                    select(ENTITIES[kind].id).where(ENTITIES[kind].id == numbers[kind], visible_entities(by, kind))
                )
                is not None
                for kind in ("person", "home", "tenancy", "account")
            }
            assert len(parts) == 1, (by.name, where)
            found |= {where} if parts == {True} else set()
    return found


@pytest.mark.parametrize("kind", ["person", "home", "tenancy", "account"])
def test_an_open_case_shows_the_whole_household_whichever_part_it_is_about(landlord: Landlord, kind: str) -> None:
    with landlord.factories.transaction() as session:
        session.execute(update(CaseLink).values(entity_type=kind, entity_id=landlord.inside[kind]))

    assert seen(landlord, acting(landlord, "own")) == {"inside"}


def test_a_case_that_is_over_somebody_elses_or_restricted_shows_nothing(landlord: Landlord) -> None:
    own, team = acting(landlord, "own"), replace(acting(landlord, "teams"), grants={"see people": Reach(teams=True)})
    with landlord.factories.transaction() as session:
        session.execute(update(Asset).values(patch=""))
    assert seen(landlord, team) == set()
    mate = landlord.factories.user(teams=("Red",))
    with landlord.factories.transaction() as session:
        session.execute(update(UserTask).values(assignee_id=None))
    for values, shown in (
        ({"owner_id": mate.id}, {"team": {"inside"}, "own": set()}),
        ({"restricted": True}, {"team": set(), "own": set()}),
        ({"owner_id": own.user_id}, {"team": set(), "own": {"inside"}}),
        ({"status": "closed"}, {"team": set(), "own": set()}),
    ):
        with landlord.factories.transaction() as session:
            session.execute(update(Case).values(**values))
        assert {"team": seen(landlord, team), "own": seen(landlord, own)} == shown, values


def test_whoever_moved_out_of_a_patch_is_a_name_there_and_takes_their_new_address_along(landlord: Landlord) -> None:
    factories, inside, by = landlord.factories, landlord.inside, acting(landlord, "patches")
    with factories.transaction() as session:
        former = {"tenure_id": inside["tenancy"], "person_id": landlord.outside["person"], "role": "tenant"}
        session.add(TenureMember(**former, until_on=today() - timedelta(days=9)))
        session.add(TenureMember(tenure_id=landlord.outside["tenancy"], person_id=inside["person"], role="tenant"))
        numbers = {"person_id": inside["person"], "other_id": landlord.outside["person"]}
        session.add(PersonRelation(**numbers, role="sibling"))

    assert seen(landlord, by) == {"inside"}
    client = factories.client(user=landlord.staff["patches"])
    for address in ("/tenancies/{tenancy}", "/people/{person}", "/homes/{home}"):
        text = client.get(address.format(**inside)).get_data(as_text=True)
        assert "Otto Beyond" in text
        assert f"/people/{landlord.outside['person']}" not in text
        assert "1 Beyond Street" not in text
        assert "aged 4" not in text.split("Otto Beyond")[1][:300]
    program = factories.browser().get(f"/api/v1/people/{inside['person']}", headers=factories.bearer(client.user))  # type: ignore[attr-defined]
    assert [one["id"] for one in program.get_json()["tenures"]] == [inside["tenancy"]]


def test_nothing_is_written_outside_nor_brought_in_from_there(landlord: Landlord) -> None:
    inside, outside, by = landlord.inside, landlord.outside, acting(landlord, "patches")
    why, its_tenancy = Why(by, "Because"), ("tenancy", inside["tenancy"])
    attacks: list[tuple[type[Exception], Any]] = [
        (NotFound, lambda s: changing.change(s, "person", outside["person"], {"surname": "Mine"}, why=why)),
        (NotFound, lambda s: changing.end(s, "tenancy", outside["tenancy"], why=why)),
        (NotFound, lambda s: changing.create(s, "note", {"text": "x"}, owner=("home", outside["home"]), why=why)),
        (NotFound, lambda s: post(s, outside["account"], why)),
        (NotFound, lambda s: merging.merge(s, inside["person"], outside["person"], why=why)),
        (NotFound, lambda s: merging.merge(s, outside["person"], inside["person"], why=why)),
        (NotFound, lambda s: merging.preview(s, inside["person"], outside["person"], by=by)),
        (NotFound, lambda s: cases.start(s, "sample", subjects=[Subject("person", outside["person"])], by=by)),
        (Invalid, lambda s: changing.create(s, "member", member(outside), owner=its_tenancy, why=why)),
        (Invalid, lambda s: changing.create(s, "tenancy", tenancy(outside), why=why)),
        (Invalid, lambda s: changing.create(s, "account", {"tenure_id": outside["tenancy"]}, why=why)),
        (Invalid, lambda s: changing.create(s, "relation", {"other_id": outside["person"], "role": "sibling"},
                                            owner=("person", inside["person"]), why=why)),
        (NotAllowed, lambda s: changing.create(s, "home", home("South"), why=why)),
        (NotAllowed, lambda s: changing.create(s, "organisation", {"name": "Mine", "kind": "agency"}, why=why)),
        (NotAllowed, lambda s: changing.change(s, "home", inside["home"], {"patch": "South"}, why=why)),
    ]  # fmt: skip
    for number, (expected, attack) in enumerate(attacks):
        with pytest.raises(expected), landlord.factories.transaction() as session:
            pytest.fail(f"attack {number} got through: {attack(session)}")
    with landlord.factories.transaction() as session:
        assert changing.create(session, "home", home("North"), why=why).patch == "North"
        assert changing.create(session, "tenancy", tenancy(inside), why=why).asset_id == inside["home"]


def post(session: Any, account_id: int, why: Why) -> Any:
    values = {"kind": "payment", "amount": "-1.00", "posted_on": "2026-01-09"}
    return changing.create(session, "transaction", values, owner=("account", account_id), why=why)


def member(numbers: dict[str, Any]) -> dict[str, Any]:
    return {"person_id": numbers["person"], "role": "household_member"}


def tenancy(numbers: dict[str, Any]) -> dict[str, Any]:
    return {"asset_id": numbers["home"], "type": "SEC", "started_on": "2026-01-05"}


def home(patch: str) -> dict[str, Any]:
    return {"type": "unit", "address_lines": ["9 New Row"], "postcode": "ZZ99 3QT", "patch": patch}


def test_a_verb_that_reaches_less_than_one_sees_is_refused_by_its_name(sqlite_landlord: Landlord) -> None:
    by = acting(sqlite_landlord, "patches")
    by = replace(by, grants={**by.grants, "see people": Reach(everything=True)})

    numbers = sqlite_landlord.inside["person"], sqlite_landlord.outside["person"]
    with sqlite_landlord.factories.transaction() as session:
        with pytest.raises(NotAllowed, match="do not let you change people here"):
            changing.change(session, "person", numbers[1], {"surname": "X"}, why=Why(by))
        with pytest.raises(NotAllowed, match="do not let you merge people here"):
            merging.merge(session, *numbers, why=Why(by, "One person"))


def test_a_person_who_was_added_is_ones_own_until_they_are_on_a_tenancy(sqlite_landlord: Landlord) -> None:
    by, other = acting(sqlite_landlord, "patches"), acting(sqlite_landlord, "own")
    with sqlite_landlord.factories.transaction() as session:
        added = changing.create(session, "person", {"first_name": "New", "surname": "Comer"}, why=Why(by))
        number = added.id

    assert number in people(sqlite_landlord, by) and number not in people(sqlite_landlord, other)
    with sqlite_landlord.factories.transaction() as session:
        session.add(TenureMember(tenure_id=sqlite_landlord.outside["tenancy"], person_id=number, role="tenant"))
    assert number not in people(sqlite_landlord, by)


def test_a_likely_duplicate_outside_is_not_told_of(sqlite_landlord: Landlord) -> None:
    values = {"first_name": "Otto", "surname": "Beyond", "date_of_birth": "1980-05-17"}
    by = acting(sqlite_landlord, "patches")

    with sqlite_landlord.factories.transaction() as session:
        told = {one.person.surname for one in likely(session, values, by=PLATFORM)}
        assert "Beyond" in told
        assert likely(session, values, by=by) == []


def test_a_merged_record_is_where_the_one_is_that_it_became(sqlite_landlord: Landlord) -> None:
    twin = sqlite_landlord.factories.person("Ingeborg", "Within")
    with sqlite_landlord.factories.transaction() as session:
        merging.merge(session, sqlite_landlord.inside["person"], twin.id, why=Why(PLATFORM, "One person"))

    inside, outside = (sqlite_landlord.factories.client(user=user) for user in (
        sqlite_landlord.staff["patches"], sqlite_landlord.factories.user("reaches_own")))  # fmt: skip
    assert inside.get(f"/people/{twin.id}").location == f"/people/{sqlite_landlord.inside['person']}"
    assert outside.get(f"/people/{twin.id}").status_code == 404
    by = acting(sqlite_landlord, "patches")
    with sqlite_landlord.factories.transaction() as session:
        merging.undo(session, twin.id, why=Why(by, "Two people"))


def test_the_block_and_estate_around_a_home_are_seen_without_the_other_homes_in_them(landlord: Landlord) -> None:
    by = acting(landlord, "patches")
    with landlord.factories.transaction() as session:
        estate = Asset(reference="E1", asset_type="site", one_line="Heron Estate", address_lines=[])
        session.add(estate)
        session.flush()
        block = Asset(reference="B1", asset_type="block", one_line="Heron House", parent_id=estate.id, address_lines=[])
        session.add(block)
        session.flush()
        session.execute(update(Asset).where(Asset.asset_type == "unit").values(parent_id=block.id))
        page = record_pages.home_page(session, block.id, by=by)
        assert [one.id for one in page.inside] == [landlord.inside["home"]] and page.inside_count == 1
        assert record_pages.home_page(session, estate.id, by=by).home.reference == "E1"
        with pytest.raises(NotAllowed):
            changing.change(session, "home", block.id, {"patch": "North"}, why=Why(by))


def test_an_organisation_is_everybodys_but_not_the_homes_and_people_it_works_for(sqlite_landlord: Landlord) -> None:
    by = acting(sqlite_landlord, "patches")
    with sqlite_landlord.factories.transaction() as session:
        firm = Organisation(reference="ORG1", kind="contractor", name="Sound Roofs")
        session.add(firm)
        session.flush()
        for number, one in enumerate((sqlite_landlord.inside, sqlite_landlord.outside)):
            told = {"description": "Roof", "priority": "routine", "reported_on": date(2026, 1, 5)}
            session.add(Repair(reference=f"R{number}", asset_id=one["home"], contractor_id=firm.id, **told))
            session.add(PersonRelation(person_id=one["person"], organisation_id=firm.id, role="support_worker"))
        session.flush()
        page = record_pages.organisation_page(session, firm.id, by=by)

        assert [home.id for _, home in page.repairs] == [sqlite_landlord.inside["home"]] and page.open_repairs == 1
        assert [person.id for _, person in page.people] == [sqlite_landlord.inside["person"]]


def people(landlord: Landlord, by: Actor) -> set[int]:
    with landlord.factories.transaction() as session:
        return set(session.scalars(select(Person.id).where(visible_entities(by, "person"))))


def test_a_tenancy_that_is_over_stays_with_its_home_and_its_people_do_not(sqlite_landlord: Landlord) -> None:
    by, inside = acting(sqlite_landlord, "patches"), sqlite_landlord.inside
    with sqlite_landlord.factories.transaction() as session:
        session.execute(update(Tenure).where(Tenure.id == inside["tenancy"]).values(ended_on=today() - timedelta(1)))
        page = record_pages.tenancy_page(session, inside["tenancy"], by=by)
        assert [one.is_seen for one in page.household.residents] == [False]

    assert inside["person"] not in people(sqlite_landlord, by)


def test_a_number_that_no_row_can_have_is_nothing_for_everybody(landlord: Landlord) -> None:
    for user in (landlord.staff["teams"], landlord.factories.user("officer")):
        assert landlord.factories.client(user=user).get(f"/people/{10**25}").status_code == 404
