"""Creates the tables, the triggers that keep history append-only, and on PostgreSQL those that have jobs run.

Triggers, and the indexes by which one searches, are made of the code: an upgrade makes them anew, and a revision says
nothing of them.

On PostgreSQL each job brings a wake-up of procrastinate with it, in the same transaction, whoever inserts it; it is
taken away with the job. The request that left a job runs it right after its commit; the wake-up comes a little later,
for the case that the request's process died.
"""

from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, text
from sqlalchemy.schema import CreateIndex

from models import (  # noqa: F401 (each fills the metadata)
    accounts,
    bundle,
    case,
    category,
    communication,
    document,
    fields,
    importing,
    inbound,
    law,
    lists,
    migration,
    people,
    places,
    record,
    revisions,
    rights,
    staff,
    standings,
    telling,
    templates,
    tenancies,
    webhook_topics,
    webhooks,
    work,
)
from models.base import Base
from models.revisions import Standing
from models.search import (  # `keys` too fills the metadata
    keys,  # noqa: F401
    postgresql,
    sqlite,
)


class _Kept(NamedTuple):
    """A table to which rows are only added: its `sealed` columns never change, and no row is deleted.

    Erasure may empty those that are `erasable`. The others may be written until the column `until` holds something.
    """

    sealed: str
    sentence: str  # what is said to whoever tries
    erasable: tuple[str, ...] = ()
    until: str = ""


_LAW = "what the law was is append-only"
_APPEND_ONLY = {
    "case_event": _Kept(
        "id case_id sequence at type actor_id actor_name digest key_id mac",
        "the history of a case is append-only",
        erasable=("payload", "salt"),
    ),
    "record_change": _Kept(
        "id entity_type entity_id revision part part_id action reason case_id at actor_id actor_name",
        "the history of the record is append-only",
        erasable=("changes",),
    ),
    "staff_change": _Kept(
        "id at by_id by_name action subject_type subject_id subject_name",
        "the history of staff and roles is append-only",
        erasable=("before", "after"),
    ),
    "read_log": _Kept("id user_id entity_type entity_id what at", "the log of what was read is append-only"),
    "inbound_event": _Kept(
        "id item_id at by_id by_name action", "the history of what came in is append-only", erasable=("text",)
    ),
    "law_change": _Kept("revision mark kind what reason at by_id by_name state", _LAW),
    "rule_edition": _Kept(
        "id source number content sha256 origin reason published_at published_by_id published_by_name", _LAW
    ),
    "closed_days": _Kept("id name first_on last_on reason added_at added_by_name", _LAW, until="ended_at"),
    "shared_template_version": _Kept(
        "id template_id number content sha256 size origin saved_at saved_by_id saved_by_name",
        "a published template is never changed",
        until="published_at",
    ),
    "bank_holiday": _Kept("id nation on_day name reason added_at added_by_name", _LAW, until="ended_at"),
}


# The notices that procrastinate sends for a new job take a lock on the whole server at each commit; our wake-ups are
# for later, so that nobody needs them.
_NO_NOTICES = "ALTER TABLE procrastinate_jobs DISABLE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1"
_WAKE_UPS = """
CREATE OR REPLACE FUNCTION job_wake_up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF TG_OP = 'UPDATE' THEN  -- one may be left of the attempt before
    DELETE FROM procrastinate_jobs WHERE queueing_lock = 'job:' || NEW.id AND status = 'todo';
  END IF;
  PERFORM procrastinate_defer_jobs_v1(ARRAY[ROW(
    'jobs', 'run_job', CASE WHEN NEW.case_id IS NULL THEN -1 ELSE 0 END, 'case:' || NEW.case_id,
    'job:' || NEW.id, jsonb_build_object('key', NEW.key),
    clock_timestamp() + interval '3 seconds')::procrastinate_job_to_defer_v1]);
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION job_is_over() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  DELETE FROM procrastinate_jobs WHERE queueing_lock = 'job:' || OLD.id AND status = 'todo';
  RETURN NULL;
END $$;
CREATE TRIGGER job_wake_up AFTER INSERT ON job FOR EACH ROW EXECUTE FUNCTION job_wake_up();
CREATE TRIGGER job_again AFTER UPDATE OF status ON job FOR EACH ROW
  WHEN (OLD.status = 'failed' AND NEW.status = 'waiting') EXECUTE FUNCTION job_wake_up();
CREATE TRIGGER job_is_over AFTER DELETE ON job FOR EACH ROW EXECUTE FUNCTION job_is_over();
"""


