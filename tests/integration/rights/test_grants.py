"""Roles and what they grant, as rows: read when they change, in the statement that says who is signed in."""

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from engine.permissions import EVERYTHING, SHIPPED, VERBS, Reach, book, may
from models.rights import Role, RoleBook, RoleGrant
from tests.environment.statements import statements_of
from tests.factories import Factories


def store(session: Session, mark: str, **roles: list[tuple[str, str]]) -> None:
    """Write roles with their (verb, scope), as an administrator's change leaves them."""
    for key, grants in roles.items():
        role = Role(key=key, name=key.title())
        session.add(role)
        session.flush()
        session.execute(insert(RoleGrant), [{"role_id": role.id, "verb": v, "scope": s} for v, s in grants])
    session.add(RoleBook(id=1, mark=mark))


def test_what_ships_is_in_force_until_an_installation_has_roles_of_its_own(factories: Factories) -> None:
    with factories.transaction() as session:
        assert book(session) is SHIPPED
        store(session, "1:a", officer=[("see cases", "teams"), ("see cases", "own"), ("do task", "everything")])

    with factories.transaction() as session:
        in_force = book(session)
        assert in_force.of(["officer"]) == {"see cases": Reach(teams=True, own=True), "do task": EVERYTHING}
        assert in_force.of(["administrator"]) == {}


def test_a_changed_role_is_in_force_at_the_next_request_at_no_statement_more(factories: Factories) -> None:
    client = factories.client("officer")
    assert client.get("/cases").status_code == 200
    with factories.transaction() as session:
        store(session, "1:b", officer=[("see people", "everything")])

    assert client.get("/cases").status_code == 403
    with statements_of(factories.engine) as sent:
        client.get("/account")
    assert not [statement for statement in sent if "role_grant" in statement]

    with factories.transaction() as session:
        session.execute(update(RoleGrant).values(verb="see cases"))
        session.execute(update(RoleBook).values(mark="2:c"))
    assert client.get("/cases").status_code == 200


def test_a_verb_of_another_release_grants_nothing(factories: Factories) -> None:
    with factories.transaction() as session:
        store(session, "1:d", officer=[("fly", "everything"), ("see cases", "on Mondays")])

    with factories.transaction() as session:
        assert book(session).of(["officer"]) == {}


def test_an_administrator_holds_every_verb_that_ships(sqlite_factories: Factories) -> None:
    administrator = sqlite_factories.actor(sqlite_factories.user("administrator"))

    assert [verb for verb in VERBS if not may(administrator, verb)] == []
