"""A home purchase with the cases that it starts, on a database: each about its own, told of each other's end."""

from typing import Any

from sqlalchemy import select

from engine import cases, jobs, reading, reopening, tasks
from models.case import Case, CaseLink
from models.category import Category
from models.communication import Communication
from models.document import Document
from models.work import Notification, UserTask
from tests.factories import Factories
from tests.processes.test_home_purchase_paths import KEYS

DAY = "2026-09-07"


class Purchase:
    """A home purchase and its children, worked on by an officer and a colleague who may do everything."""

    def __init__(self, factories: Factories) -> None:
        self.factories = factories
        self.by = factories.actor(factories.user("officer", "administrator"))
        self.colleague = factories.actor(factories.user("officer", "administrator"))
        factories.organisation()
        for key in KEYS:
            factories.category(key)
        person = factories.person()
        factories.tenancy(person)
        fields = {"scheme": "right_to_buy", "received_on": DAY, "received_channel": "post", "home_type": "flat"}
        with factories.transaction() as session:
            subject = cases.Subject("person", person.id, "applicant")
            self.started = cases.start(session, "home_purchase", subjects=[subject], fields=fields, by=self.by)
        self.do("home_purchase", "validate_application", application_complete="complete", validated_on=DAY)

    def do(self, key: str, element_id: str, *, by: Any = None, **answers: Any) -> None:
        """Answer the open task of the case of a category."""
        with self.factories.transaction() as session:
            task_id = session.scalars(
                select(UserTask.id)
                .join(Case, Case.id == UserTask.case_id)
                .join(Category, Category.id == Case.category_id)
                .where(Category.key == key, UserTask.element_id == element_id, UserTask.status == "open")
            ).one()
            done = tasks.complete(session, task_id, answers=answers, by=by or self.by)
        jobs.run_all(self.factories.sessions, done.job_keys)

    def case(self, key: str) -> Case:
        """Return the case of a category."""
        with self.factories.transaction() as session:
            found = select(Case).join(Category, Category.id == Case.category_id).where(Category.key == key)
            return session.scalars(found).one()

    def fields(self) -> dict[str, Any]:
        """Return the fields of the purchase."""
        with self.factories.transaction() as session:
            return reading.open_case(session, self.started.id).stored()

    def open(self) -> set[str]:
        """Return the elements of the purchase at which a task is open."""
        with self.factories.transaction() as session:
            mine = (UserTask.case_id == self.started.id) & (UserTask.status == "open")
            return set(session.scalars(select(UserTask.element_id).where(mine)))

    def subjects(self, key: str) -> list[str]:
        """Return what the case of a category is about."""
        with self.factories.transaction() as session:
            links = select(CaseLink.entity_type).where(CaseLink.case_id == self.case(key).id).order_by(CaseLink.id)
            return list(session.scalars(links))


