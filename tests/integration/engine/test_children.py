"""Cases in cases: a call activity that starts a case of another category, waits for it and takes what it brings."""

from typing import Any

import pytest
from sqlalchemy import select

from engine import case_list, cases, incidents, jobs, reading, reopening
from engine.case_path import path
from engine.definitions import deploying, elsewhere
from engine.permissions import PLATFORM
from models.case import Case, CaseLink
from tests.diagrams import category, extensions
from tests.factories import Factories
from tests.integration.engine.conftest import Drive, Driver

CHILD = "start > value > end"
ERROR = '<bpmn:error id="gone" name="Case cancelled" errorCode="case_cancelled"/>'


def call(*, outputs: dict[str, str] | None = None, inputs: dict[str, str] | None = None, **properties: str) -> str:
    """Return what makes a call activity start a case of the category "valuation"."""
    mapped = "".join(f'<zeebe:input source="{s}" target="{t}"/>' for t, s in (inputs or {}).items())
    mapped += "".join(f'<zeebe:output source="{s}" target="{t}"/>' for t, s in (outputs or {}).items())
    told = {"startsCase": "valuation", **properties}
    named = "".join(f'<zeebe:property name="{name}" value="{value}"/>' for name, value in told.items())
    return extensions(f"<zeebe:ioMapping>{mapped}</zeebe:ioMapping><zeebe:properties>{named}</zeebe:properties>")


OUT = {"worth": "=worth", "how": "=outcome"}


@pytest.fixture
def factories(sqlite_factories: Factories) -> Factories:
    """The rows that are read and written are proved on both databases by `test_child_jobs.py`."""
    return sqlite_factories


class Family:
    """A case that waits for others, and those."""

    def __init__(self, factories: Factories, drive: Drive, flows: str, child: str = CHILD, **drawn: Any) -> None:
        self.factories = factories
        fields = drawn.pop("fields", {})
        factories.deploy(category(child, key="valuation"))
        self.parent = drive(category(flows, **drawn), **fields)

    def children(self) -> list[Driver]:
        """Return the children of the case, in the order in which they were started."""
        with self.factories.transaction() as session:
            ids = session.execute(
                select(Case.id, Case.reference).where(Case.parent_id == self.parent.started.id).order_by(Case.id)
            ).all()
        return [driver_of(self.parent, cases.Started(row.id, row.reference)) for row in ids]

    @property
    def child(self) -> Driver:
        """Return the only child."""
        (found,) = self.children()
        return found

    def field(self, name: str) -> Any:
        """Return a field of the parent."""
        with self.factories.transaction() as session:
            return reading.open_case(session, self.parent.started.id).stored().get(name)

    def cancel(self, driver: Driver, reason: str = "Withdrawn", **options: Any) -> None:
        """Cancel a case and do what that leaves."""
        with self.factories.transaction() as session:
            cases.cancel(session, driver.started.id, reason=reason, by=driver.by, **options)
        self.run_jobs()

    def reopen(self, driver: Driver, **how: Any) -> None:
        """Reopen a case and do what that leaves."""
        with self.factories.transaction() as session:
            reopening.reopen(session, driver.started.id, reason="The surveyor found damp", by=driver.by, **how)
        self.run_jobs()

    def run_jobs(self) -> None:
        """Do the jobs that wait, and those that they leave."""
        while jobs.run_waiting(self.factories.sessions):
            pass


def driver_of(like: Driver, started: cases.Started) -> Driver:
    """Return a driver of a case that is there already."""
    driver = Driver.__new__(Driver)
    driver.factories, driver.by, driver.started = like.factories, like.by, started
    return driver


def test_a_case_starts_another_waits_for_it_and_takes_its_fields_and_outcome(
    factories: Factories, drive: Drive
) -> None:
    family = Family(
        factories,
        drive,
        "start > ask > call:call > after > end",
        inside={"call": call(outputs=OUT, inputs={"rooms": "=rooms"})},
    )

    family.parent.do("ask", rooms=3)

    assert family.parent.open() == []
    child = family.child
    assert child.case.parent_id == family.parent.case.id and child.case.owner_id == family.parent.case.owner_id
    with factories.transaction() as session:
        assert reading.open_case(session, child.started.id).stored() == {"rooms": 3}
        parent = reading.open_case(session, family.parent.started.id)
        way = path(session, parent.case.id, parent.definition, is_open=True)
        assert [stop.id for stop in way.here] == ["call"]

    child.restart()
    child.do("value", worth=180_000)

    assert child.case.status == "closed"
    assert family.parent.open() == ["after"]
    assert (family.field("worth"), family.field("how")) == (180_000, "End")
    assert family.field("rooms") == 3
    assert [e for e in family.parent.events() if e.startswith("child")] == ["child_started", "child_ended"]


