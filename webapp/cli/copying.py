"""Copies a PostgreSQL database table by table, at one moment, where pg_dump and pg_restore are not installed.

The tables themselves are made anew, as they were when they were copied, and then upgraded; what procrastinate keeps is
not copied, because each job that waits brings its wake-up with it when it is put back.
"""

import zipfile
from collections.abc import Callable
from typing import Any

import psycopg
import simplejson
from psycopg import sql
from sqlalchemy import Connection, inspect
from sqlalchemy.engine import URL

from models import revisions, upgrading
from models.base import Base
from models.revisions import Standing
from webapp.standing import require

FOLDER, COLUMNS, REVISION = "tables/", "tables/columns.json", "tables/revision"
Tell = Callable[[str, int, int], None]

_EMPTY = """DO $$ DECLARE found record; BEGIN
FOR found IN SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() LOOP
  EXECUTE format('DROP TABLE IF EXISTS %I CASCADE', found.name);
END LOOP;
FOR found IN SELECT p.oid::regprocedure AS name FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') LOOP
  EXECUTE 'DROP ROUTINE IF EXISTS ' || found.name || ' CASCADE';
END LOOP;
FOR found IN SELECT t.oid::regtype AS name FROM pg_type t WHERE t.typnamespace = current_schema()::regnamespace
  AND t.typtype IN ('e', 'c') LOOP
  EXECUTE 'DROP TYPE IF EXISTS ' || found.name || ' CASCADE';
END LOOP;
END $$"""


def is_empty(url: URL) -> bool:
    """Say whether the database holds no table."""
    with _connected(url) as connection:
        found = connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = current_schema() LIMIT 1")
        return found.fetchone() is None


def empty(url: URL) -> None:
    """Drop every table, function and type of the database's schema."""
    with _connected(url) as connection:
        connection.execute(_EMPTY)


def dump(url: URL, archive: zipfile.ZipFile, tell: Tell) -> None:
    """Write every table of ours into the archive, as they all were at one moment; triggers fill those derived."""
    names = sorted(name for name, one in Base.metadata.tables.items() if not one.info.get("is_derived"))
    columns = {name: [column.name for column in Base.metadata.tables[name].columns] for name in names}
    with _connected(url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for done, name in enumerate(names, start=1):
            with (
                archive.open(f"{FOLDER}{name}", "w", force_zip64=True) as file,
                connection.cursor() as cursor,
                cursor.copy(_copy("COPY {} ({}) TO STDOUT", name, columns[name])) as copy,
            ):
                for part in copy:
                    file.write(part)
            tell("Tables", done, len(names))
    archive.writestr(COLUMNS, simplejson.dumps(columns))
    archive.writestr(REVISION, revisions.latest())


def restore(url: URL, archive: zipfile.ZipFile, tell: Tell) -> None:
    """Make the tables in an empty database and fill them from the archive, all or nothing.

    Raises:
        NotPossible: they were copied from a database of a newer version.
    """
    at = archive.read(REVISION).decode() if REVISION in archive.namelist() else revisions.FIRST
    if at not in revisions.marks():
        require(Standing.NEWER)
    with upgrading.changing(url.render_as_string(hide_password=False)) as connection:
        upgrading.create_as_of(connection, at)
        _fill(connection, archive, tell)
        upgrading.apply(connection, upgrading.pending(connection))


def _fill(connection: Connection, archive: zipfile.ZipFile, tell: Tell) -> None:
    driver: Any = connection.connection.driver_connection
    tables, columns = set(inspect(connection).get_table_names()), simplejson.loads(archive.read(COLUMNS))
    references = _take_references_away(driver)
    for done, (name, its_columns) in enumerate(columns.items(), start=1):
        if name in tables:
            driver.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
            with (
                archive.open(f"{FOLDER}{name}") as file,
                driver.cursor() as cursor,
                cursor.copy(_copy("COPY {} ({}) FROM STDIN", name, its_columns)) as copy,
            ):
                while part := file.read(1 << 20):
                    copy.write(part)
            _go_on_counting(driver, name, its_columns)
        tell("Tables", done, len(columns))
    for statement in references:
        driver.execute(statement)


def _take_references_away(driver: "psycopg.Connection[Any]") -> list[Any]:
    """Drop the foreign keys, which refer in circles, and return the statements that bring them back."""
    found = driver.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    ).fetchall()
    for table, name, _ in found:
        driver.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.SQL(table), sql.Identifier(name)))
    return [
        sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(sql.SQL(table), sql.Identifier(name), sql.SQL(definition))
        for table, name, definition in found
    ]


def _go_on_counting(driver: "psycopg.Connection[Any]", name: str, columns: list[str]) -> None:
    if "id" not in columns:
        return
    counter = driver.execute("SELECT pg_get_serial_sequence(%s, 'id')", (name,)).fetchone()
    if counter is not None and counter[0] is not None:
        last = sql.SQL("SELECT setval(%s, coalesce((SELECT max(id) FROM {}), 0) + 1, false)")
        driver.execute(last.format(sql.Identifier(name)), (counter[0],))


def _copy(text: str, name: str, columns: list[str]) -> sql.Composed:
    named = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL(text).format(sql.Identifier(name), named)


def _connected(url: URL) -> "psycopg.Connection[Any]":
    return psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False))
