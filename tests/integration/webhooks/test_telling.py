"""A message is told only to whom it may be told, by the rights of the moment when it leaves."""

import pytest
from sqlalchemy import update

from engine import cases, roles
from engine.errors import NotAllowed
from engine.record import changing
from engine.record.changing import Why
from models.case import Case
from models.staff import User
from tests.diagrams import category
from tests.integration.webhooks.conftest import House


def test_a_case_that_is_restricted_before_the_message_leaves_is_told_to_nobody(house: House) -> None:
    house.subscribe("case.started", acts_as=house.officer.email)
    house.factories.deploy(category("start > ask > end"))
    with house.factories.transaction() as session:
        cases.start(session, "sample", by=house.officer)  # the owner is in its circle
        session.execute(update(Case).values(restricted=True))

    house.deliver()

    assert house.receiver.received == []
    assert (house.messages()[0].status, house.messages()[0].error) == (
        "discarded",
        "Withheld: the case may not be told of.",
    )


def test_a_sensitive_record_is_told_only_to_who_may_see_such(house: House) -> None:
    house.subscribe("person.created", name="Officer's")
    manager = house.factories.user("team_manager", name="Mia Manager")
    told, _ = house.subscribe("person.created", name="Manager's", acts_as=manager.email)

    house.person(is_sensitive=True)
    house.deliver()

    assert [message.subscription_id for message in house.messages() if message.status == "sent"] == [told]
    assert len(house.receiver.received) == 1


def test_a_sensitive_note_is_not_even_hinted_at(sqlite_house: House) -> None:
    sqlite_house.subscribe("person.changed")
    person = sqlite_house.person()
    with sqlite_house.factories.transaction() as session:
        for text, is_sensitive in (("Open", False), ("Fled her husband", True)):
            note = {"text": text, "is_sensitive": is_sensitive}
            changing.create(session, "note", note, owner=("person", person.id), why=Why(sqlite_house.officer))

    sqlite_house.deliver()

    assert [request.said["data"]["revision"] for request in sqlite_house.receiver.received] == [2]


@pytest.mark.parametrize("loss", ["account closed", "role taken away"])
def test_a_subscription_has_the_rights_that_its_account_has_now(sqlite_house: House, loss: str) -> None:
    sqlite_house.subscribe("person.created")
    sqlite_house.person()
    values = {"is_active": False} if loss == "account closed" else {"roles": []}
    with sqlite_house.factories.transaction() as session:
        session.execute(update(User).where(User.id == sqlite_house.service.id).values(**values))

    sqlite_house.deliver()

    assert sqlite_house.receiver.received == []
    assert sqlite_house.messages()[0].error.startswith("Withheld")


def test_nobody_subscribes_in_the_name_of_one_who_may_do_more_than_they(sqlite_house: House) -> None:
    with sqlite_house.factories.transaction() as session:
        grants = frozenset({("change webhooks", "everything")})
        role = roles.add(session, roles.Wish("Integrator", "", grants, ()), by=sqlite_house.by)
    sqlite_house.by = sqlite_house.factories.actor(sqlite_house.factories.user(role.key, name="Ian Integrator"))

    with pytest.raises(NotAllowed, match="You cannot give the right to"):
        sqlite_house.subscribe("person.created", acts_as=sqlite_house.service.email)
    sqlite_house.subscribe("person.created", acts_as="ian.integrator@landlord.example")
