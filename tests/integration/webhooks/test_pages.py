"""Administrators look after webhooks on pages and over REST; nobody else knows of them."""

import re
from typing import Any

import pytest
from sqlalchemy import select, update

from engine import cases, roles
from models.case import Case
from models.rights import StaffChange
from models.webhooks import WebhookSubscription
from models.work import IdempotentAnswer
from tests.diagrams import category
from tests.environment.databases import on_sqlite_alone
from tests.integration.api.conftest import Program
from tests.integration.webhooks.conftest import House

PAGE = "/admin/webhooks"


def form(house: House, **values: Any) -> dict[str, Any]:
    wish = {"name": "Finance", "address": house.receiver.url, "acts_as": house.service.email}
    return {**wish, "topics": ["person.created", "case.started"], **values}


def test_a_subscription_is_added_on_a_page_which_shows_the_secret_once(house: House) -> None:
    client = house.factories.client(user=house.administrator)

    shown = client.submit(PAGE, form(house), status=200)
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", shown.text)
    house.person()
    house.deliver()

    assert secret is not None
    assert house.receiver.received[0].is_signed_with(secret[0])
    for page in (PAGE, f"{PAGE}/1", f"{PAGE}/1/settings"):
        assert "whsec_" not in client.page(page).text


@on_sqlite_alone
@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", " ", "Enter a name of at most 80 characters"),
        ("address", "http://receiver.example/", "It begins with http, where everybody on the way could read it"),
        ("address", "https://10.0.0.8/", "It leads to 10.0.0.8, which is not on the public internet"),
        ("acts_as", "nobody@landlord.example", "Enter the e-mail address of a member of staff"),
        ("topics", [], "Tick at least one kind of event"),
        ("topics", ["person.erased"], "Tick at least one kind of event"),
    ],
)
def test_what_cannot_be_kept_is_told_at_its_field(house: House, field: str, value: Any, sentence: str) -> None:
    client = house.factories.client(user=house.administrator)

    answer = client.submit(PAGE, form(house, **{field: value}), status=422)

    assert sentence in answer.text
    with house.factories.transaction() as session:
        assert session.scalars(select(WebhookSubscription)).all() == []


@on_sqlite_alone
def test_it_is_changed_paused_tested_resumed_and_ended_and_each_is_written_down(house: House) -> None:
    house.subscribe("person.created")
    client = house.factories.client(user=house.administrator)
    house.receiver.answers = [(200, {}, b"pong <b>")]

    client.submit(f"{PAGE}/1/settings", form(house, name="Ledger", revision="1"))
    overtaken = client.submit(f"{PAGE}/1/settings", form(house, revision="1"), status=409)
    assert "Somebody else has changed" in overtaken.text
    client.submit(f"{PAGE}/1/pause", {})
    assert "Paused" in client.page(PAGE).text
    client.submit(f"{PAGE}/1/test", {})
    assert "The test was taken: 200." in (told := client.page(f"{PAGE}/1").text) and "pong &lt;b&gt;" in told
    client.submit(f"{PAGE}/1/resumption", {})
    client.submit(f"{PAGE}/1/secret", {"overlap": "0"}, status=200)
    client.submit(f"{PAGE}/1/secret", {"overlap": "999999"}, status=422)
    client.submit(f"{PAGE}/1/end", {})

    assert client.get(f"{PAGE}/1").status_code == 404
    with house.factories.transaction() as session:
        actions = list(session.scalars(select(StaffChange.action).where(StaffChange.subject_type == "webhook")))
    assert actions == [
        f"webhook_{what}" for what in ("added", "changed", "paused", "resumed", "secret_replaced", "ended")
    ]


