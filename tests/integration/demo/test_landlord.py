"""The sample landlord: the same for everybody, harmless, and at every stage; its clock; the ticker that follows it."""

import re
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from engine import instants
from engine.configuration import configure
from engine.definitions import deploying
from engine.errors import Invalid, NotPossible
from engine.history.verifying import verify
from engine.instants import now, today
from engine.permissions import visible_cases, visible_entities
from engine.record import accounts
from engine.runtime import cache, directory
from models import schema
from models.accounts import RentAccount, Transaction
from models.case import Case, CaseEvent
from models.category import Category
from models.communication import Communication
from models.database import connect
from models.document import Document
from models.inbound import InboundItem
from models.people import Alert, ContactDetail, Organisation, Person
from models.places import Asset, Certificate, Repair
from models.staff import User
from models.tenancies import Tenure, TenureMember
from models.work import Incident, OutboxMessage, Setting, Timer, UserTask
from tests.environment.databases import on_sqlite_alone
from webapp.demo import clock, homes, loading, people, rows, words
from webapp.ticker import Ticker

Sessions = sessionmaker[Session]


@pytest.fixture(scope="module")
def landlord(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sessions]:
    """The landlord with 40 homes, loaded once; tests only read it."""
    folder = tmp_path_factory.mktemp("landlord")
    engine = connect(f"sqlite:///{folder}/casewright.db")
    with engine.begin() as connection:
        schema.create(connection)
    sessions = _loaded(engine, folder, 40)
    yield sessions
    engine.dispose()
    _forget()


@pytest.fixture
def sessions(database: Engine, tmp_path: Path) -> Iterator[Sessions]:
    """Opens transactions on an empty database."""
    _forget()
    configure(files=tmp_path / "files", keyring_path=tmp_path / "keyring.json")
    yield sessionmaker(database, expire_on_commit=False, autoflush=False)
    instants.set_offset(timedelta())
    _forget()


def _loaded(engine: Engine, folder: Path, count: int) -> Sessions:
    _forget()
    configure(files=folder / "files", keyring_path=folder / "keyring.json")
    made = sessionmaker(engine, expire_on_commit=False, autoflush=False)
    loading.load(made, count=count)
    return made


def _forget() -> None:
    deploying.forget()
    directory.forget()
    cache.instances.clear()


def how_many(sessions: Sessions, model: Any, *conditions: Any) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def test_there_are_homes_families_accounts_and_alerts(landlord: Sessions) -> None:
    assert how_many(landlord, Asset, Asset.asset_type == "unit") == 40
    assert 35 <= how_many(landlord, Tenure, Tenure.ended_on.is_(None)) <= 40
    assert how_many(landlord, RentAccount) == how_many(landlord, Tenure, Tenure.ended_on.is_(None))
    assert how_many(landlord, TenureMember) > how_many(landlord, Tenure)
    assert how_many(landlord, Transaction) > 400
    assert how_many(landlord, Alert) > 0


def test_homes_have_certificates_repairs_and_former_tenants_and_some_accounts_are_in_arrears(
    landlord: Sessions,
) -> None:
    assert how_many(landlord, Certificate, Certificate.expires_on > today()) > 100
    assert how_many(landlord, Repair, Repair.completed_on.is_(None)) > 0
    assert how_many(landlord, Tenure, Tenure.ended_on.is_not(None)) > 0
    assert how_many(landlord, Person, Person.ended_on.is_not(None)) > 0
    with landlord() as session:
        ids = list(session.scalars(select(RentAccount.id)))
        owed, weekly = accounts.balances(session, ids), accounts.weekly_charges(session, ids)
    assert all(charged.rent > 80 for charged in weekly.values())
    assert any(amount > 0 for amount in owed.values()) and any(amount <= 0 for amount in owed.values())


def test_nothing_can_reach_anybody_real(landlord: Sessions) -> None:
    with landlord() as session:
        contacts = session.execute(select(ContactDetail.contact_type, ContactDetail.value)).all()
        postcodes = session.scalars(select(Asset.postcode)).all()
        staff = session.scalars(select(User.email)).all()
        partners = session.execute(select(Organisation.phone, Organisation.email)).all()
        letters = session.scalars(select(OutboxMessage.payload)).all()

    phones = [*(value for kind, value in contacts if kind == "phone"), *(partner.phone for partner in partners)]
    addresses = [
        *(value for kind, value in contacts if kind == "email"),
        *staff,
        *(partner.email for partner in partners),
        *(str(mail["to"]) for mail in letters if mail.get("by") != "letter"),
    ]
    postcodes = [*postcodes, *(str(mail["to"]).rpartition(", ")[2] for mail in letters if mail.get("by") == "letter")]
    assert len(phones) > 40 and len(addresses) > 40 and letters
    assert [p for p in phones if not re.fullmatch(r"07700 900\d{3}|01632 ?960\d{3}", p)] == []
    assert [a for a in addresses if not re.fullmatch(r"[a-z0-9.]+@[a-z]+\.example", a)] == []
    assert [p for p in postcodes if not p.startswith("ZZ")] == []


