"""People, homes, tenancies and accounts come in from CSV: checked, written down, and never twice."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from engine.errors import Invalid
from engine.importing import running
from engine.record import changing, history
from engine.record.changing import Why
from models.accounts import Charge, RentAccount
from models.people import ContactDetail, Person
from models.places import Asset, Certificate
from models.record import ExternalReference, RecordChange
from models.tenancies import Tenure, TenureMember
from tests.environment.databases import on_sqlite_alone
from tests.factories import Factories
from tests.integration.importing.conftest import Bring

PEOPLE = "reference,first_name,surname,date_of_birth\nX1,Ada,Okafor,1980-05-17\nX2,Bo,Lind,\n"
ASSETS = (
    "reference,type,parent,uprn,address_line_1,address_line_2,postcode\n"
    "S1,site,,,Heron Estate,Brightwater,ZZ99 1AA\n"
    "B1,block,S1,,Heron House,Brightwater,ZZ99 1AA\n"
    'H1,unit,B1,900000000001,"1 Heron House",Brightwater,ZZ99 1AA\n'
)


def test_a_whole_landlord_comes_in_with_each_thing_naming_the_others(factories: Factories, bring: Bring) -> None:
    bring("people", PEOPLE)
    bring("assets", ASSETS)
    bring("tenures", "reference,type,home,started_on\nT1,SEC,900000000001,2019-04-01\n")
    bring("members", "tenancy,person,role,is_responsible,from_on\nT1,X1,tenant,yes,2019-04-01\nT1,X2,lodger,no,\n")
    bring("accounts", "reference,tenancy\nA1,T1\n")
    bring("charges", "account,type,amount,from_on\nA1,rent,112.40,2019-04-01\n")
    bring("certificates", "home,type,issued_on\nH1,gas_safety,2026-01-05\n")
    bring("contacts", "person,type,value\nX1,phone,+44 1632 960001\n")
    bring("repairs", "home,reference,reported_on,description,priority\nH1,R77,2026-01-05,Tap drips,routine\n")
    bring("alerts", "person,home,code,text\nX1,,10,Dog\n,H1,20,Asbestos\n")
    bring("organisations", "reference,kind,name\nO9,contractor,Drip Ltd\n")

    with factories.transaction() as session:
        home = session.scalars(select(Asset).where(Asset.reference == "H1")).one()
        block = session.get_one(Asset, home.parent_id)
        tenure = session.scalars(select(Tenure)).one()
        people = session.scalars(select(TenureMember).order_by(TenureMember.id)).all()
        account = session.scalars(select(RentAccount)).one()
        assert (block.reference, home.one_line) == ("B1", "1 Heron House, Brightwater, ZZ99 1AA")
        assert (tenure.asset_id, tenure.tenure_type_name, account.tenure_id) == (home.id, "Secure tenancy", tenure.id)
        assert [(one.role, one.is_responsible) for one in people] == [("tenant", True), ("lodger", False)]
        assert session.scalars(select(Charge)).one().amount == Decimal("112.40")
        assert session.scalars(select(Certificate)).one().asset_id == home.id
        assert session.scalars(select(ContactDetail)).one().value == "+44 1632 960001"


def test_the_same_file_again_adds_and_changes_nothing(factories: Factories, bring: Bring) -> None:
    files = {
        "people": PEOPLE,
        "assets": ASSETS,
        "tenures": "reference,type,home,started_on\nT1,SEC,H1,2019-04-01\n",
        "members": "tenancy,person,role\nT1,X1,tenant\n",
        "contacts": "person,type,value\nX1,phone,01632 960001\n",
        "certificates": "home,type,issued_on\nH1,gas_safety,2026-01-05\n",
    }
    first = [bring(word, text) for word, text in files.items()]
    with factories.transaction() as session:
        changes = session.scalar(select(func.count(RecordChange.id)))
    again = [bring(word, text) for word, text in files.items()]

    assert [one.counts for one in first] == [(2, 0, 0, 0), (3, 0, 0, 0), *[(1, 0, 0, 0)] * 4]
    assert [one.counts for one in again] == [(0, 0, 2, 0), (0, 0, 3, 0), *[(0, 0, 1, 0)] * 4]
    with factories.transaction() as session:
        assert session.scalar(select(func.count(RecordChange.id))) == changes


def test_what_is_brought_in_is_written_down_as_if_it_were_typed_in(factories: Factories, bring: Bring) -> None:
    ours = {"reference": "Y1", "first_name": "Ada", "surname": "Okafor", "date_of_birth": "1980-05-17"}
    bring("people", PEOPLE)
    bring("people", PEOPLE.replace("Okafor", "Bell"))
    with factories.transaction() as session:
        why = Why(factories.actor(factories.user("team_manager")), "Imported from people.csv")
        typed = changing.create(session, "person", ours, why=why)
        changing.change(session, "person", typed.id, {"surname": "Bell"}, why=why)
    with factories.transaction() as session:
        brought = session.scalars(select(Person).where(Person.reference == "X1")).one()
        kept = [
            [(row.revision, row.part, row.action, {**row.changes, "reference": 0}, row.reason) for row in rows]
            for rows in (history.changes_of(session, "person", one.id) for one in (brought, typed))
        ]

    assert kept[0] == kept[1]
    assert (brought.revision, brought.language) == (typed.revision, typed.language)


def test_a_part_raises_the_revision_of_what_it_belongs_to(factories: Factories, bring: Bring) -> None:
    bring("people", PEOPLE)
    bring("contacts", "person,type,value\nX1,phone,01632 960001\nX1,email,ada@example.com\n")

    with factories.transaction() as session:
        person = session.scalars(select(Person).where(Person.reference == "X1")).one()
        changes = history.changes_of(session, "person", person.id)
    assert person.revision == 3
    assert [(row.revision, row.part) for row in changes] == [(3, "contact_detail"), (2, "contact_detail"), (1, "")]


def test_a_mapping_says_what_columns_and_codes_of_another_system_mean(factories: Factories, bring: Bring) -> None:
    known = """
        key = "Person No"
        allocated_by = "Northgate"
        date_format = "%d/%m/%Y"
        ignore = ["Last printed"]
        [columns]
        Forename = "first_name"
        "Family name" = "surname"
        Born = "date_of_birth"
        Sens = "is_sensitive"
        [fixed]
        language = "Welsh"
        [values.is_sensitive]
        J = "yes"
        N = "no"
    """
    content = "Person No;Forename;Family name;Born;Sens;Last printed\n007;Ada;Okafor;17/05/1980;J;x\n008;Bo;Lind;;N;\n"
    first, again = bring("people", content, known=known), bring("people", content, known=known)

    assert (first.counts, again.counts) == ((2, 0, 0, 0), (0, 0, 2, 0))
    with factories.transaction() as session:
        ada = session.scalars(select(Person).where(Person.first_name == "Ada")).one()
        called = session.scalars(select(ExternalReference).where(ExternalReference.value == "007")).one()
        assert (ada.date_of_birth, ada.is_sensitive, ada.language) == (date(1980, 5, 17), True, "Welsh")
        assert ada.reference == f"P{ada.id:06d}"
        assert (called.entity_id, called.allocated_by) == (ada.id, "Northgate")
    others = "person,type,value\n007,phone,01632 960001\n"
    assert bring("contacts", others, known='[references.person]\nallocated_by = "Northgate"').counts == (1, 0, 0, 0)


def test_an_empty_cell_leaves_what_is_there_unless_the_mapping_has_it_cleared(
    factories: Factories, bring: Bring
) -> None:
    bring("people", PEOPLE)
    without = PEOPLE.replace("1980-05-17", "")
    kept, cleared = bring("people", without), bring("people", without, known='empty = "clear"')

    assert (kept.counts, cleared.counts) == ((0, 0, 2, 0), (0, 1, 1, 0))


@pytest.mark.parametrize("how", ["is_rehearsal", "is_whole"])
def test_a_rehearsal_and_a_whole_file_with_a_fault_write_nothing(factories: Factories, bring: Bring, how: str) -> None:
    bring("people", PEOPLE)
    content = PEOPLE.replace("Lind", "Lund") + "X3,Cy,Ode,\nX4,,Ode,\n"
    tried = bring("people", content, **{how: True})
    done = bring("people", content)

    assert tried.counts == done.counts == (1, 1, 1, 1)
    assert tried.faults == done.faults
    assert (tried.outcome.is_written, done.outcome.is_written) == (False, True)


def test_an_import_that_was_stopped_goes_on_where_it_was(
    factories: Factories, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = "".join(f"X{number},Ada,Okafor,\n" for number in range(10))
    monkeypatch.setattr(running, "CHUNK", 4)
    note, noted = running._note, []

    def stop_at_the_second(*args: object) -> None:
        noted.append(args)
        if len(noted) == 2:
            raise KeyboardInterrupt
        note(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(running, "_note", stop_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        bring("people", "reference,first_name,surname,date_of_birth\n" + lines)
    monkeypatch.setattr(running, "_note", note)
    went_on = bring("people", "reference,first_name,surname,date_of_birth\n" + lines)

    assert (went_on.outcome.went_on_after, went_on.counts) == (5, (6, 0, 0, 0))
    with factories.transaction() as session:
        assert session.scalar(select(func.count(Person.id))) == 10
    assert bring("people", "reference,first_name,surname,date_of_birth\n" + lines).counts == (0, 0, 10, 0)


def test_a_block_below_what_it_lies_in_is_found_and_one_above_it_is_named(bring: Bring) -> None:
    heading, *lines = ASSETS.splitlines()
    upside_down = "\n".join([heading, *reversed(lines)])

    assert bring("assets", ASSETS, is_rehearsal=True).counts == (3, 0, 0, 0)
    assert bring("assets", upside_down).places == {(2, "parent"), (3, "parent")}


def test_nothing_is_added_to_a_record_that_was_merged_into_another(factories: Factories, bring: Bring) -> None:
    bring("people", PEOPLE)
    with factories.transaction() as session:
        kept, gone = session.scalars(select(Person).order_by(Person.id)).all()
        gone.merged_into_id = kept.id

    assert bring("people", PEOPLE.replace("Lind", "Lund")).places == {(3, "reference")}
    assert bring("contacts", "person,type,value\nX2,phone,01632 960001\n").places == {(2, "person")}


@on_sqlite_alone
@pytest.mark.parametrize(
    ("word", "content", "known", "said"),
    [
        ("people", "first_name,surname\nAda,Okafor\n", "", "Nothing in the file says which person"),
        ("people", "X1,Ada,Okafor\nX2,Bo,Lind\n", "", "Line 1 names no column that is known"),
        ("people", "reference,first_name,first_name\n", "", "stands twice"),
        ("people", "reference,,surname\n", "", "Column 2 of people.csv has no name"),
        ("people", "reference,surnam\n", "", "Did you mean “surname”"),
        ("people", "", "", "is empty"),
        ("people", "\n\n", "", "has no heading"),
        ("people", PEOPLE, 'key = "Number"', "The file has no column of this name"),
        ("people", PEOPLE, 'date_format = "day"', "day, month and year"),
        ("people", PEOPLE, 'empty = "maybe"', "keep or clear"),
        ("people", PEOPLE, 'colums = {}', "no such part"),
        ("people", PEOPLE, '[references.surname]\nby = "uprn"', "names no other entity"),
        ("people", PEOPLE, '[columns]\nsurname = "first_name"', "gives first_name already"),
    ],
)  # fmt: skip
def test_a_file_that_does_not_fit_is_refused_before_anything_is_read(
    bring: Bring, word: str, content: str, known: str, said: str
) -> None:
    with pytest.raises(Invalid) as refused:
        bring(word, content, known=known)

    assert said in f"{refused.value} {refused.value.errors}"
