"""The databases that tests stand on behave like those that landlords run."""

from collections.abc import Collection
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import Engine, bindparam, create_engine, insert, select, text
from sqlalchemy.exc import DatabaseError, DBAPIError, IntegrityError, OperationalError

from models import database as settings
from models.among import among
from models.base import table
from models.database import connect
from models.prepared import MOST_AS_ONE, Prepared, send_as_one
from models.staff import Team, User
from models.work import Setting


def test_each_test_gets_an_empty_database_with_all_tables(database: Engine) -> None:
    with database.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM case_event")).scalar() == 0

        connection.execute(text("CREATE TABLE left_over (id INTEGER)"))


def test_what_another_test_left_is_not_there(database: Engine) -> None:
    with pytest.raises(DatabaseError, match="left_over"), database.begin() as connection:
        connection.execute(text("SELECT * FROM left_over"))


def test_rows_are_numbered_from_one_in_each_test(database: Engine) -> None:
    _add_team(database)


def test_rows_that_another_test_left_are_not_there(database: Engine) -> None:
    _add_team(database)


@pytest.mark.postgresql
def test_a_connection_that_died_while_it_lay_idle_is_replaced(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = connect(postgresql_url)
    with engine.begin() as connection:
        backend = connection.execute(text("SELECT pg_backend_pid()")).scalar()
    _kill(postgresql_url, backend)
    with pytest.raises(OperationalError), engine.begin() as connection:  # at once nobody asks it
        connection.execute(text("SELECT 1"))
    with engine.begin() as connection:
        backend = connection.execute(text("SELECT pg_backend_pid()")).scalar()
    _kill(postgresql_url, backend)
    monkeypatch.setattr(settings, "IDLE_SECONDS", 0.0)

    with engine.begin() as connection:
        assert connection.execute(text("SELECT pg_backend_pid()")).scalar() != backend
    engine.dispose()


@pytest.mark.parametrize(("version", "mode"), [((3, 40, 1), "persist"), ((3, 51, 2), "persist"), ((3, 51, 3), "wal")])
def test_sqlite_keeps_its_journal_and_logs_ahead_only_where_that_is_safe(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int], mode: str
) -> None:
    monkeypatch.setattr(settings.sqlite3, "sqlite_version_info", version)
    engine = connect(sqlite_url)

    _set(engine, "written")

    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == mode
        assert 0 < connection.exec_driver_sql("PRAGMA journal_size_limit").scalar() <= 16 * 1024 * 1024
    engine.dispose()


_INSERT_SETTING = Prepared(insert(table(Setting)))
_INSERT_USER = Prepared(insert(table(User)))
_USERS = select(table(User)).where(table(User).c.email == bindparam("email"))
_ANN = {
    "email": "ann@example.org", "name": "Ann", "job_title": "", "phone": "", "password_hash": "!",
    "roles": ["officer", Decimal("1.50")], "is_active": True,
    "created_at": datetime(2026, 7, 1, 12, 30, tzinfo=timezone(timedelta(hours=1))),
}  # fmt: skip


def test_a_prepared_statement_writes_and_reads_what_the_same_statement_does(database: Engine) -> None:
    with database.begin() as connection:
        _INSERT_USER.send(connection, _ANN)
        _INSERT_USER.send(connection, _ANN | {"email": "ben@example.org"})

        read = Prepared(_USERS).row(connection, {"email": _ANN["email"]})

        assert read._asdict() == dict(connection.execute(_USERS, {"email": _ANN["email"]}).one()._mapping)
        assert {name: getattr(read, name) for name in _ANN} == _ANN
        assert read.created_at.isoformat() == "2026-07-01T11:30:00+00:00"
        assert Prepared(_USERS).row(connection, {"email": "nobody"}) is None