def test_cases_stand_at_every_stage(landlord: Sessions) -> None:
    with landlord() as session:
        cases = session.execute(select(Case.status, Case.stage, Case.outcome)).all()
        dates = session.execute(select(UserTask.due_at, UserTask.amber_at).where(UserTask.status == "open")).all()

    assert {case.status for case in cases} == {"open", "closed", "cancelled"}
    assert {"Received", "Stage 1", "Stage 2", "Answered at stage 1"} <= {case.stage for case in cases}
    assert any(date.due_at is not None and date.due_at < now() for date in dates), "nothing is overdue"
    assert any(date.due_at is not None and date.amber_at < now() < date.due_at for date in dates), "nothing is amber"
    assert any(date.due_at is not None and now() < date.amber_at for date in dates), "nothing is on target"
    assert how_many(landlord, Document) > 8
    assert how_many(landlord, Incident, Incident.resolved_at.is_(None)) == 1


def test_home_purchases_are_under_way_with_the_cases_that_they_have_started(landlord: Sessions) -> None:
    with landlord() as session:
        rows = session.execute(
            select(Case.id, Case.stage, Case.parent_id, Case.status, Category.key)
            .join(Category, Category.id == Case.category_id)
            .where(Category.key != "complaint")
        ).all()

    purchases = {row.id: row.stage for row in rows if row.key == "home_purchase"}
    assert sorted(purchases.values()) == ["Checks", "Checks", "Offer made", "Valuation"]
    assert {row.parent_id for row in rows if row.key != "home_purchase"} == set(purchases)
    assert {"open", "closed", "cancelled"} == {row.status for row in rows}


def test_history_was_written_when_things_happened_and_is_whole(landlord: Sessions) -> None:
    with landlord() as session:
        first, last = session.execute(select(func.min(CaseEvent.at), func.max(CaseEvent.at))).one()
        report = verify(session)
        orders = session.execute(
            select(CaseEvent.case_id, CaseEvent.at).order_by(CaseEvent.case_id, CaseEvent.sequence)
        ).all()
        overdue_timers = session.scalar(select(func.count(Timer.id)).where(Timer.due_at <= now()))

    assert first < now() - timedelta(days=60) and last <= now()
    assert report.is_whole and report.events > 200
    assert orders == sorted(orders)
    assert overdue_timers == 0


def test_it_is_the_same_landlord_each_time(sqlite_url: str, tmp_path: Path) -> None:
    made = []
    for part in ("one", "two"):
        engine = connect(f"sqlite:///{tmp_path}/{part}.db")
        with engine.begin() as connection:
            schema.create(connection)
            list(homes.insert_homes(connection, 30, today=today()))
            made.append([connection.execute(select(table)).all() for table in rows.TABLES])
        engine.dispose()

    assert made[0] == made[1]


def test_further_rows_get_numbers_of_their_own_on_both_databases(sessions: Sessions) -> None:
    with sessions() as session, session.begin():
        list(homes.insert_homes(session.connection(), 25, today=today()))

    with sessions() as session, session.begin():
        session.add(Person(reference="P-NEW", first_name="Ada", surname="Okafor"))
        session.add(Asset(reference="H-NEW", asset_type="unit"))

    assert how_many(sessions, Asset) == 25 + 1 + 1


