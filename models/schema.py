"""Creates the tables, the triggers that keep history append-only, and on PostgreSQL those that have jobs run.

On PostgreSQL each job brings a wake-up of procrastinate with it, in the same transaction, whoever inserts it; it is
taken away with the job. The request that left a job runs it right after its commit; the wake-up comes a little later,
for the case that the request's process died.
"""

from typing import Any

from sqlalchemy import Connection, insert, inspect, text

from models import (  # noqa: F401 (each fills the metadata)
    accounts,
    case,
    category,
    document,
    fields,
    importing,
    law,
    lists,
    migration,
    people,
    places,
    record,
    rights,
    staff,
    telling,
    tenancies,
    work,
)
from models.base import Base
from models.search import keys, postgresql, sqlite

# History is only added to. Erasure is the one change that it allows: these columns may become NULL, nothing else may
# change. Table: its other columns, those that may be emptied, and what is said to whoever tries.
_APPEND_ONLY = {
    "case_event": (
        "id case_id sequence at type actor_id actor_name digest key_id mac",
        ("payload", "salt"),
        "the history of a case is append-only",
    ),
    "record_change": (
        "id entity_type entity_id revision part part_id action reason case_id at actor_id actor_name",
        ("changes",),
        "the history of the record is append-only",
    ),
    "staff_change": (
        "id at by_id by_name action subject_type subject_id subject_name",
        ("before", "after"),
        "the history of staff and roles is append-only",
    ),
    "read_log": ("id user_id entity_type entity_id at", (), "the log of what was read is append-only"),
}


# The notices that procrastinate sends for a new job take a lock on the whole server at each commit; our wake-ups are
# for later, so that nobody needs them.
_WAKE_UPS = """
ALTER TABLE procrastinate_jobs DISABLE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1;
CREATE FUNCTION job_wake_up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF TG_OP = 'UPDATE' THEN  -- one may be left of the attempt before
    DELETE FROM procrastinate_jobs WHERE queueing_lock = 'job:' || NEW.id AND status = 'todo';
  END IF;
  PERFORM procrastinate_defer_jobs_v1(ARRAY[ROW(
    'jobs', 'run_job', CASE WHEN NEW.case_id IS NULL THEN -1 ELSE 0 END, 'case:' || NEW.case_id,
    'job:' || NEW.id, jsonb_build_object('key', NEW.key),
    clock_timestamp() + interval '3 seconds')::procrastinate_job_to_defer_v1]);
  RETURN NULL;
END $$;
CREATE FUNCTION job_is_over() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  DELETE FROM procrastinate_jobs WHERE queueing_lock = 'job:' || OLD.id AND status = 'todo';
  RETURN NULL;
END $$;
CREATE TRIGGER job_wake_up AFTER INSERT ON job FOR EACH ROW EXECUTE FUNCTION job_wake_up();
CREATE TRIGGER job_again AFTER UPDATE OF status ON job FOR EACH ROW
  WHEN (OLD.status = 'failed' AND NEW.status = 'waiting') EXECUTE FUNCTION job_wake_up();
CREATE TRIGGER job_is_over AFTER DELETE ON job FOR EACH ROW EXECUTE FUNCTION job_is_over();
"""


def create(connection: Connection) -> None:
    """Create every table that is missing, and the triggers with them; several nodes may do so at once."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('casewright schema'))"))
    tables = set(inspect(connection).get_table_names())
    Base.metadata.create_all(connection)
    keys.create(connection)
    for name, what in _APPEND_ONLY.items():
        if name not in tables:
            for statement in _triggers(connection.dialect.name, name, *what):
                connection.execute(text(statement))
    if "document_kind" not in tables:
        _fill_kinds(connection)
    if connection.dialect.name == "postgresql" and "procrastinate_jobs" not in tables:
        _create_wake_ups(connection)
    (sqlite if connection.dialect.name == "sqlite" else postgresql).create(connection)


def _fill_kinds(connection: Connection) -> None:
    kinds = enumerate(document.FIRST_KINDS.items(), start=1)
    rows = [{"key": key, "name": name, "position": position} for position, (key, name) in kinds]
    connection.execute(insert(document.DocumentKind), rows)


def _create_wake_ups(connection: Connection) -> None:
    """Create what procrastinate works on, in our transaction, and have our jobs use it."""
    from procrastinate.schema import SchemaManager  # here: SQLite has no need of it

    driver: Any = connection.connection.driver_connection
    driver.execute(SchemaManager.get_schema())
    driver.execute(_WAKE_UPS)


def _triggers(dialect: str, name: str, sealed: str, erasable: tuple[str, ...], sentence: str) -> list[str]:
    """Return what lets rows of a table be added and `erasable` columns be emptied, and nothing else."""
    if dialect == "sqlite":
        changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in sealed.split())
        filled = "".join(f" OR NEW.{column} IS NOT NULL" for column in erasable)
        refuse = f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
        return [
            f"CREATE TRIGGER {name}_keep BEFORE DELETE ON {name} {refuse}",
            f"CREATE TRIGGER {name}_seal BEFORE UPDATE ON {name} WHEN {changed}{filled} {refuse}",
        ]
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in sealed.split())
    filled = "".join(f" OR NEW.{column} IS NOT NULL" for column in erasable)
    run = f"EXECUTE FUNCTION {name}_refuse()"
    return [
        f"CREATE FUNCTION {name}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{sentence}'; END $$",
        f"CREATE TRIGGER {name}_keep BEFORE DELETE ON {name} FOR EACH ROW {run}",
        f"CREATE TRIGGER {name}_seal BEFORE UPDATE ON {name} FOR EACH ROW WHEN ({changed}{filled}) {run}",
        f"CREATE TRIGGER {name}_whole BEFORE TRUNCATE ON {name} {run}",
    ]