@pytest.mark.parametrize(("ids", "found"), [((), []), ([1], [1]), (frozenset({3, 1, 99}), [1, 3])])
def test_one_statement_takes_however_many_numbers(database: Engine, ids: Collection[int], found: list[int]) -> None:
    user = table(User)
    of_them = select(user.c.id).where(among(user.c.id, bindparam("ids"))).order_by(user.c.id)
    others = select(user.c.id).where(~among(user.c.id, bindparam("ids"))).order_by(user.c.id)
    with database.begin() as connection:
        for n in range(3):
            _INSERT_USER.send(connection, _ANN | {"email": f"{n}@example.org"})

        assert [row.id for row in Prepared(of_them).rows(connection, {"ids": ids})] == found
        assert list(connection.scalars(others, {"ids": ids})) == [n for n in (1, 2, 3) if n not in found]


@pytest.mark.parametrize("count", [1, 3, MOST_AS_ONE + 1])
def test_statements_sent_as_one_are_all_done(database: Engine, count: int) -> None:
    keys = [f"key {number:02}" for number in range(count)]

    _set_as_one(database, *keys)

    with database.begin() as connection:
        assert connection.execute(text("SELECT key FROM setting ORDER BY key")).scalars().all() == keys


@pytest.mark.parametrize("more", [0, MOST_AS_ONE])
def test_of_statements_sent_as_one_one_that_fails_undoes_all(database: Engine, more: int) -> None:
    with pytest.raises(IntegrityError):
        _set_as_one(database, "first", "clock", "clock", "last", *(f"key {number}" for number in range(more)))

    with database.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM setting")).scalar() == 0


def test_a_prepared_statement_needs_an_open_transaction_and_every_value(database: Engine) -> None:
    with database.connect() as connection, pytest.raises(RuntimeError, match="transaction"):
        _INSERT_SETTING.send(connection, {"key": "alone", "value": {}})

    with database.begin() as connection, pytest.raises(LookupError, match="is_active"):
        _INSERT_USER.send(connection, {name: value for name, value in _ANN.items() if name != "is_active"})


@pytest.mark.postgresql
def test_when_a_prepared_statement_finds_the_server_gone_no_old_connection_is_used_again(postgresql_url: str) -> None:
    engine, backends = connect(postgresql_url), []
    with engine.begin() as one, engine.begin() as other:
        for connection in (one, other):
            backends.append(connection.execute(text("SELECT pg_backend_pid()")).scalar())
    for backend in backends:
        _kill(postgresql_url, backend)

    with pytest.raises(OperationalError) as caught:
        _set(engine, "lost")

    assert caught.value.connection_invalidated
    _set(engine, "kept")
    with engine.begin() as connection:
        assert connection.execute(text("SELECT key FROM setting")).scalars().all() == ["kept"]
    engine.dispose()


def _set(engine: Engine, key: str) -> None:
    with engine.begin() as connection:
        _INSERT_SETTING.send(connection, {"key": key, "value": {}})


def _set_as_one(database: Engine, *keys: str) -> None:
    with database.begin() as connection:
        send_as_one(connection, [(_INSERT_SETTING, {"key": key, "value": {"key": key}}) for key in keys])


def _kill(url: str, backend: int) -> None:
    other = create_engine(url)
    with other.begin() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:backend, 5000)"), {"backend": backend})
    other.dispose()


def _add_team(engine: Engine) -> None:
    with engine.begin() as connection:
        assert connection.scalars(select(Team.id)).all() == []

        assert connection.execute(insert(Team).values(key="repairs", name="Repairs")).inserted_primary_key == (1,)


def test_a_reading_transaction_writes_nothing_and_the_next_one_may(database: Engine) -> None:
    user = _ANN | {"email": "reader@example.org"}
    with pytest.raises(DBAPIError, match=r"read-?only"), database.execution_options(read_only=True).begin() as reading:
        _INSERT_USER.send(reading, user)

    with database.begin() as writing:
        _INSERT_USER.send(writing, user)

    with database.execution_options(read_only=True).begin() as reading:
        assert Prepared(_USERS).row(reading, {"email": user["email"]}) is not None
