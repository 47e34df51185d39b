"""Creates the tables, and the triggers that keep history append-only."""

from sqlalchemy import Connection, inspect, text

from models import case, category, document, people, places, staff, telling, work  # noqa: F401 (each fills the metadata)
from models.base import Base

# Erasure is the one change that history allows: payload and salt may become NULL, nothing else may change.
_SEALED = "id case_id sequence at type actor_id actor_name digest key_id mac".split()


def create(connection: Connection) -> None:
    """Create every table that is missing, and the triggers with them."""
    is_new = not inspect(connection).has_table("case_event")
    Base.metadata.create_all(connection)
    if is_new:
        for statement in _triggers(connection.dialect.name):
            connection.execute(text(statement))


def _triggers(dialect: str) -> list[str]:
    if dialect == "sqlite":
        changed = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in _SEALED)
        refuse = "BEGIN SELECT RAISE(ABORT, 'the history of a case is append-only'); END"
        return [
            f"CREATE TRIGGER case_event_keep BEFORE DELETE ON case_event {refuse}",
            f"CREATE TRIGGER case_event_seal BEFORE UPDATE ON case_event WHEN {changed} "
            f"OR NEW.payload IS NOT NULL OR NEW.salt IS NOT NULL {refuse}",
        ]
    changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in _SEALED)
    return [
        "CREATE FUNCTION case_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'the history of a case is append-only'; END $$",
        "CREATE TRIGGER case_event_keep BEFORE DELETE ON case_event FOR EACH ROW EXECUTE FUNCTION case_event_refuse()",
        f"CREATE TRIGGER case_event_seal BEFORE UPDATE ON case_event FOR EACH ROW WHEN ({changed} "
        "OR NEW.payload IS NOT NULL OR NEW.salt IS NOT NULL) EXECUTE FUNCTION case_event_refuse()",
        "CREATE TRIGGER case_event_whole BEFORE TRUNCATE ON case_event EXECUTE FUNCTION case_event_refuse()",
    ]
