"""The word indexes on PostgreSQL: GIN indexes on expressions, and the known words from which misspelt ones are told.

`search_word` holds each word of a name or address once for its index. Two transactions that bring the same new word
both write it down, rather than one wait for the other: a word that stands there twice does no harm.
"""

import logging

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from models.search.indexes import LONGEST_TEXT, WORD_INDEXES, WordIndex
from models.search.letters import postgresql_functions

NO_TRIGRAMS = (
    "PostgreSQL's extension pg_trgm is not there and could not be created, so that search forgives one slip of the pen"
    " in a name, but not two. Install PostgreSQL's contrib package and have an administrator say CREATE EXTENSION"
    " pg_trgm in this database; it is used from the next start."
)
TRIGRAMS = "pg_trgm"
LONGEST_WORD = 40

# A plan that was made while the table was empty is kept: it is to look up each word by the index all the same.
_BY_INDEX = " ".join(
    f"SET {way} = off" for way in ("enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin")
)

log = logging.getLogger(__name__)

_WORDS = """
CREATE TABLE search_word (name text NOT NULL, word text NOT NULL);
CREATE INDEX search_word_word ON search_word (name, word);
"""


def create(connection: Connection) -> None:
    """Create each index that is missing, or that is not as this release makes it; PostgreSQL fills it."""
    connection.execute(text("SET LOCAL statement_timeout = 0"))  # to take in an old database may last minutes
    for statement in postgresql_functions():
        connection.exec_driver_sql(statement.replace("%", "%%"))
    if connection.scalar(text("SELECT to_regclass('search_word')")) is None:
        connection.exec_driver_sql(_WORDS)
    _use_trigrams(connection)
    for index in WORD_INDEXES:
        _create_index(connection, index)


def vector(index: WordIndex) -> str:
    """Return SQL for a row's words as PostgreSQL compares them, the same in the index and in a search."""
    value = _joined(index.table, index.orders[0])
    if index.is_prose:
        return f"to_tsvector('english', search_plain(left({value}, {LONGEST_TEXT})))"
    return f"to_tsvector('simple', search_name({value}))"


def said(index: WordIndex) -> list[str]:
    """Return SQL for each way in which a row's name is said: folded, a space between two words.

    Of six spaces or more too many are left: a pattern would find them, and takes longer than all else of a search.
    """
    plain = [f"search_plain({_joined(index.table, order)})" for order in index.orders]
    return [f"replace(replace(replace({each}, '    ', ' '), '  ', ' '), '  ', ' ')" for each in plain]


def has_trigrams(connection: Connection) -> bool:
    """Say whether words that are spelt alike can be looked up."""
    return connection.scalar(text("SELECT to_regclass('search_word_trigrams')")) is not None


def know_words(index: WordIndex) -> list[str]:
    """Return the statements that write down anew which words the names of an index hold."""
    note = f"INSERT INTO search_word SELECT '{index.name}', word FROM ({_words_of(index, index.table)}) AS found"
    return [_forget_words(index), note]


def _use_trigrams(connection: Connection) -> None:
    if has_trigrams(connection):
        return
    try:
        with connection.begin_nested():
            connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {TRIGRAMS}"))
            connection.execute(text("CREATE INDEX search_word_trigrams ON search_word USING gin (word gin_trgm_ops)"))
    except DBAPIError:
        log.warning(NO_TRIGRAMS)


def _create_index(connection: Connection, index: WordIndex) -> None:
    definition = vector(index)
    is_as_wanted = text("SELECT obj_description(to_regclass(:name), 'pg_class') = :definition")
    if connection.scalar(is_as_wanted, {"name": index.name, "definition": definition}):
        return
    connection.exec_driver_sql(f"DROP INDEX IF EXISTS {index.name}")
    # What came in since the last tidying is looked through word by word: that list is to be short.
    options = "WITH (gin_pending_list_limit = 256)"
    connection.exec_driver_sql(f"CREATE INDEX {index.name} ON {index.table} USING gin (({definition})) {options}")
    connection.exec_driver_sql("COMMENT ON INDEX {} IS '{}'".format(index.name, definition.replace("'", "''")))
    if index.knows_words:
        for statement in (*know_words(index), *_keep_words(index)):
            connection.exec_driver_sql(statement)


def _keep_words(index: WordIndex) -> list[str]:
    """Return the statements that have the known words follow the rows: a statement at a time, as imports need it."""
    held = f"EXISTS (SELECT 1 FROM {index.table} WHERE {vector(index)} @@ to_tsquery('simple', quote_literal(k.word)))"
    before, after = _words_of(index, "old_rows"), _words_of(index, "new_rows")
    forget = (
        f"DELETE FROM search_word k USING ({{gone}}) gone "
        f"WHERE k.name = '{index.name}' AND k.word = gone.word AND NOT {held};"
    )
    is_known = f"EXISTS (SELECT 1 FROM search_word k WHERE k.name = '{index.name}' AND k.word = found.word)"
    note = f"INSERT INTO search_word SELECT '{index.name}', word FROM ({{come}}) AS found WHERE NOT {is_known};"
    # Most changes leave the words as they are: what did not come and did not go is not looked up.
    changed = note.format(come=f"{after} EXCEPT {before}") + forget.format(gone=f"{before} EXCEPT {after}")
    parts = {"INSERT": ("new", note.format(come=after)), "DELETE": ("old", forget.format(gone=before))}
    parts["UPDATE"] = ("old new", changed)
    parts["TRUNCATE"] = ("", f"{_forget_words(index)};")
    statements = []
    for event, (rows, body) in parts.items():
        name = f"{index.name}_{event.lower()}"
        seen = "REFERENCING " if rows else ""
        seen += " ".join(f"{each.upper()} TABLE AS {each}_rows" for each in rows.split())
        function = f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {_BY_INDEX} AS"
        statements += [
            f"{function} $$ BEGIN {body} RETURN NULL; END $$",
            f"DROP TRIGGER IF EXISTS {name} ON {index.table}",
            f"CREATE TRIGGER {name} AFTER {event} ON {index.table} {seen} FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
        ]
    return statements


def _forget_words(index: WordIndex) -> str:
    return f"DELETE FROM search_word WHERE name = '{index.name}'"


def _words_of(index: WordIndex, rows: str) -> str:
    """Return SQL for the different words of such rows, without those that are numbers or hold one."""
    split = f"regexp_split_to_table(search_name({_joined(rows, index.orders[0])}), ' +')"
    wanted = f"length(word) BETWEEN 3 AND {LONGEST_WORD} AND word !~ '[0-9]'"
    return f"SELECT DISTINCT word FROM {rows}, {split} AS word WHERE {wanted}"


def _joined(rows: str, columns: tuple[str, ...]) -> str:
    return " || ' ' || ".join(f"{rows}.{column}" for column in columns)
