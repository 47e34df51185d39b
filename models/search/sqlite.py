"""The word indexes on SQLite: an FTS5 table for each, without a copy of the text, filled by triggers."""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from models.search.indexes import LONGEST_TEXT, WORD_INDEXES, WordIndex
from models.search.letters import sqlite_name, sqlite_words

NO_FULL_TEXT = (
    "This Python's SQLite has no full-text search (FTS5), which finding people, homes and cases needs. Use a Python"
    " whose sqlite3 module has it, as those of Debian, Ubuntu, Homebrew and python.org do, or PostgreSQL: DATABASE_URL."
)


class NoFullText(RuntimeError):
    """The sqlite3 module was built without FTS5."""


def create(connection: Connection) -> None:
    """Create and fill each index that is missing, or that is not as this release makes it.

    Raises:
        NoFullText: SQLite cannot.
    """
    if not connection.scalar(text("SELECT sqlite_compileoption_used('ENABLE_FTS5')")):
        raise NoFullText(NO_FULL_TEXT)
    rows = connection.execute(text("SELECT name, sql FROM sqlite_schema WHERE name LIKE 'search%'"))
    there: dict[str, str] = {row.name: row.sql for row in rows}
    for index in WORD_INDEXES:
        wanted = dict(_definition(index))
        if any(there.get(name) != statement for name, statement in wanted.items()):
            _drop(connection, index, there)
            for statement in wanted.values():
                connection.exec_driver_sql(statement)
            connection.exec_driver_sql(fill(index))


def fill(index: WordIndex) -> str:
    """Return the statement that takes in every row of the table; the index must be empty."""
    values = ", ".join(_values(index, f"{index.table}."))
    return f"INSERT INTO {index.name}(rowid, {_names(index)}) SELECT id, {values} FROM {index.table}"


def _definition(index: WordIndex) -> Iterator[tuple[str, str]]:
    """Yield the name and the statement of the FTS5 table, of the list of its words, and of the triggers."""
    tokenizer, detail = ("porter unicode61", "none") if index.is_prose else ("unicode61", "full")
    options = f"content='', prefix='2 3', detail={detail}, tokenize='{tokenizer} remove_diacritics 2'"
    yield index.name, f"CREATE VIRTUAL TABLE {index.name} USING fts5({_names(index)}, {options})"
    if index.knows_words:
        yield f"{index.name}_words", f"CREATE VIRTUAL TABLE {index.name}_words USING fts5vocab({index.name}, 'row')"
    columns = ", ".join(index.columns)
    changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in index.columns)
    head = f"CREATE TRIGGER {index.name}"
    yield f"{index.name}_add", f"{head}_add AFTER INSERT ON {index.table} BEGIN {_add(index)} END"
    yield f"{index.name}_remove", f"{head}_remove AFTER DELETE ON {index.table} BEGIN {_remove(index)} END"
    yield (
        f"{index.name}_change",
        f"{head}_change AFTER UPDATE OF {columns} ON {index.table} WHEN {changed} "
        f"BEGIN {_remove(index)} {_add(index)} END",
    )


def _add(index: WordIndex) -> str:
    return f"INSERT INTO {index.name}(rowid, {_names(index)}) VALUES (NEW.id, {', '.join(_values(index, 'NEW.'))});"


def _remove(index: WordIndex) -> str:
    into = f"INSERT INTO {index.name}({index.name}, rowid, {_names(index)})"
    return f"{into} VALUES ('delete', OLD.id, {', '.join(_values(index, 'OLD.'))});"


def _values(index: WordIndex, row: str) -> Iterator[str]:
    for order in index.orders:
        value = " || ' ' || ".join(f"{row}{column}" for column in order)
        yield sqlite_words(f"substr({value}, 1, {LONGEST_TEXT})") if index.is_prose else sqlite_name(f"({value})")


def _names(index: WordIndex) -> str:
    return ", ".join(f"words_{number}" for number in range(len(index.orders)))


def _drop(connection: Connection, index: WordIndex, there: dict[str, str]) -> None:
    for name in (f"{index.name}_{what}" for what in ("add", "remove", "change")):
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
    for name in (f"{index.name}_words", index.name):
        if name in there:
            connection.exec_driver_sql(f"DROP TABLE {name}")
