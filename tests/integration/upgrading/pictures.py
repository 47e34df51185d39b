"""Writes down all that a database consists of, so that two can be compared: each thing by name, and how it is.

What the database fills in by itself where a statement gives no value is left out: ours give every value, and a column
that came later keeps what it was filled with.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, text

Picture = dict[str, str]

_POSTGRESQL = {
    "column": """
        SELECT relname || '.' || attname,
          format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN '' ELSE ', none' END
          || CASE WHEN attcollation = typcollation THEN '' ELSE ', ' || attcollation::regcollation END
          || CASE WHEN pg_get_serial_sequence(relname, attname) IS NULL THEN '' ELSE ', numbered' END
        FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN pg_type t ON t.oid = atttypid
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped""",
    "constraint": """
        SELECT conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND contype <> 'n'""",
    "index": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "trigger": """
        SELECT tgrelid::regclass || ' ' || tgname, tgenabled::text || ' ' || pg_get_triggerdef(oid) FROM pg_trigger
        WHERE NOT tgisinternal""",
    "function": """
        SELECT p.oid::regprocedure::text, prosrc FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')""",
}
_SQLITE = {
    "column": """
        SELECT m.name || '.' || c.name, c.type || CASE WHEN c."notnull" THEN '' ELSE ', none' END || ', key ' || c.pk
        FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) c WHERE m.type = 'table'""",
    "reference": """
        SELECT m.name || '.' || f."from", f."table" || '.' || f."to" || ' ' || f.on_delete
        FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'""",
    "unique": """
        SELECT m.name || ': ' || (SELECT group_concat(name) FROM pragma_index_info(i.name)), ''
        FROM sqlite_schema m JOIN pragma_index_list(m.name) i WHERE m.type = 'table' AND i.origin = 'u'""",
    "index": "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL",
    "trigger": "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'",
    "virtual table": "SELECT name, sql FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL%'",
}


def picture(connection: Connection) -> Picture:
    """Return everything that a database consists of, and the rows that it begins with."""
    questions = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
    found: Picture = {}
    for kind, question in questions.items():
        for name, how in connection.execute(text(question)):
            found[f"{kind} {name}"] = " ".join(how.replace('"', "").split())
    tables = {name.split(" ", 1)[1].split(".")[0] for name in found if name.startswith("column ")}
    for table in sorted(table for table in tables if not table.startswith(("search_", "procrastinate_"))):
        rows = connection.execute(text(f"SELECT * FROM {table}")).mappings()
        found.update((f"row of {table}: {sorted(row.items(), key=str)}", "") for row in rows)
    return found


def differences(is_: Picture, should_be: Picture) -> Iterator[str]:
    """Yield a line for each thing that is in one alone, or is otherwise in the other."""
    for name in sorted(is_.keys() | should_be.keys()):
        if name not in is_:
            yield f"missing: {name} {should_be[name]}"
        elif name not in should_be:
            yield f"too much: {name} {is_[name]}"
        elif is_[name] != should_be[name]:
            yield f"otherwise: {name} {is_[name]} (should be {should_be[name]})"