def test_a_purchase_waits_for_its_cases_and_makes_its_offer_of_what_they_bring(sqlite_factories: Factories) -> None:
    purchase = Purchase(sqlite_factories)
    assert purchase.open() == set()
    purchase.do("eligibility_check", "verify_identity", identity_evidence=["passport"], identity_seen_on=DAY)
    purchase.do("eligibility_check", "confirm_tenancy", tenancy_kind="secure", qualifying_years=17)
    decision = {"eligibility_decision": "eligible", "eligibility_reasons": "Seventeen years.", "decided_on": DAY}
    purchase.do("eligibility_check", "decide_eligibility", **decision)
    purchase.do("arrears_clearance", "check_account", amount_owed=0, account_checked_on=DAY)
    assert purchase.open() == {"decide_application"}

    admit = {"application_decision": "admit", "decision_reasons": "All is well.", "decided_on": DAY}
    purchase.do("home_purchase", "decide_application", **admit)
    purchase.do("home_purchase", "send_admission", admission_checked=True)
    purchase.do("valuation", "arrange_visit", visit_at="2026-12-14T10:30:00+00:00", valuer="Anil Mehta")
    purchase.do("valuation", "inspect_home", access_given="yes")
    value = {"market_value": 182000, "improvements_value": 6500, "valuation_basis": "Sales nearby.", "valued_on": DAY}
    purchase.do("valuation", "report_valuation", **value)
    purchase.do("service_charge_estimate", "plan_works", planned_works=[], planned_works_total=0)
    costs = [{"cost_for": "Lift", "cost_amount": 400}]
    purchase.do("service_charge_estimate", "gather_costs", yearly_costs=costs, annual_service_charge=400)
    purchase.do("service_charge_estimate", "write_estimate", estimated_on=DAY)

    assert purchase.open() == {"prepare_offer"}
    known = purchase.fields()
    assert (known["market_value"], known["annual_service_charge"], known["arrears_left"]) == (182000, 400, 0)
    assert (known["eligibility_outcome"], known["arrears_outcome"]) == ("Eligible", "Nothing owed")
    about = {key: purchase.subjects(key) for key in KEYS}
    assert about["eligibility_check"] == ["person"] and about["valuation"] == ["home", "person"]
    assert about["arrears_clearance"] == ["tenancy", "person"]
    offer = {"market_value": 182000, "discount": 38000, "annual_service_charge": 400}
    purchase.do("home_purchase", "prepare_offer", **offer)
    purchase.do("home_purchase", "approve_offer", by=purchase.colleague, offer_decision="approve")
    with sqlite_factories.transaction() as session:
        titles = set(session.scalars(select(Document.title)))
    assert titles == {
        "What we need to see from you", "Our decision on your application", "Visit to value your home",
        "Estimate of service charges and works", "Our offer",
    }  # fmt: skip

    valuation = purchase.case("valuation")
    with sqlite_factories.transaction() as session:
        reopening.reopen(session, valuation.id, reason="Damp was found", at=["report_valuation"], by=purchase.by)
    jobs.run_waiting(sqlite_factories.sessions)
    assert purchase.open() == {"send_offer", "review_reopened_case"}
    purchase.do("home_purchase", "review_reopened_case", reopened_decision="wait")
    purchase.do("valuation", "report_valuation", **{**value, "market_value": 170000})
    assert purchase.open() == {"send_offer", "take_up_outcome"}
    with sqlite_factories.transaction() as session:
        assert any("was reopened: Damp was found" in text for text in session.scalars(select(Notification.text)))
    purchase.do("home_purchase", "send_offer", offer_checked=True)
    with sqlite_factories.transaction() as session:
        posted = session.scalars(select(Communication).order_by(Communication.id.desc()).limit(1)).one()
        numbers = {row.title: row.id for row in session.execute(select(Document.title, Document.id))}
    assert (posted.channel, posted.purpose, posted.document_id) == ("letter", "statutory", numbers["Our offer"])
    assert posted.attachments == [[numbers["Estimate of service charges and works"], 1]]  # of the case of the estimate


def test_a_cancelled_check_is_reviewed_and_a_cancelled_purchase_cancels_its_cases(sqlite_factories: Factories) -> None:
    purchase = Purchase(sqlite_factories)
    with sqlite_factories.transaction() as session:
        cases.cancel(session, purchase.case("eligibility_check").id, reason="Started by mistake", by=purchase.by)
    jobs.run_waiting(sqlite_factories.sessions)
    assert purchase.open() == {"review_stopped_check"}
    way = {"stopped_check_reason": "Done on paper.", "stopped_check_way": "known"}
    purchase.do("home_purchase", "review_stopped_check", **way)
    assert purchase.case("home_purchase").open_incidents == 0

    with sqlite_factories.transaction() as session:
        cases.cancel(session, purchase.started.id, reason="Withdrawn by the applicant", by=purchase.by)
    while jobs.run_waiting(sqlite_factories.sessions):
        pass

    clearance = purchase.case("arrears_clearance")
    assert clearance.status == "cancelled"
    assert clearance.outcome.endswith("was cancelled: Withdrawn by the applicant")
