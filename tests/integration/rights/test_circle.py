"""Restricted cases: how one becomes so, who is in its circle, and how the glass is broken."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import breaking_glass, case_page, cases, restricting
from engine.errors import EngineError, Invalid, NotAllowed, NotFound, NotPossible
from engine.instants import frozen_at, now
from engine.permissions import Actor
from models.case import CaseEvent
from models.rights import CaseMember, StaffChange
from models.staff import User
from models.work import Notification
from tests.diagrams import category
from tests.factories import Factories

WHY = "She fled; nobody at the old address may know."


class House:
    """A case of Ann's, with Ben, who is named, and Mia, who manages."""

    def __init__(self, factories: Factories) -> None:
        self.factories = factories
        factories.deploy(category("start > ask > end"))
        roles = {"Ann": "officer", "Ben": "officer", "Mia": "team_manager"}
        self.people = {name: factories.user(role, name=name) for name, role in roles.items()}
        ann = self.actor("Ann")
        with factories.transaction() as session:
            self.case = cases.start(session, "sample", by=ann)

    def actor(self, name: str) -> Actor:
        """Return one of them as who acts."""
        return self.factories.actor(self.people[name])

    def client(self, name: str) -> Any:
        """Return a browser in which one of them is signed in."""
        return self.factories.client(user=self.people[name])

    def sees(self, name: str) -> bool:
        """Say whether one of them sees the case."""
        by = self.actor(name)
        with self.factories.transaction() as session:
            try:
                case_page.header(session, self.case.reference, by=by)
            except NotFound:
                return False
        return True

    def restrict(self, *members: str) -> None:
        """Have Ann restrict the case."""
        ann = self.actor("Ann")
        with self.factories.transaction() as session:
            restricting.restrict(session, self.case.id, reason=WHY, members=[*members], by=ann)

    def glass(self, name: str = "Mia", *, minutes: int = 15, reason: str = "Police at the door", **given: str) -> Any:
        """Have somebody break the glass."""
        by, reference = self.actor(name), given.get("reference", self.case.reference)
        with self.factories.transaction() as session:
            return breaking_glass.break_glass(session, reference, reason=reason, minutes=minutes, by=by)

    def events(self) -> list[tuple[str, dict[str, Any]]]:
        """Return the history of the case."""
        with self.factories.transaction() as session:
            rows = session.execute(select(CaseEvent.type, CaseEvent.payload).order_by(CaseEvent.id))
            return [(row.type, json.loads(row.payload)) for row in rows]

    def told(self, name: str) -> list[str]:
        """Return what one of them was told."""
        with self.factories.transaction() as session:
            mine = select(Notification.text).join(User, User.id == Notification.user_id).where(User.name == name)
            return list(session.scalars(mine.order_by(Notification.id)))


@pytest.fixture
def house(factories: Factories) -> House:
    return House(factories)


def test_a_case_is_restricted_on_its_page_named_people_see_it_and_are_told(house: House) -> None:
    ann, case = house.client("Ann"), house.case.reference
    assert house.sees("Ben") and house.sees("Mia")

    ann.submit(f"/cases/{case}/restriction", {"reason": WHY, "name": "ben@landlord.example"})

    assert house.sees("Ann") and house.sees("Ben") and not house.sees("Mia")
    assert house.told("Ben") == [f"You are in the circle of the restricted case {case} now."]
    assert ("case_restricted", {"members": ["Ben"], "reason": WHY}) in house.events()
    page = ann.page(f"/cases/{case}/circle").main
    assert "Ben" in page and WHY in page
    assert "Restricted" in ann.page(f"/cases/{case}").main
    assert house.client("Ben").get(f"/cases/{case}").status_code == 200
    assert house.client("Mia").get(f"/cases/{case}").status_code == 404


def test_the_circle_grows_shrinks_and_ends_with_each_step_in_the_history(house: House) -> None:
    house.restrict()
    ann, here = house.client("Ann"), f"/cases/{house.case.reference}"
    ann.submit(f"{here}/circle", {"name": "Ben", "reason": "Her support"})
    assert house.sees("Ben")
    with house.factories.transaction() as session:
        [(row, *_)] = restricting.members(session, house.case.id)

    ann.submit(f"{here}/circle/{row.id}/end")
    assert not house.sees("Ben")
    ann.submit(f"{here}/restriction/end", {"reason": "She is safe."})

    assert house.sees("Ben") and house.sees("Mia")
    assert [kind for kind, _ in house.events()][-4:] == [
        "case_restricted",
        "circle_joined",
        "circle_left",
        "restriction_lifted",
    ]
    replay = house.factories.client("auditor").get(f"/audit/cases/{house.case.reference}").text
    assert "Restricted to its circle" in replay


