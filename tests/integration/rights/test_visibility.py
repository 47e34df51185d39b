"""Which cases a grant reaches, and who is in the circle of a restricted one, asked in every way that the code has."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from engine import case_page, cases, reading
from engine.errors import NotFound
from engine.instants import now
from engine.permissions import EVERYTHING, Actor, Reach, tasks_of_visible_cases, visible_cases
from engine.runtime.locking import lock_case, lock_task
from models.case import Case, CaseLink
from models.rights import CaseMember, StaffPatch
from models.work import UserTask
from tests.diagrams import category
from tests.factories import Factories


class Office:
    """A case of Ann's about a person in the patch North, with one task of Ann's."""

    def __init__(self, factories: Factories) -> None:
        self.factories = factories
        factories.deploy(category("start > ask > end"))
        self.ann = factories.actor(factories.user(name="Ann", teams=("Red",)))
        person = factories.person()
        factories.tenancy(person, home=factories.home(patch="North"))
        with factories.transaction() as session:
            self.case = cases.start(session, "sample", by=self.ann)
            link = {"case_id": self.case.id, "entity_type": "person", "entity_id": person.id, "role": "subject"}
            session.execute(insert(CaseLink), link)
            self.task_id = session.scalar(select(UserTask.id).where(UserTask.case_id == self.case.id)) or 0

    def colleague(self, reach: Reach = EVERYTHING, *, teams: Iterable[str] = (), patch: str = "") -> Actor:
        """Return a colleague of Ann's who may see cases as far as `reach` goes."""
        user = self.factories.user(teams=tuple(teams))
        if patch:
            with self.factories.transaction() as session:
                session.add(StaffPatch(user_id=user.id, patch=patch))
        return replace(self.factories.actor(user), grants={"see cases": reach})

    def restrict(self) -> None:
        """Make the case a restricted one."""
        with self.factories.transaction() as session:
            session.execute(update(Case).values(restricted=True))

    def name(self, actor: Actor, **columns: object) -> None:
        """Put somebody into the circle of the case."""
        row = {"case_id": self.case.id, "user_id": actor.user_id, "kind": "member", "reason": "", "from_at": now()}
        with self.factories.transaction() as session:
            session.execute(insert(CaseMember), row | columns)

    def sees(self, actor: Actor) -> bool:
        """Say whether somebody sees the case; every way to ask must give the same answer."""
        with self.factories.transaction() as session:
            answers = [
                session.scalar(select(Case.id).where(visible_cases(actor))) is not None,
                session.scalar(select(UserTask.id).where(tasks_of_visible_cases(actor))) is not None,
            ]
            for asked in (
                lambda: lock_case(session, self.case.id, by=actor),
                lambda: lock_task(session, self.task_id, by=actor),
                lambda: reading.open_case(session, self.case.id, by=actor),
                lambda: case_page.header(session, self.case.reference, by=actor),
                lambda: case_page.task(session, self.task_id, by=actor),
            ):
                try:
                    asked()
                    answers.append(True)
                except NotFound:
                    answers.append(False)
        assert len(set(answers)) == 1, answers
        return answers[0]


@pytest.fixture
def office(factories: Factories) -> Office:
    return Office(factories)


def test_a_case_is_seen_by_whoever_a_grant_reaches_it_for(office: Office) -> None:
    everybody, nobody = office.colleague(), replace(office.ann, grants={})

    seen = {
        "everything": office.sees(everybody),
        "no grant": office.sees(nobody),
        "its category": office.sees(office.colleague(Reach(categories=frozenset({"sample", "other"})))),
        "another category": office.sees(office.colleague(Reach(categories=frozenset({"other"})))),
        "its owner's team": office.sees(office.colleague(Reach(teams=True), teams=["Red"])),
        "another team": office.sees(office.colleague(Reach(teams=True), teams=["Blue"])),
        "the patch": office.sees(office.colleague(Reach(patches=True), patch="North")),
        "another patch": office.sees(office.colleague(Reach(patches=True), patch="South")),
        "own": office.sees(replace(office.ann, grants={"see cases": Reach(own=True)})),
        "not own": office.sees(office.colleague(Reach(own=True))),
    }

    assert {how for how, sees in seen.items() if sees} == {
        "everything",
        "its category",
        "its owner's team",
        "the patch",
        "own",
    }


def test_a_task_makes_a_case_that_of_whoever_has_it_and_of_its_team(office: Office) -> None:
    blue, holder = office.colleague(Reach(teams=True), teams=["Blue"]), office.colleague(Reach(own=True))
    assert not office.sees(blue) and not office.sees(holder)

    with office.factories.transaction() as session:
        [team] = blue.team_ids
        session.execute(update(UserTask).values(team_id=team, assignee_id=holder.user_id))

    assert office.sees(blue) and office.sees(holder)


def test_a_restricted_case_is_seen_by_its_circle_alone(office: Office) -> None:
    office.restrict()
    stranger, member, former = office.colleague(), office.colleague(Reach(own=True)), office.colleague()
    office.name(member)
    office.name(former, ended_at=now())
    of_team, of_patch = (
        office.colleague(Reach(teams=True), teams=["Red"]),
        office.colleague(Reach(patches=True), patch="North"),
    )

    assert office.sees(office.ann) and office.sees(member)
    assert not any(office.sees(other) for other in (stranger, former, of_team, of_patch))


def test_a_broken_glass_is_whole_again_when_its_time_is_up(office: Office) -> None:
    office.restrict()
    breaker, late = office.colleague(), office.colleague()
    office.name(breaker, kind="break_glass", until_at=now() + timedelta(minutes=5))
    office.name(late, kind="break_glass", until_at=now() - timedelta(seconds=1))

    assert office.sees(breaker)
    assert not office.sees(late)


def test_who_works_for_another_organisation_sees_what_that_is_linked_to_and_nothing_else(office: Office) -> None:
    builders, agency = office.factories.organisation(), office.factories.organisation()
    builder = replace(office.colleague(), organisation_id=builders.id)
    link = {"case_id": office.case.id, "entity_type": "organisation", "role": "contractor"}
    with office.factories.transaction() as session:
        session.execute(insert(CaseLink), link | {"entity_id": agency.id})
    assert not office.sees(builder)

    with office.factories.transaction() as session:
        session.execute(insert(CaseLink), link | {"entity_id": builders.id})
    assert office.sees(builder)
    assert not office.sees(replace(builder, grants={}))

    with office.factories.transaction() as session:
        session.execute(update(CaseLink).values(until_on=now().date() - timedelta(days=2)))
    assert not office.sees(builder)


def test_an_external_user_sees_a_restricted_case_only_when_linked_and_named(office: Office) -> None:
    office.restrict()
    agency = office.factories.organisation()
    worker = replace(office.colleague(), organisation_id=agency.id)
    office.name(worker)
    assert not office.sees(worker)

    link = {"case_id": office.case.id, "entity_type": "organisation", "entity_id": agency.id, "role": "agency"}
    with office.factories.transaction() as session:
        session.execute(insert(CaseLink), link)

    assert office.sees(worker)
    assert not office.sees(replace(office.colleague(), organisation_id=agency.id))
