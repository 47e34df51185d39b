"""Every route × every role × every part that somebody may have in a case: generated from what the routes declare.

A route that leads to a case, a task, a document or an incident must answer as one that leads to nothing, to whoever
may not know of the case; one whose verb no role grants is refused; one that declares nothing, or has a gap that this
test does not know how to fill, fails here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from engine import cases, filing
from engine.instants import now
from engine.permissions import SHIPPED, SHIPPED_ROLES, VERBS
from models.case import Case, CaseLink
from models.communication import Communication
from models.inbound import InboundItem
from models.people import Organisation
from models.rights import CaseMember
from models.staff import User
from models.work import Incident, UserTask
from tests.diagrams import category, extensions
from tests.factories import Factories
from webapp import access

NOWHERE = "987654"
# What fills a gap so that the route leads to the case; the others lead to no case, and are filled with what is nowhere.
OF_CASE = ("reference", "ref", "task_id", "document_id", "incident_id", "item_id", "communication_id")
OTHERS = frozenset(
    "absence_id account_id action asset_id bank_holiday_id bundle_id change_id clock clock_id closure_id contact_id "
    "dead_letter_id definition_id document_kind entity_id entity_type field_id filename filter_id form_id home_id "
    "import_id job_id key kind kind_id link link_id member_id merge_id message_id migration_id name "
    "notification_id number organisation_id owner page page_number part part_id path person_id position "
    "quarantine_id row_id sha256 size slug source state stay_id team_id tenancy_id tenure_id token token_id "
    "upload_id user_id version webhook_id word".split()
)
STANDINGS = ("own", "team's", "other's", "restricted", "named", "linked", "unlinked")
HIDDEN_FROM = {"restricted", "unlinked"}


@dataclass(frozen=True)
class Route:
    """One address with one method, and what it asks for."""

    method: str
    rule: str
    verb: str | None

    @property
    def gaps(self) -> list[str]:
        """Return the names of its gaps, but for those that take one of a few words."""
        return re.findall(r"<(?:[^:<>]+(?:\([^)]*\))?:)?([a-z_0-9]+)>", re.sub(r"<any\([^>]*>", "", self.rule))

    @property
    def is_api(self) -> bool:
        """Say whether it is of the REST interface."""
        return self.rule.startswith("/api/")

    def address(self, names: dict[str, str]) -> str:
        """Return its address, with each gap filled; what is not named leads nowhere."""
        one_of = re.sub(r"<any\((\w+)[^)]*\):\w+>", r"\1", self.rule)
        return re.sub(r"<(?:[^:<>]+(?:\([^)]*\))?:)?([a-z_0-9]+)>", lambda gap: names.get(gap[1], NOWHERE), one_of)


def routes(app: Flask) -> Iterator[Route]:
    """Yield every route of every part of the site."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Route(method, rule.rule, access.declared(app, rule.endpoint, method))


class World:
    """A case with a task, a document and an incident, and a user of each role in each standing towards it."""

    def __init__(self, factories: Factories) -> None:
        self.factories = factories
        lost = extensions('<zeebe:assignmentDefinition candidateGroups="Nobody"/>')
        factories.deploy(category("start > both+ ; both+ > ask > end ; both+ > lost > end2", inside={"lost": lost}))
        owner = factories.actor(factories.user("officer", name="The Owner", teams=("Red",)))
        with factories.transaction() as session:
            started = cases.start(session, "sample", by=owner)
            self.id, reference = started.id, started.reference
            document = filing.add_document(session, self.id, "plan.txt", b"words", by=owner)
            session.flush()
            task = session.scalars(select(UserTask.id)).first()
            incident = session.scalars(select(Incident.id)).first()
            firm = Organisation(reference="ORG1", kind="contractor", name="Sound Roofs")
            session.add(firm)
            session.flush()
            self.firm = firm.id
            link = {"case_id": self.id, "entity_type": "organisation", "entity_id": self.firm, "role": "partner"}
            session.execute(insert(CaseLink), link)
            answer = {
                "channel": "email",
                "kind": "message",
                "state": "new",
                "received_at": now(),
                "subject": "Re: SAMPLE",
            }
            item = InboundItem(**answer, matched_case_id=self.id)
            session.add(item)
            said = {"key": "1", "channel": "email", "html": "<p>Hello.</p>", "status": "waiting", "created_at": now()}
            letter = Communication(case_id=self.id, **said)
            session.add(letter)
            session.flush()
        numbers = {"task_id": task, "document_id": document, "incident_id": incident, "item_id": item.id}
        numbers["communication_id"] = letter.id
        self.names = {"reference": reference, "ref": reference, **{name: str(one) for name, one in numbers.items()}}
        self.nothing = {**dict.fromkeys(numbers, NOWHERE), "reference": "SAMPLE-999999", "ref": "SAMPLE-999999"}
        self.users = {role: factories.user(role, name=f"The {role}") for role in SHIPPED_ROLES}

    def stand(self, user: User, standing: str) -> None:
        """Put somebody into a standing towards the case."""
        values: dict[str, Any] = {"restricted": standing in ("restricted", "named"), "owner_id": None}
        if standing == "own":
            values["owner_id"] = user.id
        with self.factories.transaction() as session:
            session.execute(update(Case).values(**values))
            external = {"linked": self.firm, "unlinked": self.other_firm(session)}.get(standing)
            session.execute(update(User).where(User.id == user.id).values(organisation_id=external))
            session.execute(CaseMember.__table__.delete())  # type: ignore[attr-defined]
            if standing == "named":
                named = {"case_id": self.id, "user_id": user.id, "kind": "member", "reason": "", "from_at": now()}
                session.execute(insert(CaseMember), named)

    def other_firm(self, session: Any) -> int:
        """Return an organisation that is linked to nothing."""
        found = session.scalar(select(Organisation.id).where(Organisation.reference == "ORG2"))
        if found is None:
            firm = Organisation(reference="ORG2", kind="agency", name="Elsewhere")
            session.add(firm)
            session.flush()
            found = firm.id
        return int(found)


