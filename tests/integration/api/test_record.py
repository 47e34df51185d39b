"""People, assets, tenures and accounts over REST."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from models.accounts import RentAccount, Transaction
from tests.factories import Factories
from tests.integration.api.conftest import Program


@pytest.fixture
def known(factories: Factories, program: Program) -> Any:
    """A tenant with a home, a tenancy and a complaint."""
    person = factories.person()
    tenure = factories.tenancy(person)
    started = factories.complaint(by=program.actor, person=person)
    return {"person": person, "tenure": tenure, "case": started.reference}


def test_a_person_is_found_by_name_reference_or_e_mail_and_shown(program: Program, known: Any) -> None:
    person = known["person"]
    email = program.get(f"/people/{person.id}")["contact_details"][0]["value"]

    for text in ("okafor", "ada OKAFOR", person.reference, email):
        assert [p["id"] for p in program.get("/people", query_string={"q": text})["items"]] == [person.id], text

    shown = program.get(f"/people/{person.id}")
    assert shown["full_name"] == "Mrs Ada Okafor"
    assert shown["date_of_birth"] == "1980-05-17"
    assert [case["reference"] for case in shown["cases"]] == [known["case"]]
    assert shown["tenures"][0]["id"] == known["tenure"].id
    assert program.get("/people?q=nobody+at+all")["items"] == []


def test_a_home_is_found_by_address_or_postcode_and_shown(program: Program, known: Any) -> None:
    asset_id = known["tenure"].asset_id

    assert [a["id"] for a in program.get("/assets?q=heron+walk")["items"]] == [asset_id]
    assert [a["id"] for a in program.get("/assets?q=ZZ99+3QT&type=unit")["items"]] == [asset_id]
    assert program.get("/assets?type=block")["items"] == []
    shown = program.get(f"/assets/{asset_id}")
    assert [tenure["id"] for tenure in shown["tenures"]] == [known["tenure"].id]


def test_a_tenure_is_found_and_shown_with_its_members_and_account(program: Program, known: Any) -> None:
    tenure, person = known["tenure"], known["person"]

    for query in (f"q={tenure.reference}", f"person={person.id}", f"asset={tenure.asset_id}"):
        assert [found["id"] for found in program.get(f"/tenures?{query}")["items"]] == [tenure.id]

    shown = program.get(f"/tenures/{tenure.id}")
    assert [(member["full_name"], member["role"]) for member in shown["members"]] == [("Mrs Ada Okafor", "tenant")]
    assert shown["account"]["weekly_rent"] == "112.40"
    assert shown["asset"]["id"] == tenure.asset_id


def test_amounts_of_an_account_are_text_to_the_penny(factories: Factories, program: Program, known: Any) -> None:
    [account] = program.get(f"/accounts?tenure={known['tenure'].id}")["items"]
    with factories.transaction() as session:
        for amount in ("112.40", "112.4", "-50.05", "0.1", "0.2"):
            session.add(
                Transaction(account_id=account["id"], posted_on=date(2026, 1, 5), kind="rent", amount=Decimal(amount))
            )
        assert session.get(RentAccount, account["id"]) is not None

    shown = program.get(f"/accounts/{account['id']}")

    assert shown["balance"] == "175.05"
    assert shown["weekly_rent"] == "112.40"
    assert {line["amount"] for line in shown["transactions"]} == {"112.40", "-50.05", "0.10", "0.20"}
    assert [found["id"] for found in program.get(f"/accounts?q={account['reference']}")["items"]] == [account["id"]]


def test_lists_of_the_record_come_in_stable_pages(factories: Factories, program: Program) -> None:
    for number in range(7):
        factories.tenancy(factories.person("Same", "Name"), home=factories.home(f"{number % 2} Same Street"))

    for address in ("/people", "/assets", "/tenures", "/accounts"):
        ids = [line["id"] for line in program.every(address, limit=2)]
        assert sorted(ids) == sorted(set(ids)), address
        assert len(ids) == 7, address


def test_a_person_who_is_likely_known_is_added_only_when_that_is_meant(program: Program, known: Any) -> None:
    same = {"first_name": "Ada", "surname": "Okafor", "date_of_birth": "1980-05-17"}

    refused = program.post("/people", same, status=409)

    assert [one["id"] for one in refused["candidates"]] == [known["person"].id]
    assert refused["candidates"][0]["reasons"] == ["the same date of birth and a similar name"]
    assert program.post("/people?allow_duplicate=true", same, status=201)["id"] != known["person"].id


def test_a_sensitive_note_is_told_to_its_writer_and_to_those_who_may_see_such_alone(
    factories: Factories, program: Program, administrator: Program, known: Any
) -> None:
    address = f"/people/{known['person'].id}"
    administrator.post(f"{address}/notes", {"text": "Has fled a partner", "is_sensitive": True}, status=201)
    administrator.post(f"{address}/notes", {"text": "Rang"}, status=201)

    assert [note["text"] for note in program.get(address)["notes"]] == ["Rang"]
    assert "fled" not in program.call("GET", f"{address}/changes").text
    assert [note["text"] for note in administrator.get(address)["notes"]] == ["Has fled a partner", "Rang"]
    assert "fled" in administrator.call("GET", f"{address}/changes").text
