"""Every write of the shared record is checked, goes by revision, and is written down with what was there before."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from engine.errors import Conflict, Invalid, NotAllowed, NotFound, NotPossible
from engine.permissions import Actor
from engine.record import accounts, changing, history
from engine.record.changing import Why
from engine.record.kinds import KINDS, parts_of
from models.accounts import Charge, RentAccount, Transaction
from models.people import Person
from models.record import RecordChange
from tests.environment.databases import on_sqlite_alone
from tests.factories import Factories

ADA = {"first_name": "Ada", "surname": "Okafor", "date_of_birth": "1980-05-17"}


@pytest.fixture
def why(factories: Factories) -> Why:
    """A manager who may change everything."""
    return Why(factories.actor(factories.user("officer", "team_manager")), "As she told us")


def test_a_person_is_added_with_a_reference_of_their_own_and_a_first_revision(factories: Factories, why: Why) -> None:
    with factories.transaction() as session:
        person = changing.create(session, "person", {**ADA, "title": " Mrs "}, why=why)

    assert (person.reference, person.title, person.revision) == (f"P{person.id:06d}", "Mrs", 1)
    assert person.date_of_birth == date(1980, 5, 17)


def test_what_changed_is_written_down_before_and_after_with_who_and_why(factories: Factories, why: Why) -> None:
    with factories.transaction() as session:
        person = changing.create(session, "person", ADA, why=why)
        changing.change(session, "person", person.id, {"surname": "Bell", "first_name": "Ada"}, why=why, revision=1)
        [changed, made] = history.changes_of(session, "person", person.id)

    assert changed.changes == {"surname": ["Okafor", "Bell"]}
    assert (changed.revision, changed.action, changed.reason, changed.actor_name) == (
        2, "changed", "As she told us", why.by.name,
    )  # fmt: skip
    assert made.changes == {
        "first_name": [None, "Ada"], "surname": [None, "Okafor"], "date_of_birth": [None, "1980-05-17"],
    }  # fmt: skip


def test_what_is_the_same_already_is_no_change(factories: Factories, why: Why) -> None:
    with factories.transaction() as session:
        person = changing.create(session, "person", ADA, why=why)
        changing.change(session, "person", person.id, {"surname": "Okafor"}, why=why)

        assert person.revision == 1
        assert len(history.changes_of(session, "person", person.id)) == 1


def test_a_change_made_for_an_older_revision_is_refused(factories: Factories, why: Why) -> None:
    with factories.transaction() as session:
        person = changing.create(session, "person", ADA, why=why)
        changing.change(session, "person", person.id, {"surname": "Bell"}, why=why)
        with pytest.raises(Conflict, match="at revision 2"):
            changing.change(session, "person", person.id, {"surname": "Oak"}, why=why, revision=1)


def test_a_part_is_a_change_of_the_entity_that_it_belongs_to(factories: Factories, why: Why) -> None:
    owner = ("person", factories.person().id)
    with factories.transaction() as session:
        detail = changing.create(
            session, "contact_detail", {"type": "phone", "value": "01632 960001"}, owner=owner, why=why
        )
        changing.end(session, "contact_detail", detail.id, on=date(2026, 1, 5), owner=owner, why=why)
        ended, added = history.changes_of(session, *owner)
        person = session.get(Person, owner[1])

    assert person is not None and person.revision == 3
    assert (added.part, added.part_id, added.action) == ("contact_detail", detail.id, "created")
    assert ended.changes == {"valid_until": [None, "2026-01-05"]}


def test_a_part_of_somebody_else_is_not_found(factories: Factories, why: Why) -> None:
    one, other = ("person", factories.person().id), ("person", factories.person().id)
    with factories.transaction() as session:
        note = changing.create(session, "note", {"text": "Rang"}, owner=one, why=why)
        with pytest.raises(NotFound):
            changing.change(session, "note", note.id, {"text": "Wrote"}, owner=other, why=why)


@on_sqlite_alone
@pytest.mark.parametrize(
    ("kind", "values", "path", "said"),
    [
        ("person", {"first_name": "Ada"}, "surname", "This is required."),
        ("person", {**ADA, "surname": ""}, "surname", "from 1 to 200 characters"),
        ("person", {**ADA, "shoe_size": 4}, "shoe_size", "There is no such field here."),
        ("person", {**ADA, "id": 7}, "id", "There is no such field here."),
        ("person", {**ADA, "revision": 7}, "revision", "There is no such field here."),
        ("person", {**ADA, "date_of_birth": "17/05/1980"}, "date_of_birth", "such as 2026-12-03"),
        ("person", {**ADA, "date_of_birth": "2999-01-01"}, "date_of_birth", "between 1850 and 2200"),
        ("person", {**ADA, "date_of_death": "1970-01-01"}, "date_of_death", "cannot be before date of birth"),
        ("person", {**ADA, "surname": "O\x00kafor"}, "surname", "control character"),
        ("person", {**ADA, "surname": "O\nkafor"}, "surname", "on one line"),
        ("person", {**ADA, "surname": ["Okafor"]}, "surname", "This must be text."),
        ("person", {**ADA, "surname": None}, "surname", "It may be empty, not null."),
        ("person", {**ADA, "national_insurance_number": "12"}, "national_insurance_number", "QQ 12 34 56 C"),
        ("organisation", {"kind": "pirate", "name": "X"}, "kind", "It must be one of: landlord"),
        ("home", {"type": "unit", "address_lines": []}, "address_lines", "from one to eight lines"),
        ("home", {"type": "unit", "address_lines": ["1 A"], "uprn": "1x"}, "uprn", "digits only"),
        (
            "home",
            {"type": "unit", "address_lines": ["1 A"], "parent_id": 99},
            "parent_id",
            "no home with the number 99",
        ),
        ("tenancy", {"type": "SEC", "asset_id": 99, "started_on": "2026-01-01"}, "asset_id", "no home with the number"),
        ("tenancy", {"type": "SEC", "asset_id": 10**30, "started_on": "2026-01-01"}, "asset_id", "the number of a row"),
    ],
)
def test_a_value_that_cannot_be_kept_is_told_by_its_field(
    factories: Factories, why: Why, kind: str, values: dict[str, Any], path: str, said: str
) -> None:
    with factories.transaction() as session, pytest.raises(Invalid) as refused:
        changing.create(session, kind, values, why=why)

    assert said in refused.value.errors[path]


@on_sqlite_alone
@pytest.mark.parametrize("amount", ["1e400", "NaN", "Infinity", "1.005", "99999999999", "ten", True, [1]])
def test_what_is_no_amount_is_never_posted(factories: Factories, why: Why, amount: Any) -> None:
    factories.tenancy()
    posted = {"posted_on": "2026-01-05", "kind": "payment", "amount": amount}
    with factories.transaction() as session:
        account = session.scalars(select(RentAccount)).one()
        with pytest.raises(Invalid) as refused:
            changing.create(session, "transaction", posted, owner=("account", account.id), why=why)

    assert "amount" in refused.value.errors


def test_a_reference_that_another_has_is_refused(factories: Factories, why: Why) -> None:
    with factories.transaction() as session:
        changing.create(session, "person", {**ADA, "reference": "X1"}, why=why)
        with pytest.raises(Invalid) as refused:
            changing.create(session, "person", {**ADA, "reference": "X1"}, why=why)

    assert refused.value.errors == {"reference": "Another person has this reference."}


def test_a_reference_that_an_imported_row_has_already_is_not_given_again(factories: Factories, why: Why) -> None:
    with factories.transaction() as session:
        first = changing.create(session, "person", ADA, why=why)
        changing.create(session, "person", {**ADA, "reference": f"P{first.id + 2:06d}"}, why=why)
        third = changing.create(session, "person", ADA, why=why)

    assert third.reference == f"P{third.id:06d}-2"


def test_what_another_took_at_the_same_moment_is_a_conflict_and_leaves_the_transaction_whole(
    factories: Factories, why: Why
) -> None:
    owner = ("person", factories.person().id)
    known = {"allocated_by": "Old system", "value": "7"}
    with factories.transaction() as session:
        changing.create(session, "reference", known, owner=owner, why=why)
        with pytest.raises(Conflict):
            changing.create(session, "reference", known, owner=owner, why=why)
        changing.create(session, "reference", {**known, "value": "8"}, owner=owner, why=why)

        assert len(history.changes_of(session, *owner)) == 2


def test_an_entry_of_a_ledger_is_reversed_and_never_changed(factories: Factories, why: Why) -> None:
    factories.tenancy()
    posted = {"posted_on": "2026-01-05", "kind": "payment", "amount": "-20.00"}
    with factories.transaction() as session:
        account = session.scalars(select(RentAccount)).one()
        owner = ("account", account.id)
        entry = changing.create(session, "transaction", posted, owner=owner, why=why)
        with pytest.raises(NotPossible, match="never changed"):
            changing.change(session, "transaction", entry.id, {"amount": "-2.00"}, owner=owner, why=why)

        assert accounts.balance(session, account.id) == Decimal("-20.00")
        assert account.revision == 1


def test_ending_needs_a_reason_and_happens_once(factories: Factories, why: Why) -> None:
    person = factories.person()
    with factories.transaction() as session:
        with pytest.raises(Invalid, match="Say why"):
            changing.end(session, "person", person.id, why=Why(why.by))
        changing.end(session, "person", person.id, why=why)
        with pytest.raises(NotPossible, match="ended on"):
            changing.end(session, "person", person.id, why=why)


def test_nobody_ends_a_person_or_home_whose_tenancy_runs(factories: Factories, why: Why) -> None:
    person = factories.person()
    tenure = factories.tenancy(person)
    with factories.transaction() as session:
        for kind, row_id in (("person", person.id), ("home", tenure.asset_id)):
            with pytest.raises(NotPossible, match=tenure.reference):
                changing.end(session, kind, row_id, why=why)


def test_without_the_verb_of_a_kind_nothing_of_it_is_written(factories: Factories) -> None:
    reader = Why(Actor(1, "Reader", roles=frozenset({"auditor"})))
    factories.tenancy()
    with factories.transaction() as session:
        for kind in KINDS.values():
            owner = next(((name, 1) for name in kind.owners), None)
            for write in (
                lambda kind=kind, owner=owner: changing.create(session, kind.key, {}, owner=owner, why=reader),
                lambda kind=kind, owner=owner: changing.change(session, kind.key, 1, {}, owner=owner, why=reader),
                lambda kind=kind, owner=owner: changing.end(session, kind.key, 1, owner=owner, why=reader),
            ):
                with pytest.raises(NotAllowed):
                    write()


def test_the_history_of_the_record_is_append_only_in_the_database_too(factories: Factories, why: Why) -> None:
    with factories.transaction() as session:
        person = changing.create(session, "person", ADA, why=why)

    for attack in (
        delete(RecordChange),
        update(RecordChange).values(reason="Another"),
        update(RecordChange).values(changes={"surname": [None, "Bell"]}),
    ):
        with pytest.raises(DBAPIError, match="append-only"), factories.transaction() as session:
            session.execute(attack)
    with factories.transaction() as session:
        assert len(history.changes_of(session, "person", person.id)) == 1


def test_what_is_charged_in_a_week_follows_from_the_charges_in_force(factories: Factories) -> None:
    factories.tenancy()
    with factories.transaction() as session:
        account = session.scalars(select(RentAccount)).one()
        for kind, amount, frequency, until in (
            ("service", "52.00", "monthly", None),
            ("water", "104.00", "yearly", None),
            ("garage", "9.00", "weekly", date(2020, 1, 1)),
        ):
            session.add(
                Charge(
                    account_id=account.id, kind=kind, amount=Decimal(amount), frequency=frequency,
                    from_on=date(2019, 1, 1), until_on=until,
                )
            )  # fmt: skip
        session.flush()
        weekly = accounts.weekly_charges(session, [account.id], on=date(2026, 1, 5))[account.id]

    assert (weekly.rent, weekly.other, weekly.total) == (Decimal("112.40"), Decimal("14.00"), Decimal("126.40"))


def test_a_balance_is_exact_over_many_pennies(factories: Factories) -> None:
    factories.tenancy()
    with factories.transaction() as session:
        account = session.scalars(select(RentAccount)).one()
        session.add_all(
            Transaction(account_id=account.id, posted_on=date(2026, 1, 5), kind="rent", amount=Decimal("0.10"))
            for _ in range(1001)
        )
        session.flush()

        assert accounts.balance(session, account.id) == Decimal("100.10")


def test_every_kind_says_which_verb_its_change_asks_for_and_where_its_rows_belong() -> None:
    for kind in KINDS.values():
        columns = set(kind.model.__table__.columns.keys())
        written = set(kind.schema().fields) - {"id", "written_by_name", "written_at"}
        assert written <= columns, kind.key
        assert set(kind.owners.values()) <= columns, kind.key
        assert kind.is_ledger or kind.ends_by in columns, kind.key
    assert {kind.key for kind in parts_of("home")} >= {"certificate", "repair", "hazard", "alert", "note"}
