"""Roles in the hands of an administrator: made, copied, changed, removed; and what nobody may do with them."""

import re
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import roles, staff
from engine.errors import Conflict, Invalid, NotAllowed, NotPossible
from engine.permissions import PLATFORM, VERBS, Actor, book
from engine.roles import Wish
from models.rights import StaffChange
from tests.environment.databases import on_sqlite_alone
from tests.factories import Factories

CLERK = {
    "name": "Clerk",
    "grants": ["see cases|own", "see cases|categories", "do task|teams"],
    "categories": ["sample"],
}


@pytest.fixture
def administrator(factories: Factories) -> Actor:
    return factories.actor(factories.user("administrator"))


def change(factories: Factories, key: str, by: Actor, *, without: str = "", **grants: str) -> Actor:
    """Have a role lose a verb and gain others, and return who did it as they are then."""
    with factories.transaction() as session:
        kept = roles.line(session, key).wish
        wanted = {grant for grant in kept.grants if grant[0] != without} | set(grants.items())
        roles.change(session, key, Wish(kept.name, kept.description, frozenset(wanted)), by=by)
    return by


def told(factories: Factories) -> list[tuple[str, str]]:
    """Return (action, subject) of what the history of staff holds."""
    with factories.transaction() as session:
        rows = session.execute(select(StaffChange.action, StaffChange.subject_name).order_by(StaffChange.id))
        return [tuple(row) for row in rows]


def test_the_roles_that_ship_are_settled_once_and_a_new_verb_later(factories: Factories, monkeypatch: Any) -> None:
    with monkeypatch.context() as before:
        before.delitem(VERBS, "change calendar")
        with factories.transaction() as session:
            roles.settle(session)
            shipped = {line.key: line.wish for line in roles.roles(session)}
            assert len(book(session).of(["administrator"])) == len(VERBS)

    with factories.transaction() as session:
        roles.settle(session)
        assert len(book(session).of(["administrator"])) == len(VERBS)
        assert {line.key: line.wish for line in roles.roles(session)}["officer"] == shipped["officer"]
        mark = roles.line(session, "officer").revision
        roles.settle(session)
        assert roles.line(session, "officer").revision == mark


def test_a_role_is_made_on_its_page_given_to_somebody_and_in_force_at_once(factories: Factories) -> None:
    from tests.diagrams import category

    factories.deploy(category("start > ask > end"))
    admin, clerk = factories.client("administrator"), factories.client("analyst")
    admin.submit("/admin/roles", CLERK)
    assert clerk.get("/studio").status_code == 200

    given = {"name": "Same Person", "roles": ["clerk"], "is_active": "1"}
    admin.submit(f"/admin/staff/{clerk.user.id}", given)

    clerk = factories.client(user=clerk.user)
    assert clerk.get("/studio").status_code == 403
    assert clerk.get("/cases").status_code == 200
    admin.submit("/admin/roles/clerk", {"name": "Clerk", "grants": ["see people|everything"], "revision": "1"})
    assert clerk.get("/cases").status_code == 403
    assert "role_changed: clerk" in admin.page("/admin/changes").main.replace(" ", "_").casefold().replace(":_", ": ")
    assert ("role_added", "Clerk") in told(factories)


def test_a_copy_begins_with_what_the_other_role_grants(sqlite_factories: Factories) -> None:
    admin = sqlite_factories.client("administrator")

    page = admin.get("/admin/roles/new?of=auditor").text

    ticked = set(re.findall(r'name="grants" value="([^"]+)" checked', page.replace("&#39;", "'")))
    assert ticked == {f"{verb}|everything" for verb, about in VERBS.items() if "auditor" in about.shipped}


@pytest.mark.parametrize(
    ("wish", "field", "sentence"),
    [
        (Wish("", grants=frozenset({("see cases", "own")})), "name", "Enter a name"),
        (Wish("auditor", grants=frozenset({("see cases", "own")})), "name", "Another role is called that"),
        (Wish("Clerk"), "grants", "Choose at least one"),
        (Wish("Clerk", grants=frozenset({("fly", "everything")})), "grants", "Nothing can be granted as: fly"),
        (Wish("Clerk", grants=frozenset({("administer", "own")})), "grants", "administer, own"),
        (Wish("Clerk", grants=frozenset({("see cases", "categories")})), "categories", "Choose the categories"),
        (Wish("Clerk", grants=frozenset({("see cases", "own")}), categories=("no",)), "categories", "no category no"),
    ],
)
def test_what_cannot_be_granted_is_said_at_its_field(
    sqlite_factories: Factories, wish: Wish, field: str, sentence: str
) -> None:
    by = sqlite_factories.actor(sqlite_factories.user("administrator"))

    with pytest.raises(Invalid) as refused, sqlite_factories.transaction() as session:
        roles.add(session, wish, by=by)

    assert sentence in refused.value.errors[field]
    assert told(sqlite_factories)[-1][0] == "user_added"


