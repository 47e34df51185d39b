"""Creates the tables, the triggers that keep history append-only, and on PostgreSQL those that have jobs run.

On PostgreSQL each job brings a wake-up of procrastinate with it, in the same transaction, whoever inserts it; it is
taken away with the job. The request that left a job runs it right after its commit; the wake-up comes a little later,
for the case that the request's process died.
"""

from typing import Any

from sqlalchemy import Connection, inspect, text

from models import (  # noqa: F401 (each fills the metadata)
    case,
    category,
    document,
    fields,
    law,
    lists,
    migration,
    people,
    places,
    rights,
    staff,
    telling,
    work,
)
from models.base import Base

# Erasure is the one change that history allows: payload and salt may become NULL, nothing else may change.
_SEALED = "id case_id sequence at type actor_id actor_name digest key_id mac".split()


# The notices that procrastinate sends for a new job take a lock on the whole server at each commit; our wake-ups are
# for later, so that nobody needs them.
_WAKE_UPS = """
ALTER TABLE procrastinate_jobs DISABLE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1;
CREATE FUNCTION job_wake_up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF TG_OP = 'UPDATE' THEN  -- one may be left of the attempt before
    DELETE FROM procrastinate_jobs WHERE queueing_lock = 'job:' || NEW.id AND status = 'todo';
  END IF;
  PERFORM procrastinate_defer_jobs_v1(ARRAY[ROW(
    'jobs', 'run_job', 0, 'case:' || NEW.case_id, 'job:' || NEW.id, jsonb_build_object('key', NEW.key),
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
    if "case_event" not in tables:
        for statement in _triggers(connection.dialect.name):
            connection.execute(text(statement))
    if connection.dialect.name == "postgresql" and "procrastinate_jobs" not in tables:
        _create_wake_ups(connection)


def _create_wake_ups(connection: Connection) -> None:
    """Create what procrastinate works on, in our transaction, and have our jobs use it."""
    from procrastinate.schema import SchemaManager  # here: SQLite has no need of it

    driver: Any = connection.connection.driver_connection
    driver.execute(SchemaManager.get_schema())
    driver.execute(_WAKE_UPS)


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
