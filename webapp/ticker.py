"""What happens without anybody asking: timers, jobs that were left, mail. Any number of processes may tick.

APScheduler only wakes us; the truth is in rows with a date (its own stores lose and double work, measured).
"""

import logging
from datetime import UTC, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from engine import instants, jobs, outbox, timers
from engine.transactions import Sessions
from webapp.demo import clock

SWEEP_SECONDS = 5
CLOCK_SECONDS = 1
MOST_ROUNDS = 20

log = logging.getLogger(__name__)


class Ticker:
    """Wakes every few seconds, in this process, until it is stopped."""

    def __init__(self, sessions: Sessions, *, smtp_url: str = "", sender: str = "") -> None:
        self._sessions = sessions
        self._smtp_url = smtp_url
        self._sender = sender
        self._offset = timedelta()
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def start(self) -> None:
        """Take over the demo clock now, then tick."""
        self.follow_clock()
        self._scheduler.add_job(self.sweep, "interval", seconds=SWEEP_SECONDS, jitter=2, id="sweep")
        self._scheduler.add_job(self.follow_clock, "interval", seconds=CLOCK_SECONDS, id="clock")
        self._scheduler.start()

    def stop(self) -> None:
        """Finish what is under way and stop."""
        self._scheduler.shutdown(wait=True)

    def sweep(self) -> None:
        """Do all that is due. One part that fails does not keep the others from being done."""
        for name, part in (("timers", self._timers), ("jobs", self._jobs), ("outbox", self._outbox)):
            try:
                part()
            except Exception:
                log.exception("the %s could not be swept", name)

    def follow_clock(self) -> None:
        """Show the time that the demo clock says; what is due then happens at once."""
        try:
            offset = clock.read(self._sessions)
        except Exception:
            log.exception("the demo clock could not be read")
            return
        if offset != self._offset:
            self._offset = offset
            instants.set_offset(offset)
            self._wake()

    def _wake(self) -> None:
        job = self._scheduler.get_job("sweep")
        if job is not None:
            job.modify(next_run_time=instants.unmoved_now())

    def _timers(self) -> None:
        for _ in range(MOST_ROUNDS):  # a timer may lead to another that is due at once
            if not timers.sweep(self._sessions):
                return

    def _jobs(self) -> None:
        jobs.run_waiting(self._sessions)

    def _outbox(self) -> None:
        outbox.deliver(self._sessions, smtp_url=self._smtp_url, sender=self._sender)
