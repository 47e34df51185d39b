"""How the platform talks to its database: safe settings for SQLite and PostgreSQL, JSON with Decimal.

The settings are measured: SQLite's driver loses half of all concurrent updates as delivered, none with BEGIN IMMEDIATE.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from typing import Any

import psycopg
import simplejson
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

BUSY_SECONDS = 15
MOST_JOURNAL = 4 * 1024 * 1024  # bytes that SQLite's journal keeps
IDLE_SECONDS = (
    5.0  # after which a pooled connection is asked whether it still lives; a round trip a request is too dear
)
# To translate a statement for the machine takes longer than any of ours runs.
POSTGRESQL_SETTINGS = (
    "-c jit=off -c lock_timeout=5s -c statement_timeout=15s -c idle_in_transaction_session_timeout=30s -c timezone=UTC"
)


def _writer(*, sort_keys: bool = False) -> simplejson.JSONEncoder:
    return simplejson.JSONEncoder(
        use_decimal=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=sort_keys
    )


_WRITER, _CANONICAL_WRITER = _writer(), _writer(sort_keys=True)  # made once: to make one takes as long as to write


def to_json(value: object) -> str:
    """Write `value` as JSON; Decimal keeps its digits, NaN is refused on both databases alike."""
    return _WRITER.encode(value)


def from_json(text: str | bytes) -> Any:
    """Read JSON with every fraction as a Decimal."""
    return simplejson.loads(text, use_decimal=True)


def canonical_json(value: object) -> str:
    """Write `value` as JSON in one way only, so that its digest can be computed again years later."""
    return _CANONICAL_WRITER.encode(value)


def as_number(value: Decimal) -> Decimal | int:
    """Return a whole Decimal as an int, as JSON readers do."""
    return int(value) if value == value.to_integral_value() and abs(value) < 10**15 else value


def engine_options(url: str) -> dict[str, Any]:
    """Return what `create_engine` needs beside the URL."""
    shared = {"json_serializer": to_json, "json_deserializer": from_json, "hide_parameters": True}
    if make_url(url).get_backend_name() == "sqlite":
        return {**shared, "connect_args": {"timeout": BUSY_SECONDS, "check_same_thread": False}}
    return {
        **shared,
        "connect_args": {"options": POSTGRESQL_SETTINGS},
        "pool_size": 8,
        "max_overflow": 8,
        "pool_recycle": 1800,
    }


def connect(url: str) -> Engine:
    """Return an engine on `url` with the settings of this platform."""
    engine = create_engine(url, **engine_options(url))
    configure(engine)
    return engine


def configure(engine: Engine) -> None:
    """Give an engine made elsewhere (Flask-SQLAlchemy) its connection settings."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)
        event.listen(engine, "checkin", _note_idle)
        event.listen(engine, "checkout", _ask_whether_alive)


@contextmanager
def told_as_ours(connection: Connection) -> Iterator[None]:
    """Tell of a driver's errors as SQLAlchemy does; where the server has gone, give up all connections to it."""
    driver = connection.dialect.loaded_dbapi.Error
    try:
        yield
    except driver as error:
        is_lost = connection.dialect.is_disconnect(error, connection.connection, None)
        if is_lost:
            connection.invalidate(error)
            connection.engine.dispose()
        raise DBAPIError.instance(
            None, None, error, driver, connection_invalidated=is_lost, dialect=connection.dialect
        ) from error


def _set_up_sqlite(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # takes BEGIN away from the driver; `_begin_sqlite` says it
    for pragma in (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        # Kept between transactions: to make a journal anew, or shorten it, has the disk write where files end, too.
        "journal_mode=" + ("WAL" if _wal_is_safe() else "PERSIST"),
        f"journal_size_limit={MOST_JOURNAL}",
        "synchronous=FULL",
        "foreign_keys=ON",
        "trusted_schema=" + ("OFF" if _triggers_may_index() else "ON"),
    ):
        connection.cursor().execute(f"PRAGMA {pragma}")


def _wal_is_safe() -> bool:
    """Say whether this SQLite has the cure for the WAL-reset race (sqlite.org, releases 3.51.3, 3.50.7 and 3.44.6)."""
    version = sqlite3.sqlite_version_info
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


@cache
def _triggers_may_index() -> bool:
    """Say whether triggers may fill FTS5 tables all the same; before SQLite 3.42 or so that counted as unsafe.

    With the schema trusted, a database file made by a stranger could call functions that we register: we have none.
    """
    probe = sqlite3.connect(":memory:", isolation_level=None)
    try:
        for statement in (
            "PRAGMA trusted_schema=OFF",
            "CREATE TABLE probe (word)",
            "CREATE VIRTUAL TABLE probe_words USING fts5(word)",
            "CREATE TRIGGER probe_add AFTER INSERT ON probe BEGIN INSERT INTO probe_words VALUES (NEW.word); END",
            "INSERT INTO probe VALUES ('x')",
        ):
            probe.execute(statement)
    except sqlite3.OperationalError:
        return False
    finally:
        probe.close()
    return True


def _begin_sqlite(connection: Connection) -> None:
    read_only = bool(connection.get_execution_options().get("read_only", False))
    if connection.info.get("query_only", False) != read_only:
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if read_only else 'OFF'}")
        connection.info["query_only"] = read_only
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    """Have the driver say, as it begins the transaction, that it only reads: a statement of its own is a round trip."""
    wanted = True if connection.get_execution_options().get("read_only", False) else None
    driver: Any = connection.connection.driver_connection
    if driver.read_only is not wanted:
        with told_as_ours(connection):
            driver.read_only = wanted


def _note_idle(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    record.info["idle_since"] = time.monotonic()


def _ask_whether_alive(connection: DBAPIConnection, record: ConnectionPoolEntry, proxy: PoolProxiedConnection) -> None:
    """Let the pool replace a connection whose server went away while it lay idle."""
    driver: Any = connection
    if time.monotonic() - record.info.get("idle_since", time.monotonic()) < IDLE_SECONDS:
        return
    try:
        driver.execute("SELECT 1")
        driver.rollback()
    except psycopg.Error as error:
        raise DisconnectionError from error
