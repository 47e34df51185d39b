"""Of what other systems may be told, and the triggers by which each change queues it in its own transaction.

Every change of the record is a row of `record_change`, everything that happens in a case one of `case_event`: whoever
writes those, by whichever path, queues the messages with them. A restricted case queues none.
"""

from collections.abc import Iterator

from sqlalchemy import Connection

# Types of `case_event`, and what others are told: nothing of what somebody wrote, and nothing of circles.
OF_CASES = {
    "case_started": "case.started",
    "case_changed": "case.changed",
    "case_assigned": "case.assigned",
    "case_linked": "case.linked",
    "case_detached": "case.linked",
    "case_merged": "case.merged",
    "case_completed": "case.ended",
    "case_closed": "case.ended",
    "case_cancelled": "case.ended",
    "case_reopened": "case.reopened",
    "task_completed": "task.completed",
    "clock_started": "clock.started",
    "clock_extended": "clock.extended",
    "clock_met": "clock.met",
    "incident_raised": "incident.raised",
}
BREACHED = "clock.breached"  # a date that passes: no row says so
ENTITIES = ("person", "home", "tenancy", "account", "organisation")
ACTIONS = ("created", "changed", "ended")
OF_RECORD = (*(f"{entity}.{action}" for entity in ENTITIES for action in ACTIONS), "person.merged")
TOPICS = (*OF_RECORD, *dict.fromkeys(OF_CASES.values()), BREACHED)

_CASE_TOPIC = " ".join(f"WHEN '{kind}' THEN '{topic}'" for kind, topic in OF_CASES.items())
_CASE_TYPES = ", ".join(f"'{kind}'" for kind in OF_CASES)
# A change of a part, or one that has no name here, is a change of its entity.
_RECORD_TOPIC = (
    "NEW.entity_type || '.' || CASE WHEN NEW.part = '' AND NEW.action IN ('created', 'ended', 'merged') "
    "THEN NEW.action ELSE 'changed' END"
)
_JSON = {"sqlite": "json_object", "postgresql": "jsonb_build_object"}


def create(connection: Connection) -> None:
    """Create the triggers on both histories; those that were there are gone already."""
    dialect = connection.dialect.name
    of_case = f"CASE NEW.type {_CASE_TOPIC} END"
    for statement in (
        *_trigger(dialect, "case_event", f"NEW.type IN ({_CASE_TYPES})", _queue(dialect, "case_event", of_case)),
        # A document is filed under an entity, and is none of its values: the entity keeps its revision.
        *_trigger(dialect, "record_change", "NEW.part <> 'document'", _queue(dialect, "record_change", _RECORD_TOPIC)),
    ):
        connection.exec_driver_sql(statement)  # the keys have colons in them


def _queue(dialect: str, source: str, topic: str) -> str:
    """Return the statement that queues a message for each subscription to the topic of the new row."""
    of_case = source == "case_event"
    payload = f"{_JSON[dialect]}('type', t.topic, 'source', '{source}', 'id', NEW.id)"
    case_id = "NEW.case_id" if of_case else "NULL"
    open_case = "JOIN cases c ON c.id = NEW.case_id AND NOT c.restricted " if of_case else ""
    return (
        "INSERT INTO outbox (key, channel, case_id, subscription_id, payload, status, attempts, next_at, error) "
        f"SELECT 'webhook:' || s.id || ':{source}:' || NEW.id, 'webhook', {case_id}, s.id, "
        f"{payload}, 'waiting', 0, NEW.at, '' FROM webhook_topic t "
        "JOIN webhook_subscription s ON s.id = t.subscription_id AND s.paused_at IS NULL AND s.ended_at IS NULL "
        f"{open_case}WHERE t.topic = {topic}"
    )


def _trigger(dialect: str, source: str, condition: str, queue: str) -> Iterator[str]:
    head = f"CREATE TRIGGER {source}_webhooks AFTER INSERT ON {source} FOR EACH ROW WHEN ({condition})"
    if dialect == "sqlite":
        yield f"{head} BEGIN {queue}; END"
        return
    yield (
        f"CREATE OR REPLACE FUNCTION {source}_webhooks() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"{queue}; RETURN NULL; END $$"
    )
    yield f"{head} EXECUTE FUNCTION {source}_webhooks()"
