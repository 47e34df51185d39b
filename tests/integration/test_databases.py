"""The databases that tests stand on behave like those that landlords run."""

import pytest
from sqlalchemy import Engine, create_engine, insert, text
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from models import database as settings
from models.base import table
from models.database import connect, sent_together
from models.work import Setting


def test_each_test_gets_an_empty_database_with_all_tables(database: Engine) -> None:
    with database.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM case_event")).scalar() == 0

        connection.execute(text("CREATE TABLE left_over (id INTEGER)"))


def test_what_another_test_left_is_not_there(database: Engine) -> None:
    with pytest.raises(DatabaseError, match="left_over"), database.begin() as connection:
        connection.execute(text("SELECT * FROM left_over"))


def test_of_statements_sent_together_one_that_fails_undoes_all(database: Engine) -> None:
    with pytest.raises(IntegrityError):
        _set_together(database, "first", "clock", "clock", "last")

    with database.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM setting")).scalar() == 0


def test_statements_sent_together_are_all_done(database: Engine) -> None:
    _set_together(database, "first", "second")

    with database.begin() as connection:
        assert connection.execute(text("SELECT key FROM setting ORDER BY key")).scalars().all() == ["first", "second"]


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


def _set_together(database: Engine, *keys: str) -> None:
    with database.begin() as connection, sent_together(connection):
        for key in keys:
            connection.execute(insert(table(Setting)), {"key": key, "value": {}})


def _kill(url: str, backend: int) -> None:
    other = create_engine(url)
    with other.begin() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:backend, 5000)"), {"backend": backend})
    other.dispose()