@pytest.fixture
def world(sqlite_factories: Factories) -> World:
    return World(sqlite_factories)


def test_every_route_declares_its_verb_and_has_no_gap_that_is_unknown_here(sqlite_factories: Factories) -> None:
    known = {access.PUBLIC, access.SIGNED_IN, *VERBS}

    found = list(routes(sqlite_factories.app))

    assert [f"{one.method} {one.rule}" for one in found if one.verb not in known] == []
    strange = {gap: one.rule for one in found for gap in one.gaps if gap not in OTHERS and gap not in OF_CASE}
    assert strange == {}
    assert len(found) > 250


def test_a_route_to_what_one_may_not_know_of_is_one_to_nothing(world: World) -> None:
    everything = world.factories.user(*SHIPPED_ROLES, name="Holder of every role")

    found = {standing: wrong_answers(world, everything, standing) for standing in ("restricted", "unlinked", "linked")}
    assert {standing: wrong for standing, wrong in found.items() if wrong} == {}


@pytest.mark.soak
@pytest.mark.parametrize("role", SHIPPED_ROLES)
@pytest.mark.parametrize("standing", STANDINGS)
def test_so_it_is_for_each_role_in_each_standing(world: World, role: str, standing: str) -> None:
    assert wrong_answers(world, world.users[role], standing) == []


def wrong_answers(world: World, user: User, standing: str) -> list[tuple[str, str, int]]:
    """Return the routes to a case that answer somebody in a standing otherwise than they must."""
    world.stand(user, standing)
    leading = [one for one in routes(world.factories.app) if set(one.gaps) & set(OF_CASE)]
    browser, program = world.factories.client(user=user), world.factories.browser()
    headers, grants = world.factories.bearer(user), world.factories.actor(user).grants
    wrong, asked = [], 0
    for one in leading:
        if one.method != "GET" and (standing not in HIDDEN_FROM or not one.is_api):
            continue  # it would do what it says, or asks for its form's token first
        client: Any = program if one.is_api else browser
        given: dict[str, Any] = {"headers": {**headers, "If-Match": "*"}} if one.is_api else {}
        given |= {"json": {}} if one.method != "GET" else {}
        answer = client.open(one.address(world.names), method=one.method, **given)
        asked += 1
        if one.verb not in (access.SIGNED_IN, access.PUBLIC) and one.verb not in grants:
            fits = answer.status_code == 403
        elif standing in HIDDEN_FROM:
            nothing = client.open(one.address(world.nothing), method=one.method, **given)
            fits = answer.status_code == nothing.status_code and nothing.status_code in (404, 422, 428)
            fits = fits and world.names["reference"] not in told(answer, one.address(world.names))
        else:
            fits = answer.status_code not in (403, 500) and (answer.status_code != 404 or may_lack(one))
        if not fits:
            wrong.append((one.method, one.rule, answer.status_code))
        answer.close()
    assert asked > 30
    return wrong


def test_no_route_answers_a_role_that_does_not_grant_its_verb(world: World) -> None:
    assert [*answered_without_verb(world, "officer"), *answered_without_verb(world, "partner")] == []


@pytest.mark.soak
@pytest.mark.parametrize("role", SHIPPED_ROLES)
def test_so_it_is_of_each_role(world: World, role: str) -> None:
    assert answered_without_verb(world, role) == []


def answered_without_verb(world: World, role: str) -> list[tuple[str, str, str | None, int]]:
    """Return the routes that answer a role which does not grant what they ask for."""
    user = world.users[role]
    browser, program, headers = (
        world.factories.client(user=user),
        world.factories.browser(),
        world.factories.bearer(user),
    )
    csrf = browser.token()

    answered = []
    for one in routes(world.factories.app):
        if one.verb in (access.PUBLIC, access.SIGNED_IN) or one.verb in SHIPPED.roles[role]:
            continue
        client = program if one.is_api else browser
        given: dict[str, Any] = {"headers": headers} if one.is_api else {}
        if one.method != "GET":
            given |= {"json": {}} if one.is_api else {"data": {"csrf_token": csrf}}
        if (status := client.open(one.address(world.names), method=one.method, **given).status_code) != 403:
            answered.append((one.method, one.rule, one.verb, status))
    return answered


def may_lack(one: Route) -> bool:
    """Say whether a route leads to a part that this case lacks: what has a further gap, drawn pages, fields."""
    of_parts = ("/thumbnail", "/preview", "/pdf", "/migration", "/fields")
    return bool(set(one.gaps) - set(OF_CASE)) or one.rule.endswith(of_parts)


def told(answer: Any, address: str) -> str:
    """Return what an answer says, without the address that was asked for."""
    text: str = answer.get_data(as_text=True)
    for asked_for in (address, quote_plus(address)):
        text = text.replace(asked_for, "")
    return re.sub(r"There is no case [^,]{1,40},", "", text)
