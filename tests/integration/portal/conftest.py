"""A landlord with one complaint that has just been logged, and an officer who may work on it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select

from engine import cases
from engine.instants import today
from engine.permissions import Actor
from models.people import Alert, Person
from models.staff import User
from models.tenancies import Tenure
from models.work import UserTask
from tests.factories import Factories
from tests.pages import Page, PageClient


@dataclass
class Desk:
    """An officer at work: their browser, and a complaint of a tenant."""

    factories: Factories
    client: PageClient
    by: Actor
    person: Person
    tenancy: Tenure
    case: cases.Started

    @property
    def here(self) -> str:
        """The address of the complaint."""
        return f"/cases/{self.case.reference}"

    def task(self, element_id: str = "", *, reference: str = "") -> UserTask:
        """Return the open task of the complaint, at an element when there are several."""
        with self.factories.transaction() as session:
            found = select(UserTask).where(UserTask.status == "open").order_by(UserTask.id.desc())
            if element_id:
                found = found.where(UserTask.element_id == element_id)
            return session.scalars(found).first()

    def answer(self, page: Page, answers: dict[str, Any], *, status: int = 302) -> Any:
        """Fill in the form of a task's page and send it."""
        sent = {**page.form("completion"), **answers}
        action = page.tree.xpath("//form[contains(@action, 'completion')]/@action")[0]
        return self.client.submit(action, sent, status=status)

    def accept(self) -> Page:
        """Accept the complaint, and return the page that says what came of it."""
        page = self.client.page(f"/tasks/{self.task('check_exclusion').id}")
        return self.client.follow(self.answer(page, {"exclusion_decision": "complaint"}))

    def acknowledge(self) -> Page:
        """Accept and acknowledge the complaint, and return the page that says what came of it."""
        self.accept()
        page = self.client.page(f"/tasks/{self.task('acknowledge_complaint').id}")
        return self.client.follow(self.answer(page, acknowledgement()))


def acknowledgement() -> dict[str, Any]:
    """Return answers to the task that acknowledges a complaint."""
    return {
        "update_interval": "every week",
        "complaint_definition": "You are unhappy with how long the repair has taken.",
        "outcome_sought": "You want it put right.",
        "stage1_investigator": "Grace Adeyemi",
        **day_parts("acknowledged_on", today()),
    }


def day_parts(name: str, day: date) -> dict[str, str]:
    """Return a day as the three boxes of a form send it."""
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def alert(factories: Factories, person: Person, text: str) -> None:
    """Put an alert on a person."""
    with factories.transaction() as session:
        session.add(Alert(person_id=person.id, code="10", text=text))


def error_links(page: Page) -> dict[str, str]:
    """Return the sentences of the error summary with the fields that they lead to."""
    links = page.tree.xpath("//*[contains(@class, 'govuk-error-summary')]//a")
    return {" ".join(a.text_content().split()): a.get("href") for a in links}


def shown(response: Any) -> Page:
    """Return an answer that is no redirect as a checked page."""
    return Page(response)


def text_of(element: Any) -> str:
    """Return the words of an element."""
    return " ".join(html.tostring(element, method="text", encoding="unicode").split())


@pytest.fixture
def desk(factories: Factories) -> Desk:
    """An officer of every team, with one complaint."""
    return _desk(factories)


@pytest.fixture
def sqlite_desk(sqlite_factories: Factories) -> Desk:
    """The same on SQLite alone."""
    return _desk(sqlite_factories)


def _desk(factories: Factories) -> Desk:
    user, person, tenancy, case = factories.furnished("desk", _complaint)
    return Desk(factories, factories.client(user=user), factories.actor(user), person, tenancy, case)


def _complaint(factories: Factories) -> tuple[User, Person, Tenure, cases.Started]:
    user = factories.user("officer", name="Priya Shah", teams=("Complaints officers", "Stage 1 investigators"))
    person = factories.person()
    tenancy = factories.tenancy(person)
    return user, person, tenancy, factories.complaint(by=factories.actor(user), person=person)
