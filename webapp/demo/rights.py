"""Who sees but a part of the landlord: patch officers, a contractor's foreman, and the circle of a restricted case."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine import cases, jobs, partners, patches, restricting, roles, staff
from engine.cases import Subject
from engine.instants import today
from engine.permissions import PLATFORM, VERBS, Actor
from engine.roles import Wish
from engine.transactions import Sessions, reading, writing
from models.case import Case
from models.category import Category
from models.people import Organisation, Person
from models.staff import User
from models.tenancies import TenureMember
from webapp.demo import complaints, people

REACHES = ("patches", "teams", "own")
LINKED = 3  # cases that the foreman's firm is linked to


def add_role(session: Session) -> None:
    """Add the role that does what a housing officer does, on one's patches, one's teams' and one's own cases."""
    grants = {
        (verb, scope)
        for verb, about in VERBS.items()
        if "officer" in about.shipped
        for scope in (REACHES if "patches" in about.scopes else ("everything",))
    }
    told = "Sees the homes and people of their patches, and what their cases are about."
    roles.add(session, Wish(people.PATCH_OFFICER, told, frozenset(grants)), by=PLATFORM)


def add(sessions: Sessions) -> None:
    """Give out the patches, link the foreman's firm to a few complaints, and restrict one to a circle of two."""
    with writing(sessions) as session:
        _give_patches(session)
        _link_firms(session, people.actors(session))
    with reading(sessions) as session:
        officer = people.actors(session)[people.COLLEAGUES[0].name]
    with writing(sessions) as session:
        _restrict(session, officer)
    while jobs.run_waiting(sessions):
        pass


def _give_patches(session: Session) -> None:
    users = {row.email: row.id for row in session.execute(select(User.email, User.id))}
    for colleague in people.COLLEAGUES:
        for patch in colleague.patches:
            patches.look_after(session, patch, staff=[users[colleague.email]], teams=[], by=PLATFORM)
    team = staff.team_of_name(session, people.NEIGHBOURHOODS, by=PLATFORM)
    for patch in people.TEAM_PATCHES:
        patches.look_after(session, patch, staff=[], teams=[team.id], by=PLATFORM)


def _link_firms(session: Session, actors: dict[str, Actor]) -> None:
    officer = actors[people.COLLEAGUES[0].name]
    for colleague in people.COLLEAGUES:
        if colleague.firm:
            firm = session.scalars(select(Organisation.id).where(Organisation.name == colleague.firm)).one()
            user_id = actors[colleague.name].user_id or 0
            staff.set_organisation(session, user_id, firm, by=PLATFORM)
            for case_id in session.scalars(_open_complaints()).all():
                partners.link(session, case_id, firm, reason="They did the work complained of", by=officer)


def _open_complaints() -> Select[Any]:
    return (
        select(Case.id)
        .join(Category, Category.id == Case.category_id)
        .where(Category.key == "complaint", Case.status == "open")
        .order_by(Case.id)
        .limit(LINKED)
    )


def _restrict(session: Session, officer: Actor) -> None:
    """Have the officer take a complaint that only she and her manager know of."""
    tenant = session.scalars(
        select(Person.id)
        .join(TenureMember, TenureMember.person_id == Person.id)
        .where(TenureMember.role == "tenant", TenureMember.until_on.is_(None), Person.title != "Mr")
        .order_by(Person.id.desc())
    ).first()
    told = complaints.received(0, "Her new address was read out to her former partner on the telephone.", ["other"])
    started = cases.start(
        session,
        "complaint",
        subjects=[Subject("person", tenant or 0)],
        fields=told.answers(today() - timedelta(days=1)),
        by=officer,
    )
    manager = next(one for one in people.COLLEAGUES if one.role == "team_manager")
    reason = "Domestic abuse: nobody else may know where she lives now"
    restricting.restrict(session, started.id, reason=reason, members=[manager.email], by=officer)
