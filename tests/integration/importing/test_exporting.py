"""Lists leave as CSV and XLSX: no formula in them, nothing that their reader may not see, and they come in again."""

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from engine.errors import Invalid
from engine.importing import exporting
from engine.importing.targets import TARGETS, target
from engine.permissions import PLATFORM
from engine.record import changing
from engine.record.changing import Why
from models.accounts import Transaction
from models.people import Person
from models.record import RecordChange
from models.work import ReadLog
from tests.factories import Factories
from tests.integration.importing.conftest import Bring
from webapp.spreadsheets import csv_pieces, write_xlsx

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=20) | st.sampled_from(
    ["=1+1", "'=1", "''@x", "+44", "-", "'t Hooft", "a;b", 'say "x"', "@SUM(A1)", "Zoë, Ltd"]
)


def exported(factories: Factories, word: str) -> str:
    aim = target(word)
    with factories.transaction() as session:
        return "".join(csv_pieces(exporting.headings(aim), exporting.rows(session, aim, by=PLATFORM)))


def test_a_whole_landlord_that_is_exported_and_imported_again_is_unchanged(factories: Factories, bring: Bring) -> None:
    factories.organisation()
    tenure = factories.tenancy(factories.person(), factories.person("Bo", "=Lind", title=""))
    why = Why(PLATFORM)
    with factories.transaction() as session:
        account = tenure.id
        home = ("home", tenure.asset_id)
        changing.change(
            session, "home", tenure.asset_id, {"characteristics": {"heating": "gas", "lift": False}}, why=why
        )
        changing.create(session, "certificate", {"type": "gas_safety", "issued_on": "2026-01-05"}, owner=home, why=why)
        repair = {"reported_on": "2026-01-05", "description": "-Drips\nagain", "priority": "routine"}
        changing.create(session, "repair", repair, owner=home, why=why)
        changing.create(session, "alert", {"code": "10", "text": "Dog"}, owner=home, why=why)
        session.add(
            Transaction(
                account_id=account, posted_on=tenure.started_on, kind="payment", amount=-20, source_reference="N1"
            )
        )
    with factories.transaction() as session:
        changes = session.scalar(select(func.count(RecordChange.id)))
    for word in TARGETS:
        content = exported(factories, word)
        done = bring(word, content)
        assert (done.faults, done.outcome.added, done.outcome.changed) == ([], 0, 0), word
        assert done.outcome.same == len(list(csv.reader(io.StringIO(content)))) - 1 > 0, word
        assert exported(factories, word) == content
    with factories.transaction() as session:
        assert session.scalar(select(func.count(RecordChange.id))) == changes


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first_name=TEXT, surname=TEXT, needs=TEXT, no_letters=st.booleans(), born=st.none() | st.dates())
def test_whatever_a_person_is_called_comes_back_as_it_left(
    sqlite_bring: Bring,
    sqlite_factories: Factories,
    first_name: str,
    surname: str,
    needs: str,
    no_letters: bool,
    born: Any,
) -> None:
    values = {"first_name": first_name, "surname": surname, "communication_needs": needs, "no_letters": no_letters}
    born = {} if born is None else {"date_of_birth": born.isoformat()}
    with sqlite_factories.transaction() as session:
        try:
            changing.create(session, "person", values | born, why=Why(PLATFORM))
        except Invalid:
            return
    done = sqlite_bring("people", exported(sqlite_factories, "people"))

    assert (done.faults, done.outcome.added, done.outcome.changed) == ([], 0, 0)


def test_a_list_leaves_as_csv_and_as_a_spreadsheet_without_a_formula(
    sqlite_factories: Factories, tmp_path: Path
) -> None:
    factories = sqlite_factories
    factories.person("=HYPERLINK(1)", "+Okafor")
    factories.person("Bo", "Lind")
    client = factories.client("team_manager")
    sent = client.get("/people.csv")
    sheet = client.get("/people.xlsx")
    found = client.get("/people.csv?q=Lind")

    assert sent.mimetype == "text/csv" and "'=HYPERLINK(1)" in sent.text and "'+Okafor" in sent.text
    assert "Lind" in found.text and "Okafor" not in found.text
    with zipfile.ZipFile(io.BytesIO(sheet.data)) as book:
        written = book.read("xl/worksheets/sheet1.xml").decode()
    assert "=HYPERLINK(1)" in written and "<f>" not in written


def test_a_list_with_somebody_whose_readings_are_kept_is_written_down(sqlite_factories: Factories) -> None:
    factories = sqlite_factories
    factories.person()
    kept = factories.person("Bo", "Lind")
    with factories.transaction() as session:
        session.get_one(Person, kept.id).is_sensitive = True
    client = factories.client("team_manager")
    client.get("/people.csv?q=Okafor")
    client.get("/people.csv")

    with factories.transaction() as session:
        assert [(row.entity_id, row.what) for row in session.scalars(select(ReadLog))] == [(kept.id, "/people.csv")]


@pytest.mark.parametrize("address", ["homes.csv", "tenancies.csv", "accounts.xlsx", "organisations.csv", "arrears.csv",
                                     "search.csv?q=Okafor", "deadlines.xlsx", "cases.xlsx", "tasks.xlsx"])  # fmt: skip
def test_every_list_has_its_file(sqlite_factories: Factories, address: str) -> None:
    sqlite_factories.tenancy()
    sent = sqlite_factories.client("team_manager").get(f"/{address}")

    assert sent.status_code == 200
    assert "attachment" in sent.headers["Content-Disposition"]
    assert len(sent.data) > 20


def test_arrears_are_of_those_who_owe_the_most_first(sqlite_factories: Factories) -> None:
    factories = sqlite_factories
    tenures = [factories.tenancy(factories.person("Ada", name)) for name in ("Low", "High", "Even")]
    with factories.transaction() as session:
        for tenure, amount in zip(tenures, (10, 200, 0), strict=True):
            session.add(Transaction(account_id=tenure.id, posted_on=tenure.started_on, kind="rent", amount=amount))
    rows = list(csv.reader(io.StringIO(factories.client("team_manager").get("/arrears.csv").text)))

    assert [row[3:5] for row in rows[1:]] == [["Mrs Ada High", "200.00"], ["Mrs Ada Low", "10.00"]]


def test_who_sees_a_part_of_the_record_takes_no_list_of_all_of_it(sqlite_factories: Factories) -> None:
    factories = sqlite_factories
    organisation, user = factories.organisation(), factories.user("officer")
    with factories.transaction() as session:
        session.get_one(type(user), user.id).organisation_id = organisation.id

    assert factories.client(user=user).get("/people.csv").status_code == 403


def test_a_list_longer_than_a_page_is_whole_and_one_longer_than_a_sheet_goes_on(
    sqlite_factories: Factories, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "PAGE", 3)
    monkeypatch.setattr("webapp.spreadsheets.MOST_ROWS", 5)
    for number in range(8):
        sqlite_factories.person("Ada", f"Okafor {number}")
    with sqlite_factories.transaction() as session:
        rows = list(exporting.rows(session, target("people"), by=PLATFORM))
        assert len(rows) == session.scalar(select(func.count(Person.id))) == 8
    file = io.BytesIO()
    write_xlsx(file, exporting.headings(target("people")), rows)

    assert len([name for name in zipfile.ZipFile(file).namelist() if "worksheets/sheet" in name]) == 2