def test_the_log_shows_what_was_sent_and_answered_and_sends_it_again_under_the_same_id(house: House) -> None:
    house.subscribe("person.created", "case.started")
    client = house.factories.client(user=house.administrator)
    house.receiver.answers = [(404, {}, b"no such hook")]
    house.person()
    house.deliver()

    listed = client.page(f"{PAGE}/1?state=waiting&topic=person.created").text
    assert "404" in listed and 'href="/people/1"' in listed
    assert "Nothing that you look for" in client.page(f"{PAGE}/1?state=sent").text
    number = house.messages()[0].id
    shown = client.page(f"{PAGE}/1/deliveries/{number}").text
    assert "webhook-signature: v1," in shown and "no such hook" in shown
    client.submit(f"{PAGE}/1/deliveries/{number}/retry", {}, status=409)  # it waits anyway
    with house.factories.transaction() as session:
        session.execute(update(type(house.messages()[0])).values(status="sent"))
    client.submit(f"{PAGE}/1/deliveries/{number}/retry", {})
    house.deliver()

    first, second = house.receiver.received
    assert (first.id, first.body) == (second.id, second.body)


def test_of_a_case_that_one_may_not_see_the_log_says_nothing(house: House) -> None:
    house.subscribe("case.started")
    house.factories.deploy(category("start > ask > end"))
    with house.factories.transaction() as session:
        cases.start(session, "sample", by=house.officer)
    house.deliver()
    client = house.factories.client(user=house.administrator)
    number = house.messages()[0].id
    assert "SAMPLE-000001" in client.page(f"{PAGE}/1").text

    with house.factories.transaction() as session:
        session.execute(update(Case).values(restricted=True))

    for page in (f"{PAGE}/1", f"{PAGE}/1/deliveries/{number}"):
        assert "SAMPLE-000001" not in client.page(page).text
    told = Program(house.factories, house.administrator).get(f"/webhooks/1/deliveries/{number}")
    assert (told["case"], told["log"]) == (None, [])


def test_of_an_entity_out_of_reach_the_log_says_nothing_and_the_subscription_is_told_nothing(house: House) -> None:
    with house.factories.transaction() as session:
        grants = frozenset({("change webhooks", "everything"), ("see people", "patches")})
        role = roles.add(session, roles.Wish("Integrator", "", grants, ()), by=house.by)
    narrow = house.factories.user(role.key, name="Ian Integrator")
    house.subscribe("person.created")
    house.subscribe("person.created", name="Narrow", acts_as=narrow.email)
    house.person()
    house.deliver()
    number = next(message.id for message in house.messages() if message.status == "sent")

    client = house.factories.client(user=narrow)

    assert len(house.receiver.received) == 1
    assert "What you may not see" in (listed := client.page(f"{PAGE}/1").text) and "/people/1" not in listed
    assert "/people/1" not in client.page(f"{PAGE}/1/deliveries/{number}").text


@on_sqlite_alone
@pytest.mark.parametrize("role", ["officer", "team_manager", "analyst", "auditor", "partner"])
def test_nobody_else_reads_adds_changes_or_ends_one(house: House, role: str) -> None:
    house.subscribe("person.created")
    other = Program(house.factories, house.factories.user(role, name="Somebody Else"))

    assert house.factories.client(user=other.user).get(PAGE).status_code == 403
    other.get("/webhooks", status=403)
    other.post("/webhooks", form(house), status=403)
    for method in ("GET", "PATCH", "DELETE"):
        other.call(method, "/webhooks/1", {}, status=403, headers={"If-Match": "*"})
    other.call("PUT", "/webhooks/1/secret", {}, status=403)


@on_sqlite_alone
def test_over_rest_a_secret_is_given_and_kept_in_no_answer(house: House) -> None:
    program = Program(house.factories, house.administrator)

    made = program.post("/webhooks", form(house), status=201, key="once")
    again = program.post("/webhooks", form(house), status=201, key="once")
    secret = program.call("PUT", f"/webhooks/{made['id']}/secret", {"overlap_hours": 0}).json["secret"]
    house.person()
    house.deliver()

    assert made == again
    assert house.receiver.received[0].is_signed_with(secret)
    assert len(house.receiver.received[0].headers["webhook-signature"].split(" ")) == 1
    with house.factories.transaction() as session:
        assert not any("whsec_" in answer.body for answer in session.scalars(select(IdempotentAnswer)))


@on_sqlite_alone
def test_over_rest_wrong_values_are_told_by_their_names(house: House) -> None:
    program = Program(house.factories, house.administrator)

    refused = program.post("/webhooks", form(house, address="https://[::ffff:169.254.169.254]/"), status=422)

    assert refused["errors"]["address"].startswith("It leads to 169.254.169.254")
