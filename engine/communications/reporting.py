"""What communications come to: how many, what they cost, what failed or was stopped and why, and how long they took."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from engine.communications.settling import visible
from engine.communications.words import CHANNELS
from engine.errors import Invalid
from engine.instants import LONDON
from engine.permissions import Actor
from models.communication import Communication

MOST_MONTHS = 24
MOST_REASONS = 20
MOST_TIMED = 20_000  # the latest, of which the middle is taken


@dataclass(frozen=True, slots=True)
class Volume:
    """The messages that were written in a month, on a channel, from a template."""

    month: date  # its first day
    channel: str
    template: str
    written: int
    sent: int  # of them, delivered ones included
    delivered: int
    failed: int
    stopped: int
    cancelled: int
    parts: int
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Reason:
    """Why messages did not arrive or were stopped."""

    status: str
    channel: str
    reason: str
    number: int


@dataclass(frozen=True, slots=True)
class Took:
    """How long half of the messages took at most, and of how many."""

    what: str
    median: timedelta | None
    number: int


@dataclass(frozen=True, slots=True)
class Report:
    """All of it, for a time."""

    since: date
    until: date
    volumes: list[Volume]
    reasons: list[Reason]
    took: list[Took]

    def by_month(self) -> list[tuple[date, dict[str, int]]]:
        """Return how many were written in each month, by channel; a month without any too."""
        found: dict[date, dict[str, int]] = {
            month: dict.fromkeys(CHANNELS, 0) for month in _months(self.since, self.until)
        }
        for one in self.volumes:
            found[one.month][one.channel] += one.written
        return list(found.items())

    def by_channel(self) -> list[Volume]:
        """Return the sums of each channel."""
        return [
            _sum(channel, "", mine)
            for channel in CHANNELS
            if (mine := [v for v in self.volumes if v.channel == channel])
        ]

    def by_template(self) -> list[Volume]:
        """Return the sums of each template, the most used first; what was written freely has none."""
        keys = dict.fromkeys((one.channel, one.template) for one in self.volumes)
        sums = [_sum(*key, [one for one in self.volumes if (one.channel, one.template) == key]) for key in keys]
        return sorted(sums, key=lambda one: -one.written)


def report(session: Session, since: date, until: date, *, by: Actor) -> Report:
    """Return what was written from one day to another, both included, of what the actor may see.

    Raises:
        Invalid: the days are the wrong way round, or too far apart.
    """
    if until < since:
        raise Invalid(errors={"until": "The last day must be the first or after it"})
    if len(_months(since, until)) > MOST_MONTHS:
        raise Invalid(errors={"since": f"Choose {MOST_MONTHS} months or fewer"})
    volumes = [one for month in _months(since, until) for one in _volumes(session, month, since, until, by)]
    return Report(since, until, volumes, _reasons(session, since, until, by), _took(session, since, until, by))


def _months(since: date, until: date) -> list[date]:
    months: list[date] = []
    month = since.replace(day=1)
    while month <= until and len(months) <= MOST_MONTHS:
        months.append(month)
        month = _next(month)
    return months


def _next(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def _volumes(session: Session, month: date, since: date, until: date, by: Actor) -> list[Volume]:
    first, last = max(month, since), min(_next(month) - timedelta(days=1), until)
    rows = session.execute(
        select(
            Communication.channel,
            Communication.template,
            func.count(),
            _number(("sent", "delivered")),
            _number(("delivered",)),
            _number(("failed",)),
            _number(("stopped",)),
            _number(("cancelled",)),
            func.coalesce(func.sum(Communication.sheets), 0),
            func.coalesce(func.sum(Communication.cost), 0),
        )
        .where(*_written(first, last), visible(by))
        .group_by(Communication.channel, Communication.template)
        .order_by(Communication.channel, Communication.template)
    )
    lines: list[tuple[Any, ...]] = [(month, *row[:9], Decimal(row[9])) for row in rows.all()]
    return [Volume(*line) for line in lines]


def _number(statuses: Sequence[str]) -> Any:
    return func.coalesce(func.sum(case((Communication.status.in_(statuses), 1), else_=0)), 0)


def _written(since: date, until: date) -> tuple[Any, ...]:
    return (
        Communication.direction == "out",
        Communication.created_at >= _begin(since),
        Communication.created_at < _begin(until + timedelta(days=1)),
    )


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)


def _reasons(session: Session, since: date, until: date, by: Actor) -> list[Reason]:
    columns = (Communication.status, Communication.channel, Communication.reason)
    rows = session.execute(
        select(*columns, func.count())
        .where(*_written(since, until), Communication.status.in_(("failed", "stopped")), visible(by))
        .group_by(*columns)
        .order_by(func.count().desc(), *columns)
        .limit(MOST_REASONS)
    )
    return [Reason(*row) for row in rows]


def _took(session: Session, since: date, until: date, by: Actor) -> list[Took]:
    received = aliased(Communication)
    sent = _spans(session, Communication.created_at, Communication.sent_at, (*_written(since, until), visible(by)))
    arrived = (*_written(since, until), Communication.status == "delivered", visible(by))
    delivered = _spans(session, Communication.sent_at, Communication.settled_at, arrived)
    answers = (
        select(received.created_at, Communication.created_at)
        .join(received, received.id == Communication.in_reply_to_id)
        .where(*_written(since, until), received.direction == "in", visible(by))
        .order_by(Communication.id.desc())
        .limit(MOST_TIMED)
    )
    answered = [answer - came for came, answer in session.execute(answers)]
    return [
        _middle("From writing to sending", sent),
        _middle("From sending to delivery", delivered),
        _middle("From receiving to answering", answered),
    ]


def _spans(session: Session, begin: Any, end: Any, which: Sequence[Any]) -> list[timedelta]:
    wanted = select(begin, end).where(*which, begin.is_not(None), end.is_not(None))
    rows = session.execute(wanted.order_by(Communication.id.desc()).limit(MOST_TIMED))
    return [later - earlier for earlier, later in rows]


def _middle(what: str, spans: Sequence[timedelta]) -> Took:
    return Took(what, timedelta(seconds=median(span.total_seconds() for span in spans)) if spans else None, len(spans))


def _sum(channel: str, template: str, rows: Sequence[Volume]) -> Volume:
    names = ("written", "sent", "delivered", "failed", "stopped", "cancelled", "parts")
    sums = {name: sum(getattr(one, name) for one in rows) for name in names}
    return Volume(rows[0].month, channel, template, **sums, cost=sum((one.cost for one in rows), Decimal()))
