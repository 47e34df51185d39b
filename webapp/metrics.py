"""Figures for Prometheus: what this process measures, and what waits in the database when they are asked for.

With several processes behind one port (gunicorn) PROMETHEUS_MULTIPROC_DIR names a folder in which each keeps its own;
whoever is asked adds them up. The folder is read before the library is imported, so that is left until it is needed.
"""

import os
import threading
from collections.abc import Iterator
from functools import cache
from ipaddress import ip_address
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import measures
from engine.dead_letters import LETTER
from engine.instants import now
from models.base import table
from models.work import Incident, Job, OutboxMessage, Timer
from webapp.settings import Settings

_ONE_AT_A_TIME = threading.Lock()

JOB, OUTBOX, TIMER, INCIDENT = table(Job), table(OutboxMessage), table(Timer), table(Incident)
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
MEASURES = {
    "step": ("casewright_step_seconds", "Steps of cases, from their first statement to their last.", ()),
    "job": ("casewright_job_seconds", "Jobs, by kind.", ("kind",)),
    "sweep": ("casewright_sweep_seconds", "Rounds of the background work, by part.", ("part",)),
    "request": ("casewright_http_request_seconds", "Requests, by route.", ("method", "route", "status")),
}


def install() -> None:
    """Keep what is measured in this process from now on."""
    measures.report_to(_keep)


def may_read(settings: Settings, authorization: str, address: str) -> bool | None:
    """Say whether somebody may read the figures; none when nobody may, because neither token nor address is set."""
    if not settings.metrics_token and not settings.metrics_allow:
        return None
    import hmac

    given = authorization.removeprefix("Bearer ").encode()
    if settings.metrics_token and hmac.compare_digest(given, settings.metrics_token.encode()):
        return True
    try:
        return any(ip_address(address) in network for network in settings.metrics_allow)
    except ValueError:
        return False


def page(session: Session, pool: Any) -> tuple[bytes, str]:
    """Return all figures as Prometheus reads them, and the type of that text."""
    import prometheus_client as prometheus
    from prometheus_client import multiprocess

    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = prometheus.CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)
    else:
        registry = prometheus.REGISTRY
    waiting = prometheus.CollectorRegistry()
    waiting.register(_Waiting(session, pool))
    both = prometheus.generate_latest(registry) + prometheus.generate_latest(waiting)
    return both, prometheus.CONTENT_TYPE_LATEST


class _Waiting:
    """Reads what waits in the database; a few statements by index."""

    def __init__(self, session: Session, pool: Any) -> None:
        self._session, self._pool = session, pool

    def describe(self) -> list[Any]:
        """Say nothing: what is told hangs on what waits."""
        return []

    def collect(self) -> Iterator[Any]:
        """Read."""
        from prometheus_client.core import GaugeMetricFamily as Gauge

        jobs = Gauge("casewright_jobs", "Jobs that wait, run or were given up.", labels=["kind", "status"])
        for kind, status, count in self._all(
            select(JOB.c.kind, JOB.c.status, func.count()).group_by(JOB.c.kind, JOB.c.status)
        ):
            jobs.add_metric([kind, status], count)
        messages = Gauge("casewright_outbox_messages", "Messages that wait or failed.", labels=["status"])
        for status in ("waiting", "failed"):
            messages.add_metric([status], self._one(_count(OUTBOX, OUTBOX.c.status == status)))
        yield jobs
        yield messages
        oldest = self._one(select(func.min(TIMER.c.due_at)))
        late = max((now() - oldest).total_seconds(), 0.0) if oldest is not None else 0.0
        yield Gauge("casewright_oldest_due_timer_seconds", "How long the longest due timer has been due.", late)
        open_ = self._one(_count(INCIDENT, INCIDENT.c.resolved_at.is_(None)))
        yield Gauge("casewright_incidents_open", "Steps that failed and wait for somebody.", open_)
        letters = self._one(select(func.count()).select_from(LETTER))
        yield Gauge("casewright_dead_letters", "Work that was given up and waits for somebody.", letters)
        in_use = getattr(self._pool, "checkedout", lambda: 0)()
        yield Gauge("casewright_database_connections_in_use", "Of the process that answers.", in_use)

    def _all(self, statement: Any) -> Any:
        return self._session.execute(statement).all()

    def _one(self, statement: Any) -> Any:
        return self._session.scalar(statement)


def _count(source: Any, condition: Any) -> Any:
    return select(func.count()).select_from(source).where(condition)


@cache
def _histogram(what: str) -> Any:
    from prometheus_client import Histogram

    name, help_, labels = MEASURES[what]
    return Histogram(name, help_, labels, buckets=SECONDS)


def _keep(what: str, kind: str, seconds: float) -> None:
    with _ONE_AT_A_TIME:  # of two threads that measure something first, both would make its histogram
        found = _histogram(what)
    labels = MEASURES[what][2]
    (found.labels(*kind.split(" ")[: len(labels)]) if labels else found).observe(seconds)