def test_the_list_of_cases_says_how_many_other_cases_one_waits_for(factories: Factories, drive: Drive) -> None:
    family = Family(factories, drive, "start > call:call > after > end", inside={"call": call()})

    def awaited() -> dict[int, int]:
        with factories.transaction() as session:
            lines = case_list.cases(session, case_list.Wanted(), by=family.parent.by).rows
            return {line.id: line.awaited_children for line in lines}

    child = family.child
    assert awaited() == {family.parent.started.id: 1, child.started.id: 0}

    child.do("value")

    assert awaited() == {family.parent.started.id: 0}


def test_a_category_that_is_not_there_is_told_when_the_one_that_starts_it_is_deployed(factories: Factories) -> None:
    def told() -> list[str]:
        with factories.transaction() as session:
            files = category("start > call:call > end", inside={"call": call()})
            version = deploying.deploy(session, files, by=PLATFORM)
            return [fault.message for fault in elsewhere.unknown_categories(session, version)]

    assert told() == ["“Call” starts a case of the category “valuation”, and there is none."]

    factories.deploy(category(CHILD, key="valuation"))

    assert told() == []


def test_each_item_of_a_list_gets_a_case_of_its_own_and_gives_its_result(factories: Factories, drive: Drive) -> None:
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>"
        '<zeebe:loopCharacteristics inputCollection="=homes" inputElement="flat" '
        'outputCollection="values" outputElement="=worth"/>'
        "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"
    )
    family = Family(
        factories,
        drive,
        "start > each:call > after > end",
        inside={"each": call(inputs={"flat": "=flat"}) + loop},
        fields={"homes": ["left", "right"]},
    )
    first, second = family.children()

    second.do("value", worth=2)
    assert family.parent.open() == []
    first.do("value", worth=1)

    assert family.parent.open() == ["after"]
    assert family.field("values") == [1, 2]
    assert family.field("worth") is None


def test_a_child_is_about_what_its_parent_is_about_unless_the_diagram_says_otherwise(factories: Factories) -> None:
    person = factories.person()
    factories.tenancy(person)
    by = factories.officer()
    settings = b'subject_types = ["home"]\nrequired_subject = "home"\n'
    child = category(CHILD, key="valuation")
    child["category.toml"] += settings
    factories.deploy(child)
    factories.deploy(category("start > call:call > end", key="parent", inside={"call": call()}))
    factories.deploy(category("start > call:call > end", key="other", inside={"call": call(caseSubjects="resident")}))

    with factories.transaction() as session:
        started = cases.start(session, "parent", subjects=[cases.Subject("person", person.id)], by=by)
        other = cases.start(session, "other", subjects=[cases.Subject("person", person.id, "resident")], by=by)
    factories.run_jobs()

    with factories.transaction() as session:
        child_id = session.scalars(select(Case.id).where(Case.parent_id == started.id)).one()
        assert session.scalars(select(CaseLink.entity_type).where(CaseLink.case_id == child_id)).all() == ["home"]
    refused = driver_for(factories, other).incidents()
    assert "cannot be about a person" in refused[0].message


def driver_for(factories: Factories, started: cases.Started) -> Driver:
    driver = Driver.__new__(Driver)
    driver.factories, driver.started = factories, started
    return driver


def test_a_child_that_cannot_be_started_is_an_incident_that_can_be_retried(factories: Factories, drive: Drive) -> None:
    parent = drive(category("start > call:call > after > end", inside={"call": call()}))
    (incident,) = parent.incidents()
    assert "There is no category “valuation”" in incident.message
    factories.deploy(category(CHILD, key="valuation"))

    with factories.transaction() as session:
        left = incidents.retry(session, incident.id, by=parent.by)
    jobs.run_all(factories.sessions, left)

    assert parent.incidents() == []
    with factories.transaction() as session:
        assert len(session.scalars(select(Case.id).where(Case.parent_id == parent.started.id)).all()) == 1


