"""A landlord with one home in the patch North and one in South, each with a tenant, and staff who reach North alone."""

from typing import Any

from sqlalchemy import insert, select

from engine import cases, filing, roles, staff
from engine.filing.places import Place
from engine.filing.receiving import receive
from engine.permissions import PLATFORM, VERBS
from engine.record import changing
from engine.record.changing import Why
from engine.roles import Wish
from models.accounts import RentAccount
from models.case import CaseLink
from models.rights import StaffPatch, TeamPatch
from tests.diagrams import category
from tests.factories import Factories

SCOPES = ("patches", "teams", "own")


class Landlord:
    """Inga Within lives in North, Otto Beyond in South; `staff` are three people, by the scope that shows them North.

    One looks after the patch, the team of one does, and one has an open case about Inga's tenancy.
    """

    def __init__(self, factories: Factories) -> None:
        self.factories = factories
        factories.deploy(category("start > ask > end"))
        with factories.transaction() as session:
            for scope in SCOPES:
                grants = {(verb, scope if scope in about.scopes else "everything") for verb, about in VERBS.items()}
                roles.add(session, Wish(f"Reaches {scope}", grants=frozenset(grants)), by=PLATFORM)
        self.staff = {scope: factories.user(f"reaches_{scope}", name=f"Sam {scope.title()}") for scope in SCOPES}
        red = factories.team("Red")
        with factories.transaction() as session:
            session.add(StaffPatch(user_id=self.staff["patches"].id, patch="North"))
            session.add(TeamPatch(team_id=red.id, patch="North"))
            staff.set_teams(session, self.staff["teams"].id, member_of=[red.id], manages=[], by=PLATFORM)
        self.inside = self._household("Inga", "Within", "North")
        self.outside = self._household("Otto", "Beyond", "South")
        with factories.transaction() as session:
            started = cases.start(session, "sample", by=factories.actor(self.staff["own"]))
            about = {"case_id": started.id, "entity_type": "tenancy", "entity_id": self.inside["tenancy"]}
            session.execute(insert(CaseLink), about | {"role": "subject"})
        factories.run_jobs()  # which read the words of documents

    def _household(self, first: str, last: str, patch: str) -> dict[str, Any]:
        """Make a home with all that can lie in it, and return the numbers by the word of each."""
        person = self.factories.person(first, last)
        home = self.factories.home(f"1 {last} Street", patch=patch)
        tenancy = self.factories.tenancy(person, home=home)
        why = Why(PLATFORM, "As told")
        with self.factories.transaction() as session:
            account_id = session.scalar(select(RentAccount.id).where(RentAccount.tenure_id == tenancy.id)) or 0
            debt = {"kind": "rent", "amount": "99.00", "posted_on": "2026-01-05", "description": f"Owed by {last}"}
            changing.create(session, "transaction", debt, owner=("account", account_id), why=why)
            for owner in (("person", person.id), ("home", home.id), ("tenancy", tenancy.id), ("account", account_id)):
                changing.create(session, "note", {"text": f"Remember {last}"}, owner=owner, why=why)
            file, place = receive(f"{last}.txt", f"Words about {last}".encode()), Place(links=(("person", person.id),))
            document = filing.file(session, file, place, title=f"File {last}", by=PLATFORM)
        return {
            "person": person.id, "home": home.id, "tenancy": tenancy.id, "account": account_id, "document": document,
            "person_reference": person.reference, "home_reference": home.reference,
        }  # fmt: skip
