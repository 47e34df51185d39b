"""The databases that are measured: a SQLite file, and PostgreSQL where a server can be had; both as safe as in use."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from models import upgrading
from models.database import connect
from tests.environment import postgresql

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"


@contextmanager
def servers(kept: Path | None = None) -> Iterator[dict[str, str]]:
    """Give the URL of each kind of database that can be had here: of SQLite a folder, of PostgreSQL a server.

    They are gone afterwards, but for those in the folder `kept`, which the next run finds again.
    """
    folder = kept or Path(tempfile.mkdtemp(prefix="casewright-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)  # PostgreSQL is another user than root
    cluster = folder / "postgresql"
    found = {SQLITE: f"sqlite:///{folder.absolute()}"}
    try:
        if postgresql.programs() is not None:
            found[POSTGRESQL] = postgresql.start(cluster, is_durable=True)
        yield found
    finally:
        if kept is None:
            postgresql.stop(cluster)
            shutil.rmtree(folder, ignore_errors=True)
        else:
            postgresql.halt(cluster)


@contextmanager
def empty(server: str, name: str) -> Iterator[Engine]:
    """Make a database of this name, and give an engine on it."""
    if not server.startswith("sqlite"):
        _tell(server, f"CREATE DATABASE {name}")
    engine = connect(_url(server, name))
    yield engine
    engine.dispose()


@contextmanager
def filled(server: str, name: str, fill: Callable[[Engine], None]) -> Iterator[tuple[Engine, float]]:
    """Give an engine on the database of this name, and the seconds that filling it took: none when it was kept.

    It has its name once it is full, and is brought to the schema of this code.
    """
    taken = 0.0
    if not _is_there(server, name):
        begun = time.perf_counter()
        _remove(server, f"{name}_part")
        with empty(server, f"{name}_part") as engine:
            fill(engine)
        _rename(server, f"{name}_part", name)
        taken = time.perf_counter() - begun
    upgrading.upgrade(_url(server, name))
    engine = connect(_url(server, name))
    yield engine, taken
    engine.dispose()


def _url(server: str, name: str) -> str:
    if server.startswith("sqlite"):
        return f"{server}/{name}.db"
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _is_there(server: str, name: str) -> bool:
    if server.startswith("sqlite"):
        return Path(f"{make_url(server).database}/{name}.db").exists()
    engine = create_engine(server)
    with engine.connect() as connection:
        found = connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name})
    engine.dispose()
    return found is not None


def _remove(server: str, name: str) -> None:
    if server.startswith("sqlite"):
        for file in Path(str(make_url(server).database)).glob(f"{name}.db*"):
            file.unlink()
    else:
        _tell(server, f"DROP DATABASE IF EXISTS {name}")


def _rename(server: str, name: str, to: str) -> None:
    if server.startswith("sqlite"):
        folder = Path(str(make_url(server).database))
        (folder / f"{name}.db").rename(folder / f"{to}.db")
    else:
        _tell(server, f"ALTER DATABASE {name} RENAME TO {to}")


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