def test_an_output_that_fails_is_an_incident_and_the_outcome_is_taken_at_the_retry(
    factories: Factories, drive: Drive
) -> None:
    family = Family(
        factories, drive, "start > call:call > after > end", inside={"call": call(outputs={"case": "=worth"})}
    )

    family.child.do("value", worth=5)

    (incident,) = family.parent.incidents()
    assert "reserved" in incident.message
    assert family.parent.open() == []
    with factories.transaction() as session:
        left = incidents.retry(session, incident.id, by=family.parent.by)
    jobs.run_all(factories.sessions, left)
    assert len(family.parent.incidents()) == 1


def test_a_category_that_starts_itself_ends_in_an_incident(factories: Factories, drive: Drive) -> None:
    parent = drive(category("start > call:call > end", key="valuation", inside={"call": call()}))

    for _ in range(30):
        parent.run_jobs()

    with factories.transaction() as session:
        deep = session.scalars(select(Case).order_by(Case.id)).all()
    assert len(deep) == 11
    assert "more than 10 deep" in driver_for(factories, cases.Started(deep[-1].id, "")).incidents()[0].message
    assert deep[-2].open_incidents == 0


def test_a_service_task_starts_a_case_and_does_not_wait(factories: Factories, drive: Drive) -> None:
    factories.deploy(category(CHILD, key="valuation"))
    starts = extensions(
        '<zeebe:taskDefinition type="start_case"/><zeebe:ioMapping>'
        '<zeebe:input source="valuation" target="category"/><zeebe:input source="={rooms: 4}" target="answers"/>'
        '<zeebe:output source="=reference" target="valuation_case"/></zeebe:ioMapping>'
    )
    family_case = drive(category("start > begin:service > after > end", inside={"begin": starts}))

    assert family_case.open() == ["after"]
    with factories.transaction() as session:
        child = session.scalars(select(Case).where(Case.parent_id == family_case.started.id)).one()
        assert reading.open_case(session, family_case.started.id).stored()["valuation_case"] == child.reference
        assert child.parent_token_id is None
    with factories.transaction() as session:
        cases.cancel(session, family_case.started.id, reason="Withdrawn", by=family_case.by)
    factories.run_jobs()
    assert driver_of(family_case, cases.Started(child.id, "")).case.status == "open"


def test_the_children_of_a_restricted_case_are_restricted(factories: Factories, drive: Drive) -> None:
    family = Family(factories, drive, "start > ask > call:call > end", inside={"call": call()})
    with factories.transaction() as session:
        session.get(Case, family.parent.started.id).restricted = True

    family.parent.do("ask")

    assert family.child.case.restricted


def test_a_case_closed_by_hand_goes_back_to_where_it_stood(factories: Factories, drive: Drive) -> None:
    family = Family(
        factories, drive, "start > fork+ ; fork+ > left > join+ ; fork+ > right > join+ ; join+ > after > end"
    )
    family.parent.do("left", a=1)
    with factories.transaction() as session:
        cases.close(session, family.parent.started.id, reason="Closed by the officer", by=family.parent.by)

    family.reopen(family.parent)

    assert family.parent.case.status == "open" and family.parent.case.closed_at is None
    assert family.parent.open() == ["right"]
    family.parent.do("right", b=2)
    assert family.parent.open() == ["after"]
    assert (family.field("a"), family.field("b")) == (1, 2)
    family.parent.do("after")
    assert family.parent.case.status == "closed"


def test_a_case_that_had_ended_is_reopened_with_a_task_for_its_owner(factories: Factories, drive: Drive) -> None:
    family = Family(factories, drive, "start > ask > end")
    family.parent.do("ask")

    family.reopen(family.parent)

    assert family.parent.case.status == "open"
    assert family.parent.task("").name == reopening.DECIDE
    family.parent.do("")
    with factories.transaction() as session:
        cases.close(session, family.parent.started.id, reason="Closed by the officer", by=family.parent.by)
    assert family.parent.case.status == "closed"
