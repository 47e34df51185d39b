"""What waits in a case: to-do items, clocks, timers, messages, incidents and jobs."""

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint, column, func
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, Id, Instant, Key, Name, Never, only_where, refers_to


class UserTask(Base):
    """A to-do item: a user task of the diagram that a token has reached, or one that an officer added (ad hoc)."""

    __tablename__ = "user_task"
    __table_args__ = (
        Index("ix_user_task_case_id", "case_id", "status"),
        Index("ix_user_task_assignee", "status", "assignee_id", "due_at"),
        Index("ix_user_task_team", "status", "team_id", "due_at"),
        Index("ix_user_task_completed", "status", "completed_at"),
        Index("ix_user_task_remind_at", "remind_at", **only_where(column("remind_at").is_not(None))),
    )

    id: Mapped[Id]
    case_id: Mapped[int] = refers_to("cases.id", index=False)
    element_id: Mapped[Name]
    token_id: Mapped[str | None] = mapped_column(String(32))  # none for an ad hoc task
    name: Mapped[Name]
    instructions: Mapped[str] = mapped_column(default="")
    form_id: Mapped[Name | None]
    status: Mapped[Key]  # open, completed, cancelled
    assignee_id: Mapped[int | None] = refers_to("user_account.id", index=False)
    team_id: Mapped[int | None] = refers_to("team.id", index=False)
    on_behalf_of_id: Mapped[int | None] = refers_to("user_account.id", index=False)  # whom the assignee stands in for
    candidates: Mapped[dict[str, object]] = mapped_column(default=dict)  # further {"teams": [ids], "users": [ids]}
    priority: Mapped[int] = mapped_column(default=50)
    item: Mapped[dict[str, object]] = mapped_column(default=dict)  # local names of a multi-instance token
    created_at: Mapped[datetime]
    amber_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    follow_up_at: Mapped[datetime | None]
    remind_at: Mapped[datetime | None]  # when somebody is reminded of it next; never again when none
    claimed_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    completed_by_id: Mapped[int | None] = refers_to("user_account.id", index=False)
    late_reason: Mapped[str | None]  # of one that was done after its time; "" when no reason was given
    completion_key: Mapped[str | None] = mapped_column(String(80))  # of the form that completed it
    draft: Mapped[dict[str, object] | None]
    revision: Mapped[int] = mapped_column(default=1)


# Lists begin with what is most urgent; what has no date comes last.
DUE_OR_NEVER = func.coalesce(UserTask.due_at, Never(), type_=Instant())
Index("ix_user_task_urgency", UserTask.status, DUE_OR_NEVER, UserTask.id)


class Choice(Base):
    """The ways that a person may choose from at a token: for its to-do item, or for its incident."""

    __tablename__ = "choice"

    id: Mapped[Id]
    case_id: Mapped[int] = refers_to("cases.id", index=False)
    token_id: Mapped[str] = mapped_column(String(32), unique=True)
    many: Mapped[bool]  # whether several may be chosen
    ways: Mapped[list[object]]  # [[id, name], …], as they are shown


class Clock(Base):
    """A rule running on a case. `explanation` holds the steps of the calculation that give `due_at`.

    That it is late is never written down: a clock that goes on is late as soon as `due_at` has passed.
    """

    __tablename__ = "clock"
    __table_args__ = (
        Index("ix_clock_state_due_at", "state", "due_at"),
        Index("ix_clock_state_law_revision", "state", "law_revision"),
    )

    id: Mapped[Id]
    case_id: Mapped[int] = refers_to("cases.id")
    rule_id: Mapped[Name]
    counted_from: Mapped[str] = mapped_column(String(40))  # ISO date or instant, as the rule was given it
    source: Mapped[str] = mapped_column(default="")  # the FEEL text that gave it, if a service task started the clock
    due_at: Mapped[datetime | None]  # none while it stands still with no known end, and for a rule that sets a floor
    amber_at: Mapped[datetime | None]
    state: Mapped[Key]  # running, stopped, met, breached (met too late), ended (with its case), cancelled (an error)
    met_at: Mapped[datetime | None]
    extensions: Mapped[list[object]] = mapped_column(default=list)
    stops: Mapped[list[object]] = mapped_column(default=list)
    resets: Mapped[list[object]] = mapped_column(default=list)
    started_by_id: Mapped[int | None] = refers_to("user_account.id", index=False)  # where an officer did by hand
    explanation: Mapped[dict[str, object]]
    law_revision: Mapped[int] = mapped_column(default=0)  # of rules and calendar, by which it was last worked out
    revision: Mapped[int] = mapped_column(default=1)


class Timer(Base):
    """A timer event that a token waits at; the case advances when it is due."""

    __tablename__ = "timer"

    id: Mapped[Id]
    case_id: Mapped[int] = refers_to("cases.id")
    token_id: Mapped[str] = mapped_column(String(32))
    element_id: Mapped[Name]
    due_at: Mapped[datetime] = mapped_column(index=True)


class MessageSubscription(Base):
    """A message that a case waits for; the key is found by index, not by asking every case."""

    __tablename__ = "message_subscription"
    __table_args__ = (Index("ix_message_subscription_name", "name", "correlation_key"),)

    id: Mapped[Id]
    case_id: Mapped[int] = refers_to("cases.id")
    token_id: Mapped[str] = mapped_column(String(32))
    element_id: Mapped[Name]
    name: Mapped[Name]
    correlation_key: Mapped[Name]


class SignalSubscription(Base):
    """A signal that a case waits for: a broadcast finds every case that does."""

    __tablename__ = "signal_subscription"
    __table_args__ = (Index("ix_signal_subscription_name", "name", "case_id"),)

    id: Mapped[Id]
    case_id: Mapped[int] = refers_to("cases.id")
    token_id: Mapped[str] = mapped_column(String(32))
    element_id: Mapped[Name]
    name: Mapped[Name]