def test_nobody_grants_what_they_do_not_hold_by_role_by_person_or_by_token(
    factories: Factories, administrator: Actor
) -> None:
    change(factories, "administrator", administrator, without="replay case")
    user = factories.user("administrator")
    by, auditor = factories.actor(user), factories.user("auditor")
    wish = Wish("Clerk", grants=frozenset({("replay case", "own")}))

    for attempt in (
        lambda session: roles.add(session, wish, by=by),
        lambda session: change(factories, "administrator", by, **{"replay case": "everything"}),
        lambda session: staff.change_user(session, user.id, name="Me", roles=["administrator", "auditor"], by=by),
        lambda session: staff.add_user(
            session, email="a@b.example", name="A", password_hash="!", roles=["auditor"], by=by
        ),
        lambda session: staff.make_token(session, auditor.id, "mine", by=by),
    ):
        with pytest.raises(NotAllowed, match="further than you hold it"), factories.transaction() as session:
            attempt(session)

    with factories.transaction() as session:  # who has it keeps it
        staff.change_user(session, auditor.id, name="New Name", roles=["auditor"], by=by)


@on_sqlite_alone
@pytest.mark.parametrize("how", ["role", "person", "account", "organisation"])
def test_somebody_can_always_administer(factories: Factories, administrator: Actor, how: str) -> None:
    agency = factories.organisation()
    with factories.transaction() as session:
        session.add(agency)
        agency.kind = "agency"

    with pytest.raises(NotPossible, match="Nobody else could administer"), factories.transaction() as session:
        leave_nobody(session, how, agency.id, by=administrator)

    assert factories.client(user=factories.user("administrator")).get("/admin").status_code == 200


def leave_nobody(session: Session, how: str, agency_id: int, *, by: Actor) -> None:
    """Try to take the last administrator away."""
    me = by.user_id or 0
    if how == "role":
        kept = roles.line(session, "administrator").wish
        left = frozenset(grant for grant in kept.grants if grant[0] != "administer")
        roles.change(session, "administrator", Wish(kept.name, grants=left), by=by)
    elif how == "organisation":
        staff.set_organisation(session, me, agency_id, by=by)
    else:
        held = ["officer"] if how == "person" else ["administrator"]
        staff.change_user(session, me, name="Me", roles=held, is_active=how == "person", by=by)


def test_a_role_that_somebody_holds_is_not_removed_and_two_changes_do_not_overwrite_each_other(
    factories: Factories, administrator: Actor
) -> None:
    factories.user("officer")

    with pytest.raises(NotPossible, match="hold this role"), factories.transaction() as session:
        roles.remove(session, "officer", by=administrator)
    with factories.transaction() as session:
        roles.remove(session, "analyst", by=administrator)
        seen = roles.line(session, "officer")
    change(factories, "officer", administrator, without="send message")
    with pytest.raises(Conflict), factories.transaction() as session:
        roles.change(session, "officer", seen.wish, revision=seen.revision, by=administrator)

    assert [action for action, _ in told(factories)][-2:] == ["role_removed", "role_changed"]


def test_only_who_administers_changes_roles(sqlite_factories: Factories) -> None:
    officer = sqlite_factories.actor(sqlite_factories.user("officer"))

    for attempt in (
        lambda session: roles.add(
            session, Wish("Emperor", grants=frozenset({("see cases", "everything")})), by=officer
        ),
        lambda session: roles.remove(session, "auditor", by=officer),
        lambda session: staff.set_patches(session, officer.user_id or 0, ["North"], by=officer),
        lambda session: staff.set_organisation(session, officer.user_id or 0, None, by=officer),
    ):
        with pytest.raises(NotAllowed), sqlite_factories.transaction() as session:
            attempt(session)
    with sqlite_factories.transaction() as session:
        assert roles.add(session, Wish("Clerk", grants=frozenset({("see cases", "own")})), by=PLATFORM).key == "clerk"
