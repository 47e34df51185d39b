"""Gives each test a database of its own, on SQLite and on PostgreSQL, copied from a template with all tables."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from models import database as database_settings
from models import schema
from models.database import connect
from tests.environment import postgresql
from tests.environment.emptying import Reused

FOLDER = "CASEWRIGHT_TEST_POSTGRESQL"
# For tests with many parameters of which the database sees nothing: the same on both, so once.
on_sqlite_alone = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Tell = Callable[[str], None]
_numbers = count(1)


def pytest_configure(config: pytest.Config) -> None:
    """Name the folder of the one server that all workers share."""
    if not hasattr(config, "workerinput") and FOLDER not in os.environ:
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="casewright-postgresql-")
        config.add_cleanup(_stop_server)


def _stop_server() -> None:
    postgresql.stop(Path(os.environ.pop(FOLDER)))


@pytest.fixture(scope="session", autouse=True)
def _no_waiting_for_the_disk() -> Iterator[None]:
    """Have SQLite leave its writes to the system: a test's database need not survive a power cut."""
    set_up = database_settings._set_up_sqlite

    def set_up_for_tests(connection: Any, record: Any) -> None:
        set_up(connection, record)
        connection.cursor().execute("PRAGMA synchronous=OFF")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database_settings, "_set_up_sqlite", set_up_for_tests)
        yield


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database with all tables; the test runs once on SQLite and once on PostgreSQL."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    """An engine on `database_url`, with the platform's settings."""
    engine = connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of an empty SQLite database with all tables."""
    copy = tmp_path / "casewright.sqlite3"
    shutil.copyfile(sqlite_template, copy)
    return f"sqlite:///{copy}"


@pytest.fixture
def postgresql_url(spare: list[Reused], postgresql_copies: Callable[[], str], tell_server: Tell) -> Iterator[str]:
    """The URL of an empty PostgreSQL database with all tables."""
    mine = spare.pop() if spare else Reused(postgresql_copies())
    yield mine.url
    if mine.empty():
        spare.append(mine)
    else:
        mine.close()
        tell_server(f"DROP DATABASE {make_url(mine.url).database} WITH (FORCE)")


@pytest.fixture
def bare_postgresql_url(postgresql_server: str, tell_server: Tell, worker_name: str) -> Iterator[str]:
    """The URL of a PostgreSQL database without any table."""
    name = f"bare_{worker_name}_{next(_numbers)}"
    tell_server(f"CREATE DATABASE {name}")
    yield _with_name(postgresql_server, name)
    tell_server(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables, to copy."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    _create_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str, tell_server: Tell, worker_name: str) -> str:
    """The name of a PostgreSQL database with all tables, to copy."""
    name = f"template_{worker_name}"
    tell_server(f"CREATE DATABASE {name}")
    _create_tables(_with_name(postgresql_server, name))
    return name


@pytest.fixture(scope="session")
def postgresql_copies(postgresql_template: str, postgresql_server: str, tell_server: Tell) -> Callable[[], str]:
    """Copies the template, and returns the copy's URL."""

    def copy() -> str:
        name = f"{postgresql_template}_{next(_numbers)}"
        tell_server(f"CREATE DATABASE {name} TEMPLATE {postgresql_template}")
        return _with_name(postgresql_server, name)

    return copy


@pytest.fixture(scope="session")
def spare() -> Iterator[list[Reused]]:
    """Databases with all tables and no rows that a test has done with."""
    databases: list[Reused] = []
    yield databases
    for database in databases:
        database.close()


@pytest.fixture(scope="session")
def postgresql_server() -> str:
    """The URL of the server that this run shares; the first worker to ask starts it."""
    if postgresql.programs() is None:
        pytest.skip(postgresql.ADVICE)
    folder = Path(os.environ[FOLDER])
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        note = folder / "url"
        if not note.exists():
            note.write_text(postgresql.start(folder))
        return note.read_text()


@pytest.fixture(scope="session")
def tell_server(postgresql_server: str) -> Iterator[Tell]:
    """Run a statement about databases, which PostgreSQL allows outside a transaction only."""
    engine = create_engine(postgresql_server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        copy_files = " STRATEGY FILE_COPY" if connection.dialect.server_version_info >= (15,) else ""

        def tell(statement: str) -> None:
            connection.execute(text(statement + (copy_files if " TEMPLATE " in statement else "")))

        yield tell
    engine.dispose()


@pytest.fixture(scope="session")
def worker_name() -> str:
    """The name of this worker when several run side by side."""
    return os.environ.get("PYTEST_XDIST_WORKER", "one")


def _create_tables(url: str) -> None:
    engine = connect(url)
    with engine.begin() as connection:
        schema.create(connection)
    engine.dispose()


def _with_name(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)
