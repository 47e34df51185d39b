"""Has jobs run on PostgreSQL: procrastinate wakes any number of workers, for one job of a case at a time, no leader.

Our own row of a job is the truth (`engine.jobs`); what procrastinate keeps is only its wake-up, made by a trigger in
the transaction of the step (`models.schema`) and taken away when the request does the job right after its commit. The
wake-ups of a worker that died are given to others once its heartbeat has been missing for half a minute.
"""

import asyncio
import logging
import threading
from datetime import datetime, timedelta
from typing import Any

from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision
from sqlalchemy.engine import make_url

from engine import jobs
from engine.instants import now, unmoved_now
from engine.transactions import Sessions

AT_ONCE = 4  # jobs that one worker does side by side
POLL_SECONDS = 2.0
PAUSE_SECONDS = 5.0  # before it connects again when the database was away
DEAD_AFTER_SECONDS = 30.0  # without a heartbeat
LOOK_FOR_DEAD = "* * * * * */15"  # the last field is seconds
LEAST_PAUSE = timedelta(seconds=1)

log = logging.getLogger(__name__)


class NotYet(Exception):
    """The job is somebody else's just now, or waits for its next attempt."""

    def __init__(self, at: datetime) -> None:
        super().__init__(f"not before {at.isoformat()}")
        self.at = at


class _AsTheJobSays(BaseRetryStrategy):
    """Wake up again when the job's own row says so; a later job of the same case need not wait until then."""

    def get_retry_decision(self, *, exception: BaseException, job: Any) -> RetryDecision:
        at = exception.at if isinstance(exception, NotYet) else unmoved_now() + timedelta(seconds=PAUSE_SECONDS)
        return RetryDecision(retry_at=at, priority=-min(job.attempts + 1, 1000))


class Wakeups:
    """A worker of procrastinate in a thread of its own, which connects again when the database was away."""

    def __init__(self, sessions: Sessions, database_url: str) -> None:
        self._sessions = sessions
        self._address = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="wake-ups")
        self._is_ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop
        self._to_stop: asyncio.Event

    def start(self) -> None:
        """Begin to work."""
        logging.getLogger("procrastinate").setLevel(logging.WARNING)
        self._thread.start()
        self._is_ready.wait()

    def stop(self) -> None:
        """Finish the jobs under way, take no new ones, and stop."""
        self._loop.call_soon_threadsafe(self._to_stop.set)
        self._thread.join()

    @property
    def is_alive(self) -> bool:
        """Say whether it runs."""
        return self._thread.is_alive()

    async def _serve(self) -> None:
        self._loop, self._to_stop = asyncio.get_running_loop(), asyncio.Event()
        self._is_ready.set()
        while not self._to_stop.is_set():
            work, stop = asyncio.create_task(self._work()), asyncio.create_task(self._to_stop.wait())
            await asyncio.wait({work, stop}, return_when=asyncio.FIRST_COMPLETED)
            stop.cancel()
            if self._to_stop.is_set():
                work.cancel()  # procrastinate finishes what is under way first
            [outcome] = await asyncio.gather(work, return_exceptions=True)
            if not self._to_stop.is_set():
                log.warning("the wake-ups of jobs stopped, and begin again: %s", outcome)
                await _wait(self._to_stop, PAUSE_SECONDS)

    async def _work(self) -> None:
        app = self._app()
        async with app.open_async():
            await app.run_worker_async(
                name="casewright",
                concurrency=AT_ONCE,
                fetch_job_polling_interval=POLL_SECONDS,
                stalled_worker_timeout=DEAD_AFTER_SECONDS,
                listen_notify=False,
                delete_jobs="always",
                install_signal_handlers=False,
            )

    def _app(self) -> App:
        connector = PsycopgConnector(conninfo=self._address, min_size=1, max_size=AT_ONCE)
        app = App(connector=connector)

        @app.task(name="run_job", queue="jobs", retry=_AsTheJobSays())
        def run_job(key: str) -> None:
            run(self._sessions, key)

        @app.periodic(cron=LOOK_FOR_DEAD)
        @app.task(name="wake_up_again", queue="jobs", queueing_lock="wake_up_again")
        async def wake_up_again(timestamp: int) -> None:
            for stalled in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_SECONDS):
                log.warning(
                    "a worker died over %s: another takes it", stalled.task_kwargs.get("key", stalled.task_name)
                )
                await app.job_manager.retry_job(stalled, retry_at=unmoved_now())

        return app


def run(sessions: Sessions, key: str) -> None:
    """Run a job and those that it leaves. Raises NotYet when it is to be looked at again."""
    jobs.run_all(sessions, (key,))
    again = jobs.due_again(sessions, key)
    if again is not None:
        raise NotYet(unmoved_now() + max(again - now(), LEAST_PAUSE))


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