def test_a_member_leaves_and_sees_nothing_more(house: House) -> None:
    house.restrict("Ben")
    with house.factories.transaction() as session:
        [(row, *_)] = restricting.members(session, house.case.id)

    answer = house.client("Ben").submit(f"/cases/{house.case.reference}/circle/{row.id}/end")

    assert answer.headers["Location"].endswith("/")
    assert not house.sees("Ben")


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"reason": " "}, "Enter the reason"),
        ({"reason": WHY, "name": "nobody@landlord.example"}, "Choose a member of staff"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_restricted(
    sqlite_factories: Factories, answers: dict[str, str], sentence: str
) -> None:
    house = House(sqlite_factories)

    page = house.client("Ann").submit(f"/cases/{house.case.reference}/restriction", answers, status=422)

    assert sentence in page.text
    assert house.sees("Mia")


def test_nobody_outside_names_themselves_and_who_looks_through_glass_changes_no_circle(house: House) -> None:
    house.restrict()
    ann, mia = house.actor("Ann"), house.actor("Mia")

    def refused(kind: type[EngineError], attempt: Any) -> None:
        with pytest.raises(kind), house.factories.transaction() as session:
            attempt(session)

    refused(NotFound, lambda s: restricting.name_member(s, house.case.id, "Mia", reason="Me too", by=mia))
    refused(NotFound, lambda s: restricting.lift(s, house.case.id, reason="Me too", by=mia))
    house.glass()
    refused(NotPossible, lambda s: restricting.name_member(s, house.case.id, "Mia", reason="For good", by=mia))
    refused(NotPossible, lambda s: restricting.lift(s, house.case.id, reason="For good", by=mia))
    with house.factories.transaction() as session:
        own, *_ = (row for row, *_ in restricting.members(session, house.case.id))
        restricting.name_member(session, house.case.id, "Ben", reason="Her support", by=ann)
    with house.factories.transaction() as session:
        ben = session.scalars(select(CaseMember).where(CaseMember.kind == "member")).one()
    refused(NotPossible, lambda s: restricting.end_member(s, house.case.id, ben.id, by=mia))
    with house.factories.transaction() as session:
        restricting.end_member(session, house.case.id, own.id, by=mia)
    assert not house.sees("Mia")


def test_the_glass_is_broken_for_a_time_its_circle_is_told_and_history_keeps_why(house: House) -> None:
    house.restrict("Ben")
    mia, case = house.client("Mia"), house.case.reference
    assert "Break the glass" in mia.get(f"/cases/{case}").text

    answer = mia.submit("/break-glass", {"reference": case, "reason": "Police at the door", "minutes": "15"})

    assert answer.headers["Location"].endswith(f"/cases/{case}")
    assert "through broken glass until" in mia.page(f"/cases/{case}").main
    for name in ("Ann", "Ben"):
        assert "Mia broke the glass" in house.told(name)[-1] and "Police at the door" in house.told(name)[-1]
    assert house.told("Mia") == []
    assert dict(house.events())["glass_broken"]["reason"] == "Police at the door"
    assert "Police at the door" in house.client("Ann").page(f"/cases/{case}/timeline").main
    with frozen_at(now() + timedelta(minutes=16)):
        assert not house.sees("Mia")
        assert house.sees("Ben")
        house.glass()


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"reason": "why not"}, Invalid),
        ({"minutes": 525_600}, Invalid),
        ({"reference": "SAMPLE-999999"}, NotFound),
        ({"name": "Ben"}, NotAllowed),
        ({"name": "Ann"}, NotAllowed),
    ],
)
def test_the_glass_stays_whole(sqlite_factories: Factories, given: dict[str, Any], error: type[EngineError]) -> None:
    house = House(sqlite_factories)
    house.restrict()

    with pytest.raises(error):
        house.glass(**given)

    assert not house.sees("Mia") and not house.sees("Ben")
    assert "glass_broken" not in dict(house.events())


def test_guessing_references_leaves_a_trace_and_an_unrestricted_case_has_no_glass(house: House) -> None:
    mia = house.client("Mia")

    wish = {"reason": "Police at the door", "minutes": "15"}
    pages = [
        mia.submit("/break-glass", {**wish, "reference": name}, status=422).text
        for name in (house.case.reference, "SAMPLE-000777")
    ]

    assert all("No restricted case has the reference" in page for page in pages)
    with house.factories.transaction() as session:
        tried = session.scalars(select(StaffChange).where(StaffChange.action == "glass_tried")).all()
    assert [row.after["reference"] for row in tried] == [house.case.reference, "SAMPLE-000777"]


def test_who_works_for_another_organisation_breaks_no_glass(sqlite_factories: Factories) -> None:
    house = House(sqlite_factories)
    house.restrict()
    agency = sqlite_factories.organisation()
    with sqlite_factories.transaction() as session:
        session.get_one(User, house.people["Mia"].id).organisation_id = agency.id

    with pytest.raises(NotAllowed):
        house.glass()


def test_a_task_of_a_restricted_case_goes_to_its_circle_and_nobody_else(house: House) -> None:
    from engine import tasks
    from models.work import UserTask

    house.restrict("Ben")
    ann = house.actor("Ann")
    with house.factories.transaction() as session:
        task = session.scalars(select(UserTask.id)).one()

    with pytest.raises(NotPossible, match="may not see this case"), house.factories.transaction() as session:
        tasks.assign(session, task, to="Mia", by=ann)
    with house.factories.transaction() as session:
        tasks.assign(session, task, to="Ben", by=ann)

    assert house.client("Ben").get(f"/tasks/{task}").status_code == 200
    assert house.client("Mia").get(f"/tasks/{task}").status_code == 404