class Message(Base):
    """A message that arrived, kept until a case takes it or it expires."""

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_name", "name", "correlation_key"),)

    id: Mapped[Id]
    name: Mapped[Name]
    correlation_key: Mapped[Name]
    variables: Mapped[dict[str, object]]
    message_key: Mapped[str | None] = mapped_column(String(120), unique=True)  # makes a second delivery the same
    received_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    taken_by_case_id: Mapped[int | None] = refers_to("cases.id")


class Incident(Base):
    """A step that failed; the token waits where it was until somebody retries it."""

    __tablename__ = "incident"

    id: Mapped[Id]
    case_id: Mapped[int] = refers_to("cases.id")
    token_id: Mapped[str] = mapped_column(String(32))
    element_id: Mapped[Name]
    element_name: Mapped[Name]
    message: Mapped[str]
    remedy: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=1)
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None] = refers_to("user_account.id", index=False)


class Job(Base):
    """Slow work that a step left behind, committed with it: run outside any lock, filed by a second step."""

    __tablename__ = "job"
    __table_args__ = (UniqueConstraint("key"), Index("ix_job_status_run_at", "status", "run_at"))

    id: Mapped[Id]
    key: Mapped[Name]  # deterministic: case, token, kind; the same work is queued once
    kind: Mapped[Key]
    case_id: Mapped[int | None] = refers_to("cases.id")  # none for what belongs to no case's steps
    token_id: Mapped[str] = mapped_column(String(32))
    element_id: Mapped[Name]
    payload: Mapped[dict[str, object]]
    status: Mapped[Key]  # waiting, running, failed (a dead letter); one that is done has no row any more
    run_at: Mapped[datetime]  # not before then; of one that runs, when its lease ends
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")  # why the last attempt failed
    request_id: Mapped[str] = mapped_column(String(64), default="")  # of the request that left it


class Setback(Base):
    """What was due and failed, where no other row says so: the timers of a case, or the start of one."""

    __tablename__ = "setback"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[Key]  # timer, start
    case_id: Mapped[int | None] = refers_to("cases.id")
    payload: Mapped[dict[str, object]]  # what is needed to try again
    status: Mapped[Key]  # waiting, failed (a dead letter)
    next_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=1)
    error: Mapped[str]


class AdministrativeAction(Base):
    """What an administrator did that is no event of a case, or not only one."""

    __tablename__ = "administrative_action"

    id: Mapped[Id]
    at: Mapped[datetime]
    user_id: Mapped[int | None] = refers_to("user_account.id", index=False)
    action: Mapped[Name]
    subject: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")


class OutboxMessage(Base):
    """Something that leaves the house after the commit, once: an e-mail, or a webhook of a subscription."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_status_next_at", "status", "next_at"),
        Index(
            "ix_outbox_subscription_id", "subscription_id", "id", **only_where(column("subscription_id").is_not(None))
        ),
        Index("ix_outbox_mail_id", "mail_id", **only_where(column("mail_id").is_not(None))),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(200), unique=True)  # deterministic: step, recipient, template
    channel: Mapped[Key]  # email, webhook
    case_id: Mapped[int | None] = refers_to("cases.id")
    subscription_id: Mapped[int | None] = refers_to("webhook_subscription.id", index=False)
    payload: Mapped[dict[str, object]]
    status: Mapped[Key]  # waiting, sent, failed (a dead letter), discarded
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    mail_id: Mapped[str | None] = mapped_column(String(100))  # its Message-ID, by which replies and bounces find it
    error: Mapped[str] = mapped_column(default="")


class Notification(Base):
    """A reminder or warning in the portal for one member of staff, and whether it goes by e-mail too."""

    __tablename__ = "notification"
    __table_args__ = (
        Index("ix_notification_user_id", "user_id", "read_at"),
        Index("ix_notification_mail_at", "mail_at", **only_where(column("mail_at").is_not(None))),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(200), unique=True)  # deterministic: nothing is told twice
    user_id: Mapped[int] = refers_to("user_account.id", index=False)
    case_id: Mapped[int] = refers_to("cases.id")
    user_task_id: Mapped[int | None] = mapped_column(BigId)
    kind: Mapped[Key]  # reminder, warning, escalation; to administrators unheard, when nobody could be told
    text: Mapped[str]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    mail_at: Mapped[datetime | None]  # when it goes by e-mail; none once it has, or when it never will
    outbox_key: Mapped[str | None] = mapped_column(String(200))  # of the e-mail that it went with


class Setting(Base):
    """One value that concerns the whole installation, such as the demo clock."""

    __tablename__ = "setting"

    key: Mapped[Key] = mapped_column(primary_key=True)
    value: Mapped[dict[str, object]]


class ReadLog(Base):
    """Who looked at a sensitive record, at what of it, and when. Rows are only ever added."""

    __tablename__ = "read_log"
    __table_args__ = (Index("ix_read_log_entity", "entity_type", "entity_id"),)

    id: Mapped[Id]
    user_id: Mapped[int] = refers_to("user_account.id")
    entity_type: Mapped[Key]
    entity_id: Mapped[int] = mapped_column(BigId)
    what: Mapped[Name]  # the address of the page or the operation
    at: Mapped[datetime]


class IdempotentAnswer(Base):
    """What was answered to a request with an Idempotency-Key, so that a repeat gets the same."""

    __tablename__ = "idempotent_answer"
    __table_args__ = (UniqueConstraint("user_id", "key"),)

    id: Mapped[Id]
    user_id: Mapped[int] = refers_to("user_account.id", index=False)
    key: Mapped[str] = mapped_column(String(120))
    request_digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[str]
    created_at: Mapped[datetime]
