"""The databases that are measured: a SQLite file, and PostgreSQL where a server can be had; both as safe as in use."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from models.database import connect
from tests.environment import postgresql

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"


@contextmanager
def servers() -> Iterator[dict[str, str]]:
    """Give the URL of each kind of database that can be had here: of SQLite a folder, of PostgreSQL a server."""
    folder = Path(tempfile.mkdtemp(prefix="casewright-bench-"))
    cluster = Path(tempfile.mkdtemp(prefix="casewright-bench-postgresql-"))
    found = {SQLITE: f"sqlite:///{folder}"}
    try:
        if postgresql.programs() is not None:
            found[POSTGRESQL] = postgresql.start(cluster, is_durable=True)
        yield found
    finally:
        postgresql.stop(cluster)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def empty(server: str, name: str) -> Iterator[Engine]:
    """Make a database of this name, and give an engine on it."""
    if server.startswith("sqlite"):
        engine = connect(f"{server}/{name}.db")
    else:
        _tell(server, f"CREATE DATABASE {name}")
        engine = connect(make_url(server).set(database=name).render_as_string(hide_password=False))
    yield engine
    engine.dispose()


_OURS = "relkind = 'r' AND relnamespace = 'public'::regnamespace"  # with their indexes and long values


def size(engine: Engine) -> int:
    """Return the bytes that the database takes when nothing in it is wasted."""
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        if engine.dialect.name == "postgresql":
            raw.driver_connection.autocommit = True
            cursor.execute("VACUUM FULL")
            cursor.execute(f"SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE {_OURS}")
        else:
            cursor.execute("VACUUM")
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        return int(cursor.fetchone()[0])
    finally:
        raw.driver_connection.close()
        raw.invalidate()


def log_position(engine: Engine) -> int | None:
    """Return how many bytes PostgreSQL has written to its log so far; none on SQLite."""
    if engine.dialect.name != "postgresql":
        return None
    with engine.connect() as connection:
        return int(connection.scalar(text("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")) or 0)


def _tell(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