# Search makes its own triggers anew where they are not as this release makes them, and procrastinate's are its own.
_OUR_TRIGGERS = """
SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace
AND relname NOT LIKE 'procrastinate%' AND tgname NOT LIKE 'search%'
"""


def create(connection: Connection) -> None:
    """Create everything in an empty database, and mark it; several nodes may do so at once."""
    if revisions.standing(connection) is not Standing.EMPTY:
        return
    lock(connection)
    if revisions.standing(connection) is Standing.EMPTY:  # still: another may have come first
        Base.metadata.create_all(connection)
        _fill_kinds(connection)
        prepare_for_jobs(connection)
        attach(connection)
        revisions.mark(connection, revisions.latest())


def _fill_kinds(connection: Connection) -> None:
    kinds = enumerate(document.FIRST_KINDS.items(), start=1)
    rows = [{"key": key, "name": name, "position": position} for position, (key, name) in kinds]
    connection.execute(insert(document.DocumentKind), rows)


def lock(connection: Connection) -> None:
    """Let nobody else create or upgrade at the same time; on SQLite the transaction itself sees to it."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL lock_timeout = '2min'"))  # whoever has it makes every table
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('casewright schema'))"))


def prepare_for_jobs(connection: Connection) -> None:
    """Create what procrastinate works on, in our transaction."""
    if connection.dialect.name == "postgresql":
        from procrastinate.schema import SchemaManager  # here: SQLite has no need of it

        driver: Any = connection.connection.driver_connection
        driver.execute(SchemaManager.get_schema())
        driver.execute(_NO_NOTICES)


def wake_for_jobs(connection: Connection) -> None:
    """Create the triggers by which each job brings its wake-up."""
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection.driver_connection
        driver.execute(_WAKE_UPS)


def attach(connection: Connection) -> None:
    """Create the triggers, and each index that is missing."""
    for table in Base.metadata.tables.values():
        for index in table.indexes:
            connection.execute(CreateIndex(index, if_not_exists=True))
    for name, kept in _APPEND_ONLY.items():
        for statement in _triggers(connection.dialect.name, name, kept):
            connection.execute(text(statement))
    webhook_topics.create(connection)
    standings.create(connection)
    wake_for_jobs(connection)
    (sqlite if connection.dialect.name == "sqlite" else postgresql).create(connection)


def detach(connection: Connection) -> None:
    """Take the triggers away: tables cannot be changed under them, and SQLite would lose them with a table's copy."""
    if connection.dialect.name == "sqlite":
        for name in connection.scalars(text("SELECT name FROM sqlite_schema WHERE type = 'trigger'")).all():
            connection.execute(text(f"DROP TRIGGER {name}"))
    else:
        for name, table in connection.execute(text(_OUR_TRIGGERS)).all():
            connection.execute(text(f"DROP TRIGGER {name} ON {table}"))


def _triggers(dialect: str, name: str, kept: _Kept) -> list[str]:
    """Return what refuses every other change of a table."""
    differs = "IS NOT" if dialect == "sqlite" else "IS DISTINCT FROM"
    refused = [f"OLD.{column} {differs} NEW.{column}" for column in kept.sealed.split()]
    refused += [f"NEW.{column} IS NOT NULL" for column in kept.erasable]
    refused += [f"OLD.{kept.until} IS NOT NULL"] if kept.until else []
    changed = " OR ".join(refused)
    if dialect == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{kept.sentence}'); END"
        return [
            f"CREATE TRIGGER {name}_keep BEFORE DELETE ON {name} {refuse}",
            f"CREATE TRIGGER {name}_seal BEFORE UPDATE ON {name} WHEN {changed} {refuse}",
        ]
    run = f"EXECUTE FUNCTION {name}_refuse()"
    return [
        f"CREATE OR REPLACE FUNCTION {name}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{kept.sentence}'; END $$",
        f"CREATE TRIGGER {name}_keep BEFORE DELETE ON {name} FOR EACH ROW {run}",
        f"CREATE TRIGGER {name}_seal BEFORE UPDATE ON {name} FOR EACH ROW WHEN ({changed}) {run}",
        f"CREATE TRIGGER {name}_whole BEFORE TRUNCATE ON {name} {run}",
    ]
