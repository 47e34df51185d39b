"""A diagram writes to the person, home, tenancy or account that its case is about, and a failure writes nothing."""

from typing import Any

import pytest
from sqlalchemy import select

from engine import cases, jobs, tasks
from engine.definitions import deploying
from engine.permissions import PLATFORM, Actor
from engine.record import history
from models.case import CaseEvent
from models.database import from_json
from models.people import Alert, Person
from models.tenancies import Tenure
from models.work import Incident, UserTask
from tests.diagrams import category, service
from tests.factories import Factories


class Site:
    """A case about a tenant whose diagram writes to the record after a question is answered."""

    def __init__(self, factories: Factories, written: str) -> None:
        self.factories = factories
        self.tenure = factories.tenancy(factories.person())
        with factories.transaction() as session:
            self.person_id = session.scalars(select(Person.id)).one()
        self.by: Actor = factories.actor(factories.user("officer"))
        files = category("start > ask > write:service > after > end", inside={"write": written})
        with factories.transaction() as session:
            deploying.store(session, files, by=PLATFORM)
        with factories.transaction() as session:
            subjects = [cases.Subject("person", self.person_id)]
            self.case = cases.start(session, "sample", subjects=subjects, by=self.by)

    def answer(self, **answers: Any) -> list[str]:
        """Answer the question, and return the elements at which a task is open."""
        with self.factories.transaction() as session:
            task = session.scalars(select(UserTask).where(UserTask.status == "open")).one()
            done = tasks.complete(session, task.id, answers=answers, by=self.by)
        jobs.run_all(self.factories.sessions, done.job_keys)
        with self.factories.transaction() as session:
            return list(session.scalars(select(UserTask.element_id).where(UserTask.status == "open")))

    def one(self, model: Any) -> Any:
        with self.factories.transaction() as session:
            return session.scalars(select(model)).one()


def test_a_step_changes_the_person_and_the_next_expression_reads_it(factories: Factories) -> None:
    site = Site(factories, service("update_record", entity="person", values='={surname: new_name, title: "Ms"}'))

    assert site.answer(new_name="Bell") == ["after"]
    person = site.one(Person)
    with factories.transaction() as session:
        [change] = history.changes_of(session, "person", site.person_id)
        event = session.scalars(select(CaseEvent.payload).where(CaseEvent.type == "record_updated")).one()

    assert (person.surname, person.title, person.revision) == ("Bell", "Ms", 2)
    assert change.changes == {"surname": ["Okafor", "Bell"], "title": ["Mrs", "Ms"]}
    assert (change.case_id, change.actor_name, change.reason) == (site.case.id, site.by.name, "Write")
    assert from_json(event)["reference"] == person.reference


def test_a_step_adds_a_part_and_names_its_number_for_what_follows(factories: Factories) -> None:
    values = '={code: "20", text: "Two to visit", review_on: date("2027-01-05")}'
    site = Site(factories, service("update_record", entity="person", action="add", part="alert", values=values))

    assert site.answer() == ["after"]
    alert = site.one(Alert)

    assert (alert.person_id, alert.code, str(alert.review_on)) == (site.person_id, "20", "2027-01-05")


def test_the_tenancy_of_the_person_is_what_the_case_is_about_too(factories: Factories) -> None:
    given = service("update_record", entity="tenancy", action="end", on='="2026-12-06"', reason='="Keys handed in"')
    site = Site(factories, given)

    assert site.answer() == ["after"]

    assert str(site.one(Tenure).ended_on) == "2026-12-06"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"entity": "person", "values": '={surname: ""}'}, "from 1 to 200 characters"),
        ({"entity": "person", "values": "={shoe_size: 4}"}, "no such field"),
        ({"entity": "person", "values": "={revision: 4}"}, "no such field"),
        ({"entity": "organisation", "values": '={name: "X"}'}, "This case is about no organisation."),
        ({"entity": "person", "action": "add", "part": "charge", "values": "={amount: 4}"}, "has no part “charge”"),
        ({"entity": "person", "action": "add", "values": "={amount: 4}"}, "Say what kind of part"),
        ({"entity": "case", "values": '={status: "closed"}'}, "must be one of"),
    ],
)
def test_what_cannot_be_written_is_an_incident_and_the_answer_is_kept(
    factories: Factories, given: dict[str, str], said: str
) -> None:
    site = Site(factories, service("update_record", **given))

    assert site.answer() == []
    incident = site.one(Incident)

    assert incident.element_id == "write" and said in incident.message
    assert site.one(Person).revision == 1


def test_a_write_is_taken_back_when_what_follows_in_the_element_fails(factories: Factories) -> None:
    written = service("update_record", entity="person", values='={surname: "Bell"}')
    unkept = '<zeebe:output source="=function(x) x" target="made"/></zeebe:ioMapping>'
    site = Site(factories, written.replace("</zeebe:ioMapping>", unkept))

    assert site.answer() == []
    assert site.one(Incident).element_id == "write"

    assert (site.one(Person).surname, site.one(Person).revision) == ("Okafor", 1)
    with factories.transaction() as session:
        assert history.changes_of(session, "person", site.person_id) == []
        assert session.scalars(select(CaseEvent).where(CaseEvent.type == "record_updated")).all() == []