def test_streets_and_postcodes_do_not_repeat_in_a_large_landlord() -> None:
    streets = range(60_000 // homes.HOMES_A_STREET)

    assert len({homes.street_name(street) for street in streets}) == len(streets)
    assert len({homes.postcode_of(street) for street in streets}) == len(streets)


def test_everybody_whose_sign_in_is_printed_exists_with_the_printed_password(landlord: Sessions) -> None:
    from webapp.passwords import matches

    with landlord() as session:
        hashes = dict(session.execute(select(User.email, User.password_hash)).all())

    shown = [colleague for colleague in people.COLLEAGUES if colleague.shown]
    assert {colleague.role for colleague in shown} == {
        "officer", "team_manager", "analyst", "auditor", "administrator", "patch_officer", "partner",
    }  # fmt: skip
    assert all(matches(hashes[colleague.email], people.PASSWORD) for colleague in shown)


@on_sqlite_alone
@pytest.mark.parametrize(
    ("amounts", "days"), [(["+5d"], 5), (["+1w", "-2d"], 5), (["+24h", "+1440m"], 2), (["+5d", "reset"], 0)]
)
def test_the_clock_moves_from_where_it_shows(sessions: Sessions, amounts: list[str], days: int) -> None:
    mark_as_demo(sessions)

    for amount in amounts:
        with sessions() as session, session.begin():
            clock.move(session, amount)

    assert clock.read(sessions) == timedelta(days=days)


@on_sqlite_alone
@pytest.mark.parametrize("amount", ["5d", "+5", "+d", "+5y", "tomorrow", "+5d; rm", "+99999w", "+١d"])
def test_an_amount_that_is_none_is_refused(sessions: Sessions, amount: str) -> None:
    mark_as_demo(sessions)

    with sessions() as session, session.begin(), pytest.raises(Invalid):
        clock.move(session, amount)


def test_outside_demo_data_the_clock_stays(sessions: Sessions) -> None:
    with sessions() as session, session.begin(), pytest.raises(NotPossible, match="only be moved in demo data"):
        clock.move(session, "+5d")


def test_a_running_server_follows_the_clock_and_does_what_is_due(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark_as_demo(sessions)
    sweeps: list[datetime] = []
    monkeypatch.setattr("webapp.ticker.timers.sweep", lambda sessions, **given: sweeps.append(now()))
    ticker = Ticker(sessions)
    ticker.start()
    try:
        started, real = time.monotonic(), instants.unmoved_now()
        with sessions() as session, session.begin():
            clock.move(session, "+5d")
        while not any(at > real + timedelta(days=4) for at in sweeps) and time.monotonic() - started < 20:
            time.sleep(0.05)
    finally:
        ticker.stop()

    assert sweeps[-1] > real + timedelta(days=4)


def test_one_part_that_fails_does_not_keep_the_ticker_from_the_others(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done = []

    def broken(sessions: Sessions, **given: object) -> int:
        raise RuntimeError("the timers are broken")

    monkeypatch.setattr("webapp.ticker.timers.sweep", broken)
    monkeypatch.setattr("webapp.ticker.jobs.run_waiting", lambda sessions, **given: done.append("jobs"))
    monkeypatch.setattr("webapp.ticker.outbox.deliver", lambda sessions, **given: done.append("outbox"))

    Ticker(sessions).sweep()

    assert done == ["jobs", "outbox"]
    assert "the timers are broken" in caplog.text


def test_the_ticker_writes_the_anchor_of_the_day(sessions: Sessions, tmp_path: Path) -> None:
    Ticker(sessions).tidy()

    assert [path.suffix for path in (tmp_path / "anchors").iterdir()] == [".json"]


def mark_as_demo(sessions: Sessions) -> None:
    """Say that the database holds demo data."""
    with sessions() as session, session.begin():
        session.add(Setting(key=clock.DEMO, value={"homes": 0}))


def test_some_see_a_part_of_it_alone(landlord: Sessions) -> None:
    with landlord() as session:
        by = people.actors(session)
        patches = {
            name: set(session.scalars(select(Asset.patch).where(visible_entities(by[name], "home"))))
            for name in ("Leila Haddad", "Joe Mensah", "Bob Harding")
        }
        seen = {name: set(session.scalars(select(Case.reference).where(visible_cases(by[name])))) for name in by}
        hidden = set(session.scalars(select(Case.reference).where(Case.restricted)))

    assert set(words.PATCHES[: 40 // homes.HOMES_A_STREET]) == {"North"}
    assert patches == {"Leila Haddad": {"North"}, "Joe Mensah": set(), "Bob Harding": set()}
    assert len(seen["Bob Harding"]) == 3
    assert {name for name in by if seen[name] & hidden} == {"Priya Shah", "Ruth Calder"}
    assert len(hidden) == 1


def test_post_and_emails_came_in_some_filed_by_themselves_and_some_for_whoever_files(landlord: Sessions) -> None:
    with landlord() as session:
        came = session.execute(select(InboundItem.state, InboundItem.channel, InboundItem.sender)).all()
        filed = session.scalars(select(Communication.subject).where(Communication.direction == "in")).all()

    assert sorted((one.state, one.channel) for one in came) == [
        ("filed", "email"), ("new", "email"), ("new", "email"), ("new", "post"), ("unread", "email"),
    ]  # fmt: skip
    assert [one for one in came if one.sender and not one.sender.endswith(".example")] == []
    assert len(filed) == 1 and filed[0].startswith("Re: Your complaint CMP-")
