"""What happens without anybody asking: timers, jobs that were left, mail, webhooks. Any number of processes may tick.

APScheduler only wakes us; the truth is in rows with a date (its own stores lose and double work, measured).
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, timedelta
from functools import partial

from sqlalchemy import delete

from engine import following, instants, jobs, log_context, measures, outbox, reminding, timers
from engine.communications import dispatching, print_batches, providers, tracking
from engine.communications.words import LETTER
from engine.filing import pdfs, receiving
from engine.history.anchoring import anchor
from engine.inbound.polling import Inbound
from engine.law import calendar
from engine.transactions import Sessions, reading, writing
from engine.webhooks import breaches, delivering
from models.staff import Session, SignInGuess
from webapp import auth, throttle
from webapp.api import idempotency
from webapp.demo import clock

SWEEP_SECONDS = 5
DOCUMENT_SECONDS = 2
WEBHOOK_SECONDS = 2
MESSAGE_SECONDS = 5
INBOUND_SECONDS = 5
CLOCK_SECONDS = 1
TIDY_MINUTES = 30
HALF_WRITTEN = timedelta(hours=1)  # a file that a killed process left
FORGOTTEN = timedelta(minutes=2)  # a job that has no wake-up, such as of a backup that was brought back
MOST_ROUNDS = 20

log = logging.getLogger(__name__)


class Ticker:
    """Wakes every few seconds, in this process, until it is stopped.

    `has_wakeups` says that procrastinate has jobs run: then only those are left to us that it passed over.
    """

    def __init__(
        self,
        sessions: Sessions,
        *,
        smtp_url: str = "",
        sender: str = "",
        channels: providers.Choice | None = None,
        has_wakeups: bool = False,
        inbound: Inbound | None = None,
    ) -> None:
        from apscheduler.schedulers.background import BackgroundScheduler  # here: it takes long to import

        self._sessions = sessions
        self._smtp_url = smtp_url
        self._sender = sender
        self._channels = channels or providers.read({"SMTP_URL": smtp_url})
        self._inbound = inbound
        self._overdue = FORGOTTEN if has_wakeups else timedelta()
        self._offset = timedelta()
        self._swept_at = time.monotonic()
        self._to_stop = threading.Event()
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def start(self) -> None:
        """Take over the demo clock now, then tick."""
        self.follow_clock()
        self._scheduler.add_job(self.sweep, "interval", seconds=SWEEP_SECONDS, jitter=2, id="sweep")
        self._scheduler.add_job(self.draw_documents, "interval", seconds=DOCUMENT_SECONDS, id="documents")
        self._scheduler.add_job(self.write_batches, "interval", seconds=DOCUMENT_SECONDS, id="batches")
        self._scheduler.add_job(self.make_papers, "interval", seconds=DOCUMENT_SECONDS, id="papers")
        self._scheduler.add_job(self.send_webhooks, "interval", seconds=WEBHOOK_SECONDS, id="webhooks")
        for channel in self._channels.names:
            send = partial(self.send_messages, channel)
            self._scheduler.add_job(send, "interval", seconds=MESSAGE_SECONDS, jitter=2, id=f"messages by {channel}")
        if self._inbound is not None and self._inbound.is_wanted:
            self._scheduler.add_job(self.take_in, "interval", seconds=INBOUND_SECONDS, id="inbound")
        self._scheduler.add_job(self.follow_clock, "interval", seconds=CLOCK_SECONDS, id="clock")
        self._scheduler.add_job(
            self.tidy, "interval", minutes=TIDY_MINUTES, id="tidy", next_run_time=instants.unmoved_now()
        )
        self._scheduler.start()

    def stop(self) -> None:
        """Finish what is under way, take nothing new, and stop."""
        self._to_stop.set()
        self._scheduler.shutdown(wait=True)

    def silent_for(self) -> float:
        """Return the seconds since the last sweep ended."""
        return time.monotonic() - self._swept_at

    def sweep(self) -> None:
        """Do all that is due. One part that fails does not keep the others from being done."""
        _each(
            {
                "timers": self._timers,
                "law": self._law,
                "jobs": self._jobs,
                "reminders": self._reminders,
                "outbox": self._outbox,
            }
        )
        self._swept_at = time.monotonic()

    def tidy(self) -> None:
        """Write the day's anchor of history, and clear away what has run out."""
        _each(
            {
                "bank holidays": self._bank_holidays,
                "letters without a PDF": self._letters_without_pdf,
                "anchor": self._anchor,
                "sign-ins": self._end_old_sessions,
                "files": _clear_half_written,
            }
        )

    def draw_documents(self) -> None:
        """Read and draw what was uploaded, beside the sweep: a document may take half a minute."""
        _each({"documents": self._documents})

    def make_papers(self) -> None:
        """Make PDFs and what is bound of them, beside the rest: they take minutes."""
        _each({"papers": self._papers})

    def write_batches(self) -> None:
        """Write letters to many, beside the rest: they may be thousands."""
        _each({"batches": self._batches})

    def send_webhooks(self) -> None:
        """Tell other systems of changes, beside the sweep: a receiver may take its time to answer."""
        _each({"webhooks": self._webhooks})

    def send_messages(self, channel: str) -> None:
        """Send what is due on a channel, beside the others: a provider may take its time, or be away."""
        _each(
            {
                f"messages by {channel}": partial(self._communications, channel),
                f"news of {channel}": partial(self._follow, channel),
                **({"post": self._post} if channel == LETTER else {}),
            }
        )

    def take_in(self) -> None:
        """Take in e-mails and scanned post, beside the sweep: a mail server may take its time to answer."""
        _each({"inbound": self._look_for_mail})

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

    def _bank_holidays(self) -> None:
        with writing(self._sessions) as session:
            for line in calendar.notice_library(session):
                log.warning("the list of bank holidays has changed: %s", line)

    def _anchor(self) -> None:
        with reading(self._sessions) as session:
            anchor(session)

    def _letters_without_pdf(self) -> None:
        with writing(self._sessions) as session:
            pdfs.catch_up(session)

    def _end_old_sessions(self) -> None:
        now = instants.unmoved_now()
        with writing(self._sessions) as session:
            session.execute(
                delete(Session).where((Session.seen_at < now - auth.IDLE) | (Session.created_at < now - auth.LONGEST))
            )
            session.execute(delete(SignInGuess).where(SignInGuess.at < now - throttle.KEPT))
            idempotency.forget_old(session)
            delivering.forget_old(session)

    def _timers(self) -> None:
        for _ in range(MOST_ROUNDS):  # a timer may lead to another that is due at once
            moved = timers.sweep(self._sessions, is_over=self._to_stop.is_set)
            if self._to_stop.is_set() or not moved + timers.begin_cases(self._sessions):
                return

    def _law(self) -> None:
        following.sweep(self._sessions)

    def _jobs(self) -> None:
        for _ in range(MOST_ROUNDS):  # thousands may have been left at once
            if not jobs.run_waiting(
                self._sessions, overdue=self._overdue, is_over=self._to_stop.is_set, but=jobs.APART
            ):
                return

    def _documents(self) -> None:
        jobs.run_waiting(self._sessions, overdue=self._overdue, is_over=self._to_stop.is_set, kinds=jobs.DRAWN)

    def _batches(self) -> None:
        for _ in range(MOST_ROUNDS):
            if not jobs.run_waiting(
                self._sessions, overdue=self._overdue, is_over=self._to_stop.is_set, kinds=jobs.WRITTEN
            ):
                return

    def _papers(self) -> None:
        jobs.run_waiting(self._sessions, overdue=self._overdue, is_over=self._to_stop.is_set, kinds=jobs.LONG)

    def _reminders(self) -> None:
        reminding.tell_what_is_due(self._sessions)

    def _outbox(self) -> None:
        outbox.deliver(self._sessions, smtp_url=self._smtp_url, sender=self._sender)

    def _communications(self, channel: str) -> None:
        way = self._way(channel)
        for _ in range(MOST_ROUNDS):  # a batch may be of thousands
            done = dispatching.dispatch(self._sessions, way, is_over=self._to_stop.is_set)
            if done.sent < outbox.BATCH or self._to_stop.is_set():
                return

    def _look_for_mail(self) -> None:
        if self._inbound is not None:
            self._inbound.look(is_over=self._to_stop.is_set)

    def _follow(self, channel: str) -> None:
        tracking.follow(self._sessions, self._way(channel), is_over=self._to_stop.is_set)

    def _post(self) -> None:
        print_batches.settle(self._sessions, is_over=self._to_stop.is_set)

    def _way(self, channel: str) -> providers.Providers:
        sender = self._sender or outbox.landlord(self._sessions)
        return {channel: self._channels.providers(sender)[channel]}

    def _webhooks(self) -> None:
        breaches.queue(self._sessions)
        delivering.deliver(self._sessions, is_over=self._to_stop.is_set)


def _each(parts: dict[str, Callable[[], None]]) -> None:
    for name, part in parts.items():
        begun = time.perf_counter()
        with log_context.about(part=name):
            try:
                part()
            except Exception:
                log.exception("the ticker failed at: %s", name)
        measures.note("sweep", name, time.perf_counter() - begun)


def _clear_half_written() -> None:
    for place in (receiving.store(), receiving.quarantine(), receiving.renditions()):
        place.sweep_temporary(HALF_WRITTEN)
